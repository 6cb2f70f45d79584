"""What the window frees goes back to the system."""

import subprocess
import sys

import pytest

SHUFFLED = """
import os
import numpy as np
from fhgui.gui.memory import give_back_what_is_freed

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20

{first}
np.ones(24 << 20, np.uint8)  # the largest that was ever freed
before, small = resident(), []
for _ in range(3):
    frames = []
    for _ in range(40):
        frames.append(np.ones(4 << 20, np.uint8))
        small += [bytearray(60_000)]
    del frames
print(resident() - before)
"""


def grown_mib(first: str) -> int:
    command = [sys.executable, "-c", SHUFFLED.format(first=first)]
    return int(subprocess.run(command, check=True, capture_output=True).stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's way with memory")
def test_frames_that_are_freed_go_back_to_the_system() -> None:
    assert grown_mib("") > 100, "glibc gives back by itself: the setting is not needed any more"
    assert grown_mib("give_back_what_is_freed()") < 30
