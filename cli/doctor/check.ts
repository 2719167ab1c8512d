/** What a check of the doctor is, and what it finds. */

export interface Finding {
  readonly ok: boolean;
  /** What is there; a phrase that follows the name of the check. */
  readonly text: string;
  /** What to do about it: only, and always, where something is wrong. */
  readonly fix?: string;
  /** The same for programs. */
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface Check {
  /** One or two words, unique. */
  readonly name: string;
  /** One finding or more; none where another check has said it. What it throws is a finding. */
  run(): Promise<readonly Finding[]> | readonly Finding[];
}

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** "512 MiB", "23.5 GiB". */
export function sizeOf(bytes: number): string {
  if (bytes < GIB) return `${Math.round(bytes / MIB)} MiB`;
  return `${Number((bytes / GIB).toPrecision(3))} GiB`;
}

/** "1 thread", "2 threads". */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
