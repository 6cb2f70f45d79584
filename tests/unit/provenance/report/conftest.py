"""Completed runs on the demo frame, with landmarks by hand: no detector, so they cost nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from fhgui.core.dossier import Dossier
from fhgui.core.record import Outcome, Record
from fhgui.imaging.demo import demo_frame
from fhgui.provenance.enhance import enhance
from fhgui.provenance.records import seal
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run
from tests.helpers.dossiers import dossier_of

EYES = ((150.0, 100.0), (190.0, 102.0))


@pytest.fixture(scope="session")
def frame_png(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "frame.png"
    Image.fromarray(demo_frame()).save(path)
    return path


@pytest.fixture(scope="session")
def runs(frame_png: Path) -> tuple[Run, Run]:
    placement = Placement(PlacementKind.LANDMARKS, landmarks=EYES)
    first = enhance(EnhanceRequest(frame_png, "bicubic", placement))
    second = enhance(EnhanceRequest(frame_png, "bicubic", placement, seed=1))
    assert first.error is None
    assert second.error is None
    return first, second


@pytest.fixture(scope="session")
def failed(runs: tuple[Run, Run]) -> Record:
    record = replace(runs[0].record, outcome=Outcome.FAILED, error="the disk is full", stages=())
    return seal(record)


@pytest.fixture(scope="session")
def dossier(runs: tuple[Run, Run], failed: Record) -> Dossier:
    return dossier_of(runs, (failed,))
