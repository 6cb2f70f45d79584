"""Scenes with small faces, put together of faces and of pictures without any.

A packed set serves both: rows that were laid on a template (they have a matrix) hold a face where
the template's box is; rows cut from the middle of pictures hold none. Faces are pasted with what
is around them, in several ways, and so are patches without faces: an edge is no hint of a face.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from fhgui.core.arrays import AnyArray, Floats, Pixels
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet
from fhgui.training.obscuring import covered, shaded
from fhgui.training.turning import TurnedHead, turned_heads

TRIES = 8
"""Places that are tried for a face before it is left out: none may hide another."""
ROOM, NEARLY = 1.2, 0.9
"""Pictures are laid reduced to so many times the size that they get; not by less than a tenth."""


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
    turned_share: float = 0.3
    """Share of faces whose head is turned aside (`fhgui.training.turning`)."""
    turned_to_deg: tuple[float, ...] = (20.0, 32.0, 44.0, 56.0, 67.0, 78.0)
    """Angles of which one is drawn for them."""
    shaded_share: float = 0.3
    """Share of faces that are darker than what is around them."""
    covered_share: float = 0.25
    """Share of faces that something half covers."""


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
    turns: tuple[TurnedHead, ...] = field(init=False)

    def __post_init__(self) -> None:
        face = np.array([self.pictures.faces[i].matrix is not None for i in self.rows], dtype=bool)
        object.__setattr__(self, "with_face", self.rows[face])
        object.__setattr__(self, "without", self.rows[~face])
        size_hw = self.pictures.pixels.shape[1], self.pictures.pixels.shape[2]
        turns = turned_heads(size_hw, self.settings.face_box, self.settings.turned_to_deg)
        object.__setattr__(self, "turns", turns)
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
        _lay(pixels, picture, (0, 0, across, height), None, matrix, random)

    def _paste_face(
        self,
        pixels: Pixels,
        faces: list[Floats],
        random: np.random.Generator,
        widths_px: tuple[float, ...],
    ) -> list[Floats]:
        """Paste a face; return it, or nothing if there was no place for it."""
        width = self.settings.face_box[2]
        chosen = int(random.choice(self.with_face))
        target = float(np.exp(random.uniform(*np.log([widths_px[0], widths_px[-1]]))))
        place = self._place(faces, target, random)
        if place is None:
            return []
        picture, seen, middle = self._head(chosen, random)
        picture, exact = _reduced(picture, ROOM * target / width)
        x, y = (np.array(middle) + 0.5) * exact - 0.5
        face = float(x), float(y), width * float(exact[0])
        picture = self._obscured(picture, face, random)
        matrix = _similarity(face[:2], place, target / face[2], random, self.settings.turn_deg)
        _lay(pixels, picture, np.multiply(seen, np.tile(exact, 2)), face, matrix, random)
        return [np.array([*place, target])]

    def _head(
        self, chosen: int, random: np.random.Generator
    ) -> tuple[Pixels, tuple[int, ...], tuple[float, float]]:
        """Return a face as it is or turned aside, what is seen there, and the box's middle."""
        x, y, width, height = self.settings.face_box
        picture = self._picture(chosen)
        seen = self.pictures.faces[chosen].seen or (0, 0, picture.shape[1], picture.shape[0])
        middle = x + (width - 1) / 2, y + (height - 1) / 2
        if random.random() >= self.settings.turned_share:
            return picture, seen, middle
        head = self.turns[int(random.integers(len(self.turns)))]
        return head.of(picture), head.seen(seen), (middle[0] + head.shift_px, middle[1])

    def _obscured(
        self, picture: Pixels, face: tuple[float, float, float], random: np.random.Generator
    ) -> Pixels:
        if random.random() < self.settings.shaded_share:
            picture = shaded(picture, face, random)
        if random.random() < self.settings.covered_share:
            picture = covered(picture, face, self._any(self.without, random), random)
        return picture

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


