"""The time line below the pictures: the film strip, and under it play, marks, loop and place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fhgui.gui.language import tr
from fhgui.gui.panels.film_strip import FilmStrip
from fhgui.gui.widgets import set_icon, tool_button
from fhgui.session.logbook import Level
from fhgui.session.places import clock_words, place_of, time_code
from fhgui.session.session import Session
from fhgui.session.transport import Transport, rate_of
from fhgui.session.work import Work

TICK_MS = 8
"""How often the clock of a playing film is looked at: twice a frame of 60 a second."""

FAR = 10**9
STAMPS_PX = 112
"""Room for a time stamp of ten digits; a label that grows would move its neighbours."""
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
NARROW_PX, NARROWER_PX = 820, 620
"""Widths below which what has a key is left out."""


class Timeline(QWidget):
    """Moves through the frames of the current source."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self.transport = Transport(session)
        self.timer = QTimer(self)
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.setInterval(TICK_MS)
        self.timer.timeout.connect(self.transport.tick)
        self.slider = FilmStrip()
        self.slider.words = self._words
        self.slider.valueChanged.connect(session.seek)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 5, 8, 6)
        layout.setSpacing(3)
        layout.addWidget(self.slider)
        row = QHBoxLayout()
        row.setSpacing(4)
        self._fill_row(row)
        layout.addLayout(row)
        self._connect()
        self.refresh()

    # ---- building -----------------------------------------------------------------------------

    def _fill_row(self, row: QHBoxLayout) -> None:
        session, transport = self._session, self.transport
        play = (
            ("firstButton", "skip-backward", "First frame (Home)", partial(self.step, -FAR)),
            ("backButton", "step-backward", "One frame back (←)", partial(self.step, -1)),
            ("playButton", "play", "Play or stop (Space; J K L)", transport.toggle),
            ("forwardButton", "step-forward", "One frame on (→)", partial(self.step, 1)),
            ("lastButton", "skip-forward", "Last frame (End)", partial(self.step, FAR)),
        )
        aiding = session.aiding
        marks = (
            ("markButton", "flag-outline", "Mark this frame (M)", session.notes.toggle_mark),
            ("loopInButton", "contain-start", "Loop from here (I)", partial(self.loop_end, True)),
            ("loopOutButton", "contain-end", "Loop to here (O)", partial(self.loop_end, False)),
            ("clearLoopButton", "close", "Play the whole film again (X)", aiding.clear_loop),
        )
        self.buttons = [self._add(row, *wish) for wish in play]
        self.play_button = self.buttons[2]
        self.speed = self._make_speed()
        row.addWidget(self.speed)
        row.addSpacing(4)
        self.mark_buttons = [self._add(row, *wish) for wish in marks]
        self.repeat = tool_button(
            "repeatButton", "repeat", "", "Begin again at the end (R)", checkable=True
        )
        self.repeat.toggled.connect(transport.set_repeats)
        row.addWidget(self.repeat)
        row.addStretch(1)
        self._fill_place(row)

    def _add(
        self, row: QHBoxLayout, name: str, icon_name: str, tip: str, do: Callable[[], object]
    ) -> QToolButton:
        button = tool_button(name, icon_name, "", tip)
        button.clicked.connect(lambda _checked=False: do())
        row.addWidget(button)
        return button

    def _make_speed(self) -> QComboBox:
        speed = QComboBox()
        speed.setObjectName("playSpeed")
        speed.setAccessibleName(tr("Playing speed"))
        speed.setToolTip(
            tr("Playing speed; 1× is the film's own (J and L: faster with every press)")
        )
        for factor in SPEEDS:
            speed.addItem(f"{factor:g}×", factor)
        speed.setCurrentIndex(SPEEDS.index(1.0))
        speed.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        speed.currentIndexChanged.connect(lambda at: self.transport.set_speed(SPEEDS[at]))
        return speed

    def _fill_place(self, row: QHBoxLayout) -> None:
        self.index = QSpinBox()
        self.index.setObjectName("frameIndex")
        self.index.setAccessibleName(tr("Frame index"))
        self.index.setToolTip(tr("Frame index, from 0"))
        self.index.setFixedWidth(64)
        self.index.setKeyboardTracking(False)
        self.index.valueChanged.connect(self._session.seek)
        self.of = QLabel()
        self.time = QLineEdit()
        self.time.setObjectName("frameTime")
        self.time.setAccessibleName(tr("Presentation time"))
        self.time.setToolTip(tr("Time from the first frame; type 4.8, 00:00:04.800 or 00:00:04:24"))
        self.time.setFixedWidth(104)
        self.time.editingFinished.connect(self._typed)
        self.stamps = QLabel()
        self.stamps.setObjectName("frameStamps")
        self.stamps.setFixedWidth(STAMPS_PX)
        for widget in (self.index, self.of, self.time, self.stamps):
            row.addWidget(widget)

    def _connect(self) -> None:
        session = self._session
        for signal in (session.frame_changed, session.works_changed, self.transport.changed):
            signal.connect(self.refresh)
        for told in (session.film_changed, session.aids_changed, session.notes.changed):
            told.connect(self._show_film)
        session.works_changed.connect(self._show_film)

    # ---- wishes ---------------------------------------------------------------------------------

    def step(self, frames: int) -> None:
        """Go so many frames on or back."""
        self.stop()
        if self._session.current is not None:
            self._session.seek(self._session.current.frame_index + frames)

    def loop_end(self, is_first: bool) -> None:
        """Begin or end the loop here, and play it over and over."""
        self._session.aiding.set_loop_end(is_first)
        self.repeat.setChecked(self._session.aiding.aids.loop is not None)

    def toggle(self) -> None:
        """Play, or stop."""
        self.transport.toggle()

    def play(self, direction: int) -> None:
        """Play forwards (1) or backwards (−1); faster if it already does."""
        self.transport.press(direction)

    def stop(self) -> None:
        """Stop playing."""
        self.transport.stop()

    def _typed(self) -> None:
        work = self._session.current
        if work is None or not self.time.isModified():
            return
        self.time.setModified(False)
        found = place_of(self.time.text(), work)
        if found is None:
            text = f"{self.time.text()!r} is no time; type 4.8, 00:00:04.800 or 00:00:04:24"
            self._session.note(text, Level.WARNING)
            self.refresh()
        else:
            self._session.seek(found)

    # ---- showing --------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show where the session is."""
        work = self._session.current
        film = work is not None and work.is_film
        count = work.count if work is not None else 1
        for widget in (*self.buttons, *self.mark_buttons[:3], self.slider, self.index, self.time):
            widget.setEnabled(film)
        with QSignalBlocker(self.slider), QSignalBlocker(self.index):
            self.slider.setRange(0, max(0, count - 1))
            self.index.setRange(0, max(0, count - 1))
            self.slider.setValue(work.frame_index if work else 0)
            self.index.setValue(work.frame_index if work else 0)
        inexact = work is not None and not work.counted
        self.of.setText(f"/ {'~' if inexact and film else ''}{count - 1}" if film else "")
        self._show_place(work if film else None)
        self._show_film()
        self._show_transport()

    def _show_place(self, work: Work | None) -> None:
        frame = None if work is None else work.frame
        if work is None or frame is None or frame.time_s is None:
            self.time.setText("")
            self.stamps.setText("")
            return
        times, asked = work.film.times, work.frame_index
        if frame.index != asked:
            known = times is not None and asked < times.count
            self.time.setText(clock_words(float(times.times_s[asked])) if times and known else "")
            self.stamps.setText(tr("decoding …"))
            return
        if not self.time.isModified():
            self.time.setText(clock_words(frame.time_s))
        code = time_code(frame.index, rate_of(work))
        key = " · key" if frame.key_frame else ""
        pts = "no pts" if frame.pts is None else f"pts {frame.pts}"
        self.stamps.setText(f"TC {code}\n{pts}{key}")
        self.stamps.setToolTip(
            f"Time code counted at {max(1, round(rate_of(work)))} frames a second without "
            "dropping any; pts: the stamp stored in the file"
        )

    def _show_transport(self) -> None:
        transport = self.transport
        if transport.playing and not self.timer.isActive():
            self.timer.start()
        elif not transport.playing:
            self.timer.stop()
        _show_icon(self.play_button, "pause" if transport.playing else "play")
        with QSignalBlocker(self.speed), QSignalBlocker(self.repeat):
            if transport.speed in SPEEDS:
                self.speed.setCurrentIndex(SPEEDS.index(transport.speed))
            self.repeat.setChecked(transport.repeats)
        late = "Slower than asked for: this machine cannot decode it as fast"
        self.speed.setProperty("late", transport.late)
        self.speed.setToolTip(late if transport.late else "Playing speed; 1× is the film's own")

    def _show_film(self, told: object = None) -> None:
        work = self._session.current
        if work is None or not work.is_film:
            return
        marks = tuple(m.frame_index for m in self._session.notes.marks_of(work.path))
        loop = work.aids.value.loop
        self.slider.show_film(work.film, marks, loop)
        self.mark_buttons[3].setEnabled(loop is not None)
        marked = work.frame_index in marks
        _show_icon(self.mark_buttons[0], "flag" if marked else "flag-outline")

    def _words(self, index: int) -> str:
        work = self._session.current
        if work is None:
            return ""
        lines = [f"frame {index}"]
        times = work.film.times
        if times is not None and index < times.count:
            key = ", key frame" if index in times.keys else ""
            lines[0] += f" · {clock_words(float(times.times_s[index]))}{key}"
        mark = self._session.notes.mark_at(work.path, index)
        if mark is not None:
            lines.append(f"marked “{mark.label}”" if mark.label else "marked")
        here = [t for t in work.film.tracks if t.first <= index <= t.last]
        lines += [f"face {t.number}: frames {t.first}–{t.last}" for t in here]
        return "\n".join(lines)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Leave out what has a key where there is no room; called by Qt."""
        super().resizeEvent(event)
        width = self.width()
        first, last = self.buttons[0], self.buttons[4]
        hidden_first: tuple[QWidget, ...] = (first, last, self.mark_buttons[3])
        hidden_then: tuple[QWidget, ...] = (*self.mark_buttons[1:3], self.speed)
        for least_px, widgets in ((NARROW_PX, hidden_first), (NARROWER_PX, hidden_then)):
            for widget in widgets:
                widget.setVisible(width >= least_px)


def _show_icon(button: QToolButton, name: str) -> None:
    """Give a button another icon; painting one costs more than a frame may while a film plays."""
    if button.property("iconName") != name:
        set_icon(button, name)
