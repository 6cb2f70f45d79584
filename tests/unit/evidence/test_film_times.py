"""The time line told by packets is the one that decoding every frame gives."""

from __future__ import annotations

import numpy as np
import pytest

from fhgui.evidence.video import VideoSource
from tests.unit.evidence.conftest import Clip
from tests.unit.evidence.media import Recipe
from tests.unit.evidence.test_exact_access import RECIPES

NO_TIMES = ("mpeg2.m2v",)
"""Packets do not tell how many pictures there are."""

NO_KEYS = ("b.avi", "open.avi", "mpeg4.avi", "b.h264", "open.h264", "open.h265", "radl.h265")
"""Packets do not tell in which order pictures are shown."""


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_times_and_key_frames_are_those_of_decoding(recipe: Recipe, clip: Clip) -> None:
    with VideoSource(clip(recipe)) as source:
        times = source.times()
        frames = [source.frame(n) for n in range(source.count())]
    if recipe.name in NO_TIMES:
        assert times is None
        return
    assert times is not None
    assert times.count == len(frames)
    decoded = np.array([frame.time_s for frame in frames])
    assert np.allclose(times.times_s, decoded, atol=1e-9)
    assert times.stored == (frames[0].pts is not None)
    keys = tuple(frame.index for frame in frames if frame.key_frame)
    if recipe.name == "refresh.mkv":  # recovery points, where no single frame is a key frame
        assert set(keys) < set(times.keys)
    else:
        assert times.keys == keys or (recipe.name in NO_KEYS and times.keys == ())
