"""Whatever goes wrong in the process that makes the report is one sentence in this one."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from fhgui.__main__ import main
from fhgui.core.dossier import Dossier, Laboratory
from fhgui.core.errors import CancelledError, OutputError
from fhgui.provenance.report import pdf, process
from fhgui.provenance.report.passing import read_dossier, write_dossier


def told(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let the process be another Python program; ``folder`` is its folder."""
    text = f"import os, pathlib, sys, time; folder = pathlib.Path(sys.argv[1])\n{code}"
    monkeypatch.setattr(process, "command", lambda folder: [sys.executable, "-c", text, folder])


def test_the_report_is_rendered_elsewhere(dossier: Dossier, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "export"
    written = process.render(dossier, out)
    assert [path.name for path in written] == ["report.pdf", "report.html"]
    assert sorted(out.iterdir()) == sorted(written)
    assert written[0].read_bytes().startswith(b"%PDF-1.7")
    assert written[1].read_bytes().startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("os.kill(os.getpid(), 9)", "broke off (signal 9); free some memory"),
        ("sys.exit(3)", "broke off (exit code 3); free some memory"),
        ("(folder / 'error.txt').write_text('it burns')", "it burns"),
        ("pass", "broke off (no report was there at its end)"),
        ("(folder / 'report.pdf').touch()", "broke off (no report was there at its end)"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals")
def test_a_crash_is_one_sentence(
    dossier: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, sentence: str
) -> None:
    told(monkeypatch, code)
    with pytest.raises(OutputError) as caught:
        process.render(dossier, tmp_path)
    assert sentence in caught.value.sentence()
    assert not any(tmp_path.iterdir())


def test_a_hang_is_ended(dossier: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, "time.sleep(60)")
    monkeypatch.setattr(process, "LIMIT_S", 0.3)
    monkeypatch.setattr(process, "LIMIT_PER_EXHIBIT_S", 0.0)
    with pytest.raises(OutputError, match="not ready after 0 s and was stopped"):
        process.render(dossier, tmp_path)
    assert not any(tmp_path.iterdir())


def test_a_cancel_ends_the_process_and_leaves_nothing(
    dossier: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(monkeypatch, "time.sleep(60)")
    asked = 0

    def checkpoint() -> None:
        nonlocal asked
        asked += 1
        if asked == 3:
            raise CancelledError("stopped by the user")

    with pytest.raises(CancelledError):
        process.render(dossier, tmp_path, checkpoint)
    assert asked == 3
    assert not any(tmp_path.iterdir())


def test_the_process_ends_with_the_one_that_made_it(dossier: Dossier, tmp_path: Path) -> None:
    script = f"import sys; sys.argv = ['x', 'render-report', {str(tmp_path)!r}]\n" + WAITS
    environ = {**os.environ, process.WATCHES: "1"}
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, env=environ
    ) as child:
        assert child.stdin is not None
        child.stdin.close()
        assert child.wait(60) == 1


def test_a_fault_of_the_dossier_comes_back_as_it_is(dossier: Dossier, tmp_path: Path) -> None:
    broken = replace(dossier, laboratory=Laboratory("L", logo_png=b"no picture"))
    with pytest.raises(OutputError, match="logo cannot be read"):
        process.render(broken, tmp_path)


def test_used_up_memory_is_one_sentence(
    dossier: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(dossier: Dossier) -> bytes:
        raise MemoryError

    write_dossier(dossier, tmp_path / process.DOSSIER)
    monkeypatch.setattr(pdf, "pdf_bytes", burst)
    monkeypatch.setattr(process, "_limit_memory", lambda: None)  # that of the tests stays
    assert main(["render-report", str(tmp_path)]) == 1
    said = (tmp_path / process.ERROR).read_text(encoding="utf-8")
    assert said == f"the memory does not suffice for the report; {process.FEWER}"


def test_a_dossier_survives_the_way(dossier: Dossier, tmp_path: Path) -> None:
    write_dossier(dossier, tmp_path / "d")
    again = read_dossier(tmp_path / "d")
    assert again.exhibits[0].record == dossier.exhibits[0].record
    assert np.array_equal(again.exhibits[0].face, dossier.exhibits[0].face)
    assert again.exhibits[0].info == dossier.exhibits[0].info
    write_dossier(again, tmp_path / "twice")
    assert (tmp_path / "twice").read_bytes() == (tmp_path / "d").read_bytes()


WAITS = """
import time
from fhgui.provenance.report import process
process._render = lambda folder: time.sleep(600)
process.serve(sys.argv[2])
"""
"""Renders for ten minutes, as far as anybody can see."""

KINDS = {
    "a function": {"$": "builtins.print", "is": {}},
    "another class": {"$": "pathlib.Path", "is": {}},
    "what core imports": {"$": "fhgui.core.errors.Path", "is": {}},
    "an error": {"$": "fhgui.core.errors.FhguiError", "is": {"what": "x"}},
    "another object": {"$": "fhgui.core.face.Box", "is": {"x": 1, "y": 2, "w": 3, "h": 4}},
    "unknown fields": {"$": "fhgui.core.dossier.Laboratory", "is": {"__class__": 1}},
    "no object": 3,
    "nothing": None,
}


@pytest.mark.parametrize("content", KINDS.values(), ids=KINDS)
def test_nothing_but_a_dossier_is_read(content: object, tmp_path: Path) -> None:
    save_file({}, tmp_path / "d", {"dossier": json.dumps(content)})
    with pytest.raises(OutputError, match="no dossier"):
        read_dossier(tmp_path / "d")


@pytest.mark.parametrize("data", [b"", b"cos\nsystem\n(S'x'\ntR.", b"[" * 100_000])
def test_other_files_are_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "d").write_bytes(data)
    with pytest.raises(OutputError, match="no dossier"):
        read_dossier(tmp_path / "d")
