/**
 * How many reports of one kind a thread writes. What is over the rate is not lost: it is counted
 * by definition and reason, and told in one line a little later.
 */

import { Bucket, type Rate } from "../runtime/bucket.ts";
import type { Env } from "../runtime/env.ts";
import { cut } from "./sketch.ts";

/** What a report is about: reports that are left out are counted by it. */
export interface Topic {
  readonly definition: string;
  readonly reason: string;
}

export interface LeftOut extends Topic {
  readonly count: number;
}

/** 20 at once, then 10 a second. */
export const REPORT_RATE: Rate = { burst: 20, perSecond: 10 };
/** What was left out is told this long after the first of it. */
const TOLD_MS = 1000;
/** Topics that are counted one by one; the rest of them is one number. */
const TOPICS_MAX = 16;
const REASON_MAX = 200;
export const OTHERS: Topic = { definition: "others", reason: "others" };

export class ReportLimit {
  readonly #env: Env;
  readonly #bucket: Bucket = new Bucket(REPORT_RATE);
  readonly #tell: (count: number, topics: readonly LeftOut[]) => void;
  readonly #topics: Map<string, { topic: Topic; count: number }> = new Map();
  #count = 0;
  #timed = false;

  /** @param tell is given the whole number, and what it is made of, most of all first. */
  constructor(env: Env, tell: (count: number, topics: readonly LeftOut[]) => void) {
    this.#env = env;
    this.#tell = tell;
  }

  /** True if a report may be written now; else it is counted. */
  admits(topic: Topic): boolean {
    if (this.#bucket.take(this.#env.now())) return true;
    this.#count += 1;
    this.#add(topic);
    if (!this.#timed) {
      this.#timed = true;
      this.#env.timer(TOLD_MS, () => {
        this.#timed = false;
        this.flush();
      });
    }
    return false;
  }

  #add({ definition, reason }: Topic): void {
    const topic = { definition, reason: cut(reason, REASON_MAX) };
    const key = `${definition} ${topic.reason}`;
    const known = this.#topics.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.#topics.size < TOPICS_MAX) this.#topics.set(key, { topic, count: 1 });
  }

  /** Tells what was left out, if anything was. */
  flush(): void {
    const count = this.#count;
    if (count === 0) return;
    const topics = [...this.#topics.values()].map(({ topic, count }) => ({ ...topic, count }));
    this.#count = 0;
    this.#topics.clear();
    const rest = topics.reduce((left, topic) => left - topic.count, count);
    if (rest > 0) topics.push({ ...OTHERS, count: rest });
    this.#tell(
      count,
      topics.toSorted((one, other) => other.count - one.count),
    );
  }
}
