/**
 * A lease: what one holder at a time may use, until a time, and with a number that says who was
 * later.
 *
 *     grantor   ────────●──────────── durationMs ────────────┤ may be granted again
 *                      ╱ ╲ token 7
 *     holder    ──────●───●──────── usableMs ────────────┤ stops
 *                 asked   told          measured from here ↑ (asked), on its own clock
 *
 * Two clocks are never compared, only how much time went by on each. The holder counts from before
 * it asked and the grantor from when it granted, so the holder began first; and it uses less than
 * was granted, by as much as the rates of two clocks may differ. Hence no two holders believe at
 * the same moment that they hold it, as long as the rates keep to `skewPpm`.
 *
 * A holder may stop for seconds between looking at its clock and writing. So what it writes carries
 * the token, and the resource refuses what is lower than it has seen: that is `Fence`, of `sabeam`.
 * Whoever has a new token shows it there before it reads.
 *
 * Left out: how grantor and holder talk. A lost or late answer costs time, never safety: a holder
 * that asks again in new words counts from the new time, one that repeats a request counts from the
 * first. A grantor must not forget its tokens: keep `token` and `durationMs` durably, and go on
 * with `recover`.
 *
 * @source Gray and Cheriton, Leases, SOSP 1989; fencing tokens after Chubby's sequencers (Burrows,
 *   The Chubby Lock Service, OSDI 2006, section 2.4). Observed on one's own clock only, as in
 *   kubernetes/client-go, issue 448.
 */

import { InvalidOptions } from "../actors/index.ts";

/** The grantor's state. Plain data; times are milliseconds on the grantor's monotonic clock. */
export interface Lease {
  /** By how many millionths the rates of two clocks may differ. */
  readonly skewPpm: number;
  /** Of the last grant; 0 before the first. */
  token: number;
  /** Undefined once it was released; whoever had it last until somebody else gets it. */
  holder: string | undefined;
  /** From here on it may be granted to somebody else. */
  endsAt: number;
  /** The longest that the present holder was granted. */
  durationMs: number;
}

/** What the grantor tells a holder. Plain data, without a time: clocks are never compared. */
export interface Grant {
  readonly token: number;
  /** For how long it may be used, from when it was asked for, on the holder's clock. */
  readonly usableMs: number;
}

export type Granted =
  | { readonly type: "granted"; readonly grant: Grant }
  | { readonly type: "held"; readonly holder: string; readonly retryAfterMs: number };

/** The holder's state. Plain data; `endsAt` is on the holder's monotonic clock. */
export interface Hold {
  readonly token: number;
  readonly endsAt: number;
  /** It was given back: a late answer does not bring it to life again. */
  readonly isOver: boolean;
}

/** Clocks that NTP slews (500 ppm each), and crystals of 100 ppm, with room to spare. */
export const SKEW_PPM_DEFAULT = 2000;
const SKEW_PPM_MAX = 500_000;
const DURATION_MS_MIN = 10;
const DURATION_MS_MAX = 2147483647;
/** Times may have fractions, whose differences are rounded. */
const ROUNDING_MS = 1;

/**
 * A lease that nobody holds.
 *
 * @param skewPpm from 0 to 500 000; 2000 where it is left out. Of two threads on one machine: 0.
 * @throws InvalidOptions (ERR_INVALID_OPTIONS)
 */
export function create(skewPpm = SKEW_PPM_DEFAULT): Lease {
  checkWhole("skewPpm", skewPpm, 0, SKEW_PPM_MAX);
  return { skewPpm, token: 0, holder: undefined, endsAt: 0, durationMs: 0 };
}

/**
 * The lease of a grantor that has been away, from what it kept. Its clock began anew, so whoever
 * had the lease keeps it for the whole duration from now on.
 *
 * @param kept at least the last token and a duration not below that of the last grant.
 * @throws InvalidOptions (ERR_INVALID_OPTIONS)
 */
