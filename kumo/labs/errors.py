"""What a lab has to say to the reader when something does not go on."""

from __future__ import annotations


class LabError(Exception):
    """One clear Japanese sentence and a way on; Jupyter shows it without a traceback."""

    def _render_traceback_(self) -> list[str]:
        """Return the lines that IPython shows in the place of a traceback."""
        return [str(self)]
