"""What the labs ask of Jupyter: sentences in the place of tracebacks, and silence."""

from __future__ import annotations

import contextlib
import io
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def shell() -> Any:
    """Return the running IPython, or None outside of it."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython  # noqa: PLC0415 -- the labs also run without Jupyter

    return get_ipython()


def explain(errors: tuple[type[BaseException], ...], words: Callable[[Any], str]) -> None:
    """Show an error of these kinds that a cell does not catch as the sentences that `words` has for it."""
    running = shell()
    if running is None:
        return

    def show(running: Any, kind: type, error: BaseException, _trace: object, tb_offset: object = None) -> None:  # noqa: ARG001
        running._showtraceback(kind, error, [words(error)])  # noqa: SLF001 -- the only way past the traceback

    running.set_custom_exc(errors, show)


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Keep to itself what cells print and display."""
    with contextlib.ExitStack() as stack:
        if shell() is None:
            stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        else:
            from IPython.utils.capture import capture_output  # noqa: PLC0415 -- it is running

            stack.enter_context(capture_output())
        yield
