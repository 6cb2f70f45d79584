"""Two hundred single bytes changed at random: each is found, and only its own file is blamed."""

import itertools
import json
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fhgui.core.errors import FhguiError
from fhgui.provenance.canonical import canonical_json
from fhgui.provenance.case import Case
from fhgui.provenance.enhance import enhance
from fhgui.provenance.folder import write_run
from fhgui.provenance.records import record_bytes
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.verification.damage import damaged_fields
from fhgui.provenance.verification.dispatch import verify
from fhgui.provenance.verification.findings import Finding, Verdict


@dataclass(frozen=True)
class Target:
    """A file to change, and whether a finding says rightly where."""

    file: Path
    is_right: Callable[[bytes, int, Finding], bool]


@pytest.fixture
def case(demo_png: Path, tmp_path: Path) -> Path:
    path = tmp_path / "a.fhcase"
    requests = [
        EnhanceRequest(demo_png, "bicubic", Placement(PlacementKind.LANDMARKS, landmarks=points))
        for points in (((150.25, 120.0), (163.0, 121.5)), ((151.0, 120.0), (163.0, 121.0)))
    ]
    with Case.create(path) as made:
        for request in requests:
            made.start_run(request)
            made.add_run(enhance(request))
    return path


def the_field(data: bytes, at: int, finding: Finding) -> bool:
    """Tell whether the field named is the one at a byte; between two, either is right."""
    return bool(set(_fields_at(data, at)) & {f.split(".")[0] for f in finding.field.split(", ")})


def _fields_at(data: bytes, at: int) -> Iterator[str]:
    """Yield the top-level fields of canonical JSON that a byte belongs to or separates."""
    end = 1
    for name, value in sorted(json.loads(data).items()):
        start, end = end, end + len(canonical_json({name: value})) - 1
        if start - 1 <= at < end or (name == "weights" and at >= end - 1):
            yield name


def the_line(data: bytes, at: int, finding: Finding) -> bool:
    return finding.line == data.count(b"\n", 0, at) + 1


def the_file(data: bytes, at: int, finding: Finding) -> bool:
    return True


def missed(
    path: Path, targets: list[Target], edits: int, rng: random.Random
) -> list[tuple[str, int, object]]:
    """Make single-byte edits, one at a time, and return those that were not named rightly."""
    wrong: list[tuple[str, int, object]] = []
    for target in itertools.islice(itertools.cycle(targets), edits):
        data = target.file.read_bytes()
        at = rng.randrange(len(data))
        other = rng.choice([b for b in range(256) if b != data[at]])
        target.file.write_bytes(data[:at] + bytes([other]) + data[at + 1 :])
        try:
            found = verify(path).findings
            blamed = [f for f in found if f.verdict is Verdict.TAMPERED]
            names = {f.subject for f in blamed}
            right = any(target.is_right(data, at, f) for f in blamed)
            if names != {str(target.file)} or not right:
                wrong.append((target.file.name, at, blamed or found))
        except FhguiError as error:
            wrong.append((target.file.name, at, error))
        target.file.write_bytes(data)
    return wrong


def test_two_hundred_edits_in_a_case(case: Path, demo_png: Path) -> None:
    targets = [
        Target(case / "records" / "0001-bicubic.json", the_field),
        Target(case / "log.jsonl", the_line),
        Target(case / "results" / "0001-bicubic" / "result.png", the_file),
        Target(case / "results" / "0002-bicubic" / "stages" / "01-bicubic.png", the_file),
        Target(demo_png, the_file),
    ]
    assert verify(case).verdict is Verdict.EXACT
    assert missed(case, targets, 200, random.Random(200)) == []
    assert verify(case).verdict is Verdict.EXACT


def test_a_last_run_that_was_exchanged_is_not_vouched_for_by_a_second_end(
    case: Path, demo_png: Path
) -> None:
    last = sorted((case / "records").glob("*.json"))[-1]
    before = last.read_bytes()
    other = Placement(PlacementKind.LANDMARKS, landmarks=((149.0, 119.0), (163.0, 121.0)))
    with Case.open(case) as opened:
        opened.start_run(EnhanceRequest(demo_png, "bicubic", other))
        shutil.rmtree(case / "results" / last.stem)
        opened._number -= 1  # the number of the last one again
        opened._last_id = json.loads(before)["previous"]
        opened.add_run(enhance(EnhanceRequest(demo_png, "bicubic", other)))
    assert last.read_bytes() != before
    result = verify(case)
    assert result.verdict is Verdict.TAMPERED
    assert any("and again in line" in f.text for f in result.findings)


def test_fifty_edits_in_the_folder_of_a_run(demo_png: Path, tmp_path: Path) -> None:
    run = enhance(EnhanceRequest(demo_png, "bicubic", Placement(PlacementKind.AUTO)))
    out = tmp_path / "out"
    write_run(run, out)
    targets = [
        Target(out / "record.json", the_field),
        Target(out / "result.png", the_file),
        Target(out / "input.png", the_file),
        Target(demo_png, the_file),
    ]
    assert missed(out, targets, 50, random.Random(50)) == []
    assert verify(out).verdict is Verdict.EXACT


def test_a_damaged_name_is_not_blamed_on_the_field_before_it(demo_png: Path) -> None:
    run = enhance(EnhanceRequest(demo_png, "bicubic", Placement(PlacementKind.AUTO)))
    data = record_bytes(run.record)
    at = data.index(b'"id":')
    for other in (0, ord("5"), ord(","), 200):
        assert damaged_fields(data[:at] + bytes([other]) + data[at + 1 :]) == ("id",)


def test_every_byte_of_the_case_file(case: Path) -> None:
    file = case / "case.json"
    assert missed(case, [Target(file, the_file)], 20, random.Random(20)) == []
