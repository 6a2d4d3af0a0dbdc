"""The Sphinx extension of the book: live explorers, links to scenarios, Japanese text, search, launch buttons."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from kumo.core.japanese import join_lines
from publishing import accessible, assets, exercises, repository, scenarios, sheet, theme
from publishing.search import SearchJapanese

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment
    from sphinx.writers.html5 import HTML5Translator

ROOT = Path(__file__).resolve().parent.parent
LOGGER = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect everything to the events of the build."""
    app.add_config_value("kumo_version", "", "env", str)
    # Jupyter Book sets it for an extension that this book leaves out (it would load scripts from elsewhere).
    app.add_config_value("comments_config", {}, "")
    app.connect("config-inited", _configure)
    app.connect("html-page-context", _page_context)
    # After the theme has made its buttons (501).
    app.connect("html-page-context", _launch_buttons, priority=510)
    app.connect("build-finished", _finish)
    app.add_search_language(SearchJapanese)
    app.add_html_math_renderer("mathml", (_inline_math, None), (_block_math, None))
    app.add_transform(LocalScenarioLinks)
    app.add_transform(JapaneseText)
    app.add_post_transform(ScenarioLinks)
    app.add_post_transform(QuestionLinks)
    app.add_directive("kumo-sheet", SheetDirective)
    app.add_post_transform(InstructorSheet)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _configure(app: Sphinx, config: Config) -> None:
    """Put the assets in place and take from the environment what the configuration cannot know."""
    folder = ROOT / "_build" / "assets"
    # A page read before a change to the explorers may link to what is no longer there, so all are read again.
    digest = hashlib.sha256(assets.build(folder).encode())
    for path in sorted((ROOT / "publishing").glob("*.py")):
        digest.update(path.read_bytes())
    config.kumo_version = digest.hexdigest()[:10]
    config.html_static_path.append(str(folder))
    config.templates_path.insert(0, str(ROOT / "publishing" / "templates"))
    for name in assets.STYLES:
        app.add_css_file(f"kumo/{name}", priority=900)
    if found := repository.from_environment():
        config.html_theme_options.update(found.theme_options())


# ---------------------------------------------------------------- pages


