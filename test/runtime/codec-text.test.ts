import fc from "fast-check";
import { expect, test } from "vitest";
import { readLatin1, SHORT_TEXT_MAX, writeLatin1 } from "../../runtime/codec/text.ts";

const MARK = 0xee;

/** Memory with marks around, so that a byte written beside its place shows. */
function memory(): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(SHORT_TEXT_MAX + 20)).fill(MARK);
}

const latin1 = fc
  .array(fc.integer({ min: 0, max: 0xff }), { maxLength: SHORT_TEXT_MAX, size: "max" })
  .map((codes) => String.fromCharCode(...codes));

test("every text of every length is read as it was written", () => {
  fc.assert(
    fc.property(latin1, fc.nat(10), (text, offset) => {
      const bytes = memory();
      expect(writeLatin1(bytes, offset, text)).toBe(true);
      expect(readLatin1(bytes, offset, text.length)).toBe(text);
      expect(bytes.indexOf(MARK) <= offset || offset === 0).toBe(true);
      expect(bytes.subarray(offset + text.length).every((byte) => byte === MARK)).toBe(true);
    }),
  );
  for (let length = 0; length <= SHORT_TEXT_MAX; length += 1) {
    const text = Array.from({ length }, (_, index) => String.fromCharCode((index * 7) & 0xff)).join(
      "",
    );
    const bytes = memory();
    expect(writeLatin1(bytes, 3, text)).toBe(true);
    expect(readLatin1(bytes, 3, length)).toBe(text);
  }
});

test("a text that is too long, or has a wider character anywhere, is left to others", () => {
  expect(writeLatin1(memory(), 0, "a".repeat(SHORT_TEXT_MAX + 1))).toBe(false);
  for (const length of [1, 8, 31, 32, 33, 100, SHORT_TEXT_MAX]) {
    for (const at of [0, length >> 1, length - 1]) {
      for (const wide of ["\u0100", "€", "\ud800"]) {
        const text = `${"a".repeat(at)}${wide}${"ÿ".repeat(length - at - 1)}`;
        expect(writeLatin1(memory(), 0, text), `${length} ${at}`).toBe(false);
      }
    }
  }
});

test("what was read stays when the memory is written again", () => {
  for (const length of [5, 12, 200]) {
    const bytes = memory();
    writeLatin1(bytes, 0, "a".repeat(length));
    const text = readLatin1(bytes, 0, length);
    bytes.fill(0);
    expect(text).toBe("a".repeat(length));
  }
});
