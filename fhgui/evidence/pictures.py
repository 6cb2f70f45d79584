"""Still pictures and animations, decoded by Pillow into 8-bit sRGB with every change noted."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from fhgui.core.arrays import Pixels
from fhgui.core.errors import EvidenceError, FhguiError, InputError
from fhgui.core.fields import Fields
from fhgui.core.frame import DOUBTED, Frame
from fhgui.evidence.files import PIXEL_LIMIT, VIDEO_PIXEL_LIMIT, check_pixels, os_errors
from fhgui.evidence.jpeg_check import check_scans, is_sound
from fhgui.evidence.page_check import check_pages
from fhgui.evidence.picture_facts import (
    bit_depth,
    codec,
    is_premultiplied,
    metadata,
    passed_over,
    refuse_unreadable_samples,
)
from fhgui.evidence.source_info import SourceInfo
from fhgui.imaging.interlacing import one_field

_WARNING = RLock()
"""Held by the thread whose picture the warnings are of."""

# `check_pixels` is asked right after each header is read. But Pillow takes memory for a GIF or WebP
# while it reads the header: what has twice as many pixels it refuses itself before.
Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT

_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
)

_ORIENTATION_TAG = 274

_STRIP_PX = 256

_STREAM_BYTES = 8 << 20
"""Enough of a Motion JPEG stream to hold four pictures."""


def picture_format(start: bytes) -> str | None:
    """Return the picture format that a file's first bytes declare; None if it is none of ours."""
    for signature, name in _SIGNATURES:
        if start.startswith(signature):
            return name
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "WEBP"
    if start[:2] == b"BM" and start[6:10] == bytes(4):  # two reserved fields, always zero
        return "BMP"
    return None


def is_jpeg_stream(path: Path, format_name: str) -> bool:
    """Tell whether a file is a bare Motion JPEG stream: several pictures end to end.

    Cameras append a preview or two to a picture, and say so in its multi-picture index.
    """
    if format_name != "JPEG":
        return False
    with os_errors(path), path.open("rb") as file:
        start = file.read(_STREAM_BYTES)
    return b"MPF\0" not in start[:65536] and start.count(b"\xff\xd9\xff\xd8\xff") >= 3


