/**
 * The live side of an explorer's figure: one AFM module for every host.
 *
 * `render` takes the static figure (see kumo/core/html.py) and gives it inputs, a clock and words that follow.
 * It knows nothing about where frames come from. The host's model has these keys:
 *
 *   html        the static figure, where the host has only an empty element (Jupyter); else undefined
 *   parameters  the values in force, by name; written here when the reader changes an input
 *   frame       the last frame (see Explorer.frame); `pictures` may hold only some layouts
 *   error       null, or {message, parameter?}: why `parameters` gave no frame
 *   status      {phase: "asleep" | "loading" | "live" | "failed", reason?}; undefined counts as live
 *   notice      something the reader should know about the values shown; "" for nothing
 *   layouts     the layouts that are on show; written here
 *   retry       a counter; written here when the reader asks to try again
 *   link        an address of the present state, or undefined where there is none
 *
 * Hosts hand different arguments to the callbacks of `on`, so they are ignored and `get` is called.
 */

const WORDS = {
  asleep: "待機中",
  loading: "読み込み中",
  live: "操作できます",
  computing: "計算中",
  failed: "失敗",
  retry: "もう一度",
  dismiss: "閉じる",
  reset: "最初に戻す",
  resetDone: "最初の値に戻しました。",
  copyLink: "この状態のリンク",
  copyCode: "この状態のコード",
  copied: "コピーしました",
  copyHere: "次をコピーしてください:",
  play: "再生",
  pause: "停止",
  previous: "前の手順",
  next: "次の手順",
  time: "時刻",
  step: "手順",
  settings: (title) => `「${title}」の設定`,
  otherSettings: (count) => `ほかの設定(${count}個)`,
  stepOf: (number, count) => `${number}/${count}`,
  stepText: (number, count, label) => `手順 ${number}/${count}: ${label}`,
  numberOf: (label) => `${label}(数値で入力)`,
  allowed: (low, high, unit) => `${low}〜${high}${unit ? ` ${unit}` : ""}の数を入れてください。`,
  allowedStep: (low, high, step, unit) =>
    `${low}〜${high}${unit ? ` ${unit}` : ""}の数を ${step} きざみで入れてください。`,
  tableOf: (caption) => `表: ${caption}`,
  silent: "計算の答えが返ってきません。カーネルが動いているか確かめてください。",
};

const LAYOUTS = ["wide", "narrow"];
/** Typing pauses this long before a text is sent (ms). */
const TYPING_PAUSE = 250;
/** A run of input changes pauses this long before the explanation is read out (ms). */
const READING_PAUSE = 900;
/** A computation shorter than this is not worth a change of the status (ms). */
const PATIENCE = 250;
/** A host without a status of its own is taken for dead after this time without an answer (ms). */
const SILENCE = 15_000;
/** The automatic run starts this long after the picture came into view, and holds its last image as long (ms). */
const AUTO_DELAY = 500;
const AUTO_HOLD = 1_600;
/** Share of the picture (or of the window, for a picture taller than it) that must be in view to start it. */
const IN_VIEW = 0.6;

let serial = 0;

// ---------------------------------------------------------------- small tools

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name in made && typeof value !== "string") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const ICONS = {
  play: "M4 2.5v11l9-5.5z",
  pause: "M4 2.5h3v11H4zM9 2.5h3v11H9z",
  previous: "M3 2.5h2v11H3zM13 2.5v11L6 8z",
  next: "M11 2.5h2v11h-2zM3 2.5v11L10 8z",
};

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "kumo-icon");
  path.setAttribute("d", ICONS[name]);
  path.setAttribute("fill", "currentColor");
  svg.append(path);
  return svg;
}

/** Whether two sets of parameters are the same (values are JSON; the order of the names does not matter). */
function same(one, other) {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => JSON.stringify(one[name]) === JSON.stringify(other[name]))
  );
}

function debounce(pause, action) {
  let timer;
  const later = (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...given), pause);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

const stillPreferred = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// ---------------------------------------------------------------- inputs

/**
 * One field: `node` to show, `value()` to read, `show(value)` to write without taking the caret away,
 * `complain(message)` to say inline what is wrong ("" for nothing). A text also has `replace(text)`: show that
 * text, unchangeable, in place of the reader's, which is kept (null: the reader's again).
 */
