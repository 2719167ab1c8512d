/**
 * Goal: a process can be looked into from outside, by its own user only, while its main thread is
 * blocked; and nobody is troubled by what another one has left behind, or by a client that sends
 * nonsense. Method: processes of their own, which say what they do.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Hello, SocketPlace, Told, TopView, TreeView } from "../../dist/runtime/index.js";

const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
const PROGRAM = `
  import { startSystem } from ${url("../../dist/bundle/actors/index.js")};
  import { Looked } from ${url("./fixtures/looked.mjs")};
  const system = await startSystem({ threads: 1, drainTimeout: 0 });
  const one = await system.spawn(Looked, [], { name: "one\\u001b[31m" });
  await one.call.ping();
  process.on("message", async (message) => {
    if (message === "stop") return void (await system.stop().then(() => process.disconnect()));
    const until = performance.now() + message;
    process.send("blocked");
    while (performance.now() < until);
    process.send("free");
  });
  process.send("runs");
`;

/** The folder for temporary files of all that run here: nobody else's sockets lie there. */
const folder = mkdtempSync(join(tmpdir(), "sabeam-look-"));
const program = join(folder, "program.mjs");
const children: ChildProcess[] = [];
const sockets: Socket[] = [];
const ours = join(folder, `sabeam-${process.getuid?.()}`);
let child: ChildProcess;
let place: SocketPlace;

