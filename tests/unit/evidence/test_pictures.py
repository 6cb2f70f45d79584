"""Pictures of every kind arrive upright, 8-bit, R-G-B, with a note of what was done."""

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from fhgui.core.errors import EvidenceError, InputError
from fhgui.core.frame import Frame
from fhgui.evidence.source import open_source

PIXELS = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)


def first(path: Path) -> Frame:
    with open_source(path) as source:
        return source.frame(0)


@pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.tif", "a.webp"])
def test_lossless_formats_give_their_samples(name: str, tmp_path: Path) -> None:
    Image.fromarray(PIXELS).save(tmp_path / name, lossless=True)
    frame = first(tmp_path / name)
    assert np.array_equal(frame.pixels, PIXELS)
    assert frame.notes == ()


def test_content_decides_not_the_name(tmp_path: Path) -> None:
    Image.fromarray(PIXELS).save(tmp_path / "a.mp4", format="PNG")
    with open_source(tmp_path / "a.mp4") as source:
        assert (source.info.kind, source.info.container) == ("image", "PNG")


@pytest.mark.parametrize("name", ["deep.tif", "deep.png"])
def test_sixteen_bits_are_reduced_by_a_stated_rule(name: str, tmp_path: Path) -> None:
    deep = np.random.default_rng(1).integers(0, 65536, (20, 30, 3), dtype=np.uint16)
    cv2.imwrite(str(tmp_path / name), deep[..., ::-1])
    frame = first(tmp_path / name)
    assert np.array_equal(frame.pixels, np.floor(deep / 257 + 0.5).astype(np.uint8))
    assert "16 bit" in frame.notes[0]


def test_gray_sixteen_bit(tmp_path: Path) -> None:
    deep = np.arange(600, dtype=np.uint16).reshape(20, 30) * 100
    cv2.imwrite(str(tmp_path / "g.png"), deep)
    pixels = first(tmp_path / "g.png").pixels
    assert np.array_equal(pixels, np.repeat((deep / 257 + 0.5).astype(np.uint8)[..., None], 3, 2))


@pytest.mark.parametrize("orientation", range(2, 9))
def test_exif_orientation_is_honoured_and_noted(orientation: int, tmp_path: Path) -> None:
    picture = Image.fromarray(PIXELS)
    exif = picture.getexif()
    exif[0x0112] = orientation
    picture.save(tmp_path / "o.png", exif=exif)
    frame = first(tmp_path / "o.png")
    transposed = {
        2: PIXELS[:, ::-1],
        3: PIXELS[::-1, ::-1],
        4: PIXELS[::-1],
        5: PIXELS.transpose(1, 0, 2),
        6: np.rot90(PIXELS, -1),
        7: np.rot90(PIXELS, 2).transpose(1, 0, 2),
        8: np.rot90(PIXELS, 1),
    }
    assert np.array_equal(frame.pixels, transposed[orientation])
    assert f"EXIF orientation {orientation} applied" in frame.notes


@pytest.mark.parametrize(
    ("mode", "name"), [("L", "g.png"), ("P", "p.gif"), ("CMYK", "c.tif"), ("RGBA", "r.png")]
)
def test_other_modes_are_converted_with_a_note(mode: str, name: str, tmp_path: Path) -> None:
    Image.fromarray(PIXELS).convert(mode).save(tmp_path / name)
    frame = first(tmp_path / name)
    assert frame.pixels.shape == (20, 30, 3)
    assert any(mode in note for note in frame.notes)


def test_frames_of_an_animated_gif(tmp_path: Path) -> None:
    pictures = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    pictures[0].save(tmp_path / "a.gif", save_all=True, append_images=pictures[1:])
    with open_source(tmp_path / "a.gif") as source:
        assert source.count() == 3
        assert source.frame(2).pixels[4, 4].tolist() == [0, 0, 255]
        assert source.frame(1).pixels[4, 4].tolist() == [0, 255, 0]


def test_stills_have_one_frame(tmp_path: Path) -> None:
    Image.fromarray(PIXELS).save(tmp_path / "a.png")
    with open_source(tmp_path / "a.png") as source, pytest.raises(InputError, match="1 frame,"):
        source.frame(1)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tif", "a.bmp"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_cut_off_picture_is_refused(name: str, share: float, tmp_path: Path) -> None:
    Image.fromarray(PIXELS).save(tmp_path / name)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: int(len(data) * share)])
    with pytest.raises(EvidenceError) as caught:
        open_source(tmp_path / name)
    assert caught.value.path == tmp_path / name


def test_a_giant_is_refused_by_its_header(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    (tmp_path / "g.png").write_bytes(
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", b"") + _chunk(b"IEND", b"")
    )
    with pytest.raises(EvidenceError, match="60000×60000"):
        open_source(tmp_path / "g.png")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_hashing_in_blocks(tmp_path: Path) -> None:
    import hashlib

    from fhgui.evidence.hashing import BLOCK_BYTES, sha256_file

    data = bytes(range(256)) * (BLOCK_BYTES // 100)
    (tmp_path / "f").write_bytes(data)
    seen: list[tuple[int, int]] = []
    assert (
        sha256_file(tmp_path / "f", lambda *p: seen.append(p)) == hashlib.sha256(data).hexdigest()
    )
    assert seen[-1] == (len(data), len(data))
    assert len(seen) == 3
