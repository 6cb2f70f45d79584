"""The same inputs are not computed twice, and the record says so; a full GPU is no dead end."""

import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from fhgui.core.face import Box, FaceImage
from fhgui.core.fields import Fields
from fhgui.core.method import Method, Stage
from fhgui.core.record import Outcome
from fhgui.evidence.source import Source, open_source
from fhgui.methods import registry
from fhgui.provenance import enhance as module
from fhgui.provenance.case import Case
from fhgui.provenance.enhance import ON_CPU, SMALLER, enhance
from fhgui.provenance.records import parse_record, record_bytes
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Event, Run, StageReady, StartedOver
from fhgui.provenance.shelf import Shelf
from fhgui.provenance.verification.dispatch import verify


@pytest.fixture
def request_(demo_png: Path) -> EnhanceRequest:
    placement = Placement(PlacementKind.BOX, Box(140, 80, 60, 60))
    return EnhanceRequest(demo_png, "bicubic", placement)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with Case.create(tmp_path / "a.fhcase") as made:
        yield made


class Watched:
    """A method that tells when it is run."""

    def __init__(self, inner: Method, seen: list[str]) -> None:
        self._inner, self._seen = inner, seen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:
        self._seen.append(self._inner.info.id)
        yield from self._inner.stages(face, seed)


@pytest.fixture
def runs_made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with every time a method really runs."""
    seen: list[str] = []
    load = registry.load

    def watched(method: str, *rest: Any) -> Any:
        return Watched(load(method, *rest), seen)

    module._loaded.cache_clear()
    monkeypatch.setattr(registry, "load", watched)
    return seen


def filed(case: Case, shelf: Shelf, request: EnhanceRequest) -> Run:
    return case.add_run(enhance(request, recall=shelf.recall))


def test_the_same_inputs_are_computed_once_and_the_record_says_so(
    case: Case, request_: EnhanceRequest, runs_made: list[str]
) -> None:
    shelf = Shelf(case)
    first = filed(case, shelf, request_)
    second = filed(case, shelf, request_)
    third = filed(case, shelf, request_)
    assert runs_made == ["bicubic"]
    assert first.record.reused is None
    assert b'"reused"' not in record_bytes(first.record)
    for later in (second, third):  # never the reuse of a reuse
        assert later.record.outcome is Outcome.COMPLETED
        assert later.record.reused == first.record.id
        assert first.record.id[:12] in later.record.warnings[-1]
        assert later.record.stages == first.record.stages
        assert np.array_equal(later.result.pixels, first.result.pixels)
    assert parse_record(record_bytes(second.record), Path("r.json")) == second.record


def test_a_reused_result_is_verified_like_any_other(
    case: Case, request_: EnhanceRequest, runs_made: list[str]
) -> None:
    shelf = Shelf(case)
    for _ in range(2):
        filed(case, shelf, request_)
    case.close()
    assert verify(case.path).verdict == "EXACT"
    assert runs_made == ["bicubic"] * 3  # verify computes both
    assert [r.name for r in case.runs] == ["0001-bicubic", "0002-bicubic"]


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"placement": Placement(PlacementKind.BOX, Box(141, 80, 60, 60))},
        {"method": "lle"},
    ],
)
def test_any_other_input_is_computed(
    case: Case, request_: EnhanceRequest, change: dict[str, Any]
) -> None:
    shelf = Shelf(case)
    filed(case, shelf, request_)
    other = filed(case, shelf, dataclasses.replace(request_, **change))
    assert other.record.reused is None


def test_a_changed_source_is_computed(
    case: Case, request_: EnhanceRequest, demo_png: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.png"
    copy.write_bytes(demo_png.read_bytes())
    request = dataclasses.replace(request_, source=copy)
    shelf = Shelf(case)
    filed(case, shelf, request)
    copy.write_bytes(demo_png.read_bytes() + b"\0")  # other bytes, the same pixels
    assert filed(case, shelf, request).record.reused is None


def test_damaged_pictures_are_not_reused(
    case: Case, request_: EnhanceRequest, runs_made: list[str]
) -> None:
    shelf = Shelf(case)
    filed(case, shelf, request_)
    picture = next((case.path / "results").rglob("*-bicubic.png"))
    data = bytearray(picture.read_bytes())
    data[-20] ^= 1
    picture.write_bytes(bytes(data))
    again = filed(case, shelf, request_)
    assert again.record.reused is None
    assert len(runs_made) == 2


def test_results_of_an_earlier_session_are_found_again(
    case: Case, request_: EnhanceRequest
) -> None:
    first = filed(case, Shelf(case), request_)
    case.close()
    with Case.open(case.path) as again:
        assert filed(again, Shelf(again), request_).record.reused == first.record.id


def test_a_failed_run_is_not_reused(case: Case, request_: EnhanceRequest) -> None:
    shelf = Shelf(case)
    bad = dataclasses.replace(request_, method="lle", settings={"gallery": "nowhere"})
    for _ in range(2):
        assert filed(case, shelf, bad).record.outcome is Outcome.FAILED
        assert case.runs


class Small:
    """A method of two stages whose card has memory for one."""

    def __init__(self, inner: Any, device: str, error: Exception) -> None:
        self._inner, self._device, self._error = inner, device, error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:
        first, *rest = self._inner.stages(face, seed)
        yield first
        if self._device == "cuda":
            raise self._error
        yield from rest


OUT_OF_MEMORY = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")


def test_a_file_that_changes_while_it_is_opened_is_refused(
    request_: EnhanceRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changing(path: Path, fields: Fields) -> Source:
        opened = open_source(path, fields)
        path.write_bytes(path.read_bytes() + b"more")
        return opened

    monkeypatch.setattr(module, "open_source", changing)
    run = enhance(request_)
    assert run.error is not None
    assert "changed while it was worked on" in run.error.sentence()


@pytest.mark.skipif(os.name != "posix", reason="needs the time of a file's change")
def test_a_digest_is_not_kept_for_a_file_whose_time_was_set_back(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one")
    known = module.file_identity(path)
    first = module.hashed(path, known)
    changed_ns = path.stat().st_ctime_ns
    while path.stat().st_ctime_ns == changed_ns:  # a coarse clock
        path.write_bytes(b"two")
        os.utime(path, ns=(known[1], known[1]))
    assert module.file_identity(path) == known
    assert module.hashed(path, known) != first


@pytest.fixture
def small_card(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Put a graphics card that is too small into the machine; return the devices loaded for."""
    devices: list[str] = []
    load = registry.load

    def loaded(method: str, values: Any = None, device: str = "cpu") -> Any:
        devices.append(device)
        return Small(load(method, values, "cpu"), device, OUT_OF_MEMORY)

    module._loaded.cache_clear()
    monkeypatch.setattr(registry, "load", loaded)
    resolved = {"auto": "cuda", "cuda": "cuda", "cpu": "cpu"}
    monkeypatch.setattr(module, "resolve_device", resolved.__getitem__)
    yield devices
    module._loaded.cache_clear()


