/** Grades, days and records: the pure functions of quiz.js, and what it keeps where storage fails. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { RECORDS, SESSION, Store, dayOf, isDue, isRight, merged, numberIn, read, renewed, standing, written } from "../../kumo/web/quiz.js";

const noon = (day) => new Date(`${day}T12:00`);
const answer = (former, right, day) => renewed(former, ["0"], right, noon(day));

// ---------------------------------------------------------------- grades

const choice = (key, right) => ({ key, right });
const OPTIONS = [choice("2", false), choice("0", true), choice("1", true), choice("3", false)];

test("options are right when all right ones are chosen and no other", () => {
  const grade = (keys) => isRight({ kind: "multiple", choices: OPTIONS }, keys);
  assert.ok(grade(["0", "1"]));
  assert.ok(grade(["1", "0"]));
  for (const keys of [["0"], ["0", "2"], ["0", "1", "2"], []]) assert.ok(!grade(keys), keys);
});

test("an order is right as a whole", () => {
  const grade = (keys) => isRight({ kind: "order" }, keys);
  assert.ok(grade(["0", "1", "2", "3"]));
  assert.ok(!grade(["0", "2", "1", "3"]));
});

test("every left side needs its own right side", () => {
  const lefts = [{ key: "1" }, { key: "0" }, { key: "1" }];
  assert.ok(isRight({ kind: "match", lefts }, ["1", "0", "1"]));
  assert.ok(!isRight({ kind: "match", lefts }, ["1", "0", "0"]));
});

for (const [text, number] of [
  ["20", 20],
  [" 1,000 ", 1000],
  ["20.5", 20.5],
  [".5", 0.5],
  ["-3", -3],
  ["−3", -3],
  ["１２．５", 12.5],
  ["２０", 20],
]) {
  test(`${text} is the number ${number}`, () => assert.equal(numberIn(text), number));
}

for (const text of ["", " ", "abc", "20%", "1e3", "1.2.3", "0x10", "Infinity"]) {
  test(`«${text}» is no number`, () => assert.ok(Number.isNaN(numberIn(text))));
}

test("numbers are right within the tolerance, its ends included", () => {
  const grade = (text, tolerance = 0.5) => isRight({ kind: "number", value: 20, tolerance }, [text]);
  for (const text of ["20", "19.5", "20.5"]) assert.ok(grade(text), text);
  for (const text of ["19.4", "20.6", "200"]) assert.ok(!grade(text), text);
  // In binary 0.4 - 0.3 is a little more than 0.1.
  assert.ok(isRight({ kind: "number", value: 0.3, tolerance: 0.1 }, ["0.4"]));
  assert.ok(!grade("20.1", 0));
});

// ---------------------------------------------------------------- days

test("a question answered rightly on its days comes back after 1, 7 and 21 days, and then no more", () => {
  let record;
  for (const [day, due, stands] of [
    ["2026-11-26", "2026-11-27", "right"],
    ["2026-11-27", "2026-12-04", "right"],
    ["2026-12-04", "2026-12-25", "right"],
    ["2026-12-25", null, "learnt"],
  ]) {
    record = answer(record, true, day);
    assert.equal(record.due, due);
    assert.equal(standing(record, day), stands);
  }
  assert.equal(record.tries, 4);
  assert.equal(record.hits, 4);
  assert.ok(!isDue(record, "2030-01-01"));
});

test("days count from the day of the answer, also when that is late", () => {
  const record = answer(answer(undefined, true, "2026-11-26"), true, "2026-12-10");
  assert.equal(record.due, "2026-12-17");
});

test("cramming on one day moves nothing", () => {
  const first = answer(undefined, true, "2026-11-26");
  const second = answer(first, true, "2026-11-26");
  assert.equal(second.due, first.due);
  assert.equal(second.stage, first.stage);
  assert.equal(second.tries, 2);
});

test("a wrong answer goes back to the start, whenever it is given", () => {
  let record = answer(answer(undefined, true, "2026-11-26"), true, "2026-11-27");
  record = answer(record, false, "2026-11-28");
  assert.equal(standing(record, "2026-11-28"), "missed");
  assert.equal(record.due, "2026-11-29");
  record = answer(record, true, "2026-11-28");
  assert.equal(record.due, "2026-11-29");
  assert.equal(record.stage, 1);
});

test("a missed question is due from the next day on", () => {
  const record = answer(undefined, false, "2026-11-26");
  assert.ok(!isDue(record, "2026-11-26"));
  assert.ok(isDue(record, "2026-11-27"));
});

test("months and years end", () => {
  assert.equal(answer(undefined, true, "2026-12-31").due, "2027-01-01");
  assert.equal(answer(undefined, true, "2028-02-28").due, "2028-02-29");
});

test("a day is the reader's own", () => {
  assert.equal(dayOf(new Date(2026, 0, 5, 0, 1)), "2026-01-05");
  assert.equal(dayOf(new Date(2026, 0, 5, 23, 59)), "2026-01-05");
});

test("a mark outlives the answers", () => {
  assert.equal(renewed({ flag: true }, ["0"], true, noon("2026-11-26")).flag, true);
});

// ---------------------------------------------------------------- files

const RECORD = answer(undefined, true, "2026-11-26");
const WRONG = answer(undefined, false, "2026-11-27");

test("what was written is read again", () => {
  const records = { "one-question": RECORD, "two-questions": { flag: true } };
  assert.deepEqual(read(written(records, noon("2026-11-26"))), records);
});

const file = (change) => {
  const content = JSON.parse(written({ "one-question": RECORD }, noon("2026-11-26")));
  change(content);
  return JSON.stringify(content);
};

for (const [name, text, said] of [
  ["half a file", written({ "one-question": RECORD }, noon("2026-11-26")).slice(0, 80), /壊れている/],
  ["no JSON", "PK\u0003\u0004", /壊れている/],
  ["nothing", "", /壊れている/],
  ["another program's file", '{"cells": []}', /この教科書の学習の記録ではありません/],
  ["a number", "42", /この教科書の学習の記録ではありません/],
  ["null", "null", /この教科書の学習の記録ではありません/],
  ["a later format", file((content) => (content.version = 2)), /新しい版/],
  ["records as a list", file((content) => (content.records = [])), /この教科書の学習の記録ではありません/],
  ["no records", file((content) => delete content.records), /この教科書の学習の記録ではありません/],
  ["a name that is none", file((content) => (content.records["<b>"] = RECORD)), /「<b>」の記録が壊れています/],
  ["a missing field", file((content) => delete content.records["one-question"].due), /「one-question」の記録/],
  ["a day that is none", file((content) => (content.records["one-question"].due = "2026-13-99")), /「one-question」の記録/],
  ["more hits than tries", file((content) => (content.records["one-question"].hits = 9)), /「one-question」の記録/],
  ["an answer that is no list", file((content) => (content.records["one-question"].answer = "0")), /「one-question」の記録/],
  ["a record that is null", file((content) => (content.records["one-question"] = null)), /「one-question」の記録/],
]) {
  test(`${name} is refused with one sentence`, () => {
    assert.throws(() => read(text), (error) => {
      assert.match(error.message, said);
      assert.doesNotMatch(error.message, /\n|undefined|Error/);
      return true;
    });
  });
}

test("fields that no one knows are left out", () => {
  const text = file((content) => (content.records["one-question"].extra = "x"));
  assert.deepEqual(read(text)["one-question"], RECORD);
});

test("of two records the one that was answered last stays, and a mark of either", () => {
  const mine = { "in-both": { ...RECORD, flag: true }, "only-mine": RECORD };
  const others = { "in-both": WRONG, "only-theirs": RECORD };
  const { records, added, renewed: changed, kept } = merged(mine, others);
  assert.deepEqual(records["in-both"], { ...WRONG, flag: true });
  assert.deepEqual([added, changed, kept], [1, 1, 0]);
  assert.deepEqual(Object.keys(records).sort(), ["in-both", "only-mine", "only-theirs"]);
  const back = merged(others, mine);
  assert.deepEqual(back.records, records);
  assert.deepEqual([back.added, back.renewed, back.kept], [1, 0, 1]);
});

test("to read the same file twice changes nothing", () => {
  const records = { "one-question": RECORD };
  assert.deepEqual(merged(merged(records, records).records, records).records, records);
});

// ---------------------------------------------------------------- storage

function storage(options = {}) {
  const kept = new Map(Object.entries(options.kept ?? {}));
  return {
    kept,
    full: options.full ?? false,
    getItem: (key) => kept.get(key) ?? null,
    setItem(key, value) {
      if (this.full) throw new Error("QuotaExceededError");
      kept.set(key, String(value));
    },
    removeItem: (key) => kept.delete(key),
  };
}

test("a store keeps what is written, for the next page", () => {
  const place = storage();
  new Store(() => place).change("one-question", () => RECORD);
  const next = new Store(() => place);
  assert.deepEqual(next.record("one-question"), RECORD);
  assert.ok(next.kept);
});

test("two pages do not undo one another's answers", () => {
  const place = storage();
  const [one, other] = [new Store(() => place), new Store(() => place)];
  one.change("one-question", () => RECORD);
  other.change("two-questions", () => WRONG);
  assert.deepEqual(Object.keys(new Store(() => place).records).sort(), ["one-question", "two-questions"]);
  let told = 0;
  one.listen(() => (told += 1));
  one.reload(RECORDS);
  assert.deepEqual(one.record("two-questions"), WRONG);
  assert.equal(told, 1);
});

test("without storage everything works and says that nothing is kept", () => {
  for (const open of [
    () => {
      throw new Error("SecurityError");
    },
    () => undefined,
    () => storage({ full: true }),
  ]) {
    const store = new Store(open);
    assert.ok(!store.kept);
    store.change("one-question", () => RECORD);
    store.remember("place", { at: "one-question" });
    assert.deepEqual(store.record("one-question"), RECORD);
    assert.deepEqual(store.session("place"), { at: "one-question" });
    assert.ok(!store.kept);
  }
});

test("storage that fills up later is noticed, and so is room that comes back", () => {
  const place = storage();
  const store = new Store(() => place);
  store.change("one-question", () => RECORD);
  place.full = true;
  store.change("two-questions", () => WRONG);
  assert.ok(!store.kept);
  assert.deepEqual(Object.keys(store.records), ["one-question", "two-questions"]);
  place.full = false;
  store.change("three-questions", () => WRONG);
  assert.ok(store.kept);
  assert.equal(Object.keys(new Store(() => place).records).length, 3);
});

test("full storage still gives what it holds", () => {
  const kept = { [RECORDS]: JSON.stringify({ version: 1, records: { "one-question": RECORD } }) };
  assert.deepEqual(new Store(() => storage({ kept, full: true })).record("one-question"), RECORD);
});

for (const text of ["{half", '"text"', "null", '{"version":1,"records":{"one-question":{"last":3}}}']) {
  test(`damaged records (${text}) are set aside, not lost`, () => {
    const place = storage({ kept: { [RECORDS]: text } });
    const store = new Store(() => place);
    assert.ok(store.damaged);
    assert.deepEqual(store.records, {});
    store.change("one-question", () => RECORD);
    assert.equal(place.kept.get(`${RECORDS}.damaged`), text);
    assert.ok(!new Store(() => place).damaged);
  });
}

test("erasing leaves neither records nor drafts", () => {
  const place = storage();
  const store = new Store(() => place);
  store.change("one-question", () => RECORD);
  store.remember("draft:one-question", ["0"]);
  store.erase();
  const next = new Store(() => place);
  assert.deepEqual(next.records, {});
  assert.equal(next.session("draft:one-question"), undefined);
  assert.ok(place.kept.has(SESSION));
});
