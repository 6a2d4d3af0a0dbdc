/**
 * The page's host: make every explorer on a published page live, without a server.
 *
 * Nothing of Python is fetched until a figure comes near the window or is touched; then one worker per page
 * runs the simulations of all its figures. The figures stand complete in the page before that, and remain so
 * when anything here fails.
 *
 * The worker and its files are looked for beside this module, so a site works under any path.
 */

const WORDS = {
  unreachable: "シミュレーターを読み込めませんでした。通信が切れているか、ブロックされています。",
  unsupported: "このブラウザではシミュレーターを動かせません。",
  startFailed: (reason) => `シミュレーターを始められませんでした(${reason})。`,
  runaway: (seconds) =>
    `計算が ${seconds} 秒で終わらなかったので止めました。値を変えるか、もう一度試してください。`,
  crashed: "計算の途中でシミュレーターが止まったので、始め直しました。",
  badValue: (label, name, value, allowed) => `リンクの${label}(${name})の値「${value}」は使えません。使えるのは、${allowed}です。`,
  unknownName: (name, known) => `リンクにある ${name} というパラメーターはありません。あるのは ${known} です。`,
  unreadable: (text) => `リンクの「${text}」を読めません。`,
  useInitial: "代わりに最初の値を使っています。",
  number: (low, high, step, unit) => `${low}〜${high}${unit ? ` ${unit}` : ""}の数${step === 1 ? "" : `(${step} きざみ)`}`,
  oneOf: (keys) => `${keys} のどれか`,
  someOf: (keys) => `${keys} から選んだ並び`,
  trueOrFalse: "true か false",
  upTo: (length) => `${length}文字までの文字列`,
};

// ---------------------------------------------------------------- links to states (pure functions)

/**
 * Read the fragment of an address: `#throttling?rate=20&arrivals=burst`.
 *
 * Returns {slug, values, unreadable}: texts by name, and the parts that are no UTF-8; or null where the
 * fragment cannot be a link to an explorer.
 */
export function parseLink(fragment) {
  const [, slug, query] = /^#?([a-z][a-z0-9-]*)(?:\?(.*))?$/s.exec(fragment) ?? [];
  if (!slug) return null;
  const values = [];
  const unreadable = [];
  for (const part of (query ?? "").split("&").filter(Boolean)) {
    const [name, ...rest] = part.split("=");
    try {
      const plain = (text) => decodeURIComponent(text.replaceAll("+", " "));
      values.push([plain(name), plain(rest.join("="))]);
    } catch {
      unreadable.push(part);
    }
  }
  return { slug, values: Object.fromEntries(values), unreadable };
}

const names = (parameter) => parameter.options.map((option) => option.value);

/** How each kind of parameter is written in a link, read back, and what to say when it is wrong. */
const KINDS = {
  range: {
    write: String,
    read(text, { low, high, step }) {
      const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
      const steps = (value - low) / step;
      return value >= low && value <= high && Math.abs(steps - Math.round(steps)) < 1e-6 ? value : undefined;
    },
    allowed: ({ low, high, step, unit }) => WORDS.number(low, high, step, unit),
  },
  choice: {
    write: String,
    read: (text, parameter) => (names(parameter).includes(text) ? text : undefined),
    allowed: (parameter) => WORDS.oneOf(names(parameter).join("、")),
  },
  toggle: {
    write: String,
    read: (text) => ({ true: true, false: false })[text],
    allowed: () => WORDS.trueOrFalse,
  },
  choices: {
    write: (value) => value.join(","),
    read(text, parameter) {
      const keys = text === "" ? [] : text.split(",");
      const known = names(parameter);
      const good = keys.every((key) => known.includes(key)) && new Set(keys).size === keys.length;
      return good ? known.filter((key) => keys.includes(key)) : undefined;
    },
    allowed: (parameter) => WORDS.someOf(names(parameter).join("、")),
  },
  // What a text must look like, only the simulation knows; it answers with an error of its own.
  text: {
    write: String,
    read: (text, parameter) => (text.length <= parameter.max_length ? text : undefined),
    allowed: (parameter) => WORDS.upTo(parameter.max_length),
  },
};

