"""Processes that do not get on are ended; those that do are left alone."""

import faulthandler
import subprocess
import sys

import pytest

from fhgui.batch.limits import watched


def test_a_face_that_takes_for_ever_ends_its_process() -> None:
    script = (
        "import ctypes\n"
        "from fhgui.batch.limits import given_up_after\n"
        "with given_up_after(60): pass\n"
        "with given_up_after(0.2): ctypes.PyDLL(None).sleep(600)  # and lets no thread run\n"
    )
    assert subprocess.run([sys.executable, "-c", script], timeout=60, check=False).returncode == 1


def test_each_step_has_the_whole_time(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []

    def begin(limit_s: float, **more: object) -> None:
        done.append(limit_s)

    monkeypatch.setattr(faulthandler, "dump_traceback_later", begin)
    monkeypatch.setattr(faulthandler, "cancel_dump_traceback_later", lambda: done.append("over"))
    with watched(5.0) as alive:
        alive()
        alive()
    assert done == [5.0, 5.0, 5.0, "over"]
