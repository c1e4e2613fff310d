/** Jest's asymmetric matchers, typed as `unknown` instead of `any`, so that they can stand inside expected objects. */

export const anyText = (): unknown => expect.any(String);
export const textMatching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
export const textWith = (part: string): unknown => expect.stringContaining(part);
export const objectWith = (part: object): unknown => expect.objectContaining(part);
export const textWithout = (part: string): unknown => expect.not.stringContaining(part);
