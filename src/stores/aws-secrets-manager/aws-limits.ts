/** How patient a client of AWS is. */
export interface AwsLimits {
  /** How long one try may take, in milliseconds. */
  readonly tryMs: number;
  /** How often a request is sent at the most: again only after a throttle, a failure of AWS or a broken connection. */
  readonly tries: number;
}

/** What is used unless a test says otherwise. */
export const usualLimits: AwsLimits = { tryMs: 10_000, tries: 4 };
