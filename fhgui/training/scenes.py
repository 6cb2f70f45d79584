"""Scenes with small faces, put together of faces and of pictures without any.

A packed set serves both: rows that were laid on a template (they have a matrix) hold a face where
the template's box is; rows cut from the middle of pictures hold none. Faces are pasted with what
is around them, in several ways, and so are patches without faces: an edge is no hint of a face.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from fhgui.core.arrays import AnyArray, Floats, Pixels
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet

TRIES = 8
"""Places that are tried for a face before it is left out: none may hide another."""


@dataclass(frozen=True, kw_only=True)
class SceneSettings:
    """What scenes hold; lengths in pixels of the scene."""

    side_px: int = 128
    """Side of a scene."""
    face_box: tuple[float, ...] = (45.17, 55.08, 103.74, 102.35)
    """x, y, width, height of the detector's box on the faces' template (``lfw192``)."""
    widths_px: tuple[float, ...] = (7.5, 34.0)
    """Smallest and largest width of pasted faces."""
    faces: tuple[int, ...] = (0, 1, 1, 2, 3, 4, 6, 10)
    """Numbers of faces that are pasted; one is drawn."""
    patches: int = 5
    """Most patches without a face that are pasted."""
    turn_deg: float = 12.0
    """Standard deviation of the faces' turn; none is turned by more than twice as much."""
    large_share: float = 0.15
    """Share of scenes with a large face behind, so that its parts are no small faces."""


@dataclass(frozen=True, eq=False)
class Scene:
    """A scene and its faces.

    Parameters
    ----------
    pixels : S×S×3 uint8.
    faces : N×3, centre x, centre y (pixel centres at whole numbers), width.
    """

    pixels: Pixels
    faces: Floats


@dataclass(frozen=True, eq=False)
class Scenery:
    """Draws scenes of the pictures of a set.

    Parameters
    ----------
    pictures : faces (rows with a matrix) and backgrounds (rows without).
    rows : numbers of those that are drawn from.

    Raises
    ------
    FhguiError
        If either is missing.
    """

    pictures: FaceSet
    settings: SceneSettings
    rows: AnyArray
    with_face: AnyArray = field(init=False)
    without: AnyArray = field(init=False)

    def __post_init__(self) -> None:
        face = np.array([self.pictures.faces[i].matrix is not None for i in self.rows], dtype=bool)
        object.__setattr__(self, "with_face", self.rows[face])
        object.__setattr__(self, "without", self.rows[~face])
        if not len(self.with_face) or not len(self.without):
            raise FhguiError(
                f"the set holds {len(self.with_face)} faces on a template and "
                f"{len(self.without)} pictures without a face; scenes need both",
                hint="join a set built with --template lfw192 and one built without a template",
            )

    def draw(self, random: np.random.Generator) -> Scene:
        """Return a scene; equal numbers give equal scenes."""
        pixels = self._background(random)
        faces: list[Floats] = []
        if random.random() < self.settings.large_share:
            face = self._paste_face(pixels, faces, random, (34.0, 1.1 * self.settings.side_px))
            faces.extend(face)
        for _ in range(int(random.integers(self.settings.patches + 1))):
            self._paste_patch(pixels, faces, random)
        for _ in range(int(random.choice(self.settings.faces))):
            faces.extend(self._paste_face(pixels, faces, random, self.settings.widths_px))
        return Scene(pixels, np.array(faces, dtype=np.float64).reshape(-1, 3))

    def _background(self, random: np.random.Generator) -> Pixels:
        side = self.settings.side_px
        if random.random() < 0.06:  # a wall in some light
            corners = random.uniform(0, 255) + random.normal(0, 25, (2, 2, 3))
            plain = cv2.resize(corners, (side, side), interpolation=cv2.INTER_LINEAR)
            return np.clip(plain, 0, 255).astype(np.uint8)
        picture = self._any(self.without, random)
        most = min(picture.shape[:2])
        cut = int(random.uniform(min(0.35 * most, side), most))
        y, x = (int(random.integers(n - cut + 1)) for n in picture.shape[:2])
        kernel = cv2.INTER_AREA if cut > side else cv2.INTER_CUBIC
        crop = cv2.resize(picture[y : y + cut, x : x + cut], (side, side), interpolation=kernel)
        return np.ascontiguousarray(crop[:, ::-1] if random.random() < 0.5 else crop)

    def _paste_patch(
        self, pixels: Pixels, faces: list[Floats], random: np.random.Generator
    ) -> None:
        """Paste a part of a picture without faces over none of the faces' middles."""
        side = self.settings.side_px
        width = float(np.exp(random.uniform(np.log(6), np.log(0.6 * side))))
        centre = random.uniform(0, side, 2)
        if any(np.hypot(*(centre - f[:2])) < (width + f[2]) for f in faces):
            return
        picture = self._any(self.without, random)
        height, across = picture.shape[:2]
        matrix = _similarity((across / 2, height / 2), centre, width / across, random, 15)
        mask = _mask((0, 0, across, height), (height, across), None, random)
        _blend(pixels, picture, mask, matrix, random)

    def _paste_face(
        self,
        pixels: Pixels,
        faces: list[Floats],
        random: np.random.Generator,
        widths_px: tuple[float, ...],
    ) -> list[Floats]:
        """Paste a face; return it, or nothing if there was no place for it."""
        x, y, width, height = self.settings.face_box
        chosen = int(random.choice(self.with_face))
        target = float(np.exp(random.uniform(*np.log([widths_px[0], widths_px[-1]]))))
        place = self._place(faces, target, random)
        if place is None:
            return []
        picture = self._picture(chosen)
        size = picture.shape[0], picture.shape[1]
        middle = x + (width - 1) / 2, y + (height - 1) / 2
        turn = self.settings.turn_deg
        matrix = _similarity(middle, place, target / width, random, turn)
        seen = self.pictures.faces[chosen].seen or (0, 0, size[1], size[0])
        mask = _mask(seen, size, (*middle, width), random)
        _blend(pixels, picture, mask, matrix, random)
        return [np.array([*place, target])]

    def _place(
        self, faces: list[Floats], width: float, random: np.random.Generator
    ) -> Floats | None:
        margin = min(0.3 * width, 0.3 * self.settings.side_px)
        for _ in range(TRIES):
            centre: Floats = random.uniform(margin, self.settings.side_px - 1 - margin, 2)
            # far enough from others, whichever of the two is pasted over the other
            if all(np.hypot(*(centre - f[:2])) > 0.95 * max(width, f[2]) for f in faces):
                return centre
        return None

    def _any(self, rows: AnyArray, random: np.random.Generator) -> Pixels:
        return self._picture(int(random.choice(rows)))

    def _picture(self, row: int) -> Pixels:
        rows: Pixels = self.pictures.pixels[np.array([row])]
        picture: Pixels = rows[0]
        return picture


