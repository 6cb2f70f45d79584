"""``fhgui export``: what is asked for on the command line, and what it says of bad requests."""

import json
from pathlib import Path

import pytest

from fhgui.__main__ import main
from fhgui.core.arrays import Pixels
from fhgui.core.dossier import Dossier, DriftRow
from fhgui.provenance.keys import Signer

EYES = "150.25,120,163,121.5"
PASSPHRASE = "correct horse battery"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Render a report of one line and look for no faces: both have tests of their own."""

    def render(dossier: Dossier, folder: Path, checkpoint: object) -> list[Path]:
        lab, commission = dossier.laboratory, dossier.commission
        text = f"{lab.name}|{commission.examiner}|{dossier.paper.value}|{bool(lab.logo_png)}"
        (folder / "report.html").write_text(text)
        return [folder / "report.html"]

    def drift(face: Pixels, results: object) -> tuple[DriftRow, ...]:
        return ()

    monkeypatch.setattr("fhgui.provenance.report.process.render", render)
    monkeypatch.setattr("fhgui.provenance.comparing.drift_table", drift)


@pytest.fixture
def case(demo_png: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = tmp_path / "a.fhcase"
    command = ["enhance", str(demo_png), "--method", "bicubic", "--landmarks", EYES]
    assert main([*command, "--case", str(path), "--out", str(tmp_path / "run")]) == 0
    capsys.readouterr()
    return path


def export(*arguments: object) -> int:
    return main(["export", *(str(a) for a in arguments), "--repeat-for", "0"])


def test_a_case_as_json(case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(case, "--out", tmp_path / "out", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"folder", "files", "dossier", "manifest_sha256", "warnings"}
    assert all(Path(file).is_file() for file in told["files"])
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["dossier"] == told["dossier"]
    assert manifest["labelled"] is True


def test_a_record_without_the_label_on_letter_paper(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "run" / "record.json"
    options = ("--paper", "Letter", "--no-label")
    assert export(record, "--out", tmp_path / "out", *options) == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert (manifest["paper"], manifest["labelled"], manifest["case"]) == ("Letter", False, None)
    assert str(tmp_path / "out" / "manifest.json") in capsys.readouterr().out.splitlines()


def test_the_laboratory_and_its_own_key(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from PIL import Image

    Image.new("RGB", (3000, 20)).save(tmp_path / "logo.png")
    lab, word = tmp_path / "lab.yaml", tmp_path / "passphrase"
    lab.write_text("name: The Lab\nexaminer: E. Examiner\nlogo: logo.png\n")
    word.write_text(f"{PASSPHRASE}\n")
    made = ("--make-key", tmp_path / "key", "--passphrase-file", word, "--laboratory", lab)
    assert export(*made, "--json") == 0
    certificate, key = json.loads(capsys.readouterr().out)["files"]
    assert b"ENCRYPTED" in Path(key).read_bytes()
    assert "E. Examiner" in Signer.load(Path(certificate), Path(key), PASSPHRASE).words
    signing = ("--sign", certificate, "--key", key, "--passphrase-file", word)
    assert export(case, "--out", tmp_path / "out", "--laboratory", lab, *signing) == 0
    assert (tmp_path / "out" / "report.html").read_text() == "The Lab|E. Examiner|A4|True"
    assert (tmp_path / "out" / "manifest.json.p7s").is_file()
    word.write_text("wrong words here")
    capsys.readouterr()
    assert export(case, "--out", tmp_path / "other", *signing) == 1
    assert "signing-key.pem" in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "other").exists()


def test_a_key_needs_its_passphrase(
    case: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert export("--make-key", tmp_path / "key") == 1
    assert "--passphrase-file" in capsys.readouterr().err
    assert not (tmp_path / "key").exists()
    assert export("--make-key", tmp_path / "key", "--passphrase-file", tmp_path / "none") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("CASE",),
        ("CASE", "--out", "OUT", "--sign", "c.pem"),
        ("CASE", "--out", "OUT", "--paper", "A5"),
        ("CASE", "--out", "OUT", "--repeat-for", "-1"),
        ("CASE", "--out", "OUT", "--make-key", "K", "--sign", "c.pem", "--key", "k.pem"),
    ],
)
def test_bad_usage(case: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    given = [str(case) if a == "CASE" else a.replace("OUT", str(tmp_path / "o")) for a in arguments]
    assert main(["export", *given]) == 2
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense: 1\n", "unknown field nonsense"),
        ("[1, 2]\n", "NAME: VALUE"),
        ("name: [1]\n", "name is no text"),
        ("logo: lab.yaml\n", "logo"),
        ("a: {", "no YAML"),
    ],
)
def test_a_bad_laboratory_file(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    (tmp_path / "lab.yaml").write_text(text)
    laboratory = ("--laboratory", tmp_path / "lab.yaml")
    assert export(case, "--out", tmp_path / "o", *laboratory) == 1
    assert words in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "o").exists()


def test_nothing_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(tmp_path / "none", "--out", tmp_path / "o") == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
