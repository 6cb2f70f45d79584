"""``python -m tests.benchmarks.million``: what a million faces cost, for the manual's *Batches*.

Every method does a batch's work, from the file to the stored folder, in a process of its own with
one thread; the first face, which waits for the models, is left out of the times.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LOOKING = "looking"
FACES = 12
EXAMPLE, WORKERS = "atlas", 64


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and keep the table; return the exit code."""
    options = _options(arguments)
    if options.one:
        print(json.dumps(_one(options.one, options.faces)))
        return 0
    from fhgui.methods import registry
    from installer.manual import main as manual

    rows = [_row(work, options.faces) for work in (LOOKING, *sorted(registry.method_ids()))]
    survey = _survey(sorted(rows, key=lambda row: row["ms"]), options.faces)
    out = options.out or Path(tempfile.mkdtemp(prefix="fhgui-million-")) / "million.json"
    out.write_text(json.dumps(survey, ensure_ascii=False, indent=1), "utf-8")
    print(out)
    return manual(["--take", str(out)]) if options.out is None else 0


def _row(work: str, faces: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.million", "--one", work]
    done = subprocess.run(
        [*command, "--faces", str(faces)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(row, flush=True)
    return row


def _one(work: str, faces: int) -> dict[str, Any]:
    """Measure one kind of work in this process."""
    import torch

    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory(prefix="fhgui-million-") as name:
        found = _looking(Path(name), faces) if work == LOOKING else _method(work, Path(name), faces)
    return {"work": work, **found, "mb": _most_memory_bytes() / 1e6}


def _looking(folder: Path, faces: int) -> dict[str, Any]:
    from PIL import Image

    from fhgui.batch.looking import look_at
    from fhgui.batch.order import Order
    from fhgui.imaging.demo import demo_frame

    for number in range(faces + 1):
        frame = demo_frame()
        frame[0, 0] = number
        Image.fromarray(frame).save(folder / f"{number}.png")
    looks = [look_at(f"{number}.png", folder, Order(())) for number in range(faces + 1)]
    height, width = demo_frame().shape[:2]
    return {"ms": fmean(look.cpu_s * 1000 for look in looks[1:]), "size": f"{width}×{height}"}


def _method(method: str, folder: Path, faces: int) -> dict[str, Any]:
    from fhgui.batch.looking import look_at
    from fhgui.batch.order import Order
    from fhgui.batch.running import DONE, Job, run_job
    from fhgui.methods import registry

    order, out = Order((method,), aligned=True), folder / "out"
    height, width = registry.info(method).input_hw
    _write_faces(folder / "in", faces + 1, (height, width))
    rows = []
    for number in range(faces + 1):
        name = f"{number}.png"
        look = look_at(name, folder / "in", order)
        job = Job(number, name, look.sha256, look.subjects[0], 1, method)
        rows.append(run_job(job, folder / "in", out, order))
        if rows[-1].status != DONE:
            raise RuntimeError(rows[-1].said)
    counted = rows[1:]
    files = sum(path.is_file() for path in out.rglob("*")) / len(rows)
    return {
        "ms": fmean((row.cpu_s or 0) * 1000 for row in counted),
        "size": f"{width}×{height}",
        "bytes": fmean(row.size_bytes or 0 for row in counted),
        "files": files,
    }


def _write_faces(folder: Path, count: int, size_hw: tuple[int, int]) -> None:
    """Write different small copies of the demo's face: what is stored depends on the content."""
    from PIL import Image

    from fhgui.imaging.demo import demo_frame

    folder.mkdir()
    frame = Image.fromarray(demo_frame())
    for number in range(count):
        part = frame.crop((number, number, frame.width - count + number, frame.height - count))
        part.resize(size_hw[::-1], Image.Resampling.BICUBIC).save(folder / f"{number}.png")


def _most_memory_bytes() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _survey(rows: Iterable[dict[str, Any]], faces: int) -> dict[str, Any]:
    import platform

    from fhgui.batch.costs import Cost

    shown = []
    for row in rows:
        cost = Cost(row["work"], faces, row["ms"] / 1000, None, row.get("bytes"))
        name = LOOKING if row["work"] == LOOKING else f"`{row['work']}`"
        shown.append(
            {
                "work": name,
                "input, px": row["size"],
                "ms of one core": round(row["ms"], 1),
                "core hours a million": round(cost.core_hours_a_million, 1),
                "GB a million": cost.gb_a_million and round(cost.gb_a_million, 1),
                "files of one": row.get("files") and round(row["files"]),
                "MB of memory": round(row["mb"]),
            }
        )
    return {
        "survey": "million",
        "title": f"Means over {faces} inputs, by one thread of {platform.machine()}",
        "rows": shown,
        "notes": [
            "*ms of one core*: processor time from the file to the stored folder, models loaded; "
            "*MB of memory*: the most that a process that does only this was given at once, Python "
            "and libraries included.",
            "*looking* is the search for faces in a frame of that size; it grows with the pixels.",
            _example({row["work"]: row for row in shown}),
        ],
    }


def _example(rows: Mapping[str, dict[str, Any]]) -> str:
    """Say what a million of such frames with one face each would take by one method."""
    looking, method = rows[LOOKING], rows[f"`{EXAMPLE}`"]
    hours = looking["core hours a million"] + method["core hours a million"]
    parts = f"{looking['core hours a million']:g} + {method['core hours a million']:g}"
    memory_gb = WORKERS * method["MB of memory"] / 1000
    return (
        f"For example, a million frames of {looking['input, px']} px with one face each, by "
        f"`{EXAMPLE}`: {parts} = {hours:.0f} core hours, {hours / WORKERS:.1f} hours on {WORKERS} "
        f"workers that take {memory_gb:.0f} GB of memory together; {method['GB a million']:.0f} GB "
        f"in {method['files of one']} million files."
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.million", description=__doc__)
    parser.add_argument("--faces", type=int, default=FACES, help="of each method")
    parser.add_argument("--out", type=Path, help="write the table here, and not into the manual")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
