"""C-SRIP's training: its loss, its targets, its judges, the ablation's switches."""

import dataclasses
import hashlib

import numpy as np
import pytest
import torch
from skimage.metrics import structural_similarity

from fhgui.core.errors import FhguiError, WeightsError
from fhgui.datasets.packed import FaceSet, PackedFace
from fhgui.imaging.operators import OperatorSpec, make_operator
from fhgui.training.people import people_of
from fhgui.training.start import run_recipe
from fhgui.training.structure import mean_ssim, reduced, residual
from fhgui.training.task import draw_samples
from fhgui.training.tasks import csrip, csrip_recogniser, load_recipe, recipe_names

SIDE = 128
RECIPES = [name for name in recipe_names() if name.startswith("csrip")]
JUDGES = [name for name in RECIPES if "recogniser" in name]
ROWS = ("baseline", "b_ssim", "c_ssim", "c_ssim_m", "full")


def named_faces(side=SIDE, people=3, each=4):
    rng = np.random.default_rng(1)
    own = np.tile(rng.integers(30, 226, (people, 16, 16, 3)), (each, 1, 1, 1))  # person by person
    coarse = own + rng.integers(-20, 21, own.shape)
    pixels = np.kron(coarse, np.ones((1, side // 16, side // 16, 1))).astype(np.uint8)
    faces = tuple(
        PackedFace(f"{split}{p}{k}", identity=f"person {p}", split=split)
        for split, share in (("train", range(each - 1)), ("val", range(1)))
        for k in share
        for p in range(people)
    )
    return FaceSet(pixels, faces, "a set")


def batch_of(task, step=0):
    return task.batch(draw_samples(task.recipe, task.samples, step, torch.device("cpu")))


# ---- structure ----


def test_the_loss_s_ssim_is_the_reference_s_inside():
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 255, (40, 40))
    y = x + rng.normal(0, 20, (40, 40))
    _, whole = structural_similarity(
        x,
        y,
        data_range=256.0,  # 6.55 and 58.98 are (.01·256)² and (.03·256)²
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        full=True,
    )
    planes = [torch.from_numpy(a).float()[None, None] for a in (x, y)]
    # what it has at the edges is mirrored, too: scipy's "reflect"
    assert float(mean_ssim(*planes)) == pytest.approx(whole.mean(), abs=1e-4)


def test_ssim_of_a_picture_with_itself_is_one_and_has_a_gradient_elsewhere():
    x = 255 * torch.rand(2, 3, 24, 16, generator=torch.Generator().manual_seed(0))
    assert float(mean_ssim(x, x)) == pytest.approx(1, abs=1e-5)
    y = (255 - x).requires_grad_()
    mean_ssim(y, x).backward()
    assert torch.isfinite(y.grad).all()
    assert y.grad.abs().min() >= 0
    assert y.grad.abs().max() > 0


def test_a_residual_is_what_the_blur_takes_away():
    flat = torch.full((1, 3, 48, 48), 77.0)
    assert float(residual(flat, 7 / 3).abs().max()) < 1e-3
    x = 255 * torch.rand(1, 3, 48, 48, generator=torch.Generator().manual_seed(0))
    assert float(residual(x, 1.0).mean().abs()) < 1
    assert float(residual(x, 7 / 3).std()) > float(residual(x, 1 / 3).std())


@pytest.mark.parametrize("reduction", [2, 4])
def test_targets_are_blurred_by_a_third_of_the_step_and_sampled(reduction):
    x = np.random.default_rng(0).uniform(0, 255, (32, 32, 3))
    spec = OperatorSpec(gaussian_sigma_px=(reduction - 1) / 3)
    expected = make_operator("gaussian", (32, 32), reduction, spec).forward(x)
    planes = torch.from_numpy(x).permute(2, 0, 1)[None]
    ours = reduced(planes, reduction)[0].permute(1, 2, 0)
    np.testing.assert_allclose(ours, expected, atol=1e-3)


# ---- recognisers ----


def judge_recipe(side_px, **more):
    recipe = load_recipe("csrip_recogniser_48_cpu")
    tiny = {"side_px": side_px, "width": 0.05, "batch_norm": True}
    values = {"network": tiny, "steps": 2, "batch": 4, "warmup_steps": 0, "precision": "32"}
    return dataclasses.replace(recipe, **{"crop_px": 0, **values, **more})


def test_people_are_those_to_train_on():
    faces = named_faces()
    people = people_of(faces.split("train"))
    assert people.names == ("person 0", "person 1", "person 2")
    assert people.labels(faces.split("val")).tolist() == [0, 1, 2]
    stranger = FaceSet(faces.pixels[:1], (PackedFace("x", identity="nobody"),))
    assert people.labels(stranger).tolist() == [-1]


@pytest.mark.parametrize("identities", [(None, "a"), ("a", "a")])
def test_a_set_without_names_teaches_no_recognising(identities):
    pixels = np.zeros((2, SIDE, SIDE, 3), np.uint8)
    faces = FaceSet(pixels, tuple(PackedFace(str(k), identity=i) for k, i in enumerate(identities)))
    with pytest.raises(FhguiError, match=r"person's name|no two people"):
        csrip_recogniser.make_task(judge_recipe(32, validation_faces=0), faces)


def test_a_recogniser_learns_three_people(tmp_path):
    shape = {"side_px": 32, "width": 0.25, "batch_norm": True}
    recipe = judge_recipe(32, steps=60, batch=9, ema_decay=0.0, network=shape)
    done = run_recipe(recipe, named_faces(), tmp_path / "run", device="cpu")
    task = csrip_recogniser.make_task(recipe, named_faces())
    batch = batch_of(task)
    with torch.no_grad():
        logits = done.trained.network(batch["residual"])
    assert (logits.argmax(1) == batch["label"]).float().mean() > 0.9
    assert set(done.trained.scores) == {"rank_1", "likelihood"}


def test_a_recogniser_starts_from_the_next_smaller_one(tmp_path):
    small = run_recipe(judge_recipe(32, ema_decay=0.0), named_faces(), tmp_path / "s", device="cpu")
    recipe = judge_recipe(64, start=str(tmp_path / "s"))
    begun = csrip_recogniser.make_task(recipe, named_faces()).network.eval()
    seen = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(begun(seen), small.trained.network(seen), rtol=0, atol=0)


def test_the_judges_see_the_paper_s_blurs():
    assert [csrip_recogniser.detail_sigma_px(r) for r in csrip.REDUCTIONS] == pytest.approx(
        [1 / 3, 1, 7 / 3]
    )


def test_a_recogniser_that_does_not_fit_the_faces_is_refused():
    with pytest.raises(FhguiError, match="48 px cannot be trained"):
        csrip_recogniser.make_task(judge_recipe(48), named_faces())


@pytest.mark.parametrize("name", JUDGES)
def test_each_size_has_the_paper_s_recipe_and_a_cpu_s(name):
    recipe = load_recipe(name)
    side_px = recipe.network["side_px"]
    assert name.removesuffix("_cpu") == f"csrip_recogniser_{side_px}"
    assert recipe.crop_px < side_px
    papers = (recipe.batch, recipe.learning_rate, recipe.network.get("batch_norm", False))
    assert name.endswith("_cpu") or papers == (128, 1e-4, False)


# ---- the cascade ----


@pytest.fixture(scope="module")
def judges(tmp_path_factory):
    """Recognisers of the three sizes, nearly untrained."""
    folder = tmp_path_factory.mktemp("judges")
    return tuple(
        str(run_recipe(judge_recipe(side), named_faces(), folder / str(side), device="cpu").weights)
        for side in (SIDE // 4, SIDE // 2, SIDE)
    )


def recipe_of(name, judges=(), **more):
    recipe = load_recipe(name)
    tiny = {"width": [0.02, 0.02, 0.04], "blocks": [1, 1, 1], "kernel": 3}
    values = {"network": tiny, "steps": 2, "batch": 2, "validation_faces": 2, "precision": "32"}
    known = judges if recipe.identity else ()
    return dataclasses.replace(recipe, recognisers=known, **{**values, **more})


@pytest.mark.parametrize("name", [name for name in RECIPES if name not in JUDGES])
def test_every_recipe_makes_two_steps(name, judges, tmp_path):
    recipe = recipe_of(name, judges)
    done = run_recipe(recipe, named_faces(), tmp_path / "run", device="cpu")
    assert done.trained.step == 2
    assert set(done.trained.scores) == {"psnr_rgb", "psnr_bicubic", "ssim", "ssim_bicubic"}
    assert load_recipe(name).spec.branches == recipe.multi_scale


def test_the_ablation_s_rows_differ_in_the_switches_only():
    rows = [load_recipe(f"csrip_ablation_{row}_cpu") for row in ROWS]
    switches = [(r.loss, r.cascade, r.multi_scale, r.identity) for r in rows]
    assert switches == [
        ("mse", False, False, False),
        ("ssim", False, False, False),
        ("ssim", True, False, False),
        ("ssim", True, True, False),
        ("ssim", True, True, True),
    ]
    same = {"loss": "ssim", "cascade": True, "multi_scale": True, "identity": True}
    alike = [dataclasses.replace(row, recognisers=(), **same) for row in rows]
    assert all(row == alike[0] for row in alike)


def test_targets_and_inputs_are_of_one_patch():
    task = csrip.make_task(recipe_of("csrip_seed_cpu", patch_px=64), named_faces())
    batch = batch_of(task)
    assert batch["input"].shape == (2, 3, 8, 8)
    assert [batch[f"x{r}"].shape[-1] for r in csrip.REDUCTIONS] == [16, 32, 64]
    means = [x.mean((1, 2, 3)) for x in (255 * batch["input"], batch["x4"], batch["x1"])]
    for mean in means[:2]:
        torch.testing.assert_close(mean, means[2], rtol=0, atol=6)


def test_the_identity_s_gradient_reaches_the_network_but_not_the_judges(judges):
    task = csrip.make_task(recipe_of("csrip_cpu", judges, identity_weight=1.0), named_faces())
    networks = {name: part.network for name, part in task.configure().items()}
    held = [n for n, part in task.configure().items() if part.optimiser is None]
    assert held == ["recogniser_32", "recogniser_64", "recogniser_128"]
    for name in held:
        networks[name].requires_grad_(requires_grad=False)
    losses = {}

    class Stub:
        def __init__(self):
            self.networks = networks

        def update(self, name, loss):
            loss.backward()
            losses[name] = loss.detach()

    metrics = task.step(batch_of(task), Stub())
    assert set(losses) == {"network"}
    assert metrics["identity"] > 0
    assert losses["network"] == pytest.approx(float(metrics["loss"]))
    assert all(p.grad is not None for p in task.network.parameters())
    assert all(p.grad is None for name in held for p in networks[name].parameters())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cascade": False, "identity": False}, "no pictures on the way"),
        ({"patch_px": 64}, "whole faces and three recognisers"),
        ({"recognisers": ("a", "b")}, "whole faces and three recognisers"),
        ({"patch_px": 60, "identity": False}, "multiple of 8"),
        ({"patch_px": 256, "identity": False}, "multiple of 8"),
        ({"recognisers": ("a", "b", "c")}, "recogniser is missing"),
    ],
)
def test_settings_that_exclude_each_other(changes, said, judges):
    recipe = dataclasses.replace(recipe_of("csrip_cpu", judges), **changes)
    with pytest.raises(FhguiError, match=said):
        csrip.make_task(recipe, named_faces())


def test_judges_of_other_sizes_people_or_kinds_are_refused(judges, tmp_path):
    first = people_of(named_faces())
    with pytest.raises(WeightsError, match="no recogniser of 64×64"):
        csrip.load_recogniser(judges[0], 64, first)
    others = people_of(named_faces(people=4, each=3))
    with pytest.raises(WeightsError, match="other people than the 4"):
        csrip.load_recogniser(judges[0], 32, others)
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(hashlib.sha256(b"noise").digest())
    with pytest.raises(WeightsError, match="holds no recogniser"):
        csrip.load_recogniser(str(broken), 32, first)


def test_it_starts_from_a_run_s_folder(tmp_path):
    faces = named_faces()
    seed = recipe_of("csrip_seed_cpu", patch_px=64)
    done = run_recipe(seed, faces, tmp_path / "seed", device="cpu")
    later = recipe_of("csrip_ablation_c_ssim_m_cpu", start=str(tmp_path / "seed"))
    begun = csrip.make_task(later, faces).network.eval()
    low = torch.rand(1, 3, 4, 4)
    with torch.no_grad():
        for ours, theirs in zip(begun(low), done.trained.network(low), strict=True):
            torch.testing.assert_close(ours, theirs, rtol=0, atol=0)
