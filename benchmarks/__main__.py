"""Measure the book against its budgets: ``make bench``.

Everything is measured in one run on one machine, and what is compared is measured side by side, in turns, in one
browser. Writes ``benchmarks/report.md`` (to read) and ``benchmarks/report.json`` (to compare).
"""

from __future__ import annotations

import gzip
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import kumo
from publishing.browser import browser
from publishing.console import Problem, Progress, fail, say
from publishing.pictures import SITE, html_pages
from publishing.serve import served

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(__file__).resolve().parent

STARTS = 7
CHANGES = 60
FRAMES = 15
# Bodies that gzip does not make smaller travel as they are.
PACKED = (".png", ".woff2", ".gz", ".zip", ".webp", ".jpg")


VERDICTS = {True: "kept", False: "**missed**", None: "not measured"}


@dataclass
class Measures:
    """What was measured: rows of the report's tables by table, and the raw numbers."""

    budgets: list[tuple[str, str, str, bool | None]] = field(default_factory=list)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    numbers: dict[str, Any] = field(default_factory=dict)

    def budget(self, what: str, target: str, measured: str, *, kept: bool | None) -> None:
        """Add one line of the budgets table; `kept` is None for what was not measured."""
        self.budgets.append((what, target, measured, kept))


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` of `values` lie, by linear interpolation."""
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


# ---------------------------------------------------------------- the live page

TOUCH = """() => new Promise(resolve => {
  const figure = document.querySelector("figure.kumo");
  const began = performance.now();
  new MutationObserver((_, observer) => {
    if (figure.dataset.phase !== "live") return;
    observer.disconnect();
    const {detail} = performance.getEntriesByName("kumo:live").at(-1);
    resolve({milliseconds: performance.now() - began, ...detail});
  }).observe(figure, {attributes: true, attributeFilter: ["data-phase"]});
  figure.dispatchEvent(new PointerEvent("pointerdown", {bubbles: true}));
})"""

CHANGE = """async ([slug, changes]) => {
  const figure = document.getElementById(slug);
  const picture = figure.querySelector(".kumo-picture");
  const sliders = [...figure.querySelectorAll(".kumo-fields input[type=range]")];
  const selects = [...figure.querySelectorAll(".kumo-fields select")];
  const boxes = [...figure.querySelectorAll(".kumo-fields input[type=checkbox]")];
  const turn = index => {
    const all = [...sliders, ...selects, ...boxes];
    const input = all[index % all.length];
    if (input.type === "range") {
      const [low, high, step] = [input.min, input.max, input.step].map(Number);
      const steps = Math.round((high - low) / step);
      const now = Math.round((Number(input.value) - low) / step);
      input.value = String(low + ((now + 1 + (index * 7) % steps) % (steps + 1)) * step);
      input.dispatchEvent(new Event("input", {bubbles: true}));
    } else if (input.type === "checkbox") {
      input.checked = !input.checked;
      input.dispatchEvent(new Event("change", {bubbles: true}));
    } else {
      input.selectedIndex = (input.selectedIndex + 1) % input.options.length;
      input.dispatchEvent(new Event("change", {bubbles: true}));
    }
  };
  const once = index => new Promise(resolve => {
    const began = performance.now();
    const observer = new MutationObserver(() => {
      observer.disconnect();
      resolve(performance.now() - began);
    });
    observer.observe(picture, {childList: true, subtree: true});
    turn(index);
    // The same picture again is no new picture: nothing was asked, or the answer has come and changed nothing.
    let asked = false;
    const wait = () => {
      const pending = "asked" in figure.dataset;
      asked ||= pending;
      const over = asked ? !pending : performance.now() - began > 500;
      if (over) requestAnimationFrame(() => { observer.disconnect(); resolve(null); });
      else requestAnimationFrame(wait);
    };
    wait();
  });
  const times = [];
  // What has texts only is typed into, not turned.
  if (!sliders.length && !selects.length && !boxes.length) return null;
  for (let index = 0; index < changes; index++) {
    const time = await once(index);
    if (time !== null) times.push(time);
    await new Promise(requestAnimationFrame);
  }
  return times;
}"""


def _page(opened: Browser, options: dict[str, Any]) -> Page:
    # A context of its own: nothing cached, nothing compiled.
    page = opened.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce").new_page()
    page.add_init_script(f"globalThis.kumoOptions = {json.dumps(options)}")
    return page


def starts(opened: Browser, address: str, name: str, measures: Measures, progress: Progress) -> None:
    """Measure from the first touch to live: from the snapshot and by a plain boot and import, in turns."""
    found: dict[str, list[dict[str, Any]]] = {"snapshot": [], "plain": []}
    for run in range(STARTS):
        for kind, runs in found.items():
            progress.show(f"live after touch: {kind}, {run + 1} of {STARTS}")
            page = _page(opened, {"eager": False, "start": "plain" if kind == "plain" else ""})
            page.goto(address + name)
            page.wait_for_load_state("networkidle")
            result = page.evaluate(TOUCH)
            if result["start"] != kind:
                raise Problem(f"a start from the {kind} was wanted, and the page made one from {result['start']}")
            runs.append(result)
            page.context.close()
    medians = {kind: statistics.median(run["milliseconds"] for run in runs) for kind, runs in found.items()}
    ratio = medians["snapshot"] / medians["plain"]
    measures.numbers["live_after_touch_ms"] = {
        kind: [round(run["milliseconds"]) for run in runs] for kind, runs in found.items()
    }
    measures.numbers["live_after_touch_ratio"] = round(ratio, 3)
    measures.budget(
        "Explorer live after first touch (median)",
        "≤ 1/5 of a plain boot + import; ≤ 1.5 s",
        f"{medians['snapshot'] / 1000:.2f} s against {medians['plain'] / 1000:.2f} s: 1/{1 / ratio:.1f}",
        kept=ratio <= 1 / 5 and medians["snapshot"] <= 1500,  # noqa: PLR2004 -- the budget
    )


def inputs(opened: Browser, address: str, measures: Measures, progress: Progress) -> None:
    """Measure from an input to the new picture in the document, for each explorer where the book first has it."""
    rows, everything, seen = [], [], set()
    for name in html_pages():
        page = _page(opened, {})
        page.goto(address + name)
        figures = page.locator("figure.kumo[data-explorer]")
        for index in range(figures.count()):
            figure = figures.nth(index)
            explorer = figure.get_attribute("data-explorer")
            if explorer in seen:
                continue
            seen.add(explorer)
            progress.show(f"input to picture: {explorer}")
            figure.scroll_into_view_if_needed()
            page.wait_for_function("figure => figure.dataset.phase === 'live'", arg=figure.element_handle())
            times = page.evaluate(CHANGE, [figure.get_attribute("id"), CHANGES])
            if times is None:
                continue
            everything += times
            rows.append(
                {
                    "explorer": explorer,
                    "changes": len(times),
                    "median ms": round(statistics.median(times), 1),
                    "p95 ms": round(percentile(times, 0.95), 1),
                    "worst ms": round(max(times), 1),
                }
            )
        page.context.close()
    if not rows:
        raise Problem("the site has no explorers")
    p95 = percentile(everything, 0.95)
    measures.tables["Input to new picture, in the page"] = rows
    measures.numbers["input_to_picture_p95_ms"] = round(p95, 1)
    worst = max(rows, key=lambda row: row["p95 ms"])
    measures.budget(
        "Input → new picture (p95)",
        "≤ 50 ms",
        f"{p95:.0f} ms over all; slowest {worst['explorer']}: {worst['p95 ms']:.0f} ms",
        kept=p95 <= 50,  # noqa: PLR2004 -- the budget
    )


def weights(opened: Browser, address: str, measures: Measures, progress: Progress) -> None:
    """Measure what each page transfers before any touch and after, and what it asks of other hosts."""
    rows, strangers, parts = [], set(), {}
    for name in html_pages():
        progress.show(f"weight: {name}")
        page = _page(opened, {"eager": False})
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url.split("?")[0]))
        page.goto(address + name)
        page.wait_for_load_state("networkidle")
        before, known = _transfer(asked, address), set(asked)
        live = page.locator("figure.kumo").count() > 0
        if live:
            page.evaluate(TOUCH)
            page.wait_for_function("() => document.querySelector('figure.kumo[data-phase=live]')", timeout=60_000)
        parts |= {url.removeprefix(address): None for url in asked if url not in known and url.startswith(address)}
        strangers |= {url for url in asked if not url.startswith((address, "data:", "blob:"))}
        rows.append(
            {
                "page": name,
                "before touch kB": round(before / 1000),
                "of it HTML kB": round(_packed(name) / 1000),
                "requests": len(set(asked)),
                "added by touch kB": round((_transfer(asked, address) - before) / 1000) if live else "",
            }
        )
        page.context.close()
    worst = max(rows, key=lambda row: row["before touch kB"])
    measures.tables["Transfer (gzip)"] = rows
    measures.tables["What a touch adds"] = [
        {"file": name, "on disk kB": round((SITE / name).stat().st_size / 1000), "gzip kB": round(_packed(name) / 1000)}
        for name in sorted(parts, key=_packed, reverse=True)
    ]
    measures.numbers["third_party_requests"] = len(strangers)
    measures.budget(
        "First paint: transfer before any touch",
        "no byte of Python; ≤ 300 KB",
        f"{worst['before touch kB']} kB at most ({worst['page']})",
        kept=worst["before touch kB"] <= 300,  # noqa: PLR2004 -- the budget
    )
    measures.budget("Third-party requests", "0", str(len(strangers)), kept=not strangers)


def _transfer(asked: list[str], address: str) -> int:
    """Return the bytes that travel for requests to the site, each file once."""
    return sum(_packed(url.removeprefix(address)) for url in set(asked) if url.startswith(address))


@cache
def _packed(name: str) -> int:
    """Return the bytes of one file of the site: gzip's usual level, as static hosts send it."""
    body = (SITE / unquote(name)).read_bytes()
    return len(body) if name.endswith(PACKED) else len(gzip.compress(body, 6))


# ---------------------------------------------------------------- the package and the build


def frames(measures: Measures, progress: Progress) -> None:
    """Measure `frame` in this Python: with the defaults, and with the slowest single sample."""
    rows = []
    for explorer in kumo.explorers():
        progress.show(f"frame in CPython: {explorer.id()}")
        usual = [_timed(lambda explorer=explorer: explorer.frame({}, ("wide",))) for _ in range(FRAMES)]
        samples = [
            (_timed(lambda explorer=explorer, one=one: explorer.frame(one, ("wide",))), one)
            for one in ({name: value} for name, parameter in explorer.declared.items() for value in parameter.samples())
        ]
        slowest, parameters = max(samples, key=lambda sample: sample[0])
        rows.append(
            {
                "explorer": explorer.id(),
                "defaults ms": round(statistics.median(usual) * 1000, 1),
                "slowest sample ms": round(slowest * 1000, 1),
                "which": json.dumps(parameters, ensure_ascii=False),
                "picture kB": round(len(explorer.frame({}, ("wide",))["pictures"]["wide"].encode()) / 1000),
            }
        )
    measures.tables["frame() in CPython"] = rows


def _timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def building(measures: Measures, progress: Progress) -> None:
    """Measure a build of the site from the recordings, from nothing but the assets."""
    progress.show("site build")
    with tempfile.TemporaryDirectory() as folder:
        command = [
            *(str(Path(sys.executable).parent / "jupyter-book"), "build", str(ROOT / "notebooks"), "--all"),
            *("--path-output", folder, "--config", str(ROOT / "_config.yml"), "--toc", str(ROOT / "_toc.yml")),
        ]
        began = time.perf_counter()
        built = subprocess.run(  # noqa: S603 -- this project's own command
            command, cwd=ROOT, capture_output=True, text=True, check=False
        )
        seconds = time.perf_counter() - began
        if built.returncode:
            raise Problem("the site does not build; make site says why")
        pages = sum("_static" not in path.parts for path in Path(folder).rglob("*.html"))
    measures.numbers["site_build_s"] = round(seconds, 1)
    measures.budget(
        "Build of the site from recorded notebooks",
        "≤ 1 s per page",
        f"{seconds:.1f} s for {pages} pages: {seconds / pages:.2f} s per page",
        kept=seconds / pages <= 1,
    )


def stages(measures: Measures) -> None:
    """Take over how long the last `make test` took, where it left a record."""
    record = ROOT / "_build" / "logs" / "stages.json"
    if not record.exists():
        measures.budget("Whole test command", "≤ 10 min", "not recorded on this machine", kept=None)
        return
    rows = json.loads(record.read_text(encoding="utf-8"))
    total = sum(row["seconds"] for row in rows)
    measures.tables["make test, by stage"] = rows
    measures.numbers["test_command_s"] = round(total)
    measures.budget("Whole test command", "≤ 10 min", f"{total / 60:.1f} min", kept=total <= 600)  # noqa: PLR2004 -- the budget


# ---------------------------------------------------------------- the report


def machine(opened: Browser) -> dict[str, Any]:
    """Return what the measurements were taken with."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        lines = information.read_text(encoding="utf-8").splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": model,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "chromium": opened.version,
    }


def report(measures: Measures, taken_with: dict[str, Any]) -> str:
    """Return the report as Markdown."""
    head = (
        f"Made by `make bench` on {taken_with['date']}: {taken_with['processor']}, {taken_with['cores']} cores, "
        f"Python {taken_with['python']}, Chromium {taken_with['chromium']}, pages from the loopback address. "
        "Budgets are goals, not tests; what is compared was measured in turns in one browser session."
    )
    verdicts = [(*row[:3], VERDICTS[row[3]]) for row in measures.budgets]
    lines = ["# Measured against the budgets", "", head, "", *_table([("What", "Budget", "Measured", ""), *verdicts])]
    for title, rows in measures.tables.items():
        lines += ["", f"## {title}", "", *_table([tuple(rows[0]), *(tuple(row.values()) for row in rows)])]
    starts_found = measures.numbers["live_after_touch_ms"]
    lines += ["", "## Live after touch, each run", ""]
    lines += [f"- {kind}: {', '.join(str(value) for value in values)} ms" for kind, values in starts_found.items()]
    return "\n".join(lines) + "\n"


def _table(rows: list[tuple[Any, ...]]) -> list[str]:
    head, *body = [f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return [head, f"|{' --- |' * len(rows[0])}", *body]


def first_with_figures() -> str:
    """Return the first page that has an explorer."""
    for name in html_pages():
        if 'class="kumo"' in (SITE / name).read_text(encoding="utf-8"):
            return name
    raise Problem("the site has no explorers")


def main() -> int:
    """Measure everything, write the report and print its first table; return the exit status."""
    measures, progress = Measures(), Progress()
    try:
        with browser() as opened, served(SITE) as address:
            taken_with = machine(opened)
            weights(opened, address, measures, progress)
            starts(opened, address, first_with_figures(), measures, progress)
            inputs(opened, address, measures, progress)
        frames(measures, progress)
        building(measures, progress)
        stages(measures)
    except Problem as problem:
        fail(str(problem))
        return 1
    finally:
        progress.clear()
    (HERE / "report.md").write_text(report(measures, taken_with), encoding="utf-8")
    content = {"machine": taken_with, **measures.numbers, "tables": measures.tables}
    (HERE / "report.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for what, target, measured, kept in measures.budgets:
        say(f"  {VERDICTS[kept]}  {what}: {measured}  (budget: {target})")
    say("  report: benchmarks/report.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
