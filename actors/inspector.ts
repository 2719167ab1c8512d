/** Whether somebody may stop this process at a breakpoint. Only main sees that. */

/** True while Node listens for an inspector (`--inspect`, SIGUSR1, `inspector.open`). */
export function isInspected(): boolean {
  // Not imported: there are builds of Node without it.
  return process.getBuiltinModule("node:inspector")?.url() !== undefined;
}
