/**
 * Prompt: takes questions from a terminal until an empty line or Ctrl-D; Ctrl-C interrupts.
 */
import { createInterface } from "node:readline/promises";
import { type Asking, answerLines, ask } from "./answer.ts";
import type { Console } from "./console.ts";

const PROMPT = "search> ";

/** Answers one question on the console. */
export async function show(query: string, asking: Asking, console: Console): Promise<void> {
  const answer = await ask(query, asking);
  const { library } = asking;
  const lines = await answerLines(query, answer, library, console.style, console.columns());
  for (const line of lines) console.line(line);
  console.line();
}

/** Asks until there is no further question. Rejects if it is interrupted. */
export async function prompt(asking: Asking, console: Console): Promise<void> {
  const { interrupt } = console;
  const terminal = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: PROMPT,
  });
  // While it reads, the terminal hands Ctrl-C over as a key, not as a signal.
  terminal.on("SIGINT", () => interrupt.trigger("SIGINT"));
  const close = (): void => terminal.close();
  interrupt.signal.addEventListener("abort", close);
  try {
    terminal.prompt();
    for await (const line of terminal) {
      if (line.trim() === "") return;
      await show(line.trim(), asking, console);
      terminal.prompt();
    }
    // Ended by a key that leaves the cursor behind the prompt.
    console.line();
    interrupt.signal.throwIfAborted();
  } finally {
    interrupt.signal.removeEventListener("abort", close);
    terminal.close();
  }
}
