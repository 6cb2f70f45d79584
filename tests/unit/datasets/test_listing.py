"""What a build looks at, and what it is called."""

import zipfile
from pathlib import Path

import pytest

from fhgui.core.errors import EvidenceError, InputError
from fhgui.datasets.listing import list_sources
from fhgui.datasets.reading import Reader
from fhgui.datasets.recipe import DroppedError, Reason
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


def test_an_archive_beside_a_folder_of_its_name_hides_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    people = write_people(folder / "a", 1, 2)
    (people / "person-0" / "0.png").rename(tmp_path / "0.png")
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.write(tmp_path / "0.png", "person-0/0.png")
        archive.write(tmp_path / "0.png", "person-0/1.png")
    assert names(folder) == [
        "set/a.zip/person-0/1.png",
        "set/a/person-0/0.png",
        "set/a/person-0/1.png",
    ]


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_a_path_that_is_twice_in_an_archive_is_two_pictures(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("person/", b"")
        archive.writestr("person/1.png", b"one")
        archive.writestr("person/1.png", b"other")
    found = list_sources([tmp_path / "a.zip"], 1)[1]
    assert [item.name for item in found] == ["a/person/1 (2).png", "a/person/1.png"]
    with Reader() as reader:
        assert [reader.stored(item) for item in found] == [b"other", b"one"]


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_that_are_unpacked_without_a_bound_are_left_out(tmp_path: Path, how: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("plain.png", b"plain", zipfile.ZIP_DEFLATED)
        archive.writestr("bomb.png", bytes(1 << 20), how)
    bomb, plain = list_sources([tmp_path / "a.zip"], 1)[1]
    with Reader() as reader:
        assert reader.stored(plain) == b"plain"
        with pytest.raises(DroppedError, match="packed in a way other than deflate") as caught:
            reader.stored(bomb)
    assert caught.value.reason is Reason.UNREADABLE


def test_a_member_that_is_larger_than_stated_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.png", bytes(1 << 20))
    stated = (1 << 20).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(stated, (100).to_bytes(4, "little")))
    (bomb,) = list_sources([path], 1)[1]
    with Reader() as reader, pytest.raises(DroppedError):
        reader.stored(bomb)


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
