"""How long a cancel takes for every method, at a random moment of its run.

``python -m tests.kills.cancelling --seed 1 --out DIR``. The worker is the window's; the time is
from `Backend.cancel` to the end of the job, also where its process had to be ended for it.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Thread

from PIL import Image

from fhgui.imaging.demo import demo_frame
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.session import messages as m
from fhgui.session.backend import Backend
from fhgui.session.models import available_methods
from tests.kills.acting import FACE

PATIENCE_S = 240.0


@dataclass(frozen=True)
class Cancelled:
    """One cancel.

    Parameters
    ----------
    run_s : how long the run before took, undisturbed, with its method loaded already.
    after_s : when it was cancelled.
    took_s : until the job had ended.
    how : ``at a stage``, ``by a kill``, or ``done before``.
    """

    method: str
    run_s: float
    after_s: float
    took_s: float
    how: str


class Timed:
    """The backend of a window, asked for one run after the other."""

    def __init__(self, source: Path) -> None:
        self._source = source
        self._events: Queue[m.Event] = Queue()
        self.backend = Backend(self._events.put)
        self._jobs = 0

    def run(self, method: str) -> float:
        """Run a method to its end; return how long that took."""
        self._begin(method)
        began_s = time.monotonic()
        self._until(lambda event: event == m.Done(self._jobs))
        return time.monotonic() - began_s

    def cancel(self, method: str, after_s: float) -> tuple[float, str]:
        """Run a method, cancel it, and return how long the end took, and how it came."""
        self._begin(method)
        time.sleep(after_s)
        began_s = time.monotonic()
        self.backend.cancel([self._jobs])
        seen = self._until(lambda event: event == m.Done(self._jobs))
        took_s = time.monotonic() - began_s
        if not any(isinstance(e, m.Cancelled | m.RunDone) for e in seen):
            return took_s, "unclear"
        if any(isinstance(e, m.RunDone) and e.run.error is None for e in seen):
            return took_s, "done before"
        return took_s, "by a kill" if m.Cancelled(self._jobs) in seen else "at a stage"

    def _begin(self, method: str) -> None:
        self._jobs += 1
        place = Placement(PlacementKind.BOX, box=FACE)
        request = EnhanceRequest(self._source, method, place, threads=1, override_reason="a test")
        self.backend.submit(m.Enhance(self._jobs, request))
        self._until(lambda event: event == m.Started(self._jobs))

    def _until(self, last: Callable[[m.Event], bool]) -> list[m.Event]:
        seen: list[m.Event] = []
        while not seen or not last(seen[-1]):
            seen.append(self._events.get(timeout=PATIENCE_S))
        return seen


def cancelled(seed: int, methods: tuple[str, ...]) -> Iterator[Cancelled]:
    """Yield one cancel of each method."""
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="fhgui-cancel-") as folder:
        source = Path(folder) / "frame.png"
        Image.fromarray(demo_frame()).save(source)
        with _served(Timed(source)) as timed:
            for method in methods:
                timed.run(method)
                run_s = timed.run(method)
                after_s = draw.uniform(0, run_s)
                took_s, how = timed.cancel(method, after_s)
                yield Cancelled(method, run_s, after_s, took_s, how)


@contextmanager
def _served(timed: Timed) -> Iterator[Timed]:
    thread = Thread(target=timed.backend.run, name="backend", daemon=True)
    thread.start()
    try:
        yield timed
    finally:
        timed.backend.stop()
        thread.join(PATIENCE_S)


def survey(found: Sequence[Cancelled]) -> dict[str, object]:
    """Return the table of the manual."""
    longest = max(one.took_s for one in found)
    title = f"Cancelled at a random moment, every method ended within {longest:.2f} s"
    rows = [
        {
            "method": one.method,
            "run, s": round(one.run_s, 2),
            "cancelled after, s": round(one.after_s, 2),
            "ended within, s": round(one.took_s, 2),
            "how": one.how,
        }
        for one in found
    ]
    return {"survey": "cancelling", "title": title, "rows": rows}


def main() -> None:
    """Print a table, and keep it with ``--out``."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills.cancelling", description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--methods", default="", help="some of them, with commas; empty for all")
    parser.add_argument("--out", type=Path, help="folder for cancelling.json")
    options = parser.parse_args()
    chosen = tuple(filter(None, options.methods.split(","))) or available_methods()
    found = []
    print("| method | run s | cancelled after s | ended within s | how |\n|---|---|---|---|---|")
    for one in cancelled(options.seed, chosen):
        found.append(one)
        figures = f"{one.run_s:.2f} | {one.after_s:.2f} | {one.took_s:.2f}"
        print(f"| {one.method} | {figures} | {one.how} |", flush=True)
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
        text = json.dumps(survey(found), indent=1)
        (options.out / "cancelling.json").write_text(text, encoding="utf-8")
    print(f"longest: {max(one.took_s for one in found):.2f} s of {len(found)} methods")


if __name__ == "__main__":
    main()
