"""The speed tables: made of what pytest-benchmark wrote, and both ways of a network agree."""

import json
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from fhgui.blocks.convolution import fold_batch_norm
from fhgui.imaging.consistency import consistent
from fhgui.imaging.operators import make_operator
from fhgui.methods.restoring import enlarged
from fhgui.methods.urdgn.network import Spec, build
from installer.pages.measured import survey_table, take
from tests.benchmarks.plain import as_written
from tests.benchmarks.speed import slower, surveys


def figure(table: str, row: str, column: str, ms: float, **more: Any) -> dict[str, Any]:
    where = {"table": table, "row": row, "column": column}
    return {"extra_info": {**where, "ms": ms, "ratio": ms / 10, "reference_ms": 10.0, **more}}


@pytest.fixture
def written(tmp_path):
    """What pytest-benchmark writes, of one method and one step; another benchmark is left out."""
    benchmarks = [
        figure("methods", "atlas", "plain_face", 60.0, differing=3, of=49152),
        figure("methods", "atlas", "shipped_face", 40.0, differing=0, of=49152),
        figure("methods", "atlas", "plain_batch", 100.0),
        figure("methods", "atlas", "shipped_batch", 80.0),
        figure("steps", "a film opened", "ms", 25.0),
        {"extra_info": {"longest_stall_ms": 3}},
    ]
    machine = {"cpu": {"brand_raw": "a processor"}}
    path = tmp_path / "benchmarks.json"
    path.write_text(json.dumps({"benchmarks": benchmarks, "machine_info": machine}), "utf-8")
    return path


def test_each_table_has_its_rows_as_ratios_to_the_reference(written):
    methods, steps = surveys(written)
    (row,) = methods["rows"]
    assert row["method"] == "`atlas`"
    assert (row["faster"], row["gain"]) == ("1.50×", "1.25×")
    assert (row["in references"], row["in references a face"]) == (4.0, 8.0)
    assert (row["batch, as written, faces/s"], row["now, faces/s"]) == (10.0, 12.5)
    assert row["pixels"] == "3 of 49152"
    assert steps["rows"] == [{"step": "a film opened", "ms": 25.0, "in references": 2.5}]
    assert all("a processor" in table["notes"][-1] for table in (methods, steps))


def test_the_manual_takes_them_and_shows_them(written, tmp_path):
    for survey in surveys(written):
        path = tmp_path / "taken.json"
        path.write_text(json.dumps(survey), "utf-8")
        assert take(path, tmp_path).name == f"survey-{survey['survey']}.json"
    assert "| a film opened | 25 | 2.5 |" in survey_table("speed_steps", tmp_path)


def test_a_ratio_that_has_grown_is_told():
    kept = {"rows": [{"step": "a", "ms": 5.0, "in references": 1.0}, {"step": "b"}]}
    new = {"rows": [{"step": "a", "ms": 9.0, "in references": 1.5}, {"step": "c"}]}
    assert slower(kept, new) == ["a: in references 1.5, was 1"]
    assert slower(new, kept) == []


def a_network() -> nn.Module:
    torch.manual_seed(0)
    network = build(Spec(width=(0.25,) * 4))
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 2)
    return fold_batch_norm(network)


def test_a_network_as_written_gives_the_same_pictures():
    network, low = a_network(), torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    fast = enlarged(network, low, mirrored=True)
    with as_written():
        slow = enlarged(network, low, mirrored=True)
    np.testing.assert_allclose(fast, slow, atol=1e-2)  # of 255


def test_the_last_stage_as_written_gives_the_same_pixels():
    random = np.random.default_rng(0)
    x, y = random.uniform(-20, 275, (32, 32, 3)).clip(0, 255), random.uniform(0, 255, (4, 4, 3))
    operator = make_operator("bicubic", (32, 32), 8)
    fast = consistent(x, y, operator)
    with as_written():
        slow = consistent(x, y, operator)
    np.testing.assert_allclose(fast, slow, atol=1e-6)
