"""What commands print reaches terminals, pipes and machines as it is meant."""

import io
import json
import sys

import pytest

from fhgui.__main__ import main
from fhgui.cli import console


class Terminal(io.TextIOWrapper):
    """What people read, in the code page of their system."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("kind", "written"), [(io.TextIOWrapper, "→".encode()), (Terminal, rb"\u2192")]
)
def test_what_is_no_terminal_is_written_in_utf_8(
    kind: type[io.TextIOWrapper], written: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    stream = kind(raw, encoding="cp1252")  # as Python opens it on Windows
    monkeypatch.setattr(sys, "stderr", stream)
    assert main(["no-→-such.mp4"]) == 2
    stream.flush()
    assert written in raw.getvalue()


def test_json_can_be_read_whatever_the_encoding(capsys: pytest.CaptureFixture[str]) -> None:
    payload = {"name": "→ 👩 caf\udce9.png"}
    console.emit(True, payload, lambda: None)
    said = capsys.readouterr().out
    assert said.isascii()
    assert json.loads(said) == payload
