"""What a build looks at, and what it is called."""

import zipfile
from pathlib import Path

import pytest

from fhgui.core.errors import EvidenceError, InputError
from fhgui.datasets.listing import list_sources
from tests.helpers.media import write_video
from tests.helpers.photographs import write_people


def names(*paths: Path, every_nth: int = 25) -> list[str]:
    return [item.name for item in list_sources(paths, every_nth)[1]]


def zipped(folder: Path, archive: Path) -> Path:
    with zipfile.ZipFile(archive, "w") as opened:
        for file in sorted(folder.rglob("*")):
            opened.write(file, file.relative_to(folder))
    return archive


def test_folders_and_archives_give_the_same_names(tmp_path: Path) -> None:
    folder = write_people(tmp_path / "people", 2, 2)
    expected = [f"people/person-{p}/{n}.png" for p in (0, 1) for n in (0, 1)]
    assert names(folder) == expected
    assert names(zipped(folder, tmp_path / "people.zip")) == expected


def test_archives_and_videos_inside_folders_are_opened(tmp_path: Path) -> None:
    (tmp_path / "mixed").mkdir()
    zipped(write_people(tmp_path / "people", 1, 1), tmp_path / "mixed" / "inner.zip")
    write_video(tmp_path / "mixed" / "clip.mp4", 12)
    found = list_sources([tmp_path / "mixed"], 5)[1]
    assert [item.name for item in found] == [
        *(f"mixed/clip.mp4#{frame:06d}" for frame in (0, 5, 10)),
        "mixed/inner/person-0/0.png",
    ]
    assert [item.frame for item in found] == [0, 5, 10, None]
    assert found[-1].folder == "person-0"


def test_sources_that_share_a_name_take_their_folders(tmp_path: Path) -> None:
    for city in ("paris", "rome"):
        write_people(tmp_path / city / "train", 1, 1)
    found = names(tmp_path / "rome" / "train", tmp_path / "paris" / "train")
    assert found == ["paris-train/person-0/0.png", "rome-train/person-0/0.png"]


def test_sources_that_cannot_be_listed(tmp_path: Path) -> None:
    empty, text = tmp_path / "empty", tmp_path / "broken.zip"
    empty.mkdir()
    text.write_text("no archive")
    for path, said in ((empty, "no files"), (text, "archive"), (tmp_path / "no", "no such")):
        with pytest.raises(EvidenceError, match=said):
            names(path)
    with pytest.raises(InputError, match="twice"):
        names(empty, tmp_path / "empty")
