"""What dialogs share that have something made: what it is, the fields, why not yet, two buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fhgui.gui.language import tr

TWO_LINES_PX = 38


class OrderDialog(QDialog):
    """Says what is about to be made, and asks for what that takes.

    Parameters
    ----------
    stem : of the object names ``…Dialog``, ``…Ok`` and ``…Told``.
    title, what, act : words of the window's bar, of the statement on top and on the button.

    Attributes
    ----------
    form : for the fields. told : why nothing can be made yet, or what will be.
    """

    def __init__(
        self, stem: str, title: str, what: str, act: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"{stem}Dialog")
        self.setWindowTitle(tr(title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(540)
        statement = QLabel(tr(what))
        statement.setObjectName("statement")
        statement.setWordWrap(True)
        self.form = QFormLayout()
        self.form.setVerticalSpacing(7)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.told = QLabel()
        self.told.setObjectName(f"{stem}Told")
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setMinimumHeight(TWO_LINES_PX)
        self.ok = QPushButton(tr(act))
        self.ok.setObjectName(f"{stem}Ok")
        self.ok.setProperty("primary", True)
        self.buttons = QDialogButtonBox()
        self.buttons.addButton(self.ok, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self.go)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(statement)
        layout.addLayout(self.form)
        layout.addWidget(self.told)
        layout.addWidget(self.buttons)

    def why_not(self) -> str:
        """Return what is missing or wrong, in a sentence; empty if nothing is."""
        raise NotImplementedError

    def outlook(self) -> str:
        """Return what to say once nothing is missing."""
        return ""

    def go(self) -> None:
        """Do what the button says."""
        self.accept()

    def tell(self) -> None:
        """Say what is missing, or what will be made."""
        why_not = self.why_not()
        self.told.setText(why_not or self.outlook())
        self.ok.setEnabled(not why_not)
