"""Every method: one face, and a batch of faces from file to file; as papers write it and as it is.

``python -m tests.benchmarks`` makes the manual's tables of it.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from fhgui.alignment.cutting import cut_face
from fhgui.alignment.placing import by_landmarks
from fhgui.batch.looking import Subject
from fhgui.batch.order import Order
from fhgui.batch.running import DONE, Job, run_job
from fhgui.core.arrays import Pixels
from fhgui.core.errors import WeightsError
from fhgui.core.face import FaceImage, PlacedBy
from fhgui.core.method import Method
from fhgui.evidence.hashing import sha256_file
from fhgui.imaging.demo import demo_eyes, demo_frame
from fhgui.methods import registry
from fhgui.provenance.folder import png
from tests.benchmarks.plain import as_written
from tests.benchmarks.reference import Place, measured

FACES = 4
WAYS = {"plain": as_written, "shipped": nullcontext}
CLOSE = 1
"""Grey levels by which the pixels of both ways may differ: a last bit rounded otherwise."""


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("method_id", registry.method_ids())
def test_one_face(benchmark: Any, method_id: str, way: str) -> None:
    method, face = loaded(method_id), face_of(method_id)
    shipped = result(method, face, nullcontext())
    with WAYS[way]():
        place = Place("methods", method_id, f"{way}_face")
        measured(benchmark, place, lambda: list(method.stages(face, 0)), rounds=7)
        gap = np.abs(shipped.astype(int) - result(method, face, nullcontext()))
    assert gap.max() <= CLOSE
    benchmark.extra_info.update(differing=int(np.count_nonzero(gap)), of=gap.size)


@pytest.mark.parametrize("method_id", registry.method_ids())
def test_a_batch(benchmark: Any, method_id: str, way: str, tmp_path: Path) -> None:
    loaded(method_id)
    jobs = [job_of(method_id, number, tmp_path) for number in range(FACES)]
    order = Order((method_id,), aligned=True, reason="measured")
    rounds = iter(range(100))

    def batch() -> None:
        out = tmp_path / f"out-{next(rounds)}"
        for job in jobs:
            assert run_job(job, tmp_path, out, order).status == DONE

    with WAYS[way]():
        measured(benchmark, Place("methods", method_id, f"{way}_batch", FACES), batch, rounds=2)


def loaded(method_id: str) -> Method:
    try:
        return registry.load(method_id)
    except WeightsError as error:
        pytest.skip(error.sentence())


def face_of(method_id: str, shift_px: int = 0) -> FaceImage:
    """Return the demo's face as a method's input, seen a little beside for faces that differ."""
    info = registry.info(method_id)
    alignment = by_landmarks(demo_eyes() + shift_px, info.template, info.input_hw, PlacedBy.ANALYST)
    return cut_face(demo_frame(), alignment, info.input_hw)


def job_of(method_id: str, number: int, folder: Path) -> Job:
    path = folder / f"{number}.png"
    path.write_bytes(png(face_of(method_id, number).pixels))
    return Job(number, path.name, sha256_file(path), Subject(0, None), 1, method_id)


def result(method: Method, face: FaceImage, way: AbstractContextManager[None]) -> Pixels:
    with way:
        *_, last = method.stages(face, 0)
    return last.pixels
