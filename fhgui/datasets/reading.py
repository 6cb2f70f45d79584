"""Reads the pixels of one item, wherever it lies; says why if it cannot."""

from __future__ import annotations

import hashlib
import io
import warnings
import zipfile
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from PIL import Image

from fhgui.core.arrays import Pixels
from fhgui.core.errors import EvidenceError, InputError
from fhgui.datasets.listing import PICTURES, VIDEOS, Item
from fhgui.datasets.recipe import DroppedError, Reason
from fhgui.evidence.pictures import picture_format
from fhgui.evidence.source import Source, open_source

MAX_PIXELS = 50_000_000
"""Larger pictures are left out: two at once would need more than 2 GB."""

HEADER_BYTES = 32

MAX_BYTES = 256 * 1024 * 1024
"""Of one stored picture."""

PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How members of archives may be packed: others are unpacked whole, however much that is."""


class Reader:
    """Reads items one after the other and keeps the last archive and video open."""

    def __init__(self) -> None:
        self._archive: zipfile.ZipFile | None = None
        self._video: Source | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        for opened in (self._archive, self._video):
            if opened is not None:
                opened.close()
        self._archive = self._video = None

    def stored(self, item: Item) -> bytes:
        """Return the bytes of a picture as stored.

        Raises
        ------
        DroppedError
            If they cannot be read.
        EvidenceError
            If the file was there when the build began and is gone: the build must stop.
        """
        if item.size_bytes > MAX_BYTES:
            raise DroppedError(Reason.TOO_LARGE, f"{item.size_bytes} bytes")
        try:
            if item.member is not None:
                return _unpacked(self._opened_archive(item.file), item)
            if not item.file.is_file() and (item.file.is_symlink() or item.file.exists()):
                raise DroppedError(Reason.UNREADABLE, "is no file, or a link to nothing")
            return item.file.read_bytes()
        except FileNotFoundError as error:
            raise _vanished(item.file) from error
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError, ValueError) as e:
            said = " ".join(str(getattr(e, "strerror", None) or e).split())
            raise DroppedError(Reason.UNREADABLE, said) from e

    def frame(self, item: Item) -> Pixels:
        """Return the pixels of a video's frame, H×W×3 uint8.

        Raises
        ------
        DroppedError
            If it cannot be decoded.
        """
        if item.failure:
            raise DroppedError(Reason.UNREADABLE, item.failure)
        try:
            if self._video is None or self._video.path != item.file:
                self.close()
                self._video = open_source(item.file)
            return self._video.frame(item.frame or 0).pixels
        except (EvidenceError, InputError) as error:
            if not item.file.exists():
                raise _vanished(item.file) from error
            raise DroppedError(Reason.UNREADABLE, error.what) from error

    def _opened_archive(self, path: Path) -> zipfile.ZipFile:
        if self._archive is None or self._archive.filename != str(path):
            self.close()
            try:
                self._archive = zipfile.ZipFile(path)
            except (OSError, zipfile.BadZipFile) as error:
                raise _vanished(path) from error
        return self._archive


def _unpacked(archive: zipfile.ZipFile, item: Item) -> bytes:
    """Return the bytes of a member, no more of them than the archive says that there are."""
    listed = archive.infolist()[item.place : item.place + 1]
    if [info.filename for info in listed] != [item.member]:
        raise _vanished(item.file)
    (info,) = listed
    if info.compress_type not in PACKED:
        raise DroppedError(Reason.UNREADABLE, "is packed in a way other than deflate: pack it anew")
    with archive.open(info) as opened:
        data = opened.read(item.size_bytes + 1)
    if len(data) > item.size_bytes:
        raise DroppedError(Reason.TOO_LARGE, f"more than the {item.size_bytes} bytes stated")
    return data


def _vanished(path: Path) -> EvidenceError:
    return EvidenceError(
        "has vanished or changed while the set was built",
        path=path,
        hint="put it back and run the same command again, it goes on where it stopped",
    )


def decode(stored: bytes, item: Item) -> Pixels:
    """Return the upright 8-bit pixels of a stored picture, H×W×3 uint8 R-G-B.

    Raises
    ------
    DroppedError
        If it is none, is damaged or too large.
    """
    _check_header(stored, item)
    with TemporaryDirectory(prefix="fhgui-dataset-") as scratch:
        # what lies in an archive becomes a file, so that every picture is read the same way
        file = Path(scratch) / "picture"
        file.write_bytes(stored)
        try:
            with open_source(file) as picture:
                return picture.frame(0).pixels
        except EvidenceError as error:
            raise DroppedError(Reason.UNREADABLE, error.what) from error


def sha256(stored: bytes) -> str:
    """Return the SHA-256 of bytes in hex."""
    return hashlib.sha256(stored).hexdigest()


def _check_header(stored: bytes, item: Item) -> None:
    if not stored:
        raise DroppedError(Reason.UNREADABLE, "is empty (0 bytes)")
    format_name = picture_format(stored[:HEADER_BYTES])
    if format_name is None:
        raise _no_picture(item)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(stored), formats=[format_name]) as picture:
                width, height = picture.size
    except Image.DecompressionBombError as error:  # far too many: Pillow refuses it itself
        raise DroppedError(Reason.TOO_LARGE, f"more than {MAX_PIXELS} pixels") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise DroppedError(Reason.UNREADABLE, "its header is damaged") from error
    if width * height > MAX_PIXELS:
        raise DroppedError(Reason.TOO_LARGE, f"{width}×{height} pixels")


def _no_picture(item: Item) -> DroppedError:
    """What is called like a picture is a damaged one, anything else is none."""
    suffix = Path(item.member or item.file).suffix.lower()
    if suffix in VIDEOS:
        return DroppedError(Reason.NOT_A_PICTURE, "a video in an archive: unpack it")
    reason = Reason.UNREADABLE if suffix in PICTURES else Reason.NOT_A_PICTURE
    return DroppedError(reason, "it does not begin like a picture that can be read")
