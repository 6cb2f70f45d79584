"""What the libraries' files are: the digest of every file that was installed, held against a list.

``hashes.txt`` has a line a file, SHA-256 and name, for every platform on which it was renewed. pip
reports what it unpacked; a file of a listed name with another digest is refused before anything
of it has run. Files of platforms that are not in the list are counted, and pass.

Renew after each change of ``constraints.txt``, once on every platform that it is to hold for::

    .venv/bin/python installer/hashes.py
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HASHES = ROOT / "installer" / "hashes.txt"
CONSTRAINTS = ROOT / "installer" / "constraints.txt"


def known(file: Path = HASHES) -> dict[str, set[str]]:
    """Return the digests of every listed file by its name."""
    found: dict[str, set[str]] = {}
    lines = file.read_text(encoding="ascii").splitlines() if file.is_file() else []
    for line in lines:
        if line and not line.startswith("#"):
            digest, name = line.split()
            found.setdefault(name, set()).add(digest)
    return found


def unpacked(report: Path) -> Iterator[tuple[str, str]]:
    """Yield name and SHA-256 of every file of pip's report; folders have none."""
    if not report.is_file():
        return
    for item in json.loads(report.read_text(encoding="utf-8")).get("install", ()):
        told = item["download_info"]
        digest = told.get("archive_info", {}).get("hash", "")
        if digest.startswith("sha256="):
            yield told["url"].rpartition("/")[2].replace("%2B", "+"), digest[7:]


def exchanged(report: Path, listed: dict[str, set[str]]) -> tuple[list[str], list[str]]:
    """Return the files whose digest is another than listed, and those that are not listed."""
    wrong, unknown = [], []
    for name, digest in unpacked(report):
        if name not in listed:
            unknown.append(name)
        elif digest not in listed[name]:
            wrong.append(name)
    return wrong, unknown


def main() -> int:
    """Ask the package index for the files of this platform and enter them into the list."""
    with tempfile.TemporaryDirectory(prefix="fhgui-hashes-") as folder:
        report = Path(folder) / "report.json"
        _ask(report)
        found = known()
        for name, digest in unpacked(report):
            found.setdefault(name, set()).add(digest)
    write(found)
    print(f"{len(found)} files are in {HASHES}")
    return 0


def write(found: dict[str, set[str]]) -> None:
    """Write the list."""
    lines = sorted(f"{d}  {name}" for name, digests in found.items() for d in digests)
    lines.sort(key=lambda line: line.split()[1].lower())
    head = "# SHA-256 and name of the libraries' files; written by installer/hashes.py\n"
    HASHES.write_text(head + "\n".join(lines) + "\n", encoding="ascii")


def _ask(report: Path) -> None:
    """Have pip say what it would install here, without installing it."""
    how = ["--dry-run", "--ignore-installed", "--no-deps", "--quiet", "--report", str(report)]
    command = [sys.executable, "-m", "pip", "install", *how, "--requirement", str(CONSTRAINTS)]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main())
