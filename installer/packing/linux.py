"""The program's folder for Linux: furnished, as an archive and as a Debian package.

Both carry the time of the commit, one owner and sorted names, so that the same folder gives the
same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import platform
import shutil
import tarfile
import tempfile
from pathlib import Path

from installer.console import SetupError
from installer.packing.frozen import NAME, run
from installer.packing.lean import glibc
from installer.system import LIBRARIES, SCREEN_LIBRARIES

STARTER = ("libc6 (>= {glibc})", "zlib1g")
"""What PyInstaller's starter needs, and all libraries inside."""
PLACE = f"/opt/{NAME}"
"""Where the Debian package puts the program."""
DIGESTS = "SHA256SUMS"
"""Every file's digest, for ``sha256sum --check --quiet SHA256SUMS`` in the program's folder."""
DEBIAN = {"x86_64": "amd64", "aarch64": "arm64"}
LEVEL = 6
"""Of gzip; every dpkg and tar reads it."""
DESKTOP = """\
[Desktop Entry]
Type=Application
Name=fhgui
GenericName=Face hallucination
Comment=Enhance a tiny face, see every stage, measure the doubt, replay every pixel
Exec={program} %F
Icon={icon}
Terminal=false
Categories=Graphics;Science;
MimeType=image/png;image/jpeg;image/tiff;image/bmp;video/mp4;video/x-msvideo;video/x-matroska;
"""
CONTROL = """\
Package: fhgui
Version: {version}
Architecture: {architecture}
Maintainer: the fhgui project <fhgui@localhost>
Installed-Size: {size_kib}
Depends: {depends}
Section: graphics
Priority: optional
Description: face hallucination for forensic image analysts
 Enhance a tiny face, see every stage, measure the doubt, replay every pixel. All models, the
 manual and Python itself are inside; the program needs no network.
"""
HOOK = """\
#!/bin/sh
# Puts fhgui into the desktop's menu of this user, wherever the folder lies; run it again if moved.
set -e
here=$(cd "$(dirname "$0")" && pwd)
menu=${XDG_DATA_HOME:-$HOME/.local/share}/applications
mkdir -p "$menu"
sed -e "s#^Exec=.*#Exec=\\"$here/fhgui\\" %F#" -e "s#^Icon=.*#Icon=$here/fhgui.svg#" \\
    "$here/fhgui.desktop" > "$menu/fhgui.desktop"
"""


def furnish(folder: Path, root: Path, papers: Path) -> None:
    """Lay licences, bill of materials, icon and menu entry beside the program."""
    if papers.is_dir():
        shutil.copytree(papers, folder, dirs_exist_ok=True)
    shutil.copy(root / "LICENSE", folder / "LICENSE.txt")
    shutil.copy(root / "resources" / "icons" / "fhgui.svg", folder / "fhgui.svg")
    desktop = DESKTOP.format(program=NAME, icon=NAME)
    (folder / "fhgui.desktop").write_text(desktop, encoding="utf-8")
    hook = folder / "add-to-menu.sh"
    hook.write_text(HOOK, encoding="utf-8")
    hook.chmod(0o755)
    (folder / DIGESTS).unlink(missing_ok=True)
    lines = [f"{_digest(folder / name)}  {name}\n" for name in _names(folder)]
    (folder / DIGESTS).write_text("".join(lines), encoding="utf-8")


def archive(folder: Path, out: Path, epoch_s: int) -> Path:
    """Pack the folder as ``fhgui-VERSION-linux-MACHINE.tar.gz`` and return it.

    Raises
    ------
    SetupError
        If the folder has not been built.
    """
    name = f"{NAME}-{version(folder)}"
    target = out / f"{name}-linux-{platform.machine()}.tar.gz"
    with (
        target.open("wb") as raw,
        gzip.GzipFile("", "wb", LEVEL, raw, mtime=epoch_s) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in sorted(folder.rglob("*")):
            entry = tar.gettarinfo(path, f"{name}/{path.relative_to(folder).as_posix()}")
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = "root"
            entry.mtime = epoch_s
            entry.mode = 0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644
            if entry.isreg():
                with path.open("rb") as content:
                    tar.addfile(entry, content)
            else:
                tar.addfile(entry)
    return target


def debian(folder: Path, out: Path, epoch_s: int) -> Path:
    """Pack the folder as a Debian package that installs it under ``/opt`` and return it.

    Raises
    ------
    SetupError
        If the folder has not been built or dpkg-deb is missing or fails.
    """
    if shutil.which("dpkg-deb") is None:
        raise SetupError("dpkg-deb is missing; build the package on Debian or Ubuntu")
    architecture = DEBIAN.get(platform.machine(), platform.machine())
    target = out / f"{NAME}_{version(folder)}_{architecture}.deb"
    with tempfile.TemporaryDirectory(prefix=".deb-", dir=out) as scratch:
        tree = Path(scratch) / NAME
        _lay_out(folder, tree, architecture)
        for path in (tree, *tree.rglob("*")):
            os.utime(path, (epoch_s, epoch_s), follow_symlinks=False)
        command = ["dpkg-deb", "--root-owner-group", "-Zgzip", f"-z{LEVEL}", "--build"]
        env = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch_s)}
        run([*command, str(tree), str(target)], "the package cannot be built", env)
    return target


def version(folder: Path) -> str:
    """Return the version of a built program.

    Raises
    ------
    SetupError
        If there is none in the folder.
    """
    found = [path.name for path in folder.glob("_internal/fhgui-*.dist-info")]
    if not found:
        raise SetupError(f"{folder} holds no built program; build it first (--only freeze)")
    return found[0].split("-")[1].replace(".dist", "")


def _names(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(path.relative_to(folder).as_posix() for path in files)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lay_out(folder: Path, tree: Path, architecture: str) -> None:
    """Make the tree of files that the package installs."""
    home = tree / PLACE[1:]
    home.parent.mkdir(parents=True)
    tree.chmod(0o755)
    shutil.copytree(folder, home, symlinks=True, copy_function=_linked)
    command = tree / "usr" / "bin" / NAME
    command.parent.mkdir(parents=True)
    command.symlink_to(f"{PLACE}/{NAME}")
    for source, place in (
        ("fhgui.desktop", "usr/share/applications/fhgui.desktop"),
        ("fhgui.svg", "usr/share/icons/hicolor/scalable/apps/fhgui.svg"),
        ("LICENSE.txt", "usr/share/doc/fhgui/copyright"),
    ):
        (tree / place).parent.mkdir(parents=True)
        shutil.copy(folder / source, tree / place)
    control = CONTROL.format(
        version=version(folder),
        architecture=architecture,
        size_kib=sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) // 1024,
        depends=_depends(folder),
    )
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN" / "control").write_text(control, encoding="utf-8")


def _depends(folder: Path) -> str:
    starter = {package.format(glibc=glibc(folder)) for package in STARTER}
    return ", ".join(sorted({*starter, *LIBRARIES.values(), *SCREEN_LIBRARIES.values()}))


def _linked(source: str, target: str) -> None:
    """Give a file a second name where the disk can, instead of copying a gigabyte."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
