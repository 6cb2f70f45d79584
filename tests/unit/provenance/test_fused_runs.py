"""Runs on several frames: better than one, recorded, replayed to the bit, refused with a reason."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fhgui.__main__ import main
from fhgui.core.arrays import Pixels
from fhgui.core.errors import CancelledError
from fhgui.core.face import Box
from fhgui.core.frame import DAMAGED, Frame
from fhgui.core.fusion import FrameSpan, span_around
from fhgui.core.method import Origin
from fhgui.evidence.video import VideoSource
from fhgui.provenance.comparing import repeated_run
from fhgui.provenance.enhance import enhance
from fhgui.provenance.folder import write_run
from fhgui.provenance.records import seal
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.reuse import content_key
from fhgui.provenance.run import Event, Progressed, Run
from fhgui.provenance.stored import stored_run
from fhgui.provenance.verification.dispatch import verify
from fhgui.provenance.verification.findings import Verdict
from tests.helpers.media import write_film
from tests.helpers.moving_faces import Film, moving_face
from tests.helpers.photographs import pattern

MARKED = 3
SPAN = FrameSpan(0, 7)


@pytest.fixture(scope="module")
def film() -> Film:
    return moving_face(8, 3, 10.0)


@pytest.fixture(scope="module")
def clip(film: Film, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a film whose frame 5 shows something else, and frame 6 the same as frame 7."""
    pictures: list[Pixels] = [film.pictures[n] for n in (1, 2, 3, 0, 4, 5, 6, 6)]
    pictures[5] = pattern(1, *film.pictures[0].shape[:2])
    return write_film(tmp_path_factory.mktemp("film") / "clip.mkv", pictures)


@pytest.fixture(scope="module")
def request_(film: Film, clip: Path) -> EnhanceRequest:
    eyes = tuple((float(x), float(y)) for x, y in film.eyes)
    place = Placement(PlacementKind.LANDMARKS, landmarks=eyes)
    return EnhanceRequest(clip, "bicubic", place, MARKED, threads=1, fuse=SPAN)


@pytest.fixture(scope="module")
def run(request_: EnhanceRequest) -> Run:
    done = enhance(request_)
    assert done.error is None
    return done


def psnr(a: Pixels, b: Pixels) -> float:
    return float(10 * np.log10(255**2 / np.mean((a.astype(float) - b) ** 2)))


def test_the_input_is_nearer_to_the_truth_than_the_frame_alone(
    run: Run, film: Film, request_: EnhanceRequest, tmp_path: Path
) -> None:
    clean = write_film(tmp_path / "clean.mkv", [film.clean[0]])
    truth = enhance(replace(request_, source=clean, frame_index=0, fuse=None)).stages[0].pixels
    single = next(s for s in run.stages if s.name == "single-frame")
    assert psnr(run.stages[0].pixels, truth) > psnr(single.pixels, truth) + 2


def test_the_stages_show_the_frame_alone_and_what_supports_the_rest(
    run: Run, request_: EnhanceRequest
) -> None:
    names = [s.name for s in run.stages]
    assert names == ["input", "single-frame", "fused", "support", "bicubic"]
    computed, measured = Origin.INTERPOLATED, Origin.MEASURED
    assert [s.origin for s in run.stages[:4]] == [computed, measured, computed, measured]
    alone = enhance(replace(request_, fuse=None))
    assert alone.stages[0].origin is measured
    assert np.array_equal(alone.stages[0].pixels, run.stages[1].pixels)
    told = {r.name: r.value for r in run.stages[2].readings}
    assert (told["frames_used"], told["frames_seen"]) == (6, 8)


def test_the_record_says_which_frames_were_left_out_and_why(run: Run) -> None:
    fusion = run.record.fusion
    assert fusion is not None
    assert [f.index for f in fusion.frames] == list(range(8))
    out = {f.index: f.why_not for f in fusion.frames if f.why_not}
    assert sorted(out) == [5, 7]
    assert "same picture as frame 6" in out[7]
    assert any("fused from 6 of the 8 frames 0–7" in w and out[5] in w for w in run.record.warnings)
    assert fusion.frames[MARKED].matrix == ((1, 0, 0), (0, 1, 0))


def test_it_is_replayed_to_the_bit_and_read_again(run: Run, tmp_path: Path) -> None:
    write_run(run, tmp_path / "out")
    assert verify(tmp_path / "out").verdict is Verdict.EXACT
    assert stored_run(run.record, tmp_path / "out").record.fusion == run.record.fusion


def test_a_time_stamp_that_is_not_the_films_is_told(run: Run, tmp_path: Path) -> None:
    fusion = run.record.fusion
    assert fusion is not None
    first = replace(fusion.frames[0], pts=999)
    lying = replace(fusion, frames=(first, *fusion.frames[1:]))
    write_run(replace(run, record=seal(replace(run.record, fusion=lying))), tmp_path / "out")
    found = verify(tmp_path / "out")
    assert found.verdict is Verdict.DIFFERENT
    assert [f.field for f in found.findings if f.verdict is Verdict.DIFFERENT] == ["fusion"]


