"""A recorded result is traced to its exemplars with the files it used, or not at all."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file

from fhgui import paths
from fhgui.core.contributions import Source, Traced
from fhgui.core.errors import FhguiError, MethodError, WeightsError
from fhgui.core.face import Box
from fhgui.core.record import Outcome
from fhgui.provenance.enhance import enhance
from fhgui.provenance.folder import write_run
from fhgui.provenance.records import read_record
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run
from fhgui.provenance.sources import again_words, whose_words, why_untold
from fhgui.provenance.traces import trace_files, trace_json, traced_folder
from fhgui.provenance.tracing import ENLARGED, glimpses, traced_run
from fhgui.training.export import register
from tests.helpers.exemplars import GALLERY, low_face, write_models

SETTINGS = {"mode": "sr", "detail": True, "gallery": GALLERY, "neighbours": 3}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a model folder that no test changes."""
    return write_models(tmp_path_factory.mktemp("models"))


@pytest.fixture
def models(folder: Path, tmp_path: Path) -> Iterator[Path]:
    """Return a model folder of the test's own, searched before all others."""
    own = shutil.copytree(folder, tmp_path / "models")
    with paths.searched_first(own):
        yield own


def run(tmp_path: Path, **settings: object) -> Run:
    source = tmp_path / "low.png"
    Image.fromarray(low_face().pixels).save(source)
    chosen = {**SETTINGS, **settings}
    place = Placement(PlacementKind.ALIGNED)
    found = enhance(EnhanceRequest(source, "fsgn", place, settings=chosen, threads=1, device="cpu"))
    assert found.error is None
    return found


def test_a_result_is_traced_to_the_exemplars_it_is_from(models: Path, tmp_path: Path) -> None:
    made = run(tmp_path)
    traced = traced_run(made)
    assert traced.gap == 0
    assert np.array_equal(traced.result, made.result.pixels)
    found = traced.contributions
    assert found.names[int(found.largest(1)[0])] == "2.png"  # the face itself is in the gallery
    assert traced.gallery.sha256 == made.record.gallery[0].sha256
    again = traced_run(made).contributions
    assert again.at(100, 100) == found.at(100, 100)
    assert "bit for bit" in again_words(traced)
    assert whose_words(traced) == "6 exemplars, each one person's photograph."
    assert "none is a person's photograph" in whose_words(replace(traced, least_members=8))


def test_windows_are_those_of_the_gallery_the_way_round_they_were_used(
    models: Path, tmp_path: Path
) -> None:
    traced = traced_run(run(tmp_path))
    pictures = load_file(models / f"{GALLERY}.safetensors")[traced.array]
    for mirrored in (False, True):
        source = Source(3, "3.png", 0.5, 0.5, 1, mirrored, Box(100, 120, 20, 20), (104, 131))
        (seen,) = glimpses(traced.gallery, traced.array, [source])
        window = pictures[3, 120:140, 100:120]
        x, y, side = seen.box.x, seen.box.y, seen.box.w
        shown = seen.pixels[y : y + side, x : x + side]
        assert np.array_equal(shown[:, ::-1] if mirrored else shown, window)
        assert np.array_equal(seen.pixels[seen.at_xy[1], seen.at_xy[0]], pictures[3, 131, 104])


def test_another_gallery_than_the_runs_is_refused(models: Path, tmp_path: Path) -> None:
    made = run(tmp_path)
    traced = traced_run(made)
    other = write_models(tmp_path / "other", count=5) / f"{GALLERY}.safetensors"
    target = models / f"{GALLERY}.safetensors"
    shutil.copy(other, target)
    register(target, {"what": "another"})
    with pytest.raises(WeightsError, match="another one than the run's"):
        traced_run(made)
    with pytest.raises(WeightsError, match="another one than the run's"):
        glimpses(traced.gallery, traced.array, traced.contributions.at(5, 5))
    target.unlink()
    with pytest.raises(WeightsError, match="is not installed"):
        traced_run(made)


def test_a_gallery_that_took_anothers_place_is_used_at_once(models: Path, tmp_path: Path) -> None:
    before = run(tmp_path).record.gallery
    other = write_models(tmp_path / "other", count=5) / f"{GALLERY}.safetensors"
    target = models / f"{GALLERY}.safetensors"
    shutil.copy(other, target)
    register(target, {"what": "another"})
    now = run(tmp_path)
    assert now.record.gallery[0].sha256 != before[0].sha256
    assert len(traced_run(now).contributions.names) == 5


def test_a_result_that_does_not_come_again_is_refused(models: Path, tmp_path: Path) -> None:
    made = run(tmp_path)
    *others, last = made.stages
    one_off = np.where(last.pixels < 255, last.pixels + 1, last.pixels).astype(np.uint8)
    near = traced_run(replace(made, stages=(*others, replace(last, pixels=one_off))))
    assert near.gap == 1
    assert "up to 1 grey level off" in again_words(near)
    far = replace(made, stages=(*others, replace(last, pixels=255 - last.pixels)))
    with pytest.raises(MethodError, match="made again, the result is up to"):
        traced_run(far)


def test_why_nobody_can_be_told(models: Path, tmp_path: Path) -> None:
    base_only = run(tmp_path, detail=False)
    assert why_untold(base_only.record).startswith("there is no detail layer here")
    assert "without any person's photograph" in why_untold(base_only.record)
    with pytest.raises(MethodError, match="no detail layer here"):
        traced_run(base_only)
    detail = run(tmp_path).record
    assert why_untold(detail) == ""
    assert "does not tell" in why_untold(replace(detail, method="bicubic"))
    assert "no method" in why_untold(replace(detail, method="of_tomorrow"))
    assert "did not complete" in why_untold(replace(detail, outcome=Outcome.FAILED))


def test_a_gallery_outside_of_the_models_leaves_a_record_that_can_be_read(
    models: Path, tmp_path: Path
) -> None:
    """As ``fhgui gallery build`` says to use it: by its whole path."""
    made = run(tmp_path, gallery=str(models / GALLERY))
    write_run(made, tmp_path / "out")
    assert read_record(tmp_path / "out" / "record.json") == made.record
    assert traced_folder(tmp_path / "out").gap == 0


def test_a_trace_is_written_as_json_and_pictures(models: Path, tmp_path: Path) -> None:
    write_run(run(tmp_path), tmp_path / "out")
    traced: Traced = traced_folder(tmp_path / "out" / "record.json")
    told = trace_json(traced, [(100, 120)])
    assert sum(exemplar["share"] for exemplar in told["exemplars"]) == pytest.approx(1)
    (place,) = told["places"]
    assert [place["x"], place["y"]] == [100, 120]
    assert 1 <= place["count"] <= len(place["sources"]) <= 6
    assert place["sources"][0]["name"] == "2.png"
    files = trace_files(traced, [(100, 120)])
    assert list(files) == ["leading.png", "at-100-120.png", "trace.json"]
    (tmp_path / "at.png").write_bytes(files["at-100-120.png"])
    with Image.open(tmp_path / "at.png") as sheet:
        assert sheet.height == 60 * ENLARGED
    with pytest.raises(FhguiError, match="not on a face"):
        trace_json(traced, [(240, 0)])
