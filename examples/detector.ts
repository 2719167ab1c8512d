/** A member that is silent is suspected; a thread that stood still suspects nobody of it. */

import { localHealth, phiDetector } from "../protocols/index.ts";

// Heartbeats come each second; how the thread itself does is looked at each 100 ms.
const health = localHealth.create(0);
const ann = phiDetector.create(0, { expectedMs: 1000 });
const isSuspect = (now: number) =>
  phiDetector.isSuspect(ann, localHealth.awakeAt(health, now), localHealth.patience(health));

let now = 0;
function live(untilMs: number, beats: boolean): void {
  while ((now += 100) <= untilMs) {
    localHealth.look(health, now);
    if (beats && now % 1000 === 0) phiDetector.heard(ann, localHealth.awakeAt(health, now));
  }
  now = untilMs;
}

live(10_000, true);
console.info(isSuspect(10_000)); //=> false

// This thread stands still for a minute. Ann's heartbeats wait; nobody is suspected of that.
now = 70_000;
console.info(isSuspect(now)); //=> false
const stoodMs = localHealth.look(health, now);
console.info(stoodMs); //=> 59800

// Then Ann is silent, and nothing is wrong here.
live(72_000, false);
console.info(isSuspect(now)); //=> false
live(74_000, false);
console.info(isSuspect(now)); //=> true
