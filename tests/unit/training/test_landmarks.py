"""Landmark trees: what is grown sees points, is what dlib grew, and can be stopped."""

import dataclasses
from importlib import import_module
from pathlib import Path

import cv2
import numpy as np
import pytest

from fhgui.alignment.templates import reduced, template
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet, PackedFace
from fhgui.imaging.shape_trees import BOX, MIRRORED, ShapeTrees, landmarks_on
from fhgui.training import shape_growing
from fhgui.training.degradation.steps import Bicubic, Cctv
from fhgui.training.dlib_trees import read_predictor
from fhgui.training.progress import Command, Reason
from fhgui.training.recipe import read_yaml
from fhgui.training.shape_growing import GROWN, LOOKS, POINTS, Growth, growing
from fhgui.training.start import run_recipe
from fhgui.training.tasks import load_recipe
from fhgui.training.tasks.landmarks import LandmarksTask, make_task

GRID = template("celeba128")
SHIPPED = ("landmarks5", "landmarks68")
DRAWN = (*range(36, 48), *range(48, 60), 30)


def drawn(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return a bright disc with dark eyes, nose and mouth, and its 68 points."""
    points = GRID.points.copy()
    points[48:68] += rng.normal(0, 5, 2)  # the mouth goes its own way
    points += rng.normal(0, 1.5, 2)
    picture = np.full((128, 128, 3), rng.integers(20, 70), np.uint8)
    cv2.ellipse(picture, (64, 80), (46, 56), 0, 0, 360, (190, 180, 170), -1)
    for x, y in points[list(DRAWN)]:
        cv2.circle(picture, (round(x), round(y)), 3, (40, 30, 30), -1)
    return picture, points


@pytest.fixture(scope="module")
def faces() -> FaceSet:
    rng = np.random.default_rng(0)
    made = [drawn(rng) for _ in range(60)]
    told = (PackedFace(f"{i}", landmarks=tuple(p.ravel())) for i, (_, p) in enumerate(made))
    return FaceSet(np.stack([picture for picture, _ in made]), tuple(told))


def short(name: str, **changes: object) -> object:
    small = {"steps": 40, "stages": 2, "depth": 3, "batch": 400, "validation_faces": 10}
    return dataclasses.replace(load_recipe(name), **{**small, **changes})


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_grown_sees_more_than_the_mean_face(
    name: str, faces: FaceSet, tmp_path: Path
) -> None:
    events = []
    done = run_recipe(short(name), faces, tmp_path / "run", report=events.append)
    scores = done.trained.scores
    assert done.trained.step == 40
    assert -scores["accuracy"] < 0.75 * scores["mean_face_percent"]
    card = read_yaml(done.facts)
    assert card["files"]["weights.safetensors"]["recipe"]["task"] == "landmarks"
    assert not (tmp_path / "run" / "growing").exists()
    assert {type(e).__name__ for e in events} >= {"Note", "Started", "Validated", "Finished"}


def test_the_arrays_say_what_dlib_says(faces: FaceSet, tmp_path: Path) -> None:
    task = make_task(short("landmarks68"), faces)
    looks, points = task.looks(faces, 200, 0)
    np.save(tmp_path / LOOKS, looks)
    np.save(tmp_path / POINTS, points)
    for _ in growing(tmp_path, Growth(2, 15, 3, 0.1, 100, 10, 0.1, 0, 1)):
        pass
    dlib = import_module("dlib")
    theirs = dlib.shape_predictor(str(tmp_path / GROWN))
    left, top, width, height = map(int, BOX)
    box = dlib.rectangle(left, top, left + width - 1, top + height - 1)
    ours = landmarks_on(ShapeTrees.of_arrays(read_predictor(tmp_path / GROWN)), looks[:40])
    whole = np.array([[(p.x, p.y) for p in theirs(seen, box).parts()] for seen in looks[:40]])
    off = np.abs(ours - whole).max(axis=(1, 2))
    assert np.median(off) < 0.52  # theirs are rounded
    assert (off < 0.55).mean() > 0.9  # at a border between pixels they may choose another
    assert off.max() < 2


def test_looks_show_their_points(faces: FaceSet) -> None:
    """Dark dots lie where the labels are, after turns, mirrors and reductions."""
    recipe = short(
        "landmarks68", degradation=(load_recipe("landmarks68").degradation[0], Bicubic())
    )
    task = make_task(dataclasses.replace(recipe, face_px=(40.0, 64.0)), faces)
    looks, points = task.looks(faces, 64, 3)
    eyes = np.stack([reduced(p, 5) for p in points])[:, :3].round().astype(int)
    between = (eyes[:, 0] + eyes[:, 1]) // 2  # skin
    for seen, three, skin in zip(looks, eyes, between, strict=True):
        dots = [int(seen[y, x]) for x, y in three]
        assert max(dots) < int(seen[skin[1], skin[0]]) - 20


def test_upright_looks_have_the_template_where_it_belongs(faces: FaceSet) -> None:
    exact = short("landmarks68", turn_error_deg=0.0, size_error=0.0, place_error=0.0)
    _, points = make_task(exact, faces).looks(faces, 200, 1)
    left, top, width, _ = BOX
    x, y, box_width, _ = GRID.box
    wanted = (GRID.points - [x, y] + 0.5) * width / box_width + [left, top] - 0.5
    assert points.mean(axis=0) == pytest.approx(wanted, abs=1.0)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_recipes_know_the_box_of_the_template(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe.box == pytest.approx(GRID.box, abs=0.01)
    assert recipe.face_px == (12.0, 64.0)
    assert isinstance(recipe.degradation[1], Cctv)
    assert recipe.steps % recipe.stages == 0


def test_a_mirrored_template_is_the_template() -> None:
    mirrored = GRID.points[MIRRORED[68]] * [-1, 1] + [2 * GRID.points[27:31, 0].mean(), 0]
    assert np.abs(mirrored - GRID.points).max() < 3  # names of points, not places, are swapped


def test_a_set_without_landmarks_is_refused(faces: FaceSet) -> None:
    plain = FaceSet(faces.pixels, tuple(PackedFace(f.name) for f in faces.faces))
    with pytest.raises(FhguiError, match=r"without landmarks.*--template celeba128"):
        make_task(short("landmarks5"), plain)


def test_a_time_budget_is_refused(faces: FaceSet, tmp_path: Path) -> None:
    with pytest.raises(FhguiError, match="no time budget"):
        run_recipe(short("landmarks5"), faces, tmp_path, minutes=1.0)


def test_without_dlibs_trainer_one_sentence_says_so(
    monkeypatch: pytest.MonkeyPatch, faces: FaceSet, tmp_path: Path
) -> None:
    monkeypatch.setattr(shape_growing, "find_spec", lambda name: None)
    with pytest.raises(FhguiError, match="not installed here with its trainer"):
        run_recipe(short("landmarks5"), faces, tmp_path)


def test_a_stopped_run_exports_nothing(faces: FaceSet, tmp_path: Path) -> None:
    stopped = run_recipe(
        short("landmarks68", steps=20000), faces, tmp_path / "run", control=lambda: Command.STOP
    )
    assert stopped.trained.reason is Reason.STOPPED
    assert stopped.weights is None
    assert not list((tmp_path / "run").glob("*.safetensors"))
    assert not (tmp_path / "run" / "growing").exists()


def test_a_trainer_that_dies_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(FhguiError, match="ended without a result"):
        list(growing(tmp_path, Growth(1, 1, 1, 0.1, 10, 1, 0.1, 0, 1)))  # nothing to grow on


def test_the_task_leaves_test_faces_alone(faces: FaceSet) -> None:
    marked = tuple(
        dataclasses.replace(face, split="test" if i >= 50 else "train")
        for i, face in enumerate(faces.faces)
    )
    task: LandmarksTask = make_task(short("landmarks5"), FaceSet(faces.pixels, marked))
    assert len(task.faces) + len(task.held_out) == 50
