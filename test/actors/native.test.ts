/**
 * Goal: strings are read natively once a thread gets messages that profit from it, and not before,
 * since loading that would make every start slower. Without the add-on there is nothing to test.
 */

import { createRequire } from "node:module";
import { expect, test, vi } from "vitest";
import { Payload } from "../../actors/payload.ts";
import { Codec } from "../../runtime/codec/codec.ts";
import { LocalShapes } from "../../runtime/codec/shapes.ts";
import { viewOf } from "../../runtime/record.ts";

const RECORD_BYTES = 64 * 1024;

function hasAddOn(): boolean {
  try {
    return createRequire(createRequire(import.meta.url).resolve("msgpackr"))("msgpackr-extract");
  } catch {
    return false;
  }
}

/** Importing msgpackr as a whole to ask it would turn it on. */
async function isNative(): Promise<boolean> {
  const part: object = await import("msgpackr/unpack");
  return "isNativeAccelerationEnabled" in part && part.isNativeAccelerationEnabled === true;
}

test.skipIf(!hasAddOn())("the native reader of strings is loaded when it is of use", async () => {
  const references = { isReference: () => false, write: () => [], read: () => ({}) };
  const codec = new Codec({ shapes: new LocalShapes(), references, maxBytes: RECORD_BYTES });
  const payload = new Payload(codec);
  const transfer = (value: unknown): unknown => {
    payload.measure(1, value, "args");
    const view = viewOf(new ArrayBuffer(RECORD_BYTES));
    payload.write(view, 0);
    return payload.read(view, 0, RECORD_BYTES / 4, payload.tag);
  };
  const small = { name: "a text of forty characters, or nearly so" };
  const large = Array.from({ length: 20 }, (_, index) => ({ ...small, index }));

  expect(transfer(small)).toEqual(small);
  await vi.dynamicImportSettled();
  expect(await isNative()).toBe(false);
  expect(transfer(large)).toEqual(large);
  await vi.dynamicImportSettled();
  expect(await isNative()).toBe(true);
  expect(transfer(large)).toEqual(large);
});
