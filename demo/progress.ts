/**
 * Progress: how far the work is, as one line of text. Pure: the time is passed in.
 *
 *     ███████████░░░░░░░░░  54 %  4 410/8 123 files  21.3 MB/s  38 400 messages/s
 *
 * Left out: putting it on a screen (screen.ts).
 */

/** What is known at one moment. */
export interface Progress {
  files: number;
  filesTotal: number;
  /** The walk still finds files: the total grows, and a share of it would mislead. */
  totalGrows: boolean;
  bytes: number;
  bytesTotal: number;
  messages: number;
}

export interface Rates {
  bytesPerSecond: number;
  messagesPerSecond: number;
}

/** Rates are those of the last three seconds: they follow the work and do not jump. */
const WINDOW_MS = 3000;

const BAR_COLUMNS_MAX = 30;
const BAR_COLUMNS_MIN = 5;

interface Sample {
  atMs: number;
  bytes: number;
  messages: number;
}

/** Remembers the last moments and says how fast the work is. Bound: the samples of WINDOW_MS. */
export class Meter {
  #samples: Sample[] = [];

  /** Takes the state at a time, in milliseconds of any clock that only goes forward. */
  add(atMs: number, progress: Progress): Rates {
    this.#samples.push({ atMs, bytes: progress.bytes, messages: progress.messages });
    // The oldest that is kept is the last one outside of the window, so that it is spanned.
    while ((this.#samples[1]?.atMs ?? atMs) <= atMs - WINDOW_MS) this.#samples.shift();
    const oldest = this.#samples[0];
    const seconds = oldest === undefined ? 0 : (atMs - oldest.atMs) / 1000;
    if (oldest === undefined || seconds <= 0) return { bytesPerSecond: 0, messagesPerSecond: 0 };
    return {
      bytesPerSecond: (progress.bytes - oldest.bytes) / seconds,
      messagesPerSecond: (progress.messages - oldest.messages) / seconds,
    };
  }
}

/** The line without a bar, for files and pipes. */
export function plainLine(progress: Progress, rates: Rates): string {
  return facts(progress, rates).join("  ");
}

/** The line with a bar, at most as wide as the screen: what does not fit is left out. */
export function barLine(progress: Progress, rates: Rates, columns: number): string {
  const texts = facts(progress, rates);
  while (texts.length > 1 && widthOf(texts) + BAR_COLUMNS_MIN + 2 > columns) texts.pop();
  const room = Math.min(BAR_COLUMNS_MAX, columns - widthOf(texts) - 2);
  const bar =
    progress.totalGrows || room < BAR_COLUMNS_MIN ? [] : [drawBar(shareOf(progress), room)];
  return [...bar, ...texts].join("  ").slice(0, columns);
}

/** A number for people: digits in groups of three. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, " ");
}

/** Bytes for people, in decimal units. */
export function megabytes(bytes: number): string {
  return bytes < 1e5 ? `${grouped(bytes)} B` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function facts(progress: Progress, rates: Rates): string[] {
  const files = `${grouped(progress.files)}/${grouped(progress.filesTotal)}`;
  const share = Math.floor(shareOf(progress) * 100);
  return [
    ...(progress.totalGrows ? [] : [`${String(share).padStart(3)} %`]),
    `${files}${progress.totalGrows ? "+" : ""} files`,
    `${(rates.bytesPerSecond / 1e6).toFixed(1)} MB/s`,
    `${grouped(rates.messagesPerSecond)} messages/s`,
  ];
}

/** By bytes where there are some: a large file is more work than a small one. */
function shareOf(progress: Progress): number {
  if (progress.totalGrows) return 0;
  const [done, total] =
    progress.bytesTotal > 0
      ? [progress.bytes, progress.bytesTotal]
      : [progress.files, progress.filesTotal];
  return total === 0 ? 1 : Math.min(1, done / total);
}

function widthOf(texts: readonly string[]): number {
  return texts.join("  ").length;
}

function drawBar(share: number, columns: number): string {
  const full = Math.floor(share * columns);
  return "█".repeat(full) + "░".repeat(columns - full);
}
