"""What is freed goes back to the system, or is kept, as a process asks for."""

import subprocess
import sys

import pytest

SHUFFLED = """
import os
import numpy as np
from fhgui.memory import give_back_what_is_freed

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

LAYERS = """
import resource
import numpy as np
from fhgui.memory import keep_what_is_freed

{first}
def layers():
    for _ in range(4):
        np.ones(40 << 20, np.uint8)

layers()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    layers()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""

KEPT = """
import os
import numpy as np
from fhgui.memory import give_back_what_is_kept, keep_what_is_freed

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20

keep_what_is_freed()
before = resident()
layers = [np.ones(4 << 20, np.uint8) for _ in range(40)]
del layers[1::2]
after = layers.pop()
del layers
{first}
print(resident() - before)
"""

glibc = pytest.mark.skipif(sys.platform != "linux", reason="glibc's way with memory")


def told(script: str, first: str = "") -> int:
    command = [sys.executable, "-c", script.format(first=first)]
    return int(subprocess.run(command, check=True, capture_output=True).stdout)


@glibc
def test_frames_that_are_freed_go_back_to_the_system() -> None:
    assert told(SHUFFLED) > 100, "glibc gives back by itself: the setting is not needed any more"
    assert told(SHUFFLED, "give_back_what_is_freed()") < 30


@glibc
def test_the_memory_of_layers_serves_the_next_ones() -> None:
    """Pages that the system had to clear again, of 80 blocks of 10,000 pages."""
    assert told(LAYERS) > 1000, "glibc keeps them by itself: the setting is not needed any more"
    assert told(LAYERS, "keep_what_is_freed()") < 100


@glibc
def test_what_is_kept_is_given_back_from_among_what_stays() -> None:
    assert told(KEPT) > 100
    assert told(KEPT, "give_back_what_is_kept()") < 20
