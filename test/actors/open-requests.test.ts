/** Goal: open requests are a set, wherever each of them lies. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { OpenRequests } from "../../actors/open-requests.ts";
import { Request } from "../../actors/request.ts";

const requests = Array.from({ length: 4 }, () => new Request());

test("as a set that is added to, taken from and walked through", () => {
  const act = fc.tuple(fc.constantFrom("add", "delete"), fc.nat({ max: requests.length - 1 }));
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      const [open, model] = [new OpenRequests(), new Set<Request>()];
      for (const [what, at] of acts) {
        const request = requests[at] as Request; // It is in range.
        open[what as "add" | "delete"](request);
        model[what as "add" | "delete"](request);
        expect(open.size).toBe(model.size);
        expect(new Set(open)).toEqual(model);
      }
      for (const request of open) open.delete(request);
      expect([...open]).toEqual([]);
    }),
  );
});
