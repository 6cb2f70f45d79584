"""Any frame in any order is, bit for bit, the frame that decoding from the start gives."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from fhgui.core.errors import InputError
from fhgui.core.frame import Frame
from fhgui.evidence.source import open_source
from fhgui.evidence.video import VideoSource
from fhgui.evidence.walk import Walk
from tests.unit.evidence.conftest import Clip
from tests.unit.evidence.media import (
    FRAMES,
    KEY_DISTANCE,
    Recipe,
    forget_pictures,
    pack,
    plain_decoding,
    remux,
    x264,
    x265,
)

TASKS = Path("/proc/self/task")

IRREGULAR = [0]
for step in random.Random(0).choices([1, 1, 2, 5], k=FRAMES - 1):
    IRREGULAR.append(IRREGULAR[-1] + step)

OPEN = x264("bframes=3:b-adapt=0:b-pyramid=normal:open-gop=1")
NO_B = x264("bframes=0")
LATE = range(9000, 9000 + FRAMES)
VP8 = {"auto-alt-ref": "1", "lag-in-frames": "16", "g": str(KEY_DISTANCE), "cpu-used": "8"}


def mark_key(packet: object) -> None:
    packet.is_keyframe = True  # type: ignore[attr-defined]


RECIPES = (
    Recipe("b.mp4"),
    Recipe("open.mp4", options=OPEN),
    Recipe("irregular.mp4", times=IRREGULAR),
    Recipe("fragments.mp4", mux_options={"movflags": "frag_keyframe+empty_moov"}),
    Recipe("half-fragments.mp4", mux_options={"movflags": "frag_keyframe"}),
    Recipe("false-keys.mp4", change=mark_key),
    Recipe("false-keys-hevc.mp4", codec="libx265", options=x265("open-gop=0"), change=mark_key),
    Recipe("b.mov"),
    Recipe("irregular.mkv", options=OPEN, times=IRREGULAR),
    Recipe("false-keys.mkv", options=NO_B, change=mark_key),
    Recipe("refresh.mkv", options=x264("bframes=0:intra-refresh=1")),
    Recipe("open.ts", options=OPEN),
    Recipe("late.ts", options=NO_B, times=LATE),
    Recipe("interlaced.ts", options=x264("bframes=2:tff=1")),
    Recipe("b.avi"),
    Recipe("open.avi", options=OPEN),
    Recipe("no-b.avi", options=NO_B),
    Recipe("mpeg4.avi", codec="mpeg4", options={}, b_frames=2),
    Recipe("mjpeg.avi", codec="mjpeg", options={}, pixel_format="yuvj420p"),
    Recipe("b.h264", format="h264"),
    Recipe("open.h264", options=OPEN, format="h264"),
    Recipe("no-b.h264", options=NO_B, format="h264"),
    Recipe("open.h265", codec="libx265", options=x265("open-gop=1"), format="hevc"),
    Recipe("radl.h265", codec="libx265", options=x265("open-gop=0:radl=2"), format="hevc"),
    Recipe("hevc.mp4", codec="libx265", options=x265("open-gop=1")),
    Recipe("ten-bit.mkv", codec="libx265", options=x265("open-gop=1"), pixel_format="yuv420p10le"),
    Recipe("mpeg2.ts", codec="mpeg2video", options={}, b_frames=2),
    Recipe("mpeg2.mpg", codec="mpeg2video", options={}, b_frames=2, format="mpeg"),
    Recipe("mpeg2.m2v", codec="mpeg2video", options={}, b_frames=2, format="mpeg2video"),
    Recipe("mjpeg.mjpeg", codec="mjpeg", options={}, pixel_format="yuvj420p", format="mjpeg"),
    Recipe("hidden.mkv", codec="libvpx", options=VP8),
    Recipe("lossless.mkv", codec="ffv1", options={"g": "5"}),
    Recipe("sound.flv"),
)


def same(frame: Frame, other: Frame) -> bool:
    facts = (frame.index, frame.pts, frame.time_s, frame.key_frame, frame.notes)
    others = (other.index, other.pts, other.time_s, other.key_frame, other.notes)
    return facts == others and np.array_equal(frame.pixels, other.pixels)


@pytest.fixture(params=RECIPES, ids=lambda recipe: recipe.name)
def path(request: pytest.FixtureRequest, clip: Clip) -> Path:
    return clip(request.param)


def test_any_order_gives_the_frames_of_plain_decoding(path: Path) -> None:
    truth = plain_decoding(path)
    assert len(truth) == FRAMES
    with open_source(path) as source:
        assert isinstance(source, VideoSource)
        assert source.count() == FRAMES
        assert source.info.frame_count == FRAMES
        forward = [source.frame(index) for index in range(FRAMES)]
        for index, frame in enumerate(forward):
            assert np.array_equal(frame.pixels, truth[index]), index
            assert frame.index == index
            assert not frame.pixels.flags.writeable
        for index in reversed(range(FRAMES)):
            assert same(source.frame(index), forward[index]), index
    with open_source(path) as source:
        assert isinstance(source, VideoSource)
        for index in random.Random(1).sample(range(FRAMES), FRAMES):
            forget_pictures(source)
            assert same(source.frame(index), forward[index]), index


def test_a_time_gives_the_frame_that_is_shown(path: Path) -> None:
    with open_source(path) as source:
        times = [source.frame(index).time_s for index in range(FRAMES)]
        assert times[0] == 0
        for index in (0, 1, 7, 13, 26, FRAMES - 2, FRAMES - 1, 3):
            time_s = times[index]
            assert time_s is not None
            assert source.frame_at(time_s).index == index
            assert source.frame_at(time_s + 0.015).index == index
        assert times[-1] is not None
        for nonsense in (-0.1, times[-1] + 9, float("nan"), float("inf")):
            with pytest.raises(InputError, match="no frame is shown"):
                source.frame_at(nonsense)


def test_a_number_that_is_not_there(path: Path) -> None:
    with open_source(path) as source:
        for number in (FRAMES, -1, 10**9):
            with pytest.raises(InputError, match=f"has {FRAMES} frames, 0 to {FRAMES - 1}"):
                source.frame(number)
        assert source.frame(3).index == 3


def test_times_follow_the_stamps(clip: Clip) -> None:
    with open_source(clip(RECIPES[2])) as source:
        assert source.info.rate_fps != 25
        stamps = [source.frame(index).pts for index in range(FRAMES)]
        times = [source.frame(index).time_s for index in range(FRAMES)]
    assert times == pytest.approx([tick / 25 for tick in IRREGULAR])
    assert stamps == [tick * 512 for tick in IRREGULAR]


def test_times_begin_with_the_first_frame(clip: Clip) -> None:
    with open_source(clip(Recipe("late.ts", options=NO_B, times=LATE))) as source:
        first = source.frame(0)
        assert first.time_s == 0
        assert first.pts is not None
        assert first.pts >= 9000 * 3600
        assert source.frame(10).time_s == pytest.approx(0.4)


def test_an_edit_list_cuts_in_the_middle_of_a_group(clip: Clip, tmp_path: Path) -> None:
    path = remux(clip(RECIPES[1]), tmp_path / "edited.mp4", earlier=17)
    truth = plain_decoding(path)
    assert len(truth) == FRAMES - 17
    with open_source(path) as source:
        assert source.count() == len(truth)
        for index in reversed(range(len(truth))):
            forget_pictures(source)  # type: ignore[arg-type]
            assert np.array_equal(source.frame(index).pixels, truth[index]), index
        assert any("edit list hides" in note for note in source.info.notes)


@pytest.mark.parametrize("b_frames", [1, 2])
def test_two_pictures_in_a_packet_are_both_shown(b_frames: int, clip: Clip, tmp_path: Path) -> None:
    recipe = Recipe(f"{b_frames}-unpacked.avi", codec="mpeg4", options={}, b_frames=b_frames)
    path = pack(clip(recipe), tmp_path / "packed.avi")
    truth = plain_decoding(path)
    assert np.array_equal(truth, plain_decoding(clip(recipe)))
    for seed in range(3):
        order = random.Random(seed).sample(range(FRAMES), FRAMES)
        with open_source(path) as source:
            for index in order if seed else range(FRAMES):
                forget_pictures(source)  # type: ignore[arg-type]
                frame = source.frame(index)
                assert np.array_equal(frame.pixels, truth[index]), index
                assert not frame.damage
                assert frame.time_s == pytest.approx(index / 25)
            assert source.count() == FRAMES
            assert source.info.frame_count == FRAMES


@pytest.mark.parametrize("movflags", ["", "frag_keyframe+empty_moov"])
def test_false_key_frames_are_no_joined_recordings(movflags: str, clip: Clip) -> None:
    mux, name = {"movflags": movflags} if movflags else {}, "false-keys-hevc.mp4"
    kind = {"codec": "libx265", "options": x265("open-gop=0"), "change": mark_key}
    recipe = Recipe(f"{len(mux)}-{name}", mux_options=mux, **kind)  # type: ignore[arg-type]
    with open_source(clip(recipe)) as source:
        assert source.count() == FRAMES
        assert not any("joined" in note for note in source.info.notes)
        times = source.times()
    assert times is not None
    assert times.times_s == pytest.approx([index / 25 for index in range(FRAMES)])


def test_false_key_frames_before_the_first_true_one_have_no_number(
    clip: Clip, tmp_path: Path
) -> None:
    whole = clip(Recipe("false-keys.mp4", change=mark_key))
    path = remux(whole, tmp_path / "cut.mp4", skip=3)
    truth = plain_decoding(whole)[KEY_DISTANCE:]
    for order in (range(len(truth)), range(len(truth) - 1, -1, -1)):
        with open_source(path) as source:
            assert source.count() == len(truth)
            for index in order:
                forget_pictures(source)  # type: ignore[arg-type]
                assert np.array_equal(source.frame(index).pixels, truth[index]), index
            assert any("7 pictures before the first key frame" in n for n in source.info.notes)


@pytest.mark.parametrize(
    "name", ["b.mp4", "open.mp4", "irregular.mkv", "open.ts", "late.ts", "b.avi", "b.h264"]
)
def test_a_jump_decodes_from_the_nearest_key_frames_only(
    name: str, clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = next(r for r in RECIPES if r.name == name)
    decoded = []
    decode = Walk._decode
    monkeypatch.setattr(Walk, "_decode", lambda *a: decoded.append(1) or decode(*a))
    with open_source(clip(recipe)) as source:
        for index in (FRAMES - 1, 5, 30, 18):
            forget_pictures(source)  # type: ignore[arg-type]
            decoded.clear()
            source.frame(index)
            assert 1 <= len(decoded) <= 2 * KEY_DISTANCE + 8


def test_stepping_back_does_not_decode(clip: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_source(clip(RECIPES[0])) as source:
        source.frame(FRAMES - 1)
        monkeypatch.setattr(Walk, "_decode", None)
        for index in range(FRAMES - 2, KEY_DISTANCE * 3 - 1, -1):
            assert source.frame(index).index == index


def test_real_clips(data_dir: Path) -> None:
    clips = sorted((data_dir / "cctv").glob("clip_nofi0*.mp4"))
    assert clips
    for path in clips:
        truth = plain_decoding(path)
        with open_source(path) as source:
            assert source.count() == len(truth)
            for index in random.Random(2).sample(range(len(truth)), 12):
                forget_pictures(source)  # type: ignore[arg-type]
                assert np.array_equal(source.frame(index).pixels, truth[index])


@pytest.mark.skipif(not TASKS.exists(), reason="threads are counted by /proc")
def test_frames_that_are_kept_keep_no_thread(clip: Clip) -> None:
    """A frame's own scaler would live as long as the frame, with two threads a core."""
    with open_source(clip(Recipe("wide.mp4", size_wh=(640, 480)))) as source:
        source.frame(0)
        before = len(list(TASKS.iterdir()))
        for index in random.Random(1).choices(range(FRAMES), k=20):
            source.frame(index)
        assert len(list(TASKS.iterdir())) == before
