/** The actors of a small server, and the supervisors that say who is started again with whom. */

import { childSpec, defineActor, defineSupervisor } from "../actors/index.ts";

/** What the others stand on. */
export const Store = defineActor(import.meta.url, "Store", {
  init: () => new Map<string, number>(),
  handlers: {
    count(self, page: string) {
      if (page === "/bug") throw new Error("the store has a bug");
      const views = (self.state.get(page) ?? 0) + 1;
      self.state.set(page, views);
      return views;
    },
  },
});

/** One of those who answer requests. They find the store by its name, also a new one. */
export const Page = defineActor(import.meta.url, "Page", {
  init: (_self, path: string) => ({ path }),
  handlers: {
    async view(self, visitor: string) {
      if (visitor === "") throw new TypeError("nobody");
      const store = self.whereis(Store, "store");
      return `${self.state.path} for ${visitor}, ${await store?.call.count(self.state.path)} views`;
    },
  },
});

/** Pages have nothing to do with each other: only the one that crashes is started again. */
export const Pages = defineSupervisor(import.meta.url, "Pages", (...paths: string[]) => ({
  children: paths.map((path) => childSpec(Page, [path], { id: path })),
}));

/** Who listens to the network in a real server. */
export const Door = defineActor(import.meta.url, "Door", {
  init: () => ({ open: true }),
  handlers: {},
});

/** The others stand on the store: if it has to be started again, so have they. */
export const App = defineSupervisor(import.meta.url, "App", () => ({
  strategy: "rest-for-one",
  intensity: 5,
  children: [
    childSpec(Store, [], { id: "store", name: "store" }),
    childSpec(Pages, ["/", "/news", "/bug"], { id: "pages" }),
    // It closes within a second, or is killed; stopped first, since it was started last.
    childSpec(Door, [], { id: "door", shutdown: 1000 }),
  ],
}));