/**
 * Turn the texts of a link into parameters.
 *
 * Returns {parameters, problems}: the figure's own initial values where the link says nothing or something
 * impossible, and one reader-facing sentence for each thing that is wrong.
 */
export function readLink(schema, initial, { values, unreadable = [] }) {
  const parameters = { ...initial };
  const problems = unreadable.map((part) => WORDS.unreadable(part));
  const byName = new Map(schema.parameters.map((parameter) => [parameter.name, parameter]));
  for (const [name, text] of Object.entries(values)) {
    const parameter = byName.get(name);
    if (!parameter) {
      problems.push(WORDS.unknownName(name, [...byName.keys()].join("、")));
      continue;
    }
    const kind = KINDS[parameter.kind];
    const value = kind.read(text, parameter);
    if (value === undefined) problems.push(WORDS.badValue(parameter.label, name, text, kind.allowed(parameter)));
    else parameters[name] = value;
  }
  return { parameters, problems };
}

/** Write the fragment for a state; only what differs from the figure's own initial values is named. */
export function formatLink(slug, schema, initial, parameters) {
  const query = schema.parameters
    .filter(({ name }) => JSON.stringify(parameters[name]) !== JSON.stringify(initial[name]))
    .map(({ name, kind }) => `${name}=${encodeURIComponent(KINDS[kind].write(parameters[name])).replaceAll("%2C", ",")}`)
    .join("&");
  return query ? `#${slug}?${query}` : `#${slug}`;
}

/** The anchors of a page's figures in page order: the slug, then with -2, -3 … for further ones of its class. */
export function numberSlugs(slugs) {
  const seen = new Map();
  return slugs.map((slug) => {
    const count = (seen.get(slug) ?? 0) + 1;
    seen.set(slug, count);
    return count === 1 ? slug : `${slug}-${count}`;
  });
}

// ---------------------------------------------------------------- the worker's other end

/**
 * The one worker of a page. Requests wait here rather than in the worker, so that the time limit counts from
 * the moment a run begins, and so that a figure's newer request replaces its older one.
 */
export class Engine {
  #open;
  #limit;
  #worker = null;
  #phase = "asleep";
  #reason;
  #queue = new Map(); // job owner → job, in order of asking
  #running = null;
  #timer;
  #listeners = new Set();
  /** How the last start went, for measurements: {start, ...milliseconds}. */
  report = null;

  /** `open` makes a worker; `limit` is the longest run in seconds. */
  constructor(open, limit = 10) {
    this.#open = open;
    this.#limit = limit;
  }

  get status() {
    return this.#reason ? { phase: this.#phase, reason: this.#reason } : { phase: this.#phase };
  }

  listen(listener) {
    this.#listeners.add(listener);
  }

  /** Start, unless it runs already or has failed (then only `restart` helps). */
  start() {
    if (this.#phase !== "asleep") return;
    this.#say("loading");
    try {
      this.#worker = this.#open();
    } catch (error) {
      this.#fail(globalThis.Worker ? WORDS.startFailed(error.message) : WORDS.unsupported);
      return;
    }
    this.#worker.addEventListener("message", ({ data }) => this.#hear(data));
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault?.();
      if (this.#running) this.#giveUp(WORDS.crashed);
      else this.#fail(WORDS.unreachable);
    });
  }

  restart() {
    this.#stop();
    this.#phase = "asleep";
    this.start();
  }

  /**
   * Compute the frame for `request` on behalf of `owner`, after what others have asked for. An earlier
   * request of the same owner that has not begun is dropped. `done(answer)` or `failed(reason)` follows.
   */
  ask(owner, request, done, failed) {
    this.#queue.set(owner, { owner, request, done, failed });
    this.start();
    this.#next();
  }

