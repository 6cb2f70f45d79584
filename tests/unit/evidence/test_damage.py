"""Damaged and cut recordings: what can be shown is shown, and what is doubtful says so."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from operator import itemgetter
from pathlib import Path

import av
import numpy as np
import pytest

from fhgui.core.errors import EvidenceError
from fhgui.core.frame import AFTER_DAMAGE, DAMAGED, Frame
from fhgui.evidence.anchors import Anchor
from fhgui.evidence.entry_points import VideoPacket
from fhgui.evidence.film import Film
from fhgui.evidence.reader import Reader
from fhgui.evidence.source import Source, open_source
from fhgui.evidence.video import VideoSource
from fhgui.evidence.walk import Walk
from tests.unit.evidence.conftest import Clip
from tests.unit.evidence.media import (
    FRAMES,
    KEY_DISTANCE,
    Recipe,
    exchange,
    forget_pictures,
    not_coded,
    plain_decoding,
    x264,
    x265,
)

OPEN = x264("bframes=3:b-adapt=0:open-gop=1")
NO_B = x264("bframes=0")
FACE_SIZE = (160, 120)
PACKET_BYTES = 188


def frames_or_errors(source: Source, order: list[int]) -> dict[int, Frame | str]:
    found: dict[int, Frame | str] = {}
    for index in order:
        if isinstance(source, VideoSource):
            forget_pictures(source)
        try:
            found[index] = source.frame(index)
        except EvidenceError as error:
            found[index] = error.sentence()
    return found


def overwrite(data: bytearray, at: int) -> None:
    data[at : at + 60] = random.Random(at).randbytes(60)


def flip(data: bytearray, at: int) -> None:
    data[at] ^= 0x55


def drop_packets(data: bytearray, at: int) -> None:
    start = at // PACKET_BYTES * PACKET_BYTES
    del data[start : start + 3 * PACKET_BYTES]


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("harm.mp4", overwrite),
        ("harm.mp4", flip),
        ("harm.mkv", flip),
        ("harm.ts", drop_packets),
        ("harm.ts", overwrite),
        ("harm.h264", overwrite),
        ("harm.avi", flip),
        ("harm4.avi", overwrite),
    ],
)
@pytest.mark.parametrize("seed", range(2))
def test_damage_is_the_same_in_any_order(
    name: str, harm: Callable[[bytearray, int], None], seed: int, clip: Clip, tmp_path: Path
) -> None:
    kind = {"codec": "mpeg4", "options": {}, "b_frames": 2} if "4.avi" in name else {}
    form = "h264" if name.endswith("h264") else None
    recipe = Recipe(name, size_wh=FACE_SIZE, format=form, **kind)  # type: ignore[arg-type]
    data = bytearray(clip(recipe).read_bytes())
    harm(data, random.Random(seed).randrange(len(data) // 5, len(data) * 3 // 5))
    path = tmp_path / name
    path.write_bytes(data)
    with open_source(path) as source:
        count = source.count()
        forward = frames_or_errors(source, list(range(count)))
    assert count >= FRAMES - 3
    with open_source(path) as source:
        shuffled = frames_or_errors(source, random.Random(seed).sample(range(count), count))
    for index in range(count):
        one, other = forward[index], shuffled[index]
        if isinstance(one, str) or isinstance(other, str):
            assert one == other
        else:
            assert one.notes == other.notes
            assert np.array_equal(one.pixels, other.pixels), index


def test_doubt_lasts_until_the_next_clean_key_frame(clip: Clip, tmp_path: Path) -> None:
    data = bytearray(clip(Recipe("lost.ts", options=NO_B, size_wh=FACE_SIZE)).read_bytes())
    whole = plain_decoding(clip(Recipe("lost.ts", options=NO_B, size_wh=FACE_SIZE)))
    drop_packets(data, len(data) // 2)
    path = tmp_path / "lost.ts"
    path.write_bytes(data)
    with open_source(path) as source:
        notes = [source.frame(index).notes[0] for index in range(source.count())]
        doubtful = [n for n, note in enumerate(notes) if note in (DAMAGED, AFTER_DAMAGE)]
        assert doubtful
        assert DAMAGED in notes
        assert doubtful[-1] - doubtful[0] < KEY_DISTANCE
        for index in range(doubtful[0]):
            assert np.array_equal(source.frame(index).pixels, whole[index])
        last = source.count() - 1
        assert np.array_equal(source.frame(last).pixels, whole[-1])


def test_a_frame_that_cannot_be_decoded_names_its_neighbours(clip: Clip, tmp_path: Path) -> None:
    source_path = clip(Recipe("key.mkv", codec="mjpeg", options={}, pixel_format="yuvj420p"))
    data = bytearray(source_path.read_bytes())
    places = [n for n in range(len(data)) if data[n : n + 3] == b"\xff\xd8\xff"]
    data[places[7] : places[7] + 500] = bytes(500)
    path = tmp_path / "key.mkv"
    path.write_bytes(data)
    with open_source(path) as source:
        assert source.count() == FRAMES
        with pytest.raises(EvidenceError, match=r"frame 7 is damaged.*whole frames are 6 and 8"):
            source.frame(7)
        assert source.frame(8).index == 8


def test_what_is_missing_is_not_decoded_for_again_and_again(
    clip: Clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe("gap.avi", options=x264("bframes=0:keyint=100:min-keyint=100"))
    data = bytearray(clip(recipe).read_bytes())
    begins = [n for n in range(len(data)) if data[n : n + 4] == b"00dc"][:FRAMES]
    for at in begins[4:]:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        data[at + 8 : at + 8 + size] = bytes(size)
    path = tmp_path / "gap.avi"
    path.write_bytes(data)
    walks: list[object] = []
    along = Film._walk_along

    def counted(film: Film, anchor: Anchor, packets: Iterator[VideoPacket]) -> Walk | None:
        walks.append(anchor)
        return along(film, anchor, packets)

    monkeypatch.setattr(Film, "_walk_along", counted)
    with open_source(path) as source:
        opened = len(walks)
        for index in (8, 9, FRAMES - 1, 6):
            with pytest.raises(EvidenceError, match=f"frame {index} is damaged"):
                source.frame(index)
        assert len(walks) <= opened + 2
        assert source.frame(2).index == 2


def test_a_recording_that_begins_in_the_middle(clip: Clip, tmp_path: Path) -> None:
    data = clip(Recipe("open.ts", options=OPEN)).read_bytes()
    path = tmp_path / "middle.ts"
    path.write_bytes(data[PACKET_BYTES * 20 :])
    truth = plain_decoding(path)
    with open_source(path) as source:
        assert source.count() == len(truth)
        found = frames_or_errors(source, random.Random(0).sample(range(len(truth)), len(truth)))
        notes = source.info.notes
    assert all(np.array_equal(found[n].pixels, truth[n]) for n in found)  # type: ignore[union-attr]
    assert any("before the first key frame" in note for note in notes)
    assert not any(AFTER_DAMAGE in f.notes for f in found.values() if isinstance(f, Frame))


def test_a_bare_stream_that_begins_in_the_middle(clip: Clip, tmp_path: Path) -> None:
    recipe = Recipe("cut.h265", codec="libx265", options=x265("open-gop=1"), format="hevc")
    data = clip(recipe).read_bytes()
    path = tmp_path / "cut.h265"
    with av.open(str(clip(recipe))) as container:
        first = next(container.demux(video=0)).size
    path.write_bytes(data[first:])
    truth = plain_decoding(path)
    with open_source(path) as source:
        assert not source.info.frame_count_exact
        assert source.count() == len(truth)
        assert source.info.frame_count == len(truth)
        assert source.info.frame_count_exact
        found = frames_or_errors(source, random.Random(0).sample(range(len(truth)), len(truth)))
        assert any("counted by decoding" in note for note in source.info.notes)
    assert all(np.array_equal(found[n].pixels, truth[n]) for n in found)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["left-out.avi", "left-out.mp4"])
def test_a_frame_that_the_recorder_left_out_harms_no_other(
    name: str, clip: Clip, tmp_path: Path
) -> None:
    recipe = Recipe(name, codec="mpeg4", options={}, b_frames=0)
    path = exchange(clip(recipe), tmp_path / name, 5, not_coded)
    truth = plain_decoding(path)
    assert len(truth) == FRAMES - 1
    truth.insert(5, truth[4])
    with open_source(path) as source:
        assert source.count() == FRAMES
        found = frames_or_errors(source, random.Random(0).sample(range(FRAMES), FRAMES))
    assert isinstance(found.pop(5), str)
    for index, frame in found.items():
        assert isinstance(frame, Frame)
        assert not frame.damage, index
        assert np.array_equal(frame.pixels, truth[index]), index


def test_a_picture_of_which_little_is_left_is_none_that_was_left_out(
    clip: Clip, tmp_path: Path
) -> None:
    recipe = Recipe("left-out.avi", codec="mpeg4", options={}, b_frames=0)
    for length in range(6, 20):
        path = exchange(clip(recipe), tmp_path / "cut.avi", 5, itemgetter(slice(length)))
        with open_source(path) as source:
            found = frames_or_errors(source, [5, 6])
        assert isinstance(found[6], Frame)
        assert found[6].notes[0] == AFTER_DAMAGE


def test_counted_pictures_keep_their_numbers_behind_a_lost_beginning(
    clip: Clip, tmp_path: Path
) -> None:
    data = bytearray(clip(Recipe("b.avi")).read_bytes())
    whole = plain_decoding(clip(Recipe("b.avi")))
    at = data.index(b"\0\0\1\x65") + 5  # in the header of the first key frame's slice
    data[at : at + 16] = bytes(16)
    path = tmp_path / "begin.avi"
    path.write_bytes(data)
    with open_source(path) as source:
        assert source.count() == FRAMES
        found = frames_or_errors(source, random.Random(0).sample(range(FRAMES), FRAMES))
        times = source.times()
    for index, frame in found.items():
        if index < KEY_DISTANCE:
            assert isinstance(frame, str)
            assert f"frame {index} is damaged and cannot be decoded" in frame
        else:
            assert isinstance(frame, Frame)
            assert np.array_equal(frame.pixels, whole[index])
    assert times is not None
    assert len(times.times_s) == FRAMES


@pytest.mark.parametrize("name", ["end.ts", "end.mkv", "end.avi"])
def test_a_recording_that_ends_in_the_middle(name: str, clip: Clip, tmp_path: Path) -> None:
    data = clip(Recipe(name)).read_bytes()
    path = tmp_path / name
    path.write_bytes(data[: len(data) * 2 // 3])
    with open_source(path) as source:
        count = source.count()
        assert FRAMES // 3 < count < FRAMES
        assert source.frame(count - 1).index == count - 1


def test_recordings_joined_end_to_end(clip: Clip, tmp_path: Path) -> None:
    data = clip(Recipe("open.ts", options=OPEN)).read_bytes()
    path = tmp_path / "joined.ts"
    path.write_bytes(data + data)
    truth = plain_decoding(path)
    with open_source(path) as source:
        assert source.count() == len(truth) == 2 * FRAMES
        found = frames_or_errors(source, random.Random(0).sample(range(len(truth)), len(truth)))
        assert any("joined end to end" in note for note in source.info.notes)
    assert all(np.array_equal(found[n].pixels, truth[n]) for n in found)  # type: ignore[union-attr]


def test_a_change_of_size_is_noted(clip: Clip, tmp_path: Path) -> None:
    small = clip(Recipe("small.h264", options=NO_B, format="h264")).read_bytes()
    large = clip(Recipe("large.h264", options=NO_B, format="h264", size_wh=FACE_SIZE)).read_bytes()
    path = tmp_path / "sizes.h264"
    path.write_bytes(small + large)
    with open_source(path) as source:
        assert (source.info.width, source.info.height) == (96, 64)
        frame = source.frame(FRAMES + 5)
        assert frame.size_hw == (120, 160)
        assert frame.notes[0] == "the video's size changes; this frame has 160 × 120"
        forget_pictures(source)  # type: ignore[arg-type]
        assert source.frame(5).size_hw == (64, 96)


def test_an_avi_without_its_index(clip: Clip, tmp_path: Path) -> None:
    data = clip(Recipe("b.avi")).read_bytes()
    path = tmp_path / "no-index.avi"
    path.write_bytes(data[: data.rindex(b"idx1")])
    truth = plain_decoding(path)
    with open_source(path) as source:
        assert source.count() == FRAMES
        assert np.array_equal(source.frame(31).pixels, truth[31])


def test_a_stream_that_only_a_packet_names_ends_the_film_early(
    clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found by fuzzing an FLV film: PyAV looks such a stream up in the header's list."""
    reader = Reader(clip(Recipe("film.mkv")))

    class Named:
        def demux(self, stream: object) -> Iterator[object]:
            yield from itertools.islice(container.demux(stream), 3)
            raise IndexError("list index out of range")

    container = reader.container
    with monkeypatch.context() as patch:
        patch.setattr(reader, "container", Named())
        assert len(list(reader.packets())) == 3
    assert reader.stopped_early
    reader.close()
