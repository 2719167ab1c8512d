/**
 * A contender seen from outside: the process it lives in and the lines that go to and fro (see
 * host.ts).
 *
 * Everything that waits has a bound, and a process that dies or stays silent becomes an error that
 * carries the last lines it wrote for people.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Sample } from "./contender.ts";

/** How to start a process, and what to tell it to set up. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** Module, function and options. */
  readonly contender: string;
  /** True: the process serves no other contender. */
  readonly alone: boolean;
}

/** Setting up a million actors takes seconds; a minute means that something hangs. */
const ANSWER_TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_MS = 5_000;
/** Lines; the stack of a module that is missing has some sixteen, and its message is above. */
const LAST_WORDS_MAX = 24;

export class Subject {
  readonly #launch: Launch;
  readonly #process: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #lastWords: string[] = [];
  /** Who it is just now, for errors. */
  #name = "nobody";
  /** How the process has ended, once it has. */
  #end: string | undefined;
  #answer: ((line: string | Error) => void) | undefined;

  constructor(launch: Launch) {
    this.#launch = launch;
    this.#process = spawn(launch.command, launch.args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, NODE_ENV: "production" },
    });
    this.#gone = new Promise((resolve) => {
      const leave = (why: string) => {
        this.#end = why;
        this.#answer?.(new Error(why));
        resolve();
      };
      this.#process.once("error", (error) => leave(`cannot be started: ${error.message}`));
      this.#process.once("close", (code, signal) => leave(`has ended with ${signal ?? code}`));
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      if (stream !== null)
        createInterface({ input: stream }).on("line", (line) => this.#hear(line));
    }
    // A process that died cannot be written to; its end is noticed above.
    this.#process.stdin?.on("error", () => {});
  }

  /** True if its process can be used for that, too. */
  serves(launch: Launch): boolean {
    return !launch.alone && !this.#launch.alone && started(launch) === started(this.#launch);
  }

  /** Waits until the contender has set up; `name` is what errors call it. */
  async setUp(name: string, { contender }: Launch): Promise<void> {
    this.#name = name;
    await this.#ask(`setup ${contender}`);
  }

  /** Plays one round. */
  async round(): Promise<Sample> {
    return JSON.parse(await this.#ask("round")) as Sample;
  }

  /** Ends the contender, so that the process is free for another. */
  async leave(): Promise<void> {
    await this.#ask("close");
  }

  /** Ends the process, by force if it does not leave by itself. */
  async close(): Promise<void> {
    this.#process.stdin?.end();
    const force = setTimeout(() => this.#process.kill("SIGKILL"), CLOSE_TIMEOUT_MS);
    await this.#gone;
    clearTimeout(force);
  }

  #hear(line: string): void {
    if (line.startsWith("@") && this.#answer !== undefined) {
      this.#answer(line.slice(1));
      return;
    }
    this.#lastWords.push(line);
    if (this.#lastWords.length > LAST_WORDS_MAX) this.#lastWords.shift();
  }

  async #ask(request: string): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const answer = await new Promise<string | Error>((resolve) => {
      if (this.#end !== undefined) return resolve(new Error(this.#end));
      this.#answer = resolve;
      timer = setTimeout(
        () => resolve(new Error(`has not answered for ${ANSWER_TIMEOUT_MS} ms`)),
        ANSWER_TIMEOUT_MS,
      );
      this.#process.stdin?.write(`${request}\n`);
    });
    clearTimeout(timer);
    this.#answer = undefined;
    if (typeof answer === "string") return answer;
    await this.close();
    throw new Error([`${this.#name} ${answer.message}`, ...this.#lastWords].join("\n  "));
  }
}

function started({ command, args }: Launch): string {
  return [command, ...args].join(" ");
}
