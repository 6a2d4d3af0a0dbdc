/**
 * The page's host of the player: make the questions of a published page answerable, without a server.
 *
 * The questions stand complete in the page before that, and remain so when anything here fails.
 */

async function startPage() {
  const lists = document.querySelectorAll("section.kumo-quiz");
  if (lists.length === 0) return;
  // One release of the site has one version in its address, so that caches never mix two.
  const { search } = new URL(import.meta.url);
  const { default: quiz } = await import(new URL(`quiz.js${search}`, import.meta.url));
  for (const list of lists) quiz.render({ model: { get: () => undefined }, el: list });
}

startPage();
