/** A crash report, as a person would have the log show it: what matters, in a few lines. Pure. */
import type { LogLine } from "./stage.ts";
import { drawTable } from "./table.ts";
import { cut } from "./tree.ts";

const MESSAGE = "actor crashed";

export function isCrash({ message }: LogLine): boolean {
  return message === MESSAGE;
}

/** Fields that are not there are left out. */
export function crashLines({ fields, message }: LogLine, columns: number): string[] {
  const { actor, thread, reason, handler, lastMessage, state, waiting, ancestors, stack } = fields;
  const by = Array.isArray(ancestors) ? `, child of ${ancestors[0]}` : "";
  const rows = [
    ["actor", `${actor} on thread ${thread}${by}`],
    ["reason", reason],
    ["handler", handler],
    ["message", lastMessage],
    ["state", state],
    ["waiting", waiting],
    ["where", frameOf(String(stack ?? ""))],
  ] as const;
  const told = rows.filter(([, value]) => value !== undefined);
  const texts = told.map(([name, value]) => [name, String(value)]);
  const lines = drawTable(texts, Number.POSITIVE_INFINITY, "left");
  return [message, ...lines.map((line) => cut(`  ${line}`, columns))];
}

/** The first frame of a stack, without the folders that lead to the file. */
function frameOf(stack: string): string | undefined {
  const frame = stack.split("\n").find((line) => /^\s+at /.test(line));
  return frame?.trim().replace(/(?:file:\/\/)?[^\s()]*[\\/]/, "");
}
