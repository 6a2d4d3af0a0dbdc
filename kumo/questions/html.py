"""Questions as HTML: complete without a script, and all that kumo/web/quiz.js needs to make a player of it.

The player reads the markup, so that a page carries each question once. What it goes by are the ``data-`` attributes:
``data-key`` names a choice (its place in the bank), ``data-right`` marks what is right.
"""

from __future__ import annotations

import posixpath
import re
from html import escape
from typing import TYPE_CHECKING

from kumo.core.japanese import join_lines
from kumo.core.streams import stream
from kumo.questions import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kumo.questions.bank import Question, See

_CODE = re.compile(r"(`+)(?P<code>.+?)\1", re.DOTALL)
_BOLD = re.compile(r"\*\*(?P<bold>.+?)\*\*", re.DOTALL)


def exercise(questions: Sequence[Question], *, here: str, view: str, title: str) -> str:
    """Return the questions as HTML without identifiers (a page may hold several such lists).

    Parameters
    ----------
    questions : sequence of Question
        In the order in which they are shown.
    here : str
        The page on which this is to stand, as in `Question.page`; links start from there.
    view : str
        ``page`` (the questions of a page), ``all`` (with filters), or ``sheet`` (with answers, for instructors).
    title : str
        What stands above the questions.

    """
    items = "\n".join(_question(question, here) for question in questions)
    home = f'<a href="{escape(_address("exercises/index", here))}">{words.HOME}</a>' if view == "page" else ""
    count = words.COUNT.format(count=len(questions))
    return (
        f'<section class="kumo kumo-quiz" data-view="{view}" data-here="{escape(here)}" aria-label="{escape(title)}">\n'
        f'<div class="kumo-head"><p class="kumo-title">{escape(title)}</p>'
        f'<div class="kumo-tools" data-slot="tools"><span>{count}</span></div></div>\n'
        '<div data-slot="player"></div>\n'
        f'<ol class="kumo-questions">\n{items}\n</ol>\n'
        f'<p class="kumo-quiz-note">{words.OPEN_DATA}{home}</p>\n'
        "</section>"
    )


def rich(text: str) -> str:
    """Return a text with inline Markdown (code, bold) as HTML, its lines joined as Japanese is."""
    joined = join_lines("", text.strip(), "")
    made = []
    for index, part in enumerate(_split(joined)):
        if index % 2:
            made.append(f"<code>{escape(part)}</code>")
        else:
            made.append(_BOLD.sub(r"<strong>\g<bold></strong>", escape(part)))
    return "".join(made)


def _split(text: str) -> Iterable[str]:
    """Yield text and code in turns."""
    at = 0
    for match in _CODE.finditer(text):
        yield text[at : match.start()]
        yield match["code"].strip()
        at = match.end()
    yield text[at:]


def paragraphs(text: str) -> str:
    """Return a text of one or more paragraphs as HTML."""
    return "".join(f"<p>{rich(part)}</p>" for part in re.split(r"\n\s*\n", text.strip()))


def _question(question: Question, here: str) -> str:
    facts = (
        words.KINDS[question.kind],
        words.DIFFICULTIES[question.difficulty],
        words.DOMAIN.format(number=question.domain, name=words.DOMAINS[question.domain]),
    )
    data = {
        "id": question.id,
        "kind": question.kind,
        "section": question.section,
        "section-name": words.SECTIONS.get(question.section, question.section),
        "page": question.page,
        "domain": question.domain,
        "domain-name": words.DOMAINS[question.domain],
        "difficulty": question.difficulty,
        "difficulty-name": words.DIFFICULTIES[question.difficulty],
        "kind-name": words.KINDS[question.kind],
    }
    attributes = "".join(f' data-{name}="{escape(str(value))}"' for name, value in data.items())
    task, answer = _BODIES[question.kind](question)
    return (
        f'<li class="kumo-question"{attributes}>\n'
        f'<p class="kumo-facts">{"".join(f"<span>{escape(fact)}</span>" for fact in facts)}</p>\n'
        f'<div class="kumo-stem">{paragraphs(question.stem)}</div>\n'
        f"{task}\n"
        f'<details class="kumo-answer"><summary>{words.ANSWER}</summary>\n'
        f"{answer}\n{_evidence(question, here)}</details>\n"
        "</li>"
    )


# ---------------------------------------------------------------- the kinds


def _letters(count: int) -> list[str]:
    return [chr(ord("A") + index) for index in range(count)]


def shuffled(question: Question, count: int) -> list[int]:
    """Return the places 0 … `count` − 1 in the order in which the question shows them, always the same."""
    order = list(range(count))
    chance = stream(1, question.id)
    chance.shuffle(order)
    while question.kind == "order" and order == sorted(order):  # that would give the answer away
        chance.shuffle(order)
    return order


def _choices(entries: Iterable[tuple[int, str, str, bool]]) -> str:
    """Return the list to choose from: (key, letter, text, right)."""
    lines = "".join(
        f'<li data-key="{key}"{" data-right" if right else ""}>'
        f'<span class="kumo-letter">{letter}</span><span class="kumo-text">{rich(text)}</span></li>'
        for key, letter, text, right in entries
    )
    return f'<ul class="kumo-choices">{lines}</ul>'


def _key(text: str) -> str:
    return f'<p class="kumo-key"><strong>{words.RIGHT_ANSWER}: {text}</strong></p>'


def _whys(entries: Iterable[tuple[str, str, str, str]]) -> str:
    """Return the list of explanations: (key, lead as HTML, tone, why)."""
    lines = "".join(
        f'<li data-key="{key}" data-tone="{tone}"><span class="kumo-lead">{lead}</span>'
        f'<span class="kumo-why">{rich(why)}</span></li>'
        for key, lead, tone, why in entries
    )
    return f'<ul class="kumo-whys">{lines}</ul>'


