"""Seconds a face, by method, without loading."""

from typing import Any

import pytest

from fhgui.alignment.cutting import cut_face
from fhgui.alignment.placing import by_landmarks
from fhgui.core.errors import WeightsError
from fhgui.core.face import PlacedBy
from fhgui.imaging.demo import demo_eyes, demo_frame
from fhgui.methods import registry


@pytest.mark.parametrize("method_id", registry.method_ids())
def test_one_face(benchmark: Any, method_id: str) -> None:
    info = registry.info(method_id)
    try:
        method = registry.load(method_id)
    except WeightsError as error:
        pytest.skip(error.sentence())
    alignment = by_landmarks(demo_eyes(), info.template, info.input_hw, PlacedBy.ANALYST)
    face = cut_face(demo_frame(), alignment, info.input_hw)
    stages = benchmark.pedantic(lambda: list(method.stages(face, 0)), rounds=5, warmup_rounds=1)
    assert stages[-1].pixels.shape == (*info.output_hw, 3)
