/** Gives what a function throws, so that a test can look at its code and its words. It fails where nothing is thrown. */
export function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
