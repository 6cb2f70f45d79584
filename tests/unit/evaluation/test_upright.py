"""Turned inputs are put upright before methods see them that take upright faces only."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui import paths
from fhgui.core.arrays import Pixels
from fhgui.core.face import FaceAlignment, PlacedBy
from fhgui.core.method import Asset
from fhgui.evaluation import candidates
from fhgui.evaluation.benchmark import check, run
from fhgui.evaluation.candidates import Candidate
from fhgui.evaluation.degrading import generator, turn
from fhgui.evaluation.events import Event, ImageScored, Note, RowDone, TransformsFound
from fhgui.evaluation.pairs import PairSet, make_pairs
from fhgui.evaluation.protocols import ALL_METRICS, protocol
from fhgui.evaluation.rows import Row
from fhgui.evaluation.transforms import WANTED_DEG
from fhgui.methods.tdn.config import STRAIGHTENER
from tests.unit.evaluation.conftest import smooth

TURNED = protocol("unaligned128-x8")
WITHOUT = frozenset(ALL_METRICS) - {"psnr_rgb"}
BICUBIC, RAW, SRCNN = (Candidate(name, name) for name in ("bicubic", "bicubic_raw", "srcnn"))


class Knowing:
    """Knows how the protocol turned its inputs, by their pixels."""

    assets = (Asset("weights", "tdn/stn0.safetensors", "0" * 64),)

    def __init__(self, pairs: PairSet) -> None:
        self._turns = {
            pair.input.tobytes(): turn(TURNED, generator(TURNED.seed, *_of(pair.name)))
            for pair in pairs.pairs
        }

    def alignment(self, pixels: Pixels) -> FaceAlignment:
        from_truth = self._turns[pixels.tobytes()]
        linear = np.linalg.inv(8 * from_truth[:, :2])
        onto_input = from_truth[:, 2] + from_truth[:, :2] @ np.full(2, 3.5)
        matrix = np.column_stack([linear, -linear @ onto_input])
        return FaceAlignment(matrix, PlacedBy.NETWORK, "celeba128")


def _of(name: str) -> tuple[str, int]:
    stem, _, copy = name.rpartition("-")
    return stem, int(copy) - 1


@pytest.fixture
def turned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PairSet:
    """Return three turned inputs of one picture with an aligner that knows them."""
    (tmp_path / "faces").mkdir()
    Image.fromarray(smooth(3)).save(tmp_path / "faces" / "f.png")
    pairs = make_pairs(TURNED, tmp_path / "faces")
    knowing = Knowing(pairs)
    monkeypatch.setattr(candidates, "_aligner", lambda _: knowing)
    return pairs


def rows(events: Sequence[Event]) -> dict[str, Row]:
    return {event.row.label: event.row for event in events if isinstance(event, RowDone)}


def test_upright_inputs_give_better_results_than_raw_ones(turned: PairSet) -> None:
    events = list(run(TURNED, turned, [BICUBIC, RAW, SRCNN], without=WITHOUT))
    found = rows(events)
    psnr = {label: row.psnr_rgb or 0 for label, row in found.items()}
    assert psnr["bicubic"] > psnr["bicubic_raw"] + 3
    assert psnr["srcnn"] > psnr["bicubic_raw"] + 3
    notes = [event.text for event in events if isinstance(event, Note)]
    assert "inputs are put upright by STN0 for bicubic, srcnn" in notes
    assert all(e.result.shape == (128, 128, 3) for e in events if isinstance(e, ImageScored))


def test_the_straighteners_file_is_told_with_the_methods_own(turned: PairSet) -> None:
    loaded, _ = check([BICUBIC, RAW, SRCNN], TURNED, "cpu")
    names = {one.candidate.label: [asset.name for asset in one.assets] for one in loaded}
    assert names["bicubic"] == ["tdn/stn0.safetensors"]
    assert names["bicubic_raw"] == []
    assert names["srcnn"][-1] == "tdn/stn0.safetensors"
    assert len(names["srcnn"]) == 2


def test_the_pose_that_the_aligner_finds_is_the_protocols(turned: PairSet) -> None:
    measures = frozenset({"transforms"})
    events = list(run(TURNED, turned, [BICUBIC], without=WITHOUT, measures=measures))
    (event,) = [event for event in events if isinstance(event, TransformsFound)]
    assert event.found.median_deg == pytest.approx(0, abs=1e-9)
    assert event.found.median_shift_px == pytest.approx(0, abs=1e-9)
    assert event.found.upright_deg > 1


def test_upright_protocols_need_no_aligner(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> None:
        raise AssertionError("nothing is turned")

    monkeypatch.setattr(candidates, "_aligner", refuse)
    loaded, _ = check([BICUBIC, SRCNN], protocol("celeba128-x8"), "cpu")
    assert len(loaded) == 2


@pytest.mark.data
def test_the_shipped_network_finds_how_real_faces_are_turned(data_dir: Path) -> None:
    if paths.model_file(STRAIGHTENER) is None:
        pytest.skip(f"no {STRAIGHTENER}: train it with `fhgui train straightener`")
    pairs = make_pairs(TURNED, data_dir / "celeba128" / "test-dev.zip", limit=6)
    measures = frozenset({"transforms"})
    events = list(run(TURNED, pairs, [BICUBIC, RAW], without=WITHOUT, measures=measures))
    (event,) = [event for event in events if isinstance(event, TransformsFound)]
    assert len(event.found.faces) == 18
    assert event.found.median_deg < WANTED_DEG
    found = rows(events)
    assert (found["bicubic"].psnr_rgb or 0) > (found["bicubic_raw"].psnr_rgb or 0) + 2
