"""The one session of a process: the running lab, its clients, its checks."""

from __future__ import annotations

import atexit
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kumo.labs import cli, notebook, solutions, words
from kumo.labs.endpoint import NotAnEndpointError, NotThisMachineError, on_loopback
from kumo.labs.errors import LabError
from kumo.labs.sandbox import Sandbox
from kumo.labs.server import Server
from kumo.labs.steps import Missing, Plan, Step, plan

if TYPE_CHECKING:
    from botocore.exceptions import ClientError


@dataclass(frozen=True)
class Result:
    """What a check found: whether the step is done, and what is to be said about it."""

    done: bool
    text: str


class Lab:
    """A lab as its cells use it; `lab` is the one of the process."""

    def __init__(self) -> None:
        self._plan: Plan | None = None
        self._server: Server | None = None
        self._sandbox = Sandbox()
        self._session: Any = None
        self._clients: dict[str, Any] = {}
        self._done: set[str] = set()

    # ------------------------------------------------------------ start and stop

    def start(self, name: str, *, port: int = 0, endpoint: str | None = None, real_account: bool = False) -> None:
        """Start the lab with an empty AWS on this machine, and say what to do.

        Parameters
        ----------
        name : str
            The lab: ``"dynamodb"`` …
        port : int
            Of the server; 0 takes a free one.
        endpoint : str, optional
            Another AWS on this machine (LocalStack) instead of the lab's own; AWS_ENDPOINT_URL unless given.
        real_account : bool
            Use the reader's own account, credentials and region. This costs money.

        Raises
        ------
        LabError
            When there is no such lab, when the port is taken, when something is not installed, or when the
            endpoint is not on this machine.

        """
        chosen = plan(name)
        _require("boto3", "moto", "flask", "flask_cors")
        import boto3  # noqa: PLC0415 -- not before it is known that it is there

        self.stop()
        endpoint = endpoint or self._sandbox.original("AWS_ENDPOINT_URL")
        if real_account:
            self._sandbox.leave()
            said = words.STARTED_REAL.format(title=chosen.title, costs=chosen.costs, name=name)
        elif endpoint:
            url = _checked(endpoint, name)
            self._sandbox.enter(url)
            said = words.STARTED_LOCAL.format(title=chosen.title, endpoint=url)
        else:
            self._server = _served(port, name)
            self._sandbox.enter(self._server.url)
            said = words.STARTED.format(title=chosen.title)
        # A session of its own: boto3's default one may have been made with other variables.
        self._plan, self._session, self._done = chosen, boto3.session.Session(), set()
        _explain_refusals()
        print(said)
        print(words.STEPS.format(count=len(chosen.steps)))
        for each in chosen.steps:
            print(f"  {each.number}. {each.title} ({each.name})")
        print(words.CATCH_UP_HINT.format(example=chosen.steps[0].name))

    def stop(self) -> None:
        """End the lab and its server. The process keeps the lab's variables, so that nothing reaches an account."""
        if self._server:
            self._server.stop()
        self._server, self._plan = None, None
        self._clients.clear()

    # ------------------------------------------------------------ speaking to AWS

    def client(self, service: str) -> Any:
        """Return boto3's client of that service; see `_refuse_blanks` for what it does with ``...``."""
        self._started()
        if service not in self._clients:
            self._clients[service] = self._session.client(service)
            self._clients[service].meta.events.register("before-parameter-build", _refuse_blanks)
        return self._clients[service]

    def cli(self, text: str) -> None:
        """Run command lines of the AWS CLI, as in a shell, and print what they say, errors included.

        Raises
        ------
        LabError
            When a part is still blank, when a line is no command of the CLI, or when there is no CLI.

        """
        self._started()
        for arguments in cli.commands(text):
            if said := cli.run(arguments):
                print(said)

    # ------------------------------------------------------------ checks

    def check(self, name: str, *answers: object) -> None:
        """Look at what stands in the service after that step, and say what is right or what is missing.

        Parameters
        ----------
        name : str
            The step.
        *answers : object
            What a step asks for that is not in the service: a value, a function.

        """
        print(self.examine(name, *answers).text)

    def examine(self, name: str, *answers: object) -> Result:
        """Return what `check` prints."""
        asked = self._started().step(name)
        found = self._look(asked, *answers)
        said = words.DONE if found.done else words.MISSING
        text = said.format(number=asked.number, title=asked.title, text=found.text)
        if found.done:
            self._done.add(name)
            text += f"\n{self._progress()}"
        elif before := self._unfinished(before=asked):
            text += "\n" + words.FIRST.format(number=before.number, title=before.title, name=before.name)
        return Result(found.done, text)

    def progress(self) -> None:
        """Print which steps are done."""
        for each in self._started().steps:
            print(f"  {'✓' if each.name in self._done else '…'} {each.number}. {each.title} ({each.name})")
        print(self._progress())

    def catch_up(self, name: str, namespace: dict[str, Any] | None = None) -> None:
        """Forget what stands in the service and run the solution up to and including that step.

        Parameters
        ----------
        name : str
            The step.
        namespace : dict, optional
            Where the cells run; the notebook's own names unless given.

        Raises
        ------
        LabError
            When the lab's own server is not in use, since nothing else may be emptied, or when there is no solution.

        """
        current = self._started()
        last = current.step(name)
        if self._server is None:
            raise LabError(words.NO_RESET.format(name=current.name))
        cells = solutions.cells_until(current.name, name)
        self._server.reset()
        self._done.clear()
        names = vars(sys.modules["__main__"]) if namespace is None else namespace
        with notebook.silence():
            for source in cells:
                code = compile(source, f"<solution of {current.name}>", "exec")
                exec(code, names)  # noqa: S102 -- the book's own cells
        print(words.CAUGHT_UP.format(number=last.number, title=last.title))
        if last.number < len(current.steps):
            after = current.steps[last.number]
            print(words.NEXT.format(number=after.number, title=after.title))

    # ------------------------------------------------------------ inside

    def _started(self) -> Plan:
        if self._plan is None:
            raise LabError(words.NOT_STARTED)
        return self._plan

    def _look(self, asked: Step, *answers: object) -> Result:
        """Return what the step's check finds."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 -- `start` has seen that it is there

        try:
            return Result(done=True, text=asked.function(self, *answers))
        except Missing as missing:
            text = str(missing)
        except ClientError as error:
            text = words.REFUSED.format(code=error.response["Error"]["Code"], message=_message(error))
        except LabError as error:
            text = str(error)
        except (BotoCoreError, ArithmeticError, LookupError, NameError, TypeError, ValueError, AttributeError) as error:
            text = words.UNEXPECTED.format(kind=type(error).__name__, message=error)
        return Result(done=False, text=text)

    def _unfinished(self, before: Step | None = None) -> Step | None:
        """Return the first step that is not done, of those before the given one."""
        steps = self._started().steps
        for each in steps[: before.number - 1] if before else steps:
            if each.name not in self._done and not self._look(each).done:
                return each
        return None

    def _progress(self) -> str:
        count, done = len(self._started().steps), len(self._done)
        bar = "■" * done + "□" * (count - done)
        line = words.PROGRESS.format(bar=bar, done=done, count=count)
        return f"{line}\n{words.ALL_DONE}" if done == count else line

    def _explained(self, error: Any) -> str:
        """Return what to say about an error that a cell did not catch."""
        if isinstance(error, NameError):
            return words.NO_SUCH_NAME.format(name=error.name or error)
        from botocore.exceptions import ParamValidationError  # noqa: PLC0415 -- `start` has seen it there

        if isinstance(error, ParamValidationError):
            return words.WRONG_TYPE.format(message=error)
        if not hasattr(error, "response"):
            return words.NO_ANSWER
        text = words.SERVICE_REFUSED.format(code=error.response["Error"]["Code"], message=_message(error))
        if self._plan and (before := self._unfinished()):
            text += "\n" + words.UNFINISHED.format(number=before.number, title=before.title, name=before.name)
        return text


def _require(*packages: str) -> None:
    for package in packages:
        if find_spec(package) is None:
            raise LabError(words.NOT_INSTALLED.format(package=package, python=Path(sys.executable).name))


def _served(port: int, name: str) -> Server:
    try:
        return Server(port)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise LabError(words.PORT_TAKEN.format(port=port, reason=reason, name=name)) from error


def _checked(endpoint: str, name: str) -> str:
    try:
        return on_loopback(endpoint)
    except NotAnEndpointError as error:
        raise LabError(words.NOT_AN_ENDPOINT.format(url=endpoint)) from error
    except NotThisMachineError as error:
        raise LabError(words.NOT_THIS_MACHINE.format(url=endpoint, name=name)) from error


def _refuse_blanks(params: object, **_: object) -> None:
    """Say that a blank is still to be filled, before botocore complains about the type of ``...``."""
    if params is ...:
        raise LabError(words.BLANK)
    for value in params.values() if isinstance(params, dict) else params if isinstance(params, list) else ():
        _refuse_blanks(value)


def _message(error: ClientError) -> str:
    return str(error.response["Error"].get("Message", ""))


def _explain_refusals() -> None:
    """Let Jupyter also show what botocore raises as a sentence with a way on."""
    from botocore.exceptions import (  # noqa: PLC0415 -- `start` has seen it there
        ClientError,
        EndpointConnectionError,
        ParamValidationError,
    )

    kinds = (NameError, ClientError, EndpointConnectionError, ParamValidationError)
    notebook.explain(kinds, lab._explained)  # noqa: SLF001 -- same module


lab = Lab()
notebook.explain((NameError,), lab._explained)  # noqa: SLF001 -- same module
atexit.register(lab.stop)
