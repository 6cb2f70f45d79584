"""Reads who issues a report and what was asked for: one YAML file of a laboratory."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from fhgui.core.dossier import Commission, Laboratory
from fhgui.core.errors import InputError
from fhgui.plain import yaml_file

LABORATORY = ("name", "address", "accreditation", "logo")
COMMISSION = ("title", "case_number", "request", "authoriser", "examiner", "received_on")
MAX_BYTES = 10 * 1024 * 1024
MOST_PX = 25_000_000
LOGO_PX = 1200
"""Longer side of a logo in a report; larger ones are reduced."""

EXAMPLE = f"give a YAML file with some of {', '.join((*LABORATORY, *COMMISSION))}"


def read_laboratory(path: Path) -> tuple[Laboratory, Commission]:
    """Read a laboratory's file: ``name: …`` lines, ``logo`` a picture's path beside the file.

    Raises
    ------
    InputError
        If it cannot be read, has a field that is not known, or its logo is no picture.
    """
    texts = read_fields(path)
    logo = texts.pop("logo", "")
    laboratory = Laboratory(
        **{k: v for k, v in texts.items() if k in LABORATORY},
        logo_png=logo_png(Path(logo)) if logo else None,
    )
    return laboratory, Commission(**{k: v for k, v in texts.items() if k in COMMISSION})


def read_fields(path: Path) -> dict[str, str]:
    """Return the fields of a laboratory's file as text; the logo as a whole path.

    Raises
    ------
    InputError
        If it cannot be read or has a field that is not known.
    """
    values = _mapping(path)
    unknown = sorted(str(k) for k in set(values) - {*LABORATORY, *COMMISSION})
    if unknown:
        raise InputError(f"has the unknown field {', '.join(unknown)}", path=path, hint=EXAMPLE)
    texts = {str(k): _text(path, str(k), v) for k, v in values.items()}
    if texts.get("logo"):
        texts["logo"] = str(path.absolute().parent / texts["logo"])
    return texts


def logo_png(path: Path) -> bytes:
    """Return a picture file as a PNG of at most `LOGO_PX`.

    Raises
    ------
    InputError
        If it is no picture that can be read.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise InputError("is no regular file", path=path, hint="give a PNG or JPEG picture")
        if path.stat().st_size > MAX_BYTES:
            raise InputError("is too large for a logo", path=path, hint="reduce it below 10 MB")
        with Image.open(path, formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_PX:  # before memory is asked for them
                raise InputError("is too large for a logo", path=path, hint="reduce it")
            kept = picture.convert("RGBA")
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
        raise InputError(
            "cannot be read as a logo", path=path, hint="give a PNG or JPEG picture"
        ) from None
    kept.thumbnail((LOGO_PX, LOGO_PX))
    buffer = io.BytesIO()
    kept.save(buffer, "PNG")
    return buffer.getvalue()


def _mapping(path: Path) -> dict[object, Any]:  # YAML: any shape
    try:
        values = yaml_file(path)
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", path=path, hint=EXAMPLE) from error
    except ValueError as error:
        raise InputError("is no YAML file", path=path, hint=EXAMPLE) from error
    if not isinstance(values, dict):
        raise InputError("holds no NAME: VALUE lines", path=path, hint=EXAMPLE)
    return values


def _text(path: Path, name: str, value: object) -> str:
    if isinstance(value, dict | list):
        raise InputError(f"{name} is no text", path=path, hint=EXAMPLE)
    return "" if value is None else str(value).strip()
