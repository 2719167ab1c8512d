/**
 * One client of the socket: what it wants, and when it gets it.
 *
 *     lines ──▶ want ──▶ look, at most one at a time ──▶ view ──▶ … and again after everyMs
 *
 * Nothing runs for a client that wants nothing. One that reads more slowly than it wants gets fewer
 * views, and never a queue of them.
 */

import type { Socket } from "node:net";
import { summarise } from "../errors.ts";
import { Looker } from "./looker.ts";
import { plainText } from "./plain-text.ts";
import { EVERY_MS, type Hello, REQUEST_BYTES_MAX, type Told, type Want } from "./protocol.ts";
import { parseWant } from "./request.ts";
import type { Looked } from "./sources.ts";
import type { View } from "./view.ts";

/** Bytes that a client has not read yet, beyond which it gets no further view. */
const UNREAD_BYTES_MAX = 1024 * 1024;
/** On top of the time until the next look. */
const WATCH_MARGIN_MS = 2000;
const TOO_LONG = { problem: `a line of a client may have ${REQUEST_BYTES_MAX} characters` };

/** What leads to a view. */
type ViewWant = Exclude<Want, { want: "nothing" }>;

export class Guest {
  readonly #socket: Socket;
  readonly #looker: Looker;
  #line = "";
  #want: ViewWant | undefined;
  #looking = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  /** It sends nothing more, and may still read. */
  #ended = false;

  /** @param left is called once it is gone */
  constructor(socket: Socket, looked: Looked, hello: Hello, left: () => void) {
    this.#socket = socket;
    this.#looker = new Looker(looked);
    socket.setEncoding("utf8");
    socket.on("data", (text: unknown) => this.#heard(String(text)));
    socket.on("end", () => {
      this.#ended = true;
      if (this.#want === undefined) socket.end();
    });
    // A reader that went away, which `close` tells too.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      clearTimeout(this.#timer);
      this.#want = undefined;
      left();
    });
    this.#tell(hello);
  }

  leave(): void {
    this.#socket.destroy();
  }

  #heard(text: string): void {
    const lines = (this.#line + text).split("\n");
    this.#line = lines.pop() ?? "";
    if (this.#line.length > REQUEST_BYTES_MAX) {
      this.#socket.pause();
      this.#socket.end(lineOf({ type: "refused", ...TOO_LONG }));
      return;
    }
    // Each one replaces the one before: of many that come at once the last is what counts.
    for (const line of lines) if (line.trim() !== "") this.#asked(line);
  }

  #asked(line: string): void {
    const want = line.length > REQUEST_BYTES_MAX ? TOO_LONG : parseWant(line);
    if ("problem" in want) return this.#tell({ type: "refused", problem: plainText(want.problem) });
    clearTimeout(this.#timer);
    this.#want = want.want === "nothing" ? undefined : want;
    if (this.#want === undefined) return;
    this.#looker.watchMs = (this.#want.everyMs ?? 0) + WATCH_MARGIN_MS;
    if (!this.#looking) this.#later(EVERY_MS.min);
  }

  /** The next look, so long after the last one at the soonest. */
  #later(ms: number): void {
    const wait = Math.max(0, this.#lookedAt + ms - performance.now());
    this.#timer = setTimeout(() => void this.#look(), wait);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const want = this.#want;
    if (want === undefined) return;
    this.#looking = true;
    this.#lookedAt = performance.now();
    // Who has not read what there is gets the next one.
    if (this.#socket.writableLength < UNREAD_BYTES_MAX) this.#tell(await this.#view(want));
    this.#looking = false;
    if (this.#want !== want) {
      if (this.#want !== undefined) this.#later(EVERY_MS.min);
    } else if (want.everyMs !== undefined) this.#later(want.everyMs);
    else {
      this.#want = undefined;
      if (this.#ended) this.#socket.end();
    }
  }

  /** What cannot be read is told, and costs nobody anything: the next look may be better. */
  async #view(want: ViewWant): Promise<Told> {
    try {
      return (await this.#viewOf(want)) ?? { type: "refused", problem: "there is no such slot" };
    } catch (error) {
      return { type: "refused", problem: plainText(summarise(error)) };
    }
  }

  async #viewOf(want: ViewWant): Promise<View | undefined> {
    switch (want.want) {
      case "top":
        return this.#looker.top(want);
      case "tree":
        return this.#looker.tree(want);
      case "info":
        return this.#looker.hasSlot(want.slot) ? this.#looker.info(want) : undefined;
      default:
        return want satisfies never;
    }
  }

  #tell(told: Told): void {
    if (this.#socket.writable) this.#socket.write(lineOf(told));
  }
}

/** A line of JSON: names cannot end it, since JSON writes a line's end as an escape. */
export function lineOf(told: Told): string {
  return `${JSON.stringify(told)}\n`;
}
