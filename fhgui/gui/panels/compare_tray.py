"""Below the comparison: stages, profile, annotations, exemplars or reference, one at a time."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from fhgui.gui.language import tr
from fhgui.gui.panels.exemplar_panel import ExemplarPanel
from fhgui.gui.panels.marks_panel import MarksPanel
from fhgui.gui.panels.profile_panel import ProfilePanel
from fhgui.gui.panels.reference_panel import ReferencePanel
from fhgui.gui.panels.stage_strip import StagePanel, reading_words
from fhgui.gui.viewers.compare_view import CompareView
from fhgui.gui.widgets import Elided, tool_button
from fhgui.methods import registry
from fhgui.session.results import Result
from fhgui.session.session import Session
from fhgui.session.viewing import CompareMode, Tray

HEIGHT_PX = 118
EXEMPLARS_TIP = "Exemplars that a place's detail is from (E)"
TABS = (
    (Tray.STAGES, "trayStages", "filmstrip", "Stages", "Stages of the selected result"),
    (Tray.PROFILE, "trayProfile", "chart-line", "Profile", "Grey levels along a line (L)"),
    (Tray.MARKS, "trayMarks", "draw", "Annotate", "Arrows, boxes and words (A)"),
    (Tray.EXEMPLARS, "trayExemplars", "account-group-outline", "Exemplars", EXEMPLARS_TIP),
    (Tray.REFERENCE, "trayReference", "target", "Reference", "Figures against a reference (R)"),
)


class CompareTray(QWidget):
    """Shows the panel that the session's view names; hidden while there is no result."""

    def __init__(
        self, session: Session, compare: CompareView, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("compareTray")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._session = session
        self.stages = StagePanel(session)
        self.profile = ProfilePanel(session, compare)
        self.marks = MarksPanel(session, compare)
        self.exemplars = ExemplarPanel(session)
        self.reference = ReferencePanel(session)
        self._pages = {
            Tray.STAGES: self.stages,
            Tray.PROFILE: self.profile,
            Tray.MARKS: self.marks,
            Tray.EXEMPLARS: self.exemplars,
            Tray.REFERENCE: self.reference,
        }
        self._stack = QStackedWidget()
        for page in self._pages.values():
            self._stack.addWidget(page)
        self.buttons = {}
        row = QHBoxLayout()
        row.setSpacing(4)
        for tray, name, picture, text, tip in TABS:
            button = tool_button(name, picture, text, tip, checkable=True)
            button.clicked.connect(lambda _, t=tray: session.look(tray=t, drawing=None))
            self.buttons[tray] = button
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.stages.controls)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 2, 8, 4)
        layout.setSpacing(4)
        layout.addLayout(row)
        self.readings = Elided("")
        self.readings.setObjectName("stageReadings")
        self.readings.setAccessibleName(tr("What was measured in the shown stage"))
        layout.addWidget(self.readings)
        layout.addWidget(self._stack)
        self._stack.setFixedHeight(HEIGHT_PX)
        for signal in (session.view_changed, session.active_changed, session.results_changed):
            signal.connect(self.refresh)
        session.result_changed.connect(self._changed)
        self.refresh()

    def refresh(self) -> None:
        """Show the panel of the session's view."""
        view = self._session.view
        self.setVisible(self._session.selected is not None)
        for tray, button in self.buttons.items():
            button.setChecked(view.tray is tray)
        tells = view.tray is Tray.EXEMPLARS or self._tells_sources()
        self.buttons[Tray.EXEMPLARS].setVisible(tells)
        self._stack.setCurrentWidget(self._pages[view.tray])
        self._tell_readings()
        strip = view.tray is Tray.STAGES
        self.stages.controls.setVisible(strip)
        self._stack.setHidden(strip and view.mode is CompareMode.STAGES)  # they are above

    def _tells_sources(self) -> bool:
        """Tell whether a method on the face can say which exemplars its result is from."""
        work = self._session.current
        face = None if work is None else work.active_face
        names = {result.name for result in face.results} if face is not None else set()
        known = names & set(registry.method_ids())  # a case may hold methods of another version
        return any(registry.info(name).tells_sources for name in known)

    def _changed(self, result: Result) -> None:
        if result.job == self._session.selected_job:
            self._tell_readings()

    def _tell_readings(self) -> None:
        """Say what was measured in the stage that is shown of the selected result."""
        selected = self._session.selected
        words = "" if selected is None else reading_words(selected.stage)
        self.readings.setText(words)
        self.readings.setToolTip(words)
        self.readings.setVisible(bool(words) and self._session.view.tray is Tray.STAGES)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self.profile.retheme()
