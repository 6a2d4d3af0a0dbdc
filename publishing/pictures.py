"""Pictures of the book, to look at: every page and every explorer, light, dark and on a phone.

Written to ``_build/pictures``: ``<page>-<variant>.png`` for whole pages, ``<page>-<slug>-<variant>.png`` for the
explorers in them, and ``explorers/<service>.<Class>-<variant>.png`` for every explorer whether a page has it or not.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kumo
from kumo.core.drawing import palette
from publishing.browser import browser
from publishing.console import Problem, Progress, fail, say
from publishing.serve import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
TARGET = ROOT / "_build" / "pictures"

# What floats over the pages would float over the explorers.
UNCOVER = "header, .pst-skip-link, #pst-skip-link { position: static !important; transform: none !important }"
# High enough for any explorer: one that is taken in pieces may be laid out anew in between.
HIGH = 5000

VARIANTS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 900}, "theme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "theme": "dark"},
    "360": {"viewport": {"width": 360, "height": 740}, "theme": "light", "device_scale_factor": 2},
    "360-dark": {"viewport": {"width": 360, "height": 740}, "theme": "dark", "device_scale_factor": 2},
}


def html_pages(site: Path = SITE) -> list[str]:
    """Return the pages of a site, relative to its root, without those that only lead to another one."""
    paths = (path for path in site.rglob("*.html") if "_static" not in path.parts)
    return sorted(
        path.relative_to(site).as_posix()
        for path in paths
        if 'http-equiv="refresh"' not in path.read_text(encoding="utf-8").lower()
    )


def _open(opened: Browser, variant: str) -> Page:
    options = {**VARIANTS[variant]}
    theme = options.pop("theme")
    page = opened.new_context(**options, reduced_motion="reduce", locale="ja-JP").new_page()
    page.add_init_script(f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}')")
    return page


def pages(opened: Browser, address: str, progress: Progress) -> int:
    """Take each page of the site and the explorers in it; return how many pictures that made."""
    taken = 0
    for variant in VARIANTS:
        for name in html_pages():
            progress.show(f"{variant}: {name}")
            page = _open(opened, variant)
            page.goto(address + name)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=_target(name, variant), full_page=True)
            taken += 1
            page.add_style_tag(content=UNCOVER)
            page.set_viewport_size({"width": VARIANTS[variant]["viewport"]["width"], "height": HIGH})
            figures = page.locator("figure.kumo[data-hydrated]")
            for index in range(figures.count()):
                figure = figures.nth(index)
                figure.scroll_into_view_if_needed()
                page.wait_for_function("figure => figure.dataset.phase === 'live'", arg=figure.element_handle())
                figure.screenshot(path=_target(name, variant, figure.get_attribute("id") or str(index)))
                taken += 1
            page.context.close()
    return taken


def _target(name: str, variant: str, slug: str = "") -> Path:
    stem = name.removesuffix(".html").replace("/", "-")
    return TARGET / f"{stem}{f'-{slug}' if slug else ''}-{variant}.png"


def explorers(opened: Browser, progress: Progress) -> int:
    """Take every explorer with its defaults, as a page shows it before any script; return how many pictures."""
    styles = palette.css() + (ROOT / "kumo" / "web" / "kumo.css").read_text(encoding="utf-8")
    taken = 0
    for variant, options in VARIANTS.items():
        page = _open(opened, variant)
        for explorer in kumo.explorers():
            progress.show(f"{variant}: {explorer.id()}")
            page.set_content(
                f'<!doctype html><html lang="ja" data-theme="{options["theme"]}"><style>{styles}'
                'body { margin: 0 auto; padding: 16px; max-width: 760px; font-family: "Noto Sans CJK JP", sans-serif;'
                f"background: var(--kumo-surface) }}</style>{explorer().figure()}</html>"
            )
            page.locator("figure.kumo").screenshot(path=TARGET / "explorers" / f"{explorer.id()}-{variant}.png")
            taken += 1
        page.context.close()
    return taken


def main() -> int:
    """Take all pictures; return the exit status."""
    progress = Progress()
    if not (SITE / "index.html").exists():
        fail(f"there is no site in {SITE.relative_to(ROOT)}; make site builds it")
        return 1
    try:
        with browser() as opened, served(SITE) as address:
            shutil.rmtree(TARGET, ignore_errors=True)
            (TARGET / "explorers").mkdir(parents=True)
            taken = explorers(opened, progress) + pages(opened, address, progress)
    except Problem as problem:
        fail(str(problem))
        return 1
    finally:
        progress.clear()
    say(f"  {taken} pictures in {TARGET.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
