/** A test of half an hour that takes no time: the test says when time passes. */

import { testKit } from "../actors/testkit/index.ts";
import { type OwnerProtocol, Session } from "./test-time.actors.ts";

const MINUTE_MS = 60_000;

const kit = testKit({ virtual: true }); // Date, setTimeout and so on, too, until kit.stop()
const owner = await kit.probe<OwnerProtocol>(["warned", "expired"]);
const session = await kit.start(Session, [owner.ref, "ann"]);

await kit.advance(24 * MINUTE_MS);
session.cast.heard();
await kit.advance(25 * MINUTE_MS - 1);
console.log(owner.received.length); //=> 0
await kit.advance(1);
await owner.expect("warned", "ann");

// Waits let as much of it pass as they need.
const patient = owner.with({ within: 10 * MINUTE_MS });
const { args } = await patient.expect("expired", "ann", (at) => at.endsWith("00"));
console.log(args[1], kit.now / MINUTE_MS); //=> 00:54:00 54
await owner.expectDown(session, "normal");
await kit.stop();
