/**
 * The demo: builds a search index of real text with actors on all threads, checks it against a
 * plain loop, and answers questions; or shows what becomes of everything when something fails.
 *
 *     main ──► arguments ──► indexcommand ──► crew (actors) ──► plain, compare ──► saved, answer
 *                       ├──► searchcommand ──────────────────────────────────────► saved, answer
 *                       └──► failures/ ──► promises
 */
import { type Command, HELP, parseCommand } from "./arguments.ts";
import { type Console, openConsole } from "./console.ts";
import { DemoError } from "./errors.ts";
import { runFailure } from "./failures/failures.ts";
import { runIndex } from "./indexcommand.ts";
import { runSearch } from "./searchcommand.ts";

async function run(command: Command, console: Console): Promise<number> {
  switch (command.type) {
    case "help":
      console.line(HELP);
      return 0;
    case "index":
      return await runIndex(command, console);
    case "search":
      return await runSearch(command, console);
    case "failure":
      return await runFailure(command, console);
  }
}

async function main(): Promise<number> {
  const console = openConsole();
  const { interrupt, screen } = console;
  try {
    return await run(parseCommand(process.argv.slice(2)), console);
  } catch (error) {
    screen.clear();
    if (interrupt.exitCode !== undefined) {
      if (interrupt.name !== "SIGPIPE") process.stderr.write("stopped\n");
      return interrupt.exitCode;
    }
    process.stderr.write(`sabeam demo: ${describe(error)}\n`);
    return error instanceof DemoError ? error.exitCode : 1;
  }
}

/** One line for what was to be expected; all there is for what was not. */
function describe(error: unknown): string {
  if (error instanceof DemoError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

process.exitCode = await main();
