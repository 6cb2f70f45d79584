"""The coverage of expected errors: counted right, told in every file of a benchmark."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fhgui.core.doubt import INTERVAL, LEVELS
from fhgui.core.errors import InputError
from fhgui.core.face import FaceImage
from fhgui.core.method import Origin, Stage
from fhgui.evaluation import studies
from fhgui.evaluation.benchmark import run
from fhgui.evaluation.candidates import Candidate
from fhgui.evaluation.coverage import BIN, Coverage, Meter
from fhgui.evaluation.coverage_tables import coverage_csv, coverage_html, coverage_markdown
from fhgui.evaluation.events import CoverageFound, Event, Note, sentence
from fhgui.evaluation.job import Job, carry_out
from fhgui.evaluation.pairs import make_pairs
from fhgui.evaluation.protocols import ALL_METRICS
from fhgui.evaluation.protocols import protocol as protocol_of
from fhgui.imaging.resize import imresize
from fhgui.methods import registry

QUANTILES = -np.log(1 - np.array(LEVELS))
"""Of the size of a Laplace error with scale 1."""


def measured(too_wide: float = 1.0, faces: int = 20) -> Coverage:
    """Return what is counted where errors are Laplace's with known scales 2–6 grey levels."""
    rng, meter = np.random.default_rng(0), Meter()
    for _ in range(faces):
        scale = rng.uniform(2, 6, (64, 64))
        truth = np.full((64, 64, 3), 128, np.uint8)
        error = np.rint(rng.laplace(size=scale.shape) * scale)
        result = np.clip(truth + error[..., None], 0, 255).astype(np.uint8)
        meter.see(result, truth, [too_wide * scale * q for q in QUANTILES])
    found = meter.found("x")
    assert found is not None
    return found


def test_true_intervals_hold_what_they_promise_in_every_tenth() -> None:
    found = measured()
    assert (found.faces, found.pixels) == (20, 20 * 64 * 64)
    assert found.coverage == pytest.approx(LEVELS, abs=0.03)  # errors are whole grey levels
    assert len(found.tenths) == 10
    assert sum(tenth.pixels for tenth in found.tenths) == found.pixels
    for tenth in found.tenths:
        assert tenth.pixels == pytest.approx(found.pixels / 10, rel=0.1)
        assert tenth.coverage == pytest.approx(LEVELS, abs=0.06)
        assert tenth.least < tenth.most
    errors = [tenth.mean_error for tenth in found.tenths]
    assert errors == sorted(errors)
    assert errors[-1] > 2 * errors[0]
    assert found.median_half_width == pytest.approx(4 * QUANTILES[LEVELS.index(INTERVAL)], rel=0.02)
    assert found.face_low < found.coverage[LEVELS.index(INTERVAL)] < found.face_high


def test_too_narrow_intervals_are_found_out() -> None:
    assert measured(0.5).coverage[LEVELS.index(INTERVAL)] < 0.75
    assert measured(2.0).coverage[LEVELS.index(INTERVAL)] > 0.97


def test_one_width_everywhere_is_one_group() -> None:
    meter = Meter()
    truth = np.zeros((8, 8, 3), np.uint8)
    meter.see(truth, truth, [np.full((8, 8), 3.02 + n) for n in range(len(LEVELS))])
    found = meter.found("flat")
    assert found is not None
    (only,) = found.tenths
    assert only.pixels == 64
    assert only.coverage == (1.0,) * len(LEVELS)
    assert only.most - only.least == pytest.approx(BIN)


def test_nothing_seen_is_nothing_found() -> None:
    assert Meter().found("x") is None
    assert coverage_markdown([]) == coverage_html([]) == ""


def test_every_form_tells_the_same() -> None:
    found = measured(faces=2)
    lines = list(csv.DictReader(io.StringIO(coverage_csv([found]).decode())))
    assert [line["tenth"] for line in lines] == ["all", *map(str, range(1, 11))]
    assert float(lines[0]["coverage_90"]) == found.coverage[LEVELS.index(INTERVAL)]
    share = f"{found.coverage[LEVELS.index(INTERVAL)]:.1%}"
    markdown, html = coverage_markdown([found]), coverage_html([found])
    assert share in markdown
    assert share in html
    assert "| tenth 10 |" in markdown
    assert html.count("<tr>") == 12
    assert json.loads(json.dumps(found.as_json()))["levels"] == list(LEVELS)
    assert share in sentence(CoverageFound(found))


def test_a_method_that_does_not_estimate_is_noted(tmp_path: Path) -> None:
    protocol = protocol_of("celeba128-x8")
    rng = np.random.default_rng(0)
    faces = rng.integers(0, 256, (1, 128, 128, 3), dtype=np.uint8)
    np.save(tmp_path / "f.npy", faces)
    (tmp_path / "f.json").write_text(json.dumps(["a.png"]))
    pairs = make_pairs(protocol, tmp_path / "f.npy")
    wanted = [Candidate("bicubic", "bicubic")]
    without = frozenset(ALL_METRICS)
    events: list[Event] = list(
        run(protocol, pairs, wanted, without=without, measures=frozenset({"coverage"}))
    )
    assert "bicubic does not estimate its error" in [e.text for e in events if isinstance(e, Note)]
    assert not any(isinstance(event, CoverageFound) for event in events)


class Sure:
    """A method that is sure of every pixel to within a fixed number of grey levels."""

    info = registry.info("srcnn")
    config = registry.default_config("srcnn")
    assets = ()

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:
        pixels = imresize(face.pixels, self.info.output_hw)
        yield Stage("result", "Result", pixels, Origin.SYNTHESISED)

    def expected_error(self, face: FaceImage, coverage: float = INTERVAL) -> np.ndarray:
        return np.full(self.info.output_hw, 20 * coverage, np.float32)


def test_a_benchmark_writes_what_it_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "load", lambda *_: Sure())
    coarse = np.random.default_rng(0).integers(60, 190, (2, 8, 8, 3), dtype=np.uint8)
    np.save(tmp_path / "f.npy", np.stack([imresize(face, (128, 128)) for face in coarse]))
    (tmp_path / "f.json").write_text(json.dumps(["a.png", "b.png"]))
    job = Job(
        protocol_of("celeba128-x8"),
        tmp_path / "f.npy",
        (Candidate("sure", "srcnn"),),
        without=frozenset(ALL_METRICS),
        measures=frozenset({"coverage"}),
    )
    told: list[Event] = []
    carry_out(job, tmp_path / "out", told.append)
    (found,) = [event.found for event in told if isinstance(event, CoverageFound)]
    stored = json.loads((tmp_path / "out" / "coverage.json").read_text())
    assert stored == {"protocol": "celeba128-x8", "rows": [json.loads(json.dumps(found.as_json()))]}
    assert found.faces == 2
    assert found.median_half_width == pytest.approx(18, abs=BIN)
    assert list(found.coverage) == sorted(found.coverage)
    for name in ("report.html", "table.md"):
        assert "Coverage of the expected error" in (tmp_path / "out" / name).read_text()
    assert (tmp_path / "out" / "coverage.csv").read_bytes() == coverage_csv([found])


def test_a_study_may_ask_for_coverage_of_whoever_estimates() -> None:
    study = studies.load_study("coverage")
    assert study.measures == {"coverage"}
    assert all(registry.info(row.method or "").estimates_error for row in study.rows)


def test_an_unknown_measure_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("protocol: celeba128-x8\ntitle: t\nrows: estimating\nmeasures: [beauty]")
    with pytest.raises(InputError, match="no measure beauty"):
        studies.load_study(str(path))
