/**
 * What keyturn needs of a code host: to read, write and remove comments of one pull request, and to know who it is there.
 *
 * A merge request of GitLab is a pull request here, and its notes are comments.
 */

/** A comment of a pull request. */
export interface HostComment {
  readonly id: number;
  /** Who wrote it, as `self` tells it. */
  readonly author: string;
  readonly body: string;
  /** Where a person finds it. */
  readonly address: string;
}

/**
 * One pull request of a code host.
 *
 * Every function throws `HostError`: what was tried, what came back, what to do. None tries anything twice.
 */
export interface CodeHost {
  /** What it is called in messages. */
  readonly name: string;
  /** The longest comment that it takes, in characters. */
  readonly longestComment: number;
  /** Whom the token belongs to, in the form in which comments name their authors. */
  readonly self: () => Promise<string>;
  /** All comments, oldest first. */
  readonly comments: () => Promise<readonly HostComment[]>;
  readonly create: (body: string) => Promise<HostComment>;
  readonly update: (id: number, body: string) => Promise<HostComment>;
  readonly remove: (id: number) => Promise<void>;
}
