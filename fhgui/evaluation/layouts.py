"""The layouts of published data sets, recognised by their folders and lists.

LFW (a folder a person), FFHQ (a folder a thousand, or flat) and CelebA (flat) need nothing but to
be walked through. What is recognised beside that: CelebA's ``list_eval_partition.txt``, by which
only its test part is measured, and FFHQ's ``images1024x1024``, whose thumbnails are passed over.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from fhgui.core.errors import InputError
from fhgui.evaluation.protocols import Protocol

PARTITION = "list_eval_partition.txt"
TEST_PART = "2"
STORED_HW = (218, 178)
"""Size of CelebA's aligned pictures, which the list is of."""
PICTURE_FOLDERS = ("images1024x1024", "img_align_celeba", "lfw-deepfunneled", "lfw_deepfunneled")


def picture_folder(data: Path) -> Path:
    """Return where a data set's pictures lie: a known folder inside it, or itself.

    Raises
    ------
    InputError
        If there are several known ones.
    """
    if not data.is_dir():
        return data
    found = [data / name for name in PICTURE_FOLDERS if (data / name).is_dir()]
    if len(found) > 1:
        names = " and ".join(folder.name for folder in found)
        raise InputError(f"holds {names}", path=data, hint="name the one that is meant")
    return found[0] if found else data


def test_part(data: Path, protocol: Protocol) -> frozenset[str] | None:
    """Return the names, without endings, of CelebA's test part.

    None for a protocol of other pictures, or if no list lies in or beside the data.

    Raises
    ------
    InputError
        If the list cannot be read.
    """
    if protocol.stored_hw != STORED_HW:
        return None
    near = (data, data.parent, *(folder / "Eval" for folder in (data, data.parent)))
    found = next((f / PARTITION for f in near if (f / PARTITION).is_file()), None)
    if found is None:
        return None
    try:
        lines = [line.split() for line in found.read_text(encoding="utf-8").splitlines()]
        parts = dict(line for line in lines if line)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise InputError(
            "is not CelebA's list of parts", path=found, hint="download it again, or remove it"
        ) from error
    return frozenset(PurePosixPath(n).stem for n, part in parts.items() if part == TEST_PART)
