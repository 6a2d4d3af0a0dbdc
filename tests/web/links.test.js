/** Links to states: read, check, write; the pure functions of live.js. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatLink, numberSlugs, parseLink, readLink } from "../../kumo/web/live.js";

const SCHEMA = {
  explorer: "sample.Everything",
  slug: "everything",
  title: "すべて",
  parameters: [
    { name: "rate", kind: "range", label: "レート", unit: "件/秒", low: 1, high: 50, step: 1 },
    { name: "gap", kind: "range", label: "間隔", unit: "秒", low: 0.1, high: 4.5, step: 0.2 },
    {
      name: "arrivals",
      kind: "choice",
      label: "届き方",
      options: [
        { value: "even", label: "等間隔" },
        { value: "burst", label: "突発" },
      ],
    },
    { name: "cache", kind: "toggle", label: "キャッシュ" },
    {
      name: "needs",
      kind: "choices",
      label: "要件",
      options: [
        { value: "low_cost", label: "低コスト" },
        { value: "push", label: "プッシュ" },
        { value: "usage_plan", label: "使用量プラン" },
      ],
    },
    { name: "cidr", kind: "text", label: "CIDR", max_length: 20, lines: 1 },
  ],
};
const INITIAL = { rate: 10, gap: 0.5, arrivals: "even", cache: false, needs: [], cidr: "10.0.0.0/16" };

const follow = (fragment) => readLink(SCHEMA, INITIAL, parseLink(fragment));

test("a bare anchor names a figure and nothing else", () => {
  assert.deepEqual(parseLink("#everything"), { slug: "everything", values: {}, unreadable: [] });
  assert.deepEqual(parseLink("#everything-2").slug, "everything-2");
});

test("fragments of other kinds are not taken for links", () => {
  for (const fragment of ["", "#", "#見出し", "#Everything", "#2-1", "#id1 x", "#%E3%81%82"]) {
    assert.equal(parseLink(fragment), null, fragment);
  }
});

test("every kind of parameter can be read", () => {
  const link = "#everything?rate=20&gap=0.9&arrivals=burst&cache=true&needs=push,low_cost&cidr=10.1.0.0%2F16";
  assert.deepEqual(follow(link), {
    parameters: {
      rate: 20,
      gap: 0.9,
      arrivals: "burst",
      cache: true,
      needs: ["low_cost", "push"],
      cidr: "10.1.0.0/16",
    },
    problems: [],
  });
});

test("what a link does not name keeps the figure's own value", () => {
  assert.deepEqual(follow("#everything?rate=20").parameters, { ...INITIAL, rate: 20 });
});

test("an empty list of choices can be written and read", () => {
  assert.deepEqual(readLink(SCHEMA, { ...INITIAL, needs: ["push"] }, parseLink("#everything?needs=")).parameters.needs, []);
});

for (const [query, name] of [
  ["rate=abc", "レート(rate)"],
  ["rate=", "レート(rate)"],
  ["rate=0", "レート(rate)"],
  ["rate=51", "レート(rate)"],
  ["rate=1.5", "レート(rate)"],
  ["rate=Infinity", "レート(rate)"],
  ["rate=0x10", "レート(rate)"],
  ["gap=0.6", "間隔(gap)"],
  ["arrivals=never", "届き方(arrivals)"],
  ["cache=1", "キャッシュ(cache)"],
  ["needs=push,push", "要件(needs)"],
  ["needs=nothing", "要件(needs)"],
  ["cidr=123456789012345678901", "CIDR(cidr)"],
]) {
  test(`${query} is named as wrong and leaves the initial value`, () => {
    const { parameters, problems } = follow(`#everything?${query}`);
    assert.deepEqual(parameters, INITIAL);
    assert.equal(problems.length, 1);
    assert.ok(problems[0].includes(name), problems[0]);
    assert.ok(problems[0].includes(`「${decodeURIComponent(query.split("=")[1])}」`), problems[0]);
  });
}

test("what is right in a link counts beside what is wrong", () => {
  const { parameters, problems } = follow("#everything?rate=20&gap=99&nix=1");
  assert.deepEqual(parameters, { ...INITIAL, rate: 20 });
  assert.equal(problems.length, 2);
  assert.match(problems[1], /nix/);
});

test("names of the language's own objects are unknown like any other", () => {
  for (const name of ["__proto__", "constructor", "toString"]) {
    const { parameters, problems } = follow(`#everything?${name}=1`);
    assert.deepEqual(parameters, INITIAL);
    assert.equal(problems.length, 1, name);
  }
});

test("broken percent signs are reported, not thrown", () => {
  const { parameters, problems } = follow("#everything?cidr=%E3%81&rate=20");
  assert.deepEqual(parameters, { ...INITIAL, rate: 20 });
  assert.equal(problems.length, 1);
});

test("only what differs from the initial values is written", () => {
  assert.equal(formatLink("everything", SCHEMA, INITIAL, INITIAL), "#everything");
  assert.equal(formatLink("everything-2", SCHEMA, INITIAL, { ...INITIAL, rate: 20, needs: ["push", "usage_plan"] }), "#everything-2?rate=20&needs=push,usage_plan");
});

test("what is written is read back the same", () => {
  const states = [
    { ...INITIAL, rate: 50, gap: 4.5 },
    { ...INITIAL, cache: true, needs: ["low_cost", "push", "usage_plan"] },
    { ...INITIAL, cidr: "あ&b=c+d %/#?," },
    { ...INITIAL, cidr: "" },
  ];
  for (const state of states) {
    const link = formatLink("everything", SCHEMA, INITIAL, state);
    // As the browser keeps it.
    assert.deepEqual(follow(new URL(link, "https://example.test/").hash), { parameters: state, problems: [] }, link);
  }
});

test("figures of one class are numbered in page order", () => {
  assert.deepEqual(numberSlugs(["throttling", "caching", "throttling", "throttling"]), [
    "throttling",
    "caching",
    "throttling-2",
    "throttling-3",
  ]);
});
