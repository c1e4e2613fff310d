/**
 * Searches a stream of bytes for what may be keys, in memory that does not grow with the stream.
 *
 * Parts may end anywhere, also within a key. What begins within `reach` of the end of what is known is left until more is known, and then
 * found exactly once.
 */
import { Secret } from "../model/secret";
import { forms } from "./forms";
import { reach, type Form, type FormName } from "./forms/form";
import { ownCopy } from "./own-copy";
import { MovingPosition, type Position } from "./position";

/** Something that the judge has taken for a key. */
export interface Sighting<Verdict> extends Position {
  readonly form: FormName;
  readonly verdict: Verdict;
}

/** Decides whether what looks like a key is one. */
export interface Judge<Verdict> {
  /** For what begins as a key does. */
  readonly judge: (candidate: Secret) => Verdict | undefined;
  /** For any token, whatever it begins with; undefined if tokens need not be looked at. */
  readonly judgeToken?: ((token: Secret) => Verdict | undefined) | undefined;
}

/** Tokens stand between characters that tokens are not made of. */
const token = /(?<![\w-])[\w-]{20,200}(?![\w-])/g;

/** How many characters before the first one that is not yet searched are kept, for looking back. */
const lookBack = 1;

/** Small parts are put together, since what is within `reach` of an end is searched twice. */
const fewestSearched = 16 * reach;

/** One search of one stream. Feed it with `push`, and call `end` once. */
export class StreamSearch<Verdict> {
  readonly #judge: Judge<Verdict>;
  readonly #position = new MovingPosition();
  #text = "";
  /** Everything before is searched. */
  #searched = 0;

  constructor(judge: Judge<Verdict>) {
    this.#judge = judge;
  }

  /** Takes the next part, and gives what was found up to near its end, in order. The part may be used again afterwards. */
  push(part: Buffer): readonly Sighting<Verdict>[] {
    this.#text += part.toString("latin1");
    if (this.#text.length - this.#searched < fewestSearched + reach) return [];
    return this.#searchTo(this.#text.length - reach);
  }

  /** Gives what was found in the rest. */
  end(): readonly Sighting<Verdict>[] {
    return this.#searchTo(this.#text.length);
  }

  #searchTo(limit: number): readonly Sighting<Verdict>[] {
    if (limit <= this.#searched) return [];
    const found = forms.flatMap((form) => this.#candidates(form, limit));
    found.push(...this.#tokens(limit, found));
    found.sort((one, other) => one.start - other.start);
    let at = this.#searched;
    const sightings = found.map(({ start, form, verdict }) => {
      this.#position.moveOver(this.#text, at, start);
      at = start;
      return { ...this.#position.current, form, verdict };
    });
    this.#position.moveOver(this.#text, at, limit);
    const kept = Math.max(0, limit - lookBack);
    this.#text = ownCopy(this.#text.slice(kept));
    this.#searched = limit - kept;
    return sightings;
  }

  #candidates({ anchor, read }: Form, limit: number): Found<Verdict>[] {
    const found: Found<Verdict>[] = [];
    for (const match of this.#matches(anchor, limit)) {
      const { value, end, form } = read(this.#text, match);
      const verdict = this.#judge.judge(new Secret(value));
      if (verdict !== undefined) found.push({ start: match.index, end, form, verdict });
    }
    return found;
  }

  /** Live secrets that do not begin as keys do, or whose beginning is elsewhere; not once more those that were found already. */
  #tokens(limit: number, known: readonly Found<Verdict>[]): Found<Verdict>[] {
    const { judgeToken } = this.#judge;
    if (!judgeToken) return [];
    const found: Found<Verdict>[] = [];
    for (const match of this.#matches(token, limit)) {
      const verdict = judgeToken(new Secret(match[0]));
      const start = match.index;
      const end = start + match[0].length;
      if (verdict !== undefined && !known.some((each) => each.start < end && start < each.end)) {
        found.push({ start, end, form: "live token", verdict });
      }
    }
    return found;
  }

  *#matches(pattern: RegExp, limit: number): Generator<RegExpExecArray> {
    pattern.lastIndex = this.#searched;
    for (let match = pattern.exec(this.#text); match && match.index < limit; match = pattern.exec(this.#text)) {
      const { lastIndex } = pattern;
      yield match;
      pattern.lastIndex = lastIndex;
    }
  }
}

interface Found<Verdict> {
  readonly start: number;
  readonly end: number;
  readonly form: FormName;
  readonly verdict: Verdict;
}
