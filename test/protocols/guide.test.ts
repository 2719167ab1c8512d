/** Goal: whoever forgets to wait for its journal in the protocol of the guide is found out. */

import { exploreProtocol, type ProtocolScenario } from "sabeam/sim";
import { expect, test } from "vitest";
import { notice } from "../../examples/own-protocol.protocol.ts";
import type { NoticeSpec } from "../../examples/own-protocol.spec.ts";

const scenario: ProtocolScenario<NoticeSpec> = {
  members: {
    home: { config: { words: "Lunch is ready", readers: ["ann"], withinMs: 2000 } },
    ann: {},
  },
  clients: [{ at: "home", commands: [{ type: "outcome" }] }],
  answers: () => [{ type: "value", value: undefined }],
  durable: true,
};

/** As the guide has it, but that effects of these types do not wait. */
const hasty = (...types: string[]): typeof notice => ({
  ...notice,
  step: (state, event) =>
    notice
      .step(state, event)
      .map((one) => ("after" in one && types.includes(one.type) ? { ...one, after: 0 } : one)),
});

test.each([
  [["send"], /home believes that ann has read/],
  [["send", "finish"], /home believes that ann has read/],
  [["finish"], /who is over has said all/],
])("without after on %j", (types, what) => {
  const walk = () => exploreProtocol(hasty(...types), { ...scenario, crashes: 1, timers: 1 });
  expect(walk).toThrow(what);
});

test("as it is", () => {
  const { states } = exploreProtocol(notice, { ...scenario, crashes: 1, timers: 1 });
  expect(states).toBeGreaterThan(100);
});