def _similarity(
    middle: tuple[float, float],
    place: Floats,
    scale: float,
    random: np.random.Generator,
    turn_deg: float,
) -> Floats:
    """Return 2×3, picture → scene: turned, mirrored or not, a little stretched."""
    angle = np.deg2rad(np.clip(random.normal(0, turn_deg), -2 * turn_deg, 2 * turn_deg))
    stretch = np.exp(random.normal(0, 0.05))
    mirrored = -1.0 if random.random() < 0.5 else 1.0
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = scale * turn @ np.diag([mirrored, stretch])
    return np.column_stack([linear, place - linear @ np.array(middle)])


def _mask(
    seen: tuple[int, ...],
    size_hw: tuple[int, int],
    face: tuple[float, float, float] | None,
    random: np.random.Generator,
) -> AnyArray:
    """Return H×W float32, 0–1: all that is seen, a smaller part of it, or an oval.

    Parameters
    ----------
    face : centre and width of what must stay.
    """
    mask = np.zeros(size_hw, np.float32)
    left, top, right, bottom = seen
    if face is not None and random.random() < 0.5:
        x, y, width = face
        reach = width * random.uniform(0.55, 0.9, 4)
        left, top = max(left, int(x - reach[0])), max(top, int(y - 1.2 * reach[1]))
        right, bottom = min(right, int(x + reach[2])), min(bottom, int(y + 1.2 * reach[3]))
    mask[top:bottom, left:right] = 1
    if random.random() < 0.4:
        oval = np.zeros(size_hw, np.float32)
        centre = ((left + right) // 2, (top + bottom) // 2)
        axes = (max(1, (right - left) // 2), max(1, (bottom - top) // 2))
        cv2.ellipse(oval, centre, axes, 0, 0, 360, 1.0, -1)
        mask = oval
    soft = random.uniform(0, 0.05) * size_hw[1]
    return cv2.GaussianBlur(mask, (0, 0), soft) if soft > 0.8 else mask


def _blend(
    pixels: Pixels, picture: Pixels, mask: AnyArray, matrix: Floats, random: np.random.Generator
) -> None:
    """Lay a picture over the scene, in a light of its own, reduced without aliasing."""
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    source: AnyArray = picture
    height, width = picture.shape[:2]
    share = min(1.0, 1.2 * scale)
    small = max(2, round(width * share)), max(2, round(height * share))
    if share < 1:
        source = cv2.resize(source, small, interpolation=cv2.INTER_AREA)
        mask = cv2.resize(mask, small, interpolation=cv2.INTER_AREA)
        exact = np.array([small[0] / width, small[1] / height])
        matrix = _of_reduced(matrix, exact)
    size = pixels.shape[1], pixels.shape[0]
    laid = cv2.warpAffine(source, matrix, size, flags=cv2.INTER_LINEAR).astype(np.float32)
    weight = cv2.warpAffine(mask, matrix, size, flags=cv2.INTER_LINEAR)[..., None]
    gain, lift = random.uniform(0.7, 1.2), random.uniform(-20, 20)
    lit = np.clip(laid * np.float32(gain) + np.float32(lift), 0, 255)
    pixels[:] = np.rint(pixels * (1 - weight) + lit * weight).astype(np.uint8)


def _of_reduced(matrix: Floats, share_xy: Floats) -> Floats:
    """Return the matrix for a picture that was reduced; pixel centres move by half pixels."""
    linear = matrix[:, :2] / share_xy
    shift = matrix[:, 2] + matrix[:, :2] @ (0.5 / share_xy - 0.5)
    return np.column_stack([linear, shift])
