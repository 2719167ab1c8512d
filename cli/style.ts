/** Style: the few accents of the output, or none (NO_COLOR, a dumb terminal, a pipe). */

export type Accent = (text: string) => string;

export interface Style {
  readonly strong: Accent;
  readonly faint: Accent;
  readonly good: Accent;
  readonly bad: Accent;
  /** Not right, and not yet wrong. */
  readonly warn: Accent;
  /** Light on dark becomes dark on light. */
  readonly inverse: Accent;
}

/**
 * The style for a stream.
 *
 * @source no-color.org: any value but the empty one switches colours off.
 */
export function styleFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): Style {
  const plain = stream.isTTY !== true || (env.NO_COLOR ?? "") !== "" || env.TERM === "dumb";
  const accent = (code: number): Accent => {
    return plain ? (text) => text : (text) => `\x1b[${code}m${text}\x1b[0m`;
  };
  return {
    ...{ strong: accent(1), faint: accent(2), inverse: accent(7) },
    ...{ good: accent(32), bad: accent(31), warn: accent(33) },
  };
}
