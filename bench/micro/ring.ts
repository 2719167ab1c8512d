/** The ring between two threads, both ends in one: records are written, published and taken. */

import {
  allocateSignals,
  Consumer,
  Producer,
  RECORD_ALIGN_BYTES,
  type RecordView,
  RING_BYTE,
  Signals,
} from "../../runtime/index.ts";
import { type Cases, repeated } from "./case.ts";

const RING_BYTES = 128 * 1024;
const OVERFLOW_BYTES = 1024 * 1024;

/** Any kind but that of a part of a large record. */
const KIND = 2;

/** Records between two looks of the consumer. */
const BATCH = 64;
const BATCHES = 16;

class Lane {
  readonly #producer: Producer;
  readonly #consumer: Consumer;
  #sum = 0;

  constructor() {
    const signals = new Signals(allocateSignals());
    const memory = new SharedArrayBuffer(RING_BYTE + RING_BYTES);
    const ends = { memory, from: 1, to: 2, generation: 1 };
    this.#producer = new Producer(signals, ends, OVERFLOW_BYTES);
    this.#consumer = new Consumer(signals, ends, OVERFLOW_BYTES);
  }

  /** Adds one number of each record. */
  receive(_from: number, view: RecordView, at: number): boolean {
    this.#sum += view.words[at + 2] as number;
    return true;
  }

  write(bytes: number, value: number): void {
    const at = this.#producer.reserve(bytes);
    const { words } = this.#producer.view;
    words[at + 1] = KIND;
    for (let word = at + 2; word < at + bytes / 4; word += 1) words[word] = value;
    this.#producer.commit();
  }

  /** One batch from the first record to the last. */
  pass(bytes: number): void {
    this.#sum = 0;
    for (let index = 0; index < BATCH; index += 1) this.write(bytes, index);
    this.#producer.flush();
    this.#consumer.drain(this, BATCH);
    if (this.#sum !== (BATCH * (BATCH - 1)) / 2) throw new Error(`the ring gave ${this.#sum}`);
  }
}

export function ring(): Cases {
  const cases = [16, 64, 1024].map((bytes) => {
    if (bytes % RECORD_ALIGN_BYTES !== 0) throw new Error(`no record has ${bytes} bytes`);
    const lane = new Lane();
    const { name, run } = repeated(`record of ${bytes} B`, BATCHES, () => lane.pass(bytes));
    return { name, run, times: BATCHES * BATCH };
  });
  return { cases };
}
