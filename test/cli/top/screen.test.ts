/**
 * Goal: a screen is as wide and as high as its window, whatever is in the view, and trouble is on
 * it. Method: whole screens of invented views at three sizes, and properties over many sizes.
 */

import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { styleFor } from "../../../cli/style.ts";
import { printed, screen } from "../../../cli/top/screen.ts";
import { FIRST_WISH, type Wish } from "../../../cli/top/wish.ts";
import { widthOf } from "../../../cli/width.ts";
import { actor, actors, hello, thread, topView, treeActor, treeView } from "./views.ts";

const plain = styleFor({}, {});
const coloured = styleFor({ isTTY: true }, {});

const settingOf = (columns: number, style = plain) => ({
  hello,
  program: "shop.js",
  style,
  columns,
});

const wish = (facts: Partial<Wish> = {}): Wish => ({ ...FIRST_WISH, ...facts });
const lines = (text: string): string[] =>
  text
    .trim()
    .split("\n")
    .map((line) => line.trimEnd());
const trimmed = (drawn: readonly string[]): string[] => drawn.map((line) => line.trimEnd());

describe("a whole screen", () => {
  test("at 80 columns", () => {
    const drawn = screen(topView(), wish(), settingOf(80), 16, "");
    expect(trimmed(drawn.lines)).toEqual([
      ...lines(`
sabeam 0.1.0 · 4711 shop.js · node 20.20.2 · up 3.5 h
5 actors · 312k turns/s · CPU 200 % · 12988 queued · 3 crashes · 12 dead letters
THREAD   STATE     CPU   HEAP ACTORS QUEUED   RATE LIFE NOW
main     idle      1 %  45 MB      3      0      0    1
thread 1 busy     99 %  45 MB      3  12988   312k    1
thread 2 STALLED 100 %  45 MB      3      0      0    2 Evil<9.1>.match 4.2 s
actors by trouble: 5
ACTOR              THR  QUEUED   RATE   MEAN LONGEST RESTARTS NOW
Evil<9.1>            2      0       0      –       –        0 STALLED 4.2 s mat…
Cart<5.3> cart 取…   1  12988↑   312k   2 µs  8.3 ms        2 runs 1.2 ms add
Shop<4.1>            0      0     0.5      –       –        0 waits for Bank<3.…
Bank<3.1> bank       0      0       0 120 ms  250 ms        0 idle
Clock<2.1>           0      0       0      –       –        0 idle`),
      ...["", ""],
      "q quit  s sort  / filter  t tree  p pause  ? help  TQRMLBSNGDA sorts",
    ]);
    expect(drawn).toMatchObject({ room: 7, rows: 5 });
  });

  test("at 60 columns the less important ones are left out", () => {
    const drawn = screen(topView(), wish({ sort: "queued" }), settingOf(60), 11, "paused");
    expect(trimmed(drawn.lines)).toEqual(
      lines(`
sabeam 0.1.0 · 4711 shop.js · node 20.20.2 · up 3.5 h paused
5 actors · 312k turns/s · CPU 200 % · 12988 queued
THREAD   STATE     CPU   HEAP QUEUED   RATE NOW
main     idle      1 %  45 MB      0      0
thread 1 busy     99 %  45 MB  12988   312k
thread 2 STALLED 100 %  45 MB      0      0 Evil<9.1>.match…
actors by queued: 1–2 of 5
ACTOR                 THR  QUEUED   RATE NOW
Cart<5.3> cart 取引所   1  12988↑   312k runs 1.2 ms add
Evil<9.1>               2      0       0 STALLED 4.2 s match
q quit s sort / filter t tree p pause ? help TQRMLBSNGDA`),
    );
  });

  test("the tree", () => {
    const drawn = screen(treeView(), wish({ page: "tree" }), settingOf(60), 20, "");
    expect(trimmed(drawn.lines).slice(6, 17)).toEqual(
      lines(`
tree of actors: 9, 500 not listed
ACTOR                THR  QUEUED RESTARTS NOW
Shop<1.1> shop         1      0         0 idle
├─ Carts<2.1>          2      0         0 idle
│  ├─ Cart<5.3>        1  12988↑        2 idle
│  ├─ Cart<6.1>        1      0         0 RECOVERING
│  └─ … 500 more
├─ Bank<3.1>           1      0         0 idle
│  └─ Ledger<7.1>      1      0         0 idle
└─ Clock<4.1>          1      0         0 idle
Evil<9.1>              2      0         0 STALLED 4.2 s mat…`),
    );
  });

  test("the keys", () => {
    const drawn = screen(topView(), wish({ page: "help" }), settingOf(80), 24, "");
    expect(drawn.lines.join("\n")).toContain("T trouble · Q queued · R rate");
    expect(drawn.lines.join("\n")).toContain("NOW            the turn that runs");
    expect(drawn.rows).toBeLessThanOrEqual(drawn.room);
  });
});

