/**
 * nact: actors in one thread, in the manner of Akka.
 *
 * Its actors take one message per turn of the event loop (`setImmediate`), so its figures are those
 * of the event loop. Messages are objects because nact has no handlers to choose from by name.
 */

import { dispatch, query, type Ref, spawn, start, stop } from "nact";
import {
  type Contender,
  type Options,
  payload,
  playCalls,
  type Sample,
  secondsSince,
} from "../contender.ts";

const ACTORS = 1000;

/** Messages sent before the sender lets the actors run, as on our side. */
const BURST = 1000;

interface Add {
  readonly by: number;
}

/** One sender (the program itself), a thousand actors, a number in each message. */
export function cast(options: Options): Contender {
  const system = start();
  let sum = 0;
  let handled = 0;
  let wake = () => {};
  let wanted = 0;
  const actors: Ref<Add>[] = Array.from({ length: ACTORS }, (_, index) =>
    spawn(
      system,
      (count: number, message: Add) => {
        sum += message.by;
        handled += 1;
        if (handled === wanted) wake();
        return count + 1;
      },
      `counter-${index}`,
      { initialState: 0 },
    ),
  );
  const round = async (): Promise<Sample> => {
    sum = 0;
    handled = 0;
    const begin = performance.now();
    for (let sent = 0; sent < options.count; ) {
      wanted = Math.min(options.count, sent + BURST);
      const done = new Promise<void>((resolve) => {
        wake = resolve;
      });
      for (; sent < wanted; sent += 1) {
        dispatch(actors[sent % ACTORS] as Ref<Add>, { by: payload(sent) });
      }
      await done;
    }
    return { checksum: sum, values: { rate: options.count / secondsSince(begin) } };
  };
  return { round, close: () => stop(system) };
}

interface Ball {
  readonly left: number;
}

export function pingpong(options: Options): Contender {
  const system = start();
  let trips = 0;
  let over = () => {};
  const pong: Ref<Ball> = spawn(system, (state: number, ball: Ball) => {
    dispatch(ping, ball);
    return state;
  });
  const ping: Ref<Ball> = spawn(system, (state: number, ball: Ball) => {
    trips += 1;
    if (ball.left > 1) dispatch(pong, { left: ball.left - 1 });
    else over();
    return state;
  });
  const round = async (): Promise<Sample> => {
    trips = 0;
    const done = new Promise<void>((resolve) => {
      over = resolve;
    });
    const begin = performance.now();
    dispatch(pong, { left: options.count });
    await done;
    return { checksum: trips, values: { rate: options.count / secondsSince(begin) } };
  };
  return { round, close: () => stop(system) };
}

interface Question {
  readonly value: number;
  readonly sender: Ref<number>;
}

/**
 * nact names the asker of a query by 31 random bits, so with 1000 in flight about one query in two
 * million meets a name that is in use: it gets the other's answer, and the other none. Both are
 * asked again, the other after this time.
 */
const QUERY_TIMEOUT_MS = 1_000;

export function call(options: Options): Contender {
  const system = start();
  const server: Ref<Question> = spawn(system, (state: number, question: Question) => {
    dispatch(question.sender, question.value + 1);
    return state;
  });
  const ask = (value: number): Promise<number> =>
    query(server, (sender: Ref<number>) => ({ value, sender }), QUERY_TIMEOUT_MS);
  const echo = (value: number) =>
    ask(value).then(
      (answer) => (answer === value + 1 ? answer : ask(value)),
      () => ask(value),
    );
  return { round: () => playCalls(echo, options), close: () => stop(system) };
}

/** Spawn, one message, exit; the next one is born when the last one was told to go. */
export function spawned(options: Options): Contender {
  const system = start();
  const round = async (): Promise<Sample> => {
    let sum = 0;
    let left = options.count;
    const begin = performance.now();
    await new Promise<void>((resolve) => {
      const next = () => {
        const child: Ref<Add> = spawn(system, (state: number, message: Add) => {
          sum += message.by;
          stop(child);
          left -= 1;
          if (left === 0) resolve();
          else next();
          return state;
        });
        dispatch(child, { by: payload(left - 1) });
      };
      next();
    });
    return { checksum: sum, values: { rate: options.count / secondsSince(begin) } };
  };
  return { round, close: () => stop(system) };
}

/** Bytes of one idle actor; all actors of all rounds stay alive. */
export function memory(options: Options): Contender {
  const system = start();
  const actors: Ref<Add>[] = [];
  const round = async (): Promise<Sample> => {
    const before = usedBytes();
    for (let index = 0; index < options.count; index += 1) {
      const adder = (sum: number, message: Add) => sum + message.by;
      actors.push(spawn(system, adder, `actor-${actors.length}`, { initialState: 0 }));
    }
    await new Promise(setImmediate);
    const bytes = (usedBytes() - before) / options.count;
    return { checksum: options.count, values: { bytes } };
  };
  return { round, close: () => stop(system) };
}

/** Bytes of the heap and outside of it that survive a collection (needs `--expose-gc`). */
function usedBytes(): number {
  for (let pass = 0; pass < 3; pass += 1) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
