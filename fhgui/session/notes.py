"""What the analyst writes on the items of a case: marked frames, names, notes, and what is deleted.

Nothing here reaches a pixel or a record. A deleted item only leaves the desk: its record stays in
the case, and it can be restored at any time. An item is named by a key that outlives the window.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from psygnal import Signal

from fhgui.session.bench import Bench
from fhgui.session.history import History
from fhgui.session.item_keys import face_key, frame_key, result_key, source_key
from fhgui.session.results import FaceWork
from fhgui.session.shelf import arrange

LONGEST_NAME = 200


@dataclass(frozen=True, order=True)
class MarkedFrame:
    """A frame that the analyst wants to find again; ``label`` may be empty."""

    path: str
    frame_index: int
    label: str = ""


@dataclass(frozen=True)
class Notes:
    """One state of everything written; every change makes a new one.

    Parameters
    ----------
    marks : marked frames by source and index, each frame once.
    names : key → name given by the analyst.
    texts : key → note.
    deleted : key → what the item was called when it was deleted.
    """

    marks: tuple[MarkedFrame, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    deleted: dict[str, str] = field(default_factory=dict)

    def mark_at(self, path: Path, frame_index: int) -> MarkedFrame | None:
        """Return the mark on a frame."""
        wanted = (str(path), frame_index)
        return next((m for m in self.marks if (m.path, m.frame_index) == wanted), None)

    def marks_of(self, path: Path) -> tuple[MarkedFrame, ...]:
        """Return the marks in a source, ascending."""
        return tuple(m for m in self.marks if m.path == str(path))

    def tells_of(self, path: Path) -> bool:
        """Tell whether anything was written on a source or on a frame of it."""
        key = source_key(path)
        return key in self.names or key in self.texts or bool(self.marks_of(path))

    def with_mark(self, mark: MarkedFrame) -> Notes:
        """Return the notes with a frame marked, or its mark given another label."""
        return replace(self, marks=tuple(sorted([*self._without(mark), mark])))

    def without_mark(self, mark: MarkedFrame) -> Notes:
        """Return the notes without the mark on a frame, and without the note on it."""
        key = frame_key(mark.path, mark.frame_index)
        texts = {k: v for k, v in self.texts.items() if k != key}
        return replace(self, marks=tuple(self._without(mark)), texts=texts)

    def _without(self, mark: MarkedFrame) -> list[MarkedFrame]:
        here = (mark.path, mark.frame_index)
        return [m for m in self.marks if (m.path, m.frame_index) != here]


class Notebook:
    """Changes the notes of the open case; every change is one step of the undo.

    Parameters
    ----------
    bench : whose case it is.

    Notes
    -----
    Signals: ``changed`` (whatever was written, undone or laid out again).
    """

    changed = Signal()

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.history: History[Notes] = History(Notes())

    @property
    def value(self) -> Notes:
        """The notes now."""
        return self.history.value

    def lay_out(self, notes: Notes) -> None:
        """Begin with the notes of another case; nothing can be undone yet."""
        self.history = History(notes)
        self.tell()

    def tell(self) -> None:
        """Have everything that is deleted leave the desk, and tell of the change."""
        for work in self._bench.all_works():
            work.hidden = self._hidden(work.face_works)
        arrange(self._bench, self.is_deleted)
        self.changed.emit()

    # ---- marked frames ------------------------------------------------------------------------

    def marks_of(self, path: Path) -> tuple[MarkedFrame, ...]:
        """Return the marks in a source, ascending."""
        return self.value.marks_of(path)

    def mark_at(self, path: Path, frame_index: int) -> MarkedFrame | None:
        """Return the mark on a frame."""
        return self.value.mark_at(path, frame_index)

    def toggle_mark(self) -> None:
        """Mark the frame that is looked at, or take its mark away."""
        work = self._bench.current
        if work is None:
            return
        mark = self.mark_at(work.path, work.frame_index)
        if mark is None:
            mark = MarkedFrame(str(work.path), work.frame_index)
            self._do(f"mark of frame {mark.frame_index}", self.value.with_mark(mark))
        else:
            self.unmark(mark)

    def label_mark(self, mark: MarkedFrame, label: str) -> None:
        """Give a marked frame other words."""
        named = replace(mark, label=_name(label))
        self._do(f"name of frame {mark.frame_index}", self.value.with_mark(named))

    def unmark(self, mark: MarkedFrame) -> None:
        """Take a mark away."""
        self._do(f"unmarking of frame {mark.frame_index}", self.value.without_mark(mark))

    def next_mark(self, direction: int) -> None:
        """Go to the next marked frame after (1) or before (−1) the one looked at."""
        work = self._bench.current
        if work is None:
            return
        at = [m.frame_index for m in self.marks_of(work.path)]
        ahead = [n for n in at if (n - work.frame_index) * direction > 0]
        if ahead:
            self._bench.seek(min(ahead) if direction > 0 else max(ahead))

    # ---- names, notes, deletes ----------------------------------------------------------------

    def rename(self, key: str, name: str, given: str) -> None:
        """Give an item a name; an empty one, or the ``given`` one, takes the name away."""
        names = {k: v for k, v in self.value.names.items() if k != key}
        name = _name(name)
        if name and name != given:
            names[key] = name
        self._do(f"name of {given}", replace(self.value, names=names))

    def write(self, key: str, text: str, called: str) -> None:
        """Write a note on an item; what is typed in a row is one step."""
        texts = {k: v for k, v in self.value.texts.items() if k != key}
        if text.strip():
            texts[key] = text.rstrip()
        merge = f"note {key}"
        self._do(f"note on {called}", replace(self.value, texts=texts), merge)

    def delete(self, key: str, called: str) -> None:
        """Take an item off the desk; its record stays in the case."""
        deleted = {**self.value.deleted, key: called}
        self._do(f"deletion of {called}", replace(self.value, deleted=deleted))

    def restore(self, key: str) -> None:
        """Put a deleted item on the desk again."""
        called = self.value.deleted.get(key, "")
        deleted = {k: v for k, v in self.value.deleted.items() if k != key}
        self._do(f"restoring of {called}", replace(self.value, deleted=deleted))

    def is_deleted(self, key: str) -> bool:
        """Tell whether an item was taken off the desk."""
        return key in self.value.deleted

    # ---- inside -------------------------------------------------------------------------------

    def _do(self, label: str, notes: Notes, merge: str | None = None) -> None:
        if self.history.do(label, notes, merge):
            self._bench.undoing.did(self.history)
            self.tell()

    def _hidden(self, faces: list[FaceWork]) -> frozenset[int]:
        """Return the jobs of deleted results, and of all results of deleted faces."""
        gone: Callable[[str], bool] = self.value.deleted.__contains__
        return frozenset(
            r.job for f in faces for r in f.results if gone(face_key(f)) or gone(result_key(r))
        )


def _name(text: str) -> str:
    return " ".join(text.split())[:LONGEST_NAME]
