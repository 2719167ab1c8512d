/** Goal: a client says what it knows, and no more, and in time. */

import { expect, test } from "vitest";
import { NoSuchActor } from "../../../actors/errors.ts";
import type { CommandAnswer } from "../../../actors/protocol/commands.ts";
import { Handle, type HandleParts } from "../../../actors/protocol/handle.ts";
import { errorOf } from "../support/systems.ts";

/** Of a member that does this with each command. */
function handle(command: () => Promise<CommandAnswer>, more: Partial<HandleParts> = {}) {
  const call = { command };
  return new Handle({
    protocol: "Tokens",
    instance: "t",
    member: "home",
    ref: { call, with: () => ({ call }) } as never,
    isDurable: true,
    isStarted: false,
    isAway: false,
    ...more,
  });
}

test("a supervisor that says nothing keeps no client beyond its deadline", async () => {
  const absent = async () => Promise.reject(new NoSuchActor("Tokens/t/home", "a test"));
  const presence = () => new Promise<undefined>(() => {});
  const asked = errorOf(handle(absent, { presence }).ask({ type: "next" }, { deadlineMs: 300 }));
  expect(await asked).toMatchObject({ code: "ERR_NO_SUCH_INSTANCE" });
});

test("of a command that was sent before, nobody says that nothing has happened", async () => {
  const absent = async () => Promise.reject(new NoSuchActor("Tokens/t/home", "a test"));
  const rows: [string, () => Promise<CommandAnswer>, Partial<HandleParts>?][] = [
    ["ERR_JOURNAL_FULL", async () => ({ type: "full", journal: "a journal", why: "a test" })],
    ["ERR_OVERLOADED", async () => ({ type: "overloaded", retryAfterMs: 20 })],
    ["ERR_NO_SUCH_INSTANCE", absent],
    ["ERR_INSTANCE_OVER", absent, { presence: async () => "ended" }],
  ];
  for (const [code, command, more] of rows) {
    const asked = (requestId?: string) => {
      const options = { deadlineMs: 100, ...(requestId !== undefined && { requestId }) };
      return errorOf(handle(command, more).ask({ type: "next" }, options));
    };
    expect(await asked()).toMatchObject({ code });
    const unknown = { code: "ERR_OUTCOME_UNKNOWN", requestId: "before", cause: { code } };
    expect(await asked("before")).toMatchObject(unknown);
  }
});
