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

KEYS = """<table cellspacing='4'>
<tr><td><b>Ctrl+O</b></td><td>open</td><td width='24'></td><td><b>← →</b></td><td>one frame</td></tr>
<tr><td><b>Ctrl+E</b></td><td>export</td><td></td><td><b>Shift ← →</b></td><td>ten frames</td></tr>
<tr><td><b>Ctrl+Z</b></td><td>undo</td><td></td><td><b>Home, End</b></td><td>first, last frame</td></tr>
<tr><td><b>Ctrl+Shift+Z</b></td><td>redo</td><td></td><td><b>Space</b></td>
<td>play (frame), blink (compare)</td></tr>
<tr><td><b>Ctrl+L</b></td><td>find the points</td><td></td><td><b>J K L</b></td>
<td>play back, stop, play</td></tr>
<tr><td><b>Ctrl+R</b></td><td>run</td><td></td><td><b>1 … 9</b></td><td>choose a picture</td></tr>
<tr><td><b>Esc</b></td><td>cancel</td><td></td><td><b>C</b></td><td>crop tool</td></tr>
<tr><td><b>F2 … F6</b></td><td>steps</td><td></td><td><b>arrows</b></td>
<td>nudge a point .1 px (Shift 1 px)</td></tr></table>"""


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
        text = QLabel(KEYS if keys_only else TEXT)
        text.setTextFormat(Qt.TextFormat.RichText)
        text.setWordWrap(not keys_only)
        text.setMinimumWidth(460)
        layout.addWidget(text)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
