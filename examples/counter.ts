import { startSystem } from "../actors/index.ts";
import { Counter } from "./counter.actors.ts";

const system = await startSystem({ threads: 1 });
const counter = await system.spawn(Counter, [10], { name: "hits" }); // lives on thread 1
counter.cast.add(5); // not answered
console.log(await counter.call.add(1)); //=> 16
await system.stop();
