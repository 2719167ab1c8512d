/**
 * Goal: what option `preload` names is there on every thread before its first actor, in every life
 * of it; what cannot be loaded keeps the system from starting, and says what and where.
 */
import { describe, expect, test } from "vitest";
import type { SystemOptions } from "../../dist/actors/index.js";
import { fixture, sabeam } from "./support/native.ts";
import { ended, errorOf, keepingLog, THREADS, until } from "./support/systems.ts";

const { Money } = await fixture<typeof import("./fixtures/money.mjs")>("money");
const { Stranger } = await fixture<typeof import("./fixtures/strangers.mjs")>("strangers");

const at = (name: string): URL => new URL(`fixtures/${name}.mjs`, import.meta.url);
const start = (options: SystemOptions) =>
  sabeam.startSystem({ log: keepingLog().log, callTimeout: 15_000, ...options });

test("every thread has it, the standby and its heirs too", async () => {
  const system = await start({ threads: 1, preload: [at("money")] });
  for (const generation of [1, 2, 3]) {
    await until("it runs", () => {
      const [, thread] = system.threads;
      return thread?.running === true && thread.generation === generation;
    });
    const stranger = await system.spawn(Stranger, [new Money(1)]);
    expect(await stranger.call.echo(new Money(2))).toMatchObject({ cents: 2 });
    if (generation === 3) break;
    stranger.cast.exit();
    await ended(stranger);
  }
  await system.stop();
});

test("texts will do, also of a list with what is loaded already", async () => {
  for (const threads of THREADS) {
    const preload = [at("money").href, at("money"), "node:fs"];
    const system = await start({ threads, preload });
    const stranger = await system.spawn(Stranger, [new Money(1)]);
    expect(await stranger.call.echo(new Money(2))).toMatchObject({ cents: 2 });
    await system.stop();
  }
});

describe("a module that cannot be loaded", () => {
  test.each(THREADS)("anywhere, threads: %i", async (threads) => {
    const error = await errorOf(start({ threads, preload: [at("money"), at("nowhere")] }));
    expect(error).toBeInstanceOf(sabeam.ModuleNotLoaded);
    expect(error).toMatchObject({ code: "ERR_MODULE_NOT_LOADED", thread: 0 });
    expect(error.url).toBe(at("nowhere").href);
    expect(error.message).toContain(`thread 0 could not preload ${at("nowhere")}: `);
    expect(error.cause).toMatchObject({ code: "ERR_MODULE_NOT_FOUND" });
  });

  test("on a worker thread only", async () => {
    const error = await errorOf(start({ threads: 2, preload: [at("picky")] }));
    expect(error).toBeInstanceOf(sabeam.ModuleNotLoaded);
    expect(error).toMatchObject({ thread: 1, url: at("picky").href });
    expect(error.message).toContain("TypeError: not on this thread");
    // Where it was thrown is told, though the error itself could not be cloned.
    expect((error.cause as Error).stack).toContain("picky.mjs");
  });
});

test("bad input", async () => {
  const list = "must be a list of at most 64 URLs";
  const table: [message: string, preload: unknown][] = [
    [`preload ${list}`, "file:///a.mjs"],
    [`preload ${list}`, new URL("file:///a.mjs")],
    [`preload ${list}`, null],
    [`preload ${list}`, Array(65).fill("file:///a.mjs")],
    ["preload[1] must be a URL", ["file:///a.mjs", "./b.mjs"]],
    ["preload[0] must be a URL", [1]],
  ];
  for (const [message, preload] of table) {
    const error = await errorOf(start({ threads: 0, preload } as SystemOptions));
    expect(error.name).toBe("InvalidOptions");
    expect(error.message).toContain(message);
  }
});
