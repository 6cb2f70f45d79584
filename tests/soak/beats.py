"""The heart-beat of the event loop: how long it stood still, during what, and where."""

from __future__ import annotations

import gc
import json
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from PySide6.QtCore import Qt, QTimer

BEAT_MS = 10
TOLD_MS = 100
"""Longer gaps are written down, with the action that went on."""

LOOKED_MS = 130
"""After so long without a beat the stack of the window's thread is looked at."""

FRAMES_SHOWN = 14


class Heart:
    """Beats on the window's thread; writes every long gap and the longest of every minute."""

    def __init__(self, out: Path, doing: Callable[[], str]) -> None:
        self._file: TextIO = out.open("a", encoding="utf-8")
        self._doing = doing
        self._thread = threading.get_ident()
        self._last, self._cpu, self._queued = self._now()
        self._stack = ""
        self._longest_ms, self._minute = 0.0, 0
        self._began = self._last
        self._collected_ms, self._collecting = 0.0, 0.0
        gc.callbacks.append(self._collects)
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        threading.Thread(target=self._watch, daemon=True, name="soak-watch").start()

    def write(self, kind: str, **facts: Any) -> None:
        """Write one line."""
        line = {"kind": kind, "at_s": round(time.monotonic(), 3), **facts}
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()

    def _now(self) -> tuple[float, float, float]:
        return time.monotonic(), time.thread_time(), _queued_s()

    def _beat(self) -> None:
        now, cpu, queued = self._now()
        gap_ms = 1000 * (now - self._last) - BEAT_MS
        if gap_ms > TOLD_MS:
            self.write(
                "stall",
                ms=round(gap_ms, 1),
                cpu_ms=round(1000 * (cpu - self._cpu), 1),
                queued_ms=round(1000 * (queued - self._queued), 1),
                collected_ms=round(self._collected_ms, 1),
                doing=self._doing(),
                stack=self._stack,
            )
        self._longest_ms = max(self._longest_ms, gap_ms)
        minute = int((now - self._began) // 60)
        if minute != self._minute:
            self.write("minute", longest_ms=round(self._longest_ms, 1))
            self._longest_ms, self._minute = 0.0, minute
        self._stack, self._collected_ms = "", 0.0
        self._last, self._cpu, self._queued = now, cpu, queued

    def _collects(self, phase: str, info: dict[str, int]) -> None:
        if threading.get_ident() != self._thread:
            return
        if phase == "start":
            self._collecting = time.monotonic()
        else:
            self._collected_ms += 1000 * (time.monotonic() - self._collecting)

    def _watch(self) -> None:
        """Look at the window's stack when no beat comes."""
        while True:
            time.sleep(0.03)
            if not self._stack and 1000 * (time.monotonic() - self._last) > LOOKED_MS:
                frame = sys._current_frames().get(self._thread)
                lines = traceback.extract_stack(frame)[-FRAMES_SHOWN:]
                self._stack = " < ".join(
                    f"{Path(at.filename).stem}:{at.lineno} {at.name}" for at in reversed(lines)
                )


def _queued_s() -> float:
    """Return how long this thread could have run but another had the core; 0 where not told."""
    try:
        told = Path("/proc/thread-self/schedstat").read_text()
    except OSError:
        return 0.0
    return int(told.split()[1]) / 1e9
