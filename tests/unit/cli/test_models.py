"""``fhgui models``: what is listed, added, checked and removed, and that nothing else changes."""

import hashlib
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml
from safetensors.numpy import save_file

from fhgui import paths
from fhgui.__main__ import main
from fhgui.assets import read_card
from fhgui.methods import registry
from fhgui.training.export import register
from tests.helpers.models import tiny_srcnn, tiny_tdn

NAME = "srcnn/network.safetensors"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder of models, not made yet."""
    monkeypatch.setenv("FHGUI_MODELS", str(tmp_path / "own"))
    return tmp_path / "own"


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """A tiny SRCNN with its card, as a training leaves it."""
    return tiny_srcnn(tmp_path / "run")


def models(*arguments: object) -> int:
    return main(["models", *map(str, arguments)])


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_every_file_of_every_method_is_listed(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert models("--json") == 0
    rows = told(capsys)["models"]
    assert isinstance(rows, list)
    names = [row["name"] for row in rows]
    on_disk = paths.resource("").parent.joinpath("models").glob("*/*.safetensors")
    assert sorted(names) == sorted(f"{p.parent.name}/{p.name}" for p in on_disk)  # each once
    needed = [n for m in registry.method_ids() for _, n in registry.info(m).assets]
    assert names[: len(set(needed))] == list(dict.fromkeys(needed))
    users = {row["name"]: row["methods"] for row in rows}
    assert users["position_patches/prototypes.safetensors"] == ["lcr", "lle"]
    assert users["dcnn_mnce/denoiser-natural.safetensors"] == ["dcnn_mnce"]
    for row in rows:
        assert row["used"]
        assert not row["own"]
        assert len(row["sha256"]) == 64
        assert row["card"]["terms"]
    assert models() == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in names)
    assert not own.exists()


class Person(io.StringIO):
    """Somebody at a terminal who says no."""

    def __init__(self) -> None:
        super().__init__("n\n")

    def isatty(self) -> bool:
        return True


def test_an_added_model_is_used_and_can_be_removed(
    own: Path,
    trained: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundled = registry.load("srcnn").assets
    assert models("add", trained) == 0
    assert str(own / NAME) in capsys.readouterr().out
    assert (own / NAME).read_bytes() == trained.read_bytes()
    digest = hashlib.sha256(trained.read_bytes()).hexdigest()
    assert registry.load("srcnn").assets[0].sha256 == digest
    assert models("verify") == 0
    assert "not used" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", Person())
    assert models("remove", "srcnn") == 1
    assert str(own / NAME) in capsys.readouterr().err
    assert (own / NAME).is_file()
    monkeypatch.undo()
    monkeypatch.setenv("FHGUI_MODELS", str(own))
    assert models("--json", "remove", "srcnn") == 0  # a script is not asked
    assert str(own / NAME) in told(capsys)["removed"]
    assert list(own.iterdir()) == []
    assert registry.load("srcnn").assets == bundled
    assert trained.is_file()


def test_adding_again_replaces(own: Path, trained: Path) -> None:
    assert models("add", trained) == 0
    assert models("add", trained) == 0
    assert sorted(p.name for p in (own / "srcnn").iterdir()) == ["card.yaml", "network.safetensors"]
    assert [p.name for p in own.iterdir()] == ["srcnn"]


def test_one_file_of_several_leaves_the_others_found(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    denoiser = paths.model_file("dcnn_mnce/denoiser-faces.safetensors")
    assert denoiser is not None
    assert models("add", denoiser) == 0
    assert models("verify", "--json") == 0
    capsys.readouterr()
    assert (own / "dcnn_mnce" / "denoiser-faces.safetensors").is_file()
    assert {a.role for a in registry.load("dcnn_mnce").assets} == {"weights", "gallery"}


def test_a_card_that_others_need_stays_without_what_was_removed(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shared, further = (
        "dcnn_mnce/denoiser-faces.safetensors",
        "dcnn_mnce/denoiser-natural.safetensors",
    )
    denoiser, natural = (paths.model_file(name) for name in (shared, further))
    assert denoiser is not None
    assert natural is not None
    assert models("add", denoiser) == 0
    shutil.copyfile(natural, own / further)
    register(own / further, {"terms": "of somebody"})
    capsys.readouterr()
    assert models("--json", "remove", "dcnn_mnce_x4") == 0
    assert told(capsys)["removed"] == [str(own / shared)]
    assert sorted(p.name for p in (own / "dcnn_mnce").iterdir()) == [
        "card.yaml",
        "denoiser-natural.safetensors",
    ]
    assert list(read_card(own / further)["files"]) == ["denoiser-natural.safetensors"]
    assert models("verify") == 0, capsys.readouterr().out


def test_a_second_file_of_a_folder_keeps_the_card_of_the_first(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("landmarks/points5.safetensors", "landmarks/points68.safetensors"):
        shipped = paths.model_file(name)
        assert shipped is not None
        assert models("add", shipped) == 0
        assert models("verify") == 0, capsys.readouterr().out
    capsys.readouterr()


def test_another_network_of_a_method_is_not_taken_for_its_usual_one(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = registry.load("tdn").assets
    file = tiny_tdn(tmp_path / "run", adversarial=True)
    assert models("add", file) == 0
    assert str(own / "tdn/adversarial.safetensors") in capsys.readouterr().out
    assert registry.load("tdn").assets == usual
    assert registry.load("tdn", {"adversarial": True}).assets != usual
    assert models("verify") == 0


def damaged(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def cardless(path: Path) -> None:
    path.with_name("card.yaml").unlink()


def of_nobody(path: Path) -> None:
    save_file({"a": np.zeros(2, np.float16)}, path, {"method": "guess", "part": "network"})
    register(path, {})


def of_another_shape(path: Path) -> None:
    identity = {"method": "srcnn", "part": "network", "spec": json.dumps({"filters": [4, 3]})}
    save_file({"body.0.weight": np.zeros((2, 3, 3, 3), np.float16)}, path, identity)
    register(path, {})


def of_unreadable_shape(path: Path) -> None:
    save_file({"a": np.zeros(2, np.float16)}, path, {"method": "srcnn", "part": "network"})
    register(path, {})
    card = path.with_name("card.yaml")
    values = yaml.safe_load(card.read_text(encoding="utf-8"))
    values["files"]["weights.safetensors"] = "nonsense"
    card.write_text(yaml.safe_dump(values), encoding="utf-8")


def gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (damaged, "differs from its card"),
        (cardless, "names no digest"),
        (of_nobody, "is for no method"),
        (of_another_shape, "do not fit"),
        (of_unreadable_shape, "names no digest"),
        (gone, "there is no such file"),
    ],
)
def test_what_is_not_whole_is_not_added(
    own: Path, trained: Path, capsys: pytest.CaptureFixture[str], spoil, said: str
) -> None:
    spoil(trained)
    assert models("add", trained) == 1
    err = capsys.readouterr().err
    assert len(err.strip().splitlines()) == 1
    assert said in err
    assert not (own / "srcnn").exists()
    assert not own.exists() or list(own.iterdir()) == []


def test_only_weights_are_added(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = tmp_path / "words.md"
    words.write_text("no weights")
    assert models("add", words) == 1
    assert "is no file of trained weights; give the .safetensors file" in capsys.readouterr().err
    assert not own.exists() or list(own.iterdir()) == []


def test_a_refused_file_leaves_the_added_one(
    own: Path, trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert models("add", trained) == 0
    kept = (own / NAME).read_bytes()
    of_another_shape(trained)
    assert models("add", trained) == 1
    assert (own / NAME).read_bytes() == kept
    assert models("verify") == 0
    capsys.readouterr()


def test_verify_names_a_damaged_file(
    own: Path, trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert models("add", trained) == 0
    damaged(own / NAME)
    capsys.readouterr()
    assert models("verify", "--json") == 1
    found = told(capsys)
    assert found["ok"] is False
    problems = [row["path"] for row in found["models"] if row["problem"]]
    assert problems == [str(own / NAME)]


def test_what_came_with_the_program_stays(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert models("remove", "srcnn", "--yes") == 1
    assert "cannot be removed" in capsys.readouterr().err
    assert models("remove", "guess", "--yes") == 1
    assert "no method 'guess'" in capsys.readouterr().err
    assert paths.model_file(NAME) is not None


def test_a_folder_that_cannot_be_made(
    tmp_path: Path,
    trained: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FHGUI_MODELS", str(tmp_path / "file" / "models"))
    assert models("add", trained) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_without_a_named_folder_it_is_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FHGUI_MODELS", raising=False)
    assert paths.user_models().parts[-2:] == ("fhgui", "models")
    assert paths.model_folders()[0] == paths.user_models()


def test_what_the_search_for_faces_loads_is_listed_and_can_be_replaced(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "landmarks/points5.safetensors"
    shipped = paths.model_file(name)
    assert shipped is not None
    run = tmp_path / "run"
    run.mkdir()
    trained = run / "weights.safetensors"
    trained.write_bytes(shipped.read_bytes())
    register(trained, {"what": "grown again"})
    assert models("add", trained, "--json") == 0
    added = told(capsys)["added"]
    assert isinstance(added, dict)
    assert (added["name"], added["methods"], added["own"]) == (name, ["search for faces"], True)
    assert paths.model_file(name) == own / name
