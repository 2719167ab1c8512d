/**
 * Goal: a backlog that somebody has written over costs what lies there, and nothing else: it is
 * refused with place and number, the rest goes on, and every message is accounted for.
 */

import { describe, expect, test } from "vitest";
import { fixture } from "./support/native.ts";
import { Survivals } from "./support/survival.ts";
import { errorOf, quiet, until } from "./support/systems.ts";

const { Vandal, Written } = await fixture<typeof import("./fixtures/damaged.mjs")>("damaged");

/** An argument that cannot be the length of anything. */
const NO_LENGTH = 2 ** 30;
const ON = { thread: 1 } as const;
/** Notes in the mailbox; a call is the one behind the first half of them. */
const HALF = 20;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("bytes that nobody has written", () => {
  const world = new Survivals();
  let counted = 0;

  async function scribbled(what: "size" | "context" | "capacity") {
    const { system } = world;
    const book = await world.book();
    const vandal = await system.spawn(Vandal, [], ON);
    const written = await system.spawn(Written, [book], ON);
    await system.suspend(written);
    for (const number of upTo(HALF)) written.cast.note(number);
    const call = errorOf(written.with({ timeout: 1500 }).call.echo(NO_LENGTH));
    for (const number of upTo(HALF)) written.cast.note(HALF + number);
    await vandal.call.scribble(what, HALF);
    world.lines.length = 0;
    await world.lose();
    const error = await call;
    const damage = world.lines.filter(({ message }) => message.includes("nobody has written"));
    return { book, written, error, told: damage.map(({ fields }) => fields) };
  }

  /** Reasons, each with its number: of what cannot be read nobody can say which they were. */
  async function letters() {
    const before = counted;
    counted = (await quiet(world.system)).deadLettered;
    const told = () => world.letters.reduce((sum, { suppressed }) => sum + 1 + suppressed, 0);
    await until("all are told", () => told() === counted - before);
    return world.letters.splice(0).map(({ reason, suppressed }) => [reason, 1 + suppressed]);
  }

  test("a size: what lies before it is handled", async () => {
    const { book, written, error, told } = await scribbled("size");
    expect(await written.call.echo(2)).toBe(2);
    expect(await book.call.notes()).toEqual(upTo(HALF));
    const fields = { actor: String(written), messages: HALF + 1 };
    expect(told).toEqual([expect.objectContaining(fields)]);
    expect(told[0]).toMatchObject({ offset: expect.any(Number), bytes: expect.any(Number) });
    expect(error).toMatchObject({ code: "ERR_CALL_TIMEOUT" });
    expect(await letters()).toEqual([["lost", HALF + 1]]);
  });

  test("a message: all others are handled, and its caller learns of it", async () => {
    const { book, error } = await scribbled("context");
    expect(await world.heard(book, 2 * HALF)).toEqual(upTo(2 * HALF));
    expect(error).toMatchObject({ code: "ERR_BAD_RECORD" });
    expect(await letters()).toEqual([["undecodable", 1]]);
  });

  test("all of it: the actor is given up", async () => {
    const { written, told } = await scribbled("capacity");
    expect(told).toEqual([expect.objectContaining({ offset: 0, actor: String(written) })]);
    expect(await errorOf(written.call.echo(1))).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    expect(await letters()).toEqual([
      ["lost", 2 * HALF + 1],
      ["noproc", 1],
    ]);
  });
});
