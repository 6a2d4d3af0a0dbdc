"""How the book is made: environment, recordings, page assets, site, checks.

The modules in the order in which the data flows:

==================  ==========================================================================
``__main__``        ``python3 -m publishing TARGET``: what the Makefile calls
``tasks``           the targets, each a short list of steps
``environment``     the virtual environment and the front-end packages, made where they are missing
``console``         how all of them speak to the person at the terminal
``chapter``         one MyST chapter: its cells, their lines, its notebook
``labs``           a lab's text: its exercise and its solution, each a notebook
``fingerprint``     what a recording depends on, as one number
``record``          chapters → notebooks with outputs; only what changed
``outputs``         what may be stored as an output, and what may not
``widgets``        what a recording keeps of a widget
``assets``          the files beside the pages: scripts, styles, Pyodide, the package, the snapshot
``site``            notebooks → pages, with warnings told in lines of the chapters
``sphinx_kumo``     the Sphinx extension, with ``scenarios``, ``search``, ``repository`` and ``theme``
``colab``           the notebooks once more, for a place that has no checkout
``prose``           the chapters' text before textlint
``serve``           the pages on the loopback address
==================  ==========================================================================

What runs before the environment exists (``__main__``, ``tasks``, ``environment``, ``console``, ``serve``)
imports the standard library only.
"""
