"""What the machine must bring: a fitting Python and, on Linux, the libraries that Qt needs."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from installer.console import SetupError, last_line, output, say, works

PYTHONS = ((3, 11), (3, 12))

LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""What Qt needs with or without a screen: shared library → Debian and Ubuntu package."""

SCREEN_LIBRARIES = {
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What Qt needs besides, to draw on a screen of Wayland or X11."""

FONTS = Path("/usr/share/fonts")
FONT_PACKAGE = "fonts-dejavu-core"


def find_python() -> tuple[str, tuple[int, int]]:
    """Return path and version of a Python that the program runs on, this one if it fits.

    Raises
    ------
    SetupError
        If there is none.
    """
    own = getattr(sys, "_base_executable", "") or sys.executable  # the one beneath a venv
    named = (shutil.which(f"python{major}.{minor}") for major, minor in PYTHONS)
    for candidate in (own, *named, *_windows_pythons()):
        version = version_of(candidate) if candidate else None
        if candidate and version in PYTHONS:
            return candidate, version
    wanted = " or ".join(f"{major}.{minor}" for major, minor in PYTHONS)
    raise SetupError(
        f"this is Python {sys.version_info[0]}.{sys.version_info[1]}, but Python {wanted} is"
        " needed and none was found; install one (Debian 12: apt-get install python3.11;"
        " Ubuntu 24.04: apt-get install python3.12; others: https://www.python.org/downloads)"
        " and start this file with it"
    )


def version_of(python: str) -> tuple[int, int] | None:
    """Return a Python's version by asking it: a name on the path may be an empty shim."""
    if python == sys.executable:
        return sys.version_info[:2]
    shown = output(python, "-c", "import sys; print(*sys.version_info[:2])").split()
    return (int(shown[0]), int(shown[1])) if len(shown) == 2 else None


def _windows_pythons() -> list[str]:
    """Ask Windows' launcher for Pythons that are not on the path."""
    launcher = shutil.which("py") if sys.platform == "win32" else None
    if launcher is None:
        return []
    show = "import sys; print(sys.executable)"
    return [output(launcher, f"-{major}.{minor}", "-c", show) for major, minor in PYTHONS]


def has_screen() -> bool:
    """Return whether a window can be expected to open."""
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def missing_packages(python: str, version: tuple[int, int], has_venv: bool) -> list[str]:
    """Return the Debian packages still needed, by what does not load on this machine.

    Libraries are tried, not looked up: that is quick, holds on every Linux, and knows nothing
    of package names that changed between releases. Elsewhere Qt brings all that it needs.
    """
    if not sys.platform.startswith("linux"):
        return []
    libraries = {**LIBRARIES, **(SCREEN_LIBRARIES if has_screen() else {})}
    packages = [package for library, package in libraries.items() if not _loads(library)]
    if next(FONTS.rglob("*.[to]tf"), None) is None:
        packages.append(FONT_PACKAGE)
    if not has_venv and not works(python, "import ensurepip, venv"):
        packages.append(f"python{version[0]}.{version[1]}-venv")
    return packages


def install_packages(packages: Sequence[str]) -> None:
    """Install Debian packages where that is allowed without a question.

    Raises
    ------
    SetupError
        If it is not, or fails; the message holds the exact command.
    """
    if shutil.which("apt-get") is None:
        raise SetupError(
            f"system libraries are missing; install what Debian calls {' '.join(packages)}"
            " with this system's package manager, then start again"
        )
    as_root = _as_root()
    by_hand = f"sudo apt-get update && sudo apt-get install -y {' '.join(packages)}"
    if as_root is None:
        raise SetupError(f"system packages are missing; run this, then start again:\n  {by_hand}")
    say(f"installing system packages: {' '.join(packages)}")
    _apt(as_root, "update")  # may fail: lists from earlier may do
    failure = _apt(as_root, "install", "-y", "--no-install-recommends", *packages)
    if failure:
        raise SetupError(f"apt-get could not install them ({failure}); try:\n  {by_hand}")


def _as_root() -> list[str] | None:
    """Return what to put before a command so that root runs it; None if that would ask."""
    if sys.platform == "win32" or os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    return sudo if shutil.which("sudo") and output(*sudo, "echo", "yes") else None


def _apt(as_root: Sequence[str], *arguments: str) -> str:
    """Run apt-get without questions; return why it failed, or the empty string."""
    command = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *arguments]
    done = subprocess.run(command, check=False, capture_output=True)
    return last_line(done.stderr.decode(errors="replace")) if done.returncode else ""


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
