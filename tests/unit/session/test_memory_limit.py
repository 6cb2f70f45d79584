"""The worker's memory has a limit, and what goes beyond it is refused in words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fhgui.session import memory_limit
from fhgui.session.memory_limit import (
    LEAST_BYTES,
    SHARE,
    VARIABLE,
    limit_memory,
    machine_bytes,
    wanted_bytes,
)

LINUX = sys.platform.startswith("linux")
SCRIPT = """
import numpy as np
from fhgui.methods.devices import memory_used_up
from fhgui.provenance.enhance import unexpected
from fhgui.session.memory_limit import limit_memory
print(limit_memory() >> 20)
for take in (
    lambda: np.ones((900, 1 << 20), np.uint8),
    lambda: __import__("torch").ones(900, 1 << 20, dtype=__import__("torch").uint8),
    lambda: __import__("cv2").resize(np.ones((4, 4), np.uint8), (1 << 15, 28000)),
):
    try:
        take()
        print("taken")
    except Exception as error:
        print(memory_used_up(error), unexpected(error).sentence())
"""


@pytest.mark.skipif(not LINUX, reason="only Linux limits the memory that is written to")
def test_what_is_beyond_the_limit_is_refused_as_used_up_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, VARIABLE: "800", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    refused = "True the memory is used up; close other programs and try again"
    assert done.stdout.splitlines() == ["800", refused, refused, refused]


@pytest.mark.skipif(not LINUX, reason="only Linux limits the memory that is written to")
def test_the_memory_of_another_process_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "4096")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        assert limit_memory(other.pid) == 4096 << 20
        limits = Path(f"/proc/{other.pid}/limits").read_text("ascii")
        other.communicate(b"\n")
    (told,) = (line.split() for line in limits.splitlines() if line.startswith("Max data size"))
    assert told[3] == str(4096 << 20)
    assert limit_memory(other.pid) is None, "it has ended"


def test_the_limit_leaves_memory_to_the_window_and_to_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    machine = machine_bytes()
    if machine is None:
        pytest.skip("this system does not tell its memory")
    assert wanted_bytes() == max(LEAST_BYTES, int(SHARE * machine))
    monkeypatch.setattr(memory_limit, "machine_bytes", lambda: 1 << 30)
    assert wanted_bytes() == LEAST_BYTES
    monkeypatch.setenv(VARIABLE, "0")
    assert wanted_bytes() is None


@pytest.mark.skipif(not LINUX, reason="only Linux has groups with limits")
def test_the_limit_of_a_container_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "memory.max"
    file.write_text("3000000000\n")
    monkeypatch.setattr(memory_limit, "_GROUPS", (tmp_path / "none", file))
    assert machine_bytes() == min(
        3000000000, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    )
    file.write_text("max\n")
    assert machine_bytes() == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
