"""The expected error of a run: asked of the method as it ran, told in report and sheet."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.core.doubt import INTERVAL
from fhgui.core.method import Reading
from fhgui.methods.error_scale import load_trunk
from fhgui.provenance import enhance as enhancing
from fhgui.provenance.doubting import doubt_of, recorded_doubt
from fhgui.provenance.enhance import enhance
from fhgui.provenance.report.exhibits import exhibits
from fhgui.provenance.report.html import html_bytes
from fhgui.provenance.report.sheet import CELL_PX, comparison_png
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run
from tests.helpers import uncertain
from tests.helpers.dossiers import dossier_of

ALIGNED = Placement(PlacementKind.ALIGNED)


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    uncertain.install(monkeypatch, folder)
    uncertain.install_scale(folder)
    return folder


@pytest.fixture
def run(models: Path, tmp_path: Path) -> Run:
    rng = np.random.default_rng(0)
    path = tmp_path / "face.png"
    Image.fromarray(rng.integers(0, 256, (4, 4, 3), dtype=np.uint8)).save(path)
    done = enhance(EnhanceRequest(path, uncertain.ID, ALIGNED, device="cpu"))
    assert done.error is None
    return done


@pytest.fixture
def plain(demo_png: Path) -> Run:
    eyes = Placement(PlacementKind.LANDMARKS, landmarks=((150.25, 120.0), (163.0, 121.5)))
    return enhance(EnhanceRequest(demo_png, "bicubic", eyes))


def test_the_map_is_the_methods_own_and_costs_no_second_loading(run: Run) -> None:
    loadings = enhancing._loaded.cache_info().misses
    doubt = doubt_of(run)
    assert enhancing._loaded.cache_info().misses == loadings
    assert doubt.expected is not None
    assert doubt.expected.dtype == np.float32
    assert doubt.expected.shape == (32, 32)
    assert doubt.expected == pytest.approx(uncertain.HALF_WIDTH)
    assert doubt.expected_note == ""
    assert {file.name for file in run.record.weights} == {uncertain.WEIGHTS, uncertain.SCALE}


def test_a_method_without_an_estimate_says_so(plain: Run) -> None:
    doubt = doubt_of(plain)
    assert doubt.expected is None
    assert doubt.expected_note == "bicubic does not estimate its error"


def test_a_blur_that_the_method_found_is_told_beside_the_maps(plain: Run) -> None:
    assert doubt_of(plain).note == ""
    first, *others = plain.record.stages
    for kind, expected in (("none", ""), ("motion", "Estimated blur motion, Length 5 px")):
        told = (Reading("blur", kind, "", "Estimated blur"),)
        if kind == "motion":
            told += (Reading("blur_length_px", 5, "px", "Length"),)
        stages = (replace(first, readings=told), *others)
        record = replace(plain.record, stages=stages)
        note = recorded_doubt(record, plain.result.pixels, plain.stages[0].pixels).note
        assert expected in note
        assert bool(note) == bool(expected)
        assert not note or f"reckon with {record.degradation} alone" in note


def test_other_files_than_the_runs_are_not_asked(run: Run, models: Path) -> None:
    trunk, _ = load_trunk(uncertain.ID)
    assert isinstance(trunk, uncertain.Network)
    trunk.shift.data += 0.5
    path = models / uncertain.WEIGHTS
    identity = {"method": uncertain.ID, "part": "network"}
    uncertain.write_weights(trunk, path, identity, uncertain.Spec())
    uncertain.register(path, {})
    uncertain.install_scale(models)
    doubt = doubt_of(run)
    assert doubt.expected is None
    assert doubt.expected_note == f"the files of {uncertain.ID} are no longer those of the run"
    assert doubt.invented.shape == (32, 32)


def test_weights_of_ones_own_have_no_estimate(run: Run, models: Path) -> None:
    trunk, _ = load_trunk(uncertain.ID)
    identity = {"method": uncertain.ID, "part": "network", "of": "one's own"}
    uncertain.write_weights(trunk, models / uncertain.WEIGHTS, identity, uncertain.Spec())
    uncertain.register(models / uncertain.WEIGHTS, {})
    again = enhance(EnhanceRequest(Path(run.record.evidence.path), uncertain.ID, ALIGNED))
    assert again.error is None
    doubt = doubt_of(again)
    assert doubt.expected is None
    assert "no error scale that was trained beside these weights" in doubt.expected_note


def test_files_that_are_gone_leave_the_other_maps(run: Run, models: Path) -> None:
    (models / uncertain.SCALE).unlink()
    doubt = doubt_of(run)
    assert doubt.expected is None
    assert "no longer those of the run" in doubt.expected_note


def test_the_report_shows_the_map_with_figures_or_says_why_not(run: Run, plain: Run) -> None:
    page = html_bytes(dossier_of([run, plain])).decode()
    assert f"{INTERVAL:.0%} interval: ± {uncertain.HALF_WIDTH} grey levels at the median" in page
    assert "for 90% of the pixels of faces that it had not seen" in page
    assert "Expected error: no map; bicubic does not estimate its error." in page


def test_without_any_estimate_the_report_does_not_explain_it(plain: Run) -> None:
    words = " ".join(str(block) for block in exhibits(dossier_of([plain])))
    assert "for 90% of the pixels" not in words
    assert "no map; bicubic does not estimate" in words


def test_the_sheet_has_a_row_more(run: Run, plain: Run) -> None:
    def sheet(runs: list[Run]) -> Image.Image:
        return Image.open(io.BytesIO(comparison_png(runs)))

    assert sheet([run, plain]).height > sheet([plain, plain]).height + CELL_PX
