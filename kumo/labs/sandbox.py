"""The AWS environment variables of this process: the user's own are set aside, those of the lab are in their place.

Everything that speaks to AWS in this process and its children (boto3, the CLI, a reader's own ``!aws``) reads them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

REGION = "ap-northeast-1"
KEY = "testing"
# Names of this machine that no proxy is asked for.
_HERE = "127.0.0.1,localhost,::1"


@dataclass
class Sandbox:
    """The variables of the process, and those of the user that they replaced."""

    set_aside: dict[str, str | None] = field(default_factory=dict)

    def enter(self, endpoint: str) -> None:
        """Take every AWS variable of the user away and set those of the lab.

        All of them, because any may lead elsewhere: AWS_PROFILE, AWS_ENDPOINT_URL_DYNAMODB,
        AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, AWS_CONTAINER_CREDENTIALS_FULL_URI …
        """
        self.leave()
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            self.set_aside[name] = os.environ.pop(name)
        exceptions = [os.environ.get("NO_PROXY") or os.environ.get("no_proxy", ""), _HERE]
        for name, value in {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": KEY,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_DEFAULT_OUTPUT": "json",
            "AWS_PAGER": "",
            "NO_PROXY": ",".join(filter(None, exceptions)),
            "no_proxy": ",".join(filter(None, exceptions)),
        }.items():
            self.set_aside.setdefault(name, os.environ.get(name))
            os.environ[name] = value

    def original(self, name: str) -> str | None:
        """Return what the user had set before the lab."""
        return self.set_aside.get(name) if name in self.set_aside else os.environ.get(name)

    def leave(self) -> None:
        """Put the user's variables back: for a real account, which the reader has opted into."""
        for name, value in self.set_aside.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self.set_aside.clear()
