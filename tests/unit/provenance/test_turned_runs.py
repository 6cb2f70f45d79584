"""Runs of a method that puts faces upright itself: placed by the box, replayed, doubted."""

import json
import math
from pathlib import Path

import pytest

from fhgui import paths
from fhgui.core.doubt import Redegradation
from fhgui.core.face import Box, PlacedBy
from fhgui.methods import registry
from fhgui.provenance.doubting import doubt_of
from fhgui.provenance.enhance import enhance
from fhgui.provenance.folder import write_run
from fhgui.provenance.repeats import repeats
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run
from fhgui.provenance.stored import stored_run
from fhgui.provenance.verification.dispatch import verify
from fhgui.provenance.verification.findings import Verdict
from tests.helpers.models import turned_straightener, turned_tdn

BOX = Box(4, 4, 40, 40)
"""A part of the demo frame without any face in it."""
ANGLE_DEG = 30.0


@pytest.fixture
def request_(demo_png: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EnhanceRequest:
    models = tmp_path / "models"
    turned_tdn(models, (math.radians(ANGLE_DEG), 1.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0))
    turned_straightener(models, (math.radians(10), 1.0, 0.0, 0.0))
    monkeypatch.setattr(paths, "model_folders", lambda: (models,))
    monkeypatch.setitem(registry.PACKAGES, "tdn", "fhgui.methods.tdn")
    return EnhanceRequest(demo_png, "tdn", Placement(PlacementKind.STRAIGHTEN, box=BOX), threads=1)


@pytest.fixture
def run(request_: EnhanceRequest) -> Run:
    done = enhance(request_)
    assert done.error is None
    return done


def test_it_is_placed_by_the_box_alone_for_it_straightens_itself(run: Run) -> None:
    assert run.record.alignment is not None
    assert run.record.alignment.placed_by == PlacedBy.BOX
    assert not any("STN0" in words for words in run.record.warnings)


def test_the_record_tells_what_it_measured_and_is_replayed_exactly(
    run: Run, tmp_path: Path
) -> None:
    write_run(run, tmp_path / "out")
    stages = json.loads((tmp_path / "out" / "record.json").read_bytes())["stages"]
    assert [s["name"] for s in stages] == ["input", "bicubic", "stn1", "stn2", "result"]
    told = {r["name"]: r["value"] for r in stages[3]["readings"]}
    assert told["angle_deg"] == pytest.approx(ANGLE_DEG, abs=0.05)
    assert len(stages[1]["outlines"]) == 2
    assert "readings" not in stages[0]
    assert verify(tmp_path / "out").verdict is Verdict.EXACT
    again = stored_run(run.record, tmp_path / "out")
    assert again.stages[3].readings == run.stages[3].readings


def test_doubts_are_about_the_result_laid_back(run: Run) -> None:
    assert run.record.redegradation is None
    doubt = doubt_of(run)
    assert f"{run.stages[3].readings[0].value:.1f}°" in doubt.note
    assert doubt.invented.shape == (128, 128)
    assert doubt.agreement is not None
    assert isinstance(doubt.agreement.after, Redegradation)


def test_results_of_moved_placements_are_compared_as_they_are_put_upright(
    request_: EnhanceRequest, run: Run
) -> None:
    assert run.frame is not None
    assert run.face is not None
    found = repeats(request_, run.frame, run.face.alignment, run.result.pixels, lambda: None)
    assert found.jitter is not None
    assert "as the method put them upright" in found.notes[0]
