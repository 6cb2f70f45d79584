"""What a mutant is made of: files, links and folders by name, laid out below a folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeAlias

from tests.fuzz.formats import TEXTS


@dataclass(frozen=True)
class Link:
    """A symbolic link."""

    to: str


@dataclass(frozen=True)
class Pipe:
    """A named pipe: who opens it waits for ever."""


Content: TypeAlias = "bytes | Link | Pipe | None"
"""None is a folder."""

Files: TypeAlias = Mapping[str, Content]


def put(folder: Path, files: Files) -> None:
    """Lay files out; what no disk takes is left out."""
    for name, content in files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Link):
                path.symlink_to(content.to)
            elif isinstance(content, Pipe):
                os.mkfifo(path)
            elif content is None:
                path.mkdir(exist_ok=True)
            else:
                path.write_bytes(content)
        except (OSError, ValueError):
            continue


def taken(folder: Path) -> dict[str, Content]:
    """Return all below a folder as it can be laid out again; empty folders too."""
    found: dict[str, Content] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        found[name] = None if path.is_dir() else path.read_bytes()
    return found


def rearranged(files: Files, rng: Random) -> dict[str, Content]:
    """Return files with one of them a link, a pipe, a folder, elsewhere, twice, or gone."""
    out = dict(files)
    name = rng.choice(sorted(out))
    depth = "../" * (name.count("/") + 2)
    targets = (
        *("outside/secret.txt", "outside/folder", "outside/new.txt", "own/home", "own/in"),
        *("own/in/missing", "../../../etc/passwd"),
    )
    how = rng.randrange(8)
    if how <= 2:
        out = {n: c for n, c in out.items() if n != name and not n.startswith(f"{name}/")}
        out[name] = Link(depth + rng.choice(targets))
    elif how == 3:
        del out[name]
    elif how == 4:
        out[name] = rng.choice((Pipe(), None, b""))
    elif how == 5:
        out[rng.choice(sorted(out))] = out[name]
    elif how == 6:
        out[f"{name.rpartition('/')[0]}/{rng.choice(_NAMES)}".lstrip("/")] = out[name]
    else:
        out[f"{rng.choice(sorted(out))}/{rng.choice(_NAMES)}"] = b"x"
    return out


_NAMES = (
    *("9999-bicubic.json", "0001-bicubic.json", ".partial", ".case.json.partial", "case.json"),
    *("999999-" + "x" * 100 + ".json", "0003-..json", "new\nline.json", "\u202egnp.png"),
    *(".lock", "0002-bicubic", "record.json", "manifest.json", "log.jsonl.p7s"),
    *(text for text in TEXTS if 0 < len(text) < 100 and "/" not in text and "\0" not in text),
)
