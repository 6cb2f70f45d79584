"""The status bar: pixel under the cursor, scale, digest of the source, what the worker does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from fhgui.gui.viewers.picture_view import Sample
from fhgui.session.session import Session


class Status(QStatusBar):
    """Shows facts; never messages that go away."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._session = session
        self.position, self.values, self.scale = QLabel(), QLabel(), QLabel()
        self.what, self.digest, self.worker = QLabel(), QLabel(), QLabel()
        self.position.setMinimumWidth(110)
        self.values.setMinimumWidth(140)
        self.digest.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for name, label in vars(self).items():
            if isinstance(label, QLabel):
                label.setObjectName(f"status-{name}")
        for label in (self.position, self.values, self.scale, self.what, self.digest):
            self.addWidget(label)
        self.addPermanentWidget(self.worker)
        for signal in (
            session.works_changed,
            session.frame_changed,
            session.busy_changed,
            session.active_changed,
        ):
            signal.connect(self.refresh)
        session.result_changed.connect(self._changed)
        self.show_sample(None)
        self.refresh()

    def show_sample(self, sample: Sample | None) -> None:
        """Show the pixel under the cursor."""
        if sample is None:
            self.position.setText("x –  y –")
            self.values.setText("R –  G –  B –")
            return
        r, g, b = sample.rgb
        self.position.setText(f"x {sample.x}  y {sample.y}")
        if sample.words:
            self.values.setText(sample.words)
        elif sample.value is None:
            self.values.setText(f"R {r}  G {g}  B {b}")
        else:
            self.values.setText(f"{sample.value:.1f} of 255")

    def show_scale(self, scale: float | None) -> None:
        """Show the scale of the picture that is looked at."""
        self.scale.setText("" if scale is None else f"{scale:.0%}")

    def _changed(self, result: object) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Show what is looked at, its digest, and the worker's state."""
        session = self._session
        work, result = session.current, session.selected
        words = "" if work is None else work.path.name
        if result is not None:
            stage = result.stage
            words = result.name + ("" if stage is None else f" / {stage.title}")
        self.what.setText(words)
        digest = "" if work is None else work.sha256
        self.digest.setText(f"sha256 {digest[:8]}…{digest[-4:]}" if digest else "")
        self.digest.setAccessibleName(f"SHA-256 of the source: {digest or 'not known yet'}")
        self.digest.setToolTip(f"SHA-256 of {work.path}: {digest}" if work and digest else "")
        busy = f" {session.progress}" if session.progress else ""
        self.worker.setText(f"{session.worker}{busy}")
