/** Goal: random runs find what the toy does wrong, and are the same for the same seed. */

import { expect, test } from "vitest";
import {
  type CheckProtocolOptions,
  checkProtocol,
  ProtocolRefuted,
} from "../../actors/sim/index.ts";
import { FLAWS, type Flaw, type Toy, toy } from "./toy.ts";

const options: CheckProtocolOptions<Toy> = {
  scenario: (random) => {
    const ids = ["a", "b", "c"].slice(0, 1 + random.int(3));
    const others = Object.fromEntries(ids.map((id) => [id, {}]));
    return {
      members: { home: { config: { most: 9 } }, ...others },
      clients: ["home", ...ids].map((at) => {
        return {
          at,
          commands: [
            { type: "add", by: 1 },
            { type: "add", by: 2 },
          ],
        };
      }),
      durable: true,
    };
  },
  crashes: 2,
  atEnd(group) {
    const clients = group.scenario.clients?.length ?? 0;
    expect(group.states.get("home")?.total).toBe(3 * clients);
  },
};

/** The failure of its runs. */
function failure(flaw: Flaw): ProtocolRefuted {
  try {
    checkProtocol(toy(flaw), options);
  } catch (error) {
    if (error instanceof ProtocolRefuted) return error;
    throw error;
  }
  throw new Error(`"${flaw}" was not found`);
}

test("what runs have met is the same for the same seed", () => {
  const few = { ...options, runs: 200 };
  const [one, again] = [checkProtocol(toy(), few), checkProtocol(toy(), few)];
  expect(again).toEqual(one);
  expect(one).toMatchInlineSnapshot(`
    {
      "answered": 1202,
      "crashes": 202,
      "delivered": 1796,
      "lost": 116,
      "partitions": 95,
      "repeated": 0,
      "runs": 200,
      "steps": 4777,
      "timers": 173,
      "trials": 137,
    }
  `);
});

test("runs can be gone on with: the first and the rest are all", () => {
  const all = checkProtocol(toy(), { ...options, runs: 30 });
  const first = checkProtocol(toy(), { ...options, runs: 10 });
  const rest = checkProtocol(toy(), { ...options, runs: 20, from: 10 });
  expect(first.delivered + rest.delivered).toBe(all.delivered);
});

const FOUND: Record<Flaw, RegExp> = {
  "speaks early": /home counts \d+, and \d+ was told/,
  "counts twice": /expected \d+ to be \d+/,
  "asks once": /waits in the end/,
  "replies twice": /one reply each/,
  "skips a number": /seq counts up/,
  throws: /decode threw/,
  "believes all": /what is encoded is decoded again/,
  draws: /the same state and event give the same/,
  "snapshots half": /goes on from its snapshot as from all its records/,
  "sends to strangers": /sends go to members/,
  "leaves somebody": /who is over has answered all/,
  "forgets a field": /total=\d+ became/,
  "keeps what it sends": /Cannot assign to read only property/,
  "tells more": /home counts \d+, and \d+ was told/,
  "knows all versions": /version 2 is decoded by version 1/,
};

test.each(FLAWS)("finds what %s", (flaw) => {
  const found = failure(flaw);
  expect(found.message).toMatch(FOUND[flaw]);
  expect(found.seed).toMatch(/^1\/\d+$/);
});