async function begin(): Promise<ChildProcess> {
  const env = { ...process.env, TMPDIR: folder, NODE_ENV: "production" };
  const begun = spawn(process.execPath, [program], {
    env,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  children.push(begun);
  await once(begun, "message");
  return begun;
}

/** The socket is there a moment after the system has started. */
async function placeOf({ pid }: ChildProcess): Promise<SocketPlace> {
  const path = join(ours, `${pid}-1.sock`);
  for (let tries = 0; tries < 500 && !existsSync(path); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { path, pid: Number(pid), system: 1 };
}

interface Client {
  readonly socket: Socket;
  ask(want: object | string): void;
  /** The next line; undefined: there will be none. */
  next(): Promise<Told | undefined>;
}

async function client(): Promise<Client> {
  const socket = connect(place.path);
  sockets.push(socket);
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  await once(socket, "connect");
  return {
    socket,
    ask(want) {
      socket.write(`${typeof want === "string" ? want : JSON.stringify(want)}\n`);
    },
    async next() {
      const { value } = await lines.next();
      return value === undefined ? undefined : JSON.parse(value);
    },
  };
}

beforeAll(async () => {
  writeFileSync(program, PROGRAM);
  child = await begin();
  place = await placeOf(child);
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

afterAll(() => {
  for (const each of children) each.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

test("only its own user can come in", () => {
  expect(lstatSync(dirname(place.path)).mode & 0o777).toBe(0o700);
  expect(lstatSync(place.path).mode & 0o777).toBe(0o600);
});

test("says who it is, and what was asked for", async () => {
  const { ask, next } = await client();
  const hello = (await next()) as Hello;
  expect(hello).toMatchObject({
    type: "hello",
    protocol: 1,
    pid: child.pid,
    system: 1,
    threads: 1,
  });
  expect(hello.node).toBe(process.version);
  expect(Date.now() - hello.startedAt).toBeLessThan(120_000);
  ask({ want: "tree" });
  const tree = (await next()) as TreeView;
  expect(tree.actors).toMatchObject([{ name: "one�[31m", definition: "Looked", handled: 1 }]);
  const { slot, incarnation } = tree.actors[0] ?? { slot: 0, incarnation: 0 };
  ask({ want: "info", slot, incarnation });
  expect(await next()).toMatchObject({ type: "info", alive: true, handled: 1, children: 0 });
  ask({ want: "info", slot, incarnation: incarnation + 1 });
  expect(await next()).toMatchObject({ type: "info", alive: false, status: "dead", handled: 0 });
  ask({ want: "info", slot: 2 ** 31, incarnation: 1 });
  expect(await next()).toMatchObject({ type: "refused" });
});

test("answers while main is blocked, again and again", async () => {
  const { ask, next } = await client();
  await next();
  child.send(1000);
  await once(child, "message");
  let free = false;
  child.once("message", () => {
    free = true;
  });
  ask({ want: "top", everyMs: 100 });
  const views = [await next(), await next(), await next()] as TopView[];
  expect(free).toBe(false);
  expect(views.map(({ sinceMs }) => sinceMs === undefined)).toEqual([true, false, false]);
  for (const { threads, actors, totals } of views) {
    expect(threads.map(({ state }) => state)).toEqual(["running", "running"]);
    expect(threads[0]).toMatchObject({ parked: false });
    expect(actors).toMatchObject([{ handled: 1 }]);
    expect(totals).toMatchObject({ sent: 1, handled: 1, actors: 1 });
  }
  if (process.platform === "linux") expect(views[2]?.threads[0]?.cpu).toBeGreaterThan(10);
  ask({ want: "nothing" });
  if (!free) await once(child, "message");
});

test("what is no request is told so, and a long line ends it", async () => {
  const { ask, next } = await client();
  await next();
  const wrong: [object | string, RegExp][] = [
    ["{", /must be an object/],
    ["7", /must be an object/],
    [{ want: "toString" }, /want must be one of top, tree, info, nothing/],
    [{ want: "top", max: 0 }, /max must be a whole number from 1 to 1000/],
    [{ want: "top", everyMs: 1 }, /everyMs must be a whole number from 100 to 60000/],
    [{ want: "top", by: "__proto__" }, /by must be one of trouble/],
    [{ want: "tree", by: "queued" }, /tree takes max, children, everyMs only/],
    [{ want: "info", slot: 1 }, /incarnation must be/],
  ];
  for (const [want, problem] of wrong) {
    ask(want);
    expect(await next()).toMatchObject({
      type: "refused",
      problem: expect.stringMatching(problem),
    });
  }
  ask("x".repeat(10_000));
  expect(await next()).toMatchObject({ problem: expect.stringMatching(/4096 characters/) });
  ask({ want: "top" });
  expect(await next()).toMatchObject({ type: "top" });
  const other = await client();
  await other.next();
  other.socket.write("x".repeat(10_000));
  expect(await other.next()).toMatchObject({ type: "refused" });
  expect(await other.next()).toBeUndefined();
});

test("one client too many is let go, and room is made again", async () => {
  const all = await Promise.all(Array.from({ length: 8 }, client));
  for (const { next } of all) expect(await next()).toMatchObject({ type: "hello" });
  const late = await client();
  expect(await late.next()).toEqual({ type: "refused", problem: "8 clients look already" });
  expect(await late.next()).toBeUndefined();
  all[0]?.socket.destroy();
  for (let tries = 0; tries < 100; tries += 1) {
    const told = await (await client()).next();
    if (told?.type === "hello") return;
  }
  expect.unreachable("nobody is let in any more");
});

test("what a killed process leaves is swept, and the socket goes with a stop", async () => {
  const killed = await begin();
  const left = await placeOf(killed);
  killed.kill("SIGKILL");
  await once(killed, "exit");
  expect(existsSync(left.path)).toBe(true);
  const { socket, next } = await client();
  await next();
  const next1 = await begin();
  const there = await placeOf(next1);
  expect(existsSync(left.path)).toBe(false);
  // That of the one that lives was left alone.
  expect(existsSync(place.path)).toBe(true);
  next1.send("stop");
  await once(next1, "exit");
  expect(existsSync(there.path)).toBe(false);
  expect(socket.destroyed).toBe(false);
});

test("a folder that others may enter, or that is none, is not used", async () => {
  const other = mkdtempSync(join(folder, "other-"));
  mkdirSync(join(other, `sabeam-${process.getuid?.()}`), { mode: 0o755 });
  const run = spawn(process.execPath, [program], {
    env: { ...process.env, TMPDIR: other, SABEAM_LOG: "debug" },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  children.push(run);
  let err = "";
  for await (const chunk of run.stderr ?? []) {
    err += chunk;
    if (err.includes("there is no socket")) break;
  }
  expect(err).toMatch(/there is no socket to look into the system.*not ours alone/);
});
