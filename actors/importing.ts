/**
 * Imports of a user's modules on the way up, bounded in time: a module that awaits the very
 * `startSystem` that loads it would be waited for without end.
 */

/** Far longer than loading takes; one that takes longer waits for itself. */
const LOAD_MS = 10_000;

/** What an import gives; rejects with what it ended with, or with `late()`. */
export async function importInTime(loaded: Promise<object>, late: () => Error): Promise<object> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), LOAD_MS);
  });
  try {
    return await Promise.race([loaded, over]);
  } finally {
    clearTimeout(timer);
  }
}
