/**
 * What a scan has found, as a value that is rendered elsewhere. Nothing in it holds a secret.
 */
import type { FormName } from "./forms/form";
import type { Verdict } from "./judge";

/** Where a key was found. */
export type FindingPlace =
  | { readonly kind: "content"; readonly line: number; readonly column: number }
  /** In a packed file; line and column are those of what it unpacks to. */
  | { readonly kind: "unpacked"; readonly line: number; readonly column: number }
  /** An object in the history of a repository. */
  | { readonly kind: "object"; readonly objectId: string; readonly line: number; readonly column: number }
  /** In the name of the file, or in where a link leads to. */
  | { readonly kind: "name" };

/** A key that was found. */
export interface Finding extends Verdict {
  /** The file, with keys in its name hidden; relative if the path that was named is. */
  readonly file: string;
  readonly place: FindingPlace;
  readonly form: FormName;
}

/** A file and what there is to say about it. */
export interface Remark {
  readonly file: string;
  readonly reason: string;
}

/** What has come of a scan. */
export interface ScanReport {
  /** In the order in which they were met: by path, then by place. */
  readonly findings: readonly Finding[];
  /** Those that the allow-list lets be. */
  readonly allowed: readonly Finding[];
  /** What could not be searched: the scan is not complete. */
  readonly problems: readonly Remark[];
  /** What was left out on purpose. */
  readonly notes: readonly Remark[];
  readonly searchedFiles: number;
  /** Bytes searched, with what was unpacked. */
  readonly searchedBytes: number;
}
