/** The page's side of the worker: one run at a time, the newest request wins, and no run without an end. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Engine } from "../../kumo/web/live.js";

class FakeWorker extends EventTarget {
  static made = [];
  terminated = false;
  asked = [];

  constructor() {
    super();
    FakeWorker.made.push(this);
  }

  postMessage(request) {
    this.asked.push(request);
  }

  terminate() {
    this.terminated = true;
  }

  say(data) {
    if (!this.terminated) this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }

  answer(content) {
    this.say({ type: "answer", answer: JSON.stringify(content) });
  }
}

function setUp(limit = 10) {
  FakeWorker.made = [];
  const phases = [];
  const engine = new Engine(() => new FakeWorker(), limit);
  engine.listen(({ phase }) => phases.push(phase));
  const results = [];
  const ask = (owner, request) =>
    engine.ask(owner, request, (answer) => results.push([request, answer]), (reason) => results.push([request, reason]));
  return { engine, phases, results, ask, workers: FakeWorker.made };
}

test("nothing starts before it is wanted, and it starts once", () => {
  const { engine, phases, workers } = setUp();
  assert.equal(workers.length, 0);
  engine.start();
  engine.start();
  assert.equal(workers.length, 1);
  workers[0].say({ type: "ready", start: "snapshot" });
  assert.deepEqual(phases, ["loading", "live"]);
  assert.equal(engine.report.start, "snapshot");
});

test("a request starts the worker, and waits for it", () => {
  const { ask, workers, results } = setUp();
  ask("a", "a1");
  assert.deepEqual(workers[0].asked, []);
  workers[0].say({ type: "ready" });
  assert.deepEqual(workers[0].asked, ["a1"]);
  workers[0].answer({ frame: 1 });
  assert.deepEqual(results, [["a1", { frame: 1 }]]);
});

test("of what a figure asks during a run only the newest is computed", () => {
  const { ask, workers, results } = setUp();
  ask("a", "a1");
  workers[0].say({ type: "ready" });
  for (const request of ["a2", "a3", "a4"]) ask("a", request);
  workers[0].answer({ frame: 1 });
  workers[0].answer({ frame: 4 });
  assert.deepEqual(workers[0].asked, ["a1", "a4"]);
  assert.deepEqual(results.map(([request]) => request), ["a1", "a4"]);
});

test("figures take turns", () => {
  const { ask, workers } = setUp();
  ask("a", "a1");
  workers[0].say({ type: "ready" });
  ask("a", "a2");
  ask("b", "b1");
  ask("a", "a3");
  for (let run = 0; run < 3; run++) workers[0].answer({});
  assert.deepEqual(workers[0].asked, ["a1", "a3", "b1"]);
});

test("a run without an end is stopped, and the others go on in a fresh worker", async () => {
  const { ask, workers, results, phases } = setUp(0.05);
  ask("a", "a1");
  ask("b", "b1");
  workers[0].say({ type: "ready" });
  await pause(120);
  assert.ok(workers[0].terminated);
  assert.equal(workers.length, 2);
  assert.equal(results.length, 1);
  assert.match(results[0][1], /0\.05 秒で終わらなかった/);
  workers[1].say({ type: "ready" });
  assert.deepEqual(workers[1].asked, ["b1"]);
  assert.deepEqual(phases, ["loading", "live", "loading", "live"]);
});

test("the limit counts from the start of a run, not from the wait for it", async () => {
  const { ask, workers, results } = setUp(0.08);
  ask("a", "a1");
  await pause(120);
  workers[0].say({ type: "ready" });
  await pause(40);
  workers[0].answer({ frame: 1 });
  assert.deepEqual(results, [["a1", { frame: 1 }]]);
});

test("a start from scratch in the middle of a run does not count", async () => {
  const { ask, workers, results } = setUp(0.06);
  ask("a", "a1");
  workers[0].say({ type: "ready" });
  workers[0].say({ type: "starting-over" });
  await pause(120);
  workers[0].say({ type: "running" });
  workers[0].answer({ frame: 1 });
  assert.deepEqual(results, [["a1", { frame: 1 }]]);
});

test("a start that fails says why, and can be tried again without losing the request", () => {
  const { engine, ask, workers, results } = setUp();
  ask("a", "a1");
  workers[0].say({ type: "failed", reason: "kumo.zip: HTTP 404", fetching: true });
  assert.equal(engine.status.phase, "failed");
  assert.match(engine.status.reason, /通信/);
  ask("a", "a2");
  assert.equal(workers.length, 1);
  engine.restart();
  workers[1].say({ type: "ready" });
  workers[1].answer({ frame: 2 });
  assert.deepEqual(results, [["a2", { frame: 2 }]]);
});

test("a script that cannot be fetched, and a worker that cannot be made, are failures with a reason", () => {
  const { engine, workers } = setUp();
  engine.start();
  workers[0].dispatchEvent(new Event("error"));
  assert.equal(engine.status.phase, "failed");
  const blocked = new Engine(() => {
    throw new Error("blocked by policy");
  });
  blocked.start();
  assert.equal(blocked.status.phase, "failed");
  assert.ok(blocked.status.reason);
});

test("a worker that breaks during a run is replaced", () => {
  const { engine, ask, workers, results } = setUp();
  ask("a", "a1");
  workers[0].say({ type: "ready" });
  workers[0].dispatchEvent(new Event("error"));
  assert.equal(results.length, 1);
  assert.match(results[0][1], /始め直しました/);
  workers[1].say({ type: "ready" });
  assert.equal(engine.status.phase, "live");
});
