/**
 * A codec of peer messages that is made from a table of their fields.
 *
 *     peerCodec({
 *       version: 2,
 *       messages: { arrived: { phase: whole(), value: optional(plain(1024)) }, passed: { … } },
 *       previous: { messages: { arrived: { phase: whole() } }, upgrade: (message) => message },
 *     })
 *
 * On the way a message is the plain object that it is, and lanes encode it like any other (the
 * runtime's codec). What comes is believed only where the table says so: every field holds, there
 * is no other, and nothing is larger than stated. Costs a walk over the message, 0.1 to 1 µs.
 */

import { InvalidOptions } from "../errors.ts";
import type { PeerCodec, Tagged } from "./contract.ts";
import { type Fielded, type Fields, Form, isRecord, keyBytes } from "./fields.ts";

/** By type of message. */
export type MessageTable = { readonly [type: string]: Fields };

/** The union of messages that a table describes. */
export type MessagesOf<Table> = {
  [Type in keyof Table & string]: { readonly type: Type } & Fielded<Table[Type]>;
}[keyof Table & string];

export interface PeerCodecOptions<Table extends MessageTable> {
  /** From 1. A member understands messages of this version and of the one before. */
  readonly version: number;
  readonly messages: Table;
  /** Of version - 1, where its messages looked different. */
  readonly previous?: {
    readonly messages: MessageTable;
    /** As it is said now; undefined for what has no meaning any more. Never throws. */
    upgrade(message: Tagged): MessagesOf<Table> | undefined;
  };
}

/** No message of a protocol is larger. */
const BYTES_LIMIT: number = 1024 * 1024;

/** @throws InvalidOptions (ERR_INVALID_OPTIONS) for a wrong version and for messages too large */
export function peerCodec<const Table extends MessageTable>({
  version,
  messages,
  previous,
}: PeerCodecOptions<Table>): PeerCodec<MessagesOf<Table>> {
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new InvalidOptions("version", "a whole number from 1", version);
  }
  const now = new Reader(messages);
  const before = previous === undefined ? now : new Reader(previous.messages);
  const bytesMax = Math.max(now.bytesMax, before.bytesMax);
  if (bytesMax > BYTES_LIMIT) {
    throw new InvalidOptions("messages", `messages of at most ${BYTES_LIMIT} bytes`, bytesMax);
  }
  return {
    version,
    bytesMax,
    encode: (message) => message,
    decode(of, value) {
      if (of === version) return now.read(value) as MessagesOf<Table> | undefined;
      if (of !== version - 1) return undefined;
      const message = before.read(value);
      if (message === undefined || previous === undefined) return message as never;
      return previous.upgrade(message);
    },
  };
}

class Reader {
  readonly #forms: Map<string, Form> = new Map();
  readonly bytesMax: number;

  constructor(messages: MessageTable) {
    let bytesMax = 0;
    for (const [type, fields] of Object.entries(messages)) {
      const form = new Form(fields, "type");
      this.#forms.set(type, form);
      bytesMax = Math.max(bytesMax, form.bytesMax + keyBytes("type") + keyBytes(type));
    }
    this.bytesMax = bytesMax;
  }

  read(value: unknown): Tagged | undefined {
    if (!isRecord(value) || typeof value.type !== "string") return undefined;
    const isOne = this.#forms.get(value.type)?.holds(value) === true;
    return isOne ? (value as unknown as Tagged) : undefined;
  }
}