class PictureSource:
    """A picture; the frames of an animation and the pages of a TIFF are addressed by index.

    Parameters
    ----------
    path : the file.
    format_name : Pillow's name of the format that its first bytes declare.
    fields : which of the two fields of every frame are shown.
    """

    def __init__(self, path: Path, format_name: str, fields: Fields = Fields.WOVEN) -> None:
        self._path = path
        self._format, self._fields = format_name, fields
        with os_errors(path):
            self._file = path.open("rb")
        try:
            self._image, self._info, self._frame = self._read_all()
        except BaseException:
            self._file.close()
            raise

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def info(self) -> SourceInfo:
        """What is known about the picture."""
        return self._info

    def frame(self, index: int) -> Frame:
        """Return the picture (index 0), or a frame of an animation."""
        count = self.count()
        if not 0 <= index < count:
            held = "one picture, frame 0" if count == 1 else f"{count} frames, 0 to {count - 1}"
            raise InputError(f"there is no frame {index}: the file holds {held}", path=self._path)
        if index != self._frame.index:
            with self._refusing() as doubts:
                self._frame = self._read_frame(index, doubts)
        return self._frame

    def frame_at(self, time_s: float) -> Frame:
        """Return the first picture: stills have no times, and animations are read by index."""
        if time_s != 0:
            raise InputError(f"a picture has no time {time_s:g} s", path=self._path)
        return self.frame(0)

    def count(self) -> int:
        """Return the number of pictures in the file."""
        return self._info.frame_count or 1

    def close(self) -> None:
        """Let go of the file."""
        self._image.close()
        self._file.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the file."""
        self.close()

    def _read_all(self) -> tuple[Image.Image, SourceInfo, Frame]:
        """Read header, facts and the first frame, so that damage is told when it is opened."""
        with self._refusing() as doubts:
            check_pages(self._file, self._format, self._path)
            self._image = Image.open(self._file, formats=(self._format,))
            check_pixels(*self._image.size, self._path)
            if self._format == "JPEG":
                check_scans(self._image.size, self._image.mode == "CMYK", self._path)
            refuse_unreadable_samples(self._image, self._path)
            depth, how = bit_depth(self._image), codec(self._image)
            count = 1 if self._format == "JPEG" else getattr(self._image, "n_frames", 1)
            frame = self._read_frame(0, doubts)
            tags = metadata(self._image)
        if self._format == "JPEG":
            # its pixels are in the frame; the second decoder needs as much memory
            self._image = Image.new("L", (1, 1))
            frame = self._second_opinion(frame)
        height, width = frame.size_hw
        notes = frame.notes
        if count > 1:
            notes += (f"{count} pictures, addressed by index; their times are not read",)
        info = SourceInfo(
            name=self._path.name,
            size_bytes=self._path.stat().st_size,
            kind="image",
            container=self._format,
            codec=how,
            width=width,
            height=height,
            frame_count=count,
            frame_count_exact=True,
            rate_fps=None,
            time_base=None,
            duration_s=None,
            bit_depth=depth,
            interlaced=False,
            metadata=tags,
            notes=notes,
        )
        return self._image, info, frame

    def _read_frame(self, index: int, doubts: list[warnings.WarningMessage]) -> Frame:
        if self._image.tell() != index:
            self._image.seek(index)
        check_pixels(*self._image.size, self._path)
        refuse_unreadable_samples(self._image, self._path)
        depth = bit_depth(self._image)  # first: reading the tags of a PNG loads its samples
        orientation = self._image.getexif().get(_ORIENTATION_TAG, 1)
        self._image.load()
        # Pillow turns TIFF pictures itself while it loads them and drops the tag.
        turned = self._image.getexif().get(_ORIENTATION_TAG, 1) in range(2, 9)
        upright = ImageOps.exif_transpose(self._image) if turned else self._image
        pixels, notes = to_rgb8(upright, depth)
        notes += passed_over(self._image, orientation in range(5, 9))
        if self._fields is not Fields.WOVEN:
            pixels, notes = self._one_field(pixels, orientation), (self._fields.note, *notes)
        if orientation in range(2, 9):
            notes = (f"EXIF orientation {orientation} applied", *notes)
        pixels.flags.writeable = False
        said = dict.fromkeys(f"the reader warns: {str(d.message).strip()}" for d in doubts)
        return Frame(pixels, index=index, notes=(*notes, *said), fields=self._fields)

    def _one_field(self, pixels: Pixels, orientation: int) -> Pixels:
        if orientation in range(2, 9):
            raise InputError(
                "is turned by its EXIF orientation: its lines are those of no camera's fields",
                path=self._path,
                hint="leave it as it is stored (woven)",
            )
        # filling the other field in takes several times the memory of the picture
        check_pixels(pixels.shape[1], pixels.shape[0], self._path, VIDEO_PIXEL_LIMIT)
        return one_field(pixels, self._fields)

    def _second_opinion(self, frame: Frame) -> Frame:
        self._file.seek(0)
        if is_sound(self._file.read()):
            return frame
        return dataclasses.replace(frame, notes=(DOUBTED, *frame.notes))

    @contextmanager
    def _refusing(self) -> Iterator[list[warnings.WarningMessage]]:
        """Turn whatever Pillow raises into one sentence, and what it warns of into notes."""
        try:
            # what is recorded belongs to the process, not to a thread
            with _WARNING, warnings.catch_warnings(record=True) as doubts:
                warnings.simplefilter("always")
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # refused anyway
                yield doubts
        except FhguiError:
            raise
        except MemoryError as error:
            raise EvidenceError(
                "there is not enough memory for the picture",
                path=self._path,
                hint="close other programs and try again",
            ) from error
        except Image.DecompressionBombError as error:
            raise EvidenceError(
                f"the picture has more pixels than the limit of {PIXEL_LIMIT // 1_000_000} million",
                path=self._path,
                hint="cut out the part of interest with another program",
            ) from error
        except UnidentifiedImageError as error:
            raise self._damaged("its header cannot be read") from error
        except Exception as error:  # Pillow's readers let almost any error of Python through
            raise self._damaged(str(error) or type(error).__name__) from error

    def _damaged(self, why: str) -> EvidenceError:
        return EvidenceError(
            f"the {self._format} picture is damaged or cut short ({why})",
            path=self._path,
            hint="copy it from its origin again, or repair a copy with another program",
        )


def to_rgb8(image: Image.Image, depth: int) -> tuple[Pixels, tuple[str, ...]]:
    """Return H×W×3 uint8 pixels of a loaded picture and what was done to its samples.

    Samples of 16 bits keep their upper byte, v // 256: what Pillow does to colour pictures, done
    here to gray ones too, and to those of fewer bits alike. Transparency is ignored, so the stored
    colours are shown; but Pillow divides those of a TIFF that were multiplied by it. Colour
    profiles are not applied.
    """
    notes, deep_gray = [], image.mode.startswith("I;16")
    if depth == 16:
        notes.append("16 bit reduced to 8 bit (upper byte)")
    elif deep_gray:
        notes.append(f"{depth} bit reduced to 8 bit (upper bits)")
    if image.has_transparency_data:
        if not deep_gray and image.mode != "RGBA":  # 16 bit would be clipped, not reduced
            image = image.convert("RGBA")
        notes.append(_PREMULTIPLIED if is_premultiplied(image) else "transparency ignored")
    if image.info.get("icc_profile"):
        notes.append("embedded colour profile not applied")
    if deep_gray:
        gray = (np.asarray(image) >> max(0, depth - 8)).astype(np.uint8)
        return _triple(gray), (*notes, "gray in three equal channels")
    if image.mode in ("1", "L"):
        notes.append("gray in three equal channels")
    elif image.mode not in ("RGB", "RGBA"):
        notes.append(f"{_MODE_NAMES.get(image.mode, image.mode)} converted to RGB")
    return _rgb(image), tuple(notes)


def _rgb(image: Image.Image) -> Pixels:
    """Return the pixels, a strip at a time: whole copies take hundreds of megabytes each."""
    width, height = image.size
    pixels: Pixels = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, _STRIP_PX):
        strip = image.crop((0, top, width, min(top + _STRIP_PX, height)))
        shown = strip if strip.mode == "RGB" else strip.convert("RGB")
        pixels[top : top + _STRIP_PX] = np.asarray(shown)
    return pixels


_PREMULTIPLIED = (
    "the stored colours were multiplied by the transparency: divided by it, then transparency "
    "ignored"
)
_MODE_NAMES = {"P": "palette", "CMYK": "CMYK (no colour profile)", "LAB": "CIELAB"}


def _triple(gray: Pixels) -> Pixels:
    return np.repeat(gray[..., None], 3, axis=2)
