"""``fsgn`` with its weights in memory."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from fhgui.core.arrays import Floats, Pixels, Points
from fhgui.core.contributions import Traced
from fhgui.core.errors import MethodError
from fhgui.core.face import FaceImage
from fhgui.core.method import Asset, MethodInfo, Origin, Outline, Reading, Stage
from fhgui.imaging.blur import READING, Blur, BlurKind, estimate_blur
from fhgui.imaging.colour import to_uint8
from fhgui.imaging.component_masks import component_masks, outlines
from fhgui.imaging.exemplar_maps import tinted
from fhgui.imaging.resize import imresize
from fhgui.methods.checks import check_input
from fhgui.methods.fsgn.base import BaseLayer, Mode, load_base
from fhgui.methods.fsgn.config import DETAIL_STAGES, INFO, PATCH_STAGES, Config
from fhgui.methods.fsgn.contributions import readings, thumbnails
from fhgui.methods.fsgn.detail import Detail, DetailSettings, enhance_detail, share_of
from fhgui.methods.fsgn.exemplars import Regression
from fhgui.methods.fsgn.gallery import AGAIN, SHARP, Exemplars, load_galleries
from fhgui.methods.fsgn.landmarks import landmarks_of

COLOURS = np.array([(230, 159, 0), (86, 180, 233), (0, 158, 115), (213, 94, 0)], np.uint8)
"""Of brows, eyes, nose and mouth (Okabe and Ito 2008: told apart by the colour-blind, too)."""

SIGNED = 128
"""Grey of a detail layer where nothing is added."""


@dataclass(frozen=True, eq=False)
class _Seen:
    """What is known of a face before the network sees it.

    Parameters
    ----------
    large : H×W×3 uint8, the enlarged face.
    points : the 68 landmarks on it, (x, y). source : where they are from, in words.
    blur : the estimate of the face's. mode : the network that goes with it.
    """

    large: Pixels
    points: Points
    source: str
    blur: Blur | None
    mode: Mode


@dataclass(frozen=True, eq=False)
class LoadedFsgn:
    """FSGN with its networks and, where detail is wanted, its gallery.

    Parameters
    ----------
    bases : the networks that the mode may need.
    galleries : exemplars for the same modes; empty without detail.
    """

    info: MethodInfo
    config: Config
    assets: tuple[Asset, ...]
    bases: Mapping[Mode, BaseLayer]
    galleries: Mapping[str, Exemplars]

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:
        """Yield bicubic, masks and base layer; with detail also where it is from, and the result.

        Raises
        ------
        MethodError
            If the face is of a wrong size, or does not fit the gallery.
        NoFaceError
            If the masks need landmarks that nobody gave and that are not found.
        """
        titles = dict(self.info.stages)
        seen = self._see(face, seed)
        parts = tuple(
            Outline(name.capitalize(), corners) for name, corners in outlines(seen.points)
        )
        told = (*blur_readings(seen.blur), Reading("network", seen.mode, "", "Network"))
        large = seen.large
        yield Stage("bicubic", titles["bicubic"], large, Origin.INTERPOLATED, told, parts)
        masks = component_masks(seen.points, large.shape[:2])
        source = (Reading("landmarks", seen.source, "", "Landmarks"),)
        yield Stage("masks", titles["masks"], painted(masks), Origin.INTERPOLATED, source)
        base = self._base(face, seen, masks)
        yield Stage("base", titles["base"], to_uint8(base), Origin.SYNTHESISED)
        if self.config.detail:
            yield from self._with_detail(base, self.galleries[seen.mode])

    def traced(self, face: FaceImage, seed: int) -> Traced | None:
        """Make the result again, and tell which exemplars it is from; None if it is from nobody.

        That is so without detail, and where the gallery says to add it no times.

        Raises
        ------
        MethodError, NoFaceError
            As of `stages`.
        """
        if not self.config.detail:
            return None
        seen = self._see(face, seed)
        gallery = self.galleries[seen.mode]
        if not share_of(gallery, _settings(self.config)):
            return None
        base = self._base(face, seen, component_masks(seen.points, seen.large.shape[:2]))
        detail = enhance_detail(base, gallery, _settings(self.config))
        (file,) = (asset for asset in self.assets if asset.role == "gallery")
        members = gallery.spec.least_members
        return Traced(to_uint8(detail.output), detail.contributions, file, SHARP, members)

    def _see(self, face: FaceImage, seed: int) -> _Seen:
        check_input(self.info, face)
        height, width = (self.info.scale * side for side in face.pixels.shape[:2])
        large = imresize(face.pixels, (height, width))
        landmarks = landmarks_of(face, large, self.info.scale)
        blur = estimate_blur(face.pixels)
        points = landmarks.points + self._shift(face, seed)
        return _Seen(large, points, landmarks.source, blur, self.mode_for(blur))

    def _base(self, face: FaceImage, seen: _Seen, masks: Pixels) -> Floats:
        network = self.bases[seen.mode]
        return network.restore(face.pixels, masks, mirrored=self.config.mirrored)

    def mode_for(self, blur: Blur | None) -> Mode:
        """Return the network for a face: the one that was chosen, or that the blur asks for.

        A round blur asks for ``deblur`` too: from σ = 2.5 px of the result on, that network is the
        better one by 1.4 to 2.4 dB up to 8 px (16 portraits), though it was trained on motion only.
        """
        if self.config.mode != "auto":
            return self.config.mode
        return "sr" if blur is None or blur.kind is BlurKind.NONE else "deblur"

    def _with_detail(self, base: Floats, gallery: Exemplars) -> Iterator[Stage]:
        settings = _settings(self.config)
        detail = enhance_detail(base, gallery, settings)
        share = share_of(gallery, settings)
        times = (Reading("strength", share, "times", "Detail added"),)
        pictures = {
            "regression": to_uint8(detail.regression),
            "detail": to_uint8(SIGNED + detail.detail),
            "result": to_uint8(detail.output),
        }
        for name, title in self.info.stages[3:]:
            if name in pictures:
                told = times if name == "result" else ()
                yield Stage(name, title, pictures[name], Origin.SYNTHESISED, told)
            elif share and name == "patches":
                yield _patches(title, detail)
            elif share:
                shown = thumbnails(detail.contributions, gallery.pictures)
                yield Stage(name, title, shown, Origin.SYNTHESISED)

    def _shift(self, face: FaceImage, seed: int) -> Points:
        """Return by how much the masks are moved, (x, y); in another direction for every face."""
        rng = np.random.default_rng((seed, zlib.crc32(face.pixels.tobytes())))
        angle = rng.uniform(0, 2 * np.pi)
        return self.config.mask_shift_px * np.array([np.cos(angle), np.sin(angle)])


def load(config: Config, device: str) -> LoadedFsgn:
    """Load the networks and the gallery that the settings may need.

    Raises
    ------
    MethodError
        If the device is not there, or the gallery does not hold the mode, or holds what other
        networks made.
    WeightsError
        If a file is missing, damaged or another method's.
    """
    modes = ("sr", "deblur") if config.mode == "auto" else (config.mode,)
    weights = {"sr": config.sr_weights, "deblur": config.deblur_weights}
    bases = {
        mode: load_base(mode, device, weights[mode]) for mode in cast("tuple[Mode, ...]", modes)
    }
    assets = [base.asset for base in bases.values()]
    galleries: Mapping[str, Exemplars] = {}
    if config.detail:
        galleries, asset = load_galleries(config.gallery, modes)
        for base in bases.values():
            _check_network(base, galleries[base.mode], config.gallery)
        assets.append(asset)
    info = dataclasses.replace(
        INFO,
        stages=_stages(config, galleries),
        assets=tuple((asset.role, asset.name) for asset in assets),
    )
    return LoadedFsgn(info, config, tuple(assets), bases, galleries)


def blur_readings(blur: Blur | None) -> tuple[Reading, ...]:
    """Return an estimate as readings, in pixels of the face as it was given."""
    if blur is None:
        return ()
    kind = Reading(READING, blur.kind.value, "", "Estimated blur")
    if blur.kind is BlurKind.GAUSSIAN:
        return kind, Reading(f"{READING}_sigma_px", blur.sigma_px, "px", "σ")
    if blur.kind is BlurKind.MOTION:
        length = Reading(f"{READING}_length_px", blur.length_px, "px", "Length")
        return kind, length, Reading(f"{READING}_angle_deg", blur.angle_deg, "°", "Direction")
    return (kind,)


def painted(masks: Pixels) -> Pixels:
    """Return H×W×3: every component in its colour, the rest black.

    Parameters
    ----------
    masks : H×W×4, 0 or 1.
    """
    picture = np.zeros((*masks.shape[:2], 3), np.uint8)
    for k, colour in enumerate(COLOURS):
        picture[masks[..., k] > 0] = colour
    return picture


def _check_network(base: BaseLayer, gallery: Exemplars, name: str) -> None:
    if gallery.network != base.asset.sha256:
        raise MethodError(
            f"the gallery {name} was made with other weights for the mode {base.mode} than "
            f"{base.asset.name}",
            hint=f"choose the weights that it was made with, or {AGAIN}",
        )


def _stages(config: Config, galleries: Mapping[str, Exemplars]) -> tuple[tuple[str, str], ...]:
    if not config.detail:
        return INFO.stages
    first, *rest = DETAIL_STAGES
    added = any(share_of(gallery, _settings(config)) for gallery in galleries.values())
    patches = PATCH_STAGES if config.matched_patches and added else ()
    return (*INFO.stages, first, *patches, *rest)


def _settings(config: Config) -> DetailSettings:
    return DetailSettings(
        regression=Regression(neighbours=config.neighbours),
        alike=config.alike,
        dense=config.dense,
        transfer=config.transfer,
        strength=config.strength or None,
    )


def _patches(title: str, detail: Detail) -> Stage:
    found = detail.contributions
    picture = tinted(found, detail.output)
    return Stage("patches", title, picture, Origin.SYNTHESISED, readings(found))
