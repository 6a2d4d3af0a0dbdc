"""Picture of a traffic policy: its rules as a tree, with the way of one query through it lit up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Step, text_width
from kumo.core.drawing.picture import Box
from kumo.route53.words import places
from kumo.route53.words import traffic_flow as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.route53.model.policy_document import Branch
    from kumo.route53.model.traffic_policy import FlowTrace

GAP = 30
TOP = 46
INDENT = 16


@dataclass(frozen=True)
class Node:
    """An endpoint or a rule at one place of the tree.

    Attributes
    ----------
    branch : Branch
        What leads to it.
    condition : str
        When it is taken; empty at the root.
    parent : int or None
        Number of the node above.
    depth : int
        Number of rules above.
    row : float
        Height in rows from the top: whole for leaves, between its children for a rule.
    reached : int or None
        After how many choices the query is here; None if it is not.

    """

    branch: Branch
    condition: str
    parent: int | None
    depth: int
    row: float
    reached: int | None


def draw(trace: FlowTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: left to right, or as an outline where the layout is narrow."""
    nodes = _tree(trace)
    boxes = _outline(nodes, layout) if layout.narrow else _columns(nodes, layout)
    count = len(trace.steps)
    clock = Clock(0, max(1, count), words.LEVEL, seconds=1.6 * max(1, count), steps=_steps(trace))
    picture = Picture(
        layout,
        max(box.bottom for box in boxes) + (30 if trace.unknown else 8),
        title=words.TITLE,
        description=words.DESCRIPTION.format(point=words.point(trace)),
        clock=clock,
    )
    heading = words.HEADING.format(city=places.CLIENTS[trace.client.key], answer=words.answer(trace))
    good = bool(trace.answer) and not trace.failing
    shown = _cut(heading, layout.width / 1.08, layout.body + 1)
    picture.text(0, 18, shown, size=layout.body + 1, bold=True, fill="ink" if good else "bad")
    for lit in (False, True):
        for number, node in enumerate(nodes):
            if (node.reached is not None) == lit and node.parent is not None:
                _edge(picture, boxes[node.parent], boxes[number], node)
    for number, node in enumerate(nodes):
        _node(picture, trace, node, boxes[number])
    if trace.unknown:
        note = words.UNKNOWN.format(names="、".join(trace.unknown))
        picture.text(0, picture.height - 9, _cut(note, layout.width, layout.small), fill="warn")
    return picture


def _steps(trace: FlowTrace) -> tuple[Step, ...]:
    found = [Step(0, words.START)]
    for number, step in enumerate(trace.steps, 1):
        taken = "、".join(words.condition(step.rule, index, step) for index in step.chosen) or words.NO_ANSWER
        found.append(Step(number, f"{step.rule.name}: {taken}"))
    return tuple(found)


# The tree.


def _tree(trace: FlowTrace) -> list[Node]:
    """Return the nodes from the root on, each rule before its branches."""
    nodes: list[Node] = []
    rows = 0

    def add(branch: Branch, condition: str, parent: int | None, depth: int, reached: int | None) -> float:
        nonlocal rows
        number = len(nodes)
        nodes.append(Node(branch, condition, parent, depth, rows, reached))
        if not branch.to_rule:
            rows += 1
            return rows - 1
        rule = trace.policy.rules[branch.target]
        step = trace.steps[reached] if reached is not None else None
        middles = []
        for index, onward in enumerate(rule.branches):
            taken = step is not None and index in step.chosen
            after = depth + 1 if taken else None
            middles.append(add(onward, words.condition(rule, index, step), number, depth + 1, after))
        row = (middles[0] + middles[-1]) / 2
        nodes[number] = Node(branch, condition, parent, depth, row, reached)
        return row

    add(trace.policy.start, "", None, 0, 0)
    return nodes


def _columns(nodes: list[Node], layout: Layout) -> list[Box]:
    """Return where the nodes lie: a column for each depth."""
    columns = max(node.depth for node in nodes) + 1
    width = min(216, (layout.width - (columns - 1) * GAP - 4) / columns)
    step, height = layout.small * 5.6, layout.small * 4.9
    return [Box(2 + node.depth * (width + GAP), TOP + node.row * step, width, height) for node in nodes]


def _outline(nodes: list[Node], layout: Layout) -> list[Box]:
    """Return where the nodes lie: a row for each, indented by depth."""
    step, height = layout.small * 4.1, layout.small * 3.4
    return [
        Box(2 + node.depth * INDENT, TOP + row * step, layout.width - 4 - node.depth * INDENT, height)
        for row, node in enumerate(nodes)
    ]


def _edge(picture: Picture, above: Box, below: Box, node: Node) -> None:
    if picture.layout.narrow:
        x = above.x + INDENT / 2
        points = [(x, above.bottom), (x, below.center[1]), (below.x, below.center[1])]
    else:
        (x1, y1), (x2, y2) = above.middle_right, below.middle_left
        middle = x1 + GAP / 2
        points = [(x1, y1), (middle, y1), (middle, y2), (x2, y2)]
    picture.path(points, stroke="faint", stroke_width=1.3)
    if node.reached is not None:
        picture.show(picture.path(points, stroke="accent", stroke_width=3), node.reached)


def _node(picture: Picture, trace: FlowTrace, node: Node, box: Box) -> None:
    """Draw a box with its condition, its name and what it is; lit while the query is here or has been."""
    branch, small = node.branch, picture.layout.small
    broken = not branch.to_rule and branch.target in trace.broken
    outline, dash = ("bad", "5 4") if broken else ("faint", None)
    fill = "panel" if branch.to_rule else "raised"
    picture.rect(box.x, box.y, box.width, box.height, fill=fill, stroke=outline, stroke_width=1.2, radius=8, dash=dash)
    if node.reached is not None:
        tone = "bad" if broken else "accent"
        lit = picture.rect(
            box.x, box.y, box.width, box.height, fill=f"{tone}-soft", stroke=tone, stroke_width=2.5, radius=8
        )
        picture.show(lit, node.reached)
    if branch.to_rule:
        kind = words.RULE_NAMES[trace.policy.rules[branch.target].type]
    else:
        kind = words.endpoint(trace.policy.endpoints[branch.target])
    if broken:
        kind = words.IS_BROKEN if branch.watched else words.UNWATCHED
    lines = [(node.condition or words.START, "muted", False), (branch.target, "ink", True)]
    first = small * (1.25 if picture.layout.narrow else 1.45)
    room = box.width - 16
    if picture.layout.narrow:
        # The kind stands at the right of the condition.
        kind_width = text_width(kind, small) * 1.06
        picture.text(
            box.right - 8, box.y + small * 1.25, kind, anchor="end", fill="bad" if broken else "muted", bold=broken
        )
        lines[0] = (_cut(lines[0][0], room - kind_width - 10, small), "muted", False)
    else:
        lines.append((kind, "bad" if broken else "muted", broken))
    for index, (line, tone, bold) in enumerate(lines):
        shown = _cut(line, room / (1.06 if bold else 1), small)
        picture.text(box.x + 8, box.y + first + small * 1.38 * index, shown, fill=tone, bold=bold)
    if not branch.to_rule and node.reached is not None:
        x, y = box.right - 15, box.bottom - 14
        mark = picture.cross(x, y, 6, stroke_width=3) if broken else picture.check(x, y, 7, stroke_width=3)
        picture.show(mark, node.reached)


def _cut(text: str, width: float, size: float) -> str:
    """Cut text to a width, marking the cut."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text + "…" if text else ""
