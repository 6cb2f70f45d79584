"""A benchmark that measures nothing: it tells what the real one tells and writes the same files.

``python -m tests.helpers.fake_benchmark KIND OUT``; ``KIND`` says how it behaves: ``quick``,
``slow`` (three pictures at once, then one in 10 s), ``broken`` (fails before the first picture),
``silent`` (ends without a word).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from fhgui.session.benchmark_process import BenchmarkOrder

PROTOCOL = "celeba128-x8"
LABELS = ("bicubic", "srcnn", "authors")
"""The last one are released pictures."""
NAMES = tuple(f"face-{number}" for number in range(6))
MISSING = ("authors", "face-5")
SAID = "no picture fits the protocol; give faces of 128×128 px"
"""Why ``broken`` fails."""
NULLS = {"lpips": None, "mps": None}


def command(order: BenchmarkOrder) -> list[str]:
    """Return the command line of a fake benchmark: the data's name says its kind."""
    kind, out = order.data.stem, str(order.out)
    return [sys.executable, "-m", "tests.helpers.fake_benchmark", kind, out]


def scores(label: str, name: str) -> dict[str, Any]:
    """Return scores: later rows are better, face-3 is the worst of every row."""
    at, number = LABELS.index(label), NAMES.index(name)
    db = 22 + at + 0.1 * number - (5 if number == 3 else 0)
    return {
        "psnr_rgb": db,
        "psnr_gray": db + 0.1,
        "psnr_y": db + 1.3,
        "ssim": 0.6 + at / 100 + number / 1000,
        "fsim": 0.75 + at / 100 + number / 1000,
        **NULLS,
        "identity": 0.9,
        "detected": True,
        "pca_similarity": 0.97,
        "seconds": 0.25 if label != "authors" else None,
    }


def images(label: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield names and scores of a row; released pictures lack one."""
    yield from ((name, scores(label, name)) for name in NAMES if (label, name) != MISSING)


def row(label: str) -> dict[str, Any]:
    """Return the means of a row."""
    found = [values for _, values in images(label)]
    keys = [k for k in found[0] if k not in (*NULLS, "detected", "seconds")]
    return {
        "method": label,
        "label": label,
        "kind": "reference" if label == "authors" else "measured",
        "n": len(found),
        "missing": len(NAMES) - len(found),
        "settings": {},
        **NULLS,
        **{key: sum(values[key] for values in found) / len(found) for key in keys},
        "identity_cosine": 0.9,
        "undetected": 0,
        "psnr_rgb_std": 1.5,
        "psnr_gray_std": 1.5,
        "psnr_y_std": 1.5,
        "seconds_per_face": found[0]["seconds"],
        "source": None,
    }


def published(protocol: str, label: str = "paper") -> dict[str, Any]:
    """Return a row of published figures, better than all that is measured."""
    empty = dict.fromkeys(row("bicubic"))
    return {
        **empty,
        "protocol": protocol,
        "method": label,
        "label": label,
        "kind": "published",
        "n": 260,
        "missing": 0,
        "settings": {},
        "psnr_rgb": 40.0,
        "source": "A paper, table 1",
    }


def write_benchmark(folder: Path, side: int = 16) -> Path:
    """Write a whole folder of results; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    keys = list(scores(LABELS[0], NAMES[0]))
    lines = [",".join(["method", "name", *keys])]
    for label in LABELS:
        for name, values in images(label):
            cells = ["" if values[key] is None else str(values[key]) for key in keys]
            lines.append(",".join([label, name, *cells]))
            _picture(folder / label / f"{name}.png", shade(label, name), side)
    for number, name in enumerate(NAMES):
        _picture(folder / "truth" / f"{name}.png", 10 * number, side)
        _picture(folder / "input" / f"{name}.png", 10 * number + 5, side // 8)
    (folder / "per-image.csv").write_text("\n".join(lines) + "\n")
    (folder / "run.json").write_text(json.dumps({"notes": ["LPIPS is not available"]}))
    (folder / "report.html").write_text("<p>report</p>")
    rows = [*map(row, LABELS), published(PROTOCOL), published("lfw192-x8", "elsewhere")]
    table = {"protocol": PROTOCOL, "n": len(NAMES), "rows": rows}
    (folder / "table.json").write_text(json.dumps(table))
    return folder


def shade(label: str, name: str) -> int:
    """Return the grey level of a result."""
    return 60 * (1 + LABELS.index(label)) + NAMES.index(name)


def _picture(path: Path, level: int, side: int) -> None:
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(np.full((side, side, 3), level, np.uint8)).save(path)


def tell(event: Mapping[str, object]) -> None:
    """Print one event where the real one does."""
    print(json.dumps(event), file=sys.stderr, flush=True)


def main(kind: str, out: Path) -> int:
    """Tell of a benchmark and write its results; return the exit code."""
    if kind == "broken":
        print(f"fhgui: {SAID}", file=sys.stderr)
        return 1
    tell({"event": "start", "protocol": PROTOCOL, "methods": LABELS, "n": len(NAMES)})
    tell({"event": "note", "text": "LPIPS is not available"})
    for label in LABELS:
        for done, (name, values) in enumerate(images(label), start=1):
            told = {"label": label, "name": name, "scores": values}
            tell({"event": "image", "done": done, "total": len(NAMES), **told})
            if kind == "slow":
                time.sleep(0.2 if done < 4 else 10)
            if kind == "silent":
                return 0
        tell({"event": "row", **row(label)})
    write_benchmark(out)
    tell({"event": "finished", "out": str(out)})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
