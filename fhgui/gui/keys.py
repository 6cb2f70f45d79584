"""The one table of keys: menus, pages and the help read theirs from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

ARROWS = ("Left", "Right", "Up", "Down")
SIGNS = {
    "Left": "←",
    "Right": "→",
    "Up": "↑",
    "Down": "↓",
    "PgUp": "Page Up",
    "PgDown": "Page Down",
}


class Place(Enum):
    """Where a key holds, in the words of the help."""

    WINDOW = "Everywhere"
    FILM = "Frame and Align"
    FRAME = "Frame"
    ALIGN = "Align"
    POINTS = "Align, on the crop"
    COMPARE = "Compare"
    ROWS = "Compare, stages in rows"
    PROFILE = "Compare, profile"
    MARKS = "Compare, list of annotations"
    EXEMPLARS = "Compare, exemplars"
    PICTURE = "On every picture"
    CASE = "The case, on the left"


@dataclass(frozen=True)
class Shortcut:
    """Keys that stand for one wish.

    Attributes
    ----------
    place : where they hold.
    wish : the name by which code asks for them.
    keys : Qt's portable names; each of them does it.
    does : what happens, in the words of the help.
    shown : how the help writes the keys; empty: as they are named.
    """

    place: Place
    wish: str
    keys: tuple[str, ...]
    does: str
    shown: str = ""

    @property
    def words(self) -> str:
        """The keys as the help writes them, e.g. ``Shift ←``."""
        return self.shown or ", ".join(_told(key) for key in self.keys)


def _at(place: Place, *rows: tuple[str, str, str] | tuple[str, str, str, str]) -> list[Shortcut]:
    """Return the keys of one place from wish, keys (a blank between two), meaning and words."""
    return [Shortcut(place, row[0], tuple(row[1].split()), *row[2:]) for row in rows]


def _held(modifier: str) -> str:
    """Return the arrow keys with a modifier, a blank between two."""
    return " ".join(f"{modifier}+{arrow}" for arrow in ARROWS)


def _digits() -> str:
    return " ".join(str(n) for n in range(1, 10))


def _told(key: str) -> str:
    """Return a key's name as the help writes it; a plus sign of its own stays one."""
    *held, last = key.split("+") if key not in ("+", "=") else [key]
    return " ".join((*held, SIGNS.get(last, last)))


