"""The delivered program tried out where there is nothing else: no network, no Python, no library.

``sudo python3 -m installer.packing.smoke dist/fhgui`` makes a root file system that holds the C
library, zlib and the program, and starts the program there in a network namespace of its
own. Each command's exit code and time are printed; the last line says whether all was well. A
``.deb`` is installed there by dpkg instead, a ``.tar.gz`` unpacked. ``--frame`` adds a frame of
one's own, ``--window`` the window, timed, with the libraries that the package asks for.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

from installer.console import SetupError, last_line, output
from installer.packing.frozen import NAME, run
from installer.packing.linux import PLACE
from installer.system import FONTS, LIBRARIES, SCREEN_LIBRARIES

PACKAGES = ("libc6", "zlib1g")
"""Of every Debian, however bare: PyInstaller's starter needs both and cannot bring them."""
LOADER = "/lib64/ld-linux-x86-64.so.2"
HOME = "/home/analyst"
FRAME = f"{HOME}/demo/evidence/demo-frame.png"
OWN = f"{HOME}/frame"
SCREENS = "/tmp/.X11-unix"
ENTER = (
    'root=$1 program=$2; shift 2; mount --bind /dev "$root/dev" && mount -t proc proc "$root/proc"'
    f' && if [ -d {SCREENS} ]; then mount --bind {SCREENS} "$root{SCREENS}"; fi'
    f' && if [ -n "$program" ]; then mount --bind "$program" "$root{PLACE}"; fi'
    f' && exec chroot "$root" {PLACE}/{NAME} "$@"'
)
"""Run in a mount namespace of its own, which takes the mounts away at its end."""

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("--version",),
    ("methods",),
    ("demo", "--no-window", "--out", f"{HOME}/demo"),
    ("faces", FRAME),
    ("enhance", FRAME, "--method", "atlas", "--auto", "--out", f"{HOME}/run"),
    ("export", f"{HOME}/run", "--out", f"{HOME}/export", "--repeat-for", "0"),
    ("verify", f"{HOME}/export"),
    ("verify", f"{HOME}/demo"),
    ("doctor", "--validate", "--out", f"{HOME}/certificate.pdf"),
    ("doctor",),
)
OWN_COMMANDS: tuple[tuple[str, ...], ...] = (
    ("probe", OWN),
    ("faces", OWN),
    ("enhance", OWN, "--method", "atlas", "--auto", "--out", f"{HOME}/own"),
    ("export", f"{HOME}/own", "--out", f"{HOME}/own-export", "--repeat-for", "0"),
    ("verify", f"{HOME}/own-export"),
)
WAIT_S = 120.0
LOOK_EVERY_S = 0.05
_WINDOW = re.compile(r'0x[0-9a-f]+ "[^"]*' + NAME + r'[^"]*": .* (\d+)x(\d+)\+')
SMALLEST_PX = 300
"""Width of the smallest thing that is the window: others of the same name are helpers of Qt."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the program in the folder or package given; return 1 if any command fails."""
    options = _options(arguments)
    commands = (*COMMANDS, *(OWN_COMMANDS if options.frame else ()))
    with tempfile.TemporaryDirectory(prefix="fhgui-bare-") as name:
        root = bare_root(Path(name))
        program = put(options.program.resolve(), root)
        if options.frame:
            _own(root).mkdir(parents=True)
            shutil.copy(options.frame, _own(root) / options.frame.name)
        failed = sum(_tried(root, program, command, options.frame) for command in commands)
        print(f"{len(commands) - failed} of {len(commands)} commands succeeded without a network")
        if options.window:
            add_desktop(root)
            for start in ("first", "second"):
                print(f"window up after {window_up_s(root, program):.2f} s, {start} start")
    return 1 if failed else 0


def bare_root(root: Path) -> Path:
    """Fill a folder with the C library's files and empty places to work in; return it.

    Raises
    ------
    SetupError
        If this is no Debian or Ubuntu, whose list of these files is used.
    """
    listed = [
        Path(line)
        for package in PACKAGES
        for line in output("dpkg-query", "--listfiles", package).splitlines()
    ]
    libraries = [path for path in listed if ".so" in path.name and path.is_file()]
    if not libraries:
        raise SetupError("the C library's files are not known here; try on Debian or Ubuntu")
    _copy((*libraries, Path(LOADER)), root)
    for place in ("dev", "proc", "tmp", SCREENS[1:], PLACE[1:], HOME[1:]):
        (root / place).mkdir(parents=True, exist_ok=True)
    return root


