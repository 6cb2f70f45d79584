"""The finder of small faces: what its scenes hold, what it learns of them, what it leaves."""

import json

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet, PackedFace
from fhgui.finding.network import CELL_PX, USUAL_PX, Finder, FinderSpec
from fhgui.finding.peaks import Finds, peaks
from fhgui.training.degradation.camera import record
from fhgui.training.recipe import fill
from fhgui.training.scenes import Scene, Scenery, SceneSettings
from fhgui.training.start import run_recipe
from fhgui.training.task import draw_samples
from fhgui.training.tasks import face_finder
from fhgui.training.tasks.face_finder import focal, make_task, precision

COMMON = {"steps": 3, "batch": 3, "warmup_steps": 0, "validation_faces": 4, "validate_steps": 3}
SHAPE = {"stem": 4, "channels": 8, "blocks": 1, "side_px": 64, "validation_scenes": 4}
UPRIGHT = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
BOX = (45.0, 55.0, 104.0, 104.0)


def disc(colour: int) -> np.ndarray:
    """Return a picture 192×192 with a disc where the face's box is."""
    down, right = np.mgrid[:192, :192]
    inside = np.hypot(right - 96.5, down - 106.5) <= 52
    return np.where(inside, colour, 20)[..., None].repeat(3, 2).astype(np.uint8)


@pytest.fixture
def pictures():
    """Twelve discs on the template, then twelve gray pictures, as sets are joined."""
    plain = np.full((192, 192, 3), 20, np.uint8)
    pixels = np.stack([disc(230) if i < 12 else plain for i in range(24)])
    rows = [PackedFace(f"{i}.png", matrix=UPRIGHT if i < 12 else None) for i in range(24)]
    return FaceSet(pixels, tuple(rows), "0" * 64)


def recipe(**settings):
    values = {"task": "face_finder", "face_box": BOX, **COMMON, **SHAPE, **settings}
    return fill(face_finder.TaskRecipe, values)


def scenery(pictures, **settings):
    plain = {"patches": 0, "large_share": 0.0, "faces": (1,), "turn_deg": 0.0, "face_box": BOX}
    plain |= {"turned_share": 0.0, "shaded_share": 0.0, "covered_share": 0.0}
    return Scenery(pictures, SceneSettings(**{**plain, **settings}), np.arange(len(pictures)))


def test_a_face_lies_where_the_scene_says(pictures):
    for seed in range(12):
        scene = scenery(pictures, widths_px=(20.0, 30.0)).draw(np.random.default_rng(seed))
        ((x, y, width),) = scene.faces
        bright = scene.pixels[..., 1].astype(float) - scene.pixels[..., 1].min()
        bright[bright < bright.max() / 2] = 0
        down, right = np.nonzero(bright)
        inside = x - width / 2 > 2 and x + width / 2 < 125 and y - width / 2 > 2
        if inside and y + width / 2 < 125:
            assert (right.mean(), down.mean()) == pytest.approx((x, y), abs=0.4)
            assert np.sqrt(4 * len(down) / np.pi) == pytest.approx(width, rel=0.08)


def test_no_face_hides_another(pictures):
    scene = scenery(pictures, faces=(10,), widths_px=(12.0, 24.0)).draw(np.random.default_rng(1))
    places = scene.faces[:, :2]
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    assert len(places) > 3
    assert apart[~np.eye(len(places), dtype=bool)].min() > 12 * 0.95


def test_equal_numbers_give_equal_scenes(pictures):
    drawn = [scenery(pictures, patches=5).draw(np.random.default_rng(3)) for _ in range(2)]
    assert np.array_equal(drawn[0].pixels, drawn[1].pixels)
    recorded = [record(drawn[0].pixels, np.random.default_rng(4)) for _ in range(2)]
    assert np.array_equal(*recorded)


def test_a_camera_keeps_the_size_and_changes_the_pixels():
    scene = disc(230)
    changed = [record(scene, np.random.default_rng(seed)) for seed in range(20)]
    assert all(picture.shape == scene.shape and picture.dtype == np.uint8 for picture in changed)
    assert sum(not np.array_equal(picture, scene) for picture in changed) > 12


