/**
 * A contender seen from outside: its process and the lines that go to and fro (see host.ts).
 *
 * Everything that waits has a bound, and a process that dies or stays silent becomes an error that
 * carries the last lines it wrote for people.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Sample } from "./contender.ts";

/** How to start a process. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
}

/** Setting up a million actors takes seconds; a minute means that something hangs. */
const ANSWER_TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_MS = 5_000;
const LAST_WORDS_MAX = 12;

export class Subject {
  readonly #name: string;
  readonly #process: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #lastWords: string[] = [];
  #answer: ((line: string | Error) => void) | undefined;

  private constructor(name: string, launch: Launch) {
    this.#name = name;
    this.#process = spawn(launch.command, launch.args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, NODE_ENV: "production" },
    });
    this.#gone = new Promise((resolve) => {
      const leave = (why: string) => {
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

  /** Starts the process and waits until it has set up. */
  static async start(name: string, launch: Launch): Promise<Subject> {
    const subject = new Subject(name, launch);
    await subject.#next("");
    return subject;
  }

  /** Plays one round. */
  async round(): Promise<Sample> {
    return JSON.parse(await this.#next("round\n")) as Sample;
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

  async #next(request: string): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const answer = await new Promise<string | Error>((resolve) => {
      this.#answer = resolve;
      timer = setTimeout(
        () => resolve(new Error(`has not answered for ${ANSWER_TIMEOUT_MS} ms`)),
        ANSWER_TIMEOUT_MS,
      );
      if (request !== "") this.#process.stdin?.write(request);
    });
    clearTimeout(timer);
    this.#answer = undefined;
    if (typeof answer === "string") return answer;
    await this.close();
    throw new Error([`${this.#name} ${answer.message}`, ...this.#lastWords].join("\n  "));
  }
}
