/** Commands for a group in words, and what they set off in lines; form: protocol-transcript.ts. */

import type {
  Answer,
  MemberId,
  Protocol,
  ProtocolEvent,
  ProtocolSpec,
  Tagged,
} from "../../protocol/contract.ts";
import * as acts from "./acts.ts";
import { InvalidScenario } from "./errors.ts";
import { ProtocolGroup } from "./group.ts";
import { DEADLINE_MS, type MemberPart, type WithoutTime } from "./scenario.ts";
import { effectText, taggedText, valueText } from "./text.ts";

export interface ScriptOptions {
  readonly members: readonly MemberId[];
  readonly durable?: boolean;
  readonly seed?: number;
}

/** One command: its words, those of the form `key=value`, and the lines below it. */
export interface ScriptLine {
  readonly command: string;
  readonly args: readonly string[];
  readonly directives: Readonly<Record<string, string>>;
  readonly input: string;
}

type Fields = Record<string, unknown>;

const COMMANDS = [
  ...["start", "command", "deliver", "lose", "repeat", "timer", "wait", "durable", "answer"],
  ...["fail", "down", "crash", "over", "view", "health", "state", "flight", "timers", "reset"],
];

export class Script<S extends ProtocolSpec> {
  readonly #protocol: Protocol<S>;
  readonly #options: ScriptOptions;
  #members: Record<MemberId, MemberPart<S>> = {};
  #group: ProtocolGroup<S>;
  #lines: string[] = [];

  constructor(protocol: Protocol<S>, options: ScriptOptions) {
    this.#protocol = protocol;
    this.#options = options;
    this.#group = this.#reset();
  }

  /** What it sets off, one line for each effect. */
  run(line: ScriptLine): string {
    this.#lines = [];
    this.#do(line);
    this.#group.look();
    return this.#lines.length === 0 ? "nothing" : this.#lines.join("\n");
  }

  #reset(): ProtocolGroup<S> {
    const { members: ids, durable = false, seed = 1 } = this.#options;
    this.#members = Object.fromEntries(ids.map((id) => [id, {}]));
    const group = new ProtocolGroup(this.#protocol, { members: this.#members, durable, seed });
    group.listener = (_member, _event, effects) => {
      for (const effect of effects) this.#lines.push(effectText(effect));
    };
    this.#group = group;
    return group;
  }

