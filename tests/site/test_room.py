"""The site as a class sees it: from another machine, over plain HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.site.visiting import Visit, first_with, full_query, wait_for_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext


def test_explorers_are_live_and_links_can_be_passed_on_without_https(
    context: Callable[..., BrowserContext], room: str
) -> None:
    figure, parameter = first_with("range")
    opened = Visit(context().new_page(), room)
    query = f"{parameter['name']}={parameter['high']}"
    opened.go(f"{figure.page}#{figure.slug}?{query}")
    assert not opened.page.evaluate("isSecureContext")
    live = opened.figure(figure.slug).wait_for("live")
    wait_for_state(live, figure.explorer, full_query(live, query))
    # Browsers keep the clipboard from such pages, so the link is shown instead.
    live.node.get_by_role("button", name="この状態のリンク").click()
    assert f"{room}{figure.page}#{figure.slug}?{query}" in live.notice()
    opened.check()
