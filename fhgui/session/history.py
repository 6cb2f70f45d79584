"""Undo and redo of one immutable value: every state it ever had is kept, none is edited."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

_ORDER = itertools.count()
"""Numbers the steps of all histories, so that one undo can take back the newest of any."""


@dataclass(frozen=True)
class _Step(Generic[T]):
    label: str
    before: T
    after: T
    merge: str | None
    order: int


class History(Generic[T]):
    """A value with a past and a future.

    Laws: ``do; undo`` gives the value before; ``undo; redo`` gives the value after; a new ``do``
    forgets what could be redone; a ``do`` that changes nothing leaves no trace.

    Parameters
    ----------
    initial : the value at the start; compared by ``==``.
    limit : number of steps that are kept.
    """

    def __init__(self, initial: T, limit: int = 1000) -> None:
        self._value = initial
        self._past: list[_Step[T]] = []
        self._future: list[_Step[T]] = []
        self._limit = limit

    @property
    def value(self) -> T:
        """The value now."""
        return self._value

    @property
    def previous(self) -> T | None:
        """The value before the last step; None if there was none."""
        return self._past[-1].before if self._past else None

    @property
    def undo_label(self) -> str:
        """What `undo` would take back; empty when nothing can be undone."""
        return self._past[-1].label if self._past else ""

    @property
    def redo_label(self) -> str:
        """What `redo` would do again; empty when nothing can be redone."""
        return self._future[-1].label if self._future else ""

    @property
    def undo_order(self) -> int:
        """When the step that `undo` takes back was done; −1 without one."""
        return self._past[-1].order if self._past else -1

    @property
    def redo_order(self) -> int:
        """When the step that `redo` does again was done first; −1 without one."""
        return self._future[-1].order if self._future else -1

    def forget_future(self) -> None:
        """Forget what could be redone."""
        self._future.clear()

    def do(self, label: str, value: T, merge: str | None = None) -> bool:
        """Replace the value; return whether anything changed.

        Parameters
        ----------
        label : words for the menu, e.g. ``move point 3``.
        merge : steps in a row with the same key become one (all moves of one drag); a step of
            another history between them parts them, so that undo takes back the newest first.
        """
        if value == self._value:
            return False
        before, order = self._value, next(_ORDER)
        last = self._past[-1] if self._past else None
        in_a_row = last is not None and last.order == order - 1  # of steps of all histories
        if merge is not None and in_a_row and self._past[-1].merge == merge:
            before = self._past.pop().before
        self._past.append(_Step(label, before, value, merge, order))
        del self._past[: -self._limit]
        self._future.clear()
        self._value = value
        return True

    def undo(self) -> bool:
        """Go back one step; return whether there was one."""
        if not self._past:
            return False
        step = self._past.pop()
        self._future.append(step)
        self._value = step.before
        return True

    def redo(self) -> bool:
        """Go forward one step; return whether there was one."""
        if not self._future:
            return False
        step = self._future.pop()
        self._past.append(step)
        self._value = step.after
        return True
