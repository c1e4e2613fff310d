import { CallsInFlight } from "../../../../src/plugin/serving/calls-in-flight";

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol("pending");
  await new Promise(setImmediate);
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

test("without calls there is nothing to wait for", async () => {
  expect(await isSettled(new CallsInFlight().untilNone())).toBe(true);
});

test("the wait ends with the last call, whether calls succeed or fail", async () => {
  const calls = new CallsInFlight();
  let finish = (): void => undefined;
  let fail = (): void => undefined;
  const first = calls.track(() => new Promise<void>((resolve) => (finish = resolve)));
  const second = calls.track(
    () =>
      new Promise<void>((_resolve, reject) => {
        fail = () => {
          reject(new Error("failed"));
        };
      }),
  );
  const wait = calls.untilNone();

  finish();
  await first;
  expect(await isSettled(wait)).toBe(false);

  fail();
  await expect(second).rejects.toThrow("failed");
  expect(await isSettled(wait)).toBe(true);
});
