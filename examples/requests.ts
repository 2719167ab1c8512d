/** Ask many at once and take the answers as they come; look into one and hold it still. */

import { multiCall, Requests, startSystem } from "../actors/index.ts";
import { Shard } from "./requests.actors.ts";

const system = await startSystem({ threads: 2 });
const first = await system.spawn(Shard, ["a-m", ["apple", "grape", "lemon"]]);
const second = await system.spawn(Shard, ["n-z", ["peach", "plum"]]);

// One deadline for all of them; who misses it is an end like any other.
const requests = new Requests<string, string[]>({ timeout: 300 });
requests.add("a-m", first, (call) => call.search("p", "n-z"));
requests.add("n-z", second, (call) => call.search("p", "n-z"));
for await (const one of requests) {
  console.log(one.label, one.ok ? one.value : (one.error as Error).name);
}
//=> a-m [ 'apple', 'grape' ]
//=> n-z CallTimeout

// The same question to many, with answers and failures in two lists: the second is at it yet.
const { replies, failures } = await multiCall([first, second], (call) => call.size(), {
  timeout: 300,
});
console.log(replies.length, failures.length); //=> 1 1

// Held still, its state is read and replaced; nothing that is sent meanwhile is lost.
await system.suspend(first);
const size = first.call.size();
const { state, version } = await system.getState<{ words: string[] }>(first);
await system.replaceState(first, { ...state, words: [...state.words, "fig"] }, version);
await system.resume(first);
console.log(await size, (await system.statistics(first)).status); //=> 4 ready

await system.stop();
