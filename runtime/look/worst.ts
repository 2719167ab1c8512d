/** The few of very many with the largest numbers, in memory for those few only: a heap. */

export class Worst {
  readonly #max: number;
  /** The smallest of those kept is first; a parent is never larger than its children. */
  readonly #scores: number[] = [];
  readonly #slots: number[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /** One comparison for most. */
  add(score: number, slot: number): void {
    const full = this.#scores.length === this.#max;
    if (full && !(score > (this.#scores[0] ?? Number.POSITIVE_INFINITY))) return;
    if (full) return this.#sink(0, score, slot);
    this.#scores.push(score);
    this.#slots.push(slot);
    this.#rise(this.#scores.length - 1, score, slot);
  }

  /** Largest first; of equal ones the one that was added first, as far as they were kept. */
  slots(): number[] {
    return this.#slots
      .map((slot, index) => ({ slot, score: this.#scores[index] ?? 0 }))
      .sort((one, other) => other.score - one.score || one.slot - other.slot)
      .map(({ slot }) => slot);
  }

  #rise(from: number, score: number, slot: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.#scores[parent] ?? 0) <= score) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#set(at, score, slot);
  }

  #sink(from: number, score: number, slot: number): void {
    const count = this.#scores.length;
    let at = from;
    for (let child = 2 * at + 1; child < count; child = 2 * at + 1) {
      const right = child + 1;
      const less = (this.#scores[right] ?? Number.POSITIVE_INFINITY) < (this.#scores[child] ?? 0);
      const smaller = less ? right : child;
      if ((this.#scores[smaller] ?? 0) >= score) break;
      this.#move(smaller, at);
      at = smaller;
    }
    this.#set(at, score, slot);
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#scores[from] ?? 0, this.#slots[from] ?? 0);
  }

  #set(at: number, score: number, slot: number): void {
    this.#scores[at] = score;
    this.#slots[at] = slot;
  }
}
