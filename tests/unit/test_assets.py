"""Weights are checked before they are used: missing, damaged, of another method."""

import hashlib
import shutil

import numpy as np
import pytest
import yaml
from safetensors.numpy import save_file

from fhgui.assets import load_file
from fhgui.core.errors import WeightsError

IDENTITY = {"method": "toy", "part": "net"}
NAME = "toy/net.safetensors"


@pytest.fixture
def models(tmp_path, monkeypatch):
    folder = tmp_path / "toy"
    folder.mkdir()
    save_file(
        {"a": np.arange(3, dtype=np.float16)},
        folder / "net.safetensors",
        {**IDENTITY, "spec": '{"n": 3}'},
    )
    write_card(folder)
    monkeypatch.setenv("FHGUI_MODELS", str(tmp_path))
    return folder


def write_card(folder):
    digest = hashlib.sha256((folder / "net.safetensors").read_bytes()).hexdigest()
    (folder / "card.yaml").write_text(
        yaml.safe_dump({"files": {"net.safetensors": {"sha256": digest}}})
    )


def test_a_good_file_loads_with_its_digest(models):
    loaded = load_file("weights", NAME, IDENTITY)
    np.testing.assert_array_equal(loaded.arrays["a"], [0, 1, 2])
    assert loaded.spec == {"n": 3}
    assert loaded.asset.name == NAME
    assert (
        loaded.asset.sha256 == hashlib.sha256((models / "net.safetensors").read_bytes()).hexdigest()
    )


def test_a_missing_file(models):
    with pytest.raises(WeightsError, match=r"other\.safetensors.*missing"):
        load_file("weights", "toy/other.safetensors", IDENTITY)


def test_one_changed_byte(models):
    path = models / "net.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(WeightsError, match=r"net\.safetensors.*damaged"):
        load_file("weights", NAME, IDENTITY)


def test_a_file_of_another_method(models):
    with pytest.raises(WeightsError, match="belongs to something else"):
        load_file("weights", NAME, {"method": "dcnn_mnce"})


def test_no_safetensors_file_with_a_right_digest(models):
    (models / "net.safetensors").write_bytes(b"text")
    write_card(models)
    with pytest.raises(WeightsError, match="no safetensors"):
        load_file("weights", NAME, IDENTITY)


@pytest.mark.parametrize("text", ["files: {}", "files: [", "just words"])
def test_a_card_without_the_digest(models, text):
    (models / "card.yaml").write_text(text)
    with pytest.raises(WeightsError, match=r"card\.yaml"):
        load_file("weights", NAME, IDENTITY)


def test_no_card(models):
    (models / "card.yaml").unlink()
    with pytest.raises(WeightsError, match=r"card\.yaml"):
        load_file("weights", NAME, IDENTITY)


def test_a_folder_in_place_of_the_file(models):
    shutil.move(models / "net.safetensors", models / "gone")
    (models / "net.safetensors").mkdir()
    with pytest.raises(WeightsError, match="missing"):
        load_file("weights", NAME, IDENTITY)
