"""What the program is, and what its results are not."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from fhgui import __version__
from fhgui.gui.language import tr
from fhgui.gui.theme import app_icon

TEXT = f"""<h2>fhgui {__version__}</h2>
<p>Face hallucination for forensic image analysts.</p>
<p><b>Results are presented as enhanced images.</b> Added detail comes from other people's faces;
any comparison must use the original. Results relate only to the item examined. The program
never identifies anyone.</p>
<p>Sources are opened read-only and hashed. Every run has a record from which it can be
replayed: File, Verify, or <code>fhgui verify record.json</code>.</p>
<p>Automatic landmarks use a 68-point model trained on data for non-commercial use (iBUG 300-W).
</p>"""


class AboutDialog(QDialog):
    """What the program is, and what its results are not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setWindowTitle(tr("About fhgui"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        picture = QLabel()
        picture.setPixmap(app_icon().pixmap(56, 56))
        layout.addWidget(picture)
        text = QLabel(TEXT)
        text.setTextFormat(Qt.TextFormat.RichText)
        text.setWordWrap(True)
        text.setMinimumWidth(460)
        layout.addWidget(text)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        buttons = QDialogButtonBox()
        buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.close)
        layout.addWidget(buttons)
