"""The frozen program tried out where there is nothing else: no network, no Python, no library.

``sudo python3 -m installer.packing.smoke dist/fhgui`` makes a root file system that holds the C
library, zlib and the program, and starts the program there in a network namespace of its
own. Each command's exit code and time are printed; the last line says whether all was well.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from installer.console import SetupError, last_line, output

PACKAGES = ("libc6", "zlib1g")
"""Of every Debian, however bare: PyInstaller's starter needs both and cannot bring them."""
LOADER = "/lib64/ld-linux-x86-64.so.2"
HOME = "/home/analyst"
FRAME = f"{HOME}/demo/evidence/demo-frame.png"
ENTER = (
    'root=$1 program=$2; shift 2; mount --bind /dev "$root/dev" && mount -t proc proc "$root/proc"'
    ' && mount --bind "$program" "$root/opt/fhgui" && exec chroot "$root" /opt/fhgui/fhgui "$@"'
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the program in the folder given; return 1 if any command fails."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    program = Path(given[0]).resolve()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="fhgui-bare-") as name:
        root = bare_root(Path(name))
        for command in COMMANDS:
            began_s = time.monotonic()
            done = enter(root, program, command)
            failed += done.returncode != 0
            words, seconds = " ".join(command), time.monotonic() - began_s
            print(f"{done.returncode:3d} {seconds:6.1f} s  fhgui {words}", flush=True)
            print(f"      {last_line(done.stdout.decode(errors='replace'))}", flush=True)
    print(f"{len(COMMANDS) - failed} of {len(COMMANDS)} commands succeeded without a network")
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
    for path in (*libraries, Path(LOADER)):
        target = root / path.relative_to("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            target.write_bytes(path.read_bytes())
            target.chmod(0o755)
    for place in ("dev", "proc", "tmp", "opt/fhgui", HOME[1:]):
        (root / place).mkdir(parents=True, exist_ok=True)
    return root


def enter(root: Path, program: Path, command: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    """Run one command of the program inside the root, its network cut off."""
    inside = ["unshare", "--mount", "--net", "--pid", "--fork", "sh", "-c", ENTER, "sh"]
    return subprocess.run(
        [*inside, str(root), str(program), *command],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": HOME, "LC_ALL": "C.UTF-8"},
    )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SetupError as error:
        sys.exit(f"smoke: {error}")
