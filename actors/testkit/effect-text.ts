/** Effects as lines, for transcripts and for what a failed test shows. */

import { formatExit } from "../exit.ts";
import { sketch } from "../sketch.ts";
import type { Effect } from "./effects.ts";
import { textOf } from "./received.ts";

/** One line, like `cast Store<store>.put("a", 1)`. */
export function formatEffect(effect: Effect): string {
  switch (effect.type) {
    case "cast":
    case "call":
    case "spawn":
    case "timer":
      return formatSent(effect);
    case "answer":
      return `answer ${effect.handler}: ${sketch(effect.value)}`;
    case "fail":
    case "refused":
      return `${effect.type} ${effect.handler}: ${effect.error.name}: ${effect.error.message}`;
    case "dead-letter":
      return `dead letter (${effect.reason}) ${textOf(effect.handler, effect.args)}`;
    case "log":
      return `log ${effect.level}: ${effect.message}${fieldsText(effect.fields)}`;
    case "measure":
      return `measure ${effect.kind}${fieldsText(effect.values)}`;
    case "link":
    case "unlink":
    case "when-down":
      return `${effect.type} ${effect.ref}`;
    case "monitor":
      return `monitor ${effect.monitor} of ${effect.target}`;
    case "demonitor":
      return `demonitor ${effect.monitor}`;
    case "exit":
      return `exit ${effect.ref}: ${formatExit(effect.reason)}`;
    case "stop":
    case "end":
      return `${effect.type}: ${formatExit(effect.reason)}`;
    default:
      return formatOwn(effect);
  }
}

function formatSent(effect: Effect & { type: "cast" | "call" | "spawn" | "timer" }): string {
  switch (effect.type) {
    case "cast": {
      const urgent = effect.priority === true ? " with priority" : "";
      return `cast ${effect.to}.${textOf(effect.handler, effect.args)}${urgent}`;
    }
    case "call": {
      const within = effect.timeout === undefined ? "" : ` within ${effect.timeout} ms`;
      return `call ${effect.id} ${effect.to}.${textOf(effect.handler, effect.args)}${within}`;
    }
    case "spawn":
      return `spawn ${textOf(String(effect.ref), effect.args)}${fieldsText(effect.options)}`;
    case "timer": {
      const when = `${effect.every ? "every" : "after"} ${effect.ms} ms`;
      return `timer ${effect.key} ${when}: ${textOf(effect.handler, effect.args)}`;
    }
    default:
      return effect satisfies never;
  }
}

/** What it does to itself alone. */
function formatOwn(
  effect: Effect & {
    type: "cancel" | "become" | "stash" | "unstash" | "continue" | "idle-after" | "pipe";
  },
): string {
  switch (effect.type) {
    case "cancel":
      return `cancel ${effect.key}`;
    case "become":
      return `become ${effect.behaviour ?? "(its handlers)"}`;
    case "stash":
      return `stash ${effect.handler}`;
    case "unstash":
      return `unstash ${effect.count}`;
    case "continue":
      return textOf("continue", effect.args);
    case "idle-after":
      return `idle after ${effect.ms === undefined ? "nothing" : `${effect.ms} ms`}`;
    case "pipe":
      return `pipe to ${effect.done}${effect.failed === undefined ? "" : ` or ${effect.failed}`}`;
    default:
      return effect satisfies never;
  }
}

function fieldsText(fields: object): string {
  return Object.keys(fields).length === 0 ? "" : ` ${sketch(fields)}`;
}