function makeField(parameter, id, changed) {
  const field = FIELDS[parameter.kind](parameter, id, changed);
  const help = parameter.help && element("p", { class: "kumo-help", id: `${id}-help` }, parameter.help);
  const fault = element("p", { class: "kumo-fault", id: `${id}-fault`, hidden: true });
  const described = (extra) => [help && help.id, extra && fault.id].filter(Boolean).join(" ");
  for (const control of field.described) {
    if (help) control.setAttribute("aria-describedby", described(false));
  }
  field.node.classList.add("kumo-field");
  field.node.dataset.kind = parameter.kind;
  field.node.dataset.name = parameter.name;
  if (help) field.node.append(help);
  field.node.append(fault);
  field.complain = (message, { keepRoom = false } = {}) => {
    // Room that vanishes while the reader presses a button elsewhere would take the button from under the pointer.
    fault.toggleAttribute("data-empty", keepRoom);
    if (!keepRoom) {
      fault.textContent = message;
      fault.hidden = !message;
    }
    for (const control of field.described) {
      if (message) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
      const by = described(Boolean(message));
      if (by) control.setAttribute("aria-describedby", by);
      else control.removeAttribute("aria-describedby");
    }
  };
  return field;
}

const FIELDS = {
  range(parameter, id, changed) {
    const { label, unit, low, high, step } = parameter;
    const bounds = { min: String(low), max: String(high), step: String(step) };
    const slider = element("input", { type: "range", id, ...bounds });
    const number = element("input", { type: "number", id: `${id}-number`, ...bounds, "aria-label": WORDS.numberOf(label) });
    const digits = Math.max(...[low, high, low + step].map((bound) => String(bound).length));
    number.style.setProperty("--digits", digits);
    let value = parameter.default;
    const paint = () => {
      slider.style.setProperty("--fill", high > low ? (value - low) / (high - low) : 0);
      slider.setAttribute("aria-valuetext", unit ? `${value} ${unit}` : String(value));
    };
    const node = element(
      "div",
      {},
      element(
        "div",
        { class: "kumo-line" },
        element("label", { for: id }, label),
        element("span", { class: "kumo-value" }, number, ...(unit ? [element("span", { class: "kumo-unit" }, unit)] : [])),
      ),
      slider,
    );
    slider.addEventListener("input", () => {
      value = Number(slider.value);
      number.value = slider.value;
      paint();
      field.complain("");
      changed();
    });
    // On the way to 15 stands 1; only a reader who stops there has meant it.
    const complain = debounce(TYPING_PAUSE * 2, () =>
      field.complain(step === 1 ? WORDS.allowed(low, high, unit) : WORDS.allowedStep(low, high, step, unit)),
    );
    number.addEventListener("input", () => {
      complain.cancel();
      if (number.value === "" || !number.validity.valid) {
        complain();
        return;
      }
      value = Number(number.value);
      slider.value = number.value;
      paint();
      field.complain("");
      changed();
    });
    // What was left unusable goes back to the value that the picture shows.
    number.addEventListener("blur", () => {
      complain.cancel();
      if (number.value !== "" && number.validity.valid) return;
      number.value = String(value);
      field.complain("", { keepRoom: true });
    });
    const field = {
      node,
      described: [slider, number],
      value: () => value,
      show(next) {
        value = next;
        slider.value = String(next);
        if (document.activeElement !== number || Number(number.value) !== next) number.value = String(next);
        paint();
      },
    };
    return field;
  },

  choice(parameter, id, changed) {
    const options = parameter.options.map((option) => element("option", { value: option.value }, option.label));
    const select = element("select", { id }, ...options);
    select.addEventListener("change", changed);
    return {
      node: element(
        "div",
        {},
        element("div", { class: "kumo-line" }, element("label", { for: id }, parameter.label)),
        element("div", { class: "kumo-select" }, select),
      ),
      described: [select],
      value: () => select.value,
      show: (next) => {
        select.value = next;
      },
    };
  },

  toggle(parameter, id, changed) {
    const box = element("input", { type: "checkbox", id });
    box.addEventListener("change", changed);
    return {
      node: element("div", {}, element("label", { class: "kumo-check", for: id }, box, element("span", {}, parameter.label))),
      described: [box],
      value: () => box.checked,
      show: (next) => {
        box.checked = next;
      },
    };
  },

  choices(parameter, id, changed) {
    const boxes = parameter.options.map((option) => element("input", { type: "checkbox", value: option.value }));
    const lines = parameter.options.map((option, index) =>
      element("label", { class: "kumo-check" }, boxes[index], element("span", {}, option.label)),
    );
    const group = element(
      "fieldset",
      { id },
      element("legend", {}, parameter.label),
      element("div", { class: "kumo-checks" }, ...lines),
    );
    group.addEventListener("change", changed);
    return {
      node: group,
      described: [group],
      value: () => boxes.filter((box) => box.checked).map((box) => box.value),
      show(next) {
        for (const box of boxes) box.checked = next.includes(box.value);
      },
    };
  },

  text(parameter, id, changed) {
    const shared = { id, maxLength: parameter.max_length, spellcheck: false, autocomplete: "off", autocapitalize: "off" };
    const control =
      parameter.lines > 1
        ? element("textarea", { ...shared, rows: parameter.lines })
        : element("input", { type: "text", ...shared });
    let own = parameter.default;
    const later = debounce(TYPING_PAUSE, changed);
    control.addEventListener("input", later);
    control.addEventListener("change", () => {
      later.cancel();
      changed();
    });
    return {
      node: element(
        "div",
        {},
        element("div", { class: "kumo-line" }, element("label", { for: id }, parameter.label)),
        control,
      ),
      described: [control],
      value: () => (control.readOnly ? own : control.value),
      show(next) {
        own = next;
        if (!control.readOnly && control.value !== next) control.value = next;
      },
      replace(text) {
        if (!control.readOnly) own = control.value;
        control.readOnly = text !== null;
        const next = text ?? own;
        if (control.value !== next) control.value = next;
      },
    };
  },
};

