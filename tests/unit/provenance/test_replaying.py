"""Runs made again: EXACT as long as nothing changed, else as measured; never a crash."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fhgui.__main__ import main
from fhgui.core.arrays import Pixels
from fhgui.core.doubt import Redegradation
from fhgui.core.errors import EvidenceError, RecordError
from fhgui.core.face import Box
from fhgui.core.method import Reading, Stage
from fhgui.core.record import Record
from fhgui.methods.bicubic import method as bicubic
from fhgui.provenance.case import Case
from fhgui.provenance.enhance import enhance
from fhgui.provenance.folder import write_run
from fhgui.provenance.records import read_record, record_bytes, seal
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.verification import record as verifying
from fhgui.provenance.verification import replaying
from fhgui.provenance.verification.dispatch import verify
from fhgui.provenance.verification.findings import Finding, Verdict
from tests.helpers.photographs import pattern

NOTHING = Redegradation(0.01, 0.02)
EYES = Placement(PlacementKind.LANDMARKS, landmarks=((150.25, 120.0), (163.0, 121.5)))

OTHER_EYES = ((150.25, 120.0), (164.0, 121.5))


@pytest.fixture
def out(demo_png: Path, tmp_path: Path) -> Path:
    return written(demo_png, "bicubic", EYES, tmp_path / "out")


def written(source: Path, method: str, placement: Placement, out: Path, threads: int = 1) -> Path:
    run = enhance(EnhanceRequest(source, method, placement, threads=threads))
    assert run.error is None
    write_run(run, out)
    return out


def worst(path: Path) -> tuple[Verdict, Finding]:
    result = verify(path)
    return result.verdict, next(f for f in result.findings if f.verdict is result.verdict)


@pytest.fixture
def another_library(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Pixels], Any]], None]:
    """Return a function that makes the enlargement answer as a changed library would."""
    original = bicubic.imresize

    def change(do: Callable[[Pixels], Any]) -> None:
        here = {**replaying.environment(), "numpy": "99.0"}
        monkeypatch.setattr(bicubic, "imresize", lambda *a: do(original(*a)))
        monkeypatch.setattr(replaying, "environment", lambda *_: here)

    return change


def one_level(pixels: Pixels) -> Pixels:
    changed = pixels.copy()
    changed[5:8, 3:5] += np.where(changed[5:8, 3:5] < 255, 1, -1).astype(np.uint8)
    return changed


def test_the_same_library_is_exact(out: Path) -> None:
    assert verify(out).verdict is Verdict.EXACT


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("frame", lambda r: dataclasses.replace(r.frame, time_s=73.2, pts=1830)),
        ("adequacy", lambda r: dataclasses.replace(r.adequacy, density_px_per_m=2000.0)),
        ("alignment", lambda r: dataclasses.replace(r.alignment, landmarks=OTHER_EYES)),
        ("alignment", lambda r: dataclasses.replace(r.alignment, rms_px=0.5)),
        ("redegradation", lambda r: dataclasses.replace(r.redegradation, after=NOTHING)),
        ("config", lambda r: {**r.config, "consistent": not r.config["consistent"]}),
    ],
)
def test_what_a_sealed_record_tells_besides_its_pixels_is_held_against_the_run(
    out: Path, field: str, change: Callable[[Record], Any]
) -> None:
    record = read_record(out / "record.json")
    forged = seal(dataclasses.replace(record, **{field: change(record)}))
    (out / "record.json").write_bytes(record_bytes(forged))
    verdict, finding = worst(out)
    assert verdict is Verdict.DIFFERENT
    if field != "config":  # with another setting the run itself is another
        assert (finding.subject, finding.field) == ("replay", field)


@pytest.mark.parametrize("version", ["0.1.0", None])
def test_other_words_for_the_same_pixels_are_those_of_another_version_or_forged(
    out: Path, version: str | None
) -> None:
    record = read_record(out / "record.json")
    stages = tuple(dataclasses.replace(s, title="A photograph") for s in record.stages)
    software = record.software if version is None else {**record.software, "version": version}
    told = seal(dataclasses.replace(record, stages=stages, software=software))
    (out / "record.json").write_bytes(record_bytes(told))
    verdict, finding = worst(out)
    if version is None:
        assert verdict is Verdict.DIFFERENT
        assert "another name, title or origin" in finding.text
    else:
        assert verdict is Verdict.EQUIVALENT
        assert "called “A photograph”" in finding.text
        assert f"fhgui was {version}" in finding.text


@pytest.mark.parametrize("kind", [PlacementKind.BOX, PlacementKind.ALIGNED])
def test_a_placement_without_landmarks_is_held_against_what_it_was_made_of(
    tmp_path: Path, kind: PlacementKind
) -> None:
    source = tmp_path / "small.png"
    Image.fromarray(pattern(1, 16, 16)).save(source)
    place = Placement(kind, box=Box(2, 3, 12, 11) if kind is PlacementKind.BOX else None)
    out = written(source, "bicubic", place, tmp_path / "out")
    assert verify(out).verdict is Verdict.EXACT
    record = read_record(out / "record.json")
    assert record.alignment is not None
    assert record.alignment.landmarks is None
    changed = dataclasses.replace(record.alignment, rms_px=1.5)
    (out / "record.json").write_bytes(
        record_bytes(seal(dataclasses.replace(record, alignment=changed)))
    )
    verdict, finding = worst(out)
    assert (verdict, finding.field) == (Verdict.DIFFERENT, "alignment")


def test_weights_that_are_left_out_are_missed(demo_png: Path, tmp_path: Path) -> None:
    out = written(demo_png, "vdsr", EYES, tmp_path / "vdsr")
    record = read_record(out / "record.json")
    assert record.weights
    forged = seal(dataclasses.replace(record, weights=()))
    (out / "record.json").write_bytes(record_bytes(forged))
    verdict, finding = worst(out)
    assert (verdict, finding.field) == (Verdict.DIFFERENT, "weights")


def test_one_level_apart_is_equivalent_and_the_change_is_named(
    out: Path, another_library: Callable[[Callable[[Pixels], Any]], None]
) -> None:
    another_library(one_level)
    verdict, finding = worst(out)
    assert verdict is Verdict.EQUIVALENT
    assert "6 of 16384 pixels differ (columns 3–4, rows 5–7), by at most 1 grey" in finding.text
    assert "numpy was " in finding.text
    assert "is 99.0" in finding.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: 255 - p, "by at most"),
        (lambda p: p[:64, :64], "another size"),
    ],
)
def test_more_than_one_level_apart_is_different(
    out: Path,
    another_library: Callable[[Callable[[Pixels], Any]], None],
    change: Callable[[Pixels], Any],
    words: str,
) -> None:
    another_library(change)
    verdict, finding = worst(out)
    assert verdict is Verdict.DIFFERENT
    assert words in finding.text
    assert "is 99.0" in finding.text


def test_readings_that_round_otherwise_are_equivalent(
    demo_png: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measuring(angle_deg: float) -> Callable[..., Stage]:
        reading = Reading("angle_deg", angle_deg, "°", "Angle")
        return lambda *values: Stage(*values, readings=(reading,))

    monkeypatch.setattr(bicubic, "Stage", measuring(10.25))
    out = written(demo_png, "bicubic", EYES, tmp_path / "out")
    assert verify(out).verdict is Verdict.EXACT
    monkeypatch.setattr(bicubic, "Stage", measuring(10.26))
    verdict, finding = worst(out)
    assert verdict is Verdict.EQUIVALENT
    assert "other readings" in finding.text


@pytest.mark.parametrize("error", [TypeError("unexpected keyword"), MemoryError(), KeyError("x")])
def test_a_library_that_fails_is_different_and_never_a_crash(
    out: Path, another_library: Callable[[Callable[[Pixels], Any]], None], error: Exception
) -> None:
    def fail(pixels: Pixels) -> Pixels:
        raise error

    another_library(fail)
    verdict, finding = worst(out)
    assert verdict is Verdict.DIFFERENT
    assert finding.subject == "replay"
    assert "is 99.0" in finding.text


def test_without_its_picture_a_difference_is_not_measured_but_told(
    out: Path, another_library: Callable[[Callable[[Pixels], Any]], None]
) -> None:
    (out / "stages" / "01-bicubic.png").unlink()
    another_library(one_level)
    verdict, finding = worst(out)
    assert verdict is Verdict.DIFFERENT
    assert "differs from its digest" in finding.text


@pytest.mark.parametrize(
    "forged",
    [
        {"method": "gone"},
        {"config": {"unknown": 1}},
        {"degradation": "unknown"},
        {"device": "abacus"},
        {"alignment": None},
        {"stages": ()},
        {"environment": {}},
    ],
)
def test_a_forged_record_with_a_valid_seal_never_crashes(
    out: Path, forged: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    path = out / "record.json"
    record = dataclasses.replace(read_record(path), **forged)  # type: ignore[arg-type]
    path.write_bytes(record_bytes(seal(record)))
    code = main(["verify", str(out)])
    told = capsys.readouterr()
    assert "internal error" not in told.err
    harmless = {"environment", "device"} & set(forged)  # bicubic computes nowhere else
    assert code == (0 if harmless else 1), told


def test_an_original_that_moved_is_found_in_a_folder(
    out: Path, demo_png: Path, tmp_path: Path
) -> None:
    (tmp_path / "originals").mkdir()
    demo_png.rename(tmp_path / "originals" / demo_png.name)
    with pytest.raises(RecordError, match="is not at"):
        verify(out)
    assert verify(out, tmp_path / "originals").verdict is Verdict.EXACT


def test_of_two_files_of_its_name_the_original_is_taken(out: Path, demo_png: Path) -> None:
    beside = out / demo_png.name
    beside.write_bytes(demo_png.read_bytes())
    demo_png.write_bytes(b"another file in its place")
    assert verify(out).verdict is Verdict.EXACT
    beside.write_bytes(b"this is not it either")
    verdict, finding = worst(out)
    assert (verdict, finding.subject) == (Verdict.TAMPERED, str(demo_png))


def test_a_missing_original_hides_no_other_run(demo_png: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.png"
    other.write_bytes(demo_png.read_bytes())
    written(demo_png, "bicubic", EYES, tmp_path / "runs" / "a")
    written(other, "bicubic", EYES, tmp_path / "runs" / "b")
    demo_png.unlink()
    verdict, finding = worst(tmp_path / "runs")
    assert verdict is Verdict.DIFFERENT
    assert finding.subject == str(tmp_path / "runs" / "a" / "record.json")
    assert "was not replayed: the original demo.png is not at" in finding.text
    found = verify(tmp_path / "runs").findings
    assert any((f.subject, f.text) == ("bicubic", "bit-identical") for f in found)


def test_an_original_that_cannot_be_read_hides_no_other_run(
    demo_png: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        written(demo_png, "bicubic", EYES, tmp_path / "runs" / name)

    def refuse(path: Path) -> str:
        raise EvidenceError("the file may not be read", path=path)

    monkeypatch.setattr(verifying, "sha256_file", refuse)
    with pytest.raises(EvidenceError):
        verify(tmp_path / "runs" / "a")
    with Case.create(tmp_path / "a.fhcase") as case:
        for seed in (0, 1):
            case.add_run(enhance(EnhanceRequest(demo_png, "bicubic", EYES, seed=seed, threads=1)))
    for path in (tmp_path / "runs", tmp_path / "a.fhcase"):
        texts = [f.text for f in verify(path).findings]
        assert texts.count("the file may not be read") == 2


def test_what_the_record_does_not_name_among_its_stages_is_told(out: Path) -> None:
    (out / "stages" / "01-better.png").write_bytes(b"mine")
    verdict, finding = worst(out)
    assert verdict is Verdict.DIFFERENT
    assert finding.subject == str(out / "stages" / "01-better.png")
    assert "nothing vouches for it" in finding.text


@pytest.mark.data
@pytest.mark.parametrize("method", ["bicubic", "srcnn", "vdsr"])
def test_one_and_two_threads_are_exact_on_a_real_frame(
    data_dir: Path, tmp_path: Path, method: str
) -> None:
    eyes = Placement(PlacementKind.LANDMARKS, landmarks=((175.0, 91.0), (187.0, 91.0)))
    source = data_dir / "cctv" / "whu_far_01.jpg"
    for threads in (1, 2):
        made = written(source, method, eyes, tmp_path / str(threads), threads)
        for again in (1, 2):
            assert verify(made, threads=again).verdict is Verdict.EXACT
