/** Main's end of what threads tell (notes.ts): dead letters and measurements, for the user. */

import type { DeadLetter } from "./letters.ts";
import { Listeners } from "./listeners.ts";
import type { WriteLog } from "./log.ts";
import type { Batch } from "./measures.ts";
import { Metrics } from "./metrics.ts";
import type { Notes } from "./notes.ts";

export class News implements Notes {
  readonly letters: Listeners<DeadLetter>;
  readonly metrics: Metrics;
  readonly log: WriteLog;

  /** @param flush has main's own actors tell what they hold back */
  constructor(write: WriteLog, flush: () => void) {
    this.letters = new Listeners("dead letters", write);
    this.metrics = new Metrics(write, flush);
    this.log = write;
  }

  letter(letter: DeadLetter): boolean {
    this.letters.tell(letter);
    return true;
  }

  measured(batch: Batch): boolean {
    this.metrics.add(batch);
    return true;
  }
}