  #do(line: ScriptLine): void {
    const group = this.#group;
    const [first = "", second = "", third] = line.args;
    switch (line.command) {
      case "start":
        return this.#start(first, line);
      case "command":
        return this.#command(first, second, third, line);
      case "deliver":
        return acts.deliver(group, this.#message(first, line.args[1]));
      case "lose":
        return acts.lose(group, this.#message(first, line.args[1]));
      case "repeat":
        return acts.repeat(group, this.#message(first, line.args[1]));
      case "timer":
        return acts.fire(group, first, second);
      case "wait":
        group.at += numberOf(first);
        return;
      case "durable":
        return this.#durable(first, line.args[1]);
      case "answer":
        return acts.answer(group, first, second, { type: "value", value: answerOf(line) });
      case "fail":
        return acts.answer(group, first, second, failureOf(line));
      case "down":
        return this.#down(first, second, line.directives.reason);
      case "crash":
        return acts.crash(group, first, numberOf(line.args[1] ?? "0"));
      case "over":
        return acts.endFinished(group, first);
      case "view":
      case "health":
        return this.#event(line.command, first, line);
      default:
        return this.#look(line);
    }
  }

  #look({ command, args: [id = ""] }: ScriptLine): void {
    switch (command) {
      case "state": {
        const state = this.#group.find(id).state ?? {};
        const fields = Object.entries(state).filter(([, value]) => value !== undefined);
        this.#lines.push(...fields.map(([key, value]) => `${key}: ${valueText(value)}`));
        return;
      }
      case "flight":
        for (const { from, to, message } of this.#group.flight) {
          this.#lines.push(`${from}→${to} ${taggedText(message)}`);
        }
        return;
      case "timers":
        for (const [key, due] of this.#group.find(id).timers) {
          this.#lines.push(`${key} in ${due - this.#group.at} ms`);
        }
        return;
      case "reset":
        this.#reset();
        return;
      default:
        throw new InvalidScenario(`there is no ${command}`, `it is one of ${COMMANDS.join(", ")}`);
    }
  }

  #start(id: MemberId, line: ScriptLine): void {
    const fields = fieldsOf(line);
    if (fields !== undefined) {
      try {
        this.#members[id] = { config: this.#protocol.check(fields) };
      } catch (error) {
        this.#lines.push(`refused ${refusalText(error)}`);
        return;
      }
    }
    acts.start(this.#group, id);
  }

  #command(id: MemberId, request: string, type: string | undefined, line: ScriptLine): void {
    const { deadlineMs = DEADLINE_MS, ...fields } = fieldsOf(line) ?? {};
    const command = { ...(type !== undefined && { type }), ...fields } as Tagged;
    const deadline = this.#group.at + Number(deadlineMs);
    const answered = this.#group.find(id).commands.get(request);
    if (answered === undefined) {
      acts.command(this.#group, id, request, command as S["command"], deadline);
    } else this.#lines.push(answered ? "answered by the shell" : "joined by the shell");
  }

  /** `a→home`, of a type if there is one. */
  #message(way: string, type: string | undefined): number {
    const [from, to] = way.split(/→|->/);
    const index = this.#group.flight.findIndex((one) => {
      const isThere = one.from === from && one.to === to;
      return isThere && (type === undefined || (one.message as Tagged).type === type);
    });
    if (index >= 0) return index;
    const texts = this.#group.flight.map(
      (one) => `${one.from}→${one.to} ${taggedText(one.message)}`,
    );
    throw new InvalidScenario(`nothing like that is in flight`, `there is ${texts.join(", ")}`);
  }

  #durable(id: MemberId, upTo: string | undefined): void {
    const { held, seq } = this.#group.find(id);
    const last = upTo === undefined ? seq : numberOf(upTo);
    for (const { after, effect } of held) {
      if (after <= last) this.#lines.push(`released ${effectText(effect)}`);
    }
    acts.persisted(this.#group, id, last);
  }

  #down(to: MemberId, member: MemberId, reason: string | undefined): void {
    const { deaths } = this.#group;
    const index = deaths.findIndex((death) => death.to === to && death.member === member);
    const death = deaths[index];
    if (death === undefined) {
      const advice = "it hears of one that it monitors, after its crash";
      throw new InvalidScenario(`${to} cannot hear that ${member} has died`, advice);
    }
    if (reason !== undefined) deaths[index] = { ...death, reason };
    acts.hear(this.#group, index);
  }

  #event(type: "view" | "health", id: MemberId, line: ScriptLine): void {
    // What is missing in it a core must stand.
    acts.event(this.#group, id, { type, ...fieldsOf(line) } as WithoutTime<ProtocolEvent<S>>);
  }
}

/** The directives and the lines below; undefined if there are none. */
function fieldsOf({ directives, input }: ScriptLine): Fields | undefined {
  const fields: Fields = {};
  for (const [key, text] of Object.entries(directives)) fields[key] = jsonOr(text);
  const more = input.trim() === "" ? undefined : (JSON.parse(input) as Fields);
  if (more === undefined && Object.keys(fields).length === 0) return undefined;
  return { ...fields, ...more };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The value of an answer: the field `value` if it is all there is, else an object. */
function answerOf(line: ScriptLine): unknown {
  const fields = fieldsOf(line);
  const isAlone = fields !== undefined && Object.keys(fields).join() === "value";
  return isAlone ? fields.value : fields;
}

function failureOf({ directives: { code = "ERR_CALL_TIMEOUT", text = "" } }: ScriptLine): Answer {
  return { type: "failed", code, message: text };
}

function numberOf(text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number >= 0) return number;
  throw new InvalidScenario(`${JSON.stringify(text)} is no number`, "it must be one from 0 on");
}

function refusalText(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return `${String(code)}: ${String(message)}`;
}
