import { startSystem } from "../actors/index.ts";
import { Counter, Visitor } from "./counter.actors.ts";

const system = await startSystem({ threads: 2 });
const counter = await system.spawn(Counter, [10], { name: "hits", thread: 1 });
const visitor = await system.spawn(Visitor, [counter], { thread: 2 });

counter.cast.add(5); // not answered
console.log(await counter.call.add(1)); //=> 16
console.log(await visitor.call.visit(3)); //=> 19

await system.stop();
