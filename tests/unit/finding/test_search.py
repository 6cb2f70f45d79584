"""Faces are found where they lie in the frame, at whatever size, in pieces or at once."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml

from fhgui import paths
from fhgui.core.arrays import Pixels
from fhgui.core.errors import WeightsError
from fhgui.finding import FILE, search
from fhgui.finding.search import find_small
from fhgui.finding.weights import load_finder
from fhgui.imaging.demo import demo_frame

BOX = 168, 92, 30  # of the demo's face: left, top, width
MIDDLE = BOX[0] + 14.5, BOX[1] + 14.5


@pytest.fixture
def fresh() -> Iterator[None]:
    """Let the weights be read again, before and after."""
    load_finder.cache_clear()
    yield
    load_finder.cache_clear()


def moved(pixels: Pixels, right_px: float, down_px: float) -> Pixels:
    matrix = np.array([[1, 0, right_px], [0, 1, down_px]])
    size = pixels.shape[1], pixels.shape[0]
    return cv2.warpAffine(
        pixels, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.uint8)


def best(pixels: Pixels) -> tuple[float, float, float]:
    """Return centre and width of the most certain face."""
    found = find_small(pixels, 16, 64, 0.3)
    return (*found.centres_xy[0], found.widths_px[0])


def test_the_face_of_the_demo_is_the_most_certain() -> None:
    x, y, width = best(demo_frame())
    assert (x, y) == pytest.approx(MIDDLE, abs=3)
    assert width == pytest.approx(BOX[2], rel=0.2)


@pytest.mark.parametrize("shift", [(1.0, 0.0), (0.5, 2.25), (-3.3, 1.7)])
def test_a_face_that_moves_is_found_where_it_moved(shift: tuple[float, float]) -> None:
    frame = demo_frame()
    x, y, width = best(frame)
    moved_x, moved_y, moved_width = best(moved(frame, *shift))
    assert (moved_x - x, moved_y - y) == pytest.approx(shift, abs=0.7)
    assert moved_width == pytest.approx(width, rel=0.06)


def test_a_frame_of_half_the_size_has_the_face_at_half_the_place() -> None:
    frame = demo_frame()
    height, width = frame.shape[:2]
    x, y, width_px = best(frame)
    half = cv2.resize(frame, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    found = find_small(half.astype(np.uint8), 10, 40, 0.2)
    assert found.centres_xy[0] == pytest.approx(((x - 0.5) / 2, (y - 0.5) / 2), abs=0.6)
    assert found.widths_px[0] == pytest.approx(width_px / 2, rel=0.12)


def test_pieces_give_what_the_whole_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = demo_frame()
    whole = find_small(frame, 12, 64, 0.2)
    monkeypatch.setattr(search, "TILE_PX", 96)
    pieces = find_small(frame, 12, 64, 0.2)
    assert len(whole) == len(pieces)
    assert pieces.probability == pytest.approx(whole.probability, abs=1e-4)
    assert np.abs(pieces.centres_xy - whole.centres_xy).max() < 0.01


def test_the_same_pixels_give_the_same_answer() -> None:
    one, other = (find_small(demo_frame(), 12, 64, 0.2) for _ in range(2))
    assert np.array_equal(one.probability, other.probability)
    assert np.array_equal(one.centres_xy, other.centres_xy)


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 200, 3), (90, 120, 3)])
def test_nothing_is_found_where_nothing_is(shape: tuple[int, int, int]) -> None:
    assert len(find_small(np.full(shape, 128, np.uint8), 16, 64, 0.4)) == 0
    noise = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    assert len(find_small(noise, 16, 64, 0.4)) == 0


def test_a_damaged_file_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: None
) -> None:
    shipped = paths.model_file(FILE)
    assert shipped is not None
    own = tmp_path / FILE
    own.parent.mkdir()
    content = bytearray(shipped.read_bytes())
    content[-1] ^= 1
    own.write_bytes(bytes(content))
    (own.parent / "card.yaml").write_bytes((shipped.parent / "card.yaml").read_bytes())
    monkeypatch.setenv("FHGUI_MODELS", str(tmp_path))
    with pytest.raises(WeightsError, match="differs from its card"):
        find_small(demo_frame(), 16, 64, 0.3)


def test_another_networks_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: None
) -> None:
    other = paths.model_file("tdn/network.safetensors")
    assert other is not None
    own = tmp_path / FILE
    own.parent.mkdir()
    own.write_bytes(other.read_bytes())
    digest = hashlib.sha256(own.read_bytes()).hexdigest()
    card = {"files": {own.name: {"sha256": digest}}}
    (own.parent / "card.yaml").write_text(yaml.safe_dump(card), encoding="utf-8")
    monkeypatch.setenv("FHGUI_MODELS", str(tmp_path))
    with pytest.raises(WeightsError, match="belongs to something else"):
        find_small(demo_frame(), 16, 64, 0.3)
