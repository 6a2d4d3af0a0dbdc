"""moto's server on the loopback address, in a thread of the kernel.

A thread and not a process: it ends with the kernel, whatever ends the kernel, and an interrupted cell does not reach
it. moto keeps its state in the process, so a restart of the kernel forgets it.
"""

from __future__ import annotations

import json
import logging
import os
import socket
from threading import Thread
from urllib.request import ProxyHandler, Request, build_opener

HOST = "127.0.0.1"
# Neither runs containers: Lambda answers without running code, Step Functions interprets its states itself.
_CONFIG = {"lambda": {"use_docker": False}, "stepfunctions": {"execute_state_machine": True}}
_SEED = 1
# Seconds between looks at whether to stop.
_POLL = 0.05


class Server:
    """An empty AWS at ``url``; see `stop`.

    Parameters
    ----------
    port : int
        0 for any free port.

    Raises
    ------
    OSError
        When the port is taken.
    ImportError
        When moto or what its server stands on is not installed.

    """

    def __init__(self, port: int = 0) -> None:
        from moto.moto_server.werkzeug_app import (  # noqa: PLC0415 -- half a second, and not in every reader's Python
            DomainDispatcherApplication,
            MotoRequestHandler,
            create_backend_app,
        )
        from werkzeug.serving import make_server  # noqa: PLC0415

        logging.getLogger("werkzeug").setLevel(logging.CRITICAL)  # it would write each request below the cell
        logging.getLogger("moto").setLevel(logging.CRITICAL)  # and moto each state that fails in an execution
        # Bound here: werkzeug itself would end the process when the port is taken.
        with socket.socket() as listening:
            listening.bind((HOST, port))
            listening.listen()
            port = listening.getsockname()[1]
            self._server = make_server(
                HOST,
                port,
                DomainDispatcherApplication(create_backend_app),
                threaded=True,
                request_handler=MotoRequestHandler,
                fd=listening.fileno(),
            )
        self.url = f"http://{HOST}:{port}"
        os.environ["MOTO_PORT"] = str(port)  # where moto's Step Functions calls the other services
        self._thread = Thread(target=self._server.serve_forever, args=(_POLL,), name="moto", daemon=True)
        self._thread.start()
        self._tell("config", json.dumps(_CONFIG))
        self.reset()

    def reset(self) -> None:
        """Forget everything, and number what comes from the start: the same calls get the same identifiers."""
        self._tell("reset")
        self._tell(f"seed?a={_SEED}")

    def stop(self) -> None:
        """End the thread and free the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _tell(self, what: str, body: str = "") -> None:
        # A proxy of the user has no business here.
        request = Request(f"{self.url}/moto-api/{what}", data=body.encode(), method="POST")  # noqa: S310 -- own URL
        with build_opener(ProxyHandler({})).open(request, timeout=30):
            pass
