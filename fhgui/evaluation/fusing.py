"""What is gained by fusing frames: films of one face with noise, against the best of their frames.

A picture with one large face is moved by parts of a pixel and turned a little, reduced as by the
methods' own rule, and given noise; the program then follows, registers and fuses it as it does a
real clip. Everything is compared with what the same place of the first frame shows without noise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from fhgui.alignment.cutting import cut_face
from fhgui.alignment.fusing import fuse_frames
from fhgui.alignment.gradients import find_large_faces
from fhgui.alignment.placing import by_landmarks, output_matrix
from fhgui.alignment.similarity import chained, invert
from fhgui.core.arrays import Floats, Matrix, Pixels, Points
from fhgui.core.errors import InputError, NoFaceError
from fhgui.core.face import DetectedFace, FaceAlignment, FaceImage, PlacedBy
from fhgui.core.frame import Frame
from fhgui.core.fusion import FrameSpan
from fhgui.core.method import Method, MethodInfo
from fhgui.evaluation.degrading import generator
from fhgui.evaluation.metrics import psnr, ssim
from fhgui.evaluation.pictures import LeftOut, Picture, read_pictures
from fhgui.evaluation.surveys import Cell, Survey, Tell
from fhgui.imaging.colour import gray, to_float, to_uint8
from fhgui.imaging.resize import imresize
from fhgui.methods import registry

WIDTHS_PX = (16, 24, 32)
"""Of the reduced faces' boxes."""
FRAMES, SIGMA = 16, 10.0
"""Frames of a film, and the noise of each in grey levels."""
SHIFT_PX, TURN_DEG = 1.5, 2.0
"""Largest shift and turn against the first frame."""
METHODS = ("dcnn_mnce", "atlas", "csrip")
INPUT = "input"

COLUMNS = (
    "face, px",
    "what",
    "faces",
    "first frame alone, dB",
    "best frame alone, dB",
    "fused, dB",
    "gain over the best, dB",
    "least gain, dB",
    "best frame alone, SSIM",
    "fused, SSIM",
    "frames used",
)


@dataclass(frozen=True, eq=False)
class Film:
    """A film of one face, and what is true of it.

    Parameters
    ----------
    frames : with noise; the first is the marked one. clean : the first without noise.
    motions : 2×3 each, coordinates of the first frame → this one's.
    scene : H×W×3 uint8, the picture it was made of. onto_scene : first frame → scene.
    points : 68×2 landmarks in the first frame.
    """

    frames: tuple[Frame, ...]
    clean: Pixels
    motions: tuple[Matrix, ...]
    scene: Pixels
    onto_scene: Matrix
    points: Points


@dataclass(frozen=True, eq=False)
class Given:
    """What a film gives a method to take in.

    Parameters
    ----------
    clean : h×w×3 uint8, of the first frame without noise.
    inputs : of the first frame alone, of the best frame alone, of all frames fused.
    used : number of frames that were fused.
    """

    placed: FaceAlignment
    clean: Pixels
    inputs: tuple[Pixels, Pixels, Pixels]
    used: int


@dataclass(frozen=True)
class Outcome:
    """What came of one film for the input or a method; PSNR in dB."""

    alone: float
    best: float
    fused: float
    best_ssim: float
    fused_ssim: float
    used: int


def survey(data: Path, limit: int | None, tell: Tell) -> Survey:
    """Fuse films of the faces of a folder or zip, and enhance what came of it.

    Raises
    ------
    InputError
        If no picture holds exactly one large face.
    """
    methods = [registry.load(name, {}, "cpu") for name in METHODS]
    outcomes: dict[tuple[int, str], list[Outcome]] = {}
    lost = 0
    for number, (picture, face) in enumerate(islice(_faces(data), limit), start=1):
        for width_px in WIDTHS_PX:
            film = make_film(picture, face, width_px)
            try:
                for what, outcome in _outcomes(film, methods):
                    outcomes.setdefault((width_px, what), []).append(outcome)
            except NoFaceError:
                lost += 1
        tell(f"{number} faces")
    if not outcomes:
        raise InputError("no picture holds exactly one large face", path=data)
    return Survey(
        f"{FRAMES} frames of one face, noise of σ {SIGMA:g}, fused",
        COLUMNS,
        tuple(_row(*key, outcomes[key]) for key in sorted(outcomes, key=_order)),
        (
            f"each frame is shifted by up to {SHIFT_PX:g} px and turned by up to {TURN_DEG:g}° "
            "against the first; the program finds both itself",
            "input: what the methods take in, against the first frame without noise; best: the "
            "frame of the film whose input is nearest to that",
            "methods: results against the picture at full size; best: on the input of that frame",
            f"in {lost} films fewer than two frames could be laid over each other: left out",
        ),
    )


def make_film(picture: Picture, face: DetectedFace, width_px: int) -> Film:
    """Return a film of a face so many pixels wide; what is random is drawn from the name."""
    random = generator(0, f"{picture.name} {width_px}", 0)
    scene = to_float(picture.pixels)
    share = width_px / face.box.w
    size_hw = max(8, round(scene.shape[0] * share)), max(8, round(scene.shape[1] * share))
    onto_scene = _between(size_hw, (scene.shape[0], scene.shape[1]))
    middle = (np.array(size_hw[::-1]) - 1) / 2
    motions = [np.eye(2, 3), *(_motion(random, middle) for _ in range(FRAMES - 1))]
    clean = [_seen(scene, onto_scene, motion, size_hw) for motion in motions]
    noisy = [to_uint8(shown + random.normal(0, SIGMA, shown.shape)) for shown in clean]
    return Film(
        frames=tuple(Frame(pixels, index) for index, pixels in enumerate(noisy)),
        clean=to_uint8(clean[0]),
        motions=tuple(motions),
        scene=picture.pixels,
        onto_scene=onto_scene,
        points=_carried(invert(onto_scene), face.landmarks),
    )


