/** The worker of post-message.ts. */

import { parentPort } from "node:worker_threads";
import type { Request } from "./post-message.ts";

const port = parentPort;
if (port === null) throw new Error("this file runs as a worker thread");

let sum = 0;

port.on("message", (request: Request) => {
  if (typeof request === "number") {
    sum += request;
    return;
  }
  switch (request.type) {
    case "order":
      sum += request.amount;
      return;
    case "bytes":
      sum += request.data.length + (request.data[0] ?? 0);
      return;
    case "echo":
      port.postMessage(request.value + 1);
      return;
    case "sum":
      port.postMessage(sum);
      sum = 0;
      return;
    case "tick":
      tick(request.ticks, request.everyMs);
      return;
  }
});

/** Sets one timer after the other and answers how many ms each was late. */
function tick(ticks: number, everyMs: number): void {
  const late: number[] = [];
  const next = () => {
    const due = performance.now() + everyMs;
    setTimeout(() => {
      late.push(performance.now() - due);
      if (late.length < ticks) next();
      else port?.postMessage(late);
    }, everyMs);
  };
  next();
}