def _page_context(app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    context["kumo_version"] = app.config.kumo_version
    known = pagename in app.env.found_docs
    context["kumo_live"] = known and bool(_anchors(app.env, pagename))
    context["kumo_questions"] = known and _has_questions(app.env, pagename)


def _launch_buttons(app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    """Send Colab to the branch whose notebooks bring the package along."""
    branch = app.config.html_theme_options.get("repository_branch")
    for group in context.get("header_buttons", ()):
        for button in group.get("buttons", ()):
            if button.get("text") == "Colab":
                button["url"] = button["url"].replace(f"/blob/{branch}/", f"/blob/{repository.COLAB_BRANCH}/", 1)


def _finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        theme.trim(Path(app.outdir))
        accessible.mend(Path(app.outdir))


def _inline_math(translator: HTML5Translator, node: Element) -> None:
    translator.body.append(convert(node.astext()))
    raise nodes.SkipNode


def _block_math(translator: HTML5Translator, node: Element) -> None:
    translator.body.append(f'<div class="math">{convert(node.astext(), display="block")}</div>\n')
    raise nodes.SkipNode


# ---------------------------------------------------------------- links to scenarios


def _anchors(env: BuildEnvironment, docname: str) -> dict[str, str]:
    path = Path(env.doc2path(docname))
    return scenarios.anchors(path) if path.suffix == ".ipynb" else {}


def _has_questions(env: BuildEnvironment, docname: str) -> bool:
    path = Path(env.doc2path(docname))
    return path.suffix == ".ipynb" and any(exercises.outputs(path))


def _warn(fragment: str, known: dict[str, str], node: Element) -> None:
    if problem := scenarios.problem(fragment, known):
        LOGGER.warning("scenario link: %s", problem, location=node, type="kumo", subtype="scenario")


class LocalScenarioLinks(SphinxTransform):
    """Take links to explorers on the same page before MyST looks for a heading of that name."""

    default_priority = 870  # MyST resolves anchors at 879

    def apply(self, **_: Any) -> None:
        """Check each such link and leave it as a plain link of the page."""
        known = _anchors(self.env, self.env.docname)
        for node in self.document.findall(nodes.reference):
            fragment = node.get("refuri", "#")[1:]
            if node.get("id_link") and scenarios.is_scenario(fragment, known):
                _warn(fragment, known, node)
                del node["id_link"]
                node["refuri"] = f"#{scenarios.address(fragment)}"
                node["classes"].append("kumo-scenario")


class ScenarioLinks(SphinxPostTransform):
    """Resolve links to explorers on other pages: ``[…](2-1-4-throttling.md#throttling?burst=40)``."""

    default_priority = 8  # MyST resolves documents at 9

    def run(self, **_: Any) -> None:
        """Check each such link and make it one between pages."""
        for node in list(self.document.findall(addnodes.pending_xref)):
            fragment = node.get("reftargetid")
            if node.get("reftype") != "myst" or not fragment or node.get("refdomain") != "doc":
                continue
            known = _anchors(self.env, node["reftarget"])
            if scenarios.is_scenario(fragment, known):
                _warn(fragment, known, node)
                page = self.app.builder.get_relative_uri(node["refdoc"], node["reftarget"])
                link = nodes.reference(
                    "", "", *node.children, internal=True, refuri=f"{page}#{scenarios.address(fragment)}"
                )
                link["classes"] = [*node["classes"], "kumo-scenario"]
                node.replace_self(link)


class QuestionLinks(SphinxPostTransform):
    """Check the links of questions, and lead those to notebooks to pages."""

    default_priority = 8

    def run(self, **_: Any) -> None:
        """Change the outputs that hold questions."""
        for node in list(self.document.findall(nodes.raw)):
            html = node.astext()
            if exercises.MARK not in html:
                continue
            for problem in exercises.problems(html, self._known):
                self._warn(problem, node)
            resolved, missing = exercises.with_addresses(html, self.env.docname, self._address)
            for page in sorted(set(missing)):
                self._warn(f"there is no page {page}", node)
            node.replace_self(nodes.raw("", resolved, format="html"))

    def _known(self, page: str) -> dict[str, str]:
        return _anchors(self.env, page) if page in self.env.found_docs else {}

    def _address(self, page: str) -> str | None:
        if page not in self.env.found_docs:
            return None
        return self.app.builder.get_relative_uri(self.env.docname, page)

    def _warn(self, problem: str, node: Element) -> None:
        LOGGER.warning("link of a question: %s", problem, location=node, type="kumo", subtype="question")


# ---------------------------------------------------------------- the sheet of all scenarios


class _Sheet(nodes.General, nodes.Element):
    """The place for the sheet: it is filled in when all pages are known."""


class SheetDirective(SphinxDirective):
    """``kumo-sheet``: every explorer of the book, the question before it, and the links to its states."""

    def run(self) -> list[nodes.Node]:
        """Leave a place for the sheet."""
        return [_Sheet()]


class InstructorSheet(SphinxPostTransform):
    """Fill in the sheet."""

    default_priority = 8

    def run(self, **_: Any) -> None:
        """Put a part for each page that shows explorers, in the order of the book."""
        for place in list(self.document.findall(_Sheet)):
            place.replace_self([part for page in self._pages() for part in self._part(page)])

    def _pages(self) -> list[str]:
        order = [self.env.config.root_doc, *self._below(self.env.config.root_doc)]
        return [page for page in order if _anchors(self.env, page)]

    def _below(self, page: str) -> list[str]:
        children = self.env.toctree_includes.get(page, [])
        return [found for child in children for found in (child, *self._below(child))]

    def _part(self, page: str) -> list[nodes.Node]:
        address = self.app.builder.get_relative_uri(self.env.docname, page)
        title = nodes.rubric("", "", self._link(address, self.env.titles[page].astext()))
        title["heading-level"] = 2
        explorers = nodes.bullet_list(classes=["kumo-sheet"])
        for shown in sheet.explorers(Path(self.env.doc2path(page))):
            name = self._link(f"{address}#{shown.anchor}", shown.title)
            item = nodes.list_item("", nodes.paragraph("", "", nodes.strong("", "", name)))
            if shown.question:
                item += nodes.paragraph("", "", *self._marked(shown.question))
            if shown.states:
                item += nodes.bullet_list("", *(self._state(address, text, to) for text, to in shown.states))
            explorers += item
        return [title, explorers]

    def _state(self, address: str, text: str, to: str) -> nodes.list_item:
        link = self._link(f"{address}#{scenarios.address(to)}", "")
        link.extend(self._marked(text))
        link["classes"] = ["kumo-scenario"]
        return nodes.list_item("", nodes.paragraph("", "", link))

    @staticmethod
    def _marked(text: str) -> list[nodes.Node]:
        """Return a text of the book, its lines joined and a list in it in one line, with its code and emphasis."""
        lines = [line.removeprefix("- ") for line in text.splitlines() if line.strip()]
        joined = join_lines("", "\n".join(lines), "").replace("\n", " ")
        parts = re.split(r"(`[^`]+`|\*\*[^*]+\*\*)", joined)
        kinds = {"`": nodes.literal, "*": nodes.strong}
        return [
            kinds[part[0]]("", part.strip("`*")) if index % 2 else nodes.Text(part) for index, part in enumerate(parts)
        ]

    @staticmethod
    def _link(address: str, text: str) -> nodes.reference:
        return nodes.reference("", text, internal=True, refuri=address)


# ---------------------------------------------------------------- Japanese text


class JapaneseText(SphinxTransform):
    """Join the lines of a paragraph, and notice emphasis that Markdown did not take as such."""

    default_priority = 700

    def apply(self, **_: Any) -> None:
        """Change the text nodes in place, except in code."""
        texts = [node for node in self.document.findall(nodes.Text) if not isinstance(node.parent, _VERBATIM)]
        for index, text in enumerate(texts):
            if "**" in text:
                LOGGER.warning(
                    "emphasis that Markdown does not see: %r; put the marks inside of brackets and punctuation",
                    text.astext()[:60],
                    location=text.parent,
                    type="kumo",
                    subtype="emphasis",
                )
            # Markdown makes a node of its own of each line break.
            if "\n" in text:
                before = texts[index - 1].astext() if index else ""
                after = texts[index + 1].astext() if index + 1 < len(texts) else ""
                text.parent.replace(text, nodes.Text(join_lines(before, text.astext(), after)))


_VERBATIM = (nodes.FixedTextElement, nodes.literal, nodes.raw, nodes.math, nodes.comment)
