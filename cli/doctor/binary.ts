/**
 * Binary: whether a .node file is plainly made for another platform than this one. Packages bring
 * files for several, and what the others could not load says nothing about threads.
 *
 *     by its name    …/electron.napi.node, …abi93.node, …-musl/…     another runtime, ABI or libc
 *     by its bytes   ELF and its machine, Mach-O and its CPU, MZ     another system or processor
 *
 * @source the ELF header (e_machine at byte 18), Mach-O's (cputype at byte 4); names as prebuildify
 *   gives them.
 */

import { closeSync, openSync, readSync } from "node:fs";

const HEADER_BYTES = 20;
const ELF: Readonly<Record<string, number>> = {
  ...{ ia32: 3, ppc64: 21, s390x: 22, arm: 40, x64: 62, arm64: 183, riscv64: 243, loong64: 258 },
};
const MACH_O: Readonly<Record<string, number>> = { x64: 0x01000007, arm64: 0x0100000c };
const MACH_O_MAGIC = 0xfeedfacf;
/** Holds binaries for several processors. */
const MACH_O_FAT = "cafebabe";

/** `path` is where it lies below node_modules; `file` is what is read. */
export function isForElsewhere(path: string, file: string): boolean {
  return isNamedForElsewhere(path) || isBuiltForElsewhere(firstBytes(file));
}

function isNamedForElsewhere(path: string): boolean {
  const abi = /\babi(\d+)\b/.exec(path)?.[1];
  if (abi !== undefined && abi !== process.versions.modules) return true;
  if (/\belectron\b/.test(path)) return true;
  return process.platform === "linux" && /musl/.test(path) && hasGlibc();
}

/** Of bytes that are no known binary nothing is said: loading it will tell. */
export function isBuiltForElsewhere(
  bytes: Buffer,
  platform: string = process.platform,
  arch: string = process.arch,
): boolean {
  if (bytes.length < HEADER_BYTES) return false;
  if (bytes.toString("latin1", 0, 4) === "\x7fELF") {
    if (platform === "darwin" || platform === "win32") return true;
    const machine = bytes[5] === 2 ? bytes.readUInt16BE(18) : bytes.readUInt16LE(18);
    return ELF[arch] !== undefined && machine !== ELF[arch];
  }
  if (bytes.readUInt32LE(0) === MACH_O_MAGIC) {
    return platform !== "darwin" || bytes.readUInt32LE(4) !== MACH_O[arch];
  }
  if (bytes.toString("hex", 0, 4) === MACH_O_FAT) return platform !== "darwin";
  if (bytes.toString("latin1", 0, 2) === "MZ") return platform !== "win32";
  return false;
}

/** Fewer than asked for, or none, if that is all there is to read. */
function firstBytes(file: string): Buffer {
  try {
    const handle = openSync(file, "r");
    try {
      const bytes = Buffer.alloc(HEADER_BYTES);
      return bytes.subarray(0, readSync(handle, bytes, 0, HEADER_BYTES, 0));
    } finally {
      closeSync(handle);
    }
  } catch {
    return Buffer.alloc(0);
  }
}

function hasGlibc(): boolean {
  const report: { header?: { glibcVersionRuntime?: string } } = process.report.getReport();
  return report.header?.glibcVersionRuntime !== undefined;
}
