import assert from "node:assert/strict";
import { test } from "node:test";

import { askedFor, slidesOf } from "../../kumo/web/slides.js";

const heading = { heading: true, opening: false };
const text = { heading: false, opening: false };
const opening = { heading: false, opening: true };

test("headings, questions, explorers and tasks begin slides", () => {
  assert.deepEqual(slidesOf([heading, text, text, opening, opening, text, heading, text]), [0, 0, 0, 1, 2, 2, 3, 3]);
});

test("no slide is only a heading, as long as something follows it", () => {
  assert.deepEqual(slidesOf([heading, heading, opening, text]), [0, 0, 0, 0]);
  assert.deepEqual(slidesOf([]), []);
  assert.deepEqual(slidesOf([opening, text]), [0, 0]);
});

test("an address asks for a slide that exists, or for none", () => {
  assert.equal(askedFor("", 5), null);
  assert.equal(askedFor("?other=1", 5), null);
  assert.equal(askedFor("?slide=1", 5), 0);
  assert.equal(askedFor("?slide=5&x", 5), 4);
  assert.equal(askedFor("?slide=99", 5), 4);
  assert.equal(askedFor("?slide=0", 5), 0);
  assert.equal(askedFor("?slide=", 5), 0);
  assert.equal(askedFor("?slide=two", 5), 0);
});
