/** Style: the few accents of the output, or none (NO_COLOR, a dumb terminal, a pipe). */

export interface Style {
  strong(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

/**
 * The style for a stream.
 *
 * @source no-color.org: any value but the empty one switches colours off.
 */
export function styleFor(
  stream: { isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Style {
  const plain = stream.isTTY !== true || (env.NO_COLOR ?? "") !== "" || env.TERM === "dumb";
  const accent =
    (code: number) =>
    (text: string): string =>
      plain ? text : `\x1b[${code}m${text}\x1b[0m`;
  return { strong: accent(1), faint: accent(2), good: accent(32), bad: accent(31) };
}