def _letter(letter: str, word: str = "") -> str:
    return f'<span class="kumo-letter">{letter}</span>{f" {word}" if word else ""}'


def _options(question: Question) -> tuple[str, str]:
    order = shuffled(question, len(question.options))
    rows = [(key, letter, question.options[key]) for letter, key in zip(_letters(len(order)), order, strict=True)]
    right = words.SEPARATOR.join(letter for _, letter, option in rows if option.right)
    whys = (
        (
            str(key),
            _letter(letter, words.RIGHT_ANSWER if option.right else words.WRONG),
            "good" if option.right else "bad",
            option.why,
        )
        for key, letter, option in rows
    )
    return (
        _choices((key, letter, option.text, option.right) for key, letter, option in rows),
        _key(right) + _whys(whys),
    )


def _order(question: Question) -> tuple[str, str]:
    order = shuffled(question, len(question.items))
    letters = dict(zip(order, _letters(len(order)), strict=True))
    whys = (
        (str(place), f"{place + 1}. {_letter(letters[place], rich(item.text))}", "", item.why)
        for place, item in enumerate(question.items)
    )
    return (
        _choices((key, letters[key], question.items[key].text, False) for key in order),
        _key(words.IN_ORDER.join(letters[place] for place in range(len(order)))) + _whys(whys),
    )


def _match(question: Question) -> tuple[str, str]:
    decoys = {decoy.right: decoy.why for decoy in question.decoys}
    rights = [*dict.fromkeys(pair.right for pair in question.pairs), *decoys]
    order = shuffled(question, len(rights))
    letters = {rights[key]: letter for letter, key in zip(_letters(len(order)), order, strict=True)}
    lefts = "".join(
        f'<li data-key="{rights.index(pair.right)}"><span class="kumo-text">{rich(pair.left)}</span></li>'
        for pair in question.pairs
    )
    whys = [
        (
            str(place),
            f"{rich(pair.left)} → {_letter(letters[pair.right], rich(pair.right))}",
            "",
            pair.why,
        )
        for place, pair in enumerate(question.pairs)
    ]
    whys += [
        (f"decoy-{rights.index(right)}", f"{_letter(letters[right], rich(right))}: {words.NOT_USED}", "", why)
        for right, why in decoys.items()
    ]
    key = words.SEPARATOR.join(f"{place}→{letters[pair.right]}" for place, pair in enumerate(question.pairs, start=1))
    return (
        f'<ol class="kumo-lefts">{lefts}</ol>'
        + _choices((key, letters[rights[key]], rights[key], False) for key in order),
        _key(key) + _whys(whys),
    )


def _number(question: Question) -> tuple[str, str]:
    answer = question.answer
    tolerance = f" {words.TOLERANCE.format(tolerance=f'{answer.tolerance:g}')}" if answer.tolerance else ""
    data = f'data-value="{answer.value!r}" data-tolerance="{answer.tolerance!r}" data-unit="{escape(answer.unit)}"'
    unit = f" {escape(answer.unit)}" if answer.unit else ""
    traps = "".join(
        f'<li data-value="{trap.value!r}"><span class="kumo-lead">'
        f"{words.TRAP}: {_quantity(trap.value, answer.unit)}</span>"
        f'<span class="kumo-why">{rich(trap.why)}</span></li>'
        for trap in question.traps
    )
    return (
        f'<p class="kumo-blank" {data}>{words.BLANK}: <span aria-hidden="true"></span>{unit}</p>',
        _key(f"{_quantity(answer.value, answer.unit)}{tolerance}")
        + f'<p class="kumo-because">{rich(question.why)}</p>'
        + (f'<ul class="kumo-whys">{traps}</ul>' if traps else ""),
    )


def _quantity(value: float, unit: str) -> str:
    number = f"{int(value):,}" if value == int(value) else f"{value:,}"
    return f"{number}%" if unit == "%" else f"{number} {escape(unit)}".rstrip()


_BODIES = {"single": _options, "multiple": _options, "order": _order, "match": _match, "number": _number}


# ---------------------------------------------------------------- evidence


def _address(page: str, here: str) -> str:
    """Return the address of a page's notebook from the page `here`; the build makes a page's address of it."""
    return posixpath.relpath(f"{page}.ipynb", posixpath.dirname(here) or ".")


def _scenario(see: See, here: str) -> str:
    address = f"#{see.fragment}" if see.page == here else f"{_address(see.page, here)}#{see.fragment}"
    return (
        f'<p class="kumo-see"><a class="kumo-scenario" data-link="{escape(see.link)}" href="{escape(address)}">'
        f"{rich(see.text)}</a></p>"
    )


def _evidence(question: Question, here: str) -> str:
    page = f'<a data-teaches href="{escape(_address(question.page, here))}">{words.PAGE}</a>'
    sources = [
        f'<a href="{escape(source)}">'
        f"{words.SOURCE if len(question.sources) == 1 else words.SOURCE_NUMBER.format(number=number)}</a>"
        for number, source in enumerate(question.sources, start=1)
    ]
    task = escape(words.TASK.format(task=question.task, name=words.TASKS[question.task]))
    links = "".join(f"<span>{link}</span>" for link in ([page] if question.page != here else []) + sources)
    return (
        "".join(_scenario(see, here) for see in question.see) + f'<p class="kumo-evidence"><span>{task}</span>{links}'
        f'<span class="kumo-id">{words.IDENTIFIER}: <code>{question.id}</code></span></p>'
    )
