"""One field of a frame is shown on demand: its lines, its colours, and a note that says so."""

import av
import numpy as np
import pytest
from PIL import Image

from fhgui.core.errors import InputError
from fhgui.core.fields import Fields
from fhgui.evidence.source import open_source
from tests.helpers.media import picture, write_video

HEIGHT, WIDTH = 64, 96
RED, BLUE = (200, 40, 40), (40, 40, 200)


def woven_colours():
    frame = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    frame[::2], frame[1::2] = RED, BLUE
    return frame


@pytest.fixture
def film(tmp_path):
    """An interlaced film whose upper fields are red and lower ones blue, chroma stored by field."""
    path = tmp_path / "fields.mkv"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for _ in range(3):
            planes = [
                av.VideoFrame.from_ndarray(np.full((HEIGHT // 2, WIDTH, 3), c, np.uint8), "rgb24")
                for c in (RED, BLUE)
            ]
            upper, lower = (p.reformat(format="yuv420p").to_ndarray() for p in planes)
            woven = np.empty((HEIGHT * 3 // 2, WIDTH), np.uint8)
            half = HEIGHT // 2
            woven[:HEIGHT:2], woven[1:HEIGHT:2] = upper[:half], lower[:half]
            for part in (0, 1):  # U and V: rows of half the width, taken from the fields in turn
                start, size = HEIGHT + part * HEIGHT // 4, HEIGHT // 4
                chroma = woven[start : start + size].reshape(half, WIDTH // 2)
                of = half + part * size // 2
                for first, field in ((0, upper), (1, lower)):
                    chroma[first::2] = field[of : of + size // 2].reshape(half // 2, WIDTH // 2)
                woven[start : start + size] = chroma.reshape(size, WIDTH)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(woven, "yuv420p")))
        out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(("fields", "colour"), [(Fields.UPPER, RED), (Fields.LOWER, BLUE)])
def test_a_field_keeps_its_own_colours(film, fields, colour):
    with open_source(film, fields) as source:
        frame = source.frame(1)
    assert frame.size_hw == (HEIGHT, WIDTH)
    assert frame.fields is fields
    assert np.abs(frame.pixels.astype(int) - colour).max() <= 4
    assert any(note.startswith(f"deinterlaced: the {fields.value} field") for note in frame.notes)
    assert not any("woven" in note for note in frame.notes)


def test_woven_is_what_is_stored(tmp_path):
    path = write_video(tmp_path / "film.mp4", 5)
    with open_source(path) as plain, open_source(path, Fields.WOVEN) as woven:
        assert np.array_equal(plain.frame(2).pixels, woven.frame(2).pixels)
        assert plain.frame(2).notes == woven.frame(2).notes


def test_lines_of_the_field_are_nearly_those_of_the_frame(tmp_path):
    path = write_video(tmp_path / "film.mp4", 5, options={"crf": "1"})
    with open_source(path) as plain, open_source(path, Fields.UPPER) as upper:
        gap = plain.frame(2).pixels[::2].astype(int) - upper.frame(2).pixels[::2]
    assert np.abs(gap).mean() < 3  # chroma is interpolated within the field


def test_a_frame_grab_can_be_deinterlaced_too(tmp_path):
    Image.fromarray(woven_colours()).save(tmp_path / "grab.png")
    with open_source(tmp_path / "grab.png", Fields.LOWER) as source:
        frame = source.frame(0)
    assert np.array_equal(frame.pixels, np.broadcast_to(BLUE, frame.pixels.shape))
    assert frame.notes[0].startswith("deinterlaced: the lower field")


def test_a_picture_that_is_turned_has_no_fields(tmp_path):
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(picture(0)).save(tmp_path / "turned.jpg", exif=exif)
    with pytest.raises(InputError, match="EXIF orientation"):
        open_source(tmp_path / "turned.jpg", Fields.UPPER)
