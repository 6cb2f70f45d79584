"""What an examiner waits for beside the methods: search, landmarks, films, export, the start.

``python -m tests.benchmarks`` makes the manual's tables of it.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from fhgui.alignment.detection import find_faces
from fhgui.alignment.small_landmarks import landmarks_of
from fhgui.core.arrays import Pixels
from fhgui.core.face import Box
from fhgui.evidence.source import open_source
from fhgui.imaging.demo import demo_frame
from fhgui.imaging.resize import imresize
from fhgui.provenance.dossier import Wishes
from fhgui.provenance.enhance import enhance
from fhgui.provenance.export import Order, export
from fhgui.provenance.folder import run_files, write_files
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.verification.dispatch import verify
from tests.benchmarks.reference import Place, measured
from tests.benchmarks.test_window import FRAMES, UNTIL_PAINTED, full_hd_video

__all__ = ["full_hd_video"]  # a fixture: pytest takes it from here

HD_HW = (720, 1280)
BOX = Box(146, 66, 52, 60)
"""About the demo's face."""


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def run_folder(demo_png: Path, tmp_path: Path) -> Path:
    """A result of bicubic with its record."""
    run = enhance(EnhanceRequest(demo_png, "bicubic", Placement(PlacementKind.BOX, box=BOX)))
    write_files(run_files(run), tmp_path / "run")
    return tmp_path / "run"


def step(name: str) -> Place:
    return Place("steps", name, "ms")


def high_definition() -> Pixels:
    """Return the demo's frame, enlarged, in the middle of one of 1280×720 pixels."""
    large = imresize(demo_frame(), HD_HW)
    large[: HD_HW[0] // 2] = large[HD_HW[0] // 2 :]
    return large


def test_search_of_a_frame(benchmark: Any) -> None:
    frame = high_definition()
    measured(benchmark, step("search of a frame of 1280×720"), lambda: find_faces(frame), rounds=3)


def test_search_in_a_box(benchmark: Any) -> None:
    frame = demo_frame()
    found = measured(
        benchmark, step("search in a box that was drawn"), lambda: find_faces(frame, BOX)
    )
    assert found


def test_landmarks(benchmark: Any) -> None:
    frame, edges = demo_frame(), np.array([150.0, 84.0, 194.0, 128.0])
    seen = measured(
        benchmark, step("landmarks of a face in its box"), lambda: landmarks_of(frame, edges)
    )
    assert seen.points.shape == (68, 2)


def test_opening_a_film(benchmark: Any, full_hd_video: Path) -> None:
    def open_it() -> None:
        with open_source(full_hd_video) as source:
            source.frame(0)

    measured(benchmark, step("a film of 1920×1080 opened, to its first frame"), open_it)


def test_next_frame(benchmark: Any, full_hd_video: Path) -> None:
    with open_source(full_hd_video) as source:
        indices = iter(range(1, FRAMES))
        place = step("the next frame of 1920×1080")
        measured(benchmark, place, lambda: source.frame(next(indices)), rounds=60)


def test_any_frame(benchmark: Any, full_hd_video: Path) -> None:
    order = iter(np.random.default_rng(1).permutation(FRAMES).tolist())
    with open_source(full_hd_video) as source:
        place = step("any frame of 1920×1080, a key frame each second")
        measured(benchmark, place, lambda: source.frame(next(order)), rounds=15)


def test_a_recorded_run(benchmark: Any, demo_png: Path, tmp_path: Path) -> None:
    numbers = iter(range(100))
    request = EnhanceRequest(demo_png, "bicubic", Placement(PlacementKind.BOX, box=BOX))

    def run() -> None:
        write_files(run_files(enhance(request)), tmp_path / f"{next(numbers)}")

    measured(benchmark, step("a run of bicubic with its record, written"), run)


def test_export(benchmark: Any, run_folder: Path, tmp_path: Path) -> None:
    numbers = iter(range(100))

    def do() -> None:
        out = tmp_path / f"export-{next(numbers)}"
        export(Order(run_folder, out, Wishes(repeat_for_s=0)), lambda *_: None)

    measured(benchmark, step("export of a run: report, pictures, manifest"), do, rounds=3)


def test_verification(benchmark: Any, run_folder: Path) -> None:
    measured(
        benchmark, step("verification of a run: digests and replay"), lambda: verify(run_folder)
    )


def test_help(benchmark: Any) -> None:
    command = [sys.executable, "-m", "fhgui", "--help"]
    measured(
        benchmark,
        step("`fhgui --help`, the whole process"),
        lambda: subprocess.run(command, check=True, capture_output=True),
    )


def test_window(benchmark: Any, tmp_path: Path) -> None:
    started: list[subprocess.Popen[str]] = []
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "FHGUI_CASES": str(tmp_path)}

    def start() -> None:
        command = [sys.executable, "-c", UNTIL_PAINTED]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        started.append(child)
        assert child.stdout is not None
        assert child.stdout.readline() == "painted\n"

    def end(*_: Any) -> None:
        with started.pop() as child:
            assert child.wait(60) == 0

    place = step("the window, from the start of the process until it is painted")
    measured(benchmark, place, start, teardown=end)
    while started:  # benchmarks are switched off: then nobody tears down
        end()