def test_a_full_graphics_card_is_followed_by_the_processor(
    small_card: list[str], request_: EnhanceRequest
) -> None:
    told: list[Event] = []
    request = dataclasses.replace(request_, method="lle")
    run = enhance(request, told.append)
    assert small_card == ["cuda", "cpu"]
    assert run.record.outcome is Outcome.COMPLETED
    assert run.record.device == "cpu"
    assert run.record.warnings[-1] == ON_CPU
    stages = [name for name, _ in registry.info("lle").stages]
    assert [s.name for s in run.stages] == ["input", *stages]
    kinds = [type(e) for e in told if isinstance(e, StageReady | StartedOver)]
    assert kinds == [StageReady] * 2 + [StartedOver] + [StageReady] * len(run.stages)
    module._loaded.cache_clear()
    alone = enhance(dataclasses.replace(request, device="cpu"))
    assert alone.record.warnings == run.record.warnings[:-1]
    assert np.array_equal(alone.result.pixels, run.result.pixels)


def test_another_error_on_the_card_is_not_tried_again(
    small_card: list[str], request_: EnhanceRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.OUT_OF_MEMORY", RuntimeError("device-side assert"))
    run = enhance(dataclasses.replace(request_, method="lle"))
    assert small_card == ["cuda"]
    assert run.record.outcome is Outcome.FAILED
    assert "device-side assert" in (run.record.error or "")


def test_used_up_memory_is_followed_by_a_smaller_run(
    small_card: list[str], request_: EnhanceRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to"
    monkeypatch.setattr(f"{__name__}.OUT_OF_MEMORY", RuntimeError(words))
    run = enhance(dataclasses.replace(request_, method="lle"))
    assert small_card == ["cuda", "cpu"]
    assert run.record.warnings[-1] == SMALLER
    assert (run.record.outcome, run.record.threads) == (Outcome.COMPLETED, 1)


def test_a_machine_without_memory_says_so(
    request_: EnhanceRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(registry, "load", fail)
    module._loaded.cache_clear()
    run = enhance(dataclasses.replace(request_, method="lle"))
    assert run.record.warnings[-1] == SMALLER
    assert run.record.error == "the memory is used up; close other programs and try again"
