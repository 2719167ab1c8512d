/** Goal: of each member there is one, whoever starts it and how often. */

import { expect, test } from "vitest";
import { fixture, sabeam } from "../support/native.ts";
import { errorOf, until, useSystem } from "../support/systems.ts";

const { Tokens } = await fixture<typeof import("../fixtures/tokens.mjs")>("tokens");

const shared = useSystem({ threads: 0 });

test("who starts a member that waits to be started again takes its place", async () => {
  const journal = await sabeam.openStore(shared.system, { memory: true });
  const order = { id: "t", config: {}, journal, lingerMs: 1 };
  const home = await shared.system.protocol(Tokens, order);
  expect(await home.next()).toBe(1);
  const life = () => shared.system.whereis(Tokens.actor, "Tokens/t/home");
  const startsAnew = async (): Promise<boolean> => {
    await errorOf(home.handle.ask({ type: "fail" }, { deadlineMs: 5 }));
    await until("it is gone", () => life() === undefined);
    const started = shared.system.protocol(Tokens, order);
    return await started.then(
      () => true,
      (error) => {
        if (error.code === "ERR_NAME_TAKEN") return false;
        throw error;
      },
    );
  };
  // Its supervisor may be faster.
  await until("it is started anew", startsAnew);
  const refused = shared.lines.length;
  const second = life();
  expect(await home.next()).toBe(2);
  await home.say("end");
  // The one before would be started again after 10, 20, 40, … ms.
  await new Promise((resolve) => setTimeout(resolve, 250));
  const failures = shared.lines.slice(refused).filter(({ message }) => /start/.test(message));
  // One may have been under way.
  expect(failures.length).toBeLessThanOrEqual(1);
  expect([second === undefined, life()]).toEqual([false, undefined]);
});
