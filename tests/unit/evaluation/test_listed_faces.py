"""The list of faces that a person sees: what it says, and how it is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fhgui.core.errors import InputError
from fhgui.core.face import Box
from fhgui.evaluation.listed_faces import ListedFace, ListedFile, Seen, listed_faces


def test_every_counted_face_is_at_least_16_px_wide_and_listed_once() -> None:
    files = listed_faces()
    assert {"subway.mp4", "clip_nofi064.mp4", "whu_far_01.jpg"} <= {f.name for f in files}
    for file in files:
        for faces in file.frames.values():
            assert len({f.person for f in faces}) == len(faces)
            counted = [f for f in faces if f.seen is not Seen.UNSURE]
            assert all(f.box.w >= 16 for f in counted)
            assert all(f.box.x >= 0 and f.box.y >= 0 for f in faces)


def test_between_listed_frames_a_person_walks_on_the_line() -> None:
    def at(x: int) -> ListedFace:
        return ListedFace("a", Seen.CLEAR, Box(x, 10, 20, 20))

    stays = ListedFace("b", Seen.UNSURE, Box(90, 0, 16, 16))
    file = ListedFile("clip", {10: (at(0),), 20: (at(40), stays)})
    assert set(file.boxes_at(15)) == {Box(20, 10, 20, 20), stays.box}
    assert file.boxes_at(10)[0] == Box(0, 10, 20, 20)
    assert file.boxes_at(3) == (Box(0, 10, 20, 20),)
    assert set(file.boxes_at(99)) == {Box(40, 10, 20, 20), stays.box}
    assert ListedFile("empty", {}).boxes_at(0) == ()


@pytest.mark.parametrize(
    "content",
    [
        "no json",
        "[]",
        {"files": {"a": 3}},
        {"files": {"a": {"x": []}}},
        {"files": {"a": {"0": [["p", "hidden", 0, 0, 9, 9]]}}},
        {"files": {"a": {"0": [["p", "clear", 0, 0, 0, 9]]}}},
    ],
)
def test_a_list_that_is_none_is_refused_in_a_sentence(content: object, tmp_path: Path) -> None:
    path = tmp_path / "faces.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(InputError, match=r"faces\.json: this is no list of faces"):
        listed_faces(path)
