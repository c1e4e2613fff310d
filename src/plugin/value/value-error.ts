/**
 * A value does not fit its type, or its bytes cannot be read.
 *
 * The message names the place and the kind of thing found, never the value itself, which may be a secret.
 */
import { formatPath, type Path, type PathStep } from "./path";

/** Thrown by every function of this folder that reads or writes values. */
export class ValueError extends Error {
  override readonly name = "ValueError";

  /**
   * @param problem What is wrong, without the place.
   * @param path Where it is wrong, from the root of the value.
   */
  constructor(
    readonly problem: string,
    readonly path: Path = [],
  ) {
    super(path.length === 0 ? problem : `${formatPath(path)}: ${problem}`);
  }
}

/**
 * The same error, one step further from the value that is wrong.
 *
 * Containers call it while an error passes through them, so that a value without errors costs nothing for its path.
 */
export function atStep(error: unknown, step: PathStep): unknown {
  return error instanceof ValueError ? new ValueError(error.problem, [step, ...error.path]) : error;
}
