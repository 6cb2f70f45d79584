"""Results on one face are held against each other wherever their methods cut it out."""

from dataclasses import replace

import numpy as np
import pytest

from fhgui.core.dossier import Exhibit
from fhgui.core.fusion import FusionRecord
from fhgui.provenance.comparing import compared_runs, same_face
from fhgui.provenance.enhance import enhance
from fhgui.provenance.report.words import method_and_source
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run
from tests.helpers.dossiers import exhibit_of


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Run]:
    from PIL import Image

    from fhgui.imaging.demo import demo_frame

    path = tmp_path_factory.mktemp("demo") / "demo.png"
    Image.fromarray(demo_frame()).save(path)
    auto = Placement(PlacementKind.AUTO)
    narrow, wide = (enhance(EnhanceRequest(path, m, auto, threads=1)) for m in ("bicubic", "csrip"))
    return narrow, wide


@pytest.fixture
def exhibits(runs: tuple[Run, Run]) -> tuple[Exhibit, Exhibit]:
    first, second = (exhibit_of(run, number) for number, run in enumerate(runs, start=1))
    return first, second


def test_other_crops_are_compared_where_they_lie_in_the_frame(
    runs: tuple[Run, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fhgui.provenance.comparing.drift_table", lambda face, results: ())
    found = compared_runs(runs)
    sizes = [values.shape for values in found.disagreements]
    assert sizes == [run.result.pixels.shape[:2] for run in runs]
    assert found.disagreement is found.disagreements[1]
    assert "show other crops of the frame" in found.notes[0]
    means = [float(np.nanmean(values)) for values in found.disagreements]
    assert max(means) < 16  # as they stand, the face of one lies over the background of the other
    assert not np.isnan(found.disagreements[0]).any()  # the smaller crop lies in the other
    assert np.isnan(found.disagreements[1]).any()  # one alone reaches: nothing is compared there


def test_a_face_is_one_whatever_the_template(exhibits: tuple[Exhibit, Exhibit]) -> None:
    assert same_face(exhibits) == [exhibits]


def test_pictures_that_are_shown_again_are_not_compared_with_themselves(
    exhibits: tuple[Exhibit, Exhibit],
) -> None:
    first, second = exhibits
    again = replace(second, record=replace(second.record, reused=first.record.id))
    assert same_face((first, again)) == [(first,)]
    assert same_face((again,)) == [(again,)]
    assert method_and_source(again.record).endswith("frame 0, as computed before")


def test_a_heading_tells_of_fused_frames(exhibits: tuple[Exhibit, Exhibit]) -> None:
    fusion = FusionRecord((None, None, None), 2, (0, 0, 9, 9), 1.0)  # type: ignore[arg-type]
    record = replace(exhibits[0].record, fusion=fusion)
    assert method_and_source(record).endswith("frame 0 with 2 others fused")