/**
 * The form of all parameters: `node`, `values()`, `show(values)`, `complain(name, message)`.
 * Where `knobs` names some, the inputs of the others are folded away until the reader, a link or a fault asks for them.
 */
function makeForm(schema, knobs, id, changed) {
  const fields = new Map(
    schema.parameters.map((parameter) => [
      parameter.name,
      makeField(parameter, `${id}-${parameter.name}`, () => {
        replace();
        changed(parameter.name);
      }),
    ]),
  );
  // What is chosen may bring its own text: what the reader sees is what runs.
  const replace = () => {
    for (const { name, instead } of schema.parameters) {
      if (instead) fields.get(name).replace(instead.texts[fields.get(instead.by).value()] ?? null);
    }
  };
  const nodes = (shown) => [...fields].filter(([name]) => knobs.includes(name) === shown).map(([, field]) => field.node);
  const folded = element("div", { class: "kumo-fields" }, ...nodes(false));
  const more = element("details", { class: "kumo-more" }, element("summary", {}, WORDS.otherSettings(folded.children.length)), folded);
  const unfold = (field) => {
    if (folded.contains(field.node)) more.open = true;
  };
  const node = element(
    "div",
    { class: "kumo-form", role: "group", "aria-label": WORDS.settings(schema.title) },
    element("div", { class: "kumo-fields" }, ...nodes(true)),
    ...(folded.children.length > 0 ? [more] : []),
  );
  return {
    node,
    values: () => Object.fromEntries([...fields].map(([name, field]) => [name, field.value()])),
    show(values) {
      for (const [name, field] of fields) {
        if (!(name in values) || JSON.stringify(field.value()) === JSON.stringify(values[name])) continue;
        field.show(values[name]);
        unfold(field);
      }
      replace();
    },
    begin(values) {
      for (const [name, field] of fields) if (name in values) field.show(values[name]);
      replace();
    },
    complain(name, message) {
      for (const [own, field] of fields) {
        field.complain(own === name ? message : "");
        if (own === name && message) unfold(field);
      }
    },
    has: (name) => fields.has(name),
  };
}

// ---------------------------------------------------------------- picture and clock

/** Pictures that move by themselves, one at a time, in the order in which they came into view. */
const autoRuns = {
  current: null,
  ask(player) {
    if (this.current === null) this.current = player;
    return this.current === player;
  },
  leave(player) {
    if (this.current === player) this.current = null;
  },
};

/**
 * Show one picture, still or in motion, and the controls of its clock.
 *
 * A picture as delivered is its still: its animations wait for a begin that never comes. To move, it is put
 * in anew with animations that begin at 0, and the SVG's own clock is stopped, set and let go.
 */
class Player {
  #boxes;
  #slot;
  #pictures;
  #clock = null;
  #moving = false; // whether the animated picture is in place, rather than the still
  #playing = false;
  #suspended = false; // playing, but out of view
  #time = 0; // seconds on the reader's watch, where the SVG stands while #moving
  #until = 0; // where the present play ends
  #auto = false;
  #touched = false;
  #offered = false; // whether the automatic run has had its chance
  #inPlace = {}; // by layout, the markup that stands in the document
  #frame = 0;
  #timers = new Set();
  #cleanups = [];
  #announce;

  constructor({ picture, slot, clock, id, announce }) {
    this.#slot = slot;
    this.#announce = announce;
    this.#boxes = Object.fromEntries(LAYOUTS.map((name) => [name, picture.querySelector(`:scope > .kumo-${name}`)]));
    this.#pictures = Object.fromEntries(
      LAYOUTS.filter((name) => this.#boxes[name]).map((name) => [name, this.#boxes[name].innerHTML]),
    );
    this.#inPlace = { ...this.#pictures };
    this.#build(id);
    this.#setClock(clock);
    this.#watch(picture);
  }

