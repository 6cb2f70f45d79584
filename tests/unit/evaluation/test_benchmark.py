"""The evaluator: events in order, figures that depend on nothing but pixels."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.core.errors import FhguiError, InputError
from fhgui.evaluation import benchmark
from fhgui.evaluation.candidates import Candidate
from fhgui.evaluation.events import Event, ImageScored, Note, RowDone, Started
from fhgui.evaluation.pairs import PairSet, make_pairs
from fhgui.evaluation.protocols import protocol
from fhgui.evaluation.rows import EQUAL_DB, Row
from fhgui.imaging.operators import make_operator
from fhgui.imaging.resize import imresize
from tests.unit.evaluation.conftest import MakeFaces, smooth
from tests.unit.evaluation.test_lpips import write_weights

X8 = protocol("celeba128-x8")
BICUBIC = Candidate("bicubic", "bicubic")
FAST = frozenset({"identity"})


def run(pairs: PairSet, *wanted: Candidate, without: frozenset[str] = FAST) -> list[Event]:
    return list(benchmark.run(X8, pairs, wanted, without=without))


def rows(events: Sequence[Event]) -> dict[str, Row]:
    return {event.row.label: event.row for event in events if isinstance(event, RowDone)}


def scores(events: Sequence[Event]) -> dict[tuple[str, str], tuple[object, ...]]:
    return {
        (e.label, e.name): (e.scores.psnr_rgb, e.scores.ssim, e.scores.fsim, e.scores.psnr_y)
        for e in events
        if isinstance(e, ImageScored)
    }


def test_events_in_order(make_faces: MakeFaces) -> None:
    events = run(make_pairs(X8, make_faces(3)), BICUBIC)
    assert isinstance(events[0], Started)
    assert events[0].as_json() == {
        "event": "start", "protocol": X8.id, "methods": ["bicubic"], "n": 3,
    }  # fmt: skip
    assert any(isinstance(e, Note) and "LPIPS" in e.text for e in events)
    images = [event for event in events if isinstance(event, ImageScored)]
    assert [(e.done, e.total, e.name) for e in images] == [(i + 1, 3, f"00{i}") for i in range(3)]
    row = rows(events)["bicubic"]
    mean = np.mean([image.scores.psnr_rgb for image in images])
    assert row.psnr_rgb == pytest.approx(mean, abs=1e-12)
    assert row.n == 3
    assert row.lpips is row.mps is row.identity is row.undetected is None
    assert events[-1] == RowDone(row)


def test_bicubic_is_the_method_itself(make_faces: MakeFaces) -> None:
    pairs = make_pairs(X8, make_faces(1))
    events = run(pairs, BICUBIC)
    image = next(event for event in events if isinstance(event, ImageScored))
    expected = imresize(imresize(smooth(0), (16, 16)), (128, 128))
    np.testing.assert_array_equal(image.result, expected)


def test_figures_depend_on_no_other_row_and_no_limit(make_faces: MakeFaces) -> None:
    folder = make_faces(4)
    srcnn = Candidate("srcnn", "srcnn")
    whole = scores(run(make_pairs(X8, folder), BICUBIC, srcnn))
    part = scores(run(make_pairs(X8, folder, limit=2), srcnn, BICUBIC))
    assert len(part) == 4
    assert part == {key: whole[key] for key in part}


def test_faces_in_one_go_have_the_figures_of_one_by_one(
    make_faces: MakeFaces, tmp_path: Path
) -> None:
    pairs = make_pairs(X8, make_faces(5))
    (tmp_path / "released").mkdir()
    Image.fromarray(smooth(1)).save(tmp_path / "released" / "001.png")
    wanted = (
        BICUBIC,
        Candidate("urdgn", "urdgn"),
        Candidate("own", pictures=tmp_path / "released"),
    )
    alone = run(pairs, *wanted)
    together = list(benchmark.run(X8, pairs, wanted, without=FAST, at_once=2))
    assert scores(together).keys() == scores(alone).keys()
    for key, expected in scores(alone).items():
        assert scores(together)[key] == pytest.approx(expected, rel=1e-3), key
    assert rows(together)["own"].missing == 4
    images = [e for e in together if isinstance(e, ImageScored)]
    assert [e.done for e in images if e.label == "urdgn"] == [1, 2, 3, 4, 5]
    assert all(e.scores.seconds for e in images if e.label == "urdgn")
    said = [e.text for e in together if isinstance(e, Note)]
    assert any("up to 2 faces in one go" in text for text in said)
    assert not any("in one go" in e.text for e in alone if isinstance(e, Note))


def test_closing_the_generator_stops_between_two_faces(make_faces: MakeFaces) -> None:
    events = benchmark.run(X8, make_pairs(X8, make_faces(3)), [BICUBIC], without=FAST)
    while not isinstance(next(events), ImageScored):
        pass
    events.close()
    with pytest.raises(StopIteration):
        next(events)


def test_released_pictures_half_missing_damaged_and_of_another_size(
    make_faces: MakeFaces, tmp_path: Path
) -> None:
    pairs = make_pairs(X8, make_faces(5))
    released = tmp_path / "released"
    released.mkdir()
    Image.fromarray(smooth(0)).save(released / "000.bmp")
    Image.fromarray(smooth(1)).convert("L").save(released / "001.png")
    Image.fromarray(smooth(2, (64, 64))).save(released / "002.png")
    (released / "003.png").write_bytes(b"\x89PNG\r\n\x1a\n damaged")
    events = run(pairs, Candidate("paper", pictures=released))
    row = rows(events)["paper"]
    assert (row.kind, row.method, row.n, row.missing) == ("reference", "paper", 2, 3)
    assert row.seconds_per_face is None
    first = next(event for event in events if isinstance(event, ImageScored))
    assert first.scores.psnr_rgb == pytest.approx(EQUAL_DB)
    assert first.scores.ssim == pytest.approx(1)
    said = next(e.text for e in events if isinstance(e, Note) and "lacks" in e.text)
    assert "lacks 3 of 5" in said
    assert "002 is 64×64 px, not 128×128" in said


def test_a_row_without_any_picture_has_no_figures(make_faces: MakeFaces, tmp_path: Path) -> None:
    (tmp_path / "released").mkdir()
    Image.fromarray(smooth(0)).save(tmp_path / "released" / "other.png")
    pairs = make_pairs(X8, make_faces(1))
    row = rows(run(pairs, Candidate("paper", pictures=tmp_path / "released")))["paper"]
    assert (row.n, row.missing, row.psnr_rgb) == (0, 1, None)


def test_identity_counts_undetected_results_as_zero(astronaut: np.ndarray, tmp_path: Path) -> None:
    truths, released = tmp_path / "truths", tmp_path / "released"
    face = imresize(astronaut, (128, 128))
    for folder in (truths, released):
        folder.mkdir()
    for name, truth, result in (
        ("same", face, face),
        ("lost", face, smooth(0)),
        ("none", smooth(1), face),
    ):
        Image.fromarray(truth).save(truths / f"{name}.png")
        Image.fromarray(result).save(released / f"{name}.png")
    candidate = Candidate("paper", pictures=released)
    events = run(make_pairs(X8, truths), candidate, without=frozenset({"fsim"}))
    row = rows(events)["paper"]
    assert row.identity == pytest.approx(0.5)
    assert row.identity_cosine == pytest.approx(1)
    assert row.undetected == 1
    assert row.fsim is None
    assert any(isinstance(e, Note) and "in 1 of 3 truths no face" in e.text for e in events)


def test_with_weights_lpips_and_mps_are_measured(
    make_faces: MakeFaces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_weights(tmp_path / "models")
    monkeypatch.setenv("FHGUI_MODELS", str(tmp_path / "models"))
    events = run(make_pairs(X8, make_faces(2)), BICUBIC)
    for image in (event for event in events if isinstance(event, ImageScored)):
        assert image.scores.ssim is not None
        assert image.scores.lpips is not None
        assert image.scores.lpips > 0
        expected = (image.scores.ssim + 1 - image.scores.lpips) / 2
        assert image.scores.mps == pytest.approx(expected)
    assert rows(events)["bicubic"].mps is not None
    assert not any(isinstance(event, Note) for event in events)


@pytest.mark.parametrize(
    ("candidate", "where", "complaint"),
    [
        (Candidate("x", "nothing"), "celeba128-x8", "no method 'nothing'"),
        (Candidate("x", "srcnn"), "celeba128-x4", "srcnn makes 128×128 of 16×16 px"),
        (Candidate("x", "srcnn", {"depth": 3}), "celeba128-x8", "no setting depth"),
        (Candidate("x", "bicubic", {"depth": 3}), "celeba128-x8", "no setting depth"),
        (Candidate("x", "srcnn"), "unaligned128-x8", "no-straightener"),
        (Candidate("x", "bicubic"), "unaligned128-x8", "no-straightener"),
        (Candidate("x", "bicubic_raw", {"depth": 3}), "unaligned128-x8", "has no settings"),
        (Candidate("x", "bicubic_raw"), "celeba128-x8", "are upright"),
        (Candidate("x", pictures=Path("nowhere")), "celeba128-x8", "no such folder"),
        (Candidate("a/b", "bicubic"), "celeba128-x8", "cannot name a row"),
        (Candidate("truth", "bicubic"), "celeba128-x8", "cannot name a row"),
        (Candidate("", "bicubic"), "celeba128-x8", "cannot name a row"),
    ],
)
def test_what_cannot_run_is_told_before_anything_is_measured(
    candidate: Candidate, where: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fhgui.methods.tdn.aligner.STRAIGHTENER", "tdn/no-straightener.safetensors")
    with pytest.raises(FhguiError, match=complaint):
        benchmark.check([candidate], protocol(where), "cpu")


def test_rows_need_names_of_their_own() -> None:
    with pytest.raises(InputError, match="two rows"):
        benchmark.check([BICUBIC, Candidate("Bicubic", "bicubic")], X8, "cpu")


def test_with_all_what_does_not_fit_is_left_out_and_named() -> None:
    wanted = [Candidate("srcnn", "srcnn"), BICUBIC]
    loaded, notes = benchmark.check(wanted, protocol("fei-x4"), "cpu", skip_unfit=True)
    assert [one.candidate.label for one in loaded] == ["bicubic"]
    assert notes == ("left out: srcnn makes 128×128 of 16×16 px, fei-x4 needs 100×120 of 25×30",)


def test_what_is_left_out_for_its_files_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fhgui.methods.tdn.aligner.STRAIGHTENER", "tdn/no-straightener.safetensors")
    wanted = [Candidate("enlarged", "bicubic"), Candidate("bicubic_raw", "bicubic_raw")]
    loaded, (note,) = benchmark.check(wanted, protocol("unaligned128-x8"), "cpu", skip_unfit=True)
    assert [one.candidate.label for one in loaded] == ["bicubic_raw"]
    assert note.startswith("left out: enlarged, ")


def test_bicubic_fits_every_upright_protocol() -> None:
    loaded, _ = benchmark.check([BICUBIC], protocol("lfw192-x8"), "cpu")
    assert len(loaded) == 1


def test_the_gap_to_the_input_is_measured_with_and_without_the_stage_made_for_it(
    make_faces: MakeFaces,
) -> None:
    pairs = make_pairs(X8, make_faces(3))
    with_stage = Candidate("fitted", "bicubic", {"consistent": True})
    found = rows(run(pairs, BICUBIC, with_stage))
    plain, fitted = found["bicubic"], found["fitted"]
    operator = make_operator("bicubic", (128, 128), 8)
    gaps = [
        np.abs(operator.forward(imresize(p.input, (128, 128)).astype(float)) - p.input)
        for p in pairs.pairs
    ]
    assert plain.redegradation_mean == pytest.approx(np.mean(gaps))
    assert plain.redegradation_max == pytest.approx(np.max(gaps))
    assert fitted.redegradation_mean is not None
    assert fitted.redegradation_max is not None
    assert fitted.redegradation_mean < plain.redegradation_mean
    assert fitted.redegradation_max <= 1
    assert fitted.settings == {"consistent": True}


def test_without_an_operator_at_hand_there_is_no_gap(make_faces: MakeFaces) -> None:
    turned = protocol("unaligned128-x8")
    pairs = make_pairs(turned, make_faces(1))
    wanted = (Candidate("bicubic_raw", "bicubic_raw"),)
    events = list(benchmark.run(turned, pairs, wanted, without=FAST))
    assert rows(events)["bicubic_raw"].redegradation_mean is None
    left_out = run(make_pairs(X8, make_faces(1)), BICUBIC, without=FAST | {"redegradation"})
    assert rows(left_out)["bicubic"].redegradation_max is None
