"""Exports: every file is vouched for; what was changed, cut, added or taken away is named."""

import json
import os
import random
import shutil
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from fhgui.cli.app import app
from fhgui.core.errors import RecordError
from fhgui.imaging.demo import demo_frame
from fhgui.provenance.canonical import canonical_json, sealed
from fhgui.provenance.case import Case
from fhgui.provenance.keys import Signer
from fhgui.provenance.signing import sign_manifest
from fhgui.provenance.verification.dispatch import verify
from fhgui.provenance.verification.export_folder import verify_export
from fhgui.provenance.verification.findings import Finding, Verdict, worst
from fhgui.provenance.verification.record import Circumstances
from tests.helpers.exports import an_export, manifest_bytes
from tests.helpers.signing import a_pdf, edited

KINDS = ("signed", "unsigned")


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer.on_the_spot()


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory, signer: Signer) -> Path:
    """Return a folder with a signed and an unsigned export; nobody may change them."""
    folder = tmp_path_factory.mktemp("exports")
    source = folder / "demo.png"
    Image.fromarray(demo_frame()).save(source)
    an_export(source, folder / "signed", signer)
    an_export(source, folder / "unsigned", None)
    return folder


@pytest.fixture(params=KINDS)
def export(request: pytest.FixtureRequest, exports: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exports / request.param, tmp_path / request.param))


def found(export: Path) -> dict[str, list[Finding]]:
    """Return the bad findings by file name."""
    bad: dict[str, list[Finding]] = {}
    for finding in verify_export(export, Circumstances()):
        if finding.verdict is not Verdict.EXACT:
            bad.setdefault(Path(finding.subject).name, []).append(finding)
    return bad


def test_an_export_left_alone_is_exact(export: Path, signer: Signer) -> None:
    result = verify(export)
    assert result.verdict is Verdict.EXACT, result.findings
    texts = [f"{Path(f.subject).name}: {f.text}" for f in result.findings]
    assert any("manifest.json: seal intact, 7 files" in t for t in texts)
    assert sum("seal intact, completed" in t for t in texts) == 1  # replayed once
    assert "bit-identical" in " ".join(texts)
    signed = f"signature intact: {signer.words}"
    named = [t for t in texts if signed in t]
    assert len(named) == (2 if export.name == "signed" else 0)
    if export.name == "unsigned":
        assert "manifest.json: is not signed: whoever exchanged the whole folder" in " ".join(texts)