def test_scenes_need_faces_and_backgrounds(pictures):
    faces = FaceSet(pictures.pixels[:12], pictures.faces[:12], None)
    with pytest.raises(FhguiError, match="12 faces on a template and 0 pictures without"):
        make_task(recipe(validation_faces=0), faces)


def test_too_few_pictures_for_validation_are_refused(pictures):
    with pytest.raises(FhguiError, match="cannot spare 20 for validation"):
        make_task(recipe(validation_faces=20), pictures)


def test_what_is_validated_on_is_never_trained_on(pictures):
    task = make_task(recipe(), pictures)
    assert task.held_out is not None
    assert not set(task.scenery.rows) & set(task.held_out.rows)
    assert len(task.scenery.rows) + len(task.held_out.rows) == len(pictures)


def test_targets_say_where_the_faces_are(pictures):
    task = make_task(recipe(), pictures)
    faces = np.array([[21.0, 30.0, 16.0], [50.0, 50.0, 7.0], [10.0, 50.0, 60.0]])
    target = task._target(Scene(np.zeros((64, 64, 3), np.uint8), faces))
    row, column = np.unravel_index(int(target["bells"].argmax()), target["bells"].shape)
    told = target["shape"][:, row, column].numpy()
    assert CELL_PX * (column + told[0]) == pytest.approx(21)
    assert CELL_PX * (row + told[1]) == pytest.approx(30)
    assert USUAL_PX * np.exp(told[2]) == pytest.approx(16)
    assert target["counted"][12, 12] == 0  # a face too small to be asked for
    assert target["counted"][12, 2] == 1  # one so large that its parts are no faces
    assert target["bells"][12, 2] < 0.01


def test_the_loss_is_least_for_the_right_answer():
    bells = torch.zeros(1, 6, 6)
    bells[0, 2, 3] = 1
    counted = torch.ones(1, 6, 6)
    right = torch.where(bells == 1, 6.0, -6.0)
    wrong = torch.full((1, 6, 6), -6.0)
    assert focal(right, bells, counted) < 0.01 < focal(wrong, bells, counted)
    assert focal(wrong, bells, counted * 0) == 0


def test_precision_counts_hits_misses_and_doubtful_sizes():
    truth = np.array([[20.0, 20.0, 16.0], [60.0, 20.0, 16.0], [20.0, 60.0, 30.0]])
    found = Finds(
        np.array([0.9, 0.8, 0.7, 0.6]),
        np.array([[20.0, 21.0], [90.0, 90.0], [20.0, 60.0], [20.0, 20.0]]),
        np.array([16.0, 16.0, 30.0, 16.0]),
    )
    scores = precision([(found, truth)] * 10, (10, 25), (6, 40))
    assert scores["average_precision"] == pytest.approx(0.5)  # one of two, nothing better first
    assert scores["recall"] == pytest.approx(0.5)
    nothing = precision([(found[:0], truth[:0])], (10, 25), (6, 40))
    assert nothing == {"average_precision": 0.0, "recall": 0.0}


def test_a_batch_depends_on_its_draw_only(pictures):
    task = make_task(recipe(), pictures)
    draws = [draw_samples(task.recipe, task.samples, k, torch.device("cpu")) for k in (0, 0, 1)]
    one, same, other = (task.batch(draw) for draw in draws)
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["pictures"], other["pictures"])


def test_a_run_learns_discs_and_leaves_what_the_search_loads(pictures, tmp_path):
    learning = recipe(
        steps=40, batch=8, learning_rate=0.01, validate_steps=40, score="average_precision"
    )
    outcome = run_recipe(learning, pictures, tmp_path / "run", device="cpu")
    assert outcome.trained.scores["average_precision"] > 0.5
    arrays = load_file(outcome.weights)
    network = Finder(FinderSpec(4, 8, 1), normalised=False).eval()
    network.load_state_dict({k: torch.from_numpy(v).float() for k, v in arrays.items()})
    scene = scenery(pictures, widths_px=(16.0, 16.1), side_px=64).draw(np.random.default_rng(5))
    planes = torch.from_numpy(scene.pixels).permute(2, 0, 1)[None].float() / 255
    with torch.no_grad():
        found = peaks(network(planes)[0], 0.1)
    assert np.hypot(*(found.centres_xy[0] - scene.faces[0, :2])) < 4
    card = json.dumps((tmp_path / "run" / "card.yaml").read_text())
    assert "average_precision" in card