def _lay(
    pixels: Pixels,
    picture: Pixels,
    seen: Sequence[float] | Floats,
    face: tuple[float, float, float] | None,
    matrix: Floats,
    random: np.random.Generator,
) -> None:
    """Lay a picture over the scene, in a light of its own, reduced without aliasing.

    Parameters
    ----------
    seen : left, top, right, bottom of what the picture shows.
    face : centre and width of what must stay of it.
    """
    source, exact = _reduced(picture, ROOM * float(np.sqrt(abs(np.linalg.det(matrix[:, :2])))))
    mask = _mask(
        np.multiply(seen, np.tile(exact, 2)),
        (source.shape[0], source.shape[1]),
        None if face is None else np.multiply(face, exact[0]),
        random,
    )
    _blend(pixels, source, mask, _of_reduced(matrix, exact), random)


def _reduced(picture: Pixels, share: float) -> tuple[Pixels, Floats]:
    """Return a picture without what the scene is too small for, and the exact x and y shares."""
    height, width = picture.shape[:2]
    if share > NEARLY:
        return picture, np.ones(2)
    small = max(2, round(width * share)), max(2, round(height * share))
    resized = cv2.resize(picture, small, interpolation=cv2.INTER_AREA)
    pixels: Pixels = resized.astype(np.uint8, copy=False)
    return pixels, np.array([small[0] / width, small[1] / height])


def _mask(
    seen: Floats, size_hw: tuple[int, int], face: Floats | None, random: np.random.Generator
) -> AnyArray:
    """Return H×W float32, 0–1: all that is seen, a smaller part of it, or an oval."""
    mask = np.zeros(size_hw, np.float32)
    if face is not None and random.random() < 0.5:
        reach = face[2] * random.uniform(0.55, 0.9, 4) * (1, 1.2, 1, 1.2)
        centre = face[:2]
        seen = np.hstack(
            [np.maximum(seen[:2], centre - reach[:2]), np.minimum(seen[2:], centre + reach[2:])]
        )
    left, top, right, bottom = np.rint(seen).astype(int).tolist()
    if random.random() < 0.4:
        middle = (left + right) // 2, (top + bottom) // 2
        axes = max(1, (right - left) // 2), max(1, (bottom - top) // 2)
        cv2.ellipse(mask, middle, axes, 0, 0, 360, 1.0, -1)
    else:
        mask[top:bottom, left:right] = 1
    soft = random.uniform(0, 0.05) * size_hw[1]
    return cv2.GaussianBlur(mask, (0, 0), soft) if soft > 0.5 else mask


def _blend(
    pixels: Pixels, source: AnyArray, mask: AnyArray, matrix: Floats, random: np.random.Generator
) -> None:
    """Blend a picture into the part of the scene that it covers."""
    height, width = mask.shape
    corners = np.array([(-1, -1), (width, -1), (-1, height), (width, height)]) @ matrix[:, :2].T
    corners += matrix[:, 2]
    x0, y0 = np.maximum(np.floor(corners.min(axis=0)), 0).astype(int).tolist()
    x1, y1 = np.minimum(np.ceil(corners.max(axis=0)) + 1, pixels.shape[1::-1]).astype(int).tolist()
    if x0 >= x1 or y0 >= y1:
        return
    size, moved = (x1 - x0, y1 - y0), matrix - [[0, 0, x0], [0, 0, y0]]
    laid = cv2.warpAffine(source, moved, size, flags=cv2.INTER_LINEAR).astype(np.float32)
    weight = cv2.warpAffine(mask, moved, size, flags=cv2.INTER_LINEAR)[..., None]
    gain, lift = random.uniform(0.7, 1.2), random.uniform(-20, 20)
    lit = np.clip(laid * np.float32(gain) + np.float32(lift), 0, 255)
    part = pixels[y0:y1, x0:x1]
    part[:] = np.rint(part * (1 - weight) + lit * weight).astype(np.uint8)


def _of_reduced(matrix: Floats, share_xy: Floats) -> Floats:
    """Return the matrix for a picture that was reduced; pixel centres move by half pixels."""
    linear = matrix[:, :2] / share_xy
    shift = matrix[:, 2] + matrix[:, :2] @ (0.5 / share_xy - 0.5)
    return np.column_stack([linear, shift])