NAMES = (
    "report.pdf",
    "result-credentialed.png",
    "result-credentialed.jpg",
    "input.png",
    "record.json",
    "case.jsonld",
    "manifest.json",
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_single_bytes_are_noticed_and_the_file_is_named(
    name: str, kind: str, exports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fhgui.provenance.verification.export_folder._replayed", _nothing)
    export = Path(shutil.copytree(exports / kind, tmp_path / kind))
    data, rng = (export / name).read_bytes(), random.Random(name)
    for copy in edited(data, rng.sample(range(len(data)), 12), rng):
        (export / name).write_bytes(copy)
        bad = found(export)
        assert worst(f for findings in bad.values() for f in findings) is Verdict.TAMPERED
        assert name in bad
        assert set(bad) <= {name, "manifest.json.p7s"}


def _nothing(*_: object) -> list[Finding]:
    return []


def test_a_changed_digest_in_the_manifest_is_not_blamed_on_the_file(export: Path) -> None:
    value = json.loads((export / "manifest.json").read_bytes())
    value["files"]["report.pdf"]["sha256"] = "0" * 64
    (export / "manifest.json").write_bytes(canonical_json(value) + b"\n")
    bad = found(export)
    assert "report.pdf" not in bad
    assert bad["manifest.json"][0].field == "files.report.pdf.sha256"


def test_a_changed_name_in_the_manifest_is_not_blamed_on_the_file(export: Path) -> None:
    manifest = export / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"case.jsonld"', b'"case.jsonle"'))
    bad = found(export)
    assert set(bad) <= {"manifest.json", "manifest.json.p7s"}
    assert bad["manifest.json"][0].field == "files.case.jsonld, files.case.jsonle"


def test_missing_and_additional_files(export: Path) -> None:
    (export / "case.jsonld").unlink()
    (export / "notes.txt").write_text("mine")
    bad = found(export)
    assert set(bad) == {"case.jsonld", "notes.txt"}
    assert bad["case.jsonld"][0].verdict is Verdict.TAMPERED
    assert "is missing" in bad["case.jsonld"][0].text
    assert bad["notes.txt"][0].verdict is Verdict.DIFFERENT
    assert "nothing vouches for it" in bad["notes.txt"][0].text


def test_an_addition_among_the_stages_is_named_once(export: Path) -> None:
    (export / "stages").mkdir()
    (export / "stages" / "09-mine.png").write_bytes(b"mine")
    (finding,) = found(export)["09-mine.png"]
    assert finding.verdict is Verdict.DIFFERENT
    assert "is not in the manifest" in finding.text


def test_a_manifest_taken_away_is_missed(export: Path) -> None:
    (export / "manifest.json").unlink()
    result = verify(export)
    assert result.verdict is Verdict.TAMPERED
    assert "nothing vouches for the files" in result.findings[0].text
    (export / "manifest.json.p7s").unlink(missing_ok=True)
    (export / "case.jsonld").unlink()
    assert verify(export).verdict is Verdict.TAMPERED


def test_a_signature_taken_away_is_missed(exports: Path, tmp_path: Path) -> None:
    export = Path(shutil.copytree(exports / "signed", tmp_path / "signed"))
    (export / "manifest.json.p7s").unlink()
    assert "is missing: fhgui, key made on the spot" in found(export)["manifest.json.p7s"][0].text


def test_a_whole_new_manifest_is_not_what_was_signed(exports: Path, tmp_path: Path) -> None:
    export = Path(shutil.copytree(exports / "signed", tmp_path / "signed"))
    value = json.loads((export / "manifest.json").read_bytes())
    (export / "report.pdf").write_bytes(a_pdf("another"))
    new = manifest_bytes({"report.pdf": a_pdf("another")}, None)
    value["files"] |= json.loads(new)["files"]
    (export / "manifest.json").write_bytes(canonical_json(sealed(value)) + b"\n")
    assert "changed after signing" in found(export)["manifest.json.p7s"][0].text


def test_an_original_that_is_gone_is_said(export: Path, tmp_path: Path) -> None:
    (bad,) = found_elsewhere(export, tmp_path)
    assert bad.verdict is Verdict.DIFFERENT
    assert "was not replayed: the original demo.png is not at" in bad.text
    assert "--source" in bad.text


def found_elsewhere(export: Path, tmp_path: Path) -> list[Finding]:
    nowhere = Circumstances(source=tmp_path / "nowhere")
    return [f for f in verify_export(export, nowhere) if f.verdict is not Verdict.EXACT]


@pytest.mark.parametrize("name", ["../out.txt", "/etc/passwd", "a\\..\\b", "C:x", ""])
def test_names_that_leave_the_folder_are_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(manifest_bytes({name: b""}, None))
    (finding,) = [f for f in verify_export(tmp_path, Circumstances()) if f.verdict != "EXACT"]
    assert finding.verdict is Verdict.TAMPERED
    assert "it names the file" in finding.text


def test_a_manifest_of_another_shape_is_changed_not_unexpected(tmp_path: Path) -> None:
    """Found by fuzzing: a list where the files are named."""
    value = json.loads(manifest_bytes({}, None)) | {"files": []}
    (tmp_path / "manifest.json").write_bytes(canonical_json(sealed(value)) + b"\n")
    (finding,) = [f for f in verify_export(tmp_path, Circumstances()) if f.verdict != "EXACT"]
    assert finding.verdict is Verdict.TAMPERED
    assert "can no longer be read as a manifest" in finding.text


def test_links_are_not_followed(export: Path, tmp_path: Path) -> None:
    if os.name != "posix":
        pytest.skip("needs links")
    shutil.copy(export / "input.png", tmp_path / "input.png")
    (export / "input.png").unlink()
    (export / "input.png").symlink_to(tmp_path / "input.png")
    assert "is missing, or is no plain file" in found(export)["input.png"][0].text


def test_a_manifest_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(manifest_bytes({}, None, schema=2))
    with pytest.raises(RecordError, match="has schema 2, this version reads schema 1"):
        verify(tmp_path)


def test_single_files_are_held_against_the_manifest_beside_them(export: Path) -> None:
    for name in ("report.pdf", "result-credentialed.jpg", "input.png", "case.jsonld"):
        assert verify(export / name).verdict is Verdict.EXACT
    (export / "report.pdf").write_bytes(a_pdf("another"))
    assert verify(export / "report.pdf").verdict is Verdict.TAMPERED


def test_who_signed_is_held_against_who_is_said_to_have_signed(
    exports: Path, tmp_path: Path
) -> None:
    export = Path(shutil.copytree(exports / "unsigned", tmp_path / "unsigned"))
    value = json.loads((export / "manifest.json").read_bytes())
    manifest = canonical_json(sealed({**value, "signer": "A laboratory"})) + b"\n"
    (export / "manifest.json").write_bytes(manifest)
    (export / "manifest.json.p7s").write_bytes(sign_manifest(manifest, Signer.on_the_spot()))
    (bad,) = found(export)["manifest.json.p7s"]
    assert bad.verdict is Verdict.TAMPERED
    assert "the manifest says A laboratory" in bad.text


def test_a_signed_report_in_an_unsigned_export_is_not_of_it(exports: Path, tmp_path: Path) -> None:
    export = Path(shutil.copytree(exports / "signed", tmp_path / "signed"))
    value = json.loads((export / "manifest.json").read_bytes())
    (export / "manifest.json").write_bytes(
        canonical_json(sealed({**value, "signer": None})) + b"\n"
    )
    (export / "manifest.json.p7s").unlink()
    assert "the manifest is not" in found(export)["report.pdf"][0].text


def test_a_single_file_asks_for_the_signature_of_its_manifest(
    exports: Path, tmp_path: Path
) -> None:
    export = Path(shutil.copytree(exports / "signed", tmp_path / "signed"))
    value = json.loads((export / "manifest.json").read_bytes())
    (export / "case.jsonld").write_bytes(b"{}")
    value["files"] |= json.loads(manifest_bytes({"case.jsonld": b"{}"}, None))["files"]
    (export / "manifest.json").write_bytes(canonical_json(sealed(value)) + b"\n")
    for name in ("case.jsonld", "record.json"):
        assert verify(export / name).verdict is Verdict.TAMPERED


def test_a_case_put_over_an_export_hides_nothing(exports: Path, tmp_path: Path) -> None:
    export = Path(shutil.copytree(exports / "unsigned", tmp_path / "unsigned"))
    (export / "case.jsonld").write_bytes(b"{}")
    with Case.create(tmp_path / "empty.fhcase"):
        pass
    for item in (tmp_path / "empty.fhcase").iterdir():
        if item.name not in ("log.jsonl", "results"):
            item.rename(export / item.name)
    assert verify(export).verdict is Verdict.TAMPERED


def test_manifests_of_other_programs_are_left_alone(exports: Path, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"manifest_version": 3, "files": {}}')
    picture = shutil.copy(exports / "signed" / "result-credentialed.png", tmp_path)
    assert verify(Path(picture)).verdict is Verdict.EXACT
    with pytest.raises(RecordError, match=r"holds no record\.json"):
        verify(tmp_path)


@pytest.mark.parametrize("name", ["report.pdf", "manifest.json", "manifest.json.p7s"])
def test_the_command_verifies_what_it_is_given(name: str, exports: Path) -> None:
    result = CliRunner().invoke(app, ["verify", str(exports / "signed" / name)])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("EXACT ")
    assert "self-made certificate" in result.output


def test_a_damaged_first_byte_is_still_a_pdf(exports: Path, tmp_path: Path) -> None:
    for name in ("report.pdf", "result-credentialed.png", "result-credentialed.jpg"):
        data = (exports / "signed" / name).read_bytes()
        (tmp_path / name).write_bytes(b"x" + data[1:])
        assert verify(tmp_path / name).verdict is Verdict.TAMPERED
