from __future__ import annotations

import pytest

from publishing.console import Problem
from publishing.repository import Repository, from_environment


def test_no_address_no_repository() -> None:
    assert from_environment({}) is None
    assert from_environment({"BOOK_REPOSITORY_URL": "", "BOOK_BRANCH": "main"}) is None


@pytest.mark.parametrize(
    ("variables", "repository"),
    [
        ({"BOOK_REPOSITORY_URL": "https://github.com/a/b"}, Repository("https://github.com/a/b", "main")),
        ({"BOOK_REPOSITORY_URL": "https://github.com/a/b.git/"}, Repository("https://github.com/a/b", "main")),
        (
            {"BOOK_REPOSITORY_URL": "https://gitlab.com/a/b", "BOOK_BRANCH": "x", "GITHUB_REPOSITORY": "c/d"},
            Repository("https://gitlab.com/a/b", "x"),
        ),
        ({"GITHUB_REPOSITORY": "c/d", "GITHUB_REF_NAME": "v1"}, Repository("https://github.com/c/d", "v1")),
        (
            {"GITHUB_REPOSITORY": "c/d", "GITHUB_REF_NAME": "3/merge", "GITHUB_BASE_REF": "main"},
            Repository("https://github.com/c/d", "main"),
        ),
    ],
)
def test_where_the_address_comes_from(variables: dict[str, str], repository: Repository) -> None:
    assert from_environment(variables) == repository


@pytest.mark.parametrize(
    "url", ["github.com/a/b", "https://example.com/a/b", "https://github.com/a", "git@github.com:a/b"]
)
def test_an_address_that_no_button_can_use(url: str) -> None:
    with pytest.raises(Problem, match="BOOK_REPOSITORY_URL"):
        from_environment({"BOOK_REPOSITORY_URL": url})


def test_buttons_for_those_that_can_open_it() -> None:
    buttons = Repository("https://github.com/a/b", "main").theme_options()["launch_buttons"]
    assert set(buttons) == {"notebook_interface", "binderhub_url", "colab_url"}
    buttons = Repository("https://gitlab.com/a/b", "main", "https://hub.example").theme_options()["launch_buttons"]
    assert set(buttons) == {"notebook_interface", "binderhub_url", "jupyterhub_url"}
