/**
 * Lets only one piece of work at a time touch a file, within this process: Terraform has one process work on many keys at once.
 *
 * Between processes, Terraform's lock of the state does it.
 */
const lastWork = new Map<string, Promise<unknown>>();

/** Does the work when all work for the same file that was asked for before has ended, well or not. */
export async function oneAtATime<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const before = lastWork.get(file) ?? Promise.resolve();
  const done = before.then(work, work);
  lastWork.set(file, done);
  try {
    return await done;
  } finally {
    if (lastWork.get(file) === done) lastWork.delete(file);
  }
}
