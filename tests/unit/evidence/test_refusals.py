"""Files that are no evidence: one clear sentence each, told by content and not by name."""

from __future__ import annotations

import os
import struct
import zlib
from io import RawIOBase
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from fhgui.core.errors import EvidenceError
from fhgui.evidence import jpeg_check, page_check, reader, video, video_facts, walk
from fhgui.evidence.hashing import sha256_file
from fhgui.evidence.source import open_source
from tests.helpers.media import write_video
from tests.unit.evidence.conftest import Clip
from tests.unit.evidence.media import FRAMES, Recipe, texture


def refusal(path: Path) -> str:
    with pytest.raises(EvidenceError) as caught:
        open_source(path)
    sentence = caught.value.sentence()
    assert path.name in sentence
    assert caught.value.hint
    assert "\n" not in sentence
    return sentence


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


@pytest.mark.parametrize("read", [open_source, sha256_file])
def test_what_is_no_file(read: object, tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    cases = {tmp_path / "missing.mp4": "no such file", tmp_path: "folder", empty: "is empty"}
    for path, word in cases.items():
        with pytest.raises(EvidenceError, match=word):
            read(path)  # type: ignore[operator]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert "no regular file" in refusal(path)


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "locked.mp4"
    path.write_bytes(b"secret")

    def locked(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", locked)
        assert "may not be read" in refusal(path)


def test_a_disk_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(b"x")

    def broken(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", broken)
        assert "Input/output error" in refusal(path)


def test_a_disk_that_fails_later(clip: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(reader._Nameless):
        def __init__(self, file: RawIOBase) -> None:
            super().__init__(file)
            whole = self.read

            def read(count: int) -> bytes:
                if working:
                    return whole(count) or b""
                raise OSError(5, "Input/output error")

            self.read = read  # type: ignore[assignment]

    working = [True]
    monkeypatch.setattr(reader, "_Nameless", Failing)
    monkeypatch.setattr(reader, "_BUFFER_BYTES", 4096)
    with open_source(clip(Recipe("b.mkv", size_wh=(320, 240)))) as source:
        working.clear()
        with pytest.raises(EvidenceError, match=r"cannot be read \(Input/output error"):
            source.frame(30)


@pytest.mark.parametrize("name", ["letter.mp4", "letter.jpg", "letter.txt", "letter"])
@pytest.mark.parametrize(
    "text",
    [
        "this is a letter\n" * 100,
        "#EXTM3U\n#EXTINF:10,\n/etc/passwd\n",
        "ffconcat version 1.0\nfile '{clip}'\n",
        "1\n00:00:01,000 --> 00:00:04,000\nhello\n",
    ],
    ids=["letter", "playlist", "concat", "subtitles"],
)
def test_text_is_refused_and_names_no_other_file(
    name: str, text: str, clip: Clip, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text.format(clip=clip(Recipe("b.mp4"))))
    assert "not a picture or video" in refusal(path)


@pytest.mark.parametrize("name", ["b.mp4", "b.mov"])
def test_a_video_without_its_table_of_contents(name: str, clip: Clip, tmp_path: Path) -> None:
    data = clip(Recipe(name)).read_bytes()
    path = tmp_path / name
    path.write_bytes(data[: len(data) // 2])
    assert "cut short" in refusal(path)
    assert "moov" in refusal(path)


@pytest.mark.parametrize("share", [0.5, 0.98])
def test_a_video_that_lists_more_than_it_holds(share: float, clip: Clip, tmp_path: Path) -> None:
    data = clip(Recipe("front.mp4", mux_options={"movflags": "faststart"})).read_bytes()
    path = tmp_path / "front.mp4"
    path.write_bytes(data[: int(len(data) * share)])
    assert f"of the {FRAMES} frames that it lists are not in the file" in refusal(path)


def test_a_video_without_frames(tmp_path: Path, clip: Clip) -> None:
    path = tmp_path / "none.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        container.start_encoding()
    assert "no video pictures" in refusal(path)
    data = clip(Recipe("b.mkv")).read_bytes()
    path = tmp_path / "header.mkv"
    path.write_bytes(data[: data.index(bytes.fromhex("1f43b675"))])  # up to the first cluster
    assert "no" in refusal(path)
    assert "picture" in refusal(path)


def test_sound_alone(tmp_path: Path) -> None:
    path = tmp_path / "sound.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        samples = np.zeros((1, 8000), np.int16)
        sound = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        sound.sample_rate = 8000
        for packet in (*stream.encode(sound), *stream.encode(None)):
            container.mux(packet)
    assert "no video pictures" in refusal(path)


def test_noise_for_a_stream(tmp_path: Path, clip: Clip) -> None:
    data = bytearray(clip(Recipe("b.ts")).read_bytes())
    for start in range(0, len(data), 188):
        data[start + 40 : start + 188] = bytes(148)
    path = tmp_path / "noise.ts"
    path.write_bytes(data)
    assert "picture" in refusal(path)


def test_a_huge_header_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(png_header(14_000, 14_000))
    assert "14000 × 14000 pixels are more than the limit of 100 million" in refusal(path)
    path.write_bytes(png_header(60_000, 60_000))
    assert "more pixels than the limit of 100 million" in refusal(path)


def test_a_small_gif_takes_no_memory_for_a_huge_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "huge.gif"
    control = b"!\xf9\x04\x08\0\0\0\0"  # what is shown is to be cleared after the frame
    frame = struct.pack("<4HB", 0, 0, 65535, 65535, 0) + b"\x08\0;"
    path.write_bytes(b"GIF89a" + struct.pack("<HH3B", 8, 8, 0, 0, 0) + control + b"," + frame)
    monkeypatch.setattr(Image.core, "fill", None)  # would take a byte for each of its pixels
    assert "more pixels than the limit of 100 million" in refusal(path)


@pytest.mark.parametrize("side_px", [11_000, 20_000])
@pytest.mark.parametrize("kind", ["png", "gif"])
def test_a_picture_above_the_limit_is_refused_without_noise(
    kind: str, side_px: int, tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    path = tmp_path / f"large.{kind}"
    if kind == "png":
        path.write_bytes(png_header(side_px, side_px))
    else:
        frame = struct.pack("<4HB", 0, 0, side_px, side_px, 0) + b"\x08\0;"
        path.write_bytes(b"GIF89a" + struct.pack("<HH3B", 8, 8, 0, 0, 0) + b"," + frame)
    assert "limit of 100 million" in refusal(path)
    assert not recwarn.list


def pages(count: int, tags: int, *, big: bool = False, order: str = "<") -> bytes:
    """Return a TIFF that lists pages without a picture, each with as many tags."""
    kinds = ("HHQQ", "Q", 16) if big else ("HHLL", "L", 8)
    tag, place = struct.Struct(order + kinds[0]), struct.Struct(order + kinds[1])
    number = struct.Struct(order + ("Q" if big else "H"))
    mark = {("<", False): b"II*\0", (">", False): b"MM\0*", ("<", True): b"II+\0"}[order, big]
    head = mark + (struct.pack("<HHQ", 8, 0, 16) if big else place.pack(8))
    listed = b"".join(tag.pack(40000 + n, 4, 1, 0) for n in range(tags))
    size = number.size + len(listed) + place.size
    told = [kinds[2] + (n + 1) * size for n in range(count - 1)] + [0]
    return head + b"".join(number.pack(tags) + listed + place.pack(at) for at in told)


@pytest.mark.parametrize(("order", "big"), [("<", False), (">", False), ("<", True)])
def test_a_tiff_of_endless_pages_is_refused_at_once(
    order: str, big: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pages.tif"
    path.write_bytes(pages(101, 1, big=big, order=order))
    monkeypatch.setattr(page_check, "MOST_PAGES", 100)
    assert "lists more than 100 pages" in refusal(path)
    path.write_bytes(pages(100, 3, big=big, order=order))
    monkeypatch.setattr(page_check, "MOST_TAGS", 299)
    assert "pages of the TIFF picture list 300 tags" in refusal(path)
    monkeypatch.setattr(page_check, "MOST_TAGS", 300)
    with path.open("rb") as file:
        page_check.check_pages(file, "TIFF", path)


def test_pages_that_lead_in_a_circle_are_counted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "circle.tif"
    Image.fromarray(texture(0)).save(path, save_all=True, append_images=[Image.new("L", (8, 8))])
    data = bytearray(path.read_bytes())
    first = int.from_bytes(data[4:8], "little")
    link = first + 2 + 12 * int.from_bytes(data[first : first + 2], "little")
    second = int.from_bytes(data[link : link + 4], "little")
    assert second
    last = second + 2 + 12 * int.from_bytes(data[second : second + 2], "little")
    data[last : last + 4] = data[4:8]
    path.write_bytes(data)
    monkeypatch.setattr(page_check, "MOST_PAGES", 2)
    with open_source(path) as source:
        assert source.count() == 2


def test_a_gif_of_endless_frames_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "frames.gif"
    frames = [Image.fromarray(texture(n)).quantize(64) for n in range(12)]
    frames[0].save(path, save_all=True, append_images=frames[1:], comment=b"night", loop=0)
    monkeypatch.setattr(page_check, "MOST_FRAMES", 12)
    with open_source(path) as source:
        assert source.count() == 12
    monkeypatch.setattr(page_check, "MOST_FRAMES", 11)
    assert "lists more than 11 frames" in refusal(path)


def test_a_huge_video_is_refused(clip: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "VIDEO_PIXEL_LIMIT", 1000)
    assert "96 × 64 pixels are more" in refusal(clip(Recipe("b.mp4")))


def test_a_video_of_too_many_frames_is_refused(clip: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "FRAME_LIMIT", 10)
    assert "lists more than 10 frames" in refusal(clip(Recipe("b.mp4")))


def test_frames_that_would_fill_the_memory_are_refused(
    clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "FRAME_BYTES_LIMIT", 5000)
    assert "takes 0 MB, more than the limit" in refusal(clip(Recipe("b.mp4")))


def test_a_picture_of_endless_scans_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "scans.jpg"
    Image.fromarray(texture(0, 160, 120)).save(path, progressive=True)
    data = bytearray(path.read_bytes())
    struct.pack_into(">HH", data, data.find(b"\xff\xc2") + 5, 9000, 9000)
    last, end = data.rfind(b"\xff\xda"), data.rfind(b"\xff\xd9")
    path.write_bytes(data[:end] + data[last:end] * 1000 + data[end:])
    assert "scans, which would take very long to decode" in refusal(path)


@pytest.mark.parametrize("kind", ["jpg", "png", "tif", "bmp", "webp", "gif"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_picture_that_is_cut_short(kind: str, share: float, tmp_path: Path) -> None:
    path = tmp_path / f"cut.{kind}"
    Image.fromarray(texture(0, 160, 120)).save(path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert "damaged or cut short" in refusal(path)


def test_a_picture_with_a_wrong_checksum(tmp_path: Path) -> None:
    path = tmp_path / "wrong.png"
    Image.fromarray(texture(0)).save(path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert "damaged" in refusal(path)


def test_a_start_of_a_picture_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "start.jpg"
    path.write_bytes(b"\xff\xd8\xff" + bytes(100))
    assert "damaged" in refusal(path)


def test_heif_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "phone.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    assert "HEIF" in refusal(path)


def test_nothing_reaches_the_terminal(
    clip: Clip, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data = bytearray(clip(Recipe("b.ts")).read_bytes())
    data[2000:2300] = bytes(300)
    path = tmp_path / "damaged.ts"
    path.write_bytes(data)
    capfd.readouterr()
    with open_source(path) as source:
        for index in range(source.count()):
            assert source.frame(index).index == index
    letter = tmp_path / "letter.mp4"
    letter.write_text("letter")
    refusal(letter)
    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "")


def test_names_mean_nothing(clip: Clip, tmp_path: Path) -> None:
    odd = tmp_path / "concat:a|b %03d é.jpg"
    odd.write_bytes(clip(Recipe("b.mp4")).read_bytes())
    with open_source(odd) as source:
        assert source.info.kind == "video"
    picture = tmp_path / "picture.mp4"
    Image.fromarray(texture(0)).save(picture, format="PNG")
    with open_source(picture) as source:
        assert source.info.kind == "image"


def test_evidence_is_never_written(clip: Clip, tmp_path: Path) -> None:
    for recipe in (Recipe("b.mp4"), Recipe("b.avi"), Recipe("open.ts")):
        path = tmp_path / recipe.name
        path.write_bytes(clip(recipe).read_bytes())
        path.chmod(0o444)
        before, facts = sha256_file(path), path.stat()
        with open_source(path) as source:
            assert source.frame(20).index == 20
            assert source.count() > 0
        assert sha256_file(path) == before
        assert path.stat().st_mtime_ns == facts.st_mtime_ns
        assert [p.name for p in tmp_path.iterdir()] == [path.name]
        path.chmod(0o644)
        path.unlink()


def test_samples_that_cannot_be_shown_are_refused(
    clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    path = clip(Recipe("b.mp4"))
    with open_source(path) as source:
        monkeypatch.setattr(video, "to_rgb8", unsupported)
        with pytest.raises(EvidenceError, match=r"samples cannot be shown .* not supported"):
            source.frame(3)
    monkeypatch.setattr(video_facts, "to_rgb8", unsupported)
    assert "samples cannot be shown" in refusal(path)


def test_pictures_of_four_inks_have_a_limit_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "inks.jpg"
    Image.fromarray(texture(0, 160, 120)).convert("CMYK").save(path)
    open_source(path).close()
    monkeypatch.setattr(jpeg_check, "FOUR_INKS_PIXEL_LIMIT", 1000)
    assert "160 × 120 pixels are more" in refusal(path)


def test_a_video_that_gives_no_picture_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = write_video(tmp_path / "film.mp4")
    monkeypatch.setattr(walk, "STALL_S", -1.0)  # the decoder keeps the first packets back
    with pytest.raises(EvidenceError, match="no picture came out of the video within"):
        open_source(film).close()
