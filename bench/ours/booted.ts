/**
 * The actor of the row about starting a system. It imports the package by its name, as users do,
 * and so gets what is published; the other rows run the modules that the tests run.
 */

import { defineActor } from "sabeam";

export const Booted = defineActor(import.meta.url, "Booted", {
  init: () => ({}),
  handlers: {
    echo: (_self, value: number): number => value,
  },
});
