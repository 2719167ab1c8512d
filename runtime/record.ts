/**
 * What the runtime hands up: a record in some memory, seen as words, doubles and bytes.
 *
 * The same three views serve a ring in shared memory, an overflow chunk and a large record that was
 * put together from parts, so that whoever writes or reads a record does not know where it lies.
 */

export interface RecordView {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly bytes: Uint8Array;
}

/** Records of a lane that a drain has found to be whole. */
export interface Batch {
  /** The lane. */
  readonly words: Int32Array;
  /** Where they begin, as HEAD counts. */
  readonly head: number;
  /** Bytes up to their end. */
  readonly left: number;
}

/** Gets each record of a lane, in order. */
export interface Receiver {
  /**
   * @param from the thread that sent it.
   * @param at the record's first word in `view.words`; valid only during the call.
   * @returns false if no codec can have written these bytes: the lane is closed then.
   */
  receive(from: number, view: RecordView, at: number, bytes: number): boolean;
  /** Is shown the newest records of a drain at its end (recorder.ts); must not throw. */
  taken?(from: number, batch: Batch): void;
}

export function viewOf(memory: ArrayBufferLike): RecordView {
  return {
    words: new Int32Array(memory),
    doubles: new Float64Array(memory),
    bytes: new Uint8Array(memory),
  };
}