def _faces(data: Path) -> Iterator[tuple[Picture, DetectedFace]]:
    left_out: list[LeftOut] = []
    for picture in read_pictures(data, left_out):
        faces = find_large_faces(picture.pixels, smallest_px=2.0 * max(WIDTHS_PX))
        if len(faces) == 1:
            yield picture, faces[0]


def _between(frame_hw: tuple[int, int], scene_hw: tuple[int, int]) -> Matrix:
    """Return the matrix from a reduced picture's coordinates to those of the whole."""
    across, down = scene_hw[1] / frame_hw[1], scene_hw[0] / frame_hw[0]
    return np.array([[across, 0, (across - 1) / 2], [0, down, (down - 1) / 2]])


def _motion(random: np.random.Generator, middle: Floats) -> Matrix:
    angle = np.deg2rad(random.uniform(-TURN_DEG, TURN_DEG))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shift = random.uniform(-SHIFT_PX, SHIFT_PX, 2)
    return np.column_stack([turn, middle - turn @ middle + shift])


def _seen(scene: Floats, onto_scene: Matrix, motion: Matrix, size_hw: tuple[int, int]) -> Floats:
    """Return the scene after a motion given in the frame's pixels, reduced to the frame."""
    moved = chained(chained(invert(onto_scene), motion), onto_scene)
    size_wh = scene.shape[1], scene.shape[0]
    shown = cv2.warpAffine(
        scene, moved, size_wh, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return imresize(np.asarray(shown, dtype=np.float64), size_hw)


def _carried(matrix: Matrix, points: Points) -> Points:
    carried: Points = points @ matrix[:, :2].T + matrix[:, 2]
    return carried


def _outcomes(film: Film, methods: Sequence[Method]) -> Iterator[tuple[str, Outcome]]:
    """Yield what came of a film for the input and each method."""
    known: dict[tuple[str, tuple[int, int]], Given] = {}
    for method in methods:
        info = method.info
        grid = info.template, info.input_hw
        if grid not in known:
            known[grid] = _given(film, info)
            if len(known) == 1:
                first = known[grid]
                yield INPUT, _outcome(first.inputs, first.clean, first.used)
        given = known[grid]
        alone, best, fused = (_result(method, pixels) for pixels in given.inputs)
        truth = _truth(film, given.placed, info)
        yield info.id, _outcome((alone, best, fused), truth, given.used)


def _given(film: Film, info: MethodInfo) -> Given:
    """Return the inputs that a film gives a method."""
    placed = by_landmarks(film.points, info.template, info.input_hw, PlacedBy.AUTO)
    clean = cut_face(film.clean, placed, info.input_hw).pixels
    frames = _inputs(film, placed, info)
    best = max(frames, key=lambda pixels: psnr(pixels, clean))
    fused = fuse_frames(
        film.frames.__getitem__,
        film.frames[0],
        placed,
        info,
        FrameSpan(0, FRAMES - 1),
        lambda _done, _total: None,
    )
    inputs = frames[0], best, fused.cut(placed, info.input_hw).pixels
    return Given(placed, clean, inputs, len(fused.record.used))


def _inputs(film: Film, placed: FaceAlignment, info: MethodInfo) -> list[Pixels]:
    """Return the input cut from every frame alone, each placed by its true motion."""
    there = (chained(invert(motion), placed.matrix) for motion in film.motions)
    return [
        cut_face(frame.pixels, _with(placed, matrix), info.input_hw).pixels
        for frame, matrix in zip(film.frames, there, strict=True)
    ]


def _truth(film: Film, placed: FaceAlignment, info: MethodInfo) -> Pixels:
    """Return what a method's result ought to be, cut from the scene."""
    onto_output = chained(invert(film.onto_scene), output_matrix(placed, info.scale))
    return cut_face(film.scene, _with(placed, onto_output), info.output_hw).pixels


def _with(placed: FaceAlignment, matrix: Matrix) -> FaceAlignment:
    return FaceAlignment(matrix, placed.placed_by, placed.template)


def _result(method: Method, pixels: Pixels) -> Pixels:
    identity = FaceAlignment(np.eye(2, 3), PlacedBy.ALIGNED, method.info.template)
    *_, last = method.stages(FaceImage(pixels, identity), seed=0)
    return last.pixels


def _outcome(found: tuple[Pixels, Pixels, Pixels], truth: Pixels, used: int) -> Outcome:
    alone, best, fused = found
    return Outcome(
        psnr(alone, truth), psnr(best, truth), psnr(fused, truth),
        ssim(gray(best), gray(truth)), ssim(gray(fused), gray(truth)), used,
    )  # fmt: skip


def _order(key: tuple[int, str]) -> tuple[int, int]:
    width_px, what = key
    return width_px, (INPUT, *METHODS).index(what)


def _row(width_px: int, what: str, outcomes: Sequence[Outcome]) -> tuple[Cell, ...]:
    gains = [o.fused - o.best for o in outcomes]
    return (
        width_px,
        what,
        len(outcomes),
        round(float(np.mean([o.alone for o in outcomes])), 2),
        round(float(np.mean([o.best for o in outcomes])), 2),
        round(float(np.mean([o.fused for o in outcomes])), 2),
        round(float(np.mean(gains)), 2),
        round(min(gains), 2),
        round(float(np.mean([o.best_ssim for o in outcomes])), 4),
        round(float(np.mean([o.fused_ssim for o in outcomes])), 4),
        round(float(np.mean([o.used for o in outcomes])), 1),
    )
