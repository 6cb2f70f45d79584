"""Lines that tell the analyst what happened, newest last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

LOG_LINES = 1000
"""As many are kept for the window to show, the newest; a case has a log of its own."""


class Level(StrEnum):
    """How much attention a line wants."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class LogLine:
    """One thing that happened."""

    at_utc: datetime
    level: Level
    text: str

    def __str__(self) -> str:
        """Return ``14:05:09 error  sentence`` in local time."""
        return f"{self.at_utc.astimezone():%H:%M:%S}  {self.level.value:<7}  {self.text}"


def line(text: str, level: Level = Level.INFO) -> LogLine:
    """Return a line that is stamped now."""
    return LogLine(datetime.now(UTC), level, text)
