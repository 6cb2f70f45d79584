"""What the program is, and what its results are not."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from fhgui import __version__
from fhgui.gui.theme import app_icon

TEXT = f"""<h2>fhgui {__version__}</h2>
<p>Face hallucination for forensic image analysts.</p>
<p><b>Results are presented as enhanced images.</b> Added detail comes from other people's faces;
any comparison must use the original. Results relate only to the item examined. The program
never identifies anyone.</p>
<p>Sources are opened read-only and hashed. Every run has a record from which it can be
replayed: <code>fhgui verify record.json</code>.</p>
<p>Automatic landmarks use a 68-point model trained on data for non-commercial use (iBUG 300-W).
</p>"""

KEYS = (
    ("Ctrl+O", "open"),
    ("Ctrl+E", "export"),
    ("Ctrl+Z, Ctrl+Shift+Z", "undo, redo"),
    ("F2 … F6", "steps of the work"),
    ("Ctrl+F, Ctrl+L", "find faces, find the points in the crop"),
    ("Ctrl+R, Esc", "run, cancel"),
    ("Ctrl+T", "train models, and back"),
    ("Ctrl+B", "measure methods on a test set, and back"),
    ("← →, Shift ← →", "one frame, ten frames"),
    ("Home, End", "first, last frame"),
    ("Page Up, Page Down", "key frame before, after"),
    ("Space; J K L", "play or stop; play back, stop, play (again: faster)"),
    ("M; Ctrl ← →", "mark the frame; marked frame before, after"),
    ("I O X R", "loop from here, to here, whole film; begin again at the end"),
    ("A H T U D", "view adjustments, histogram, faces over time, ruler, metadata"),
    ("Z", "magnifier"),
    ("C, Del", "crop tool, take crop and points away"),
    ("P", "click the points by hand; Backspace takes one back, Esc ends"),
    (", .", "choose the point before, the one after; Ctrl+A all"),
    ("arrows; Shift, Ctrl", "nudge the chosen points 0.1 px; 1 px, 0.01 px"),
    ("S, Shift+S, G", "snap all points, the chosen one, every one that is dragged"),
    ("N, Shift+N, H", "carry the points to the next frame, the one before, here"),
    ("T, V, F", "template, residuals, flicker of before and after"),
    ("G W B D", "grid, wipe, blink, difference"),
    ("1 … 9, Space", "choose a picture, blink"),
    ("P", "play the stages through"),
    ("wheel, + −, drag", "zoom, zoom, pan (right button while a tool is on)"),
    ("Ctrl+0, Ctrl+1, Ctrl+4", "fit, 100 %, 400 %"),
)


class AboutDialog(QDialog):
    """Statement and keys."""

    def __init__(self, parent: QWidget | None = None, keys_only: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setWindowTitle("Keys" if keys_only else "About fhgui")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        if not keys_only:
            picture = QLabel()
            picture.setPixmap(app_icon().pixmap(56, 56))
            layout.addWidget(picture)
        text = QLabel(_key_table() if keys_only else TEXT)
        text.setTextFormat(Qt.TextFormat.RichText)
        text.setWordWrap(not keys_only)
        text.setMinimumWidth(460)
        layout.addWidget(text)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        buttons = QDialogButtonBox()
        buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.close)
        layout.addWidget(buttons)


def _key_table() -> str:
    rows = (f"<tr><td><b>{keys}</b></td><td>{does}</td></tr>" for keys, does in KEYS)
    return f"<table cellspacing='5'>{''.join(rows)}</table>"
