/** Goal: each check of the doctor tells good from bad. Method: tables of made-up machines. */

import { describe, expect, test } from "vitest";
import { limitsOf } from "../../cli/doctor/cgroup.ts";
import type { Finding } from "../../cli/doctor/check.ts";
import { flagsOf } from "../../cli/doctor/flags.ts";
import { type Machine, machineChecks } from "../../cli/doctor/machine.ts";
import { nodeChecks } from "../../cli/doctor/node.ts";
import { advice, RELEASES, supportOf } from "../../cli/doctor/releases.ts";
import { sharedChecks } from "../../cli/doctor/shared.ts";
import { flags, type Tried } from "../../cli/doctor/threads.ts";

const GIB = 2 ** 30;
const MIB = 2 ** 20;

async function find(checks: ReturnType<typeof nodeChecks>, name: string): Promise<Finding> {
  const findings = await checks.find((check) => check.name === name)?.run();
  expect(findings).toHaveLength(1);
  return findings?.[0] as Finding;
}

describe("node", () => {
  test.each([
    ["20.19.0", true],
    ["20.19", true],
    ["20.18.3", false],
    ["20.20.0-nightly", true],
    ["18.20.8", false],
    ["22.0.0", true],
    ["30.1.0", true],
  ])("%s is new enough: %s", async (version, ok) => {
    const found = await find(nodeChecks(version, "20.19", "2026-11-26"), "node");
    expect(found.ok).toBe(ok);
    expect(found.fix).toBe(
      ok ? undefined : "install Node 24 (until 2028-04-30) or 26 (until 2029-04-30)",
    );
  });

  test.each([
    [16, "2026-11-26", "ended"],
    [20, "2026-04-30", "supported"],
    [20, "2026-05-01", "ended"],
    [23, "2026-11-26", "ended"],
    [24, "2026-11-26", "supported"],
    [27, "2027-06-01", "unknown"],
  ])("Node %s on %s: %s", (major, day, type) => {
    expect(supportOf(major, day).type).toBe(type);
  });

  test("the schedule is in order, and every date is one", () => {
    const majors = RELEASES.map(({ major }) => major);
    expect(majors).toEqual(majors.toSorted((a, b) => a - b));
    for (const { end } of RELEASES) expect(new Date(end).toISOString().slice(0, 10)).toBe(end);
  });

  test("what to use instead is what will last, on any day", () => {
    expect(advice("2026-11-26")).toBe("Node 24 (until 2028-04-30) or 26 (until 2029-04-30)");
    expect(advice("2028-05-01")).toBe("Node 26 (until 2029-04-30)");
    expect(advice("2040-01-01")).toBe("the newest Node");
  });
});

describe("control groups", () => {
  const NONE_1 = "9223372036854771712";
  const read = (files: Record<string, string>) => limitsOf((path) => files[path]);

  test.each([
    ["no Linux", {}, undefined, undefined],
    [
      "version 2, in a container",
      {
        "/proc/self/cgroup": "0::/\n",
        "/sys/fs/cgroup/cpu.max": "150000 100000\n",
        "/sys/fs/cgroup/memory.max": "536870912\n",
      },
      1.5,
      536870912,
    ],
    [
      "version 2, no limit",
      {
        "/proc/self/cgroup": "0::/user.slice/a.scope\n",
        "/sys/fs/cgroup/user.slice/cpu.max": "max 100000\n",
        "/sys/fs/cgroup/user.slice/memory.max": "max\n",
      },
      undefined,
      undefined,
    ],
    [
      "version 2, the smallest of the groups above holds",
      {
        "/proc/self/cgroup": "0::/a/b\n",
        "/sys/fs/cgroup/a/b/memory.max": "3000\n",
        "/sys/fs/cgroup/a/memory.max": "2000\n",
        "/sys/fs/cgroup/a/b/cpu.max": "100000 100000\n",
        "/sys/fs/cgroup/a/cpu.max": "400000 100000\n",
      },
      1,
      2000,
    ],
    [
      "version 1",
      {
        "/proc/self/cgroup": "4:memory:/box\n3:cpu,cpuacct:/box\n1:name=systemd:/\n0::/\n",
        "/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us": "200000\n",
        "/sys/fs/cgroup/cpu/box/cpu.cfs_period_us": "100000\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
        "/sys/fs/cgroup/memory/box/memory.limit_in_bytes": "1073741824\n",
      },
      2,
      GIB,
    ],
    [
      "version 1, a path of the host in a container",
      {
        "/proc/self/cgroup": "4:memory:/docker/abc\n",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes": "1000\n",
      },
      undefined,
      1000,
    ],
    [
      "nonsense",
      { "/proc/self/cgroup": "0::\nx\n", "/sys/fs/cgroup/cpu.max": "" },
      undefined,
      undefined,
    ],
  ])("%s", (_name, files, cores, bytes) => {
    expect(read(files as Record<string, string>)).toEqual({ cores, bytes });
  });

  test("a limit that is none is larger than any memory", async () => {
    const files = {
      "/proc/self/cgroup": "4:memory:/\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": NONE_1,
    };
    const found = await find(machineChecks({ ...large, limits: read(files) }), "memory");
    expect(found.text).toBe("16 GiB; 8 GiB are free");
  });
});

