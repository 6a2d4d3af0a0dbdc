/**
 * The player of the question bank: one AFM module for every host.
 *
 * `render` takes the static questions (see kumo/questions/html.py), complete as they are, and puts a player before
 * them; the list itself stays in the document for paper. The markup is all that it reads. The host's model has:
 *
 *   html   the static questions, where the host has only an empty element (Jupyter); else undefined
 *   codes  by link of a scenario the cell that shows it, where there is no page to link to (Jupyter)
 *
 * What the reader answered is kept in the browser (localStorage), by id of the question, for all pages together.
 */

const WORDS = {
  all: "すべて",
  fresh: "まだ",
  missed: "間違えた",
  due: "今日の復習",
  flagged: "目印",
  scopes: "答える問題の範囲",
  filters: { section: "節", domain: "分野", difficulty: "難易度", kind: "形式" },
  everyValue: "すべて",
  chips: "問題の一覧(矢印キーで移動)",
  chip: (number, standing, flagged) => `問${number}、${standing}${flagged ? "、目印あり" : ""}`,
  standings: { fresh: "未解答", missed: "不正解", due: "復習の日", right: "正解", learnt: "定着" },
  heading: (number, count) => `問${number}/${count}`,
  score: (right, answered, count) => `${count}問中 ${answered}問に解答、${right}問が正解`,
  nothing: "当てはまる問題はありません。範囲か絞り込みを変えてください。",
  choose: (count) => `${count}つ選んでください。`,
  chooseNow: (count, now) => `${count}つ選んでください。今は${now}つです。`,
  order: "上下のボタンで、正しい順に並べてください。",
  up: (text) => `「${text}」を1つ上へ`,
  down: (text) => `「${text}」を1つ下へ`,
  placed: (text, place, count) => `「${text}」は${place}番目です(${count}個中)。`,
  match: "それぞれに合うものを選んでください。同じものを2回以上選んでもかまいません。",
  unmatched: "選んでください",
  matchAll: (left) => `「${left}」に合うものを選んでください。`,
  number: "数を入力してください。",
  notANumber: "12.5 のような数を入力してください。",
  submit: "解答する",
  previous: "前の問題",
  next: "次の問題",
  retry: "もう一度答える",
  flag: "目印を付ける",
  unflag: "目印を外す",
  flaggedNow: "目印を付けました。",
  unflaggedNow: "目印を外しました。",
  right: "正解です。",
  wrong: "不正解です。",
  marks: {
    single: { good: "正解", bad: "誤り" },
    multiple: { good: "正解", bad: "誤り" },
    order: { good: "合っています", bad: "位置が違います" },
    match: { good: "合っています", bad: "違います" },
    number: { good: "正解", bad: "誤り" },
  },
  yours: "あなたの答え",
  yoursWas: (text) => `あなたの答え: ${text}`,
  quantity: (number, unit) => (unit === "%" ? `${number}%` : `${number} ${unit}`.trim()),
  yoursPlace: (place) => `あなたの答えでは${place}番目`,
  again: (day) => `次の復習は${day}です。`,
  againMissed: (day) => `「${WORDS.missed}」に入りました。${day}からは「${WORDS.due}」にも出ます。`,
  learnt: "1日後、7日後、21日後にも正解したので、復習は終わりです。",
  finished: (right, count) => `この範囲の${count}問に答えました。正解は${right}問です。`,
  redo: (count) => `間違えた${count}問だけやり直す`,
  see: "図で確かめる",
  seeCode: "次のセルで確かめられます。",
  records: "成績と記録",
  domainTable: "分野ごとの成績",
  domainColumns: ["分野", "解答", "正解", "正答率"],
  domain: (number, name) => `${number} ${name}`,
  answeredOf: (answered, count) => `${answered}/${count}`,
  noShare: "―",
  dueNow: (count) => `今日の復習は${count}問です。`,
  dueLater: (day, count) => `次の復習は${day}で、${count}問です。`,
  noneDue: "復習の予定はまだありません。答えると、1日後、7日後、21日後に復習が来ます。",
  learntCount: (count) => `定着した問題は${count}問です。`,
  keeping: "記録はこのブラウザの中だけにあり、どこにも送りません。",
  rule: "読み込むと、今の記録と合わせます。同じ問題は、最後に答えた日時が新しいほうを残します。目印は、どちらかにあれば残ります。",
  save: "ファイルに書き出す",
  load: "ファイルから読み込む",
  erase: "記録を消す",
  eraseAsk: (count) => `すべてのページの記録(${count}問)を消します。元には戻せません。よろしいですか。`,
  eraseYes: "消す",
  eraseNo: "やめる",
  erased: "記録を消しました。",
  saved: "ファイルに書き出しました。",
  loaded: (added, renewed, kept) => `読み込みました。新しい記録は${added}問、更新は${renewed}問、今のままは${kept}問です。`,
  unchanged: "今の記録はそのままです。",
  notJson: "このファイルは壊れているか、学習の記録ではありません。",
  foreign: "このファイルは、この教科書の学習の記録ではありません。",
  newer: "このファイルは、新しい版の教科書で書き出されたものです。ページを読み込み直してから、もう一度試してください。",
  badRecord: (id) => `このファイルの「${id}」の記録が壊れています。`,
  tooLarge: "このファイルは大きすぎます。学習の記録ではないようです。",
  unreadable: "ファイルを開けませんでした。",
  notKept:
    "このブラウザには記録を保存できません。問題には答えられますが、ページを閉じると記録は消えます。「ファイルに書き出す」で残せます。",
  damaged: "保存されていた記録が壊れていたので、別の名前で残し、新しく始めました。",
  print: "印刷する",
  printAnswers: "答えと解説を最後に付ける",
  answersTitle: "答えと解説",
  pick: "選ぶ",
  pickThis: (stem) => `「${stem}」を選ぶ`,
  pickAll: "表示中をすべて選ぶ",
  pickNone: "選択をすべて外す",
  picked: (picked, shown, count) => `${picked}問を選択(表示 ${shown}問、全${count}問)`,
  pickFirst: "印刷する問題を選んでください。",
  printSheet: "問題だけを印刷",
  printKey: "答え付きで印刷",
  fold: "答えをすべて閉じる",
  unfold: "答えをすべて開く",
  day: (date) => `${date.getMonth() + 1}月${date.getDate()}日`,
};

/** Days after which a question comes back, each time it was answered rightly on its day. */
const STEPS = [1, 7, 21];
const FORMAT = "kumo-questions-progress";
const VERSION = 1;
/** Names in localStorage; the number is that of the format, so that a later one leaves these alone. */
export const RECORDS = `kumo.questions.v${VERSION}`;
export const SESSION = `kumo.questions.session.v${VERSION}`;
/** The largest file that is read (bytes); a record takes some 150. */
const LARGEST = 2_000_000;

