"""Which of the two fields of an interlaced frame are shown."""

from __future__ import annotations

from enum import StrEnum


class Fields(StrEnum):
    """What is made of the two fields; the lines of one that is left out are interpolated."""

    WOVEN = "woven"
    """Both as they are stored, line by line: the evidence itself."""
    UPPER = "upper"
    """The field of the lines 0, 2, 4, …"""
    LOWER = "lower"
    """The field of the lines 1, 3, 5, …"""

    @property
    def note(self) -> str:
        """What was done to a frame, in words for its notes and the record; empty for woven."""
        if self is Fields.WOVEN:
            return ""
        return (
            f"deinterlaced: the {self.value} field is kept as it is, the lines between are "
            "interpolated (Keys' cubic) and the other field is left out"
        )