describe("a window of any size", () => {
  const many = topView({
    actors: Array.from({ length: 60 }, (_, at) =>
      actor(`Definition取引${at}<${at}.1>`, { name: "n".repeat(4 * at), waitsFor: "W<1.1>" }),
    ),
    threads: Array.from({ length: 64 }, (_, at) => thread(at)),
    omitted: 10_000,
  });
  const views = [topView(), treeView(), many, topView({ actors: [], threads: [] })];

  test.each([plain, coloured])("is filled and not overrun", (style) => {
    for (const view of views) {
      for (const page of ["actors", "help"] as const) {
        for (const [columns, rows] of [
          [20, 5],
          [40, 10],
          [60, 24],
          [80, 24],
          [200, 60],
        ] as const) {
          const asked = wish({ page, filter: "", typing: columns === 40 });
          const drawn = screen(view, asked, settingOf(columns, style), rows, "no answer for 3 s");
          expect(drawn.lines.length).toBe(rows);
          for (const line of drawn.lines) {
            const text = stripVTControlCharacters(line);
            expect(widthOf(text), `${columns}x${rows}: ${text}`).toBeLessThanOrEqual(columns);
          }
        }
      }
    }
  });

  test("wide enough for all columns shows all columns", () => {
    const { lines } = screen(topView(), wish(), settingOf(200), 24, "");
    expect(lines[7]).toMatch(
      /ACTOR.*THR.*QUEUED.*RATE.*MEAN.*LONGEST.*BUSY.*RESTARTS.*HANDLED.*AGE.*NOW/,
    );
  });
});

describe("what stands out", () => {
  const lineWith = (text: string, style = coloured): string =>
    screen(topView(), wish(), settingOf(120, style), 24, "").lines.find((line) =>
      line.includes(text),
    ) ?? "";

  test("a stall is red, and in capitals where there are no colours", () => {
    expect(lineWith("4.2 s match")).toContain("\x1b[31mSTALLED 4.2 s match");
    expect(lineWith("Evil<9.1>.match")).toContain("\x1b[31mSTALLED\x1b[0m");
    expect(lineWith("4.2 s match", plain)).not.toContain("\x1b");
    expect(lineWith("runs 1.2 ms", plain)).not.toContain("STALLED");
  });

  test("threads that are stalled or dead are shown, however many there are", () => {
    const threads = Array.from({ length: 64 }, (_, at) => thread(at, { cpu: 50 }));
    threads[40] = thread(40, { running: { actor: "Evil<9.1>", handler: undefined, ms: 5000 } });
    threads[50] = thread(50, { state: "dead", cpu: 0 });
    const drawn = screen(topView({ threads }), wish(), settingOf(80), 24, "").lines.join("\n");
    expect(drawn).toMatch(/thread 40 +STALLED.*Evil<9.1> 5 s/);
    expect(drawn).toMatch(/thread 50 +DEAD/);
    expect(drawn).toContain("… 57 more threads");
  });

  test("actors are still seen beside 64 threads", () => {
    const threads = Array.from({ length: 64 }, (_, at) => thread(at));
    expect(screen(topView({ threads }), wish(), settingOf(80), 24, "").room).toBeGreaterThan(9);
  });
});

