"""Folders: what is a picture or a video by its name, in the order in which people count."""

from pathlib import Path

from fhgui.session.gathering import gather, is_source_name, natural


def test_a_folder_gives_its_pictures_and_videos_as_people_count(tmp_path: Path) -> None:
    names = ("b10.png", "b9.PNG", "notes.txt", "sub/a.mp4", ".hidden.jpg", "c.fhcase/x.png")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found = gather(tmp_path)
    assert [str(p.relative_to(tmp_path)) for p in found.sources] == [
        "b9.PNG",
        "b10.png",
        "sub/a.mp4",
    ]
    assert found.cases == (tmp_path / "c.fhcase",)
    assert found.sentence() == f"3 files opened from {tmp_path}"


def test_too_many_files_are_left_out_aloud(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.jpg").write_bytes(b"x")
    found = gather(tmp_path, most=3)
    assert (len(found.sources), found.left_out) == (3, 2)
    assert "2 more are left out" in found.sentence()
    assert gather(tmp_path, stopped=lambda: True).sources == ()


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    assert "no picture or video" in gather(tmp_path).sentence()


def test_names() -> None:
    assert is_source_name("A.JPEG")
    assert not is_source_name("jpeg")
    assert sorted(["f10", "f9", "F1"], key=natural) == ["F1", "f9", "f10"]
