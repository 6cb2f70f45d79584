"""Sets and galleries are made by a process: told of, stopped, found again, gone on with."""

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.assets import stated
from fhgui.core.errors import InputError
from fhgui.methods import registry
from fhgui.session.builds import Build, Builds, BuildStatus, log_of
from fhgui.session.gallery_order import (
    GalleryOrder,
    gallery_order,
    gallery_place,
    methods_with_galleries,
)
from fhgui.session.set_order import SetOrder, set_order
from fhgui.session.sets import look_at_set
from fhgui.training.galleries import BUILDERS, dcnn_mnce, fsgn, position_patches
from tests.helpers.runs import until
from tests.helpers.sets import write_set

ORDERS = {"set": set_order, "gallery": gallery_order}
SLOW = """
import sys, time
for done in range(1, 2000):
    print(f"{done}/2000 looked at, {done} faces, 20.0/s, 1.6 min left", file=sys.stderr, flush=True)
    time.sleep(0.05)
"""


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Return a folder with pictures of noise in folders of two people, and a text."""
    rng = np.random.default_rng(0)
    for number in range(6):
        folder = tmp_path / "photos" / ("anna", "bert")[number % 2]
        folder.mkdir(parents=True, exist_ok=True)
        noise = rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / f"{number}.png")
    (tmp_path / "photos" / "notes.txt").write_text("no picture")
    return tmp_path / "photos"


@pytest.fixture
def order(photos: Path, tmp_path: Path) -> SetOrder:
    return SetOrder((photos,), tmp_path / "faces", None, (32, 32), people=True)


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Builds]:
    """Return builds whose process only counts."""
    made = Builds(
        tmp_path / "settings" / "sets.json",
        ORDERS,
        lambda order: [sys.executable, "-c", SLOW, "--out", str(order.out)],
    )
    yield made
    for run in made.runs:
        run.look()
        if run.status.alive and run.pid is not None:
            os.kill(run.pid, signal.SIGKILL)
    until(made, lambda: not made.active)


def test_a_set_is_made_of_photographs(order: SetOrder, tmp_path: Path) -> None:
    builds = Builds(tmp_path / "sets.json", ORDERS)
    ended: list[Build] = []
    builds.ended.connect(ended.append)
    run = builds.start(order)
    assert run.status is BuildStatus.MAKING
    with pytest.raises(InputError, match="just being made there"):
        builds.start(order)
    until(builds, lambda: bool(ended))
    assert run.status is BuildStatus.MADE, run.error
    found = look_at_set(order.out)
    assert (found.faces, found.size_hw, found.identities) == (6, (32, 32), 2)
    assert (run.headway.done, run.headway.total) == (7, 7)
    builds.forget(run)
    assert order.out.is_dir()
    for again in (lambda: builds.start(order), lambda: builds.resume(run)):
        with pytest.raises(InputError, match="already holds a set"):
            again()


def test_what_cannot_be_made_says_why(order: SetOrder, tmp_path: Path) -> None:
    builds = Builds(tmp_path / "sets.json", ORDERS)
    with pytest.raises(InputError, match="nothing to make a set of"):
        builds.start(replace(order, sources=()))
    run = builds.start(replace(order, sources=(order.sources[0] / "notes.txt",)))
    until(builds, lambda: not run.status.alive)
    assert run.status is BuildStatus.FAILED
    assert "not one face is left" in run.error


def test_stopped_found_again_and_gone_on_with(slow: Builds, order: SetOrder) -> None:
    order.out.mkdir()
    run = slow.start(order)
    until(slow, lambda: run.headway.done > 0)
    assert run.headway.words.endswith("1.6 min left")
    later = Builds(slow._register, ORDERS)
    later.load()
    (found,) = later.runs
    assert found.order == order
    assert found.status is BuildStatus.MAKING
    slow.stop(run)
    until(slow, lambda: run.status is BuildStatus.STOPPED)
    slow.resume(run)
    assert run.status is BuildStatus.MAKING
    until(slow, lambda: run.headway.done > 0)


def test_the_command_line_is_the_users(order: SetOrder) -> None:
    command = order.command()
    options = ["--out", str(order.out), "--size", "32,32", "--no-align", "--labels", "folder"]
    assert command[-len(options) :] == options
    assert command[-len(options) - 1] == str(order.sources[0])
    laid = replace(order, template="celeba216", size_hw=(216, 176), people=False).command()
    assert laid[-4:] == ["--size", "216,176", "--template", "celeba216"]


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the empty folder of the user's models."""
    monkeypatch.setenv("FHGUI_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


def test_a_gallery_is_made_of_a_set(models: Path, tmp_path: Path) -> None:
    faces = write_set(tmp_path / "faces", count=12, side=128)
    order = GalleryOrder(faces, "lle", "full", gallery_place("volunteers"), "our own")
    builds = Builds(tmp_path / "sets.json", ORDERS)
    ended: list[Build] = []
    builds.ended.connect(ended.append)
    run = builds.start(order)
    (found,) = Builds(tmp_path / "sets.json", ORDERS)._read()
    assert found.order == order
    until(builds, lambda: bool(ended))
    assert run.status is BuildStatus.MADE, run.error
    assert run.headway.reached == "faces: 12 of 12"
    assert order.settings == {"gallery": "galleries/volunteers"}
    method = registry.load("lle", order.settings)
    assert [asset.name for asset in method.assets] == ["galleries/volunteers.safetensors"]
    assert stated(order.files[0])["terms"] == "our own"
    with pytest.raises(InputError, match="already holds a gallery"):
        builds.start(order)


def test_a_gallery_that_cannot_be_made_says_why(models: Path, tmp_path: Path) -> None:
    faces = write_set(tmp_path / "faces", count=4, side=128)
    order = GalleryOrder(faces, "lcr", "prototypes", gallery_place("few"))
    builds = Builds(tmp_path / "sets.json", ORDERS)
    with pytest.raises(InputError, match="no set of faces here"):
        builds.start(replace(order, data=tmp_path))
    run = builds.start(order)
    until(builds, lambda: not run.status.alive)
    assert run.status is BuildStatus.FAILED
    assert "are too few for this gallery" in run.error
    assert not order.is_whole()


def test_half_a_gallery_is_no_gallery_and_goes_on(models: Path, tmp_path: Path) -> None:
    faces = write_set(tmp_path / "faces", count=1, side=128)
    order = GalleryOrder(faces, "dcnn_mnce", "patches", gallery_place("half"))
    first, last = order.files
    assert [file.name for file in (first, last)] == [
        "half-bases.safetensors",
        "half-entries.safetensors",
    ]
    first.parent.mkdir(parents=True)
    first.write_bytes(b"of somebody else")
    with pytest.raises(InputError, match="already holds a gallery"):
        order.check()
    log_of(order).touch()  # it is ours: the process that wrote it was killed
    order.check()
    assert not order.is_whole()
    assert order.settings == {"gallery": "galleries/half", "partition": "patches"}


KINDS = {
    "dcnn_mnce": dcnn_mnce.OWN_KINDS,
    "dcnn_mnce_x4": dcnn_mnce.OWN_KINDS,
    "fsgn": fsgn.KINDS,
    "lle": position_patches.KINDS,
    "lcr": position_patches.KINDS,
}


def test_methods_say_which_galleries_can_be_built_for_them() -> None:
    assert set(methods_with_galleries()) == set(BUILDERS) == set(KINDS)
    for method, kinds in KINDS.items():
        info = registry.info(method).gallery
        assert info is not None
        assert {kind.name for kind in info.kinds} == set(kinds), method
        for kind in info.kinds:
            registry.make_config(method, dict(kind.values))
