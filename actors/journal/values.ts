/**
 * Plain values as bytes that say all of themselves: what a log keeps can be read by another
 * process, with other code, years later.
 *
 *     record ──the codec of messages, without the shapes that threads share──▶ bytes
 *
 * So what can be kept is what can be sent, but for refs to actors: these mean nothing in another
 * life of the system.
 */

import { Codec } from "../../runtime/codec/codec.ts";
import type { ReferencePort } from "../../runtime/codec/reference.ts";
import type { ShapeSource } from "../../runtime/codec/shapes.ts";
import { BadRecord } from "../../runtime/errors.ts";
import type { Host } from "../host.ts";

/** Keys are written with each value. */
const NO_SHAPES: ShapeSource = {
  count: () => 0,
  get(id) {
    throw new RangeError(`there is no shape ${id}`);
  },
  propose() {},
};

const NO_REFERENCES: ReferencePort = {
  isReference: () => false,
  write: (): never => {
    throw new TypeError("a ref cannot be kept");
  },
  read(definition) {
    throw new BadRecord(0, `a ref of definition ${definition}`);
  },
};

export class Values {
  readonly #codec: Codec;

  constructor({ settings, thread }: Host) {
    const { maxMessageBytes: maxBytes } = settings;
    const { index } = thread;
    const ports = { shapes: NO_SHAPES, references: NO_REFERENCES };
    this.#codec = new Codec({ ...ports, maxBytes, thread: index });
  }

  /** Bytes that are valid until the next call. @throws NotSendable, MessageTooLarge */
  encode(value: unknown, path: string): Uint8Array {
    const bytes = this.#codec.encode(value, path);
    const { scratch, start } = this.#codec;
    this.#codec.trim();
    return scratch.subarray(start, start + bytes);
  }

  /** @throws BadRecord; ExtensionMissing, ExtensionFailed */
  decode(bytes: Uint8Array): unknown {
    return this.#codec.decode(bytes, 0, bytes.length);
  }
}

/** Its buffers are for all logs of a thread together. */
const byHost = new WeakMap<Host, Values>();

export function valuesOf(host: Host): Values {
  const known = byHost.get(host);
  if (known !== undefined) return known;
  const made = new Values(host);
  byHost.set(host, made);
  return made;
}
