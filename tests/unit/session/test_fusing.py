"""Which frames the next runs are made of, and that the frame alone is always among them."""

from typing import Any

from fhgui.core.fusion import FrameSpan
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.session.fusing import ALONE, fuse_words, spans
from fhgui.session.identity import identity, run_words

AUTO = Placement(PlacementKind.AUTO)


def test_the_frame_alone_comes_first_and_then_several() -> None:
    assert spans(40, AUTO, 10, 8) == (None, FrameSpan(7, 14))
    assert spans(40, AUTO, 39, 8) == (None, FrameSpan(32, 39))


def test_pictures_aligned_files_and_one_frame_are_run_alone() -> None:
    assert spans(1, AUTO, 0, 8) == (None,)
    assert spans(40, AUTO, 10, ALONE) == (None,)
    assert spans(40, Placement(PlacementKind.ALIGNED), 10, 8) == (None,)


def test_a_run_on_several_frames_is_another_and_says_so(tmp_path: Any) -> None:
    alone = EnhanceRequest(tmp_path / "a.mp4", "bicubic", AUTO)
    fused = EnhanceRequest(tmp_path / "a.mp4", "bicubic", AUTO, fuse=FrameSpan(0, 7))
    assert identity(alone) != identity(fused)
    assert run_words(fused) == ("8 frames",)
    assert fuse_words(alone) == ""
