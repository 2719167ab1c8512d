/**
 * The reading thread of test/runtime/tables.litmus.test.ts.
 *
 *     workerData { names, texts, control }     control[0]: 0 = go on, 1 = stop
 *     posts "ready", then reads until told to stop, then posts what it saw
 *
 * The writer keeps these promises, so each answer can be judged by itself:
 *     name-i        if found, has a slot of the form i + 64 k and the incarnation 7 * slot + 1
 *     stays-i       is always found, with slot 1000 + i, and i as its incarnation
 *     text number i is "i." repeated i % 9 times
 *
 * Plain JavaScript on dist/, because Node 20 loads no TypeScript in a thread.
 */

import { parentPort, workerData } from "node:worker_threads";
import { BUSY, NamesReader } from "../../dist/runtime/names.js";
import { TableReader } from "../../dist/runtime/table.js";

const WRONG_MAX = 10;

const control = new Int32Array(workerData.control);
const names = new NamesReader(workerData.names, () => true);
const texts = new TableReader(workerData.texts);
const seen = { found: 0, missing: 0, busy: 0, stays: 0, texts: 0, wrong: [] };

function wrong(what) {
  if (seen.wrong.length < WRONG_MAX) seen.wrong.push(what);
}

function readMoving(index) {
  const holder = names.get(`name-${index}`);
  if (holder === undefined) seen.missing += 1;
  else if (holder === BUSY) seen.busy += 1;
  else {
    seen.found += 1;
    const { slot, incarnation } = holder;
    const possible = slot % 64 === index && incarnation === 7 * slot + 1;
    if (!possible) wrong(`name-${index}: ${slot}.${incarnation}`);
  }
}

function readStaying(index) {
  const holder = names.get(`stays-${index}`);
  if (holder === BUSY) seen.busy += 1;
  else {
    seen.stays += 1;
    const right = holder?.slot === 1000 + index && holder.incarnation === index;
    if (!right) wrong(`stays-${index}: ${holder?.slot}.${holder?.incarnation}`);
  }
}

function readLastText() {
  const id = texts.count() - 1;
  if (id < 0) return;
  seen.texts += 1;
  const text = texts.get(id);
  if (text !== `${id}.`.repeat(id % 9)) wrong(`text ${id}: ${text}`);
}

parentPort.postMessage("ready");
for (let round = 0; Atomics.load(control, 0) === 0; round += 1) {
  readMoving(round % 64);
  readStaying(round % 8);
  if (round % 2 === 0) readLastText();
}
parentPort.postMessage(seen);
parentPort.close();
