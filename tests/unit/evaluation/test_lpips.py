"""LPIPS with invented weights: its formula, and what happens without files."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional

from fhgui.core.errors import WeightsError
from fhgui.evaluation.lpips import BACKBONE, LINEAR, Lpips, load
from tests.unit.evaluation.conftest import smooth

SHAPES = ((0, 64, 3, 11), (3, 192, 64, 5), (6, 384, 192, 3), (8, 256, 384, 3), (10, 256, 256, 3))


def write_weights(folder: Path, only: int | None = None) -> tuple[Path, Path]:
    """Write AlexNet's shapes with random numbers; ``only`` weighs a single layer."""
    random = torch.Generator().manual_seed(0)
    backbone, linear = folder / BACKBONE, folder / LINEAR
    backbone.parent.mkdir(parents=True)
    features, lines = {}, {}
    for i, (number, outs, ins, side) in enumerate(SHAPES):
        weight = torch.randn(outs, ins, side, side, generator=random)
        features[f"features.{number}.weight"] = weight / (ins * side**2) ** 0.5
        features[f"features.{number}.bias"] = torch.zeros(outs)
        weigh = 1.0 if only in (None, i) else 0.0
        lines[f"lin{i}.model.1.weight"] = weigh * torch.rand(1, outs, 1, 1, generator=random)
    save_file(features, backbone)
    save_file(lines, linear)
    return backbone, linear


def test_laws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_weights(tmp_path)
    monkeypatch.setenv("FHGUI_MODELS", str(tmp_path))
    lpips, note = Lpips.find()
    assert lpips is not None
    assert note is None
    a, b = smooth(0, (96, 80)), smooth(1, (96, 80))
    assert lpips.distance(a, a) == 0
    assert lpips.distance(a, b) == pytest.approx(lpips.distance(b, a))
    nearer = ((a.astype(float) * 3 + b) / 4).astype(np.uint8)
    assert 0 < lpips.distance(a, nearer) < lpips.distance(a, b)


def test_the_first_layer_by_hand(tmp_path: Path) -> None:
    backbone, linear = write_weights(tmp_path, only=0)
    pictures = smooth(0), smooth(1)
    weight = load_file(backbone)["features.0.weight"]
    line = load_file(linear)["lin0.model.1.weight"][0, :, 0, 0]
    units = []
    for picture in pictures:
        seen = picture.astype(np.float32) / 127.5 - 1
        seen = (seen - [-0.030, -0.088, -0.188]) / [0.458, 0.448, 0.450]
        planes = torch.from_numpy(seen.astype(np.float32).transpose(2, 0, 1))[None]
        output = functional.relu(functional.conv2d(planes, weight, stride=4, padding=2))[0]
        units.append(output / output.norm(dim=0, keepdim=True))
    expected = (line[:, None, None] * (units[0] - units[1]) ** 2).sum(dim=0).mean()
    got = load(backbone, linear).distance(*pictures)
    assert got == pytest.approx(float(expected), rel=1e-4)


def test_without_files_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FHGUI_MODELS", str(tmp_path))
    lpips, note = Lpips.find()
    assert lpips is None
    assert note is not None
    assert BACKBONE in note
    assert LINEAR in note


def test_files_of_something_else_are_refused(tmp_path: Path) -> None:
    backbone, linear = write_weights(tmp_path)
    with pytest.raises(WeightsError, match="missing"):
        load(linear, linear)
    save_file({"lin0.model.1.weight": torch.zeros(1, 5, 1, 1)}, linear)
    with pytest.raises(WeightsError):
        load(backbone, linear)
    linear.write_bytes(b"no weights")
    with pytest.raises(WeightsError, match="cannot be read"):
        load(backbone, linear)
    torch.save(load_file(backbone), linear)  # no pickle is read, however harmless
    with pytest.raises(WeightsError, match="cannot be read"):
        load(backbone, linear)
