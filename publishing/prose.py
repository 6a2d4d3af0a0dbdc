"""The prose of the chapters before textlint, which knows Markdown but not MyST.

textlint takes a fenced directive for code and would leave its text unread. So it gets copies in which the marks
of MyST are blank and every line keeps its number, and its findings are told in lines of the chapters.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from publishing.chapter import chapters
from publishing.console import Problem, fail, say

ROOT = Path(__file__).resolve().parent.parent

_FENCE = re.compile(r"^(?P<indent>\s*)(?P<marks>`{3,}|~{3,}|:{3,})\s*(?P<info>.*?)\s*$")
_DIRECTIVE = re.compile(r"\{(?P<name>[\w:-]+)\}")
_OPTION = re.compile(r"^\s*:[\w-]+:")
_ROLE = re.compile(r"\{[\w:-]+\}(?=`)")
_BLANK = re.compile(r"^\s*(\([\w-]+\)=|\+\+\+.*|%.*)\s*$")
# Directives whose content is not prose.
_CODE = {"code-cell", "code", "code-block", "literalinclude", "math", "raw", "toctree", "image", "mermaid"}


@dataclass(frozen=True)
class Finding:
    """What a rule says about a place in a chapter."""

    chapter: str
    line: int
    column: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.chapter}:{self.line}:{self.column}: {self.message.splitlines()[0]} ({self.rule})"


def plain(text: str) -> str:
    """Return a MyST text as plain Markdown of the same lines: directives opened up, their marks and options blank."""
    result: list[str] = []
    fences: list[tuple[str, bool]] = []  # those that are open: marks, and whether what they hold is code
    options = False  # between the opening of a directive and its text
    lines = text.splitlines()
    front = lines.index("---", 1) + 1 if lines[:1] == ["---"] and "---" in lines[1:] else 0
    for number, line in enumerate(lines):
        fence = _FENCE.match(line)
        in_code = bool(fences) and fences[-1][1]
        if number < front:
            result.append("")
        elif fence and fences and fence["marks"].startswith(fences[-1][0]) and not fence["info"]:
            result.append(line if in_code else "")
            fences.pop()
        elif fence and not in_code and (fence["info"] or fence["marks"][0] != ":"):
            directive = _DIRECTIVE.match(fence["info"])
            code = not directive or directive["name"] in _CODE
            fences.append((fence["marks"], code))
            result.append(f"{fence['indent']}{fence['marks']}" if code else "")
            options = not code
            continue
        elif in_code:
            result.append(line)
        elif (options and _OPTION.match(line)) or _BLANK.match(line):
            result.append("")
            continue
        else:
            result.append(_ROLE.sub("", line))
        options = False
    return "\n".join(result) + "\n"


def findings(root: Path = ROOT) -> list[Finding]:
    """Return what textlint finds in the chapters and labs.

    Raises
    ------
    Problem
        When textlint itself does not run.

    """
    with tempfile.TemporaryDirectory(prefix="prose-") as folder:
        names = {}
        for number, chapter in enumerate(chapters(root)):
            copy = Path(folder).resolve() / f"{number:03}-{chapter.path.name}"
            copy.write_text(plain(chapter.text), encoding="utf-8")
            names[str(copy)] = chapter.name
        if not names:
            return []
        run = subprocess.run(
            ["npx", "--no-install", "textlint", "--format", "json", "--config", root / ".textlintrc.json", *names],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
    try:
        results = json.loads(run.stdout)
    except json.JSONDecodeError:
        said = (run.stderr or run.stdout).strip().splitlines() or ["no reason given"]
        raise Problem(f"textlint did not run: {said[0]}") from None
    return [
        Finding(names[result["filePath"]], one["line"], one["column"], one["ruleId"], one["message"])
        for result in results
        for one in result["messages"]
    ]


def main() -> int:
    """Check the prose; return the exit status."""
    try:
        found = findings()
    except Problem as problem:
        fail(str(problem))
        return 1
    for finding in found:
        say(f"  {finding}")
    if found:
        fail(f"{len(found)} findings in the prose")
        return 1
    say(f"  {len(chapters(ROOT))} chapters, nothing found")
    return 0


if __name__ == "__main__":
    sys.exit(main())
