"""Package sizes against reported refusals, real archives that are really extracted, and the sum of the parts."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.aws_lambda.explorers import PackageSize
from kumo.aws_lambda.model.package_size import (
    BY_S3,
    COUNT,
    DIRECT,
    FAILED,
    IMAGE_SIZE,
    INVALID,
    LAYER_UPLOAD,
    TOO_LARGE,
    UNZIPPED,
    UPLOAD,
    VARIABLES,
    Package,
    examine,
)
from kumo.aws_lambda.model.startup import IMAGE, UNPACK, ZIP
from kumo.aws_lambda.words.package_size import check_sizes, sizes

MEGABYTE = 2**20
packages = st.builds(
    Package,
    form=st.sampled_from([ZIP, IMAGE]),
    path=st.sampled_from([DIRECT, BY_S3]),
    code=st.integers(1, 400).map(float),
    layers=st.lists(st.integers(1, 300).map(float), max_size=7).map(tuple),
    ratio=st.integers(1, 20).map(lambda part: part / 20),
    variables=st.integers(0, 12).map(lambda half: half / 2),
    holders=st.frozensets(st.integers(1, 7)),
)


def keys(package: Package) -> list[str]:
    return [check.key for check in examine(package).refused]


@pytest.mark.parametrize("measured", [349_762_174, 263_669_938, 291_495_520, 267_227_776])
def test_what_lambda_refused(measured: int) -> None:
    """Sizes in bytes from reports of "Function code combined with layers exceeds the maximum allowed size"."""
    trace = examine(Package(ZIP, BY_S3, 40, (measured / MEGABYTE - 40,)))
    assert [(check.key, check.error) for check in trace.refused] == [(UNZIPPED, INVALID)]
    assert trace.start is None


@pytest.mark.parametrize(
    ("package", "refused"),
    [
        # The message of AWS names 262,144,000 bytes, which is what still passes.
        (Package(ZIP, BY_S3, 262_144_000 / MEGABYTE), []),
        (Package(ZIP, BY_S3, 262_144_001 / MEGABYTE), [UNZIPPED]),
        # "Zipped size must be smaller than 52428800 bytes" (50 MB of 1,024 KB).
        (Package(ZIP, DIRECT, 100, ratio=0.5), []),
        (Package(ZIP, DIRECT, 102, ratio=0.5), [UPLOAD]),
        (Package(ZIP, BY_S3, 102, ratio=0.5), []),
        (Package(ZIP, DIRECT, 1, (102,), ratio=0.5), [LAYER_UPLOAD]),
        (Package(ZIP, DIRECT, 1, (1,) * 5), []),
        (Package(ZIP, DIRECT, 1, (1,) * 6), [COUNT]),
        (Package(IMAGE, DIRECT, 10_240), []),
        (Package(IMAGE, DIRECT, 10_241), [IMAGE_SIZE]),
        # Layers are not part of an image.
        (Package(IMAGE, DIRECT, 300, (300,) * 7), []),
        (Package(ZIP, DIRECT, 1, variables=4), []),
        (Package(ZIP, DIRECT, 1, variables=4.5), [VARIABLES]),
        (Package(IMAGE, DIRECT, 1, variables=4.5), [VARIABLES]),
    ],
)
def test_the_edges_of_the_limits(package: Package, refused: list[str]) -> None:
    assert keys(package) == refused


def test_each_limit_has_its_answer() -> None:
    everything = examine(Package(ZIP, DIRECT, 300, (299,) * 6, variables=5)).refused
    assert [(check.key, check.error) for check in everything] == [
        (UPLOAD, TOO_LARGE),
        (LAYER_UPLOAD, TOO_LARGE),
        (COUNT, INVALID),
        (UNZIPPED, INVALID),
        (VARIABLES, INVALID),
    ]
    assert [check.error for check in examine(Package(IMAGE, DIRECT, 11_000)).refused] == [FAILED]


@given(packages)
@settings(deadline=None)
def test_refused_or_started(package: Package) -> None:
    trace = examine(package)
    assert (trace.start is None) == bool(trace.refused)
    # By way of S3 nothing is refused that went through directly.
    by_s3 = examine(Package(**(vars(package) | {"path": BY_S3})))
    assert {check.key for check in by_s3.refused} <= {check.key for check in trace.refused}
    if trace.start is not None and package.form == ZIP:
        before = 0
        for phase in trace.start.phases:
            if phase.name == UNPACK:
                break
            before += phase.duration
        parts = (package.code, *package.layers)
        assert len(trace.unpacked) == len(parts)
        assert trace.unpacked[-1] == before + phase.duration, "the last part ends with the unpacking"
        lengths = [end - start for start, end in zip((before, *trace.unpacked), trace.unpacked, strict=False)]
        for one, other in zip(parts, lengths, strict=True):
            assert abs(other - phase.duration * one / package.total) <= 1
    else:
        assert trace.unpacked == ()


@given(st.lists(st.booleans(), max_size=7))
@settings(deadline=None, max_examples=40)
def test_the_file_that_stays(tmp_path_factory: pytest.TempPathFactory, holds: list[bool]) -> None:
    """Extract archives that hold the file, one after the other, and read what is there in the end."""
    opt = tmp_path_factory.mktemp("opt")
    for number, held in enumerate(holds, 1):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr(f"python/own{number}.py", "")
            if held:
                file.writestr("python/common.py", str(number))
        zipfile.ZipFile(archive).extractall(opt)
    common = Path(opt) / "python" / "common.py"
    found = int(common.read_text()) if common.exists() else None
    holders = frozenset(number for number, held in enumerate(holds, 1) if held)
    assert examine(Package(ZIP, BY_S3, 1, (1.0,) * len(holds), holders=holders)).effective == found


def test_a_layer_that_is_not_there_holds_nothing() -> None:
    trace = examine(Package(ZIP, BY_S3, 1, (1.0, 1.0), holders=frozenset({2, 5})))
    assert (trace.stacked, trace.effective) == ((2,), 2)
    assert examine(Package(IMAGE, BY_S3, 1, (1.0, 1.0), holders=frozenset({2}))).effective is None


@pytest.mark.parametrize("text", ["120, 95, 12", "", " 4.5 ", "1、2，3"])
def test_sizes_as_readers_write_them(text: str) -> None:
    assert check_sizes(text) is None
    assert len(sizes(text)) == len(
        [part for part in text.replace("、", ",").replace("，", ",").split(",") if part.strip()]
    )


@pytest.mark.parametrize("text", ["0", "301", "-1", "1,,2", "1e2", "12MB", "１２", "1,2,3,4,5,6,7,8", "4.55"])
def test_sizes_that_are_none(text: str) -> None:
    assert check_sizes(text) is not None


def test_the_default_makes_its_point() -> None:
    trace = PackageSize().simulate()
    assert not trace.refused
    assert trace.effective == 3
    assert trace.package.total > 0.9 * 250, "nearly full"
    over = PackageSize(layers="120, 95, 24").simulate()
    assert [check.key for check in over.refused] == [UNZIPPED]
