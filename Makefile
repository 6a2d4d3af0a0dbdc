# Every target is a function in publishing/tasks.py; this file only gives it its familiar name.
#
#   make serve      build the site and serve it on http://127.0.0.1:8000/ (PORT=… for another port)
#   make test       run every check
#   make notebooks  record the notebooks whose chapters changed
#   make labs       open the labs in JupyterLab, with all that they need
#   make site       build the site into _build/html
#   make offline    copy the site to _build/offline, for a USB stick or any web server
#   make doctor     check that this machine is ready for a workshop
#   make lint       check the style of code, scripts and prose
#   make bench      measure against the budgets
#   make pictures   draw every page and explorer as PNG, to look at
#   make clean      remove what was built and installed
#
# PYTHON=… names the interpreter (3.11 or newer) that the environment .venv is made with.

PYTHON ?= python3
PORT ?= 8000

.PHONY: help serve test notebooks labs site offline doctor lint bench pictures clean

help:
	@sed -n 's/^#   //p' Makefile

serve test notebooks labs site offline doctor lint bench pictures clean:
	@command -v $(PYTHON) >/dev/null || { echo "Error: there is no $(PYTHON) on the PATH; Python 3.11 or newer is needed" >&2; exit 1; }
	@$(PYTHON) -m publishing $@ $(if $(filter serve,$@),--port $(PORT))
