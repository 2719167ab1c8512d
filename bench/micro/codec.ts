/** The codec by the shape of what is sent: to bytes, back, and to a copy on the same thread. */

import { deepEqual } from "node:assert/strict";
import { Codec, LocalShapes, type ReferencePort } from "../../runtime/index.ts";
import { type Case, type Cases, repeated } from "./case.ts";

const MESSAGE_BYTES_MAX = 1024 * 1024;

/** Works of one run. */
const TIMES = 100;

/** Stands for a ref: three numbers. */
class Address {
  readonly numbers: readonly [number, number, number];

  constructor(definition: number, slot: number, incarnation: number) {
    this.numbers = [definition, slot, incarnation];
  }
}

const references: ReferencePort = {
  isReference: (value) => value instanceof Address,
  write: (value) => (value as Address).numbers,
  read: (definition, slot, incarnation) => new Address(definition, slot, incarnation),
};

/** Names are those of the rows. */
const VALUES: Readonly<Record<string, unknown>> = {
  number: 12.5,
  "short text": "a short text",
  "4 fields": { id: 17, symbol: "SABM", price: 12.5, amount: 3 },
  nested: {
    id: 17,
    user: { name: "Ada", roles: ["admin", "author"], address: { city: "London", code: 12 } },
    items: [
      { sku: "a-1", count: 2, price: 9.5 },
      { sku: "b-2", count: 1, price: 20 },
    ],
  },
  "1 kB of text": "0123456789abcdef".repeat(64),
  "1 kB of bytes": new Uint8Array(1024).fill(7),
  "Map, Set, Date": {
    seen: new Set(["a", "b", "c"]),
    counts: new Map([
      ["a", 1],
      ["b", 2],
    ]),
    at: new Date(0),
  },
  "2 refs": { from: new Address(1, 2, 3), to: new Address(4, 5, 6) },
};

export function codec(): Cases {
  return { cases: Object.entries(VALUES).flatMap(([name, value]) => casesOf(name, value)) };
}

function casesOf(name: string, value: unknown): Case[] {
  const made = new Codec({ shapes: new LocalShapes(), references, maxBytes: MESSAGE_BYTES_MAX });
  // A shape is known from the second message on.
  made.encode(value, "value");
  const length = made.encode(value, "value");
  const bytes = new Uint8Array(new SharedArrayBuffer(length));
  bytes.set(made.scratch.subarray(made.start, made.start + length));
  deepEqual(made.decode(bytes, 0, length), value);
  deepEqual(made.copy(value, "value"), value);
  return [
    repeated(`encode ${name}`, TIMES, () => made.encode(value, "value")),
    repeated(`decode ${name}`, TIMES, () => made.decode(bytes, 0, length)),
    repeated(`copy ${name}`, TIMES, () => made.copy(value, "value")),
  ];
}
