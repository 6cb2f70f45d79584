"""The person: chooses the next act at random, does it, and writes down what was done."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from random import Random

from PySide6.QtCore import QTimer

from tests.soak import acts_case, acts_faces, acts_frames
from tests.soak.acts import Act, Desk, Doing
from tests.soak.answers import answer

ACTS: tuple[Act, ...] = (*acts_frames.ACTS, *acts_faces.ACTS, *acts_case.ACTS)
EVENT_MS = 16
"""Between two events of one act, e.g. two moves of the mouse."""

SLOW_S = 120
"""A job that goes on longer is cancelled, as a person would."""


class Person:
    """Works at a window, one act after the other, at a person's pace.

    Parameters
    ----------
    seed : act number n is drawn from the seed and n alone, so that it can be told again.
    pauses_ms : shortest and longest pause between two acts.
    out : file for what was done, one JSON object a line.
    ended : called after the last act.
    """

    def __init__(self, desk: Desk, seed: int, pauses_ms: tuple[int, int], out: Path) -> None:
        self._desk, self._seed, self._pauses_ms = desk, seed, pauses_ms
        self._file = out.open("a", encoding="utf-8")
        self._busy_since: float | None = None
        self._until, self._last = 0.0, 0
        self._ended: Callable[[], None] = lambda: None
        self._name = self.doing = "nothing"
        self.failed = 0
        self._then: Callable[[], None] = self._next
        self._timer = QTimer()  # its own: single shots leave something behind, each one
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    def work(self, seconds: float, last: int, ended: Callable[[], None]) -> None:
        """Act for so long, or up to the act of that number; returns at once."""
        self._until, self._last, self._ended = time.monotonic() + seconds, last, ended
        self._soon(0, self._next)

    def _go_on(self) -> None:
        self._then()

    def _soon(self, ms: int, then: Callable[[], None]) -> None:
        self._then = then
        self._timer.start(ms)

    def _next(self) -> None:
        desk = self._desk
        desk.number += 1
        desk.rng = Random(f"{self._seed}/{desk.number}")
        began = time.monotonic()
        if began > self._until or desk.number > self._last:
            self._ended()
            return
        self._step(self._acted(), began)

    def _acted(self) -> Doing:
        """Answer what is open, or do an act."""
        desk = self._desk
        told = answer(desk)
        if told is not None:
            self._name = "answer"
            return told
        act = self._choose()
        self._name = act.name
        self.doing = f"{desk.number} {act.name}"
        done = act.do(desk)
        return (yield from done) if isinstance(done, Generator) else done

    def _step(self, doing: Doing, began: float) -> None:
        """Do the next event of an act; after the last one write it down and pause."""
        told, wrong = "", ""
        try:
            next(doing)
        except StopIteration as ended:
            told = ended.value or ""
        except Exception:  # the person's own slip, or the window's: it is counted
            wrong = traceback.format_exc()
            self.failed += 1
        else:
            self._soon(EVENT_MS, lambda: self._step(doing, began))
            return
        self._write(self._name, told, began, wrong)
        self._soon(self._desk.rng.randint(*self._pauses_ms), self._next)

    def _choose(self) -> Act:
        desk = self._desk
        if self._takes_too_long():
            return next(act for act in ACTS if act.name == "cancel")
        possible = [act for act in ACTS if act.possible(desk)]
        return desk.rng.choices(possible, [act.weight for act in possible])[0]

    def _takes_too_long(self) -> bool:
        if not self._desk.session.busy:
            self._busy_since = None
            return False
        self._busy_since = self._busy_since or time.monotonic()
        return time.monotonic() - self._busy_since > SLOW_S

    def _write(self, name: str, told: str, began: float, wrong: str) -> None:
        desk = self._desk
        self.doing = f"{desk.number} {name}: {told}"[:200]
        line = {
            "number": desk.number,
            "at_s": round(began, 3),
            "act": name,
            "told": told,
            "took_ms": round(1000 * (time.monotonic() - began), 1),
            "busy": bool(desk.session.busy),
            "sources": len(desk.session.works),
            "results": desk.results,
        }
        if wrong:
            line["wrong"] = wrong
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()
