"""The golden set and the certificate of a site validation."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from fhgui.__main__ import main
from fhgui.core.errors import RecordError
from fhgui.methods import registry
from fhgui.methods.installed import installed
from fhgui.provenance.golden import LIST, GoldenSet, compare_all, read_golden
from fhgui.provenance.validation import validate
from fhgui.provenance.verification.findings import Verdict

REMAKE = "make it anew: python -m fhgui.provenance.golden resources/golden"


def quiet(text: str) -> None:
    pass


def only(golden_set: GoldenSet, method: str) -> GoldenSet:
    chosen = tuple(g for g in golden_set.goldens if g.method == method)
    return replace(golden_set, goldens=chosen)


@pytest.fixture
def copied(tmp_path: Path) -> GoldenSet:
    """A copy of the set that may be damaged, with one method that needs no files."""
    folder = tmp_path / "golden"
    shutil.copytree(read_golden().folder, folder)
    return only(read_golden(folder), "bicubic")


def test_golden_set_was_made_with_the_files_that_are_shipped() -> None:
    golden_set = read_golden()
    assert {g.method for g in golden_set.goldens} == set(registry.method_ids()), REMAKE
    shipped = {row.name: str(row.facts()["sha256"]) for row in installed() if not row.own}
    for golden in golden_set.goldens:
        for name, digest in golden.files.items():
            assert shipped[name] == digest, f"{golden.method}: {name} has changed; {REMAKE}"


def test_delivered_method_is_exact_or_equivalent(copied: GoldenSet) -> None:
    found = [o for o in compare_all(copied, quiet) if o.picture]
    assert {o.picture for o in found} == {"demo.png", "dark.jpg"}
    assert all(o.verdict in (Verdict.EXACT, Verdict.EQUIVALENT) for o in found), found


def test_a_digest_that_is_not_the_pictures_own_is_tampered(copied: GoldenSet) -> None:
    wrong = [("bicubic", "0" * 64)]
    goldens = tuple(replace(g, stages=(*g.stages[:-1], *wrong)) for g in copied.goldens)
    found = [o for o in compare_all(replace(copied, goldens=goldens), quiet) if o.picture]
    assert [o.verdict for o in found] == [Verdict.TAMPERED] * 2  # its picture is not that digest's


def test_changed_picture_and_missing_method_are_named(copied: GoldenSet) -> None:
    with (copied.folder / "demo.png").open("ab") as file:
        file.write(b"more")
    found = list(compare_all(copied, quiet))
    assert next(o for o in found if o.picture == "demo.png").verdict is Verdict.TAMPERED
    missing = [o.method for o in found if not o.picture]
    assert set(missing) == set(registry.method_ids()) - {"bicubic"}
    assert validate(quiet, copied).verdict is Verdict.TAMPERED


def test_damaged_list_is_one_sentence(copied: GoldenSet) -> None:
    (copied.folder / LIST).write_text("[")
    with pytest.raises(RecordError, match="golden set"):
        read_golden(copied.folder)


def test_certificate_says_verdict_and_laboratory(
    copied: GoldenSet,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("fhgui.provenance.validation.read_golden", lambda: copied)
    monkeypatch.setattr(registry, "method_ids", lambda: ("bicubic",))
    monkeypatch.setattr("fhgui.provenance.validation.installed", lambda: iter(()))
    (tmp_path / "lab.yaml").write_text("name: Laboratory of Tests\nexaminer: A. Nonymous\n")
    out = tmp_path / "c.pdf"
    given = ["doctor", "--validate", "--out", str(out), "--laboratory", str(tmp_path / "lab.yaml")]
    assert main([*given, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["verdict"] in ("EXACT", "EQUIVALENT")
    text = "".join(page.extract_text() for page in PdfReader(out).pages)
    for words in (f"Verdict: {said['verdict']}", "Laboratory of Tests", "A. Nonymous", "dark.jpg"):
        assert words in text
    assert main(given) == 1  # it is there already
