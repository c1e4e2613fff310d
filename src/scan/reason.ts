/** Says in words why a file could not be read. */
import { KeyturnError } from "../model/error";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "no permission to read it",
  EPERM: "no permission to read it",
  ENOENT: "it does not exist",
  ELOOP: "it has become a link",
  EIO: "the disk cannot read it",
  ESTALE: "the network folder is gone",
};

/** A few words, without what the error quotes. */
export function reasonOf(error: unknown): string {
  if (error instanceof KeyturnError) return error.message;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === undefined ? "it cannot be read" : (reasons[code] ?? `it cannot be read (${code})`);
}