TABLE: tuple[Shortcut, ...] = (
    *_at(
        Place.WINDOW,
        ("help", "F1", "help on what is shown"),
        ("keys", "Shift+F1", "this list of keys"),
        ("manual", "Ctrl+F1", "the whole manual, in the browser"),
        ("open", "Ctrl+O", "open pictures and videos"),
        ("new_case", "Ctrl+N", "new case"),
        ("open_case", "Ctrl+Shift+O", "open a case"),
        ("save_case", "Ctrl+S", "save the case"),
        ("save_case_as", "Ctrl+Shift+S", "save the case in another folder"),
        ("export", "Ctrl+E", "export report, pictures and records"),
        ("quit", "Ctrl+Q", "quit"),
        ("undo", "Ctrl+Z", "undo"),
        ("redo", "Ctrl+Shift+Z", "redo"),
        ("step_frame", "F2", "step Frame"),
        ("step_crop", "F3", "step Crop"),
        ("step_align", "F4", "step Align"),
        ("step_enhance", "F5", "step Enhance"),
        ("step_compare", "F6", "step Compare"),
        ("fit", "Ctrl+0", "see the whole picture"),
        ("actual", "Ctrl+1", "one screen pixel for a picture pixel"),
        ("four_times", "Ctrl+4", "four screen pixels for a picture pixel"),
        ("find_faces", "Ctrl+F", "find faces in the frame"),
        ("find_points", "Ctrl+L", "find the points in the crop"),
        ("straighten", "Ctrl+U", "put the face in the crop upright, without landmarks"),
        ("run", "Ctrl+R", "run the chosen methods; during a run: queue them"),
        ("cancel", "Esc", "cancel what goes on"),
        ("train", "Ctrl+T", "train models, and back"),
        ("benchmark", "Ctrl+B", "measure methods on a test set, and back"),
        ("models", "Ctrl+M", "manage the models, and back"),
        ("preferences", "Ctrl+,", "settings of the program: theme, device, laboratory, signing"),
        ("log", "Ctrl+Shift+L", "show or hide the log"),
        ("next_area", "Ctrl+Tab", "next part of the window: case, pictures, film, methods"),
        ("last_area", "Ctrl+Shift+Tab", "the part before"),
    ),
    *_at(
        Place.CASE,
        ("go", "Return Enter", "go to the chosen item", "Enter"),
        ("rename", "F2", "name it"),
        ("note", "N", "write a note on it"),
        ("delete", "Del", "delete it; undo brings it back"),
    ),
    *_at(
        Place.FILM,
        ("frame_back", "Left", "one frame back"),
        ("frame_on", "Right", "one frame on"),
        ("ten_back", "Shift+Left", "ten frames back"),
        ("ten_on", "Shift+Right", "ten frames on"),
        ("first_frame", "Home", "first frame"),
        ("last_frame", "End", "last frame"),
        ("key_back", "PgUp", "key frame before"),
        ("key_on", "PgDown", "key frame after"),
        ("toggle", "Space", "play or stop"),
        ("play_back", "J", "play backwards; again: faster"),
        ("stop", "K", "stop"),
        ("play_on", "L", "play; again: faster"),
        ("mark", "M", "mark this frame, or take its mark away"),
        ("mark_back", "Ctrl+Left", "marked frame before"),
        ("mark_on", "Ctrl+Right", "marked frame after"),
        ("loop_from", "I", "loop from here"),
        ("loop_to", "O", "loop to here"),
        ("loop_off", "X", "loop over the whole film"),
        ("repeat", "R", "begin again at the end"),
        ("crop", "C", "crop tool on or off"),
        ("clear_crop", "Del", "take crop and points away"),
    ),
    *_at(
        Place.FRAME,
        ("adjust", "A", "view adjustments; they never touch the data"),
        ("histogram", "H", "histogram"),
        ("faces", "T", "faces over time"),
        ("measure", "U", "ruler and scale bar"),
        ("wear", "W", "noise, compression and fields of the frame"),
        ("metadata", "D", "metadata of the file"),
        ("magnifier", "Z", "magnifier"),
    ),
    *_at(
        Place.ALIGN,
        ("by_hand", "P", "set the points by clicks, one after the other"),
        ("snap", "S", "snap all points to what is found near them"),
        ("snap_chosen", "Shift+S", "snap the chosen point"),
        ("magnet", "G", "snap every point that is dragged"),
        ("carry_on", "N", "carry the points to the next frame"),
        ("carry_back", "Shift+N", "carry them to the frame before"),
        ("carry_here", "H", "carry the points of another frame here"),
        ("template", "T", "the method's template over the crop"),
        ("residuals", "V", "how far each point is off the template"),
        ("flicker", "F", "before and after in turns"),
    ),
    *_at(
        Place.POINTS,
        ("nudge", " ".join(ARROWS), "nudge the chosen point 0.1 px", "arrows"),
        ("nudge", _held("Shift"), "nudge it 1 px", "Shift arrows"),
        ("nudge", _held("Ctrl"), "nudge it 0.01 px", "Ctrl arrows"),
        ("point_on", ".", "choose the next point"),
        ("point_back", ",", "choose the point before"),
        ("all_points", "Ctrl+A", "choose all points"),
        ("take_back", "Backspace", "while clicking points: take the last one back"),
        ("let_go", "Esc", "end clicking; choose no point"),
    ),
    *_at(
        Place.COMPARE,
        ("grid", "G", "all pictures side by side"),
        ("wipe", "W", "two pictures with an edge between them"),
        ("blink", "B", "pictures one after the other"),
        ("difference", "D", "difference of two pictures"),
        ("stages", "S", "the stages of every method in rows"),
        ("number", _digits(), "choose a picture; in Blink: see it", "1 … 9"),
        ("space", "Space", "blink; stop or go on"),
        ("over", "O", "the map of doubt over every result"),
        ("outlines", "U", "outlines of what a method looked at, over its stages"),
        ("play_stages", "P", "play the stages through"),
        ("profile", "L", "grey levels along a line; again: back"),
        ("marks", "A", "annotations for the report; again: back"),
        ("reference", "R", "a reference picture of the same moment; again: back"),
        ("exemplars", "E", "the exemplars that a place's detail is from; again: back"),
    ),
    *_at(
        Place.ROWS,
        ("choose", " ".join(ARROWS), "another stage, another method", "arrows"),
    ),
    *_at(
        Place.PROFILE,
        ("move", " ".join(ARROWS), "move the line by a hundredth of the picture", "arrows"),
    ),
    *_at(
        Place.MARKS,
        ("insert", "Ins", "put an annotation into the middle of the picture"),
        ("delete", "Del Backspace", "delete the chosen one", "Del"),
        ("move", _held("Alt"), "move it", "Alt arrows"),
        ("move_end", _held("Alt+Shift"), "move its end alone", "Alt Shift arrows"),
    ),
    *_at(
        Place.EXEMPLARS,
        ("move", " ".join(ARROWS), "look at the pixel beside", "arrows"),
        ("move_far", _held("Shift"), "look ten pixels further", "Shift arrows"),
    ),
    *_at(
        Place.PICTURE,
        ("zoom_in", "+ = Shift++ Shift+=", "zoom in; so does the wheel", "+"),
        ("zoom_out", "-", "zoom out", "−"),
    ),
)


def shortcut(wish: str) -> str:
    """Return the menu shortcut of a wish, e.g. ``Ctrl+O``; one that there is no key for: empty."""
    here = (row for row in TABLE if row.place is Place.WINDOW and row.wish == wish)
    return next((row.keys[0] for row in here), "")


def wish_of(place: Place, event: QKeyEvent) -> str:
    """Return what a key pressed at a place stands for; empty for nothing."""
    return _WISHES[place].get(_pressed(event), "")


def rows_at(place: Place) -> list[Shortcut]:
    """Return the keys of a place, in the order of the help."""
    return [row for row in TABLE if row.place is place]


def _pressed(event: QKeyEvent) -> str:
    """Return Qt's portable name of a key, whether it stands on the keypad or not."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Qt.Key(event.key())
    return QKeySequence(QKeyCombination(held, key)).toString(_PORTABLE)


_PORTABLE = QKeySequence.SequenceFormat.PortableText
_WISHES: dict[Place, dict[str, str]] = {
    place: {key: row.wish for row in rows_at(place) for key in row.keys} for place in Place
}
