/** Goal: what an instance cannot be started or asked with is refused, and the option is named. */

import { expect, test } from "vitest";
import { fixture, sabeam } from "../support/native.ts";
import { useSystem } from "../support/systems.ts";

const { Tokens, Juror } = await fixture<typeof import("../fixtures/tokens.mjs")>("tokens");

const running = useSystem({ threads: 0 });

test.each([
  [{ id: "" }, "ERR_INVALID_OPTIONS"],
  [{ id: "a/b" }, "ERR_INVALID_OPTIONS"],
  [{ id: "日".repeat(22) }, "ERR_INVALID_OPTIONS"],
  [{ id: "half \ud83d" }, "ERR_INVALID_OPTIONS"],
  [{ id: "t", member: "x".repeat(65) }, "ERR_INVALID_OPTIONS"],
  [{ id: "t", config: { first: 0.5 } }, "ERR_INVALID_OPTIONS"],
  [{ id: "t", lingerMs: Number.NaN }, "ERR_INVALID_OPTIONS"],
  [{ id: "t", lingerMs: 2 ** 31 }, "ERR_INVALID_OPTIONS"],
  [{ id: "t", lingerMs: "5" as never }, "ERR_INVALID_OPTIONS"],
  [{ id: "t", colour: "red" } as never, "ERR_INVALID_OPTIONS"],
])("refused: %j", async (options, code) => {
  await expect(running.system.protocol(Tokens, options)).rejects.toMatchObject({ code });
});

test("refused: members that are not given as options by their ids", async () => {
  const ref = await running.system.spawn(Juror, []);
  const all = [
    ["a"],
    7,
    { a: undefined },
    { a: ref },
    { a: { participnt: ref } },
    { "a/b": {} },
    { home: {} },
  ];
  for (const members of all) {
    const started = running.system.protocol(Tokens, {
      id: "t",
      config: {},
      members: members as never,
    });
    await expect(started).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
  }
  for (const wrong of [{}, undefined, Juror]) {
    const started = running.system.protocol(wrong as unknown as typeof Tokens, { id: "t" });
    await expect(started).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
  }
  for (const options of [undefined, null, 7, { id: "t", away: 7 }, { id: "t", near: 7 }]) {
    const started = running.system.protocol(Tokens, options as never);
    await expect(started).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    const asked = () => sabeam.clientOf(running.system, Tokens, options as never);
    expect(asked).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTIONS" }));
  }
  const client = sabeam.clientOf(running.system, Tokens, { id: "t" });
  await expect(client.next({ requestId: 7 as never })).rejects.toMatchObject({
    option: "requestId",
  });
});

test("refused: refs of actors that do not take what they are to be sent", async () => {
  const ref = await running.system.spawn(Juror, []);
  for (const wrong of [{ away: { b: ref } }, { away: ref }, { observer: ref }, { observer: 7 }]) {
    const started = running.system.protocol(Tokens, { id: "t", config: {}, ...(wrong as object) });
    await expect(started).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
  }
  const journal = running.system.protocol(Tokens, { id: "t", config: {}, journal: ref });
  await expect(journal).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
});
