"""How the next runs are computed, whatever the method: device, seed, reuse of results."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QInputDialog, QMenu, QToolButton, QWidget

from fhgui.gui.language import tr
from fhgui.gui.widgets import tool_button
from fhgui.session.session import Session

DEVICES = {
    "auto": "Device: automatic",
    "cpu": "Device: processor (CPU)",
    "cuda": "Device: graphics card (CUDA)",
}
REUSE_TIP = (
    "A run of this case with the same input, settings and files is shown instead of computed "
    "again; its record says so"
)
MOST_SEED = 2**31 - 1


class RunOptionsMenu(QMenu):
    """Changes the session's run options."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runOptionsMenu")
        self.setToolTipsVisible(True)
        self._ordering = session.ordering
        self.reuse = QAction(tr("Reuse equal results"), self)
        self.reuse.setObjectName("reuseAction")
        self.reuse.setCheckable(True)
        self.reuse.setToolTip(REUSE_TIP)
        self.reuse.toggled.connect(lambda on: self._ordering.set_options(reuse=on))
        self.addAction(self.reuse)
        self.addSeparator()
        group = QActionGroup(self)
        self.devices: dict[str, QAction] = {}
        for device, words in DEVICES.items():
            action = QAction(words, self)
            action.setCheckable(True)
            action.triggered.connect(partial(self._take_device, device))
            group.addAction(action)
            self.addAction(action)
            self.devices[device] = action
        self.addSeparator()
        self.seed = QAction(self)
        self.seed.setObjectName("seedAction")
        self.seed.setToolTip(
            tr("Feeds all randomness of methods that have any; the record holds it")
        )
        self.seed.triggered.connect(self._ask_for_seed)
        self.addAction(self.seed)
        self._ordering.options_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the options as they are."""
        options = self._ordering.options
        self.reuse.setChecked(options.reuse)
        if options.device in self.devices:
            self.devices[options.device].setChecked(True)
        self.seed.setText(f"Seed: {options.seed} …")

    def _take_device(self, device: str, _checked: bool = False) -> None:
        self._ordering.set_options(device=device)

    def _ask_for_seed(self) -> None:
        dialog = QInputDialog(self.parentWidget())
        dialog.setObjectName("seedDialog")
        dialog.setWindowTitle(tr("Seed"))
        dialog.setLabelText(tr("Seed of the next runs:"))
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        dialog.setIntRange(0, MOST_SEED)
        dialog.setIntValue(self._ordering.options.seed)
        dialog.intValueSelected.connect(lambda value: self._ordering.set_options(seed=value))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


def options_button(session: Session, parent: QWidget) -> QToolButton:
    """Return the button that opens the menu."""
    button = tool_button("flat", "cog-outline", "", "How runs are computed: device, seed, reuse")
    menu = RunOptionsMenu(session, parent)
    button.clicked.connect(lambda: menu.popup(button.mapToGlobal(button.rect().bottomLeft())))
    return button
