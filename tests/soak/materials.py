"""What the person works on: real surveillance frames and clips where they are, drawn ones else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from fhgui.imaging.demo import demo_frame
from tests.helpers.media import write_film

FILM_FRAMES = 48
ENDINGS = (".jpg", ".png", ".mp4")


@dataclass(frozen=True)
class Materials:
    """Files by what becomes of them.

    Attributes
    ----------
    sound : can be opened.
    broken : must be refused with a sentence.
    """

    sound: tuple[Path, ...]
    broken: tuple[Path, ...]


def gather(folder: Path, data: Path | None) -> Materials:
    """Return real files below ``data``/cctv, and drawn ones laid out in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    cctv = None if data is None else data / "cctv"
    real = sorted(cctv.iterdir()) if cctv is not None and cctv.is_dir() else []
    sound = [path for path in real if path.suffix in ENDINGS]
    return Materials((*sound, *_drawn(folder / "drawn")), _broken(folder / "broken", sound))


def _drawn(folder: Path) -> tuple[Path, ...]:
    folder.mkdir(exist_ok=True)
    frame = demo_frame()
    still, film = folder / "doorway.png", folder / "corridor.mp4"
    Image.fromarray(frame).save(still)
    write_film(film, [np.roll(frame, 3 * n, axis=1) for n in range(FILM_FRAMES)])
    return still, film


def _broken(folder: Path, sound: list[Path]) -> tuple[Path, ...]:
    """Lay out files that only look like evidence: empty, cut, words, a name with signs."""
    folder.mkdir(exist_ok=True)
    empty, words, cut = folder / "empty.jpg", folder / "w\u202eords.png", folder / "cut.mp4"
    empty.write_bytes(b"")
    words.write_text("no picture\n" * 99)
    film = next((path for path in sound if path.suffix == ".mp4"), None)
    cut.write_bytes(b"\0\0\0\x20ftypisom" if film is None else film.read_bytes()[:40_000])
    return empty, words, cut, folder / "not there.png"
