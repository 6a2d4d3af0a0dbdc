"""What a reader keeps when something fails: the whole figure, a reason, and a way to try again."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.site.visiting import SITE, figures, first_with, full_query, wait_for_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Route

    from tests.site.visiting import LiveFigure, Visit

FIGURES = figures()
BLOCKED = r"Failed to load resource|net::ERR_FAILED"


def complete(live: LiveFigure) -> None:
    """Check that the figure still shows picture, explanation and table."""
    state = live.state()
    assert state["texts"]
    assert len(state["explanation"]) > 10
    assert state["rows"]
    assert live.node.locator(".kumo-picture svg:visible").count() == 1


def abort(route: Route) -> None:
    route.abort()


@pytest.mark.parametrize("page", sorted({figure.page for figure in FIGURES}))
def test_without_javascript_all_is_there(revisit: Callable[..., Visit], page: str) -> None:
    opened = revisit(page, java_script_enabled=False)
    for index in range(sum(figure.page == page for figure in FIGURES)):
        node = opened.page.locator("figure.kumo").nth(index)
        assert node.locator(".kumo-picture svg:visible").count() == 1
        assert node.locator(".kumo-explanation").inner_text().strip()
        assert node.locator(".kumo-inputs dd").count() == node.locator(".kumo-inputs dt").count() > 0
        node.locator("summary").click()
        node.locator("table tbody tr").first.wait_for(state="visible")
        # Nothing that would need a script pretends to work.
        assert node.locator("button, input, select, textarea").count() == 0


@pytest.mark.parametrize("part", ["worker.js", "pyodide/pyodide.mjs", "pyodide/pyodide.asm.wasm"])
def test_when_a_part_is_blocked_the_figure_stays_and_can_be_tried_again(visit: Callable[..., Visit], part: str) -> None:
    figure, parameter = first_with("range")
    opened = visit()
    # Pyodide complains about its missing WebAssembly in several ways.
    opened.expected = [BLOCKED, "Failed to fetch", "wasm"]
    opened.page.route(f"**/{part}*", abort)
    opened.go(figure.page)
    live = opened.figure(figure.slug).wait_for("failed")
    assert "読み込めませんでした" in live.notice() or "始められませんでした" in live.notice()
    complete(live)
    retry = live.node.get_by_role("button", name="もう一度")
    # What the reader sets meanwhile is not lost.
    name, high = parameter["name"], parameter["high"]
    live.field(name).locator("input[type=range]").focus()
    opened.page.keyboard.press("End")
    opened.page.unroute(f"**/{part}*")
    retry.click()
    live.wait_for("live")
    wait_for_state(live, figure.explorer, full_query(live, f"{name}={high}"))
    assert live.node.locator(".kumo-notice").is_hidden()


def test_without_module_workers_the_figure_says_so(visit: Callable[..., Visit]) -> None:
    figure = FIGURES[0]
    opened = visit()
    opened.page.add_init_script("delete globalThis.Worker")
    opened.go(figure.page)
    live = opened.figure(figure.slug).wait_for("failed")
    assert "このブラウザ" in live.notice()
    complete(live)


@pytest.mark.parametrize("how", ["blocked", "broken", "not wanted"])
def test_without_the_snapshot_python_boots_plainly(visit: Callable[..., Visit], how: str) -> None:
    figure, parameter = first_with("range")
    opened = visit(kumo={"start": "plain"} if how == "not wanted" else None)
    opened.expected = [BLOCKED]
    if how == "blocked":
        opened.page.route("**/kumo.snapshot.gz*", abort)
    elif how == "broken":
        opened.page.route("**/kumo.snapshot.gz*", lambda route: route.fulfill(body=b"no snapshot" * 1000))
    opened.go(figure.page)
    live = opened.figure(figure.slug).wait_for("live")
    report = opened.page.evaluate("performance.getEntriesByName('kumo:live').at(-1).detail")
    assert report["start"] == "plain"
    live.field(parameter["name"]).locator("input[type=range]").focus()
    opened.page.keyboard.press("End")
    wait_for_state(live, figure.explorer, full_query(live, f"{parameter['name']}={parameter['high']}"))


def test_with_the_snapshot_python_starts_from_it(visit: Callable[..., Visit]) -> None:
    figure = FIGURES[0]
    opened = visit(figure.page)
    opened.figure(figure.slug).wait_for("live")
    assert opened.page.evaluate("performance.getEntriesByName('kumo:live').at(-1).detail.start") == "snapshot"
    assert not [url for url in opened.requests if "python_stdlib" in url or "kumo.zip" in url]


def hanging_archive(name: str, value: object) -> bytes:
    """Return the site's archive, changed so that one parameter value makes the simulation run forever."""
    hook = (
        "\nimport json as _json\n"
        "_plain = frame_json\n"
        "def frame_json(request):\n"
        f"    while _json.loads(request)['parameters'].get({name!r}) == {value!r}: pass\n"
        "    return _plain(request)\n"
    )
    changed = io.BytesIO()
    (archive,) = SITE.glob("_static/**/kumo.zip")
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(changed, "w") as new:
        for entry in old.namelist():
            content = old.read(entry)
            new.writestr(entry, content + hook.encode() if entry == "kumo/__init__.py" else content)
    return changed.getvalue()


def test_a_run_without_an_end_is_stopped_and_the_figure_goes_on(visit: Callable[..., Visit]) -> None:
    figure, parameter = first_with("range")
    name, high, low = parameter["name"], parameter["high"], parameter["low"]
    archive = hanging_archive(name, high)
    opened = visit(kumo={"start": "plain", "limit": 1.5})
    opened.page.route("**/kumo.zip*", lambda route: route.fulfill(body=archive, content_type="application/zip"))
    opened.go(figure.page)
    live = opened.figure(figure.slug).wait_for("live")
    slider = live.field(name).locator("input[type=range]")
    slider.focus()
    opened.page.keyboard.press("End")
    live.wait_for("failed")
    assert "1.5 秒で終わらなかった" in live.notice()
    complete(live)
    # The figure is not lost: another value is computed by the fresh worker.
    slider.focus()
    opened.page.keyboard.press("Home")
    live.wait_for("live")
    wait_for_state(live, figure.explorer, full_query(live, f"{name}={low}"))
    starts = opened.page.evaluate("performance.getEntriesByName('kumo:live').length")
    assert starts == 2
