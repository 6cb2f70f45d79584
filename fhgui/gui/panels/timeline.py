"""The frame slider with step and play buttons, exact index and presentation time."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSlider,
    QSpinBox,
    QStyle,
    QStyleOptionSlider,
    QWidget,
)

from fhgui.core.frame import Frame
from fhgui.gui.widgets import set_icon, tool_button
from fhgui.session.session import Session

FALLBACK_FPS = 25.0


class FrameSlider(QSlider):
    """A slider that jumps to where it is clicked, as film programs do."""

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Jump to the place clicked, then drag from there; called by Qt."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        handle = self.style().subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, self
        )
        if not handle.contains(event.position().toPoint()):
            span = max(1, self.width() - handle.width())
            at = round(event.position().x()) - handle.width() // 2
            value = QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), at, span)
            self.setValue(value)
        super().mousePressEvent(event)


class Timeline(QWidget):
    """Moves through the frames of the current source."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._direction = 1
        self.timer = QTimer(self)
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self._advance)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(5)
        self.buttons = [
            self._button("firstButton", "skip-backward", "First frame (Home)", -(10**9)),
            self._button("backButton", "step-backward", "One frame back (←)", -1),
        ]
        self.play_button = tool_button("playButton", "play", "", "Play or stop (Space)")
        self.play_button.clicked.connect(self.toggle)
        self.buttons += [
            self.play_button,
            self._button("forwardButton", "step-forward", "One frame on (→)", 1),
            self._button("lastButton", "skip-forward", "Last frame (End)", 10**9),
        ]
        for button in self.buttons:
            layout.addWidget(button)
        self.slider = FrameSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("frameSlider")
        self.slider.setAccessibleName("Frame")
        self.slider.setToolTip("Frame (←/→ one, Shift ten, Home/End)")
        self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.slider.valueChanged.connect(session.seek)
        layout.addWidget(self.slider, 1)
        self.index = QSpinBox()
        self.index.setObjectName("frameIndex")
        self.index.setAccessibleName("Frame index")
        self.index.setToolTip("Frame index, from 0")
        self.index.setFixedWidth(70)
        self.index.setKeyboardTracking(False)
        self.index.valueChanged.connect(session.seek)
        self.of = QLabel()
        self.time = QLabel()
        for widget in (self.index, self.of, self.time):
            layout.addWidget(widget)
        session.frame_changed.connect(self.refresh)
        session.works_changed.connect(self.refresh)
        self.refresh()

    def _button(self, name: str, icon_name: str, tip: str, step: int) -> QWidget:
        button = tool_button(name, icon_name, "", tip)
        button.clicked.connect(lambda: self.step(step))
        return button

    def step(self, frames: int) -> None:
        """Go so many frames on or back."""
        self.stop()
        if self._session.current is not None:
            self._session.seek(self._session.current.frame_index + frames)

    def toggle(self) -> None:
        """Play, or stop."""
        if self.timer.isActive():
            self.stop()
        else:
            self.play(1)

    def play(self, direction: int) -> None:
        """Play forwards (1) or backwards (−1) at the true speed of the film."""
        work = self._session.current
        if work is None or work.count < 2:
            return
        self._direction = direction
        if direction > 0 and work.frame_index >= work.count - 1:
            self._session.seek(0)
        fps = (work.info.rate_fps if work.info else None) or FALLBACK_FPS
        self.timer.start(max(1, round(1000 / fps)))
        set_icon(self.play_button, "pause")

    def stop(self) -> None:
        """Stop playing."""
        self.timer.stop()
        set_icon(self.play_button, "play")

    def _advance(self) -> None:
        work = self._session.current
        if work is None or work.frame is None:
            self.stop()
            return
        if work.frame.index != work.frame_index:
            return  # the decoder is behind: wait for it instead of skipping evidence
        ahead = work.frame_index + self._direction
        if 0 <= ahead < work.count:
            self._session.seek(ahead)
        else:
            self.stop()

    def refresh(self) -> None:
        """Show where the session is."""
        work = self._session.current
        film = work is not None and work.is_film
        count = work.count if work is not None else 1
        for widget in (*self.buttons, self.slider, self.index):
            widget.setEnabled(film)
        with QSignalBlocker(self.slider), QSignalBlocker(self.index):
            self.slider.setRange(0, max(0, count - 1))
            self.index.setRange(0, max(0, count - 1))
            self.slider.setValue(work.frame_index if work else 0)
            self.index.setValue(work.frame_index if work else 0)
        inexact = work is not None and not work.counted
        self.of.setText(f"/ {'~' if inexact and film else ''}{count - 1}" if film else "")
        self.time.setText(_when(work.frame if work else None, film))


def _when(frame: Frame | None, film: bool) -> str:
    """Return presentation time, time stamp and whether the frame is a key frame."""
    if frame is None:
        return "no source open"
    if not film or frame.time_s is None:
        return "still picture"
    minutes, seconds = divmod(frame.time_s, 60)
    hours, minutes = divmod(int(minutes), 60)
    key = " · key" if frame.key_frame else ""
    return f"{hours:02d}:{minutes:02d}:{seconds:06.3f} · pts {frame.pts}{key}"
