"""Doubts that need more runs: deterministic, on the result's own grid, and stopped when asked."""

from pathlib import Path

import numpy as np
import pytest

from fhgui.core.errors import CancelledError
from fhgui.core.face import PlacedBy
from fhgui.provenance.enhance import enhance, repeat
from fhgui.provenance.repeats import repeats
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run


def go_on() -> None:
    """Nobody wishes to stop."""


@pytest.fixture
def run(demo_png: Path) -> Run:
    return enhance(EnhanceRequest(demo_png, "bicubic", Placement(PlacementKind.AUTO)))


def test_a_repeat_is_the_run(run: Run, demo_png: Path) -> None:
    assert run.frame is not None
    assert run.face is not None
    request = EnhanceRequest(demo_png, "bicubic", Placement(PlacementKind.AUTO))
    again = repeat(request, run.frame, run.face.alignment, go_on)
    assert np.array_equal(again, run.result.pixels)


def test_jitter_and_seeds_of_a_plain_method(run: Run, demo_png: Path) -> None:
    assert run.frame is not None
    assert run.face is not None
    request = EnhanceRequest(demo_png, "bicubic", Placement(PlacementKind.AUTO))
    first, second = (
        repeats(request, run.frame, run.face.alignment, run.result.pixels, go_on) for _ in range(2)
    )
    assert first.jitter is not None
    assert second.jitter is not None
    assert first.jitter.shape == run.result.pixels.shape[:2]
    assert np.array_equal(first.jitter, second.jitter)
    assert 1 < first.jitter.mean() < 64
    assert first.seeds is not None
    assert first.seeds.max() == 0
    assert "8 placements" in first.notes[0]
    assert "no random numbers" in first.notes[1]


def test_a_face_that_nobody_placed_is_not_jittered(run: Run, tmp_path: Path) -> None:
    from PIL import Image

    Image.fromarray(run.stages[0].pixels).save(tmp_path / "face.png")
    request = EnhanceRequest(tmp_path / "face.png", "bicubic", Placement(PlacementKind.ALIGNED))
    aligned = enhance(request)
    assert aligned.frame is not None
    assert aligned.face is not None
    assert aligned.face.alignment.placed_by is PlacedBy.ALIGNED
    found = repeats(request, aligned.frame, aligned.face.alignment, run.result.pixels, go_on)
    assert found.jitter is None
    assert "nobody placed it" in found.notes[0]
    assert found.seeds is not None


def test_a_method_that_cannot_run_again_is_said(run: Run, demo_png: Path) -> None:
    assert run.frame is not None
    assert run.face is not None
    request = EnhanceRequest(demo_png, "bicubic", Placement(PlacementKind.AUTO), degradation="rain")
    found = repeats(request, run.frame, run.face.alignment, run.result.pixels, go_on)
    assert found.jitter is None
    assert found.seeds is None
    assert "could not be run again" in found.notes[0]


def test_it_stops_when_asked(run: Run, demo_png: Path) -> None:
    assert run.frame is not None
    assert run.face is not None

    def stop() -> None:
        raise CancelledError("stopped by the user")

    request = EnhanceRequest(demo_png, "bicubic", Placement(PlacementKind.AUTO))
    with pytest.raises(CancelledError):
        repeats(request, run.frame, run.face.alignment, run.result.pixels, stop)
