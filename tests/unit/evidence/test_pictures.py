"""Pictures of every kind arrive upright, in 8-bit RGB, with a note of what was done."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from fhgui.core.errors import EvidenceError, InputError
from fhgui.core.frame import Frame
from fhgui.evidence.pictures import to_rgb8
from fhgui.evidence.source import Source, open_source
from tests.unit.evidence.media import texture

PIXELS = texture(5, 40, 28)
SAMPLES_16 = np.random.default_rng(1).integers(0, 65536, (20, 30, 4), dtype=np.uint16)
NOTE_16 = "16 bit reduced to 8 bit (upper byte)"
GRAY = "gray in three equal channels"


def first(path: Path) -> Frame:
    with open_source(path) as source:
        frame = source.frame(0)
        assert (source.info.width, source.info.height) == frame.size_hw[::-1]
        assert source.info.notes[: len(frame.notes)] == frame.notes
    return frame


@pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.tif", "a.webp"])
def test_lossless_formats_give_their_samples(name: str, tmp_path: Path) -> None:
    Image.fromarray(PIXELS).save(tmp_path / name, lossless=True)
    frame = first(tmp_path / name)
    assert np.array_equal(frame.pixels, PIXELS)
    assert frame.notes == ()
    assert (frame.index, frame.pts, frame.time_s, frame.key_frame) == (0, None, None, True)
    assert not frame.pixels.flags.writeable


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}])
def test_jpeg_gives_what_pillow_gives(options: dict[str, int], tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(PIXELS).save(path, **options)
    with Image.open(path) as picture:
        truth = np.asarray(picture)
    assert np.array_equal(first(path).pixels, truth)
    with open_source(path) as source:
        assert source.info.codec.startswith("progressive" if "progressive" in options else "base")


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("name", ["deep.tif", "deep.png"])
def test_sixteen_bits_keep_their_upper_byte(name: str, channels: int, tmp_path: Path) -> None:
    deep = SAMPLES_16[..., :channels]
    stored = deep[..., [2, 1, 0, 3][:channels]] if channels > 1 else deep
    assert cv2.imwrite(str(tmp_path / name), stored)
    frame = first(tmp_path / name)
    truth = (deep >> 8).astype(np.uint8)[..., :3]
    assert np.array_equal(frame.pixels, np.broadcast_to(truth, (20, 30, 3)))
    assert NOTE_16 in frame.notes
    with open_source(tmp_path / name) as source:
        assert source.info.bit_depth == 16


def test_big_endian_gray(tmp_path: Path) -> None:
    deep = SAMPLES_16[..., 0]
    picture = Image.fromarray(deep.astype(">u2"))
    picture.save(tmp_path / "big.tif")
    assert np.array_equal(first(tmp_path / "big.tif").pixels[..., 1], deep >> 8)


def test_gray_of_twelve_bits_and_of_sixteen_with_a_clear_grey_is_reduced_not_clipped() -> None:
    deep = np.linspace(0, 4095, 16, dtype=np.uint16).reshape(2, 8)
    pixels, notes = to_rgb8(Image.fromarray(deep), 12)
    assert np.array_equal(pixels[..., 0], deep >> 4)
    assert "12 bit reduced to 8 bit (upper bits)" in notes
    clear = Image.fromarray(deep << 4)
    clear.info["transparency"] = 0
    pixels, notes = to_rgb8(clear, 16)
    assert np.array_equal(pixels[..., 2], deep >> 4)
    assert {NOTE_16, "transparency ignored"} <= set(notes)


def test_samples_without_a_range_are_refused(tmp_path: Path) -> None:
    for name, samples in (("f.tif", SAMPLES_16[..., 0] / 7), ("i.tif", SAMPLES_16[..., 0])):
        kind = np.float32 if name == "f.tif" else np.int32
        Image.fromarray(samples.astype(kind)).save(tmp_path / name)
        with pytest.raises(EvidenceError, match="32 bits have no defined black"):
            open_source(tmp_path / name)


@pytest.mark.parametrize(
    ("tag", "value", "words"), [(284, 2, "separate planes"), (262, 0, "zero is white")]
)
def test_sixteen_bits_that_pillow_misreads_are_refused(
    tag: int, value: int, words: str, tmp_path: Path
) -> None:
    tifffile = pytest.importorskip("tifffile")
    path = tmp_path / "odd.tif"
    if tag == 284:
        planes = np.moveaxis(SAMPLES_16[..., :3], -1, 0)
        tifffile.imwrite(path, planes, photometric="rgb", planarconfig=value)
    else:
        tifffile.imwrite(path, SAMPLES_16[..., 0], photometric=value)
    with pytest.raises(EvidenceError, match=words):
        open_source(path)


@pytest.mark.parametrize("name", ["o.png", "o.jpg", "o.tif", "o.webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_honoured_and_noted(
    orientation: int, name: str, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    Image.fromarray(PIXELS).save(tmp_path / name, exif=exif, lossless=True)
    Image.fromarray(PIXELS).save(tmp_path / f"plain-{name}", lossless=True)
    stored = first(tmp_path / f"plain-{name}").pixels
    upright = {
        1: stored,
        2: stored[:, ::-1],
        3: stored[::-1, ::-1],
        4: stored[::-1],
        5: stored.swapaxes(0, 1),
        6: np.rot90(stored, -1),
        7: np.rot90(stored, 2).swapaxes(0, 1),
        8: np.rot90(stored, 1),
    }
    frame = first(tmp_path / name)
    assert np.array_equal(frame.pixels, upright[orientation])
    assert (f"EXIF orientation {orientation} applied" in frame.notes) == (orientation > 1)


@pytest.mark.parametrize(
    ("mode", "name", "note"),
    [
        ("L", "g.png", GRAY),
        ("L", "g.jpg", GRAY),
        ("1", "b.png", GRAY),
        ("LA", "la.png", "transparency ignored"),
        ("RGBA", "rgba.png", "transparency ignored"),
        ("P", "p.png", "palette converted to RGB"),
        ("P", "p.gif", "palette converted to RGB"),
        ("CMYK", "c.tif", "CMYK (no colour profile) converted to RGB"),
        ("CMYK", "c.jpg", "CMYK (no colour profile) converted to RGB"),
        ("LAB", "lab.tif", "CIELAB converted to RGB"),
    ],
)
def test_other_modes_are_converted_with_a_note(
    mode: str, name: str, note: str, tmp_path: Path
) -> None:
    picture = Image.fromarray(PIXELS).convert(mode)
    picture.save(tmp_path / name)
    frame = first(tmp_path / name)
    assert note in frame.notes
    if name.endswith("png"):
        assert np.array_equal(frame.pixels, np.asarray(picture.convert("RGB")))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "CMYK"])
@pytest.mark.parametrize("height_px", [255, 256, 257, 513])
def test_pictures_of_several_strips_are_whole(mode: str, height_px: int, tmp_path: Path) -> None:
    picture = Image.fromarray(texture(5, 8, height_px)).convert(mode)
    picture.save(tmp_path / "a.tif")
    assert np.array_equal(first(tmp_path / "a.tif").pixels, np.asarray(picture.convert("RGB")))


def test_transparent_palettes_show_their_colours(tmp_path: Path) -> None:
    picture = Image.fromarray(PIXELS).quantize(16)
    picture.save(tmp_path / "p.png", transparency=bytes(range(0, 256, 16)))
    frame = first(tmp_path / "p.png")
    assert frame.notes == ("transparency ignored",)
    assert np.array_equal(frame.pixels, np.asarray(picture.convert("RGB")))


def png_with(kind: bytes, content: bytes) -> bytes:
    """Return a PNG with a chunk of its own after the header."""
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, "PNG")
    data, chunk = buffer.getvalue(), kind + content
    whole = struct.pack(">I", len(content)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return data[:33] + whole + data[33:]  # 8 bytes of signature, 25 of header


NOT_SQUARE_PICTURES: dict[str, tuple[Callable[[Path], object], str]] = {
    "dots.png": (lambda p: Image.fromarray(PIXELS).save(p, dpi=(200, 100)), "1:2"),
    "ratio.png": (lambda p: p.write_bytes(png_with(b"pHYs", struct.pack(">IIB", 1, 2, 0))), "2:1"),
    "dots.jpg": (lambda p: Image.fromarray(PIXELS).save(p, dpi=(150, 100)), "2:3"),
    "fax.tif": (lambda p: Image.fromarray(PIXELS).save(p, dpi=(200, 100)), "1:2"),
}


@pytest.mark.parametrize("name", NOT_SQUARE_PICTURES)
def test_pixels_that_are_not_square_are_noted(name: str, tmp_path: Path) -> None:
    write, shape = NOT_SQUARE_PICTURES[name]
    write(tmp_path / name)
    note = f"pixels are not square ({shape}); they are shown as they are stored"
    assert first(tmp_path / name).notes == (note,)


def test_the_shape_of_pixels_is_turned_with_the_picture(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(PIXELS).save(tmp_path / "a.jpg", dpi=(100, 200), exif=exif)
    assert any("(1:2)" in note for note in first(tmp_path / "a.jpg").notes)


@pytest.mark.parametrize("density", [(1, 1), (2834, 2835), (0, 5), (1, 5000)])
def test_densities_that_are_equal_or_none_are_no_shape(
    density: tuple[int, int], tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(png_with(b"pHYs", struct.pack(">IIB", *density, 0)))
    assert first(tmp_path / "a.png").notes == ()


@pytest.mark.parametrize(("gamma", "is_noted"), [(45455, False), (100000, True), (55556, True)])
def test_a_gamma_that_is_passed_over_is_noted(gamma: int, is_noted: bool, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png_with(b"gAMA", struct.pack(">I", gamma)))
    assert any("states a gamma of" in n for n in first(tmp_path / "a.png").notes) is is_noted


def test_colour_profiles_are_noted(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(PIXELS).save(tmp_path / "a.png", icc_profile=profile)
    assert first(tmp_path / "a.png").notes == ("embedded colour profile not applied",)


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png", "a.tif"])
def test_frames_of_an_animation(name: str, tmp_path: Path) -> None:
    colours = {"red": [255, 0, 0], "lime": [0, 255, 0], "blue": [0, 0, 255]}
    pictures = [Image.new("RGB", (8, 8), colour) for colour in colours]
    pictures[0].save(
        tmp_path / name, save_all=True, append_images=pictures[1:], lossless=True, duration=90
    )
    with open_source(tmp_path / name) as source:
        assert source.count() == source.info.frame_count == 3
        for index in (2, 0, 1, 2, 1, 0):
            frame = source.frame(index)
            assert frame.index == index
            assert frame.pixels[4, 4].tolist() == list(colours.values())[index]
        assert any("3 pictures" in note for note in source.info.notes)


def test_stills_have_one_frame(tmp_path: Path) -> None:
    Image.fromarray(PIXELS).save(tmp_path / "a.png")
    with open_source(tmp_path / "a.png") as source:
        assert source.frame_at(0).index == 0
        for index in (1, -1):
            with pytest.raises(InputError, match="one picture, frame 0"):
                source.frame(index)
        with pytest.raises(InputError, match="no time"):
            source.frame_at(1.5)
        source.close()


def camera_source(tmp_path: Path) -> Source:
    exif = Image.Exif()
    exif[271], exif[306] = "Acme\0", "2024:01:02 03:04:05"
    exif.get_ifd(0x8769)[37500] = b"\x01\x02\xff"
    exif.get_ifd(0x8769)[33434] = 0.02
    Image.fromarray(PIXELS).save(tmp_path / "a.jpg", exif=exif, dpi=(72, 72), comment="night")
    return open_source(tmp_path / "a.jpg")


def test_metadata(tmp_path: Path) -> None:
    with camera_source(tmp_path) as source:
        tags = dict(source.info.metadata)
    assert len(tags) == len(source.info.metadata)
    assert tags["Make"] == "Acme"
    assert tags["DateTime"] == "2024:01:02 03:04:05"
    assert tags["MakerNote"] == "3 bytes"
    assert tags["ExposureTime"].startswith("0.02")
    assert tags["comment"] == "night"


def test_facts_of_a_picture(tmp_path: Path) -> None:
    Image.fromarray(PIXELS).save(tmp_path / "a.tif", compression="tiff_lzw")
    with open_source(tmp_path / "a.tif") as source:
        info = source.info
    assert (info.name, info.kind, info.container, info.codec) == (
        "a.tif",
        "image",
        "TIFF",
        "tiff_lzw",
    )
    assert info.size_bytes == (tmp_path / "a.tif").stat().st_size
    assert (info.frame_count, info.frame_count_exact, info.bit_depth) == (1, True, 8)
    assert (info.rate_fps, info.time_base, info.duration_s, info.interlaced) == (None,) * 3 + (
        False,
    )


def test_a_reader_that_warns_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    path = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif[271] = "Acme" * 10
    Image.fromarray(PIXELS).save(path, exif=exif)
    data = path.read_bytes()
    at = data.index(b"Exif\0\0") + 6
    path.write_bytes(data[: at + 8] + b"\xff\x7f" + data[at + 10 :])  # as many tags as fit nowhere
    frame = first(path)
    assert frame.size_hw == PIXELS.shape[:2]
    assert any(note.startswith("the reader warns") for note in frame.notes)
    assert not recwarn.list


@pytest.mark.parametrize("harm", ["ended", "zeroed"])
def test_a_jpeg_that_is_half_gray_says_so(harm: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(texture(0, 160, 120)).save(path)
    data = path.read_bytes()
    half = len(data) // 2
    if harm == "ended":
        path.write_bytes(data[:half] + b"\xff\xd9")
    else:
        path.write_bytes(data[:half] + bytes(100) + data[half + 100 :])
    assert "second decoder finds the data damaged" in first(path).notes[0]


def test_multi_picture_jpeg(tmp_path: Path) -> None:
    picture = Image.fromarray(PIXELS)
    path = tmp_path / "stereo.jpg"
    picture.save(path, format="MPO", save_all=True, append_images=[picture.rotate(90)] * 4)
    with open_source(path) as source:
        assert (source.info.kind, source.count()) == ("image", 1)
        assert dict(source.info.metadata)["pictures"] == "5; only the first is shown"


def test_real_pictures(data_dir: Path) -> None:
    pictures = sorted((data_dir / "cctv").glob("*.jpg"))
    assert pictures
    for path in pictures:
        with Image.open(path) as picture:
            truth = np.asarray(picture.convert("RGB"))
        frame = first(path)
        assert np.array_equal(frame.pixels, truth)
        assert frame.notes == ()


def test_colours_multiplied_by_their_transparency_say_so(tmp_path: Path) -> None:
    plain, premultiplied = tmp_path / "plain.tif", tmp_path / "premultiplied.tif"
    Image.new("RGBA", (4, 4), (50, 40, 30, 128)).save(plain)
    extra = struct.pack("<HHIH", 338, 3, 1, 2)  # of one further sample: not multiplied by it
    data = plain.read_bytes()
    assert extra in data
    premultiplied.write_bytes(data.replace(extra, struct.pack("<HHIH", 338, 3, 1, 1)))
    for file, colour, note in (
        (plain, [50, 40, 30], "transparency ignored"),
        (premultiplied, [99, 79, 59], "divided by it"),
    ):
        with open_source(file) as source:
            frame = source.frame(0)
        assert frame.pixels[0, 0].tolist() == colour
        assert any(note in told for told in frame.notes)


def test_a_bitmap_of_sixteen_bits_a_pixel_has_five_or_six_a_sample(tmp_path: Path) -> None:
    file = tmp_path / "565.bmp"
    masks = struct.pack("<3I", 0xF800, 0x07E0, 0x001F)
    head = struct.pack("<IiiHHIIiiII", 40, 2, 2, 1, 16, 3, 8, 2835, 2835, 0, 0)
    size = 14 + len(head) + len(masks)
    file.write_bytes(
        b"BM" + struct.pack("<IHHI", size + 8, 0, 0, size) + head + masks + b"\x00\xf8" * 4
    )
    with open_source(file) as source:
        assert source.info.bit_depth == 6
        assert source.frame(0).pixels[0, 0].tolist() == [255, 0, 0]
        assert not any("16 bit" in note for note in source.frame(0).notes)
