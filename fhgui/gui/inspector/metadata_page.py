"""Every fact about the source and the frame shown, to be read and copied."""

from __future__ import annotations

from html import escape

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QTextBrowser, QVBoxLayout, QWidget

from fhgui.core.text import visible
from fhgui.gui.language import tr
from fhgui.gui.theme import colour
from fhgui.session.places import clock_words, time_code
from fhgui.session.session import Session
from fhgui.session.transport import rate_of
from fhgui.session.work import Work

Fact = tuple[str, str]
LONGEST = 2000


class MetadataPage(QWidget):
    """A list of names and values, which can be selected and copied."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("metadataPage")
        self._session = session
        self._facts: list[Fact] = []
        self.text = QTextBrowser()
        self.text.setObjectName("metadataText")
        self.text.setAccessibleName(tr("Facts about source and frame"))
        self.text.setOpenLinks(False)  # a file's tags may hold anything
        self.copy = QPushButton(tr("Copy all"))
        self.copy.setObjectName("metadataCopy")
        self.copy.clicked.connect(self._copy)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.copy)
        for signal in (session.frame_changed, session.works_changed):
            signal.connect(self.refresh)

    def refresh(self) -> None:
        """Show the facts of now; costs nothing while the page is hidden."""
        if not self.isVisible():
            return
        work = self._session.current
        facts = [] if work is None else facts_of(work)
        if facts == self._facts:
            return
        self._facts = facts
        bar = self.text.verticalScrollBar()
        place = bar.value()
        self.text.setHtml("".join(_row(name, value) for name, value in facts))
        bar.setValue(place)

    def showEvent(self, event: object) -> None:  # noqa: N802  Qt's name
        """Catch up; called by Qt."""
        self.write_anew()

    def write_anew(self) -> None:
        """Write everything, in the colours of the theme in force."""
        self._facts = []
        self.refresh()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(f"{n}: {v}" for n, v in self._facts))


def _row(name: str, value: str) -> str:
    label = f"<span style='color:{colour('muted')}'>{escape(name)}</span>"
    return f"<p style='margin:0 0 5px 0'>{label}<br>{escape(value)}</p>"


def facts_of(work: Work) -> list[Fact]:
    """Return every fact about a source, first those of the frame shown."""
    facts = [*_frame_facts(work), *_source_facts(work)]
    info = work.info
    if info is not None:
        facts += [("note", note) for note in info.notes]
        facts += [(name, value) for name, value in info.metadata]
    return [(visible(n, 200), visible(v, LONGEST)) for n, v in facts]


def _frame_facts(work: Work) -> list[Fact]:
    frame = work.frame
    if frame is None:
        return []
    height, width = frame.size_hw
    facts = [("frame", f"{frame.index} of 0–{work.count - 1}"), ("size", f"{width} × {height} px")]
    if frame.time_s is not None:
        facts.append(("time", f"{clock_words(frame.time_s)} ({frame.time_s:.6f} s)"))
        facts.append(("time code", f"{time_code(frame.index, rate_of(work))}, none dropped"))
    if frame.pts is not None:
        facts.append(("pts", str(frame.pts)))
    facts.append(("key frame", "yes" if frame.key_frame else "no"))
    return facts + [("frame note", note) for note in frame.notes]


def _source_facts(work: Work) -> list[Fact]:
    facts = [
        ("file", str(work.path)),
        ("SHA-256", work.sha256 or "is being computed"),
    ]
    info = work.info
    if info is None:
        return facts
    facts += [
        ("bytes", f"{info.size_bytes:,}"),
        ("container", info.container),
        ("codec", info.codec),
        ("stored size", f"{info.width} × {info.height} px, {info.bit_depth} bit"),
    ]
    if work.is_film:
        counted = "" if work.counted else "about "
        facts.append(("frames", f"{counted}{work.count}"))
        facts.append(("interlaced", "yes" if info.interlaced else "no"))
        if info.rate_fps:
            facts.append(("rate", f"{info.rate_fps:.6g} frames/s"))
        facts.append(("time base", info.time_base or "none stored"))
        if info.duration_s is not None:
            facts.append(("duration", clock_words(info.duration_s)))
        times = work.film.times
        if times is not None:
            facts.append(("key frames", str(len(times.keys))))
    return facts