def put(program: Path, root: Path) -> Path | None:
    """Bring the program into the root.

    Returns
    -------
    Path | None
        The folder that is to be mounted there; None if the program has been installed.

    Raises
    ------
    SetupError
        If it cannot be installed.
    """
    if program.suffix == ".deb":
        (root / "var/lib/dpkg/info").mkdir(parents=True)
        (root / "var/lib/dpkg/updates").mkdir()
        (root / "var/lib/dpkg/status").touch()
        install = ["dpkg", f"--root={root}", "--force-depends", "--force-script-chrootless"]
        run([*install, "--install", str(program)], f"{program} cannot be installed")
        return None
    if program.suffix == ".gz":
        unpack = ["tar", "--extract", "--strip-components=1", f"--directory={root}{PLACE}"]
        run([*unpack, f"--file={program}"], f"{program} cannot be unpacked")
        return None
    return program


def add_desktop(root: Path) -> None:
    """Add the libraries and fonts of a desktop: those that the package asks for, and theirs."""
    cache = output("/sbin/ldconfig", "-p")
    for name in (*LIBRARIES, *SCREEN_LIBRARIES):
        found = re.search(rf"{re.escape(name)} .*=> (/\S+)", cache)
        if found is None:
            raise SetupError(f"{name} is not installed here; the window cannot be tried")
        needed = re.findall(r"=> (/\S+)", output("ldd", found.group(1)))
        _copy((Path(found.group(1)), *map(Path, needed)), root)
    shutil.copytree(FONTS, root / FONTS.relative_to("/"), dirs_exist_ok=True)
    shutil.copytree("/etc/fonts", root / "etc/fonts", dirs_exist_ok=True)


def enter(
    root: Path, program: Path | None, command: Sequence[str], screen: str = ""
) -> subprocess.Popen[bytes]:
    """Start one command of the program inside the root, its network cut off."""
    inside = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child"]
    inside += ["sh", "-c", ENTER, "sh", str(root), str(program or ""), *command]
    env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": HOME, "LC_ALL": "C.UTF-8"}
    if screen:
        env |= {"DISPLAY": screen, "QT_QPA_PLATFORM": "xcb"}
    return subprocess.Popen(inside, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env)


def window_up_s(root: Path, program: Path | None) -> float:
    """Return the seconds from the start of the program to its window on a screen of its own.

    Raises
    ------
    SetupError
        If no window comes, or Xvfb is missing.
    """
    with tempfile.TemporaryFile() as told:
        command = ["Xvfb", "-displayfd", str(told.fileno()), "-screen", "0", "1366x768x24"]
        with subprocess.Popen(command, pass_fds=[told.fileno()], stderr=subprocess.DEVNULL) as x:
            try:
                return _seconds_to_window(root, program, _display(told))
            finally:
                x.terminate()


def _display(told: IO[bytes]) -> str:
    """Return the name of the screen once it is there."""
    until_s = time.monotonic() + WAIT_S
    while time.monotonic() < until_s:
        told.seek(0)
        said = told.read().strip()
        if said:
            return f":{said.decode()}"
        time.sleep(LOOK_EVERY_S)
    raise SetupError("Xvfb gave no screen")


def _seconds_to_window(root: Path, program: Path | None, screen: str) -> float:
    began_s = time.monotonic()
    started = enter(root, program, (), screen)
    try:
        while time.monotonic() < began_s + WAIT_S and started.poll() is None:
            seen = output("xwininfo", "-display", screen, "-root", "-tree")
            if any(int(width) >= SMALLEST_PX for width, _ in _WINDOW.findall(seen)):
                return time.monotonic() - began_s
            time.sleep(LOOK_EVERY_S)
    finally:
        started.kill()  # unshare is deaf to anything gentler
        said, _ = started.communicate()
    raise SetupError(f"no window came up ({last_line(said.decode(errors='replace'))})")


def _tried(root: Path, program: Path | None, command: Sequence[str], frame: Path | None) -> bool:
    """Run a command and say how it went; return True if it failed."""
    began_s = time.monotonic()
    given = [word.replace(OWN, f"{OWN}/{frame.name}") if frame else word for word in command]
    done = enter(root, program, given)
    said, _ = done.communicate()
    print(f"{done.returncode:3d} {time.monotonic() - began_s:6.1f} s  {NAME} {' '.join(given)}")
    print(f"      {last_line(said.decode(errors='replace'))}", flush=True)
    return done.returncode != 0


def _own(root: Path) -> Path:
    return root / OWN[1:]


def _copy(paths: Iterable[Path], root: Path) -> None:
    for path in paths:
        target = root / path.relative_to("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            target.write_bytes(path.read_bytes())
            target.chmod(0o755)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("program", type=Path, help="folder, .deb or .tar.gz")
    parser.add_argument("--frame", type=Path, help="a picture or film with a face, tried as well")
    parser.add_argument("--window", action="store_true", help="also open the window; needs Xvfb")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SetupError as error:
        sys.exit(f"smoke: {error}")
