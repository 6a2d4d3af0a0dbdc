"""What has to happen before an execution environment can take its first request.

Modelled: the phases that AWS names: the environment is created (a Firecracker microVM), the package is
downloaded and unpacked, the runtime starts, the function's code outside the handler runs. With SnapStart
all of it happened when the version was published, and the environment is restored from a snapshot instead.

What each phase takes is not published. Sources and assumptions:

- Creation 100 ms, runtime start 150 ms: together the 0.2 to 0.4 s that M. Shilkov measured for small
  functions in Node.js, Python and Go (https://mikhail.io/serverless/coldstarts/aws/, read 2026-11-22).
- A zip package is downloaded at 100 MB/s and unpacked at 150 MB/s, in proportion to its size: an
  assumption of the right kind (start-up time grows with size), not a measurement.
- A container image is not downloaded whole: Lambda loads the blocks that are read, 6.4 % of the data on
  average (M. Brooker et al., "On-demand Container Loading in AWS Lambda", USENIX ATC 2023,
  https://arxiv.org/abs/2305.13162, read 2026-11-22). The rest is assumed to be as fast as for a zip, and
  nothing has to be unpacked.
- Start-up does not get faster with more memory: initialisation was measured to run with the full CPU
  whatever the memory setting (https://bitesizedserverless.com/bite/lambda-cold-start-bootstrap/, read
  2026-11-22).
- Restoring a snapshot takes 200 ms plus 100 ms for each GB of memory: an assumption within what AWS
  promises ("as low as sub-second", https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html).

Billed are runtime start and initialisation (since 2025-08-01 for zip packages on managed runtimes too,
https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/), not creation,
download or restoring.

Not modelled: variation from start to start; a package that a machine still has in its cache; an
initialisation over 10 s, which Lambda breaks off and repeats within the first invocation.
"""

from __future__ import annotations

from dataclasses import dataclass

from kumo.aws_lambda.model.units import MILLISECOND, SECOND

CREATE, DOWNLOAD, UNPACK, RUNTIME, INIT, RESTORE = "create", "download", "unpack", "runtime", "init", "restore"
ZIP, IMAGE = "zip", "image"

CREATE_TIME = 100 * MILLISECOND
RUNTIME_TIME = 150 * MILLISECOND
DOWNLOAD_SPEED = 100  # MB/s
UNPACK_SPEED = 150  # MB/s
SHARE_OF_IMAGE_READ = 0.064
RESTORE_TIME = 200 * MILLISECOND
RESTORE_TIME_PER_GB = 100 * MILLISECOND

# Largest packages, MB: a zip unpacked, an image uncompressed.
LARGEST = {ZIP: 250, IMAGE: 10_240}


@dataclass(frozen=True)
class Phase:
    """One phase of a start: its `name`, how long it takes (microseconds), and whether its time is billed."""

    name: str
    duration: int
    billed: bool = False


@dataclass(frozen=True)
class StartUp:
    """The phases of a start, in order.

    An empty one stands for environments that are there at once, as the closed forms assume.
    """

    phases: tuple[Phase, ...] = ()

    @property
    def duration(self) -> int:
        """Microseconds from the request that causes the start until its handler begins."""
        return sum(phase.duration for phase in self.phases)

    @property
    def billed(self) -> int:
        """Microseconds of it that are billed."""
        return sum(phase.duration for phase in self.phases if phase.billed)


def from_scratch(init: int, *, package: str = ZIP, megabytes: float = 10, runtime: int = RUNTIME_TIME) -> StartUp:
    """Return the start of an environment that is built from the package.

    Parameters
    ----------
    init : int
        Microseconds that the function's code outside the handler takes.
    package : {"zip", "image"}
        Form of the deployment package.
    megabytes : float
        Size: of a zip's content unpacked, of an image uncompressed.
    runtime : int
        Microseconds until the runtime has started.

    Raises
    ------
    ValueError
        For a size that the form does not allow, or an unknown form.

    """
    if package not in LARGEST or not 0 <= megabytes <= LARGEST[package]:
        raise ValueError(f"a package is a zip of up to 250 MB or an image of up to 10,240 MB: {package}, {megabytes}")
    read = megabytes * (SHARE_OF_IMAGE_READ if package == IMAGE else 1)
    unpack = Phase(UNPACK, round(megabytes / UNPACK_SPEED * SECOND))
    return StartUp(
        (
            Phase(CREATE, CREATE_TIME),
            Phase(DOWNLOAD, round(read / DOWNLOAD_SPEED * SECOND)),
            *((unpack,) if package == ZIP else ()),
            Phase(RUNTIME, runtime, billed=True),
            Phase(INIT, init, billed=True),
        )
    )


def from_snapshot(memory: int) -> StartUp:
    """Return the start of an environment of `memory` MB that is restored from a snapshot (SnapStart)."""
    return StartUp((Phase(RESTORE, RESTORE_TIME + memory * RESTORE_TIME_PER_GB // 1024),))
