/** Types into the command, in this process, and keeps what it says. */

import type { Console } from "../../cli/console.ts";
import { run } from "../../cli/run.ts";
import { styleFor } from "../../cli/style.ts";

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const COLUMNS = 80;

/** Words are parted by spaces; as many as one likes in a list. */
export async function typed(words: string | readonly string[]): Promise<Said> {
  let [out, err] = ["", ""];
  const console: Console = {
    style: styleFor({}, {}),
    columns: COLUMNS,
    terminal: undefined,
    line: (text = "") => {
      out += `${text}\n`;
    },
    error: (text) => {
      err += `${text}\n`;
    },
  };
  const args = typeof words === "string" ? words.split(" ").filter((word) => word !== "") : words;
  const code = await run(args, console);
  return { code, out, err };
}
