/**
 * How values are spread: exact counts, in buckets as wide as their values are large.
 *
 *     value      0 … 2^-20 │ 2^-20 … 2^-19 │  …  │ 1 … 2 │ 2 … 4 │  …  │ 2^43 … 2^44 │ 2^44 …
 *     buckets    1         │ 64            │  …  │ 64    │ 64    │  …  │ 64          │ 1
 *
 * A double has this scale in its bits: its exponent and the first six bits of its fraction are the
 * number of its bucket. So there is no logarithm, and histograms of the same values are equal on
 * every machine. Buckets come in blocks, made when first needed.
 *
 * Left out: values below 0, and time; a histogram is of all that was recorded.
 *
 * Source: the log-linear buckets of HdrHistogram (Gil Tene).
 */

const SPLIT_BITS = 6;
/** Equal parts of each power of two. */
const SPLITS: number = 2 ** SPLIT_BITS;
/** What is smaller counts in the first bucket: its error is absolute. */
export const SMALL: number = 2 ** -20;
/** From here on it is the last bucket, for which `max` stands. */
export const LARGE: number = 2 ** 44;
const POWERS = 64;
const BUCKETS: number = 1 + POWERS * SPLITS + 1;
/** In the upper word of a double: what lies below the bits that number the bucket. */
const SHIFT: number = 20 - SPLIT_BITS;
/** Number of the bucket that begins at SMALL, before it is moved to 1. */
const FIRST: number = (1023 - 20) << SPLIT_BITS;

/** Values at least `from` and below `to`. */
export interface Bucket {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** A histogram in a few numbers. Without values all but the first are undefined. */
export interface HistogramSummary {
  readonly count: number;
  readonly min: number | undefined;
  readonly mean: number | undefined;
  readonly p50: number | undefined;
  readonly p90: number | undefined;
  readonly p99: number | undefined;
  readonly max: number | undefined;
}

/** Some 40 ns per value. Memory: 0.5 kB per power of two that occurs, 33 kB at most. */
export class Histogram {
  readonly #blocks: (Float64Array | undefined)[] = [];
  readonly #double: DataView = new DataView(new ArrayBuffer(8));
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  /** Adds a value, `times` times. False, and nothing is added, if it is not a number from 0 on. */
  record(value: number, times = 1): boolean {
    if (!Number.isFinite(value) || value < 0) return false;
    this.#add(this.#bucketOf(value), times);
    this.#count += times;
    this.#sum += value * times;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    return true;
  }

  /** Adds all values of another one: as if they had been recorded here. */
  merge(other: Histogram): void {
    for (const [index, block] of other.#blocks.entries()) {
      block?.forEach((count, place) => {
        if (count > 0) this.#add(index * SPLITS + place, count);
      });
    }
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /** One that goes its own way. */
  copy(): Histogram {
    const copy = new Histogram();
    copy.merge(this);
    return copy;
  }

  /** How many values. Exact. */
  get count(): number {
    return this.#count;
  }

  /** As exact as the adding of doubles is. */
  get sum(): number {
    return this.#sum;
  }

  /** The smallest value, exact; undefined while there is none. So are the two below. */
  get min(): number | undefined {
    return this.#count === 0 ? undefined : this.#min;
  }

  get max(): number | undefined {
    return this.#count === 0 ? undefined : this.#max;
  }

  get mean(): number | undefined {
    return this.#count === 0 ? undefined : this.#sum / this.#count;
  }

  /**
   * The smallest value that `part` percent of the values do not exceed, 0 to 100; undefined while
   * there is none. At most 1/128 (0.8 %) from the true one, or 2^-20 where that is below 2^-20;
   * from 2^44 on it is `max`.
   *
   * @throws RangeError
   */
  percentile(part: number): number | undefined {
    if (!(part >= 0 && part <= 100)) {
      throw new RangeError(`part must be a number from 0 to 100; got ${part}`);
    }
    if (this.#count === 0) return undefined;
    const rank = Math.max(1, Math.ceil((part / 100) * this.#count));
    // Of these two the values are known.
    if (rank === 1) return this.#min;
    if (rank >= this.#count) return this.#max;
    let below = 0;
    for (const { from, to, count } of this.buckets()) {
      below += count;
      if (below < rank) continue;
      const middle = to === Number.POSITIVE_INFINITY ? this.#max : (from + to) / 2;
      return Math.min(Math.max(middle, this.#min), this.#max);
    }
    return this.#max;
  }

  /** Those that have values, smallest first. */
  *buckets(): Generator<Bucket> {
    for (const [index, block] of this.#blocks.entries()) {
      if (block === undefined) continue;
      for (const [place, count] of block.entries()) {
        if (count === 0) continue;
        const bucket = index * SPLITS + place;
        yield { from: this.#edge(bucket), to: this.#edge(bucket + 1), count };
      }
    }
  }

  /** What a log shows. */
  toJSON(): HistogramSummary {
    const { count, min, mean, max } = this;
    const [p50, p90, p99] = [50, 90, 99].map((part) => this.percentile(part));
    return { count, min, mean, p50, p90, p99, max };
  }

  #add(bucket: number, times: number): void {
    const index = bucket >> SPLIT_BITS;
    this.#blocks[index] ??= new Float64Array(SPLITS);
    const block = this.#blocks[index];
    block[bucket & (SPLITS - 1)] = (block[bucket & (SPLITS - 1)] ?? 0) + times;
  }

  #bucketOf(value: number): number {
    this.#double.setFloat64(0, value);
    const bucket = (this.#double.getUint32(0) >>> SHIFT) - FIRST + 1;
    return Math.min(Math.max(bucket, 0), BUCKETS - 1);
  }

  /** Where a bucket begins. */
  #edge(bucket: number): number {
    if (bucket === 0) return 0;
    if (bucket >= BUCKETS) return Number.POSITIVE_INFINITY;
    this.#double.setUint32(0, (bucket - 1 + FIRST) << SHIFT);
    this.#double.setUint32(4, 0);
    return this.#double.getFloat64(0);
  }
}
