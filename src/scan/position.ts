/**
 * Counts lines and columns of a text that comes in parts.
 *
 * Columns count as editors do, in UTF-16 units, of a text in UTF-8; in other encodings they count bytes.
 */

/** Where something begins, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A place in a text that moves on. */
export class MovingPosition {
  #line = 1;
  #column = 1;

  /** The place now. */
  get current(): Position {
    return { line: this.#line, column: this.#column };
  }

  /** Moves over a part of a binary text. */
  moveOver(text: string, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      const byte = text.charCodeAt(at);
      if (byte === 0x0a) {
        this.#line++;
        this.#column = 1;
      } else if (byte < 0x80 || byte >= 0xc0) {
        // The first byte of a character; one of four bytes is two units.
        this.#column += byte >= 0xf0 ? 2 : 1;
      }
    }
  }
}
