"""Where the book's repository is, so that pages can open their notebooks elsewhere; known at publish time only."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from publishing.console import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

# Where Colab finds notebooks that install the package first (publishing/colab.py); it knows no checkout.
COLAB_BRANCH = "colab"


@dataclass(frozen=True)
class Repository:
    """The repository by its address (``https://github.com/owner/name``) and the branch that readers open."""

    url: str
    branch: str
    jupyterhub: str = ""

    @property
    def on_github(self) -> bool:
        """Whether Colab, which reads GitHub only, can open it."""
        return self.url.startswith("https://github.com/")

    def theme_options(self) -> dict[str, Any]:
        """Return the options with which the theme makes a launch button for each place that can open it."""
        buttons = {"notebook_interface": "jupyterlab", "binderhub_url": "https://mybinder.org"}
        if self.on_github:
            buttons["colab_url"] = "https://colab.research.google.com"
        if self.jupyterhub:
            buttons["jupyterhub_url"] = self.jupyterhub
        return {
            "repository_url": self.url,
            "repository_branch": self.branch,
            "path_to_docs": "notebooks",
            "launch_buttons": buttons,
        }


def from_environment(variables: Mapping[str, str] = os.environ) -> Repository | None:
    """Return the repository that the environment names, or None.

    ``BOOK_REPOSITORY_URL`` and ``BOOK_BRANCH`` (``main`` unless set) name it; GitHub Actions says both by itself.
    ``BOOK_JUPYTERHUB_URL`` adds a button for a hub with nbgitpuller, as classrooms have.

    Raises
    ------
    Problem
        When the address is not one of a repository on the web.

    """
    url = variables.get("BOOK_REPOSITORY_URL", "")
    if not url and variables.get("GITHUB_REPOSITORY"):
        url = f"{variables.get('GITHUB_SERVER_URL', 'https://github.com')}/{variables['GITHUB_REPOSITORY']}"
    if not url:
        return None
    url = url.rstrip("/").removesuffix(".git")
    if not re.fullmatch(r"https://(?:[\w.-]*)(?:github|gitlab|bitbucket)[\w.-]*/[\w.-]+/[\w.-]+", url):
        raise Problem(
            f"BOOK_REPOSITORY_URL is {url!r}; a repository on GitHub, GitLab or Bitbucket is needed, "
            "such as https://github.com/owner/name",
        )
    branch = (
        variables.get("BOOK_BRANCH") or variables.get("GITHUB_BASE_REF") or variables.get("GITHUB_REF_NAME") or "main"
    )
    return Repository(url, branch, variables.get("BOOK_JUPYTERHUB_URL", "").rstrip("/"))
