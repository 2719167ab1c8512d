/** Progress, Screen and Style: what is drawn, with a clock and a terminal of our own. */
import { describe, expect, test } from "vitest";
import { barLine, grouped, Meter, megabytes, plainLine } from "../../demo/progress.ts";
import { Screen } from "../../demo/screen.ts";
import { styleFor } from "../../demo/style.ts";

const half = {
  files: 4410,
  filesTotal: 8123,
  totalGrows: false,
  bytes: 50,
  bytesTotal: 100,
  messages: 10,
};
const rates = { bytesPerSecond: 21_340_000, messagesPerSecond: 38_400 };

describe("progress", () => {
  test("the bar shows the share of bytes, and the facts", () => {
    expect(barLine(half, rates, 120)).toBe(
      `${"█".repeat(15)}${"░".repeat(15)}   50 %  4 410/8 123 files  21.3 MB/s  38 400 messages/s`,
    );
  });

  test("it never is wider than the screen, and drops what does not fit", () => {
    for (let columns = 1; columns <= 130; columns += 1) {
      expect(barLine(half, rates, columns).length).toBeLessThanOrEqual(columns);
    }
    expect(barLine(half, rates, 40)).toMatch(/^█+░+ {3}50 % {2}4 410\/8 123 files$/);
  });

  test("there is no share while the total grows", () => {
    const grows = { ...half, totalGrows: true };
    expect(plainLine(grows, rates)).toBe("4 410/8 123+ files  21.3 MB/s  38 400 messages/s");
    expect(barLine(grows, rates, 120)).not.toContain("█");
  });

  test("the share is 100 % at the end only, and files count where there are no bytes", () => {
    expect(plainLine({ ...half, bytes: 999, bytesTotal: 1000 }, rates)).toContain("99 %");
    expect(plainLine({ ...half, bytes: 100 }, rates)).toContain("100 %");
    const empty = { ...half, files: 1, filesTotal: 4, bytes: 0, bytesTotal: 0 };
    expect(plainLine(empty, rates)).toContain("25 %");
    expect(plainLine({ ...empty, files: 0, filesTotal: 0 }, rates)).toContain("100 %");
  });

  test("rates are those of the last three seconds", () => {
    const meter = new Meter();
    const at = (ms: number, bytes: number) => meter.add(ms, { ...half, bytes }).bytesPerSecond;
    expect(at(0, 0)).toBe(0);
    expect(at(1000, 500)).toBe(500);
    expect(at(1000, 500)).toBe(500);
    expect(at(4000, 3500)).toBe(1000);
    for (let second = 5; second < 20; second += 1) at(second * 1000, 3500);
    expect(at(20_000, 3500)).toBe(0);
  });

  test("numbers for people", () => {
    expect([0, 999, 1000, 1234567.4].map(grouped)).toEqual(["0", "999", "1 000", "1 234 567"]);
    expect([0, 99_999, 18_640_000].map(megabytes)).toEqual(["0 B", "99 999 B", "18.6 MB"]);
  });
});

function fakeScreen(isTTY: boolean, term?: string) {
  const written: string[] = [];
  const clock = { ms: 5000 };
  const stream = { isTTY, columns: 60, write: (text: string) => written.push(text) };
  return { written, clock, screen: new Screen(stream, () => clock.ms, term) };
}

describe("screen", () => {
  test("a terminal: one line over the other, and the cursor comes back", () => {
    const { screen, written } = fakeScreen(true, "xterm");
    screen.show("one");
    screen.show("two");
    screen.clear();
    screen.clear();
    expect(written).toEqual(["\x1b[?25l\r\x1b[2Kone", "\r\x1b[2Ktwo", "\r\x1b[2K\x1b[?25h"]);
    expect(screen.columns).toBe(59);
  });

  test.each([
    [false, "xterm"],
    [true, "dumb"],
  ])("no terminal (%s, %s): plain lines, at most one per second", (isTTY, term) => {
    const { screen, written, clock } = fakeScreen(isTTY, term);
    screen.show("one");
    clock.ms += 999;
    screen.show("two");
    clock.ms += 1;
    screen.show("three");
    screen.clear();
    expect(written).toEqual(["one\n", "three\n"]);
  });
});

test.each([
  [true, {}, true],
  [true, { NO_COLOR: "" }, true],
  [true, { NO_COLOR: "1" }, false],
  [true, { NO_COLOR: "0" }, false],
  [true, { TERM: "dumb" }, false],
  [false, {}, false],
])("style: terminal %s with %j has colours: %s", (isTTY, env, colours) => {
  expect(styleFor({ isTTY }, env).good("yes") !== "yes").toBe(colours);
});
