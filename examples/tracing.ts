import { startSystem } from "../actors/index.ts";
import { Shop, Stock } from "./tracing.actors.ts";
import { tracer, url } from "./tracing.port.ts";

const system = await startSystem({ threads: 2, trace: url }); // each thread loads tracing.port.ts
const stock = await system.spawn(Stock, [], { thread: 1 });
const shop = await system.spawn(Shop, [stock], { thread: 2 });

await tracer.startActiveSpan("request", async (span) => {
  const { traceId } = span.spanContext();
  const traces = await shop.call.order("tea");
  console.log(traces.map((id) => id === traceId)); //=> [ true, true ]
  span.end();
});
const [first, second] = await shop.call.order("cup"); // outside of a span: a trace of its own
console.log(first === second); //=> true
await system.stop();
