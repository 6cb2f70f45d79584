"""Which packets are clean starts, from the units inside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from fhgui.evidence.entry_points import Entry, entry_of, is_picture
from fhgui.evidence.mpeg4 import is_not_coded, is_packed

START = b"\0\0\1"
SPS, SLICE, IDR = b"\x67\x64", b"\x41\x9a\0\0\3", b"\x65\x88"


def sei(payload: bytes, kind: int = 6) -> bytes:
    return bytes([6, kind, len(payload)]) + payload + b"\x80"


RECOVERY_NOW = sei(b"\x84")  # recovery_frame_cnt 0 ("1"), exact_match_flag 0
RECOVERY_LATER_EXACT = sei(b"\x58")  # recovery_frame_cnt 1 ("010"), exact_match_flag 1
RECOVERY_LATER_ROUGH = sei(b"\x48")
USER_DATA = sei(bytes(16), kind=5)
LONG_USER_DATA = bytes([6, 5, 255, 45]) + bytes(300) + bytes([6, 1, 0x84, 0x80])


@dataclass
class FakeContext:
    name: str
    extradata: bytes | None = None


@dataclass
class FakeStream:
    codec_context: FakeContext
    codec: Any = None


@dataclass
class FakePacket:
    data: bytes
    stream: FakeStream
    is_keyframe: bool = True
    is_discard: bool = False
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = len(self.data)

    def __bytes__(self) -> bytes:
        return self.data


def entry(units: list[bytes], codec: str = "h264", *, lengths: int = 0, key: bool = True) -> Entry:
    setup = None
    if lengths:
        place = 4 if codec == "h264" else 21
        setup = bytes([1, *bytes(place - 1), 0xFC | lengths - 1, 0, 0])
        data = b"".join(len(unit).to_bytes(lengths, "big") + unit for unit in units)
    else:
        data = b"".join(b"\0" + START + unit for unit in units)
    packet = FakePacket(data, FakeStream(FakeContext(codec, setup)), key)
    return entry_of(packet)  # type: ignore[arg-type]


@pytest.mark.parametrize("lengths", [0, 2, 4])
def test_h264(lengths: int) -> None:
    def of(*units: bytes) -> Entry:
        return entry(list(units), lengths=lengths)

    assert of(SPS, IDR) is Entry.CLOSED
    assert of(SPS, USER_DATA, IDR) is Entry.CLOSED
    assert of(SLICE) is Entry.NONE
    assert of(SPS, USER_DATA, SLICE) is Entry.NONE
    assert of(SPS, RECOVERY_NOW, SLICE) is Entry.OPEN
    assert of(SPS, LONG_USER_DATA, SLICE) is Entry.OPEN
    assert of(SPS, RECOVERY_LATER_EXACT, SLICE) is Entry.OPEN
    assert of(SPS, RECOVERY_LATER_ROUGH, SLICE) is Entry.NONE
    assert of(SPS) is Entry.NONE


@pytest.mark.parametrize("lengths", [0, 4])
@pytest.mark.parametrize(
    ("kind", "expected"),
    [(1, Entry.NONE), (8, Entry.NONE), (16, Entry.OPEN), (19, Entry.CLOSED), (20, Entry.CLOSED),
     (21, Entry.OPEN)],
)  # fmt: skip
def test_h265(kind: int, expected: Entry, lengths: int) -> None:
    parameters, picture = bytes([32 << 1, 1, 9]), bytes([kind << 1, 1, 9])
    assert entry([parameters, picture], "hevc", lengths=lengths) is expected
    assert entry([parameters], "hevc", lengths=lengths) is Entry.NONE


def test_the_flag_alone_is_not_enough_but_needed() -> None:
    assert entry([SPS, IDR], key=False) is Entry.NONE


def test_hidden_and_empty_packets_hold_no_picture() -> None:
    stream = FakeStream(FakeContext("h264"))
    assert is_picture(FakePacket(b"x", stream))  # type: ignore[arg-type]
    assert not is_picture(FakePacket(b"", stream))  # type: ignore[arg-type]
    assert not is_picture(FakePacket(b"x", stream, is_discard=True))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b"DivX503b1393p", True),
        (b"DivX501Build1234p", True),
        (b"DivX503b1393n", False),
        (b"DivX503b1393", False),
        (b"Lavc62.11.100p", False),
        (b"", False),
    ],
)
def test_packets_of_two_pictures_are_announced(said: bytes, expected: bool) -> None:
    data = b"\0\0\1\xb2" + said + b"\0\0\1\xb6\x10"
    for name, packet, setup in (("mpeg4", data, None), ("mpeg4", b"x", data), ("h264", data, data)):
        stream = FakeStream(FakeContext(name, setup))
        is_so = expected and name == "mpeg4"
        assert is_packed(FakePacket(packet, stream)) is is_so  # type: ignore[arg-type]


def bits(*fields: tuple[int, int]) -> bytes:
    """Return numbers written in as many bits each, filled up to whole bytes."""
    written = "".join(f"{value:0{count}b}" for value, count in fields)
    written += "0" * (-len(written) % 8)
    return int(written, 2).to_bytes(len(written) // 8, "big")


PLAIN = ((0, 1), (4, 4), (0, 1))
"""No version is said, pixels are of shape 4 of the table, nothing is said of control."""
FULL = ((1, 1), (1, 4), (1, 3), (15, 4), (12, 8), (11, 8), (1, 1), (1, 2), (0, 1), (1, 1), (0, 79))
BRIEF = ((1, 1), (1, 4), (1, 3), (1, 4), (1, 1), (1, 2), (1, 1), (0, 1))


@pytest.mark.parametrize("layer", [PLAIN, FULL, BRIEF])
@pytest.mark.parametrize(
    ("ticks", "time_bits"), [(1, 1), (2, 1), (25, 5), (30000, 15), (65535, 16)]
)
@pytest.mark.parametrize("seconds", [0, 1, 3])
@pytest.mark.parametrize("is_coded", [False, True])
def test_frames_that_were_left_out(
    layer: tuple[tuple[int, int], ...], ticks: int, time_bits: int, seconds: int, is_coded: bool
) -> None:
    setup = b"\0\0\1\x20" + bits((0, 9), *layer, (0, 2), (1, 1), (ticks, 16), (1, 1), (0, 1))
    passed = ((1, 1),) * seconds + ((0, 1),)
    time = 0 if is_coded else 2**time_bits - 1  # at another place the answer would be another
    shown = ((1, 2), *passed, (1, 1), (time, time_bits), (1, 1), (is_coded, 1))
    data = b"\0\0\1\xb6" + bits(*shown, (0, 1), (127, 7))
    for name, stated in (("mpeg4", setup), ("mpeg4", None), ("h264", setup)):
        packet = FakePacket(data, FakeStream(FakeContext(name, stated)))
        is_so = not is_coded and (name, stated) == ("mpeg4", setup)
        assert is_not_coded(packet) is is_so  # type: ignore[arg-type]
    long = FakePacket(data + bytes(20), FakeStream(FakeContext("mpeg4", setup)))
    assert not is_not_coded(long)  # type: ignore[arg-type]
