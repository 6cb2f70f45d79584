"""The seven steps of the work from left to right, with ticks on those that are done."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from fhgui.gui.language import tr
from fhgui.gui.theme import icon, theme_name
from fhgui.gui.widgets import tool_button
from fhgui.session.session import Session
from fhgui.session.viewing import Step

TIPS = {
    Step.OPEN: "Open a picture or a video (Ctrl+O)",
    Step.FRAME: "Find the frame (F2)",
    Step.CROP: "Draw a crop around the face (F3)",
    Step.ALIGN: "Set or find the points (F4)",
    Step.ENHANCE: "Choose methods and run them (F5)",
    Step.COMPARE: "Compare the results (F6)",
    Step.EXPORT: "Write pictures, record and report (Ctrl+E)",
}
PAGES = (
    ("Train", "school-outline", "Train models (Ctrl+T)"),
    ("Benchmark", "chart-bell-curve-cumulative", "Measure methods on a test set (Ctrl+B)"),
    ("Models", "database-outline", "Models: their cards, check, add and remove them (Ctrl+M)"),
)
"""The other pages of the desk: name, icon, tooltip."""


def steps_done(session: Session) -> set[Step]:
    """Return the steps that have something to show for them."""
    work, marking = session.current, session.marking
    if work is None:
        return set()
    finished = any(r.run is not None for f in work.face_works for r in f.results)
    facts = {
        Step.OPEN: work.info is not None,
        Step.FRAME: work.frame is not None,
        Step.CROP: marking.box is not None or marking.points is not None or marking.aligned,
        Step.ALIGN: marking.points is not None or marking.aligned,
        Step.ENHANCE: finished,
        Step.COMPARE: finished,
        Step.EXPORT: work.exported,
    }
    return {step for step, fact in facts.items() if fact}


class StepBar(QWidget):
    """Shows where the analyst is; a click goes to that step, or to another page of the desk."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stepBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 6, 8, 6)
        layout.setSpacing(4)
        brand = QLabel(tr("fhgui"))
        brand.setObjectName("brand")
        layout.addWidget(brand)
        self.buttons: dict[Step, QToolButton] = {}
        for step in Step:
            button = QToolButton()
            button.setObjectName(f"step{step.value}")
            button.setText(f" {tr(step.value)}")
            button.setToolTip(tr(TIPS[step]))
            button.setAccessibleName(f"Step {step.value}")
            button.setCheckable(True)
            button.setIconSize(QSize(19, 19))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            self.buttons[step] = button
            layout.addWidget(button)
        layout.addStretch(1)
        self.note = QLabel()
        self.note.setObjectName("caseNote")
        layout.addWidget(self.note)
        self.train, self.benchmark, self.models = (
            tool_button(f"{page.lower()}Button", icon_name, page, tip, checkable=True)
            for page, icon_name, tip in PAGES
        )
        self._shown: object = None
        self._pages = dict(zip((self.train, self.benchmark, self.models), PAGES, strict=True))
        for button in self._pages:
            button.setIconSize(QSize(19, 19))
            layout.addWidget(button)
        for signal in (
            session.works_changed,
            session.frame_changed,
            session.marking_changed,
            session.results_changed,
            session.view_changed,
            session.exported,
        ):
            signal.connect(self._refresh)
        self.refresh()

    def _refresh(self, *_: object) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Show ticks and the open step."""
        done = steps_done(self._session)
        elsewhere = any(button.isChecked() for button in self._pages)
        work = self._session.current
        count = len(self._session.works)
        state = (done, self._session.view.step, elsewhere, work and work.path, count, theme_name())
        if state == self._shown:  # a playing film comes here twice a frame
            return
        self._shown = state
        for number, (step, button) in enumerate(self._buttons(), start=1):
            here = step is self._session.view.step and not elsewhere
            button.setChecked(here)
            if step in done and not here:
                button.setIcon(icon("check-circle", "green", checked="green"))
            elif here:
                button.setIcon(icon(f"numeric-{number}-circle", "accent", checked="accent"))
            else:
                button.setIcon(icon(f"numeric-{number}-circle-outline", "muted", checked="muted"))
        for page, (_, icon_name, _) in self._pages.items():
            page.setIcon(icon(icon_name, "text", checked="text"))
        sources = "" if count < 2 else f"{count} sources · "
        self.note.setText("" if work is None else f"{sources}{work.path.name}")

    def show_page(self, button: QToolButton, shown: bool, running: int) -> None:
        """Say whether a page of the desk is looked at, and how many runs of its kind run."""
        name, _, _ = self._pages[button]
        button.setText(f" {tr(name)} · {running} running" if running else f" {tr(name)}")
        button.setChecked(shown)
        self.refresh()

    def _buttons(self) -> list[tuple[Step, QToolButton]]:
        return list(self.buttons.items())
