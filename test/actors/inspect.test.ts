/**
 * Goal: a debugger that is attached to the process sees every thread, by a name that says which it
 * is, and can look into it; and `--inspect` keeps nothing from ending.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("./fixtures/inspected.mjs", import.meta.url));
/** A program that does not end is ended, and fails the test. */
const ENDLESS_MS = 20_000;

test("a program of two threads under --inspect: answers, names, and its end", async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--inspect=0", program], {
    timeout: ENDLESS_MS,
  });
  expect(JSON.parse(stdout)).toEqual({
    echo: "an answer",
    isOpen: true,
    here: 42,
    threads: ["main", "sabeam thread 1", "sabeam thread 2"],
    workers: ["sabeam keeper", "sabeam standby 1", "sabeam thread 1", "sabeam thread 2"],
    heir: "sabeam standby 1",
    there: 42,
  });
  // One port for all: threads open none of their own.
  expect(stderr.match(/Debugger listening/g)).toHaveLength(1);
});