  #say(phase, reason) {
    this.#phase = phase;
    this.#reason = reason;
    for (const listener of this.#listeners) listener(this.status);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = null;
    this.#running = null;
  }

  #fail(reason) {
    this.#stop();
    this.#say("failed", reason);
  }

  /** Give up the run under way and carry on with a fresh worker. */
  #giveUp(reason) {
    const { failed } = this.#running;
    this.restart();
    failed(reason);
  }

  #hear({ type, ...message }) {
    if (type === "ready") {
      this.report = message;
      this.#say("live");
      this.#next();
    } else if (type === "failed") {
      this.#fail(message.fetching ? WORDS.unreachable : WORDS.startFailed(message.reason));
    } else if (type === "starting-over") {
      // Not the run's own time.
      clearTimeout(this.#timer);
    } else if (type === "running") {
      this.#watchTime();
    } else if (type === "answer") {
      clearTimeout(this.#timer);
      const { done } = this.#running;
      this.#running = null;
      done(JSON.parse(message.answer));
      this.#next();
    }
  }

  #watchTime() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#giveUp(WORDS.runaway(this.#limit)), this.#limit * 1000);
  }

  #next() {
    if (this.#phase !== "live" || this.#running) return;
    const [job] = this.#queue.values();
    if (!job) return;
    this.#queue.delete(job.owner);
    this.#running = job;
    this.#worker.postMessage(job.request);
    this.#watchTime();
  }
}

// ---------------------------------------------------------------- one figure's model

/** The model that explorer.js talks to, with the page's engine behind it. */
class PageModel {
  #values;
  #listeners = new Map();
  #engine;
  #figure;
  #asked = "";
  #failure = null; // why this figure's last run failed, while the engine is well

  constructor(figure, slug, engine) {
    const { schema, frame } = JSON.parse(figure.querySelector("script.kumo-state").textContent);
    this.schema = schema;
    this.slug = slug;
    this.initial = frame.parameters;
    this.#engine = engine;
    this.#figure = figure;
    this.#values = {
      parameters: frame.parameters,
      frame: null,
      error: null,
      status: engine.status,
      notice: "",
      layouts: ["wide", "narrow"],
      retry: 0,
    };
    // The picture in the page is drawn already.
    this.#asked = this.#request();
    engine.listen(() => this.#showStatus());
  }