def test_replay_lays_the_frames_as_recorded(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fhgui.alignment import fusing

    def never(*_: object) -> Iterator[object]:
        raise AssertionError("the face was followed again")

    monkeypatch.setattr(fusing, "_followed", never)
    write_run(run, tmp_path / "out")
    assert verify(tmp_path / "out").verdict is Verdict.EXACT


def test_doubts_repeat_the_run_on_the_fused_input(run: Run) -> None:
    found = repeated_run(run, lambda: None)
    assert found.seeds is not None
    assert found.seeds.max() == 0  # bicubic draws nothing: any other input would show
    assert found.jitter is not None
    assert found.jitter.max() > 0


def test_a_record_on_one_frame_has_no_word_of_it(request_: EnhanceRequest, tmp_path: Path) -> None:
    alone = enhance(replace(request_, fuse=None))
    write_run(alone, tmp_path / "out")
    assert "fusion" not in json.loads((tmp_path / "out" / "record.json").read_bytes())


def test_results_are_reused_only_for_the_same_frames(run: Run) -> None:
    other = replace(run.record, fusion=None)
    assert content_key(run.record) != content_key(other)


def test_damaged_frames_are_left_out_and_a_damaged_marked_one_is_told(
    request_: EnhanceRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded = VideoSource.frame

    def harmed(source: VideoSource, index: int) -> Frame:
        frame = decoded(source, index)
        return replace(frame, notes=(DAMAGED, *frame.notes)) if index in (2, MARKED) else frame

    monkeypatch.setattr(VideoSource, "frame", harmed)
    done = enhance(request_)
    assert done.record.fusion is not None
    out = {f.index: f.why_not for f in done.record.fusion.frames if f.why_not}
    assert sorted(out) == [2, 5, 7]
    assert out[2] == "its data are damaged"
    assert DAMAGED in done.record.warnings


def test_it_can_be_stopped_between_frames(request_: EnhanceRequest) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, Progressed) and event.done == 3:
            raise CancelledError("stopped by the user")

    done = enhance(request_, stop)
    assert isinstance(done.error, CancelledError)
    assert done.record.fusion is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fuse": FrameSpan(4, 7)}, "frame 3 is not among the frames 4–7"),
        ({"fuse": FrameSpan(3, 3)}, "1 frames cannot be fused"),
        ({"fuse": FrameSpan(0, 99)}, "100 frames cannot be fused"),
        ({"fuse": FrameSpan(0, 30)}, "there is no frame 8"),
        ({"fuse": FrameSpan(3, 3 + 1), "frame_index": 4}, "no other frame of 3–4"),
        ({"placement": Placement(PlacementKind.ALIGNED)}, "already are the method's input"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    request_: EnhanceRequest, changes: dict[str, object], words: str
) -> None:
    if "frame_index" in changes:
        box = Placement(PlacementKind.BOX, box=Box(2, 2, 20, 20))
        changes = {**changes, "placement": box, "frame_index": 5, "fuse": FrameSpan(4, 5)}
        words = "no other frame of 4–5"
    done = enhance(replace(request_, **changes))  # type: ignore[arg-type]  # names of fields
    assert done.error is not None
    assert words in done.error.sentence()


def test_a_still_picture_has_no_other_frames(demo_png: Path, request_: EnhanceRequest) -> None:
    done = enhance(replace(request_, source=demo_png, frame_index=0))
    assert done.error is not None
    assert "a still picture has no other frames" in done.error.sentence()


def test_the_span_lies_within_the_film() -> None:
    assert span_around(10, 8, 100) == FrameSpan(7, 14)
    assert span_around(1, 8, 100) == FrameSpan(0, 7)
    assert span_around(99, 8, 100) == FrameSpan(92, 99)
    assert span_around(2, 8, 5) == FrameSpan(0, 4)


def test_the_command_writes_the_run_on_the_frame_alone_below(
    clip: Path, film: Film, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    points = ",".join(f"{v:.3f}" for v in film.eyes.ravel())
    out = tmp_path / "out"
    order = ["enhance", str(clip), "--method", "bicubic", "--frame", "3", "--landmarks", points]
    assert main([*order, "--fuse", "4", "--out", str(out), "--threads", "1"]) == 0
    assert "fused from 4 of the 4 frames 2–5" not in capsys.readouterr().err
    fused, alone = (json.loads((f / "record.json").read_bytes()) for f in (out, out / "single"))
    assert [f["index"] for f in fused["fusion"]["frames"]] == [2, 3, 4, 5]
    assert "fusion" not in alone
    assert verify(out).verdict is Verdict.EXACT
    assert verify(out / "single").verdict is Verdict.EXACT
    assert main([*order, "--fuse", "4", "--frames", "2-5", "--out", str(out / "b")]) == 2
