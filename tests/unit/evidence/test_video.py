"""Random access gives the very pixels of playing from the start, in every container."""

import hashlib
import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from fhgui.core.errors import EvidenceError, InputError
from fhgui.evidence.source import open_source
from tests.helpers.media import HEIGHT, WIDTH, picture, write_video

B_FRAMES = {"bf": "3", "g": "12", "x264-params": "open-gop=1:scenecut=0"}
FORMATS = {
    "b-frames.mp4": {"options": B_FRAMES},
    "b-frames.mkv": {"options": B_FRAMES},
    "open-gop.ts": {"options": B_FRAMES, "container": "mpegts"},
    "h265.mov": {"codec": "libx265", "options": {"x265-params": "log-level=none:keyint=10"}},
    "mpeg4.avi": {"codec": "mpeg4"},
    "h264.avi": {"options": B_FRAMES},
    "mjpeg.avi": {"codec": "mjpeg", "pix_fmt": "yuvj420p"},
    "raw.h264": {"options": B_FRAMES, "container": "h264"},
    "raw.h265": {
        "codec": "libx265",
        "container": "hevc",
        "options": {"x265-params": "log-level=none:keyint=10"},
    },
    "variable.mkv": {"ticks": [40 * i + (i % 3) * 7 for i in range(40)], "options": B_FRAMES},
}


def digest(pixels: np.ndarray) -> str:
    return hashlib.sha256(pixels.tobytes()).hexdigest()


def played(path: Path) -> list[str]:
    with open_source(path) as source:
        return [digest(source.frame(i).pixels) for i in range(source.count())]


@pytest.mark.parametrize("name", FORMATS)
def test_random_access_is_exact(name: str, tmp_path: Path) -> None:
    path = write_video(tmp_path / name, 40, **FORMATS[name])
    expected = played(path)
    assert len(expected) == 40
    assert len(set(expected)) == 40
    order = random.Random(name).sample(range(40), 40)
    with open_source(path) as source:
        for index in order:
            frame = source.frame(index)
            assert digest(frame.pixels) == expected[index], index
            assert frame.index == index
            error = np.abs(frame.pixels.astype(int) - picture(index)).mean()
            assert error < 12, f"frame {index} is another picture"


def test_opened_afresh_at_any_frame(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", 30, options=B_FRAMES)
    expected = played(path)
    for index in (29, 13, 1):
        with open_source(path) as source:
            assert digest(source.frame(index).pixels) == expected[index]


def test_frame_by_time_with_variable_rate(tmp_path: Path) -> None:
    ticks = [0, 40, 200, 210, 500, 1000]
    path = write_video(tmp_path / "v.mkv", 6, ticks=ticks)
    with open_source(path) as source:
        for time_s, index in [(0.0, 0), (0.05, 1), (0.205, 2), (0.21, 3), (0.7, 4), (9.0, 5)]:
            frame = source.frame_at(time_s)
            assert frame.index == index
            assert frame.time_s == pytest.approx(ticks[index] / 1000)
        with pytest.raises(InputError, match="not a number"):
            source.frame_at(float("nan"))


def test_what_a_video_says_about_itself(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", 20)
    with open_source(path) as source:
        info = source.info
        assert (info.kind, info.codec, info.width, info.height) == ("video", "h264", WIDTH, HEIGHT)
        assert info.rate_fps == pytest.approx(25)
        assert info.duration_s == pytest.approx(0.8)
        assert (info.bit_depth, info.interlaced) == (8, False)
        assert source.count() == 20


def test_ten_bit_and_interlaced_are_stated(tmp_path: Path) -> None:
    deep = write_video(tmp_path / "deep.mp4", 5, pix_fmt="yuv420p10le")
    with open_source(deep) as source:
        assert source.info.bit_depth == 10
        assert "10 bit reduced to 8 bit" in source.frame(2).notes
    woven = write_video(tmp_path / "woven.ts", 5, options={"x264-params": "tff=1:bframes=0"})
    with open_source(woven) as source:
        assert source.info.interlaced
        assert any("interlaced" in note for note in source.frame(0).notes)


@pytest.mark.parametrize("index", [-1, 20, 10**6])
@pytest.mark.parametrize("name", ["v.mp4", "v.h264"])
def test_frames_that_are_not_there(name: str, index: int, tmp_path: Path) -> None:
    path = write_video(tmp_path / name, 20, container="h264" if name == "v.h264" else None)
    with open_source(path) as source, pytest.raises(InputError, match="20 frames"):
        source.frame(index)


def test_frames_cannot_be_written_to(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", 3)
    before = path.read_bytes()
    with open_source(path) as source:
        frame = source.frame(0)
        with pytest.raises(ValueError, match="read-only"):
            frame.pixels[0, 0, 0] = 1
    assert path.read_bytes() == before


@pytest.mark.parametrize("faststart", [False, True])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.97])
def test_a_cut_off_mp4_is_refused(faststart: bool, share: float, tmp_path: Path) -> None:
    options = {"movflags": "faststart"} if faststart else {}
    path = write_video(tmp_path / "whole.mp4", 60, options=B_FRAMES)
    if faststart:
        moved = tmp_path / "fast.mp4"
        _remux(path, moved, options)
        path = moved
    data = path.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(EvidenceError, match="cut") as caught:
        open_source(cut)
    assert caught.value.path == cut


def _remux(source: Path, target: Path, options: dict[str, str]) -> None:
    import av

    with av.open(str(source)) as old, av.open(str(target), "w", options=options) as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(old.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)


def test_damage_in_the_middle_does_not_hide_the_rest(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.ts", 60, options={"g": "10", "bf": "0"}, container="mpegts")
    expected = played(path)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = bytes(400)
    path.write_bytes(data)
    with open_source(path) as source:
        assert digest(source.frame(0).pixels) == expected[0]
        last = source.frame(source.count() - 1)
        assert digest(last.pixels) == expected[-1]


def test_a_video_without_frames(tmp_path: Path) -> None:
    path = write_video(tmp_path / "none.mkv", 0)
    with pytest.raises(EvidenceError):
        open_source(path)


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    import av

    path = tmp_path / "sound.mka"
    with av.open(str(path), "w", format="matroska") as out:
        stream = out.add_stream("pcm_s16le", rate=8000, layout="mono")
        samples = np.zeros((1, 8000), np.int16)
        sound = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        sound.sample_rate = 8000
        out.mux(stream.encode(sound))
        out.mux(stream.encode(None))
    with pytest.raises(EvidenceError, match="no video"):
        open_source(path)


def test_a_playlist_is_no_evidence(tmp_path: Path) -> None:
    write_video(tmp_path / "v.ts", 5, container="mpegts")
    playlist = tmp_path / "list.m3u8"
    playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nv.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(EvidenceError):
        open_source(playlist)


@pytest.mark.data
def test_real_clips(data_dir: Path, tmp_path: Path) -> None:
    for clip in sorted((data_dir / "cctv").glob("clip_nofi*.mp4")):
        copy = Path(shutil.copy(clip, tmp_path))
        expected = played(copy)
        with open_source(copy) as source:
            assert source.count() == source.info.frame_count
            for index in (len(expected) - 1, 7, len(expected) // 2):
                assert digest(source.frame(index).pixels) == expected[index]
