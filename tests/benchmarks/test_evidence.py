"""How soon a two-hour recording is open, and how soon a frame far into it is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest

from fhgui.evidence.source import open_source
from tests.unit.evidence.media import Recipe, make, x264

FRAMES = 2 * 3600 * 25
SOURCE_FRAMES = 250


@pytest.fixture(scope="session", params=["mp4", "ts", "mkv"])
def two_hours(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A two-hour H.264 recording: ten seconds, repeated with rising time stamps."""
    folder = tmp_path_factory.mktemp("long")
    options = x264("bframes=2:qp=40")
    short = make(Recipe("short.mp4", options=options, times=range(SOURCE_FRAMES)), folder)
    path = folder / f"long.{request.param}"
    with av.open(str(short)) as old, av.open(str(path), "w") as new:
        stream = old.streams.video[0]
        copy = new.add_stream_from_template(stream)
        packets = [(p.pts, p.dts, bytes(p), p.is_keyframe) for p in old.demux(stream) if p.size]
        length = round(SOURCE_FRAMES / 25 / stream.time_base)
        for turn in range(FRAMES // SOURCE_FRAMES):
            for pts, dts, data, is_key in packets:
                packet = av.Packet(data)
                packet.pts, packet.dts = pts + turn * length, dts + turn * length
                packet.time_base, packet.is_keyframe, packet.stream = (
                    stream.time_base,
                    is_key,
                    copy,
                )
                new.mux(packet)
    return path


def test_opening_two_hours(benchmark: Any, two_hours: Path) -> None:
    def open_it() -> None:
        with open_source(two_hours) as source:
            assert source.info.frame_count == FRAMES

    benchmark.pedantic(open_it, rounds=5)
    assert benchmark.stats["max"] < 1


def test_a_frame_far_into_two_hours(benchmark: Any, two_hours: Path) -> None:
    def jump() -> None:
        with open_source(two_hours) as source:
            assert source.frame(FRAMES - 77).time_s == pytest.approx((FRAMES - 77) / 25)

    benchmark.pedantic(jump, rounds=3)
    resource = pytest.importorskip("resource")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1_000_000  # kB
