/** Effects and data of protocols as lines, for transcripts and traces. */

import type { Effect, ProtocolSpec, Tagged } from "../../protocol/contract.ts";

/** All of it, on one line: `{ round: 3, names: ["a", "b"] }`. */
export function valueText(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "function";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => `${valueText(key)} => ${valueText(item)}`);
    return entries.length === 0 ? "Map {}" : `Map { ${entries.join(", ")} }`;
  }
  if (value instanceof Set) {
    return value.size === 0 ? "Set {}" : `Set { ${[...value].map(valueText).join(", ")} }`;
  }
  if (ArrayBuffer.isView(value)) return `bytes(${value.byteLength})`;
  const fields = fieldsOf(value).map(([key, field]) => `${key}: ${valueText(field)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

/** What is tagged by `type`: `passed round=3`. Else as `valueText`. */
export function taggedText(value: unknown): string {
  if (!isTagged(value)) return valueText(value);
  const fields = fieldsOf(value).filter(([key]) => key !== "type");
  return [value.type, ...fields.map(([key, field]) => `${key}=${valueText(field)}`)].join(" ");
}

function isTagged(value: unknown): value is Tagged {
  return (
    typeof value === "object" && value !== null && "type" in value && typeof value.type === "string"
  );
}

function fieldsOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, field]) => field !== undefined);
}

/** One line, like `-> b passed round=3 after 2`. */
export function effectText<S extends ProtocolSpec>(effect: Effect<S>): string {
  switch (effect.type) {
    case "send":
      return `-> ${[effect.to].flat().join(", ")} ${sentText(effect)}`;
    case "reply":
      return `reply ${effect.id}: ${taggedText(effect.reply)}${afterText(effect)}`;
    case "timer":
      return `set ${effect.key} ${effect.inMs} ms`;
    case "cancel":
      return `clear ${effect.key}`;
    case "ask":
      return `ask ${effect.key}: ${taggedText(effect.question)} within ${effect.withinMs} ms`;
    case "persist":
      return `persist ${effect.seq}: ${effect.records.map(taggedText).join("; ")}`;
    case "truncate":
      return `truncate ${effect.seq}: from ${effect.from} on`;
    case "snapshot":
      return `snapshot ${effect.seq}: up to ${effect.upTo}`;
    case "metadata":
      return `metadata ${effect.seq}: ${valueText(effect.metadata)}`;
    case "monitor":
    case "demonitor":
      return `${effect.type} ${effect.member}`;
    case "observe":
      return `observe ${taggedText(effect.observation)}${afterText(effect)}`;
    case "metric":
      return `metric ${effect.name} ${effect.value}`;
    case "finish":
      return `finish with ${effect.participants}${afterText(effect)}`;
    case "fail":
      return `fail: ${effect.reason}`;
    default:
      return unknownText(effect);
  }
}

function sentText({ message, after }: { message: Tagged; after?: number }): string {
  return `${taggedText(message)}${afterText({ after })}`;
}

function unknownText(effect: never): string {
  return `unknown effect ${valueText(effect)}`;
}

function afterText({ after }: { readonly after?: number | undefined }): string {
  return after === undefined ? "" : ` after ${after}`;
}