  /** The layout that the figure's width calls for. */
  get layout() {
    return LAYOUTS.find((name) => this.#boxes[name] && getComputedStyle(this.#boxes[name]).display !== "none") ?? "wide";
  }

  get touched() {
    return this.#touched;
  }

  /** Take over a new frame; the layouts that it does not have are dropped, because they show something else. */
  take(frame) {
    const share = this.#clock ? this.#time / this.#clock.seconds : 0;
    const playing = this.#playing;
    this.#pictures = { ...frame.pictures };
    if (!playing) this.#end();
    this.#setClock(frame.clock);
    if (playing && this.#clock) {
      this.#time = share * this.#clock.seconds;
      this.#until = this.#clock.seconds;
      this.#put();
    } else {
      this.still();
    }
  }

  /** The layout on show may have changed: put its picture in place. */
  refresh() {
    if (this.#moving) this.#put();
  }

  has(layout) {
    return layout in this.#pictures;
  }

  /** Stop and show the picture as delivered. */
  still() {
    this.#end();
    this.#moving = false;
    this.#put();
    if (!this.#clock) return;
    this.#time = this.#toWatch(this.#clock.end);
    this.#paint();
  }

  /** The reader has done something: from now on nothing moves by itself. */
  touch() {
    this.#touched = true;
    if (this.#auto) this.still();
  }

  dispose() {
    this.#end();
    for (const timer of this.#timers) clearTimeout(timer);
    for (const cleanup of this.#cleanups) cleanup();
  }

  // Controls.

  #build(id) {
    const button = (name, action) => {
      const made = element("button", { type: "button", class: `kumo-button kumo-${name}` }, icon(name));
      made.addEventListener("click", action);
      return made;
    };
    this.previous = button("previous", () => this.#step(-1));
    this.next = button("next", () => this.#step(+1));
    for (const [made, label] of [
      [this.previous, WORDS.previous],
      [this.next, WORDS.next],
    ]) {
      made.setAttribute("aria-label", label);
      made.title = label;
    }
    this.toggle = button("play", () => this.#toggle());
    this.toggleWord = element("span", {}, WORDS.play);
    this.toggle.append(this.toggleWord);
    this.slider = element("input", { type: "range", id: `${id}-time`, min: "0", max: "1000", step: "any" });
    this.slider.addEventListener("input", () => this.#scrub(Number(this.slider.value)));
    this.slider.addEventListener("keydown", (event) => this.#key(event));
    this.track = element("div", { class: "kumo-track" }, this.slider);
    this.output = element("output", { for: `${id}-time`, class: "kumo-time" });
    // The slider's value text says the same; a live region here would talk through the whole run.
    this.output.setAttribute("aria-live", "off");
    this.caption = element("p", { class: "kumo-step", "aria-hidden": "true" });
    this.bar = element("div", { class: "kumo-bar" }, this.previous, this.toggle, this.next, this.track, this.output);
  }

  #setClock(clock) {
    const before = JSON.stringify(this.#clock);
    this.#clock = clock ?? null;
    if (before === JSON.stringify(this.#clock) && this.#slot.firstChild) return;
    if (!this.#clock) {
      this.#slot.replaceChildren();
      return;
    }
    const { start, end, unit, steps } = this.#clock;
    const stepwise = steps.length > 0;
    this.slider.min = start;
    this.slider.max = end;
    this.slider.setAttribute("aria-label", stepwise ? WORDS.step : unit ? `${WORDS.time} (${unit})` : WORDS.time);
    this.bar.toggleAttribute("data-stepwise", stepwise);
    this.previous.hidden = this.next.hidden = this.caption.hidden = !stepwise;
    this.toggleWord.className = stepwise ? "kumo-hidden" : "";
    this.track.querySelectorAll(".kumo-tick").forEach((tick) => tick.remove());
    for (const step of steps) {
      const tick = element("span", { class: "kumo-tick", "aria-hidden": "true" });
      tick.style.setProperty("--at", (step.at - start) / (end - start));
      this.track.prepend(tick);
    }
    if (!this.#slot.contains(this.bar)) this.#slot.replaceChildren(this.bar, this.caption);
    this.#time = this.#toWatch(end);
    this.#paint();
  }

  #toWatch(model) {
    const { start, end, seconds } = this.#clock;
    return ((model - start) / (end - start)) * seconds;
  }

  #toModel(watch) {
    const { start, end, seconds } = this.#clock;
    return start + ((end - start) * watch) / seconds;
  }

  /** Index of the step in force; -1 before the first. The small allowance absorbs the SVG clock's rounding. */
  #stepIndex() {
    const now = this.#toModel(this.#time) + (this.#clock.end - this.#clock.start) * 1e-4;
    return this.#clock.steps.findLastIndex((step) => step.at <= now);
  }

  #timeText() {
    const { start, end, unit } = this.#clock;
    const span = end - start;
    const places = span <= 2 ? 3 : span <= 20 ? 2 : span <= 200 ? 1 : 0;
    const text = this.#toModel(this.#time).toFixed(places);
    return unit ? `${text} ${unit}` : text;
  }

  /** Bring the controls in step with the clock. */
  #paint() {
    const { start, end, steps } = this.#clock;
    const model = Math.min(end, Math.max(start, this.#toModel(this.#time)));
    this.slider.value = String(model);
    this.slider.style.setProperty("--fill", (model - start) / (end - start));
    let text = this.#timeText();
    let shown = text;
    if (steps.length > 0) {
      const index = this.#stepIndex();
      const label = steps[index]?.label ?? "";
      shown = WORDS.stepOf(index + 1, steps.length);
      text = index < 0 ? text : WORDS.stepText(index + 1, steps.length, label);
      if (this.caption.textContent !== label) this.caption.textContent = label;
      this.previous.setAttribute("aria-disabled", String(index <= 0));
      this.next.setAttribute("aria-disabled", String(index >= steps.length - 1));
    }
    if (this.output.textContent !== shown) this.output.textContent = shown;
    // Some screen readers read each new value text aloud; while it runs, only the stops count.
    if (!this.#playing || this.#suspended) this.slider.setAttribute("aria-valuetext", text);
    const name = this.#playing ? "pause" : "play";
    if (this.toggle.dataset.does !== name) {
      this.toggle.dataset.does = name;
      this.toggle.querySelector("svg").replaceWith(icon(name));
      this.toggleWord.textContent = WORDS[name];
      if (this.toggleWord.className) this.toggle.title = WORDS[name];
    }
  }

  #key(event) {
    const { start, end, steps } = this.#clock;
    const direction = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (event.key === " ") this.#toggle();
    else if (event.key === "Home") this.#scrub(start);
    else if (event.key === "End") this.#scrub(end);
    else if (direction && steps.length > 0) this.#jump(Math.sign(direction));
    else if (direction) {
      const share = (end - start) / 100;
      this.#scrub(Math.min(end, Math.max(start, this.#toModel(this.#time) + direction * share)));
    } else return;
    event.preventDefault();
  }

  #toggle() {
    this.#touched = true;
    this.#leaveAuto();
    if (this.#playing) {
      this.#pause();
      return;
    }
    // The still shows the decisive moment; a play tells the story from its beginning.
    const atEnd = this.#time >= this.#clock.seconds - 0.01;
    this.#play(!this.#moving || atEnd ? 0 : this.#time, this.#clock.seconds);
  }

  #scrub(model) {
    this.#touched = true;
    this.#leaveAuto();
    this.#halt();
    this.#moving = true;
    this.#time = this.#toWatch(model);
    this.#place();
    this.#paint();
  }

  /** Go to a neighbouring step at once (slider keys). */
  #jump(direction) {
    const { steps, start } = this.#clock;
    const index = this.#stepIndex() + direction;
    this.#scrub(index < 0 ? start : steps[Math.min(index, steps.length - 1)].at);
  }

  /** Go to a neighbouring step (buttons): forward in motion, where motion is welcome. */
  #step(direction) {
    this.#touched = true;
    this.#leaveAuto();
    const { steps } = this.#clock;
    const from = this.#stepIndex();
    const index = from + direction;
    if (index < 0 || index >= steps.length) return;
    this.#announce(WORDS.stepText(index + 1, steps.length, steps[index].label));
    if (direction < 0 || stillPreferred()) {
      this.#scrub(steps[index].at);
      return;
    }
    this.#play(this.#moving ? this.#time : this.#toWatch(steps[from]?.at ?? this.#clock.start), this.#toWatch(steps[index].at));
  }

  // Motion.

  #play(from, until) {
    this.#halt();
    this.#moving = true;
    this.#playing = true;
    this.#time = from;
    this.#until = until;
    this.#put();
    this.#paint();
    this.#follow();
  }

  #follow() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      if (!this.#playing || this.#suspended) return;
      const now = this.#svg()?.getCurrentTime() ?? this.#until;
      this.#time = Math.min(now, this.#until);
      if (now >= this.#until) this.#arrive();
      else this.#follow();
      this.#paint();
    });
  }

  #arrive() {
    const auto = this.#auto;
    this.#halt();
    this.#place();
    if (auto) this.#after(AUTO_HOLD, () => this.#auto && !this.#playing && this.still());
  }

  #pause() {
    this.#time = this.#svg()?.getCurrentTime() ?? this.#time;
    this.#halt();
    this.#place();
    this.#paint();
  }

  /** Stop the clock where it is. */
  #halt() {
    this.#playing = false;
    this.#suspended = false;
    cancelAnimationFrame(this.#frame);
  }

  #end() {
    this.#halt();
    this.#leaveAuto();
  }

