/** Account: what is under way has a bound and an end, whatever the order of the reports. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  Account,
  BATCHES_IN_FLIGHT_MAX,
  BYTES_IN_FLIGHT_MAX,
  describeTotals,
  FILES_IN_FLIGHT_MAX,
  skippedFiles,
  UNREADABLE_TOLD_MAX,
} from "../../demo/account.ts";

const file = (document: number, bytes = 10, batches = 2) => ({
  document,
  bytes,
  batches,
  textBytes: bytes,
  length: 5,
  fingerprint: `f${document}`,
});

describe("account", () => {
  test("there is room below each of the three bounds, and not at it", () => {
    const account = new Account();
    expect(account.hasRoom).toBe(true);
    account.sent({ files: FILES_IN_FLIGHT_MAX, bytes: 0 });
    expect(account.hasRoom).toBe(false);
    account.sent({ files: FILES_IN_FLIGHT_MAX - 1, bytes: BYTES_IN_FLIGHT_MAX - 1 });
    expect(account.hasRoom).toBe(true);
    account.sent({ files: 2, bytes: BYTES_IN_FLIGHT_MAX });
    expect(account.hasRoom).toBe(false);
    account.indexed(file(0, 1, BATCHES_IN_FLIGHT_MAX));
    expect(account.hasRoom).toBe(false);
    account.stored(0);
    expect(account.hasRoom).toBe(true);
  });

  test("it is settled when every file and every batch is, in any order", () => {
    const skip = { document: 2, bytes: 10, reason: "binary", detail: "" } as const;
    const reports: ((account: Account) => void)[] = [
      (account) => account.indexed(file(0)),
      (account) => account.indexed(file(1)),
      (account) => account.skipped(skip),
      ...[0, 0, 1, 1].map((document) => (account: Account) => account.stored(document)),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(reports, { minLength: reports.length }), (order) => {
        const account = new Account();
        account.sent({ files: 3, bytes: 30 });
        for (const report of order) {
          expect(account.isSettled).toBe(false);
          report(account);
        }
        expect(account.isSettled).toBe(true);
        expect(account.totals()).toMatchObject({ filesDone: 3, filesIndexed: 2, textBytes: 20 });
      }),
    );
  });

  test("nothing sent is settled; a report too many is not", () => {
    const account = new Account();
    expect(account.isSettled).toBe(true);
    account.stored(1);
    expect(account.isSettled).toBe(false);
  });

  test("what was skipped is counted by reason, and a few are told", () => {
    const account = new Account();
    for (let document = 0; document < UNREADABLE_TOLD_MAX + 3; document += 1) {
      account.skipped({ document, bytes: 1, reason: "unreadable", detail: "EACCES" });
    }
    account.skipped({ document: 99, bytes: 1, reason: "too large", detail: "" });
    const totals = account.totals();
    expect(totals.skipped).toMatchObject({ unreadable: UNREADABLE_TOLD_MAX + 3, "too large": 1 });
    expect(totals.unreadable).toHaveLength(UNREADABLE_TOLD_MAX);
    expect(skippedFiles(totals)).toBe(UNREADABLE_TOLD_MAX + 4);
    account.skipped({ document: 100, bytes: 1, reason: "binary", detail: "" });
    expect(totals.skipped.binary, "totals are a copy").toBe(0);
  });

  test("documents come in pieces", () => {
    const account = new Account();
    for (let document = 0; document < 5; document += 1) account.indexed(file(document));
    const numbers = (start: number, max: number) =>
      account.documents(start, max).map(({ document }) => document);
    expect([numbers(0, 2), numbers(2, 2), numbers(4, 2), numbers(5, 2)]).toEqual([
      [0, 1],
      [2, 3],
      [4],
      [],
    ]);
  });

  test("who got stuck is told what is missing", () => {
    const account = new Account();
    account.indexed(file(0));
    account.stored(0);
    expect(describeTotals(account.totals(), { files: 2, bytes: 20 })).toBe(
      "1 of 2 files done, 1 of 2 batches stored",
    );
  });
});
