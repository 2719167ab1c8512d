/**
 * What Linux lets this process use, as a container or a service manager has set it: control groups,
 * of both versions. A limit may stand at any group above ours, and the smallest one holds.
 *
 *     /proc/self/cgroup      0::/a/b            4:memory:/a/b              which groups we are in
 *     version 2              /sys/fs/cgroup/a/b/{cpu.max,memory.max}
 *     version 1              /sys/fs/cgroup/cpu/a/b/cpu.cfs_{quota,period}_us
 *                            /sys/fs/cgroup/memory/a/b/memory.limit_in_bytes
 *
 * Node has its own look at both, but versions differ in what they see: `availableParallelism` knows
 * the quota from libuv 1.49 on (Node 22.12), `constrainedMemory` not every group above ours.
 *
 * @source Linux, Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/.
 */

export interface Limits {
  /** Cores' worth of time, like 1.5. */
  readonly cores: number | undefined;
  readonly bytes: number | undefined;
}

/** The text of a file; undefined if there is none. */
export type Read = (path: string) => string | undefined;

const ROOT = "/sys/fs/cgroup";
/** Groups above each other; more are not looked at. */
const LEVELS_MAX = 32;

export function limitsOf(read: Read): Limits {
  const cores: number[] = [];
  const bytes: number[] = [];
  for (const { controllers, path } of groups(read("/proc/self/cgroup") ?? "")) {
    if (controllers.length === 0) {
      for (const folder of upwards(ROOT, path)) {
        const [quota, period] = (read(`${folder}/cpu.max`) ?? "").split(/\s+/).map(Number);
        push(cores, (quota ?? Number.NaN) / (period ?? Number.NaN));
        push(bytes, numberIn(read(`${folder}/memory.max`)));
      }
    }
    if (controllers.includes("cpu")) {
      for (const folder of upwards(`${ROOT}/cpu`, path)) {
        const quota = numberIn(read(`${folder}/cpu.cfs_quota_us`));
        push(cores, quota / numberIn(read(`${folder}/cpu.cfs_period_us`)));
      }
    }
    if (controllers.includes("memory")) {
      for (const folder of upwards(`${ROOT}/memory`, path)) {
        push(bytes, numberIn(read(`${folder}/memory.limit_in_bytes`)));
      }
    }
  }
  return { cores: smallest(cores), bytes: smallest(bytes) };
}

function groups(text: string): { controllers: string[]; path: string }[] {
  return text.split("\n").flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) return [];
    return [{ controllers: controllers.split(",").filter((name) => name !== ""), path }];
  });
}

/** The folder of a group and those above it. In a container it may be the last one that exists. */
function upwards(root: string, path: string): string[] {
  const names = path.split("/").filter((name) => name !== "");
  const folders: string[] = [];
  for (let length = names.length; length >= 0 && folders.length < LEVELS_MAX; length -= 1) {
    folders.push([root, ...names.slice(0, length)].join("/"));
  }
  return folders;
}

/** Of "max", of -1 and of nothing it makes no number that counts. */
function numberIn(text: string | undefined): number {
  return text === undefined || text.trim() === "" ? Number.NaN : Number(text);
}

function push(list: number[], value: number): void {
  if (Number.isFinite(value) && value > 0) list.push(value);
}

function smallest(list: readonly number[]): number | undefined {
  return list.length === 0 ? undefined : Math.min(...list);
}
