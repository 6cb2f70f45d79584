"""What is looked at is decoded by a process whose end costs a sentence and nothing else."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from fhgui.core.errors import EvidenceError
from fhgui.core.fields import Fields
from fhgui.core.frame import Frame
from fhgui.evidence.source import open_source
from fhgui.session.decoder import Decoder
from tests.helpers import fake_decoders
from tests.helpers.media import write_video

LINUX = sys.platform.startswith("linux")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    write_video(path, 5)
    return path


@pytest.fixture
def decoder() -> Iterator[Decoder]:
    made = Decoder()
    yield made
    made.end()
    made.drop()


def same(one: Frame, other: Frame) -> bool:
    facts = ("index", "pts", "time_s", "key_frame", "notes", "fields")
    return np.array_equal(one.pixels, other.pixels) and all(
        getattr(one, fact) == getattr(other, fact) for fact in facts
    )


def test_what_it_tells_is_what_is_in_the_file(decoder: Decoder, film: Path, demo_png: Path) -> None:
    for path, fields in ((film, Fields.WOVEN), (demo_png, Fields.WOVEN), (film, Fields.UPPER)):
        with open_source(path, fields) as source:
            assert decoder.open(path, fields) == source.info
            for index in {0, source.count() - 1}:
                frame = decoder.frame(index)
                assert same(frame, source.frame(index))
                assert not frame.pixels.flags.writeable
    decoder.close()
    with pytest.raises(EvidenceError, match="no source is open"):
        decoder.frame(0)


def test_errors_come_as_they_are(decoder: Decoder, film: Path, tmp_path: Path) -> None:
    for name, content in (
        ("empty.png", b""),
        ("cut.png", b"\x89PNG\r\n\x1a\nrest"),
        ("none", None),
    ):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(EvidenceError) as told, open_source(path):
            pass
        with pytest.raises(EvidenceError) as by_process:
            decoder.open(path)
        assert by_process.value.sentence() == told.value.sentence()
    decoder.open(film)
    with pytest.raises(Exception, match="there is no frame 99"):
        decoder.frame(99)
    assert decoder.frame(1).index == 1


@pytest.mark.skipif(not LINUX, reason="signals are told elsewhere in other words")
def test_a_crash_is_one_frame_s_and_the_source_is_opened_again(film: Path) -> None:
    decoder = Decoder(target=fake_decoders.crashing)
    decoder.open(film)
    assert decoder.frame(1).index == 1
    for _ in range(2):
        with pytest.raises(EvidenceError, match="crashed \\(signal 11\\)") as told:
            decoder.frame(2)
        assert told.value.path == film
        assert decoder.frame(3).index == 3
    decoder.end()
    decoder.drop()


def test_a_hang_is_ended(film: Path) -> None:
    decoder = Decoder(target=fake_decoders.hanging, patience_s=0.3)
    with pytest.raises(EvidenceError, match="did not answer for 0 s and was ended"):
        decoder.open(film)
    decoder.drop()


def test_what_goes_on_is_ended_from_another_thread_and_none_begun(film: Path) -> None:
    decoder, told = Decoder(target=fake_decoders.hanging), list[str]()

    def ask() -> None:
        try:
            decoder.open(film)
        except EvidenceError as error:
            told.append(error.what)

    thread = Thread(target=ask)
    thread.start()
    while decoder._process is None or decoder._process.pid is None:
        time.sleep(0.01)
    decoder.end()
    thread.join(60)
    ask()
    assert "was ended" in told[0]
    assert "the window closes" in told[1]
    decoder.drop()


@pytest.mark.skipif(not LINUX, reason="signals are told elsewhere in other words")
def test_one_that_ended_while_nothing_was_asked_is_replaced(
    decoder: Decoder, film: Path, demo_png: Path
) -> None:
    def end() -> None:
        assert decoder._process is not None
        assert decoder._process.pid is not None
        os.kill(decoder._process.pid, signal.SIGKILL)
        decoder._process.join()

    decoder.open(film)
    end()
    assert decoder.frame(4).index == 4
    end()
    assert decoder.open(demo_png).kind == "image"
    end()
    decoder.close()
    assert decoder.open(film).kind == "video"


def test_a_source_that_was_away_for_a_moment_is_opened_again(film: Path) -> None:
    decoder = Decoder(target=fake_decoders.crashing)
    decoder.open(film)
    with pytest.raises(EvidenceError, match="crashed"):
        decoder.frame(2)
    away = film.rename(film.with_name("away.mp4"))
    with pytest.raises(EvidenceError, match=r"film\.mp4"):
        decoder.frame(3)
    away.rename(film)
    assert decoder.frame(3).index == 3
    decoder.end()
    decoder.drop()


def test_an_answer_that_was_not_read_to_its_end_is_never_another_s(
    decoder: Decoder, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = decoder.open(film)

    def no_room(connection: object, data: memoryview) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr("fhgui.session.decoder._receive_into", no_room)
        with pytest.raises(MemoryError):
            decoder.frame(0)
    assert decoder.frame(1).index == 1
    assert decoder.open(film) == info
