"""What a video says about itself, and what was done to its pixels."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest

from fhgui.evidence.rendering import Turn, conversion_notes, to_rgb8
from fhgui.evidence.source import open_source
from fhgui.evidence.video import VideoSource
from fhgui.evidence.video_facts import rate_notes
from tests.unit.evidence.conftest import Clip
from tests.unit.evidence.media import FRAMES, RATE, Recipe, plain_decoding, remux, x264

NO_B = x264("bframes=0")
STATM = Path("/proc/self/statm")


def test_facts_of_an_mp4(clip: Clip) -> None:
    path = clip(Recipe("b.mp4"))
    with open_source(path) as source:
        info = source.info
        assert source.path == path
    assert (info.name, info.kind, info.container, info.codec) == ("b.mp4", "video", "MP4", "h264")
    assert (info.width, info.height, info.size_bytes) == (96, 64, path.stat().st_size)
    assert (info.frame_count, info.frame_count_exact) == (FRAMES, True)
    assert info.rate_fps == RATE
    assert info.time_base == "1/12800"
    assert info.duration_s == pytest.approx(FRAMES / RATE)
    assert (info.bit_depth, info.interlaced) == (8, False)
    tags = dict(info.metadata)
    assert tags["major_brand"] == "isom"
    assert tags["video.pixel_format"] == "yuv420p"
    assert len(tags) == len(info.metadata)


@pytest.mark.parametrize(
    ("recipe", "container", "codec"),
    [
        (Recipe("b.mov"), "QuickTime", "h264"),
        (Recipe("b.mkv"), "Matroska", "h264"),
        (Recipe("b.avi"), "AVI", "h264"),
        (Recipe("late.ts", options=NO_B), "MPEG-TS", "h264"),
        (Recipe("b.h264", format="h264"), "H.264 elementary stream", "h264"),
        (Recipe("mpeg4.avi", codec="mpeg4", options={}, b_frames=2), "AVI", "mpeg4"),
        (Recipe("hidden.mkv", codec="libvpx", options={}), "Matroska", "vp8"),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_containers_and_codecs(recipe: Recipe, container: str, codec: str, clip: Clip) -> None:
    with open_source(clip(recipe)) as source:
        assert (source.info.container, source.info.codec) == (container, codec)
        assert source.info.duration_s == pytest.approx(FRAMES / RATE, abs=0.05)


def test_streams_without_time_stamps_say_so(clip: Clip) -> None:
    with open_source(clip(Recipe("b.h264", format="h264"))) as source:
        assert source.info.time_base is None
        assert any("times follow from 25 frames/s" in note for note in source.info.notes)
        frame = source.frame(10)
    assert frame.pts is None
    assert frame.time_s == pytest.approx(0.4)


@pytest.mark.parametrize("name", ["b.h264", "b.avi", "mjpeg.mjpeg", "mpeg2.m2v"])
def test_a_rate_that_may_be_assumed_is_not_told_as_the_files_own(name: str, clip: Clip) -> None:
    kinds = {
        "mjpeg.mjpeg": Recipe(name, "mjpeg", {}, "mjpeg", "yuvj420p"),
        "mpeg2.m2v": Recipe(name, "mpeg2video", {}, "mpeg2video", b_frames=2),
    }
    form = "h264" if name == "b.h264" else None
    with open_source(clip(kinds.get(name, Recipe(name, format=form)))) as source:
        notes = [source.info.notes, source.frame(3).notes]
        assert source.info.rate_fps == RATE
        assert isinstance(source, VideoSource)
        assert not rate_notes(source._film.reader, Fraction(10))
    is_said = [any("25 frames/s are assumed" in note for note in told) for told in notes]
    assert is_said == [name in ("b.h264", "mjpeg.mjpeg")] * 2


def test_ten_bits_and_fields_are_stated(clip: Clip) -> None:
    deep = Recipe("deep.mkv", options=NO_B, pixel_format="yuv420p10le")
    with open_source(clip(deep)) as source:
        assert source.info.bit_depth == 10
        assert "10 bit reduced to 8 bit" in source.info.notes
        assert "10 bit reduced to 8 bit" in source.frame(2).notes
    woven = Recipe("woven.ts", options=x264("bframes=0:tff=1"))
    with open_source(clip(woven)) as source:
        assert source.info.interlaced
        assert any("two fields" in note for note in source.frame(1).notes)


def wide(stream: av.VideoStream) -> None:
    stream.codec_context.sample_aspect_ratio = 2


def test_rates_that_vary_and_pixels_that_are_not_square(clip: Clip) -> None:
    times = [index * 3 if index < 20 else 40 + index for index in range(FRAMES)]
    with open_source(clip(Recipe("vary.mkv", options=NO_B, times=times))) as source:
        assert not any("varies" in note for note in source.info.notes)  # Matroska states one rate
    with open_source(clip(Recipe("vary.mp4", options=NO_B, times=times))) as source:
        assert any("the frame rate varies" in note for note in source.info.notes)
    with open_source(clip(Recipe("wide.mkv", options=NO_B, prepare=wide))) as source:
        assert any("pixels are not square (2:1)" in note for note in source.info.notes)
        assert source.info.width == 96


@pytest.mark.parametrize(
    ("degrees", "quarters", "words"),
    [
        (90, 1, "turned by 90° counterclockwise"),
        (-90, -1, "turned by 90° clockwise"),
        (180, 2, "turned by 180°"),
    ],
)
def test_a_turned_video_is_shown_upright(
    degrees: float, quarters: int, words: str, clip: Clip, tmp_path: Path
) -> None:
    path = remux(clip(Recipe("b.mp4")), tmp_path / "turned.mp4", degrees=degrees)
    truth = np.rot90(plain_decoding(path)[3], quarters)
    with open_source(path) as source:
        frame = source.frame(3)
        assert (source.info.height, source.info.width) == frame.size_hw == truth.shape[:2]
    assert np.array_equal(frame.pixels, truth)
    assert any(note.startswith(words) for note in frame.notes)


@pytest.mark.parametrize(("degrees", "shape"), [(90, "1:2"), (-90, "1:2"), (180, "2:1")])
def test_the_shape_of_pixels_is_turned_with_the_video(
    degrees: float, shape: str, clip: Clip, tmp_path: Path
) -> None:
    path = clip(Recipe("shape.mp4", options=NO_B, prepare=wide))
    note = f"pixels are not square ({shape}); they are shown as they are stored"
    with open_source(remux(path, tmp_path / "turned.mp4", degrees=degrees)) as source:
        assert note in source.info.notes
        assert note in source.frame(2).notes
        assert dict(source.info.metadata)["video.sample_aspect_ratio"] == "2:1"


def test_a_turn_by_no_quarter_is_not_applied(clip: Clip, tmp_path: Path) -> None:
    path = remux(clip(Recipe("b.mp4")), tmp_path / "oblique.mp4", degrees=30)
    with open_source(path) as source:
        assert any("not applied" in note for note in source.info.notes)
        assert np.array_equal(source.frame(0).pixels, plain_decoding(path)[0])


@pytest.mark.parametrize(
    ("height", "matrix", "stated", "weights"),
    [
        (480, 2, "BT.601 (assumed", (0.299, 0.114)),
        (720, 2, "BT.709 (assumed", (0.2126, 0.0722)),
        (480, 1, "BT.709,", (0.2126, 0.0722)),
        (1080, 5, "BT.601,", (0.299, 0.114)),
    ],
)
def test_colour_follows_the_stated_matrix_or_what_players_assume(
    height: int, matrix: int, stated: str, weights: tuple[float, float]
) -> None:
    luma, blue, red = 120, 90, 180
    frame = av.VideoFrame(640, height, "yuv420p")
    for plane, value in zip(frame.planes, (luma, blue, red), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    frame.colorspace = matrix
    w_r, w_b = weights
    y = (luma - 16) * 255 / 219
    u, v = (blue - 128) * 255 / 224, (red - 128) * 255 / 224
    truth = [
        y + 2 * (1 - w_r) * v,
        y - (2 * w_b * (1 - w_b) * u + 2 * w_r * (1 - w_r) * v) / (1 - w_r - w_b),
        y + 2 * (1 - w_b) * u,
    ]
    assert to_rgb8(frame, Turn(0))[9, 9] == pytest.approx(truth, abs=2)
    assert stated in conversion_notes(frame, Turn(0))[0]


def test_long_files_are_estimated_until_counted(
    clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fhgui.evidence.film.SMALL_BYTES", 0)
    with open_source(clip(Recipe("b.mkv"))) as source:
        assert (source.info.frame_count, source.info.frame_count_exact) == (FRAMES, False)
        assert source.frame(12).index == 12
        assert not source.info.frame_count_exact
        film = cast(VideoSource, source)._film
        assert 12 <= film.index.pictures < FRAMES
        assert source.count() == FRAMES
        assert source.info.frame_count_exact
    with open_source(clip(Recipe("b.mp4"))) as source:
        assert source.info.frame_count_exact  # from the container's own index


def test_several_streams(clip: Clip, tmp_path: Path) -> None:
    path = tmp_path / "two.mkv"
    with av.open(str(clip(Recipe("b.mp4")))) as old, av.open(str(path), "w") as new:
        stream = old.streams.video[0]
        copies = [new.add_stream_from_template(stream) for _ in range(2)]
        for packet in old.demux(stream):
            if packet.size:
                for copy in copies:
                    twin = av.Packet(bytes(packet))
                    twin.pts, twin.dts, twin.time_base = packet.pts, packet.dts, packet.time_base
                    twin.is_keyframe, twin.stream = packet.is_keyframe, copy
                    new.mux(twin)
    with open_source(path) as source:
        assert source.count() == FRAMES
        assert any("1 more video stream" in note for note in source.info.notes)


def test_pictures_in_memory_are_bounded(clip: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fhgui.evidence.picture_cache.CACHE_BYTES", 100_000)
    with open_source(clip(Recipe("b.mp4"))) as source:
        for index in range(FRAMES):
            assert source.frame(index).index == index
        cache = cast(VideoSource, source)._film._cache
        assert 1 <= len(cache._pictures) <= 100_000 // (96 * 64 * 3 // 2)
        assert cache._bytes <= 100_000
        assert source.frame(0).index == 0
    assert cache._bytes == 0


@pytest.mark.skipif(not STATM.exists(), reason="reads the process's size from /proc")
def test_frames_that_were_shown_are_freed(clip: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    def size_bytes() -> int:
        return int(STATM.read_text().split()[1]) * 4096

    monkeypatch.setattr("fhgui.evidence.picture_cache.CACHE_BYTES", 1_000_000)
    recipe = Recipe("large.mp4", options=x264("bframes=1"), size_wh=(640, 480))
    with open_source(clip(recipe)) as source:
        before = size_bytes()
        for turn in range(6 * FRAMES):
            assert source.frame(turn % FRAMES).size_hw == (480, 640)
        frames_bytes = 6 * FRAMES * 640 * 480 * 3 // 2
        assert size_bytes() - before < frames_bytes // 3


def test_closing_twice(clip: Clip) -> None:
    source = open_source(clip(Recipe("b.mp4")))
    source.close()
    source.close()


@pytest.mark.parametrize(
    ("stated", "seen"), [(1, [0, 0, 128, 255, 255]), (2, [0, 16, 126, 235, 255])]
)
def test_gray_of_limited_range_is_stretched(stated: int, seen: list[int]) -> None:
    luma = np.repeat(np.array([[0, 16, 126, 235, 255]], np.uint8), 2, axis=0)
    frame = av.VideoFrame.from_ndarray(luma, format="gray")
    frame.color_range = stated
    assert to_rgb8(frame, Turn(0))[0].tolist() == [[v] * 3 for v in seen]
    note = conversion_notes(frame, Turn(0))[0]
    assert note.startswith("gray to RGB: three equal channels")
    assert note.endswith(", limited range stretched") is (stated == 1)


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("rgba", "rgba to RGB, transparency ignored"),
        ("pal8", "pal8 to RGB"),
        ("monow", "monow to RGB"),
        ("ya8", "ya8 to RGB, transparency ignored: three equal channels"),
    ],
)
def test_what_has_no_matrix_is_not_said_to_have_one(name: str, note: str) -> None:
    assert conversion_notes(av.VideoFrame(8, 8, name), Turn(0))[0] == note


def test_a_matrix_without_conversion_is_named() -> None:
    frame = av.VideoFrame(8, 8, "yuv444p")
    frame.colorspace = 8
    with pytest.raises(ValueError, match="YCgCo"):
        to_rgb8(frame, Turn(0))
