"""Laws of exemplar regression and of what is laid over the base image."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from fhgui.core.arrays import AnyArray, Floats
from fhgui.core.contributions import Contributions
from fhgui.core.errors import MethodError
from fhgui.imaging.colour import luma
from fhgui.imaging.exemplar_maps import SHOWN, tinted
from fhgui.methods.fsgn import exemplars
from fhgui.methods.fsgn.contributions import contributions_of, readings, thumbnails
from fhgui.methods.fsgn.detail import DetailSettings, enhance_detail, guided
from fhgui.methods.fsgn.exemplars import (
    Matches,
    Regression,
    Windows,
    agreed,
    averaged,
    match,
    mixtures,
    regress,
)
from fhgui.methods.fsgn.exemplars_reference import match_densely
from fhgui.methods.fsgn.gallery import Exemplars, GallerySpec, Sharp

HW = (48, 40)
HOW = Regression(neighbours=3, patch_px=12, reach_px=4, ridge=400 / 255**2)
COUNT = 6


def _pictures(count: int, seed: int = 0, sigma_px: float = 1.5) -> AnyArray:
    """Return count×H×W float32 of smooth noise, 0–1."""
    noise = np.random.default_rng(seed).normal(size=(count, *HW))
    smooth = np.stack([gaussian_filter(plane, sigma_px) for plane in noise])
    scaled: AnyArray = (0.5 + 0.15 * smooth / smooth.std()).clip(0, 1).astype(np.float32)
    return scaled


def _blurred(pictures: AnyArray, sigma_px: float = 1.0) -> AnyArray:
    return np.stack([gaussian_filter(p, sigma_px) for p in pictures])


def _gallery(gain: float = 0.7) -> Exemplars:
    sharp = _pictures(COUNT)
    names = tuple(f"face {i}" for i in range(COUNT))
    spec = GallerySpec("full", HW, names, ("sr",), (gain,), ("0" * 64,))
    colours = np.repeat((255 * sharp).round().astype(np.uint8)[..., None], 3, axis=3)
    return Exemplars(spec, "sr", Sharp(colours), (255 * _blurred(sharp)).round().astype(np.uint8))


def _base(gallery: Exemplars, number: int) -> Floats:
    return np.repeat(gallery.bases[number].astype(np.float64)[..., None], 3, axis=2)


def _with(regression: Regression = HOW, **values: object) -> DetailSettings:
    return DetailSettings(**{"regression": regression, "alike": 0, **values})  # type: ignore[arg-type]


def _even(count: int) -> tuple[AnyArray, AnyArray]:
    """Return weights and trust of patches that are all one window."""
    return np.ones((count, 1), np.float32), np.ones(count, np.float32)


def test_patches_are_found_where_they_were_taken_from() -> None:
    pictures = _pictures(COUNT)
    found = match(pictures[2], pictures, HOW)
    nearest = np.abs(found.weights).argmax(axis=1)[:, None]
    where = [np.take_along_axis(x, nearest, 1)[:, 0] for x in vars(found.windows).values()]
    rows, columns = found.grid
    assert found.grid == (1 + (HW[0] - 12) // 4, 1 + (HW[1] - 12) // 4)
    assert (where[0] == 2).all()
    assert np.array_equal(where[1].reshape(rows, columns)[:, 0], 4 * np.arange(rows))
    assert np.array_equal(where[2].reshape(rows, columns)[0], 4 * np.arange(columns))


def test_shifted_patches_are_found_by_the_fast_and_the_dense_way() -> None:
    wide = _pictures(1, seed=3, sigma_px=3)[0]
    moved = np.roll(wide, (2, -4), axis=(0, 1))
    for found in (match(moved, wide[None], HOW), match_densely(moved, wide[None], HOW)):
        rows, columns = (n // 2 for n in found.grid)  # far from the edges, where it wrapped
        patch = rows * found.grid[1] + columns
        top, left = rows * found.step_px, columns * found.step_px
        at = found.windows.tops[patch, 0], found.windows.lefts[patch, 0]
        assert at == (top - 2, left + 4)


def test_every_window_lies_in_its_picture() -> None:
    pictures, base = _pictures(COUNT), _pictures(1, seed=9)[0]
    for found in (match(base, pictures, HOW), match_densely(base, pictures, HOW)):
        for places, length in ((found.windows.tops, HW[0]), (found.windows.lefts, HW[1])):
            assert places.min() >= 0
            assert places.max() <= length - HOW.patch_px
        assert found.windows.tops.shape == (found.grid[0] * found.grid[1], 3)
        exemplar = np.sort(found.windows.exemplars, axis=1)
        assert (np.diff(exemplar, axis=1) > 0).all()  # of every exemplar its best window only


def test_weights_solve_the_ridge_regression() -> None:
    pictures, base = _pictures(COUNT), _pictures(1, seed=5)[0]
    found = match(base, pictures, HOW)
    patch, row, column = 7, *divmod(7, found.grid[1])
    h = found.windows.part(slice(patch, patch + 1)).of(pictures, 12)[0].T.astype(np.float64)
    i = base[4 * row : 4 * row + 12, 4 * column : 4 * column + 12].ravel().astype(np.float64)
    expected = np.linalg.inv(h.T @ h + HOW.ridge * np.eye(3)) @ h.T @ i  # Eq. 5
    assert found.weights[patch] == pytest.approx(expected, abs=1e-3)


def test_patch_that_its_windows_do_not_tell_counts_less() -> None:
    pictures = _pictures(COUNT)
    base = pictures[2].copy()
    base[:20] = np.random.default_rng(0).random((20, HW[1]))  # like nobody's
    found = match(base, pictures, HOW)
    trust = found.trust.reshape(found.grid)
    assert trust[6:].min() > 0.9
    assert trust[:3].max() < 0.1
    plain = match(base, pictures, dataclasses.replace(HOW, misfit=np.inf))
    assert (plain.trust == 1).all()


def test_one_window_of_weight_1_gives_the_picture_back() -> None:
    pictures = _pictures(2)
    tops, lefts = np.meshgrid(4 * np.arange(10), 4 * np.arange(8), indexing="ij")
    places = [x.reshape(-1, 1).astype(np.int32) for x in (np.ones_like(tops), tops, lefts)]
    whole = Matches(4, (10, 8), 12, Windows(*places), *_even(80))
    assert np.allclose(regress(pictures, whole), pictures[1], atol=1e-6)


def test_what_patches_say_together_counts_and_what_they_differ_in_does_not() -> None:
    tops, lefts = np.meshgrid(4 * np.arange(10), 4 * np.arange(8), indexing="ij")
    places = [x.reshape(-1, 1).astype(np.int32) for x in (np.zeros_like(tops), tops, lefts)]
    matches = Matches(4, (10, 8), 12, Windows(*places), *_even(80))
    alike = mixtures(_pictures(1), matches)
    assert np.allclose(agreed(alike, matches, HW), averaged(alike, matches, HW), atol=1e-5)
    noise = np.random.default_rng(0).normal(size=alike.shape).astype(np.float32)
    kept, mean = (np.square(f(noise, matches, HW)).mean() for f in (agreed, averaged))
    assert 0 < kept < 0.05 * mean
    assert not agreed(np.zeros_like(noise), matches, HW).any()


def test_fast_and_dense_agree() -> None:
    sharp, truth = _pictures(12, sigma_px=2.5), _pictures(1, seed=8, sigma_px=2.5)[0]
    bases, base = _blurred(sharp), _blurred(truth[None])[0]
    fast, dense = (find(base, bases, HOW) for find in (match, match_densely))
    ours, theirs = regress(bases, fast), regress(bases, dense)
    assert np.square(ours - base).mean() < 1.5 * np.square(theirs - base).mean()


def test_detail_of_the_own_exemplar_brings_the_truth_back() -> None:
    gallery = _gallery(gain=1.0)
    base = _base(gallery, 4)
    truth = gallery.pictures[4].astype(np.float64)
    found = enhance_detail(base, gallery, _with())
    before, after = (np.square(x - truth).mean() for x in (base, found.output))
    assert after < 0.1 * before
    assert np.allclose(found.output - base, found.detail)
    assert found.contributions.largest(1)[0] == 4


def test_left_out_exemplar_takes_no_part() -> None:
    gallery = _gallery()
    found = enhance_detail(_base(gallery, 4), gallery, _with(), without=4)
    assert found.contributions.shares[4] == 0
    assert found.contributions.shares.sum() == pytest.approx(1)


def test_mirrored_exemplar_is_found_and_said_to_be_mirrored() -> None:
    gallery = _gallery()
    found = enhance_detail(_base(gallery, 1)[:, ::-1].copy(), gallery, _with())
    source = found.contributions.at(20, 24)[0]
    assert (source.exemplar, source.name, source.mirrored) == (1, "face 1", True)
    # the pixel of the mirrored face, mirrored back, is about where the place is mirrored
    assert abs(source.at_xy[0] - (39 - 20)) <= 3


def test_share_of_detail_is_the_gallerys_or_the_analysts() -> None:
    base = _base(_gallery(), 4) + np.arange(3)  # not gray
    half, own = (enhance_detail(base, _gallery(), _with(strength=s)) for s in (0.35, None))
    assert np.allclose(2 * half.detail, own.detail)  # the gallery's own is .7
    none = enhance_detail(base, _gallery(gain=0.0), _with())
    assert np.array_equal(none.output, base)
    chroma = own.output - own.output.mean(axis=2, keepdims=True)
    assert np.allclose(chroma, base - base.mean(axis=2, keepdims=True))


def test_guided_transfer_keeps_a_base_that_is_its_own_regression() -> None:
    base = _pictures(1)[0].astype(np.float64)
    assert np.allclose(guided(base, base, DetailSettings()), base)


def test_guided_transfer_takes_shades_from_the_base_and_texture_from_the_regression() -> None:
    texture = 0.004 * (np.indices(HW).sum(axis=0) % 2 - 0.5)
    enhanced = guided(np.full(HW, 0.3), 0.6 + texture, DetailSettings())
    assert enhanced.mean() == pytest.approx(0.3, abs=1e-3)
    assert np.corrcoef(enhanced.ravel(), texture.ravel())[0, 1] > 0.99


@pytest.mark.parametrize(
    ("shape", "regression", "words"),
    [
        ((44, 40, 3), HOW, "the gallery's faces are 40×48 px, this one is 40×44"),
        ((*HW, 3), Regression(neighbours=7, patch_px=12), "the gallery holds 6"),
        ((*HW, 3), Regression(neighbours=3, patch_px=44), "patches of 44 px do not fit"),
    ],
)
def test_what_does_not_fit_is_refused(
    shape: tuple[int, ...], regression: Regression, words: str
) -> None:
    with pytest.raises(MethodError, match=words):
        enhance_detail(np.zeros(shape), _gallery(), _with(regression))


def test_dense_search_looks_at_every_patch_and_exemplar() -> None:
    gallery = _gallery()
    found = enhance_detail(_base(gallery, 2), gallery, _with(alike=2, dense=True))
    assert found.contributions.grid == (HW[0] - 11, HW[1] - 11)
    assert len(found.contributions.names) == COUNT
    assert found.contributions.largest(1)[0] == 2
    assert found.contributions.spread.leading.shape == HW


def test_fewer_alike_than_mixed_are_all_that_take_part() -> None:
    gallery = _gallery()
    found = enhance_detail(_base(gallery, 0), gallery, _with(alike=2))
    assert len(np.unique(found.contributions.exemplars)) == 2
    assert found.contributions.weights.shape[1] == 2


def test_reach_beyond_the_picture_and_flat_faces_are_no_trouble() -> None:
    gallery = _gallery()
    wide = Regression(neighbours=3, patch_px=40, reach_px=16)
    assert np.isfinite(enhance_detail(_base(gallery, 0), gallery, _with(wide)).output).all()
    flat = enhance_detail(np.full((*HW, 3), 128.0), gallery, _with())
    assert np.isfinite(flat.output).all()


def test_same_face_gives_the_same_bits() -> None:
    gallery = _gallery()
    one, two = (enhance_detail(_base(gallery, 3), gallery, _with()).output for _ in range(2))
    assert np.array_equal(one, two)


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    gallery = _gallery()
    once = enhance_detail(_base(gallery, 3), gallery, _with()).output
    monkeypatch.setattr(exemplars, "CHUNK", 7)
    assert np.allclose(enhance_detail(_base(gallery, 3), gallery, _with()).output, once)


def _two_sources() -> Contributions:
    """Return a face of 2×2 patches: the upper two from exemplar 1, the lower from 0 mirrored."""
    exemplars_, zeros = np.array([[0], [0], [1], [1]], np.int32), np.zeros((4, 1), np.int32)
    tops = np.array([[0], [0], [4], [4]], np.int32)
    weights = np.array([[1], [-2], [0.5], [1]], np.float32)
    found = Matches(4, (2, 2), 12, Windows(exemplars_, tops, zeros), weights, _even(4)[1])
    return contributions_of(("a", "b"), np.array([1, 2]), found, (16, 16))


def test_contributions_are_told_by_place() -> None:
    contributions = _two_sources()
    (corner,) = contributions.at(0, 15)
    assert (corner.name, corner.mirrored, corner.weight, corner.share) == ("a", True, 0.5, 1.0)
    assert (corner.box.x, corner.box.y, corner.box.w) == (4, 4, 12)  # 16 − 12 − 0 from the left
    assert corner.at_xy == (15, 15)
    b, a = contributions.at(8, 8)  # all four patches cover it
    assert (b.name, a.name) == ("b", "a")
    assert (b.share, a.share) == pytest.approx((3 / 4.5, 1.5 / 4.5))
    assert (b.weight, a.weight) == pytest.approx((-1 / 4, 1.5 / 4))
    assert (b.windows, b.mirrored, b.at_xy) == (2, False, (4, 8))
    assert contributions.spread.leading[8, 8] == 1


def test_shares_are_told_in_figures() -> None:
    contributions = _two_sources()
    first = contributions.names[int(contributions.largest(1)[0])]
    told = [reading.words for reading in readings(contributions)]
    assert told[0].startswith(first)
    assert sum(float(words.split()[1].rstrip("%")) for words in told) == pytest.approx(100, abs=0.2)


def test_contributions_tell_what_the_regression_did() -> None:
    """Σ weight·value over the sources of a pixel is what the regression makes of flat exemplars."""
    gallery = _gallery()
    found = enhance_detail(_base(gallery, 3), gallery, _with())
    levels = np.linspace(0.1, 0.9, COUNT, dtype=np.float32)
    gray = np.clip(luma(_base(gallery, 3)) / 255, 0, 1).astype(np.float32)
    numbers = gallery.nearest(gray, 0)
    matches = match(gray, gallery.bases_of(numbers), _with().regression)
    flat = np.broadcast_to(levels[numbers % COUNT][:, None, None], (len(numbers), *HW))
    expected = regress(np.ascontiguousarray(flat), matches)
    for x, y in ((0, 0), (17, 9), (21, 30), (HW[1] - 1, HW[0] - 1)):
        sources = found.contributions.at(x, y)
        told = sum(source.weight * levels[source.exemplar] for source in sources)
        assert told == pytest.approx(expected[y, x], abs=1e-5)


def test_pictures_of_contributions_have_the_faces_size() -> None:
    contributions = _two_sources()
    pictures = np.stack([np.full((16, 16, 3), level, np.uint8) for level in (50, 200)])
    sheet = thumbnails(contributions, pictures)
    assert sheet.shape == (16, 16, 3)
    assert not sheet[4:].any()  # two of 4×4 places are taken
    coloured = tinted(contributions, np.full((16, 16, 3), 100.0))
    assert (coloured[0, 0] != coloured[15, 0]).any()
    assert len(contributions.largest(SHOWN)) == 2 < SHOWN
