"""Still pictures through Pillow (8 bit) and OpenCV (16 bit), and animated GIF and WebP."""

from __future__ import annotations

import warnings
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import cv2
import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from fhgui.core.arrays import Pixels
from fhgui.core.errors import EvidenceError, InputError
from fhgui.core.frame import Frame
from fhgui.evidence.source import SourceInfo

FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP", "GIF")
MAX_PIXELS = 250_000_000
"""Larger pictures are refused before anything is allocated."""

MAX_METADATA_CHARACTERS = 2000
ORIENTATION = 0x0112
BITS_PER_SAMPLE = 258
PNG_DEPTH_AT = 24
"""Offset of the bit depth in a PNG's header chunk."""

SIXTEEN_BIT_NOTE = "16 bit reduced to 8 bit: divided by 257 and rounded"

Image.MAX_IMAGE_PIXELS = None  # MAX_PIXELS is checked here, with a sentence of our own


def is_picture(path: Path) -> bool:
    """Tell by its first bytes whether the file is a picture that we read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=FORMATS):
                return True
    except UnidentifiedImageError:
        return False
    except (OSError, SyntaxError, ValueError):
        return True  # it begins like a picture: let opening it say what is wrong


class PictureSource:
    """A still picture, or the frames of an animated one.

    Raises
    ------
    EvidenceError
        If it is too large, damaged or cut off: half a picture is never shown.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._picture = _opened(path)
        try:
            self._count: int = getattr(self._picture, "n_frames", 1)
            self._first = self._decode(0)
            self._info = self._describe()
        except BaseException:
            self._picture.close()
            raise

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def info(self) -> SourceInfo:
        """What the file says about itself."""
        return self._info

    def frame(self, index: int) -> Frame:
        """Return a frame; stills have frame 0 only."""
        if not 0 <= index < self._count:
            raise InputError(
                f"there is no frame {index}",
                path=self._path,
                hint=f"it has {self._count} frame{'s' if self._count > 1 else ''}, counted from 0",
            )
        return self._first if index == 0 else self._decode(index)

    def frame_at(self, time_s: float) -> Frame:
        """Return frame 0: stills have no time."""
        return self.frame(0)

    def count(self) -> int:
        """Return the number of frames."""
        return self._count

    def close(self) -> None:
        """Let go of the file."""
        self._picture.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _decode(self, index: int) -> Frame:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._picture.seek(index)
                self._picture.load()
                pixels, notes = _as_rgb(self._picture, self._path)
        except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
            raise EvidenceError(
                f"is damaged or cut off ({_reason(error)})",
                path=self._path,
                hint="copy it again from the original",
            ) from error
        pixels.setflags(write=False)
        return Frame(pixels, index, notes=notes)

    def _describe(self) -> SourceInfo:
        height, width = self._first.size_hw
        form = self._picture.format or "unknown"
        return SourceInfo(
            name=self._path.name,
            size_bytes=self._path.stat().st_size,
            kind="image",
            container=form,
            codec=str(self._picture.info.get("compression", form)),
            width=width,
            height=height,
            frame_count=self._count,
            frame_count_exact=True,
            rate_fps=None,
            time_base=None,
            duration_s=None,
            bit_depth=16 if SIXTEEN_BIT_NOTE in self._first.notes else 8,
            interlaced=False,
            metadata=_metadata(self._picture),
            notes=self._first.notes,
        )


def _opened(path: Path) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(path, formats=FORMATS)
    except (OSError, SyntaxError, ValueError) as error:
        raise EvidenceError(
            f"is a damaged picture ({_reason(error)})",
            path=path,
            hint="copy it again from the original",
        ) from error
    width, height = picture.size
    if width * height > MAX_PIXELS:
        picture.close()
        raise EvidenceError(
            f"claims {width}×{height} pixels, more than the limit of {MAX_PIXELS // 10**6} million",
            path=path,
            hint="cut out the part with the face in another program and say so in the case",
        )
    return picture


def _as_rgb(picture: Image.Image, path: Path) -> tuple[Pixels, tuple[str, ...]]:
    """Return the loaded picture as upright 8-bit RGB, and what was done to it."""
    notes: list[str] = []
    deep = _sixteen_bit(picture, path)
    if deep is not None:
        notes.append(SIXTEEN_BIT_NOTE)
        upright = _upright(Image.fromarray(deep), picture, notes)
    else:
        if picture.mode != "RGB":
            notes.append(f"{picture.mode} converted to RGB{_alpha_note(picture)}")
        upright = _upright(_opaque(picture), picture, notes)
    return np.array(upright, dtype=np.uint8), tuple(notes)


def _sixteen_bit(picture: Image.Image, path: Path) -> Pixels | None:
    """Return 16-bit samples reduced to 8-bit RGB; None if the file has 8 bits or fewer."""
    if not _is_deep(picture, path):
        return None
    data = np.frombuffer(path.read_bytes(), np.uint8)
    page = picture.tell()
    read, pages = cv2.imdecodemulti(data, cv2.IMREAD_UNCHANGED, range=(page, page + 1))
    if not read or pages[0].dtype != np.uint16:
        raise EvidenceError(
            "has 16-bit samples in a form that cannot be read",
            path=path,
            hint="save it as a plain 16-bit RGB or gray TIFF or PNG",
        )
    samples = pages[0]
    reduced = np.floor(samples / 257.0 + 0.5).astype(np.uint8)
    if reduced.ndim == 2:
        return np.repeat(reduced[..., None], 3, axis=2)
    return np.ascontiguousarray(reduced[..., 2::-1])


def _is_deep(picture: Image.Image, path: Path) -> bool:
    """Tell from the header whether samples have 16 bits."""
    if picture.format == "PNG":
        with path.open("rb") as file:
            return file.read(PNG_DEPTH_AT + 1)[PNG_DEPTH_AT] == 16
    depths = getattr(picture, "tag_v2", {}).get(BITS_PER_SAMPLE, 8)
    return 16 in (depths if isinstance(depths, tuple) else (depths,))


def _opaque(picture: Image.Image) -> Image.Image:
    """Return RGB; a transparent picture keeps its stored colours, transparency is dropped."""
    if "A" in picture.getbands() or "transparency" in picture.info:
        return picture.convert("RGBA").convert("RGB")
    return picture.convert("RGB")


def _alpha_note(picture: Image.Image) -> str:
    return ", transparency dropped" if "A" in picture.getbands() else ""


def _upright(pixels: Image.Image, source: Image.Image, notes: list[str]) -> Image.Image:
    orientation = source.getexif().get(ORIENTATION, 1)
    if orientation in (None, 0, 1):
        return pixels
    notes.append(f"EXIF orientation {orientation} applied")
    exif = pixels.getexif()
    exif[ORIENTATION] = orientation
    return ImageOps.exif_transpose(pixels)


def _metadata(picture: Image.Image) -> tuple[tuple[str, str], ...]:
    exif = picture.getexif()
    pairs: list[tuple[str, Any]] = []
    for ifd in (exif, exif.get_ifd(ExifTags.IFD.Exif)):
        pairs += [(ExifTags.TAGS.get(tag, f"EXIF {tag}"), value) for tag, value in ifd.items()]
    for key, value in picture.info.items():
        if isinstance(value, str | int | float | tuple):
            pairs.append((str(key), value))
    return tuple((key, _printable(value)) for key, value in pairs)


def _printable(value: object) -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())
    return text[:MAX_METADATA_CHARACTERS]


def _reason(error: BaseException) -> str:
    return _printable(error) or type(error).__name__
