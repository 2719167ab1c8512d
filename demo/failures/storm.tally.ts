/**
 * Tally: what has become of each numbered question, one byte each, and whether those who asked and
 * those who answered tell the same. Pure.
 */

/** As the one who asked was told. The places are the bytes; 0: nothing yet. */
export const FATES = ["open", "answered", "failed", "refused", "twice"] as const;
/**
 * `failed`: its worker crashed while it was at it. `refused`: it was never begun. `twice`: it was
 * told of twice, which must not be.
 */
export type Fate = (typeof FATES)[number];

const BYTES_MIN = 1024;
/** Questions of one client: more than it can ask within the longest storm. */
export const NUMBERS_MAX: number = 2 ** 25;
const BYTE_MAX = 255;

/** A byte for each number from 0 on. Grows by doubling. */
export class Tally {
  #bytes: Uint8Array = new Uint8Array(BYTES_MIN);
  #size = 0;

  /** One more of this number. */
  count(number: number): void {
    this.#room(number);
    this.#bytes[number] = Math.min(BYTE_MAX, (this.#bytes[number] ?? 0) + 1);
  }

  /** What has become of this number. */
  settle(number: number, fate: Fate): void {
    this.#room(number);
    const isOpen = this.#bytes[number] === FATES.indexOf("open");
    this.#bytes[number] = FATES.indexOf(isOpen ? fate : "twice");
  }

  /** How often it was counted. */
  of(number: number): number {
    return this.#bytes[number] ?? 0;
  }

  /** One more than the highest number. */
  get size(): number {
    return this.#size;
  }

  /** A copy of what there is. */
  get bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#size);
  }

  #room(number: number): void {
    if (number >= NUMBERS_MAX) throw new RangeError(`${number} is beyond ${NUMBERS_MAX} questions`);
    this.#size = Math.max(this.#size, number + 1);
    if (number < this.#bytes.length) return;
    const bytes = new Uint8Array(2 ** Math.ceil(Math.log2(number + 1)));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}

/** Questions by what has become of them. */
export interface Account {
  readonly asked: number;
  readonly answered: number;
  readonly failed: number;
  readonly refused: number;
  /** Nobody has told what became of them. */
  readonly open: number;
  /** Begun more than once, or told of more than once. */
  readonly twice: number;
  /** Told to be begun and were not, or the other way round. */
  readonly denied: number;
}

/**
 * Compares what a client was told with what was begun.
 *
 * @param asked the client's numbers are those below it.
 * @param fates a byte of FATES for each number.
 * @param begun from each ledger, how often each number was begun.
 */
export function accountOf(asked: number, fates: Uint8Array, begun: readonly Uint8Array[]): Account {
  const counts = FATES.map(() => 0);
  let twice = 0;
  let denied = 0;
  for (let number = 0; number < asked; number += 1) {
    const fate = fates[number] ?? 0;
    const times = begun.reduce((sum, bytes) => sum + (bytes[number] ?? 0), 0);
    counts[fate] = (counts[fate] ?? 0) + 1;
    if (times > 1) twice += 1;
    const claims = FATES[fate] === "answered" || FATES[fate] === "failed";
    if (claims !== times > 0) denied += 1;
  }
  const [open = 0, answered = 0, failed = 0, refused = 0, told = 0] = counts;
  return { asked, answered, failed, refused, open, twice: twice + told, denied };
}

export function sumAccounts(accounts: readonly Account[]): Account {
  const sum = (field: keyof Account): number =>
    accounts.reduce((total, account) => total + account[field], 0);
  return {
    asked: sum("asked"),
    answered: sum("answered"),
    failed: sum("failed"),
    refused: sum("refused"),
    open: sum("open"),
    twice: sum("twice"),
    denied: sum("denied"),
  };
}

/** The value below which this part of them lies, 0 to 1; undefined if there are none. */
export function quantile(values: readonly number[], part: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}
