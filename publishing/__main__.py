"""Entry of every target: ``python3 -m publishing serve``.

This file is read by whatever ``python3`` a machine has, before anything can be known about it; so it keeps to
syntax that Python 3.6 understands and imports the rest only when the version will do.
"""

import os
import shutil
import sys

OLDEST = (3, 11)
NEWEST_TRIED = 14


def usable_python() -> "str | None":
    """Return the path of an interpreter on the PATH that is new enough, or None."""
    for minor in range(NEWEST_TRIED, OLDEST[1] - 1, -1):
        path = shutil.which(f"python3.{minor}")
        if path:
            return path
    return None


def main() -> int:
    """Run the target named on the command line with a Python that is new enough."""
    if sys.version_info < OLDEST:
        found = f"{sys.version_info[0]}.{sys.version_info[1]}.{sys.version_info[2]} ({sys.executable})"
        other = None if os.environ.get("BOOK_REEXECUTED") else usable_python()
        if other is None:
            sys.stderr.write(
                f"Error: Python 3.11 or newer is needed, and this one is {found}. "
                "Install one, or name it: make PYTHON=/path/to/python3.12 …\n"
            )
            return 1
        sys.stdout.write(f"Python {found} is too old; using {other}\n")
        sys.stdout.flush()
        os.environ["BOOK_REEXECUTED"] = "1"
        os.execv(other, [other, "-m", "publishing"] + sys.argv[1:])  # noqa: S606, RUF005 -- no shell wanted; old syntax

    from publishing.tasks import run  # noqa: PLC0415 -- only now is it known that it can be read

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
