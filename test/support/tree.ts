/**
 * The text files of this repository: what git knows plus what it would add, so that a new file is
 * checked before it is committed. Without git (an unpacked archive) the folders are walked.
 */

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Source } from "./tidy.ts";

export const root: string = fileURLToPath(new URL("../../", import.meta.url));

const SKIPPED = /(^|\/)(node_modules|dist|coverage|\.git)(\/|$)/;

function list(): string[] {
  const question = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  try {
    const stdio: ["ignore", "pipe", "ignore"] = ["ignore", "pipe", "ignore"];
    const answer = execFileSync("git", question, { cwd: root, encoding: "utf8", stdio });
    return answer.split("\0").filter((path) => path !== "");
  } catch {
    return readdirSync(root, { recursive: true, encoding: "utf8" }).map((path) =>
      path.replaceAll("\\", "/"),
    );
  }
}

export function sources(): Source[] {
  return [...new Set(list())]
    .filter((path) => !SKIPPED.test(path) && existsSync(join(root, path)))
    .filter((path) => statSync(join(root, path)).isFile())
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }))
    .filter(({ text }) => !text.includes("\0"))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
