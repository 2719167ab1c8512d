import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32c } from "../../runtime/crc32c.ts";

const bytes = (length: number, at: (index: number) => number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => at(index));
const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

const READ_COMMAND =
  "01c00000000000000000000000000000140000000000040000000014000000182800000000000000" +
  "0200000000000000";

// RFC 3720, B.4, where the bytes of each sum stand in the order in which they are sent.
test.each([
  ["nothing", new Uint8Array(0), 0],
  ["32 zeros", bytes(32, () => 0), 0x8a9136aa],
  ["32 ones", bytes(32, () => 0xff), 0x62a8ab43],
  ["0 to 31", bytes(32, (index) => index), 0x46dd794e],
  ["31 to 0", bytes(32, (index) => 31 - index), 0x113fdb5c],
  ["an iSCSI read command", fromHex(READ_COMMAND), 0xd9963a56],
  ["the digits from 1 to 9", new TextEncoder().encode("123456789"), 0xe3069283],
])("%s", (_, some, sum) => {
  expect(crc32c(some)).toBe(sum);
});

/** Bit by bit, as one would write it down. */
function slow(some: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of some) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1;
  }
  return ~sum >>> 0;
}

test("it is what one gets bit by bit, at any place and in any pieces", () => {
  const some = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(some, fc.nat(200), fc.nat(200), (all, one, other) => {
      const [from, to] = [Math.min(one, all.length), Math.min(other, all.length)];
      const whole = slow(all);
      expect(crc32c(all)).toBe(whole);
      expect(crc32c(all, from, all.length, crc32c(all, 0, from))).toBe(whole);
      expect(crc32c(all, from, to)).toBe(slow(all.subarray(from, Math.max(from, to))));
    }),
    { numRuns: 300 },
  );
});
