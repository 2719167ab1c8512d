/**
 * Addresses of actors as numbers.
 *
 * An address is slot and incarnation. As one double, for maps: incarnation × 2^20 + slot, exact in
 * 53 bits. As one int32, for the sender of a message: slot in 20 bits and the incarnation's low 12
 * bits, enough to name the sender in a report (a slot would have to be re-used 4096 times
 * meanwhile).
 */

/** Of one incarnation. */
export interface Address {
  readonly slot: number;
  readonly incarnation: number;
}

const SLOT_BITS = 20;
const SLOTS: number = 2 ** SLOT_BITS;

export function addressOf(slot: number, incarnation: number): number {
  return incarnation * SLOTS + slot;
}

export function packSender(slot: number, incarnation: number): number {
  return slot | (incarnation << SLOT_BITS);
}

export function senderSlot(packed: number): number {
  return packed & (SLOTS - 1);
}

/** The latest incarnation, not after `current`, that packs to the same bits. */
export function senderIncarnation(packed: number, current: number): number {
  const low = packed >>> SLOT_BITS;
  const guess = current - (current % 4096) + low;
  return guess > current ? guess - 4096 : guess;
}

/** As people read it: `Counter<17.1>` is life 1 of slot 17. */
export function formatAddress(definition: string, slot: number, incarnation: number): string {
  return `${definition}<${slot}.${incarnation}>`;
}
