#!/usr/bin/env python3
"""Audit the libraries of ``.venv``: the pinned versions, unchanged files, known vulnerabilities.

Offline it says that vulnerabilities were not asked for and judges by the rest. Exit 0 if nothing
is wrong, 1 if a library is another than pinned, was changed after it was installed, or is known to
be vulnerable.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from installer.environment import CONSTRAINTS  # noqa: E402  found through the line above

ASK_S = 180
"""How long the vulnerability service may take."""


def main() -> int:
    """Print what is wrong, one line each, and what could not be asked."""
    pins = pinned(CONSTRAINTS)
    wrong = [*other_versions(pins), *changed_files()]
    for line in wrong:
        print(line)
    found, said = vulnerable()
    for line in found:
        print(line)
    print(f"{len(pins)} pinned libraries, {len(wrong)} wrong; {said}")
    return 1 if wrong or found else 0


def pinned(constraints: Path) -> dict[str, str]:
    """Return the version of every pinned library by its normal name."""
    lines = constraints.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    return {_normal(name): version.strip() for name, version in pairs}


def other_versions(pins: dict[str, str]) -> Iterator[str]:
    """Yield the installed libraries that are not pinned to what they are."""
    for found in distributions():
        name = _normal(found.metadata["Name"])
        version = found.version.partition("+")[0]  # builds of torch for several devices
        if name in pins and version != pins[name]:
            yield f"{name} is {found.version}, pinned {pins[name]}"


def changed_files() -> Iterator[str]:
    """Yield the files that are not what their library was installed with."""
    for found in distributions():
        for file in found.files or ():
            # what Python compiled is made anew whenever it likes
            if file.hash is None or file.hash.mode != "sha256" or file.suffix == ".pyc":
                continue
            path = Path(str(found.locate_file(file)))
            if not path.is_file():
                yield f"{found.metadata['Name']}: {file} is gone"
            elif _digest(path) != file.hash.value and not _is_rewritten(found, path):
                yield f"{found.metadata['Name']}: {file} was changed after it was installed"


def vulnerable() -> tuple[list[str], str]:
    """Return the libraries that are known to be vulnerable, and how that was found out."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]
    arguments = ["--requirement", str(CONSTRAINTS), "--disable-pip", "--no-deps"]
    try:
        done = subprocess.run(
            [*command, *arguments], check=False, capture_output=True, timeout=ASK_S
        )
        answer = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return [], "vulnerabilities were not asked for (needs pip-audit and a network)"
    libraries = answer.get("dependencies", ())
    found = [
        f"{library['name']} {library['version']}: {flaw['id']}, repaired in "
        f"{', '.join(flaw.get('fix_versions', ())) or 'no version yet'}"
        for library in libraries
        for flaw in library.get("vulns", ())
    ]
    asked = [library for library in libraries if "skip_reason" not in library]
    if not asked:
        return [], "vulnerabilities were not asked for (the service knows none of the libraries)"
    unknown = len(libraries) - len(asked)
    said = f"{len(found)} known vulnerabilities"
    return found, f"{said}, {unknown} libraries could not be asked about" if unknown else said


def _is_rewritten(found: Distribution, path: Path) -> bool:
    """Tell whether pip itself writes a file anew: what starts a program names its Python."""
    return path.parent.name in ("bin", "Scripts") or found.metadata["Name"] == "fhgui"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        total = hashlib.sha256()
        while block := file.read(1 << 20):
            total.update(block)
    return base64.urlsafe_b64encode(total.digest()).rstrip(b"=").decode()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main())