const large: Machine = {
  cores: 8,
  memoryBytes: 16 * GIB,
  freeBytes: 8 * GIB,
  limits: { cores: undefined, bytes: undefined },
};

describe("machine", () => {
  const limited = (cores: number | undefined, bytes?: number): Machine => ({
    ...large,
    limits: { cores, bytes },
  });

  test.each([
    ["all cores", large, true, undefined],
    ["a limit above them", limited(16), true, undefined],
    ["most of the last one", limited(7.5), true, undefined],
    ["two of eight", limited(2), false, "startSystem({ threads: 2 })"],
    ["half of one", limited(0.5), false, "startSystem({ threads: 1 })"],
    ["one core", { ...large, cores: 1 }, true, undefined],
  ])("cores: %s", async (_name, machine, ok, fix) => {
    const found = await find(machineChecks(machine), "cores");
    expect({ ok: found.ok, fix: found.fix }).toEqual({ ok, fix });
  });

  test.each([
    ["enough", large, true, "16 GiB; 8 GiB are free"],
    [
      "a large container",
      limited(8, 512 * MIB),
      true,
      "512 MiB, set by the container; 8 GiB are free",
    ],
    [
      "a small container",
      limited(8, 128 * MIB),
      false,
      "128 MiB, set by the container: too little for 8 threads, each of which takes 16 MiB",
    ],
  ])("memory: %s", async (_name, machine, ok, text) => {
    const found = await find(machineChecks(machine), "memory");
    expect({ ok: found.ok, text: found.text }).toEqual({ ok, text });
    expect(found.fix).toBe(
      ok ? undefined : "give it 224 MiB, or start fewer threads: startSystem({ threads: 2 })",
    );
  });
});

describe("shared memory", () => {
  test("what can be had is told, and that it is not /dev/shm", async () => {
    const found = await find(sharedChecks(), "shared memory");
    expect(found.ok).toBe(true);
    expect(found.text).toMatch(
      /^32 MiB in one piece for 1,048,576 actors.*\/dev\/shm is not used$/,
    );
  });

  test("what cannot be had is found out before a system needs it", async () => {
    const allocate = (): never => {
      throw new RangeError("Array buffer allocation failed");
    };
    const found = await find(sharedChecks(allocate), "shared memory");
    expect(found.ok).toBe(false);
    expect(found.text).toContain("Array buffer allocation failed");
    expect(found.fix).toContain("ulimit -v");
  });

  test("a sleeping thread can be woken", async () => {
    expect(await find(sharedChecks(), "wake-ups")).toMatchObject({ ok: true });
  });
});

describe("flags", () => {
  const there = (...execArgv: string[]): Tried => ({
    startMs: 1,
    microseconds: 1,
    threads: [1, 2].map((threadId) => ({ threadId, execArgv, nodeOptions: "" })),
    typescript: { ok: true, text: "", facts: {} },
  });

  test.each([
    [["--import", "tsx"], "", ["--import tsx"]],
    [["--import=tsx", "--conditions=dev"], "", ["--import=tsx", "--conditions=dev"]],
    [[], '--require "./a b.js" --title=x', ["--require ./a b.js", "--title=x"]],
    [[], String.raw`--require ./a\ b.js`, ["--require ./a b.js"]],
    [[], "  ", []],
  ])("%j and NODE_OPTIONS=%s", (execArgv, NODE_OPTIONS, texts) => {
    expect(flagsOf(execArgv, { NODE_OPTIONS }).map(({ text }) => text)).toEqual(texts);
  });

  const given = ["--import", "tsx", "--max-old-space-size=100", "--test"];

  test("each is told with how far it reaches", () => {
    const found = flags(flagsOf(given, {}), there("--import", "tsx"));
    expect(found.ok).toBe(true);
    expect(found.text).toBe(
      "reaches threads: --import tsx; " +
        "holds for the whole process: --max-old-space-size=100; concerns main only: --test",
    );
  });

  test("a loader that threads do not have is wrong", () => {
    const found = flags(flagsOf(given, {}), there());
    expect(found.ok).toBe(false);
    expect(found.text).toMatch(/^does not reach threads: --import tsx; /);
  });

  test("without an answer of a thread nothing is claimed", () => {
    expect(flags(flagsOf(given, {}), undefined).text).toContain("not known");
  });
});