// ---------------------------------------------------------------- days and records (pure functions)

/** The day of a moment on the reader's calendar, as 2026-11-26. */
export function dayOf(moment) {
  const two = (number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

function later(day, days) {
  const [year, month, date] = day.split("-").map(Number);
  return dayOf(new Date(year, month - 1, date + days));
}

const spoken = (day) => WORDS.day(new Date(`${day}T12:00`));

/**
 * The record of a question after one more answer to it.
 *
 * A right answer on the day for it makes the pause longer (1, 7, 21 days, then none is needed); right answers
 * before that day change nothing, and a wrong one sends the question back to the start.
 */
export function renewed(former, answer, right, now) {
  const day = dayOf(now);
  const before = former?.last ? former : { tries: 0, hits: 0, stage: 0, right: false, due: null };
  let { stage, due } = before;
  if (!right) {
    stage = 0;
    due = later(day, STEPS[0]);
  } else if (!before.right || isDue(before, day)) {
    stage += 1;
    due = stage > STEPS.length ? null : later(day, STEPS[stage - 1]);
  }
  return {
    flag: former?.flag ?? false,
    last: now.toISOString(),
    right,
    answer,
    tries: before.tries + 1,
    hits: before.hits + Number(right),
    stage,
    due,
  };
}

export const isDue = (record, day) => Boolean(record?.last && record.due && record.due <= day);

/** How a question stands: fresh, missed, due, right, or learnt (nothing more to come). */
export function standing(record, day) {
  if (!record?.last) return "fresh";
  if (!record.right) return "missed";
  if (isDue(record, day)) return "due";
  return record.due ? "right" : "learnt";
}

const IDENTIFIER = /^[a-z0-9]+(-[a-z0-9]+)+$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;
const count = (value) => Number.isInteger(value) && value >= 0 && value < 1e6;

/** A record as it is kept, from a value that came from elsewhere; undefined where it is none. */
function checkedRecord(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { flag = false, last, right, answer, tries, hits, stage, due } = value;
  if (typeof flag !== "boolean") return undefined;
  if (last === undefined) return { flag };
  const good =
    typeof last === "string" && MOMENT.test(last) && !Number.isNaN(Date.parse(last)) &&
    typeof right === "boolean" &&
    Array.isArray(answer) && answer.length <= 10 && answer.every((part) => typeof part === "string" && part.length <= 40) &&
    count(tries) && tries > 0 && count(hits) && hits <= tries &&
    count(stage) && stage <= STEPS.length + 1 &&
    (due === null || (typeof due === "string" && DAY.test(due) && !Number.isNaN(Date.parse(due))));
  return good ? { flag, last, right, answer, tries, hits, stage, due } : undefined;
}

/** The records in a value that came from elsewhere; throws an Error with a sentence for the reader. */
function checkedRecords(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(WORDS.foreign);
  return Object.fromEntries(
    Object.entries(value).map(([id, raw]) => {
      const record = IDENTIFIER.test(id) && id.length <= 100 ? checkedRecord(raw) : undefined;
      if (!record) throw new Error(WORDS.badRecord(id.slice(0, 40)));
      return [id, record];
    }),
  );
}

/** The text of the file that keeps the records. */
export function written(records, now) {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, saved: now.toISOString(), records }, null, 1)}\n`;
}

/** Read such a file; throws an Error with a sentence for the reader. */
export function read(text) {
  let content;
  try {
    content = JSON.parse(text);
  } catch {
    throw new Error(WORDS.notJson);
  }
  if (content?.format !== FORMAT || !Number.isInteger(content.version)) throw new Error(WORDS.foreign);
  if (content.version > VERSION) throw new Error(WORDS.newer);
  return checkedRecords(content.records);
}

/** Two sets of records as one (WORDS.rule says how), and how many of the others were added, renewed or left. */
export function merged(mine, others) {
  const records = { ...mine };
  const counts = { added: 0, renewed: 0, kept: 0 };
  for (const [id, other] of Object.entries(others)) {
    const own = mine[id];
    const newer = !own || (other.last ?? "") > (own.last ?? "");
    records[id] = { ...(newer ? other : own), flag: Boolean(own?.flag || other.flag) };
    counts[!own ? "added" : newer ? "renewed" : "kept"] += 1;
  }
  return { records, ...counts };
}

// ---------------------------------------------------------------- grading (pure functions)

/** The number that a reader typed, or NaN: full-width digits and separators of thousands are fine. */
export function numberIn(text) {
  const plain = text.normalize("NFKC").replace(/[,\s]/g, "").replace("−", "-");
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : Number.NaN;
}

// 0.1 + 0.2 is no reason to call an answer wrong.
const near = (one, other, tolerance) => Math.abs(one - other) <= tolerance + 1e-9 * Math.max(1, Math.abs(other));

const GRADES = {
  single: (question, answer) => sameKeys(rightKeys(question), answer),
  multiple: (question, answer) => sameKeys(rightKeys(question), answer),
  order: (question, answer) => answer.every((key, place) => Number(key) === place),
  match: (question, answer) => question.lefts.every(({ key }, place) => key === answer[place]),
  number: ({ value, tolerance }, [text]) => near(numberIn(text), value, tolerance),
};

const rightKeys = (question) => question.choices.filter(({ right }) => right).map(({ key }) => key);
const sameKeys = (one, other) => one.length === other.length && one.every((key) => other.includes(key));

/** Whether an answer is right; an answer is a list of keys, or of the one text that was typed. */
export const isRight = (question, answer) => GRADES[question.kind](question, answer);

// ---------------------------------------------------------------- what is kept

/**
 * The records, and what the reader is in the middle of, in localStorage; in memory only where there is none.
 *
 * Several pages may be open: the records are read anew before each change, and changes made elsewhere are told.
 */
export class Store {
  #storage;
  #usable = true;
  #memory = { [RECORDS]: {}, [SESSION]: {} };
  #ahead = new Set(); // the keys whose memory is newer than what is kept
  #listeners = new Set();
  /** Whether what was found could not be read. */
  damaged = false;

  /** `open` returns the storage, or throws where the browser does not let us have it. */
  constructor(open) {
    try {
      this.#storage = open();
      const probe = `${RECORDS}.probe`;
      this.#storage.setItem(probe, "1");
      this.#storage.removeItem(probe);
    } catch {
      this.#usable = false;
    }
    this.#load(RECORDS);
    this.#load(SESSION);
  }

  /** Whether the records are kept when the page is closed. */
  get kept() {
    return this.#usable && !this.#ahead.has(RECORDS);
  }

  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Take in what another page has written. */
  reload(key) {
    if (key !== null && key !== RECORDS) return;
    this.#load(RECORDS);
    this.#tell();
  }

  get records() {
    return this.#memory[RECORDS];
  }

  record(id) {
    return this.records[id];
  }

  /** Change the record of one question: `change` takes the former one (or undefined). */
  change(id, change) {
    this.#load(RECORDS);
    this.#write(RECORDS, { ...this.records, [id]: change(this.records[id]) });
    this.#tell();
  }

  /** Put records in the place of all; `change` takes the present ones. */
  changeAll(change) {
    this.#load(RECORDS);
    this.#write(RECORDS, change(this.records));
    this.#tell();
  }

  erase() {
    this.#write(RECORDS, {});
    this.#write(SESSION, {});
    this.#tell();
  }

  /** What the reader is in the middle of, by name; JSON. */
  session(name) {
    return this.#memory[SESSION][name];
  }

  remember(name, value) {
    this.#load(SESSION);
    const { [name]: _, ...others } = this.#memory[SESSION];
    this.#write(SESSION, value === undefined ? others : { ...others, [name]: value });
  }

  #load(key) {
    if (this.#ahead.has(key)) return;
    let text;
    try {
      text = this.#storage?.getItem(key);
    } catch {
      this.#usable = false;
      return;
    }
    if (typeof text !== "string") {
      this.#memory[key] = {};
      return;
    }
    try {
      const { records } = JSON.parse(text);
      this.#memory[key] = key === RECORDS ? checkedRecords(records) : { ...records };
    } catch {
      this.#setAside(key, text);
    }
  }

  /** Keep what cannot be read under another name, where someone may still look at it. */
  #setAside(key, text) {
    if (key === RECORDS) this.damaged = true;
    this.#memory[key] = {};
    try {
      this.#storage.setItem(`${key}.damaged`, text);
      this.#storage.removeItem(key);
    } catch {
      // The next write will tell.
    }
  }

  #write(key, records) {
    this.#memory[key] = records;
    try {
      this.#storage.setItem(key, JSON.stringify({ version: VERSION, records }));
      this.#usable = true;
      this.#ahead.delete(key);
    } catch {
      this.#ahead.add(key);
    }
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}

let shared;

/** The one store of a page, however many lists of questions it has. */
function theStore() {
  if (!shared) {
    shared = new Store(() => globalThis.localStorage);
    addEventListener("storage", ({ key }) => shared.reload(key));
    // A page that the browser brings back as it was has not heard of what happened since.
    addEventListener("pageshow", ({ persisted }) => persisted && shared.reload(RECORDS));
  }
  return shared;
}

// ---------------------------------------------------------------- small tools

let serial = 0;

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    if (name in made && typeof value !== "string") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const button = (text, attributes = {}) => element("button", { type: "button", class: "kumo-button", ...attributes }, text);

/** An element around markup that the page carries already. */
function holding(tag, attributes, html) {
  const made = element(tag, attributes);
  made.innerHTML = html;
  return made;
}

const plain = (html) => holding("span", {}, html).textContent;

/** A button that can be said no to without taking the focus from it. */
function enable(control, on) {
  if (on) control.removeAttribute("aria-disabled");
  else control.setAttribute("aria-disabled", "true");
}

const enabled = (control) => control.getAttribute("aria-disabled") !== "true";

/** A button that does its work only while it is enabled. */
function pressed(control, action) {
  control.addEventListener("click", () => {
    if (enabled(control)) action();
  });
  return control;
}

// ---------------------------------------------------------------- the questions of a page

/** A question as its markup tells it. */
function readQuestion(node) {
  const all = (selector) => [...node.querySelectorAll(selector)];
  const html = (selector) => node.querySelector(selector)?.innerHTML ?? "";
  const blank = node.querySelector(".kumo-blank");
  return {
    ...node.dataset,
    node,
    facts: html(".kumo-facts"),
    stem: html(".kumo-stem"),
    choices: all(".kumo-choices > li").map((line) => ({
      key: line.dataset.key,
      right: "right" in line.dataset,
      letter: line.querySelector(".kumo-letter").textContent,
      html: line.querySelector(".kumo-text").innerHTML,
    })),
    lefts: all(".kumo-lefts > li").map((line) => ({ key: line.dataset.key, html: line.querySelector(".kumo-text").innerHTML })),
    whys: new Map(all(".kumo-whys > li[data-key]").map((line) => [line.dataset.key, line.querySelector(".kumo-why").innerHTML])),
    decoys: all('.kumo-whys > li[data-key^="decoy"]'),
    traps: all(".kumo-whys > li[data-value]").map((line) => ({
      value: Number(line.dataset.value),
      lead: line.querySelector(".kumo-lead").innerHTML,
      why: line.querySelector(".kumo-why").innerHTML,
    })),
    key: html(".kumo-key"),
    because: html(".kumo-because"),
    value: Number(blank?.dataset.value),
    tolerance: Number(blank?.dataset.tolerance),
    unit: blank?.dataset.unit ?? "",
    see: all(".kumo-see"),
    evidence: html(".kumo-evidence"),
  };
}

// ---------------------------------------------------------------- answering

/**
 * For each kind the inputs: `node`, `answer()`, `complaint()` ("" when the answer can be submitted), `first` (what to
 * focus then). `draft` is an unfinished answer or undefined; `changed` is called after each change, `announce` reads out.
 */
const INPUTS = {
  single: (question, options) => choices(question, "radio", options),
  multiple: (question, options) => choices(question, "checkbox", options),

  order(question, { draft, changed, announce, id }) {
    const byKey = new Map(question.choices.map((choice) => [choice.key, choice]));
    const usable = draft?.length === byKey.size && draft.every((key) => byKey.has(key));
    let keys = usable ? draft : [...byKey.keys()];
    const list = element("ol", { class: "kumo-sorting", "aria-labelledby": `${id}-stem ${id}-hint` });
    const lines = new Map(
      question.choices.map((choice) => {
        const text = plain(choice.html);
        const up = button("↑", { "aria-label": WORDS.up(text) });
        const down = button("↓", { "aria-label": WORDS.down(text) });
        pressed(up, () => move(choice.key, -1, up));
        pressed(down, () => move(choice.key, 1, down));
        const line = element("li", {}, holding("span", { class: "kumo-text" }, choice.html), element("span", { class: "kumo-moves" }, up, down));
        return [choice.key, { line, up, down, text }];
      }),
    );
    function show() {
      keys.forEach((key, place) => {
        const { line, up, down } = lines.get(key);
        list.append(line);
        enable(up, place > 0);
        enable(down, place < keys.length - 1);
      });
    }
    function move(key, by, control) {
      const from = keys.indexOf(key);
      keys = keys.toSpliced(from, 1).toSpliced(from + by, 0, key);
      show();
      // Moving a line in the document takes the focus from its buttons.
      control.focus();
      announce(WORDS.placed(lines.get(key).text, from + by + 1, keys.length));
      changed();
    }
    show();
    return {
      node: element("div", {}, element("p", { class: "kumo-hint", id: `${id}-hint` }, WORDS.order), list),
      answer: () => keys,
      complaint: () => "",
      first: () => list.querySelector("button"),
    };
  },

  match(question, { draft, changed, id }) {
    const rows = question.lefts.map((left, place) => {
      const select = element(
        "select",
        { id: `${id}-match-${place}` },
        element("option", { value: "" }, WORDS.unmatched),
        ...question.choices.map(({ key, letter, html }) => element("option", { value: key }, `${letter} ${plain(html)}`)),
      );
      select.value = draft?.[place] ?? "";
      if (select.selectedIndex < 0) select.value = "";
      select.addEventListener("change", changed);
      const label = holding("label", { for: select.id, class: "kumo-text" }, left.html);
      return { select, text: plain(left.html), node: element("div", { class: "kumo-pairing" }, label, element("div", { class: "kumo-select" }, select)) };
    });
    const open = () => rows.find(({ select }) => !select.value);
    return {
      node: element(
        "fieldset",
        { "aria-labelledby": `${id}-stem ${id}-hint` },
        element("legend", { class: "kumo-hint", id: `${id}-hint` }, WORDS.match),
        ...rows.map(({ node }) => node),
      ),
      answer: () => rows.map(({ select }) => select.value),
      complaint: () => (open() ? WORDS.matchAll(open().text) : ""),
      first: () => (open() ?? rows[0]).select,
    };
  },

  number(question, { draft, changed, id }) {
    const input = element("input", {
      type: "text",
      id: `${id}-number`,
      inputmode: "decimal",
      autocomplete: "off",
      maxlength: "20",
      "aria-labelledby": `${id}-stem ${id}-hint ${id}-unit`,
    });
    input.value = draft?.[0] ?? "";
    input.addEventListener("input", changed);
    return {
      node: element(
        "div",
        {},
        element("label", { class: "kumo-hint", id: `${id}-hint`, for: input.id }, WORDS.number),
        element("div", { class: "kumo-figure" }, input, element("span", { id: `${id}-unit` }, question.unit)),
      ),
      answer: () => [input.value.trim()],
      complaint: () => (Number.isNaN(numberIn(input.value)) ? WORDS.notANumber : ""),
      first: () => input,
      field: input,
    };
  },
};

function choices(question, type, { draft, changed, id }) {
  const wanted = rightKeys(question).length;
  const boxes = question.choices.map(({ key }) => {
    const box = element("input", { type, name: `${id}-choice`, value: key });
    box.checked = draft?.includes(key) ?? false;
    return box;
  });
  const lines = question.choices.map((choice, index) =>
    element(
      "label",
      { class: "kumo-option" },
      boxes[index],
      element("span", { class: "kumo-letter" }, choice.letter),
      holding("span", { class: "kumo-text" }, choice.html),
    ),
  );
  const group = element(
    "fieldset",
    { "aria-labelledby": `${id}-stem ${id}-hint` },
    element("legend", { class: "kumo-hint", id: `${id}-hint` }, WORDS.choose(wanted)),
    ...lines,
  );
  group.addEventListener("change", changed);
  const chosen = () => boxes.filter((box) => box.checked);
  return {
    node: group,
    answer: () => chosen().map((box) => box.value),
    complaint() {
      const now = chosen().length;
      if (now === wanted) return "";
      return now === 0 || type === "radio" ? WORDS.choose(wanted) : WORDS.chooseNow(wanted, now);
    },
    first: () => chosen()[0] ?? boxes[0],
  };
}

// ---------------------------------------------------------------- after the answer

function mark(kind, good) {
  const tone = good ? "good" : "bad";
  return element("span", { class: "kumo-mark", "data-tone": tone }, WORDS.marks[kind][tone]);
}

const yours = () => element("span", { class: "kumo-yours" }, WORDS.yours);
const because = (html) => holding("p", { class: "kumo-why" }, html);

/** For each kind what to show beside an answer: every choice with its explanation. */
const VERDICTS = {
  single: verdictOnChoices,
  multiple: verdictOnChoices,

  order(question, answer) {
    const byKey = new Map(question.choices.map((choice) => [choice.key, choice]));
    const places = [...byKey.keys()].sort((one, other) => one - other);
    return element(
      "ol",
      { class: "kumo-verdicts" },
      ...places.map((key, place) => {
        const good = answer[place] === key;
        const given = answer.indexOf(key);
        // An answer to an earlier wording of the question may lack the key.
        const said = good || given < 0 ? [] : [element("span", { class: "kumo-yours" }, WORDS.yoursPlace(given + 1))];
        return verdict(`${place + 1}`, byKey.get(key).html, question.whys.get(key), good, [mark(question.kind, good), ...said]);
      }),
    );
  },

  match(question, answer) {
    const byKey = new Map(question.choices.map((choice) => [choice.key, choice]));
    const rows = question.lefts.map(({ key, html }, place) => {
      const good = answer[place] === key;
      const chosen = byKey.get(answer[place]);
      const said = good || !chosen ? [] : [element("span", { class: "kumo-yours" }, WORDS.yoursWas(plain(chosen.html)))];
      return verdict(`${place + 1}`, `${html} → <strong>${byKey.get(key).html}</strong>`, question.whys.get(String(place)), good, [
        mark(question.kind, good),
        ...said,
      ]);
    });
    const decoys = question.decoys.map((line) => line.cloneNode(true));
    return element("div", {}, element("ol", { class: "kumo-verdicts" }, ...rows), element("ul", { class: "kumo-whys" }, ...decoys));
  },

  number(question, [text = ""]) {
    const value = numberIn(text);
    const good = near(value, question.value, question.tolerance);
    const nearest = question.traps.find((trap) => near(value, trap.value, question.tolerance));
    const traps = question.traps.map((trap) =>
      element(
        "li",
        { "data-chosen": trap === nearest ? "" : undefined },
        holding("span", { class: "kumo-lead" }, trap.lead),
        ...(trap === nearest ? [yours()] : []),
        because(trap.why),
      ),
    );
    return element(
      "div",
      {},
      element("p", { class: "kumo-given" }, WORDS.yoursWas(WORDS.quantity(text, question.unit)), " ", mark(question.kind, good)),
      because(question.because),
      ...(traps.length > 0 ? [element("ul", { class: "kumo-whys" }, ...traps)] : []),
    );
  },
};

function verdict(letter, html, why, good, said, chosen = false) {
  return element(
    "li",
    { class: "kumo-verdict", "data-tone": good ? "good" : "bad", "data-chosen": chosen ? "" : undefined },
    element("span", { class: "kumo-letter" }, letter),
    element("div", {}, element("p", { class: "kumo-said" }, holding("span", { class: "kumo-text" }, html), ...said), because(why ?? "")),
  );
}

function verdictOnChoices(question, answer) {
  return element(
    "ul",
    { class: "kumo-verdicts" },
    ...question.choices.map(({ key, letter, html, right }) => {
      const chosen = answer.includes(key);
      return verdict(letter, html, question.whys.get(key), right, [mark(question.kind, right), ...(chosen ? [yours()] : [])], chosen);
    }),
  );
}

/** A link to a scenario; in a notebook, which has no page to link to, the cell that shows it. */
function scenario(line, codes) {
  const link = line.firstElementChild;
  const label = element("span", { class: "kumo-see-label" }, WORDS.see);
  if (!codes) return element("p", { class: "kumo-see" }, label, link.cloneNode(true));
  const code = element("pre", { tabIndex: 0 }, element("code", {}, codes[link.dataset.link] ?? ""));
  return element("div", { class: "kumo-see" }, label, `${link.textContent} ${WORDS.seeCode}`, code);
}

const evidence = (question, codes) => [
  ...question.see.map((line) => scenario(line, codes)),
  holding("p", { class: "kumo-evidence" }, question.evidence),
];

/** Take out of a notebook what leads to pages. */
function unlink(root) {
  for (const link of root.querySelectorAll('a[href*=".ipynb"]:not(.kumo-scenario)')) (link.closest("span") ?? link).remove();
}

// ---------------------------------------------------------------- filters and paper

/** Selects for what the questions differ in; `node`, `passes(question)`, `values()`, `show(values)`. */
function makeFilters(questions, names, id, changed) {
  const selects = new Map();
  for (const name of names) {
    const label = (question) => question[`${name}Name`];
    const values = new Map(questions.map((question) => [question[name], label(question)]));
    if (values.size < 2) continue;
    const ordered = name === "domain" ? [...values].sort(([one], [other]) => one - other) : [...values];
    const options = ordered.map(([value, text]) =>
      element("option", { value }, name === "domain" ? WORDS.domain(value, text) : text),
    );
    const select = element("select", { id: `${id}-${name}` }, element("option", { value: "" }, WORDS.everyValue), ...options);
    select.addEventListener("change", changed);
    selects.set(name, select);
  }
  const node = element(
    "div",
    { class: "kumo-filters", hidden: selects.size === 0 },
    ...[...selects].map(([name, select]) =>
      element("div", { class: "kumo-field" }, element("label", { for: select.id }, WORDS.filters[name]), element("div", { class: "kumo-select" }, select)),
    ),
  );
  return {
    node,
    passes: (question) => [...selects].every(([name, { value }]) => value === "" || question[name] === value),
    values: () => Object.fromEntries([...selects].map(([name, { value }]) => [name, value])),
    show(values = {}) {
      for (const [name, select] of selects) {
        select.value = values[name] ?? "";
        if (select.selectedIndex < 0) select.value = "";
      }
    },
  };
}

/** Print only these questions of the list, with or without their answers at the end. */
function print(root, questions, withAnswers) {
  const chosen = new Set(questions);
  prepareAnswers(root, questions, withAnswers);
  for (const node of root.querySelectorAll(".kumo-question")) node.toggleAttribute("data-left-out", !chosen.has(node));
  root.dataset.printing = "";
  document.documentElement.dataset.kumoPrinting = "";
  addEventListener(
    "afterprint",
    () => {
      delete root.dataset.printing;
      delete document.documentElement.dataset.kumoPrinting;
      for (const node of root.querySelectorAll("[data-left-out]")) node.removeAttribute("data-left-out");
      prepareAnswers(root, [], false);
    },
    { once: true },
  );
  globalThis.print();
}

/** Put the answers of the questions behind the list, for paper only. */
function prepareAnswers(root, questions, wanted) {
  root.querySelector(".kumo-paper-answers")?.remove();
  if (!wanted) return;
  const answers = questions.map((node) => {
    const line = element("li", {});
    for (const part of node.querySelector(".kumo-answer").children) {
      if (part.tagName !== "SUMMARY") line.append(part.cloneNode(true));
    }
    return line;
  });
  root
    .querySelector(".kumo-questions")
    .after(element("div", { class: "kumo-paper-answers" }, element("p", { class: "kumo-title" }, WORDS.answersTitle), element("ol", {}, ...answers)));
}

// ---------------------------------------------------------------- the player

const SCOPES = ["all", "fresh", "missed", "due", "flagged"];

function makePlayer(root, codes) {
  const store = theStore();
  const id = `kumo-quiz-${++serial}`;
  const questions = [...root.querySelectorAll(".kumo-question")].map(readQuestion);
  const byId = new Map(questions.map((question) => [question.id, question]));
  const slot = (name) => root.querySelector(`[data-slot="${name}"]`);
  const today = () => dayOf(new Date());
  const place = `place:${root.dataset.view}:${root.dataset.here}`;

  // What is read out: one polite region.
  const region = element("p", { class: "kumo-hidden", role: "status" });
  const announce = (text) => {
    region.textContent = text;
  };

  let scope = "all";
  let list = questions; // what is gone through now
  let open = new Set(); // ids to be answered anew, whatever the records say
  let at = questions[0];
  let inputs = null; // of the form on show
  /** What the question's part shows, so that a change elsewhere does not take the caret out of an input. */
  let onShow = "";

  // The frame.
  const notice = element("div", { class: "kumo-notice", hidden: true }, element("p", {}));
  const scopes = element("div", { class: "kumo-scopes", role: "group", "aria-label": WORDS.scopes });
  const filters = makeFilters(questions, root.dataset.view === "all" ? ["section", "domain", "difficulty"] : [], id, () => {
    gather();
    turnTo(list[0]);
  });
  const chips = element("div", { class: "kumo-chips", role: "group", "aria-label": WORDS.chips });
  const sheet = element("div", { class: "kumo-asked" });
  const score = element("p", { class: "kumo-score" });
  const records = makeRecords();
  slot("tools").replaceChildren(score);
  slot("player").replaceChildren(notice, ...records.before, filters.node, scopes, chips, sheet, records.node, region);

  // Which questions.

  const stands = (question) => standing(store.record(question.id), today());
  const IN_SCOPE = {
    all: () => true,
    fresh: (question) => stands(question) === "fresh",
    missed: (question) => stands(question) === "missed",
    due: (question) => isDue(store.record(question.id), today()),
    flagged: (question) => store.record(question.id)?.flag ?? false,
  };
  const within = (name) => questions.filter((question) => filters.passes(question) && IN_SCOPE[name](question));

  /** Whether the question shows what was answered, rather than asks. */
  const answered = ({ id: name }) => {
    const record = store.record(name);
    return Boolean(record?.last) && !open.has(name) && !isDue(record, today());
  };

  /** Take the questions of the scope as they are now; they stay until another scope is chosen. */
  function gather() {
    list = within(scope);
    open = new Set(scope === "missed" || scope === "due" ? list.map((question) => question.id) : []);
  }

  function choose(name) {
    scope = name;
    gather();
    turnTo(list.find((question) => !answered(question)) ?? list[0]);
  }

  function turnTo(question, { focus = false } = {}) {
    at = question;
    onShow = "";
    keepPlace();
    show();
    if (focus) sheet.querySelector(".kumo-asked-title")?.focus();
  }

  function keepPlace() {
    store.remember(place, { scope, filters: filters.values(), list: list.map((question) => question.id), open: [...open], at: at?.id });
  }

  function takePlace() {
    const kept = store.session(place);
    if (!SCOPES.includes(kept?.scope) || !Array.isArray(kept.list) || !Array.isArray(kept.open)) return;
    scope = kept.scope;
    filters.show(kept.filters);
    gather();
    if (scope !== "all") {
      list = kept.list.map((name) => byId.get(name)).filter(Boolean);
      open = new Set(kept.open);
    }
    at = list.find((question) => question.id === kept.at) ?? list[0];
  }

  // Showing.

  function show() {
    showScopes();
    showChips();
    showQuestion();
    showScore();
    records.show();
    showNotice();
  }

  function showNotice() {
    const message = store.kept ? (store.damaged ? WORDS.damaged : "") : WORDS.notKept;
    if (notice.hidden === !message && notice.textContent === message) return;
    notice.firstElementChild.textContent = message;
    notice.hidden = !message;
    if (message) announce(message);
  }

  function showScopes() {
    const made = SCOPES.map((name) => {
      const amount = within(name).length;
      const control = button(WORDS[name], { "aria-pressed": String(name === scope), "data-scope": name });
      control.append(" ", element("span", { class: "kumo-amount" }, String(amount)));
      enable(control, amount > 0 || name === scope || name === "all");
      return pressed(control, () => {
        choose(name);
        scopes.querySelector(`[data-scope="${name}"]`).focus();
      });
    });
    scopes.replaceChildren(...made);
  }

  function showChips() {
    const made = list.map((question, index) => {
      const record = store.record(question.id);
      const state = answered(question) || !record?.last ? stands(question) : isDue(record, today()) ? "due" : "fresh";
      const chip = button(String(index + 1), {
        class: "kumo-button kumo-chip",
        "data-standing": state,
        "data-flag": record?.flag ? "" : undefined,
        "aria-label": WORDS.chip(index + 1, WORDS.standings[state], record?.flag),
        "aria-current": question === at ? "true" : undefined,
        tabIndex: question === at ? 0 : -1,
      });
      chip.addEventListener("click", () => turnTo(question, { focus: true }));
      return chip;
    });
    chips.replaceChildren(...made);
    chips.hidden = list.length === 0;
    const current = chips.querySelector("[aria-current]");
    // Many questions scroll in a box of their own.
    if (current && chips.scrollHeight > chips.clientHeight) chips.scrollTop = current.offsetTop - chips.offsetTop - chips.clientHeight / 2;
  }

  chips.addEventListener("keydown", (event) => {
    const nodes = [...chips.children];
    const from = nodes.indexOf(document.activeElement);
    const to = { ArrowRight: from + 1, ArrowDown: from + 1, ArrowLeft: from - 1, ArrowUp: from - 1, Home: 0, End: nodes.length - 1 }[event.key];
    if (to === undefined || from < 0) return;
    event.preventDefault();
    const next = nodes[Math.min(Math.max(to, 0), nodes.length - 1)];
    for (const node of nodes) node.tabIndex = node === next ? 0 : -1;
    next.focus();
  });

  function showScore() {
    const marks = list.map((question) => (answered(question) ? store.record(question.id) : undefined)).filter(Boolean);
    score.textContent = WORDS.score(marks.filter(({ right }) => right).length, marks.length, list.length);
  }

  function showQuestion() {
    const record = at && store.record(at.id);
    const wanted = JSON.stringify([at?.id, list.indexOf(at), list.length, at && answered(at), record?.last, list.every(answered)]);
    if (wanted === onShow) {
      showFlag();
      return;
    }
    onShow = wanted;
    inputs = null;
    if (!at) {
      sheet.replaceChildren(element("p", { class: "kumo-nothing" }, WORDS.nothing));
      return;
    }
    const title = element(
      "p",
      { class: "kumo-asked-title", role: "heading", "aria-level": "3", tabIndex: -1 },
      WORDS.heading(list.indexOf(at) + 1, list.length),
    );
    const flag = button("", { class: "kumo-button kumo-flag" });
    flag.addEventListener("click", () => {
      const flagged = store.record(at.id)?.flag ?? false;
      store.change(at.id, (former) => ({ ...former, flag: !flagged }));
      announce(flagged ? WORDS.unflaggedNow : WORDS.flaggedNow);
    });
    const stem = holding("div", { class: "kumo-stem", id: `${id}-stem` }, at.stem);
    sheet.replaceChildren(
      element("div", { class: "kumo-asked-head" }, title, holding("p", { class: "kumo-facts" }, at.facts), flag),
      stem,
      answered(at) ? verdictOf(record) : formOf(),
    );
    showFlag();
  }

  function showFlag() {
    const flag = sheet.querySelector(".kumo-flag");
    if (!flag) return;
    const flagged = store.record(at.id)?.flag ?? false;
    flag.textContent = flagged ? WORDS.unflag : WORDS.flag;
    flag.toggleAttribute("data-done", flagged);
  }

  function steps() {
    const index = list.indexOf(at);
    const to = (text, by, arrow) => {
      const control = button(text, { "data-to": arrow });
      enable(control, list[index + by] !== undefined);
      return pressed(control, () => turnTo(list[index + by], { focus: true }));
    };
    return element("div", { class: "kumo-steps" }, to(WORDS.previous, -1, "previous"), to(WORDS.next, 1, "next"));
  }

  function formOf() {
    const fault = element("p", { class: "kumo-fault", id: `${id}-fault`, role: "alert" });
    const question = at;
    const draft = store.session(`draft:${question.id}`);
    inputs = INPUTS[question.kind](question, {
      draft: Array.isArray(draft) ? draft : undefined,
      id,
      announce,
      changed() {
        fault.textContent = "";
        inputs.field?.removeAttribute("aria-invalid");
        store.remember(`draft:${question.id}`, inputs.answer());
      },
    });
    const form = element(
      "form",
      { class: "kumo-form", noValidate: true },
      inputs.node,
      fault,
      element("div", { class: "kumo-actions" }, element("button", { type: "submit", class: "kumo-button kumo-submit" }, WORDS.submit), steps()),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const complaint = inputs.complaint();
      if (complaint) {
        fault.textContent = complaint;
        inputs.field?.setAttribute("aria-invalid", "true");
        inputs.field?.setAttribute("aria-describedby", fault.id);
        inputs.first().focus();
      } else {
        submit(question, inputs.answer());
      }
    });
    return form;
  }

  function submit(question, answer) {
    const right = isRight(question, answer);
    open.delete(question.id);
    store.remember(`draft:${question.id}`, undefined);
    store.change(question.id, (former) => renewed(former, answer, right, new Date()));
    keepPlace();
    // The focus reads out the rest.
    announce(right ? WORDS.right : WORDS.wrong);
    sheet.querySelector(".kumo-result").focus();
  }

  function verdictOf(record) {
    const result = element(
      "div",
      { class: "kumo-result", "data-tone": record.right ? "good" : "bad", tabIndex: -1 },
      element("strong", {}, record.right ? WORDS.right : WORDS.wrong),
      // For the other kinds the verdicts say it better.
      ...(record.right || ["order", "match"].includes(at.kind) ? [] : [" ", element("span", {}, plain(at.key))]),
      " ",
      element("span", { class: "kumo-again" }, record.right ? (record.due ? WORDS.again(spoken(record.due)) : WORDS.learnt) : WORDS.againMissed(spoken(record.due))),
    );
    const retry = button(WORDS.retry);
    const question = at;
    retry.addEventListener("click", () => {
      open.add(question.id);
      turnTo(question, { focus: true });
    });
    return element(
      "div",
      { class: "kumo-verdict-of" },
      result,
      VERDICTS[at.kind](at, record.answer),
      ...evidence(at, codes),
      ...finish(),
      element("div", { class: "kumo-actions" }, retry, steps()),
    );
  }

  /** What to say once every question of the list is answered. */
  function finish() {
    if (!list.every(answered)) return [];
    const missed = list.filter((question) => !store.record(question.id).right);
    const end = element("div", { class: "kumo-finish" }, element("p", {}, WORDS.finished(list.length - missed.length, list.length)));
    if (missed.length > 0) {
      const redo = button(WORDS.redo(missed.length));
      redo.addEventListener("click", () => {
        choose("missed");
        sheet.querySelector(".kumo-asked-title")?.focus();
      });
      end.append(redo);
    }
    return [end];
  }

  // Scores and records.

  function makeRecords() {
    const said = element("p", { class: "kumo-told", role: "status" });
    const tell = (text) => {
      said.textContent = text;
    };
    const table = element("div", { class: "kumo-domains" });
    const plan = element("p", { class: "kumo-plan" });
    const overview = root.dataset.view === "all";

    const save = button(WORDS.save);
    save.addEventListener("click", () => {
      const address = URL.createObjectURL(new Blob([written(store.records, new Date())], { type: "application/json" }));
      element("a", { href: address, download: `${FORMAT}-${today()}.json` }).click();
      // The download has begun by then.
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
      tell(WORDS.saved);
    });

    const file = element("input", { type: "file", accept: ".json,application/json", class: "kumo-hidden" });
    file.addEventListener("change", async () => {
      const [given] = file.files;
      if (!given) return;
      try {
        if (given.size > LARGEST) throw new Error(WORDS.tooLarge);
        const text = await given.text().catch(() => {
          throw new Error(WORDS.unreadable);
        });
        const others = read(text);
        let counts;
        store.changeAll((own) => {
          const { records: all, ...amounts } = merged(own, others);
          counts = amounts;
          return all;
        });
        tell(WORDS.loaded(counts.added, counts.renewed, counts.kept));
      } catch (error) {
        tell(`${error.message}${WORDS.unchanged}`);
      }
      // So that the same file can be chosen again.
      file.value = "";
    });
    const load = element("label", { class: "kumo-button kumo-load" }, WORDS.load, file);

    const erase = button(WORDS.erase);
    const question = element("p", { id: `${id}-erase` });
    const yes = button(WORDS.eraseYes, { "data-tone": "bad" });
    const no = button(WORDS.eraseNo);
    const ask = element("div", { class: "kumo-ask", role: "alertdialog", "aria-labelledby": question.id, hidden: true }, question, yes, no);
    const close = () => {
      ask.hidden = true;
      erase.focus();
    };
    erase.addEventListener("click", () => {
      question.textContent = WORDS.eraseAsk(Object.keys(store.records).length);
      ask.hidden = false;
      no.focus();
    });
    no.addEventListener("click", close);
    ask.addEventListener("keydown", ({ key }) => key === "Escape" && close());
    yes.addEventListener("click", () => {
      store.erase();
      filters.show();
      choose("all");
      tell(WORDS.erased);
      close();
    });

    const withAnswers = element("input", { type: "checkbox" });
    const paper = button(WORDS.print);
    paper.addEventListener("click", () => print(root, within("all").map(({ node }) => node), withAnswers.checked));

    const node = element(
      "details",
      { class: "kumo-records", open: overview },
      element("summary", {}, WORDS.records),
      ...(overview ? [] : [plan]),
      table,
      element("p", { class: "kumo-help" }, `${WORDS.keeping} ${WORDS.rule}`),
      element("div", { class: "kumo-actions" }, save, load, erase),
      ask,
      said,
      element("div", { class: "kumo-actions" }, paper, element("label", { class: "kumo-check" }, withAnswers, element("span", {}, WORDS.printAnswers))),
    );

    function showTable() {
      const domains = new Map(questions.map(({ domain, domainName }) => [domain, domainName]));
      const rows = [...domains]
        .sort(([one], [other]) => one - other)
        .map(([domain, name]) => {
          const own = questions.filter((candidate) => candidate.domain === domain);
          const done = own.map(({ id: each }) => store.record(each)).filter((record) => record?.last);
          const right = done.filter((record) => record.right).length;
          const share = done.length > 0 ? Math.round((100 * right) / done.length) : undefined;
          const meter = element("span", { class: "kumo-meter", "aria-hidden": "true" });
          meter.style.setProperty("--share", share ?? 0);
          return element(
            "tr",
            {},
            element("th", { scope: "row" }, WORDS.domain(domain, name)),
            element("td", {}, WORDS.answeredOf(done.length, own.length)),
            element("td", {}, String(right)),
            element("td", {}, element("span", { class: "kumo-share" }, share === undefined ? WORDS.noShare : `${share}%`), meter),
          );
        });
      table.replaceChildren(
        element(
          "table",
          {},
          element("caption", {}, WORDS.domainTable),
          element("thead", {}, element("tr", {}, ...WORDS.domainColumns.map((name) => element("th", { scope: "col" }, name)))),
          element("tbody", {}, ...rows),
        ),
      );
    }

    function showPlan() {
      const all = questions.map(({ id: each }) => store.record(each)).filter((record) => record?.last);
      const now = all.filter((record) => isDue(record, today())).length;
      const next = all.map(({ due }) => due).filter((due) => due && due > today()).sort();
      const learnt = all.filter((record) => standing(record, today()) === "learnt").length;
      plan.textContent = [
        ...(now > 0 ? [WORDS.dueNow(now)] : []),
        ...(next.length > 0 ? [WORDS.dueLater(spoken(next[0]), next.filter((due) => due === next[0]).length)] : []),
        ...(now === 0 && next.length === 0 && learnt === 0 ? [WORDS.noneDue] : []),
        ...(learnt > 0 ? [WORDS.learntCount(learnt)] : []),
      ].join("");
    }

    return {
      node,
      /** Where the page is about what to do today, the plan comes first. */
      before: overview ? [plan] : [],
      show() {
        showTable();
        showPlan();
      },
    };
  }

  // Paper from the browser's own menu has the questions of the page, too.
  const beforePrint = () => {
    if (!("printing" in root.dataset)) prepareAnswers(root, questions.map(({ node }) => node), records.node.querySelector('input[type="checkbox"]').checked);
  };
  addEventListener("beforeprint", beforePrint);

  takePlace();
  show();
  const unlisten = store.listen(show);
  root.dataset.hydrated = "";
  return () => {
    unlisten();
    removeEventListener("beforeprint", beforePrint);
  };
}

// ---------------------------------------------------------------- the sheet for instructors

function makeSheet(root, codes) {
  const store = theStore();
  const id = `kumo-quiz-${++serial}`;
  const questions = [...root.querySelectorAll(".kumo-question")].map((node) => ({ ...node.dataset, node }));
  const place = `picked:${root.dataset.here}`;
  const before = store.session(place);
  const picked = new Set(Array.isArray(before) ? before : []);
  const region = element("p", { class: "kumo-told", role: "status" });
  const filters = makeFilters(questions, ["section", "domain", "difficulty", "kind"], id, show);
  const amount = element("p", { class: "kumo-score" });
  const shown = () => questions.filter(filters.passes);

  const boxes = new Map(
    questions.map((question) => {
      const stem = question.node.querySelector(".kumo-stem").textContent;
      const box = element("input", { type: "checkbox", "aria-label": WORDS.pickThis(`${stem.slice(0, 30)}${stem.length > 30 ? "…" : ""}`) });
      box.addEventListener("change", () => pick([question], box.checked));
      question.node.prepend(element("label", { class: "kumo-check kumo-pick" }, box, element("span", { "aria-hidden": "true" }, WORDS.pick)));
      return [question, box];
    }),
  );

  function pick(which, on) {
    for (const question of which) picked[on ? "add" : "delete"](question.id);
    store.remember(place, [...picked]);
    region.textContent = "";
    show();
  }

  function show() {
    for (const question of questions) {
      question.node.toggleAttribute("data-filtered", !filters.passes(question));
      boxes.get(question).checked = picked.has(question.id);
    }
    amount.textContent = WORDS.picked(questions.filter((question) => picked.has(question.id)).length, shown().length, questions.length);
  }

  const onPaper = (withAnswers) => {
    const chosen = questions.filter((question) => picked.has(question.id)).map(({ node }) => node);
    if (chosen.length === 0) region.textContent = WORDS.pickFirst;
    else print(root, chosen, withAnswers);
  };
  const acting = (text, action) => {
    const control = button(text);
    control.addEventListener("click", action);
    return control;
  };
  if (codes) for (const line of root.querySelectorAll(".kumo-see")) line.replaceWith(scenario(line, codes));
  const details = [...root.querySelectorAll("details.kumo-answer")];
  const unfold = acting(WORDS.fold, () => {
    const closed = details.every((one) => !one.open);
    for (const one of details) one.open = closed;
    unfold.textContent = closed ? WORDS.fold : WORDS.unfold;
  });
  for (const one of details) one.open = true;

  root.querySelector('[data-slot="tools"]').replaceChildren(amount);
  root.querySelector('[data-slot="player"]').replaceChildren(
    filters.node,
    element(
      "div",
      { class: "kumo-actions" },
      acting(WORDS.pickAll, () => pick(shown(), true)),
      acting(WORDS.pickNone, () => pick(questions, false)),
      unfold,
      acting(WORDS.printSheet, () => onPaper(false)),
      acting(WORDS.printKey, () => onPaper(true)),
    ),
    region,
  );
  show();
  root.dataset.hydrated = "";
  return () => {};
}

// ---------------------------------------------------------------- hosts

function initialize() {
  // All state is the browser's; each view builds its own player.
}

function render({ model, el }) {
  const html = model.get("html");
  if (html !== undefined) {
    el.innerHTML = html;
    // JupyterLab must not take the reader's keys for its own shortcuts, nor the focus at a key press.
    el.dataset.lmSuppressShortcuts = "true";
    el.addEventListener("keydown", (event) => event.stopPropagation());
  }
  const root = el.matches(".kumo-quiz") ? el : el.querySelector(".kumo-quiz");
  const codes = html === undefined ? undefined : model.get("codes");
  if (codes) unlink(root);
  return root.dataset.view === "sheet" ? makeSheet(root, codes) : makePlayer(root, codes);
}

export default { initialize, render };
