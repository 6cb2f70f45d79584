"""Which frames of a file are looked at, and what of it is left out; no film is written for that."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from fhgui.alignment.tracks import SEARCHES_PER_S, frames_to_search
from fhgui.batch import looking
from fhgui.batch.looking import STRETCH_S, Look, Subject, look_at, stretches
from fhgui.batch.order import Order
from fhgui.batch.running import DONE, FAILED, NO_FACE, Job, row_of, run_job
from fhgui.batch.work import _planned
from fhgui.core.errors import EvidenceError, InputError
from fhgui.core.face import Box, DetectedFace

FACE = DetectedFace(Box(1, 2, 3, 4), 0.7, np.zeros((68, 2)))
TRACKS, ALL = Order(("bicubic",)), Order(("bicubic",), every=1)
ALIGNED = Order(("bicubic",), aligned=True)


class Played:
    """A file of flat frames, some of which cannot be decoded."""

    path = Path("played")

    def __init__(
        self,
        count: int,
        kind: str = "video",
        damaged: Collection[int] = (),
        rate_fps: float | None = 25.0,
    ) -> None:
        self.info = SimpleNamespace(kind=kind, rate_fps=rate_fps)
        self.steps: list[object] = []
        self._count, self._damaged = count, damaged

    def frame(self, index: int) -> SimpleNamespace:
        self.steps.append(index)
        if not 0 <= index < self._count:
            raise InputError(f"there is no frame {index}")
        if index in self._damaged:
            raise EvidenceError(f"frame {index} is damaged and cannot be decoded")
        return SimpleNamespace(pixels=np.zeros((4, 4, 3), np.uint8))

    def count(self) -> int:
        return self._count

    def __enter__(self) -> Played:
        return self

    def __exit__(self, *error: object) -> None:
        pass


Play = Callable[[Played, Order], Look]


@pytest.fixture
def searched() -> list[tuple[int, int, float | None]]:
    """Take in which stretches were searched for tracks."""
    return []


@pytest.fixture
def play(
    searched: list[tuple[int, int, float | None]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Play:
    """Look into a file that is played; every frame and every stretch has one face."""
    (tmp_path / "file").write_bytes(b"x")

    def tracks_in(
        frame_at: Callable[[int], object], first: int, last: int, rate_fps: float | None
    ) -> tuple[SimpleNamespace, ...]:
        searched.append((first, last, rate_fps))
        for index in (first, last):
            with suppress(EvidenceError):
                frame_at(index)
        return (SimpleNamespace(best=SimpleNamespace(frame_index=first, face=FACE)),)

    def played(source: Played, order: Order) -> Look:
        monkeypatch.setattr(looking, "open_source", lambda path: source)
        return look_at("file", tmp_path, order)

    monkeypatch.setattr(looking, "find_faces", lambda pixels: (FACE,))
    monkeypatch.setattr(looking, "tracks_in", tracks_in)
    return played


def frames(look: Look) -> list[int]:
    assert look.failure == ""
    return [subject.frame for subject in look.subjects]


@pytest.mark.parametrize(
    ("count", "rate_fps", "step"),
    [(90_000, 25.0, 6), (107_892, 29.97, 7), (15_000, None, 6), (86_400, 1.0, 1)],
)
def test_a_long_film_is_searched_as_densely_as_a_short_one(
    count: int, rate_fps: float | None, step: int
) -> None:
    found = list(stretches(count, rate_fps))
    assert (found[0][0], found[-1][1]) == (0, count - 1)
    assert all(after[0] == before[1] + 1 for before, after in pairwise(found))
    lengths = [last - first + 1 for first, last in found]
    assert max(lengths) - min(lengths) <= 1
    assert max(lengths) <= STRETCH_S * max(rate_fps or 25.0, SEARCHES_PER_S) + 1
    asked = [frames_to_search(first, last, rate_fps) for first, last in found]
    assert {some[1] - some[0] for some in asked} == {step}


def test_a_short_film_is_one_stretch_and_an_empty_one_none() -> None:
    assert list(stretches(3, 25.0)) == [(0, 2)]
    assert list(stretches(0, None)) == []


def test_each_stretch_gives_the_best_of_its_tracks(
    play: Play, searched: list[tuple[int, int, float | None]]
) -> None:
    look = play(Played(3000, damaged={1999}), TRACKS)
    assert searched == [(0, 999, 25.0), (1000, 1999, 25.0), (2000, 2999, 25.0)]
    assert frames(look) == [0, 1000, 2000]
    assert look.damaged == (1999,)


def test_a_film_without_a_rate_or_a_frame(
    play: Play, searched: list[tuple[int, int, float | None]]
) -> None:
    assert frames(play(Played(2000, rate_fps=None), TRACKS)) == [0, 1000]
    assert [rate_fps for _, _, rate_fps in searched] == [None, None]
    assert "holds no frame that can be decoded" in play(Played(0), TRACKS).failure


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (TRACKS, [0, 1, 2]),
        (ALIGNED, [0, 1, 2]),
        (Order(("bicubic",), every=2), [0, 2]),
        (Order(("bicubic",), frame=1), [1]),
    ],
)
def test_every_page_is_looked_at_or_those_asked_for(
    play: Play, order: Order, expected: list[int]
) -> None:
    look = play(Played(3, "image"), order)
    assert frames(look) == expected
    assert all((subject.face is None) is order.aligned for subject in look.subjects)


def test_of_a_single_picture_frame_and_every_ask_nothing(play: Play) -> None:
    assert frames(play(Played(1, "image"), Order((), frame=7))) == [0]
    assert "there is no frame 7" in play(Played(3, "image"), Order((), frame=7)).failure


def test_each_page_of_a_picture_is_enhanced(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    draw = np.random.default_rng(0)
    pages = [draw.integers(0, 256, (16, 16, 3), dtype=np.uint8) for _ in range(3)]
    first, *others = map(Image.fromarray, pages)
    first.save(folder / "pages.tif", save_all=True, append_images=others)
    look = look_at("pages.tif", folder, ALIGNED)
    assert frames(look) == [0, 1, 2]
    for number, (subject, page) in enumerate(zip(look.subjects, pages, strict=True)):
        job = Job(number, "pages.tif", look.sha256, subject, number + 1, "bicubic")
        row = run_job(job, folder, out, ALIGNED)
        assert (row.status, row.frame) == (DONE, number)
        assert np.array_equal(np.asarray(Image.open(out / str(row.folder) / "input.png")), page)


@pytest.mark.parametrize("kind", ["video", "image"])
def test_damaged_frames_are_left_out_and_told(play: Play, kind: str) -> None:
    look = play(Played(10, kind, damaged={0, 3, 4, 6}), Order(("bicubic",), every=2))
    assert frames(look) == [2, 8]
    assert look.damaged == (0, 4, 6)  # the others were not asked for
    assert look.note == "frames 0, 4, 6 are damaged and were left out"


def test_a_file_of_damaged_frames_alone_cannot_be_read(play: Play) -> None:
    look = play(Played(4, damaged=range(4)), ALL)
    assert look.subjects == ()
    assert look.failure == "frame 3 is damaged and cannot be decoded"
    assert play(Played(4, damaged=range(4)), TRACKS).failure == look.failure


@pytest.mark.parametrize(
    ("damaged", "note"),
    [
        ((), ""),
        ((4,), "frame 4 is damaged and was left out"),
        (range(12), "frames 0, 1, 2, 3, 4, 5, 6, 7 and 4 more are damaged and were left out"),
    ],
)
def test_the_note_of_a_look_stays_short(damaged: Collection[int], note: str) -> None:
    assert Look("ab", (), damaged=tuple(damaged)).note == note


def test_every_row_of_a_file_tells_what_was_left_out() -> None:
    looks = {
        "face.mp4": Look("ab", (Subject(1, FACE),), damaged=(3,)),
        "none.mp4": Look("cd", (), damaged=(0,)),
    }
    (row,), (job,) = _planned(TRACKS, list(looks), looks, 0)
    assert (row.status, row.said) == (NO_FACE, "frame 0 is damaged and was left out")
    assert row_of(job, DONE).said == "frame 3 is damaged and was left out"
    assert row_of(job, FAILED, "no").said == "no; frame 3 is damaged and was left out"


def test_each_block_and_each_frame_is_a_step(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Played(3)

    @contextmanager
    def watched(limit_s: float) -> Iterator[Callable[[], None]]:
        yield lambda: source.steps.append("step")

    monkeypatch.setattr(looking, "watched", watched)
    assert frames(play(source, ALL)) == [0, 1, 2]
    hashed, counted = ["step"], ["step"]
    assert source.steps == [*hashed, *counted, "step", 0, "step", 1, "step", 2]