  get(key) {
    if (key === "link") {
      return new URL(formatLink(this.slug, this.schema, this.initial, this.#values.parameters), location.href).href;
    }
    return this.#values[key];
  }

  set(key, value) {
    this.#values[key] = value;
    for (const listener of this.#listeners.get(`change:${key}`) ?? []) listener();
  }

  on(event, listener) {
    if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
    this.#listeners.get(event).add(listener);
  }

  off(event, listener) {
    this.#listeners.get(event)?.delete(listener);
  }

  save_changes() {
    const retried = this.#values.retry > 0;
    if (retried) {
      this.#values.retry = 0;
      this.#asked = "";
      if (this.#engine.status.phase === "failed") this.#engine.restart();
    }
    const request = this.#request();
    if (request === this.#asked) return;
    this.#asked = request;
    this.#failure = null;
    this.#showStatus();
    // An answer may look like what is shown already; that it has come shows here.
    this.#figure.dataset.asked = "";
    const answered = () => request === this.#asked && delete this.#figure.dataset.asked;
    this.#engine.ask(
      this,
      request,
      (answer) => {
        this.#take(answer);
        answered();
      },
      (reason) => {
        answered();
        this.#failure = reason;
        // The same values may be tried again.
        this.#asked = "";
        this.#showStatus();
      },
    );
  }

  /** Show the state that a link names. */
  follow(link) {
    const { parameters, problems } = readLink(this.schema, this.initial, link);
    this.set("error", null);
    this.set("parameters", parameters);
    this.set("notice", problems.length > 0 ? [...problems, WORDS.useInitial].join("\n") : "");
    this.#fromLink = true;
    this.save_changes();
  }

  #fromLink = false;

  #request() {
    const { parameters, layouts } = this.#values;
    return JSON.stringify({ explorer: this.schema.explorer, parameters, layouts });
  }

  #take({ frame, error }) {
    const fromLink = this.#fromLink;
    this.#fromLink = false;
    if (frame) {
      if (this.#values.error) this.set("error", null);
      this.set("frame", frame);
    } else if (fromLink && error.kind === "parameter") {
      // Only the simulation could tell that the link's text was wrong.
      this.set("parameters", this.initial);
      this.set("notice", `${error.message}\n${WORDS.useInitial}`);
      this.save_changes();
    } else {
      this.set("error", error);
    }
  }

  #showStatus() {
    const status = this.#engine.status;
    const failed = this.#failure && status.phase !== "failed";
    this.set("status", failed ? { phase: "failed", reason: this.#failure } : status);
  }
}

// ---------------------------------------------------------------- the page

/** Figures begin to load when they are this near to the window. */
const NEAR = "600px 0px";

/**
 * What a page may ask for in `globalThis.kumoOptions` (used by tests and measurements):
 * start "plain" (no snapshot), limit (longest run, seconds), eager false (load on touch only).
 */
function options() {
  return { start: "", limit: 10, eager: true, ...globalThis.kumoOptions };
}

async function startPage() {
  const figures = [...document.querySelectorAll("figure.kumo[data-explorer]")];
  if (figures.length === 0) return;
  const { start, limit, eager } = options();
  // One release of the site has one version in its address, so that caches never mix two.
  const { search } = new URL(import.meta.url);
  const beside = (name) => new URL(`${name}${search}`, import.meta.url);
  const { default: explorer } = await import(beside("explorer.js"));

  const engine = new Engine(() => {
    const address = beside("worker.js");
    if (start) address.searchParams.set("start", start);
    return new Worker(address, { type: "module" });
  }, limit);
  engine.listen(({ phase }) => phase === "live" && performance.mark("kumo:live", { detail: engine.report }));

  const slugs = numberSlugs(figures.map((figure) => figure.dataset.slug));
  const models = new Map();
  figures.forEach((figure, index) => {
    const slug = slugs[index];
    if (!document.getElementById(slug)) figure.id = slug;
    const model = new PageModel(figure, slug, engine);
    models.set(slug, { model, figure });
    explorer.render({ model, el: figure });
    for (const event of ["pointerdown", "focusin"]) figure.addEventListener(event, () => engine.start(), { once: true });
  });

  if (eager && !navigator.connection?.saveData) {
    const idle = globalThis.requestIdleCallback ?? ((action) => setTimeout(action, 200));
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        idle(() => engine.start(), { timeout: 2000 });
      },
      { rootMargin: NEAR },
    );
    for (const figure of figures) observer.observe(figure);
  }

  const follow = () => {
    const link = parseLink(location.hash);
    const target = link && models.get(link.slug);
    if (!target) return;
    // A bare anchor only leads to the figure; it says nothing about its values.
    if (location.hash.includes("?")) target.model.follow(link);
    target.figure.tabIndex = -1;
    target.figure.focus({ preventScroll: true });
    target.figure.scrollIntoView({ block: "start" });
  };
  addEventListener("hashchange", follow);
  // Following the link of the present address again changes nothing in it, but the reader means it.
  document.addEventListener("click", (event) => {
    const anchor = event.target.closest?.("a[href]");
    if (anchor && anchor.href === location.href && !event.defaultPrevented && !event.metaKey && !event.ctrlKey) follow();
  });
  if (location.hash) follow();
}

if (typeof document !== "undefined") startPage();