describe("numbers of a thread that is held up", () => {
  const queueOf = (toldMs: number | undefined): string => {
    const view = topView({ threads: [thread(0), thread(1, { toldMs })] });
    const { lines } = screen(view, wish({ filter: "cart" }), settingOf(80), 24, "");
    const row = lines.find((line) => line.startsWith("Cart")) ?? "";
    return / 1 +(\S+) /.exec(row)?.[1] ?? row;
  };

  test("are marked when they are old, and not shown where there are none", () => {
    expect([queueOf(1000), queueOf(4000), queueOf(undefined)]).toEqual(["12988↑", "12988~", "?"]);
  });
});

describe("the list", () => {
  const first = (facts: Partial<Wish>, view = topView()): string => {
    const { lines } = screen(view, wish(facts), settingOf(120), 24, "");
    return `${lines[6]?.trim()} | ${lines[8]?.trim().split(" ")[0]}`.trim();
  };

  test("is sorted by what is asked for; the system's own order is that of trouble", () => {
    expect(first({})).toBe("actors by trouble: 5 | Evil<9.1>");
    expect(first({ sort: "rate" })).toBe("actors by rate: 5 | Cart<5.3>");
    expect(first({ sort: "mean" })).toBe("actors by mean: 5 | Bank<3.1>");
    expect(first({ sort: "age" })).toBe("actors by age: 5 | Clock<2.1>");
    expect(first({ sort: "running" })).toBe("actors by running: 5 | Evil<9.1>");
  });

  test("is filtered by address and name, whatever their case", () => {
    expect(first({ filter: "CLOCK" })).toBe('actors by trouble, with "CLOCK": 1 | Clock<2.1>');
    expect(first({ filter: "取引" })).toContain("| Cart<5.3>");
    expect(first({ filter: "5.3" })).toContain("| Cart<5.3>");
    expect(first({ filter: "nobody" })).toBe('actors by trouble, with "nobody": 0 |');
  });

  test("says of how many it is a part", () => {
    expect(first({}, topView({ omitted: 1000 }))).toContain("actors by trouble: 1–5 of 1005");
  });

  test("is never scrolled beyond its end", () => {
    const { lines } = screen(topView(), wish({ offset: 1000 }), settingOf(80), 11, "");
    expect(lines.slice(6, 10).map((line) => line.split(" ")[0])).toEqual([
      ...["actors", "ACTOR", "Bank<3.1>", "Clock<2.1>"],
    ]);
  });
});

describe("the tree", () => {
  const tree = (facts: Parameters<typeof treeView>[0], filter = ""): string[] =>
    printed(treeView(facts), wish({ filter }), settingOf(Number.POSITIVE_INFINITY), 100)
      .slice(10)
      .map((line) => line.replace(/\s{2,}\d.*/, "").trimEnd());

  test("shows of a filter who is above, and nobody else", () => {
    expect(tree({}, "ledger")).toEqual(["Shop<1.1> shop", "└─ Bank<3.1>", "   └─ Ledger<7.1>"]);
  });

  test("says how many roots are not listed", () => {
    expect(tree({ actors: [treeActor(0, "A<1.1>")], omittedRoots: 7 })).toEqual([
      ...["A<1.1>", "… 7 more"],
    ]);
  });

  test("draws what cannot be, such as depths that leap, without harm", () => {
    const odd = [treeActor(-5, "A<1.1>"), treeActor(9.5, "B<2.1>"), treeActor(1e9, "C<3.1>")];
    expect(tree({ actors: odd }).length).toBe(3);
  });
});

test("what is printed has all columns, whole cells, and no blanks at the end", () => {
  const long = actor(`${"Long".repeat(30)}<7.1>`, { name: "n".repeat(100) });
  const view = topView({ actors: [...actors, long] });
  const text = printed(view, wish(), settingOf(Number.POSITIVE_INFINITY), 100);
  expect(text.join("\n")).toContain(`${long.address} ${long.name}`);
  expect(text.every((line) => line === line.trimEnd())).toBe(true);
  expect(printed(view, wish(), settingOf(80), 2).length).toBe(text.length - 4);
});
