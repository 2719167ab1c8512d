/** A test of one actor: a probe stands in for what it uses. With no test runner, so with any. */

import { testKit } from "../actors/testkit/index.ts";
import { Cache, Store } from "./testing.actors.ts";

const kit = testKit();
const store = await kit.probe(Store);
const cache = await kit.start(Cache, [store.ref]); // ended by kit.stop()

cache.cast.put("tea", 3);
await store.expect("put", "tea", 3); // the next message, or the test fails
await store.expectNothing(20);
console.log(await cache.call.get("tea")); //=> 3

// Calls stay open until the test answers them, …
const milk = cache.call.get("milk");
(await store.expect("get", (key) => key.length > 3)).answer(7);
console.log(await milk); //=> 7
// … or says how.
store.answer("get", (key) => key.length);
console.log(await cache.call.get("bread")); //=> 5

// A crash that nobody expects fails the test. This one is wanted:
const crash = await kit.expectCrash(() => cache.call.put("tea", Number.NaN));
console.log(crash.reason); //=> RangeError: tea is NaN
await store.expectDown(cache, "crash");

// What fails says what was expected, what came, and what else went on.
type Failed = { expected: string; got: string };
const failed: Failed = await store.expect("put").then(
  () => ({ expected: "nothing", got: "nothing" }),
  (error) => error,
);
console.log(failed.expected, "|", failed.got); //=> put(…) | call get("bread")
await kit.stop();
