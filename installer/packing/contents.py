"""What went into a built program: the collector's own lists, read back.

The venv holds more than the program: what a library only needs for its own tests, and what only
builds. The system's libraries, on the other hand, are in the program and in no venv. Bill and
licences are written from what the collector took.
"""

from __future__ import annotations

import ast
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path

from installer.console import SetupError, output
from installer.packing.frozen import NAME

LISTS = ("COLLECT-00.toc", "PYZ-00.toc")
"""Files beside the program, and modules inside it: (name, where it was, kind)."""
COPYRIGHTS = Path("/usr/share/doc")
TERMS_OF_SEVERAL = Path("/usr/share/common-licenses")
"""Where Debian keeps the terms that its copyright files refer to."""
_ABOUT = "${binary:Package}\t${source:Package}\t${Version}\t${Architecture}"


@dataclass(frozen=True)
class SystemPackage:
    """A package of the system whose libraries are in the program."""

    name: str
    source: str
    version: str
    architecture: str
    libraries: tuple[str, ...]

    @property
    def purl(self) -> str:
        """The package's URL as bills of materials write it."""
        version = self.version.replace("+", "%2B").replace("~", "%7E")
        system = platform.freedesktop_os_release().get("ID", "debian")
        return f"pkg:deb/{system}/{self.name}@{version}?arch={self.architecture}"


@dataclass(frozen=True)
class Contents:
    """What a program was made of."""

    sources: frozenset[Path]
    """Every file that the collector read."""
    system: tuple[tuple[str, Path], ...]
    """Libraries of a Linux: name in the program, file on the machine that built it."""

    def holds(self, distribution: Distribution) -> bool:
        """Return whether any file of a distribution, its metadata left out, is in the program."""
        return any(
            Path(str(distribution.locate_file(file))) in self.sources
            for file in distribution.files or ()
            if ".dist-info" not in file.parts[0]
        )


def read(work: Path, folder: Path, python: Path) -> Contents:
    """Read what a program was made of.

    Parameters
    ----------
    work : the folder that PyInstaller worked in.
    folder : the program; a library that has been taken out of it is not listed.
    python : of the venv it was made from; what lies neither there nor in the Python below is the
        system's.

    Raises
    ------
    SetupError
        If nothing was built there.
    """
    rows = [row for name in LISTS for row in _rows(work / NAME / name)]
    base = output(str(python), "-c", "import sys; print(sys.base_prefix)")
    homes = (python.parents[1], python.parents[1].resolve(), Path(base))
    system = [
        (name, Path(source))
        for name, source, kind in rows
        if sys.platform == "linux"
        and kind == "BINARY"
        and Path(source).is_absolute()
        and not any(Path(source).is_relative_to(home) for home in homes)
        and (folder / "_internal" / name).is_file()
    ]
    return Contents(frozenset(Path(source) for _, source, _ in rows), tuple(sorted(set(system))))


def system_packages(contents: Contents) -> list[SystemPackage]:
    """Return the packages that the system's libraries come from.

    Raises
    ------
    SetupError
        If a library belongs to none: its terms are not known then.
    """
    found: dict[str, list[str]] = {}
    for name, path in contents.system:
        found.setdefault(_owner(path), []).append(name)
    return [_package(package, names) for package, names in sorted(found.items())]


def copy_copyrights(packages: list[SystemPackage], out: Path) -> None:
    """Copy what Debian says of each package's terms, and the terms themselves."""
    out.mkdir(parents=True, exist_ok=True)
    for package in packages:
        said = COPYRIGHTS / package.name / "copyright"
        if not said.is_file():
            raise SetupError(f"{said} is missing; install {package.name} again, with its documents")
        shutil.copy(said, out / f"{package.name}.txt")
    for terms in sorted(TERMS_OF_SEVERAL.iterdir()):
        if not terms.is_symlink():
            shutil.copy(terms, out / f"common-{terms.name}.txt")


def _owner(path: Path) -> str:
    """Return the package that a library belongs to; some are listed as below ``/lib`` still."""
    there = str(path.resolve())
    for listed in (there, there.removeprefix("/usr")):
        told = output("dpkg-query", "--search", listed)
        if told:
            return told.partition(": ")[0].split(",")[0]
    raise SetupError(f"{path} belongs to no package of this system; nobody knows its terms")


def _package(package: str, names: list[str]) -> SystemPackage:
    told = output("dpkg-query", "--show", f"--showformat={_ABOUT}", package)
    name, source, version, architecture = told.split("\t")
    return SystemPackage(name.split(":")[0], source, version, architecture, tuple(sorted(names)))


def _rows(path: Path) -> list[tuple[str, str, str]]:
    """Return the rows of one of the collector's lists, wherever in it they stand."""
    if not path.is_file():
        raise SetupError(f"{path} is missing; build the program first (--only freeze)")
    rows: list[tuple[str, str, str]] = []
    waiting = [ast.literal_eval(path.read_text(encoding="utf-8"))]
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple) and len(part) == 3 and all(isinstance(p, str) for p in part):
            rows.append(part)
        elif isinstance(part, (list, tuple)):
            waiting += part
    return rows
