/**
 * Any page as slides, for a room: the same page, of which one part at a time is shown large.
 *
 * Nothing is copied or moved. The blocks of the article are put into groups, and all but one group are hidden; so
 * explorers keep their state from slide to slide, and links to states work as on the page. The address says which
 * slide is shown (`?slide=3`), so that it can be reloaded and passed on.
 */

const WORDS = {
  start: "スライドで見る",
  bar: "スライド",
  previous: "前のスライド",
  next: "次のスライド",
  leave: "スライドを終える",
  fullScreen: "全画面",
  position: (number, count) => `${number} / ${count}`,
  spoken: (number, count, title) => `スライド ${number}/${count}。${title}`,
};

const HEADING = /^H[1-6]$/;
/** What begins a slide of its own: a question is asked before its explorer is seen, a task is set after it. */
const OPENING = ".kumo-predict, .kumo-task, .cell:has(figure.kumo)";
const FULL_SCREEN = "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4";
const SCREEN = "M2 3.5h16v10H2zM10 13.5v3M6 17.5h8";

/** Arrow keys mean something else in these. */
const OPERATED = "input, select, textarea, button, summary, a, [contenteditable], [role=slider]";
/** So do PageUp and PageDown in these; in all others a presenter's remote turns the slide, whatever was touched last. */
const SCROLLED = "select, textarea, [contenteditable]";

/**
 * Put the blocks of an article into groups, in order: one group is one slide.
 *
 * @param {Array<{heading: boolean, opening: boolean}>} blocks
 * @returns {number[]} for each block the number of its slide, from 0
 */
export function slidesOf(blocks) {
  let slide = 0;
  return blocks.map((block, index) => {
    const breaks = block.heading || block.opening;
    // A slide needs more than a heading.
    if (index > 0 && breaks && !blocks[index - 1].heading) slide += 1;
    return slide;
  });
}

/** Return the slide that an address asks for, from 0; null where it asks for none. */
export function askedFor(search, count) {
  const asked = new URLSearchParams(search).get("slide");
  if (asked === null) return null;
  const number = /^\d+$/.test(asked) ? Number(asked) : 1;
  return Math.min(Math.max(number, 1), count) - 1;
}

const icon = (path) =>
  '<svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" fill="none" stroke="currentColor" ' +
  `stroke-width="1.7"><path d="${path}"/></svg>`;

/** Return the blocks of an article in reading order: what stands in its sections, not the sections. */
function blocksOf(article) {
  return [...article.children].flatMap((child) => {
    if (child.tagName === "SECTION") return blocksOf(child);
    // What has no box, such as an anchor or a script, goes with what follows.
    return child.matches("script, style, template") ? [] : [child];
  });
}

class Slides {
  constructor(article) {
    this.blocks = blocksOf(article);
    this.slideOf = slidesOf(
      this.blocks.map((block) => ({ heading: HEADING.test(block.tagName), opening: block.matches(OPENING) })),
    );
    this.count = (this.slideOf.at(-1) ?? -1) + 1;
    this.now = null;
    this.bar = this.makeBar();
    document.body.append(this.bar);
    document.addEventListener("keydown", (event) => this.press(event));
    addEventListener("hashchange", () => this.follow());
    addEventListener("popstate", () => this.show(askedFor(location.search, this.count), { quietly: true }));
  }

  makeBar() {
    const bar = document.createElement("nav");
    bar.className = "kumo-slides-bar";
    bar.setAttribute("aria-label", WORDS.bar);
    bar.hidden = true;
    const button = (label, sign, does) => {
      const made = document.createElement("button");
      Object.assign(made, { type: "button", title: label, innerHTML: sign });
      made.setAttribute("aria-label", label);
      made.addEventListener("click", does);
      bar.append(made);
      return made;
    };
    this.back = button(WORDS.previous, "←", () => this.show(this.now - 1));
    this.position = document.createElement("output");
    bar.append(this.position);
    this.forth = button(WORDS.next, "→", () => this.show(this.now + 1));
    if (document.fullscreenEnabled) {
      button(WORDS.fullScreen, icon(FULL_SCREEN), () =>
        document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen(),
      );
    }
    button(WORDS.leave, "✕", () => this.show(null));
    return bar;
  }

  /** Show a slide by its number from 0, or the whole page (null). */
  show(slide, { quietly = false } = {}) {
    const before = this.now;
    this.now = slide === null ? null : Math.min(Math.max(slide, 0), this.count - 1);
    const on = this.now !== null;
    document.documentElement.classList.toggle("kumo-slides", on);
    this.bar.hidden = !on;
    this.blocks.forEach((block, index) => {
      block.classList.toggle("kumo-off-slide", on && this.slideOf[index] !== this.now);
    });
    if (!quietly) this.note();
    if (on) {
      this.say();
      scrollTo(0, 0);
    } else if (before !== null) {
      // Where the reader was stays in view.
      this.blocks[this.slideOf.indexOf(before)].scrollIntoView();
    }
  }

  say() {
    const title = this.blocks.findLast((block, index) => HEADING.test(block.tagName) && this.slideOf[index] <= this.now);
    const name = (title?.textContent ?? document.title).replace(/#$/, "").trim();
    this.position.textContent = WORDS.position(this.now + 1, this.count);
    this.position.setAttribute("aria-label", WORDS.spoken(this.now + 1, this.count, name));
    // A button that is disabled loses the focus of who presses it again and again.
    this.back.setAttribute("aria-disabled", String(this.now === 0));
    this.forth.setAttribute("aria-disabled", String(this.now === this.count - 1));
  }

  /** Write the slide into the address; the state of an explorer in it stays. */
  note() {
    const address = new URL(location.href);
    if (this.now === null) address.searchParams.delete("slide");
    else address.searchParams.set("slide", String(this.now + 1));
    history.replaceState(history.state, "", address);
  }

  /** Go to the slide on which the target of a link stands. */
  follow() {
    if (this.now === null) return;
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1).split("?")[0]));
    const index = target ? this.blocks.findIndex((block) => block.contains(target) || target.contains(block)) : -1;
    if (index >= 0) this.show(this.slideOf[index]);
  }

  press(event) {
    if (this.now === null || event.ctrlKey || event.metaKey || event.altKey) return;
    // The theme takes every Escape for a tooltip of its own.
    if (event.defaultPrevented && event.key !== "Escape") return;
    const steps = { PageDown: 1, PageUp: -1, ArrowRight: 1, ArrowLeft: -1 };
    if (event.key === "Escape" && !document.fullscreenElement) this.show(null);
    else if (steps[event.key] && !event.target.closest(event.key.startsWith("Page") ? SCROLLED : OPERATED))
      this.show(this.now + steps[event.key]);
    else return;
    event.preventDefault();
  }
}

function start() {
  const article = document.querySelector("article.bd-article");
  const place = document.querySelector(".article-header-buttons");
  if (!article || !place) return;
  let slides = null;
  const begin = () => (slides ??= new Slides(article));
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm kumo-slides-start";
  button.title = WORDS.start;
  button.setAttribute("aria-label", WORDS.start);
  button.innerHTML = icon(SCREEN);
  button.addEventListener("click", () => begin().show(0));
  place.prepend(button);
  if (new URLSearchParams(location.search).has("slide")) {
    begin();
    slides.show(askedFor(location.search, slides.count), { quietly: true });
  }
}

if (typeof document !== "undefined") start();
