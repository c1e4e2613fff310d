/**
 * What core reports as "this is a bug in the provider", thrown, so that no test can overlook it.
 */
export class ProviderBug extends Error {
  override readonly name = "ProviderBug";

  constructor(
    readonly summary: string,
    problems: readonly string[],
  ) {
    super(`${summary}: ${problems.join("; ")}`);
  }
}

/** Throws if there is any problem. */
export function demandNone(summary: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new ProviderBug(summary, problems);
}
