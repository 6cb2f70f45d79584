"""What a picture's header says: bit depth, compression, tags; read before its samples are."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

from PIL import ExifTags, Image, ImageFile, TiffImagePlugin

from fhgui.core.errors import EvidenceError
from fhgui.core.frame import NOT_SQUARE

_TIFF_BITS, _TIFF_MEANING, _TIFF_PLANES, _TIFF_EXTRA = 258, 262, 284, 338
_TIFF_DENSITIES = {282, 283}
_ASSOCIATED = 1
_LONGEST_TEXT = 200

_DENSITIES = ("dpi", "aspect", "resolution", "jfif_density")
"""Where Pillow keeps how many pixels there are to a length, or only their ratio: across, down."""

_ROUNDED, _ABSURD = 1.01, 20.0
"""Ratios below which densities are equal but for rounding, and above which nobody meant them."""

_SRGB_GAMMA, _ALIKE = 0.45455, 0.005


def bit_depth(image: Image.Image) -> int:
    """Return the bits of one stored sample; call it before the samples are loaded."""
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        bits = image.tag_v2.get(_TIFF_BITS, (1,))
        return int(max(bits) if isinstance(bits, tuple) else bits)
    if image.mode in ("I", "F"):
        return 32
    tiles = image.tile if isinstance(image, ImageFile.ImageFile) else []
    how = str(tiles[0].args) if tiles else ""
    packed = re.search(r"BGR;1([56])", how)
    if packed:  # bits of all three samples together
        return int(packed.group(1))
    stated = re.search(r";(\d+)", how)
    if stated:
        return int(stated.group(1))
    return 1 if image.mode == "1" else 8


def is_premultiplied(image: Image.Image) -> bool:
    """Tell whether a TIFF says that its colours were multiplied by their transparency."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return False
    kinds = image.tag_v2.get(_TIFF_EXTRA, ())
    return _ASSOCIATED in (kinds if isinstance(kinds, tuple) else (kinds,))


def refuse_unreadable_samples(image: Image.Image, path: Path) -> None:
    """Refuse what Pillow opens but would show wrongly.

    Raises
    ------
    EvidenceError
        Samples of more than 16 bits or fractions, whose range is not known; 16-bit TIFF in
        separate planes, which Pillow reads as 8 bit; 16-bit TIFF in which 0 is white.
    """
    why = ""
    if image.mode in ("I", "F"):
        why = "samples of 32 bits have no defined black and white"
    elif isinstance(image, TiffImagePlugin.TiffImageFile) and bit_depth(image) > 8:
        if image.tag_v2.get(_TIFF_PLANES) == 2:
            why = "16-bit samples in separate planes cannot be read"
        elif image.tag_v2.get(_TIFF_MEANING) == 0:
            why = "16-bit samples in which zero is white cannot be read"
    if why:
        raise EvidenceError(why, path=path, hint="save a copy as 16-bit or 8-bit PNG")


def passed_over(image: Image.Image, is_turned: bool) -> tuple[str, ...]:
    """Return notes of what the file says of its pixels that is not applied: shape and gamma.

    Parameters
    ----------
    is_turned : whether rows and columns change places when the picture is put upright.
    """
    return tuple(filter(None, (_shape_note(image, is_turned), _gamma_note(image))))


def _shape_note(image: Image.Image, is_turned: bool) -> str:
    if isinstance(image, TiffImagePlugin.TiffImageFile) and _TIFF_DENSITIES - set(image.tag_v2):
        return ""  # Pillow takes a missing one for 1
    for name in _DENSITIES:
        across, down = _pair(image.info.get(name))
        wide = across / down if is_turned else down / across  # the fewer across, the wider
        if _ROUNDED < max(wide, 1 / wide) < _ABSURD:
            shape = Fraction(wide).limit_denominator(100)
            ratio = f"{shape.numerator}:{shape.denominator}"
            return f"{NOT_SQUARE} ({ratio}); they are shown as they are stored"
    return ""


def _pair(value: object) -> tuple[float, float]:
    """Return two densities; equal ones if they are none."""
    if not isinstance(value, tuple) or len(value) != 2:
        return 1.0, 1.0
    try:
        across, down = float(value[0]), float(value[1])
    except (TypeError, ValueError, ArithmeticError):
        return 1.0, 1.0
    fit = all(math.isfinite(density) and density >= 1e-3 for density in (across, down))
    return (across, down) if fit else (1.0, 1.0)


def _gamma_note(image: Image.Image) -> str:
    """Say of a PNG's gamma unless the file states its colours in a way that comes before it."""
    gamma = image.info.get("gamma")
    if image.format != "PNG" or not isinstance(gamma, float) or gamma <= 0:
        return ""
    if {"srgb", "icc_profile"} & set(image.info) or abs(gamma - _SRGB_GAMMA) < _ALIKE:
        return ""
    return f"the file states a gamma of {gamma:g}, not that of sRGB ({_SRGB_GAMMA}): not applied"


def codec(image: Image.Image) -> str:
    """Return how the samples are compressed, in Pillow's words, e.g. ``progressive JPEG``."""
    if image.format in ("JPEG", "MPO"):
        return "progressive JPEG" if image.info.get("progressive") else "baseline JPEG"
    stored = image.info.get("compression")
    names = {"PNG": "deflate", "GIF": "LZW", "WEBP": "WebP"}
    fallback = names.get(image.format or "", "uncompressed")
    return stored if isinstance(stored, str) and stored != "raw" else fallback


def metadata(image: Image.Image) -> tuple[tuple[str, str], ...]:
    """Return EXIF tags and text chunks as (name, text); names are unique."""
    exif = image.getexif()
    found = [
        *_named(exif.items(), ExifTags.TAGS, ""),
        *_named(exif.get_ifd(ExifTags.IFD.Exif).items(), ExifTags.TAGS, ""),
        *_named(exif.get_ifd(ExifTags.IFD.GPSInfo).items(), ExifTags.GPSTAGS, ""),
    ]
    found += [(k, _text(image.info[k])) for k in ("dpi", "comment") if image.info.get(k)]
    found += [(f"text.{k}", _text(v)) for k, v in getattr(image, "text", {}).items()]
    if image.info.get("icc_profile"):
        found.append(("icc_profile", f"{len(image.info['icc_profile'])} bytes"))
    if image.format == "MPO":
        found.append(("pictures", f"{getattr(image, 'n_frames', 1)}; only the first is shown"))
    return tuple({name: text for name, text in found if text}.items())


def _named(
    tags: Iterable[tuple[int, object]], names: dict[int, str], prefix: str
) -> Iterator[tuple[str, str]]:
    for tag, value in tags:
        if not isinstance(value, dict):  # a pointer to another directory
            yield prefix + names.get(tag, f"tag {tag}"), _text(value)


def _text(value: object) -> str:
    """Return a tag as one printable line of at most 200 characters."""
    if isinstance(value, bytes):
        plain = value.rstrip(b"\0")
        if not all(32 <= byte < 127 for byte in plain):
            return f"{len(value)} bytes"
        value = plain.decode("ascii")
    line = " ".join(str(value).replace("\0", " ").split())
    return line if len(line) <= _LONGEST_TEXT else line[:_LONGEST_TEXT] + " …"