  #leaveAuto() {
    this.#auto = false;
    autoRuns.leave(this);
  }

  #after(pause, action) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, pause);
    this.#timers.add(timer);
  }

  #svg() {
    return this.#boxes[this.layout]?.querySelector("svg");
  }

  /** Set the SVG's clock; puts the moving picture in place first where the still stands. */
  #place() {
    const svg = this.#svg();
    if (!svg || svg.dataset.moving === undefined) {
      this.#put();
      return;
    }
    svg.pauseAnimations();
    svg.setCurrentTime(this.#time);
  }

  /** Put the pictures in place anew, as stills or set in motion. */
  #put() {
    const shown = this.layout;
    for (const [name, box] of Object.entries(this.#boxes)) {
      const markup = this.#pictures[name];
      if (!box || markup === undefined) continue;
      const moving = this.#moving && name === shown;
      // A picture in motion carries the state of its clock, so only a still may be left as it is.
      if (!moving && this.#inPlace[name] === markup) continue;
      box.innerHTML = moving ? markup.replaceAll('begin="indefinite"', 'begin="0s"') : markup;
      this.#inPlace[name] = moving ? "" : markup;
      if (!moving) continue;
      const svg = box.querySelector("svg");
      svg.dataset.moving = "";
      svg.pauseAnimations();
      svg.setCurrentTime(this.#time);
      if (this.#playing && !this.#suspended) svg.unpauseAnimations();
    }
  }

  // The window.

  #watch(picture) {
    let inView = true;
    const suspend = () => {
      const away = !inView || document.hidden;
      if (!this.#playing || away === this.#suspended) return;
      this.#suspended = away;
      if (away) this.#svg()?.pauseAnimations();
      else {
        this.#svg()?.unpauseAnimations();
        this.#follow();
      }
    };
    const observer = new IntersectionObserver(
      (entries) => {
        const entry = entries.at(-1);
        inView = entry.isIntersecting;
        suspend();
        const height = entry.rootBounds?.height ?? innerHeight;
        if (entry.intersectionRatio >= IN_VIEW || entry.intersectionRect.height >= IN_VIEW * height) this.#offerAuto(() => inView);
      },
      { threshold: [0, 0.1, 0.2, 0.3, 0.4, 0.5, IN_VIEW, 0.7, 0.8, 0.9, 1] },
    );
    observer.observe(picture);
    document.addEventListener("visibilitychange", suspend);
    // Paper gets the still.
    const print = () => this.still();
    addEventListener("beforeprint", print);
    this.#cleanups.push(
      () => observer.disconnect(),
      () => document.removeEventListener("visibilitychange", suspend),
      () => removeEventListener("beforeprint", print),
    );
  }

  #offerAuto(stillInView) {
    if (this.#touched || this.#offered || !this.#clock || stillPreferred()) return;
    this.#offered = true;
    const attempt = () => {
      if (this.#touched || !this.#clock || this.#moving) return;
      if (!stillInView() || document.hidden) {
        this.#offered = false;
      } else if (autoRuns.ask(this)) {
        this.#auto = true;
        this.#play(0, this.#clock.seconds);
      } else {
        this.#after(AUTO_DELAY, attempt);
      }
    };
    this.#after(AUTO_DELAY, attempt);
  }
}

// ---------------------------------------------------------------- words and rows

function showExplanation(node, { point, why }) {
  node.replaceChildren(element("strong", {}, point), ` ${why}`);
}

function showTable(slot, { caption, columns, rows }) {
  const numeric = columns.map((_, index) => rows.length > 0 && rows.every((row) => typeof row[index] === "number"));
  const heading = element(
    "tr",
    {},
    ...columns.map((column, index) =>
      element("th", { scope: "col", ...(numeric[index] && { class: "kumo-number" }) }, column),
    ),
  );
  const cell = (value) =>
    typeof value === "number"
      ? element("td", { class: "kumo-number" }, String(value))
      : element("td", {}, value);
  const body = rows.map((row) => element("tr", {}, ...row.map(cell)));
  slot.replaceChildren(
    element("table", {}, element("caption", {}, caption), element("thead", {}, heading), element("tbody", {}, ...body)),
  );
  nameTable(slot, caption);
}

/** Long and wide tables scroll, and what scrolls must be reachable by keyboard. */
function nameTable(slot, caption) {
  slot.tabIndex = 0;
  slot.setAttribute("role", "group");
  slot.setAttribute("aria-label", WORDS.tableOf(caption));
}

/** Do something that may change heights above `node`, without moving `node` in the window. */
function keepInPlace(node, action) {
  const before = node.getBoundingClientRect().top;
  action();
  const moved = node.getBoundingClientRect().top - before;
  if (moved === 0) return;
  let scroller = node.parentElement;
  while (scroller && !(scroller.scrollHeight > scroller.clientHeight && /auto|scroll/.test(getComputedStyle(scroller).overflowY))) {
    scroller = scroller.parentElement;
  }
  (scroller ?? document.scrollingElement).scrollTop += moved;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** The state as code for a cell, where there is no page to link to: only what differs from the defaults. */
function asCode(schema, parameters) {
  const literal = (value) =>
    typeof value === "boolean"
      ? value ? "True" : "False"
      : Array.isArray(value) ? `[${value.map(literal).join(", ")}]` : JSON.stringify(value);
  const given = schema.parameters
    .filter(({ name, default: usual }) => JSON.stringify(parameters[name]) !== JSON.stringify(usual))
    .map(({ name }) => `${name}=${literal(parameters[name])}`);
  return `${schema.explorer.split(".").at(-1)}(${given.join(", ")})`;
}

// ---------------------------------------------------------------- the figure

function hydrate(model, figure) {
  const slot = (name) => figure.querySelector(`[data-slot="${name}"]`);
  const {
    schema,
    frame: first,
    knobs = schema.parameters.map(({ name }) => name),
  } = JSON.parse(figure.querySelector("script.kumo-state").textContent);
  const initial = first.parameters;
  const id = `kumo-${schema.slug}-${++serial}`;
  const title = figure.querySelector(".kumo-title");
  if (title) {
    title.id = `${id}-title`;
    figure.setAttribute("aria-labelledby", title.id);
  }

  // What is read out: one polite region per figure, filled after a pause and emptied again.
  const region = element("p", { class: "kumo-hidden", role: "status" });
  let silence;
  const announce = (text) => {
    region.textContent = text;
    clearTimeout(silence);
    silence = setTimeout(() => region.replaceChildren(), 10_000);
  };
  let readOut = false; // whether the next explanation follows from something that the reader did
  const announceExplanation = debounce(READING_PAUSE, () => {
    const { explanation } = model.get("frame");
    announce(`${explanation.point} ${explanation.why}`);
  });

  // Tools.
  const pill = element("span", { class: "kumo-status" });
  const reset = element("button", { type: "button", class: "kumo-button" }, WORDS.reset);
  const linked = model.get("link") !== undefined;
  const copyWord = linked ? WORDS.copyLink : WORDS.copyCode;
  const share = element("button", { type: "button", class: "kumo-button kumo-copy" }, copyWord);
  slot("tools").replaceChildren(pill, reset, share);

  const notice = element("div", { class: "kumo-notice", hidden: true });
  figure.querySelector(".kumo-head").after(notice);
  const noticeText = element("p", {});
  const retry = element("button", { type: "button", class: "kumo-button", hidden: true }, WORDS.retry);
  const dismiss = element("button", { type: "button", class: "kumo-button", hidden: true }, WORDS.dismiss);
  notice.append(noticeText, retry, dismiss);

  const player = new Player({ picture: slot("picture"), slot: slot("clock"), clock: first.clock, id, announce });
  const form = makeForm(schema, knobs, id, (name) => change(name));
  form.begin(initial);
  if (schema.parameters.length > 0) slot("inputs").replaceChildren(form.node);
  nameTable(slot("table"), first.table.caption);
  figure.append(region);

  let edited = ""; // the field that the reader changed last
  let shown = first; // the frame on show
  let waiting = null;

  function write(parameters) {
    model.set("parameters", parameters);
    model.save_changes();
    showStatus();
  }

  function change(name) {
    edited = name;
    readOut = true;
    player.touch();
    const parameters = form.values();
    if (same(parameters, model.get("parameters"))) return;
    model.set("notice", "");
    write(parameters);
  }

  // Status. A host without one is live, until it leaves a question unanswered for too long.
  let computing = false;
  let silent = false;
  function phase() {
    const status = model.get("status") ?? { phase: "live" };
    return silent ? { phase: "failed", reason: WORDS.silent } : status;
  }

  function showStatus() {
    const behind = !same(model.get("parameters"), shown.parameters) && !model.get("error");
    if (behind && waiting === null) {
      waiting = [
        setTimeout(() => {
          computing = true;
          paintStatus();
        }, PATIENCE),
        setTimeout(() => {
          silent = model.get("status") === undefined;
          paintStatus();
        }, SILENCE),
      ];
    } else if (!behind) {
      waiting?.forEach(clearTimeout);
      waiting = null;
      computing = silent = false;
    }
    paintStatus();
  }

  function paintStatus() {
    const { phase: now, reason } = phase();
    const visible = now === "live" && computing ? "computing" : now;
    if (pill.dataset.phase !== visible) {
      pill.dataset.phase = visible;
      pill.textContent = WORDS[visible];
      if (figure.contains(document.activeElement) && visible !== "computing") announce(WORDS[visible]);
    }
    figure.dataset.phase = now;
    const busy = computing && now !== "failed";
    slot("picture").toggleAttribute("data-stale", computing);
    if (busy) figure.setAttribute("aria-busy", "true");
    else figure.removeAttribute("aria-busy");

    const error = model.get("error");
    const inField = error?.parameter && form.has(error.parameter);
    const failed = now === "failed" ? reason : "";
    const message = failed || (error && !inField ? error.message : "") || model.get("notice") || "";
    if (noticeText.textContent !== message) {
      noticeText.textContent = message;
      if (message) announce(message);
    }
    notice.hidden = !message;
    notice.dataset.tone = failed || error ? "bad" : "warn";
    retry.hidden = !failed;
    dismiss.hidden = Boolean(failed || error);
  }

  function showError() {
    const error = model.get("error");
    const name = error?.parameter && form.has(error.parameter) ? error.parameter : edited;
    form.complain(error ? name : "", error?.message ?? "");
    if (error && figure.contains(document.activeElement)) announce(error.message);
    showStatus();
  }

  function showFrame() {
    const frame = model.get("frame");
    if (!frame?.pictures || frame === shown) return;
    const news = frame.explanation.point !== shown.explanation.point || frame.explanation.why !== shown.explanation.why;
    shown = frame;
    // Pictures differ in height; the input in hand stays where it is.
    const inHand = slot("inputs").contains(document.activeElement) ? slot("inputs") : figure;
    keepInPlace(inHand, () => player.take(frame));
    if (news) showExplanation(slot("explanation"), frame.explanation);
    if (news && readOut) announceExplanation();
    showTable(slot("table"), frame.table);
    showStatus();
    askForLayout();
  }

  function showParameters() {
    form.show(model.get("parameters"));
    showStatus();
  }

  /** A host may draw only the layouts that are on show; say which, and ask again when the figure changes shape. */
  function askForLayout() {
    if (model.get("status") === undefined) return;
    const layout = player.layout;
    if (JSON.stringify(model.get("layouts")) !== JSON.stringify([layout])) model.set("layouts", [layout]);
    // Also when nothing has changed: the answer may be to a question from before the figure changed back.
    if (!player.has(layout)) model.save_changes();
  }

  reset.addEventListener("click", () => {
    edited = "";
    readOut = true;
    player.touch();
    player.still();
    form.complain("", "");
    form.begin(initial);
    model.set("notice", "");
    write({ ...initial });
    announce(WORDS.resetDone);
  });

  let confirmed;
  share.addEventListener("click", async () => {
    const text = linked ? model.get("link") : asCode(schema, model.get("parameters"));
    if (await copy(text)) {
      share.textContent = WORDS.copied;
      share.dataset.done = "";
      announce(WORDS.copied);
      clearTimeout(confirmed);
      confirmed = setTimeout(() => {
        share.textContent = copyWord;
        delete share.dataset.done;
      }, 2_500);
    } else {
      model.set("notice", `${WORDS.copyHere} ${text}`);
      paintStatus();
    }
  });

  dismiss.addEventListener("click", () => {
    model.set("notice", "");
    paintStatus();
    reset.focus();
  });

  retry.addEventListener("click", () => {
    silent = false;
    waiting?.forEach(clearTimeout);
    waiting = null;
    model.set("retry", (model.get("retry") ?? 0) + 1);
    model.save_changes();
    showStatus();
    // The button is about to disappear.
    figure.tabIndex = -1;
    figure.focus({ preventScroll: true });
  });

  const listeners = [
    ["change:frame", showFrame],
    ["change:parameters", showParameters],
    ["change:error", showError],
    ["change:status", showStatus],
    ["change:notice", paintStatus],
  ];
  for (const [event, listener] of listeners) model.on(event, listener);

  const shape = new ResizeObserver(() => {
    player.refresh();
    askForLayout();
  });
  shape.observe(figure);

  // The model may be ahead of the markup (a link, a widget shown a second time).
  showFrame();
  showParameters();
  showError();
  askForLayout();
  figure.dataset.hydrated = "";

  return () => {
    for (const [event, listener] of listeners) model.off(event, listener);
    shape.disconnect();
    player.dispose();
    announceExplanation.cancel();
    clearTimeout(silence);
    waiting?.forEach(clearTimeout);
  };
}

function initialize() {
  // All state is the model's; each view builds its own figure.
}

function render({ model, el }) {
  const html = model.get("html");
  if (html !== undefined) {
    el.innerHTML = html;
    // JupyterLab must not take the reader's keys for its own shortcuts, nor the focus at a key press.
    el.dataset.lmSuppressShortcuts = "true";
    el.addEventListener("keydown", (event) => event.stopPropagation());
  }
  const figure = el.matches("figure.kumo") ? el : el.querySelector("figure.kumo");
  return hydrate(model, figure);
}

export default { initialize, render };
