"""How soon the window is there, and how soon the next frame is."""

import os
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from fhgui.core.arrays import Pixels
from fhgui.evidence.source import open_source

FULL_HD_HW = (1080, 1920)
FRAMES = 120

UNTIL_PAINTED = """
from fhgui.gui.app import create_window
app, window = create_window([])
app.processEvents()
print("painted", flush=True)
window.close()
app.processEvents()
"""


@pytest.fixture(scope="session")
def full_hd_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A 1080p H.264 video like a recorder's: a key frame a second, moving noise."""
    path = tmp_path_factory.mktemp("video") / "full-hd.mp4"
    height, width = FULL_HD_HW
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=25, options={"g": "25", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = Fraction(1, 25)
        for index in range(FRAMES):
            file.mux(stream.encode(av.VideoFrame.from_ndarray(_street(index), format="rgb24")))
        file.mux(stream.encode())
    return path


def _street(index: int) -> Pixels:
    """Return a textured picture that moves 3 px a frame."""
    random = np.random.default_rng(0)
    coarse = random.integers(40, 200, (*(n // 8 for n in FULL_HD_HW), 3), np.uint8)
    large = coarse.repeat(8, axis=0).repeat(8, axis=1)
    moved: Pixels = np.roll(large, 3 * index, axis=1)
    return moved


def test_window_start_to_first_paint(benchmark: Any, tmp_path: Path) -> None:
    started: list[subprocess.Popen[str]] = []
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}

    def start() -> None:
        command = [sys.executable, "-c", UNTIL_PAINTED]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        started.append(child)
        assert child.stdout is not None
        assert child.stdout.readline() == "painted\n"

    def wait_for_its_end() -> None:
        with started.pop() as child:
            assert child.wait(30) == 0

    benchmark.pedantic(start, teardown=wait_for_its_end, rounds=5)


def test_step_of_a_1080p_frame(benchmark: Any, full_hd_video: Path) -> None:
    with open_source(full_hd_video) as source:
        indices = iter(range(1, FRAMES))
        benchmark.pedantic(lambda: source.frame(next(indices)), rounds=FRAMES - 2)
        assert source.frame(FRAMES - 1).size_hw == FULL_HD_HW


def test_jump_to_any_1080p_frame(benchmark: Any, full_hd_video: Path) -> None:
    order = np.random.default_rng(1).permutation(FRAMES).tolist()
    with open_source(full_hd_video) as source:
        indices = iter(order)
        benchmark.pedantic(lambda: source.frame(next(indices)), rounds=60)


@pytest.fixture
def window_on_video(qapp: Any, full_hd_video: Path) -> Iterator[Any]:
    """The window with the video's first frame painted."""
    from fhgui.gui.app import create_window

    _, window = create_window([str(full_hd_video)])
    while window.session.current is None or window.session.current.frame is None:
        qapp.processEvents()
    yield window
    window.close()


def test_step_of_a_1080p_frame_on_the_screen(
    benchmark: Any, qapp: Any, window_on_video: Any
) -> None:
    session, indices = window_on_video.session, iter(range(1, FRAMES))

    def step() -> None:
        wanted = next(indices)
        session.seek(wanted)
        while session.current.frame.index != wanted:
            qapp.processEvents()
        qapp.processEvents()  # paints it

    benchmark.pedantic(step, rounds=60)
