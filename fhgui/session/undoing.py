"""One undo for everything: several histories on one time line, the newest step first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol


class Undoable(Protocol):
    """What an `UndoGroup` asks of a `History`."""

    @property
    def undo_label(self) -> str:
        """What `undo` would take back; empty when nothing can be undone."""

    @property
    def redo_label(self) -> str:
        """What `redo` would do again; empty when nothing can be redone."""

    @property
    def undo_order(self) -> int:
        """When the step that `undo` takes back was done; −1 without one."""

    @property
    def redo_order(self) -> int:
        """When the step that `redo` does again was done first; −1 without one."""

    def undo(self) -> bool:
        """Go back one step; return whether there was one."""

    def redo(self) -> bool:
        """Go forward one step; return whether there was one."""

    def forget_future(self) -> None:
        """Forget what could be redone."""


class UndoGroup:
    """Undo and redo over histories that are looked up anew each time.

    Parameters
    ----------
    members : returns the histories that count now.
    """

    def __init__(self, members: Callable[[], Sequence[Undoable]]) -> None:
        self._members = members

    @property
    def undo_label(self) -> str:
        """What `undo` would take back; empty when nothing can be undone."""
        newest = self._newest()
        return "" if newest is None else newest.undo_label

    @property
    def redo_label(self) -> str:
        """What `redo` would do again; empty when nothing can be redone."""
        first = self._first_undone()
        return "" if first is None else first.redo_label

    def undo(self) -> bool:
        """Take the newest step of all members back; return whether there was one."""
        newest = self._newest()
        return newest is not None and newest.undo()

    def redo(self) -> bool:
        """Do the step again that was taken back last; return whether there was one."""
        first = self._first_undone()
        return first is not None and first.redo()

    def did(self, member: Undoable) -> None:
        """Take note of a new step: what the other members could redo would now mix with it."""
        for other in self._members():
            if other is not member:
                other.forget_future()

    def _newest(self) -> Undoable | None:
        found = [m for m in self._members() if m.undo_order >= 0]
        return max(found, key=lambda m: m.undo_order, default=None)

    def _first_undone(self) -> Undoable | None:
        found = [m for m in self._members() if m.redo_order >= 0]
        return min(found, key=lambda m: m.redo_order, default=None)
