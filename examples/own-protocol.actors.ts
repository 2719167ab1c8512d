import { defineActor } from "../actors/index.ts";

/** Stands behind a reader, and is shown what is to be read. */
export const Person = defineActor(import.meta.url, "Person", {
  init: () => ({ heard: [] as string[] }),
  handlers: {
    show: (self, { words }: { words: string }) => void self.state.heard.push(words),
    heard: (self) => self.state.heard,
  },
});