export function recover(kept: Omit<Lease, "endsAt">, now: number): Lease {
  const { skewPpm } = create(kept.skewPpm);
  checkWhole("token", kept.token, 0, Number.MAX_SAFE_INTEGER - 1);
  if (kept.holder === undefined) return { ...create(skewPpm), token: kept.token };
  checkDuration(kept.durationMs);
  const { token, holder, durationMs } = kept;
  return { skewPpm, token, holder, endsAt: now + durationMs, durationMs };
}

/**
 * Asks for the lease. Whoever has it is refused too: a holder that lost its grant may have another
 * life that still uses it.
 *
 * @param durationMs whole milliseconds from 10 to 2^31 - 1.
 * @throws InvalidOptions (ERR_INVALID_OPTIONS) for another duration.
 */
export function grant(lease: Lease, holder: string, now: number, durationMs: number): Granted {
  checkDuration(durationMs);
  if (lease.holder !== undefined && now < lease.endsAt) {
    return { type: "held", holder: lease.holder, retryAfterMs: Math.ceil(lease.endsAt - now) };
  }
  lease.token += 1;
  lease.holder = holder;
  lease.durationMs = durationMs;
  lease.endsAt = now + durationMs;
  return { type: "granted", grant: grantOf(lease, durationMs) };
}

/**
 * Goes on, under the same token; undefined if the lease has ended or belongs to another token by
 * now. It never gets shorter.
 *
 * @throws InvalidOptions (ERR_INVALID_OPTIONS) for a duration that `grant` does not take.
 */
export function renew(
  lease: Lease,
  token: number,
  now: number,
  durationMs: number,
): Grant | undefined {
  checkDuration(durationMs);
  if (lease.holder === undefined || token !== lease.token || now >= lease.endsAt) return undefined;
  lease.durationMs = Math.max(lease.durationMs, durationMs);
  lease.endsAt = Math.max(lease.endsAt, now + durationMs);
  return grantOf(lease, durationMs);
}

/** Gives it back early; its holder has `letGo` before. False for another token. */
export function release(lease: Lease, token: number): boolean {
  if (lease.holder === undefined || token !== lease.token) return false;
  lease.holder = undefined;
  lease.endsAt = 0;
  return true;
}

/** Who has it at this time, as far as the grantor knows. */
export function holderAt(lease: Lease, now: number): string | undefined {
  return now < lease.endsAt ? lease.holder : undefined;
}

/**
 * What a holder makes of an answer.
 *
 * @param askedAt when it sent the request **for the first time**, on its own clock.
 * @param known what it has already: answers overtake each other.
 */
export function hold({ token, usableMs }: Grant, askedAt: number, known?: Hold): Hold {
  const told = { token, endsAt: askedAt + usableMs, isOver: false };
  if (known === undefined || known.token < token) return told;
  return known.token > token || known.isOver || known.endsAt >= told.endsAt ? known : told;
}

/** What a holder has that stops for good. After that it may say `release`. */
export function letGo({ token }: Hold): Hold {
  return { token, endsAt: 0, isOver: true };
}

/** How long it may still be used; 0 if it may not. Ask before each use, with the time of then. */
export function usableForMs(hold: Hold, now: number): number {
  return hold.isOver ? 0 : Math.max(0, hold.endsAt - now);
}

/** By how much the holder's clock may be slow is taken off, and what rounding may do to a time. */
function grantOf({ token, skewPpm }: Lease, durationMs: number): Grant {
  const marginMs = Math.ceil((durationMs * skewPpm) / 1_000_000) + ROUNDING_MS;
  return { token, usableMs: durationMs - marginMs };
}

function checkDuration(durationMs: number): void {
  checkWhole("durationMs", durationMs, DURATION_MS_MIN, DURATION_MS_MAX);
}

function checkWhole(option: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new InvalidOptions(option, `a whole number from ${min} to ${max}`, value);
}
