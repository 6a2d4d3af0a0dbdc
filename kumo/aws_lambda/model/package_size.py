"""A deployment package against the limits: what is refused where, how layers stack, what the size costs at a start.

Modelled, in megabytes of 1,024 KB, as Lambda counts them:

- A zip package and its layers: each archive that goes directly through the API is at most 50 MB zipped, five
  layers at most, code and layers together at most 250 MB unzipped. By way of S3 only the last two hold.
- A container image: at most 10 GB uncompressed. Layers cannot be added to it, so they are left out of account.
- The environment variables: at most 4 KB together.
- Layers are extracted into ``/opt`` one after the other in the order of the list, after the function's own code
  into ``/var/task`` (that the code comes first is an assumption). Of a file that several layers hold the one that
  was extracted last stays.
- The start, by the phases and speeds of `startup`, whose assumptions hold here too: within the unpacking each
  part takes its share by size.

What is refused, and how: sizes at upload by ``RequestEntityTooLargeException`` (413), unzipped sizes, number of
layers and variables by ``InvalidParameterValueException`` (400). An image that is too large is accepted and then
puts the function in the state Failed (``InvalidImage``, SizeLimitExceeded).

Sources (read 2026-11-26): Lambda quotas, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html;
adding layers, https://docs.aws.amazon.com/lambda/latest/dg/adding-layers.html (order, same file in several layers);
errors as reported in https://github.com/motdotla/node-lambda/issues/123 (upload),
https://github.com/lambci/git-lambda-layer/issues/27 (unzipped), https://github.com/serverless/dashboard-plugin
("Cannot reference more than 5 layers"), https://github.com/aws-samples/aws-genai-llm-chatbot/issues/59 (image),
https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html (variables).

Not modelled: the editor of the console, code signing, the space that all packages of an account share, the
requests for several archives one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from kumo.aws_lambda.model import startup
from kumo.aws_lambda.model.startup import IMAGE, ZIP
from kumo.aws_lambda.model.units import MILLISECOND
from kumo.core import facts

DIRECT, BY_S3 = "direct", "s3"

# What is checked …
UPLOAD, LAYER_UPLOAD, COUNT = "upload", "layer_upload", "count"
UNZIPPED, IMAGE_SIZE, VARIABLES = "unzipped", "image_size", "variables"
# … and what AWS answers.
TOO_LARGE = "RequestEntityTooLargeException"
INVALID = "InvalidParameterValueException"
FAILED = "InvalidImage"

MOST_ZIPPED: int = facts.value("aws_lambda.package-upload-maximum")
MOST_UNZIPPED: int = facts.value("aws_lambda.package-zip-maximum")
MOST_IMAGE: int = facts.value("aws_lambda.package-image-maximum")
MOST_LAYERS: int = facts.value("aws_lambda.layers")
MOST_VARIABLES: int = facts.value("aws_lambda.environment-variables")

# The function's code outside the handler: the same whatever the size, so that only the size makes a difference.
INIT = 300 * MILLISECOND


@dataclass(frozen=True)
class Package:
    """What somebody wants to deploy.

    Attributes
    ----------
    form : {"zip", "image"}
        Form of the package.
    path : {"direct", "s3"}
        Of a zip: how it gets to Lambda.
    code : float
        The function's own files; of an image the whole of it, uncompressed. MB.
    layers : tuple of float
        Sizes of the layers unzipped, in the order of the list, MB.
    ratio : float
        Size of an archive divided by that of its content, 0 to 1.
    variables : float
        All environment variables together, KB.
    holders : frozenset of int
        Numbers (from 1) of the layers that hold the same file.

    """

    form: str
    path: str
    code: float
    layers: tuple[float, ...] = ()
    ratio: float = 1.0
    variables: float = 0.0
    holders: frozenset[int] = frozenset()

    @property
    def total(self) -> float:
        """Code and layers unzipped, or the image uncompressed, MB."""
        return self.code if self.form == IMAGE else self.code + sum(self.layers)


@dataclass(frozen=True)
class Check:
    """One limit.

    Attributes
    ----------
    key : str
        What is checked.
    actual, limit : float
        The value and the most that is allowed, both in the same unit.
    error : str
        What AWS answers to more.

    """

    key: str
    actual: float
    limit: float
    error: str

    @property
    def ok(self) -> bool:
        """Whether the value is within the limit."""
        return self.actual <= self.limit


@dataclass(frozen=True)
class PackageTrace:
    """What becomes of a package.

    Attributes
    ----------
    package : Package
        What was asked for.
    checks : tuple of Check
        Every limit that holds for it, in the order in which it is met.
    start : StartUp or None
        A cold start with it; None when it is refused.
    unpacked : tuple of int
        When code and layers, in this order, have been unpacked: microseconds since the start began. Empty for an
        image and for a refused package.
    other : StartUp or None
        A start with the same content in the other form; None where that would be refused for its size.

    """

    package: Package
    checks: tuple[Check, ...]
    start: startup.StartUp | None
    unpacked: tuple[int, ...]
    other: startup.StartUp | None

    @property
    def refused(self) -> tuple[Check, ...]:
        """The limits that the package breaks."""
        return tuple(check for check in self.checks if not check.ok)

    @property
    def stacked(self) -> tuple[int, ...]:
        """Numbers of the layers that hold the same file, in the order of extraction; an image has none."""
        if self.package.form == IMAGE:
            return ()
        return tuple(sorted(number for number in self.package.holders if number <= len(self.package.layers)))

    @property
    def effective(self) -> int | None:
        """Number of the layer whose file stays in ``/opt``; None when no layer holds it."""
        return self.stacked[-1] if self.stacked else None


def examine(package: Package) -> PackageTrace:
    """Check a package against the limits and start an environment with it if it passes."""
    image = package.form == IMAGE
    sizes = (Check(IMAGE_SIZE, package.code, MOST_IMAGE, FAILED),) if image else _zip_checks(package)
    checks = (*sizes, Check(VARIABLES, package.variables, MOST_VARIABLES, INVALID))
    other_form, most = (ZIP, MOST_UNZIPPED) if image else (IMAGE, MOST_IMAGE)
    other = _start(other_form, package.total) if package.total <= most else None
    if any(not check.ok for check in checks):
        return PackageTrace(package, checks, None, (), other)
    start = _start(package.form, package.total)
    return PackageTrace(package, checks, start, _unpacked(package, start), other)


def _start(form: str, megabytes: float) -> startup.StartUp:
    return startup.from_scratch(INIT, package=form, megabytes=megabytes)


def _zip_checks(package: Package) -> tuple[Check, ...]:
    checks = []
    if package.path == DIRECT:
        checks.append(Check(UPLOAD, package.code * package.ratio, MOST_ZIPPED, TOO_LARGE))
        if package.layers:
            checks.append(Check(LAYER_UPLOAD, max(package.layers) * package.ratio, MOST_ZIPPED, TOO_LARGE))
    checks.append(Check(COUNT, len(package.layers), MOST_LAYERS, INVALID))
    checks.append(Check(UNZIPPED, package.total, MOST_UNZIPPED, INVALID))
    return tuple(checks)


def _unpacked(package: Package, start: startup.StartUp) -> tuple[int, ...]:
    """Return when each part has been unpacked, in proportion to its size."""
    before = 0
    for phase in start.phases:
        if phase.name == startup.UNPACK:
            break
        before += phase.duration
    else:
        return ()
    done, times = 0.0, []
    for size in (package.code, *package.layers):
        done += size
        times.append(before + round(phase.duration * done / package.total))
    return tuple(times)
