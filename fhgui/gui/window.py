"""The main window: it only puts panels together and passes wishes on to the session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fhgui.gui import settings, theme
from fhgui.gui.actions import Actions
from fhgui.gui.areas import Areas
from fhgui.gui.asking import ask_for_files, ask_for_folder
from fhgui.gui.casing import Casing
from fhgui.gui.closing import Closing
from fhgui.gui.dialogs.about import AboutDialog
from fhgui.gui.dialogs.export import ExportDialog
from fhgui.gui.dialogs.preferences import PreferencesDialog
from fhgui.gui.dialogs.verify import VerifyDialog
from fhgui.gui.dropping import Dropping
from fhgui.gui.film_keys import film_key
from fhgui.gui.help.helping import Helping
from fhgui.gui.hub import Hub
from fhgui.gui.keys import Place, wish_of
from fhgui.gui.language import tr
from fhgui.gui.panels.banner import Banner
from fhgui.gui.panels.benchmark_panel import benchmark_panel
from fhgui.gui.panels.compare_tray import CompareTray
from fhgui.gui.panels.enhance import EnhancePanel
from fhgui.gui.panels.log_dock import LogDock
from fhgui.gui.panels.model_panel import model_panel
from fhgui.gui.panels.navigator import Navigator
from fhgui.gui.panels.step_bar import StepBar
from fhgui.gui.panels.timeline import Timeline
from fhgui.gui.panels.train_panel import train_panel
from fhgui.gui.panels.welcome import Welcome
from fhgui.gui.status import Status
from fhgui.gui.threads.ahead import AFTER_MS, import_ahead
from fhgui.gui.typed import typed_path
from fhgui.gui.viewers.compare_view import CompareView
from fhgui.gui.viewers.frame_page import FramePage
from fhgui.gui.viewers.landmark_editor import LandmarkEditor
from fhgui.gui.viewers.picture_view import PictureView
from fhgui.gui.widgets import retheme_icons
from fhgui.session.gathering import PICTURES
from fhgui.session.gathering import VIDEOS as VIDEO_FILES
from fhgui.session.logbook import Level
from fhgui.session.viewing import Step
from fhgui.session.work import Work

IMAGES, VIDEOS = (" ".join(f"*.{ending}" for ending in kind) for kind in (PICTURES, VIDEO_FILES))
FILTER = (
    f"Pictures and videos ({IMAGES} {VIDEOS});;Pictures ({IMAGES});;Videos ({VIDEOS});;"
    "All files (*)"
)
FIRST_SIZE = (1500, 930)


class MainWindow(QMainWindow):
    """Step bar above, navigator left, pictures in the middle, methods right, film below."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle(tr("fhgui"))
        self.setWindowIcon(theme.app_icon())
        self.setAcceptDrops(True)
        self.setMinimumSize(1024, 640)
        self.hub = Hub(self)
        self.session = self.hub.session
        self._begun = False
        self._looked_at: Work | None = None
        self.status = Status(self.session)
        self.casing = Casing(self, self.session)
        self.closing = Closing(self, self.session)
        self.closing.save_wanted.connect(self.casing.save_as)
        self.dropping = Dropping(self, self.hub)
        self.helping, self.areas = Helping(self), Areas(self)
        self._make_centre()
        self._make_frame()
        self.actions_ = Actions(self)
        self.setStatusBar(self.status)
        self._connect()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._restore_size()
        self._show_recent()
        self.refresh()

    # ---- building -------------------------------------------------------------------------

    def _make_centre(self) -> None:
        session = self.session
        self.welcome = Welcome()
        self.frame_page = FramePage(session, self.hub.preview)
        self.landmarks = LandmarkEditor(session)
        self.compare = CompareView(session)
        self.tray = CompareTray(session, self.compare)
        self.timeline = Timeline(session)
        self.banner = Banner(session)
        results = QWidget()
        results.setObjectName("centrePage")
        below = QVBoxLayout(results)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self.compare, 1)
        below.addWidget(self.tray)
        self.results = results
        self.pages = QStackedWidget()
        for page in (self.welcome, self.frame_page, self.landmarks, results):
            self.pages.addWidget(page)

    def _make_frame(self) -> None:
        session = self.session
        self.navigator = Navigator(session)
        self.enhance = EnhancePanel(session)
        self.navigator.setMinimumWidth(200)
        self.enhance.setMinimumWidth(280)
        middle = QWidget()
        middle.setObjectName("centre")
        inner = QVBoxLayout(middle)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self.casing.offer)
        inner.addWidget(self.banner)
        inner.addWidget(self.pages, 1)
        inner.addWidget(self.timeline)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for widget in (self.navigator, middle, self.enhance):
            self.splitter.addWidget(widget)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([246, 900, 308])
        self.steps = StepBar(session)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.steps)
        self.train = train_panel(self.hub.trainings, self.hub.builds)
        self.desk = QStackedWidget()
        self.benchmark = benchmark_panel(self.hub.benchmarks, self.status.show_sample)
        self.models = model_panel(self.session)
        for page in (self.splitter, self.train, self.benchmark, self.models):
            self.desk.addWidget(page)
        layout.addWidget(self.desk, 1)
        self.setCentralWidget(body)
        self.log_dock = LogDock(session)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.log_dock)
        self.log_dock.hide()

    def _connect(self) -> None:
        session = self.session
        self.welcome.open_wanted.connect(self.ask_for_source)
        self.welcome.demo_wanted.connect(self.hub.open_demo)
        self.welcome.path_wanted.connect(lambda text: self.hub.open(Path(text)))
        self.enhance.export.clicked.connect(self.ask_for_export)
        self.navigator.head.save_wanted.connect(self.casing.save)
        self.navigator.verify_wanted.connect(self.verify)
        self.frame_page.crop.toggled.connect(self._crop_toggled)
        for page in (self.frame_page, self.landmarks, self.compare):
            page.hovered.connect(self.status.show_sample)
        for view in (self.frame_page.view, self.landmarks.view, self.compare):
            view.scale_changed.connect(self._tell_scale)
        for step, button in self.steps.buttons.items():
            button.clicked.connect(lambda _, s=step: self.go_to_step(s))
        self.steps.train.clicked.connect(lambda: self.show_page(self.train))
        self.steps.benchmark.clicked.connect(lambda: self.show_page(self.benchmark))
        self.steps.models.clicked.connect(lambda: self.show_page(self.models))
        trainings, benchmarks = self.hub.trainings, self.hub.benchmarks
        for signal in (
            trainings.runs_changed,
            trainings.run_changed,
            benchmarks.runs_changed,
            benchmarks.run_changed,
        ):
            signal.connect(self._tell_runs)
        for signal in (
            session.works_changed,
            session.frame_changed,
            session.marking_changed,
            session.aids_changed,
            session.methods_changed,
            session.results_changed,
            session.active_changed,
            session.busy_changed,
            session.view_changed,
        ):
            signal.connect(self.refresh)

    def _restore_size(self) -> None:
        stored = settings.geometry()
        if stored is None or not self.restoreGeometry(stored):
            room = self.screen().availableGeometry()
            self.resize(min(FIRST_SIZE[0], room.width()), min(FIRST_SIZE[1], room.height()))

    # ---- what the session looks like --------------------------------------------------------

    def refresh(self) -> None:
        """Show the page of the session's step."""
        session = self.session
        pages = {
            Step.OPEN: self.welcome,
            Step.FRAME: self.frame_page,
            Step.CROP: self.frame_page,
            Step.ALIGN: self.landmarks,
            Step.ENHANCE: self.results,
            Step.COMPARE: self.results,
            Step.EXPORT: self.results,
        }
        if session.current is not self._looked_at:  # a source was opened: it wants to be seen
            self._looked_at = session.current
            self.show_page(self.splitter)
        page = self.welcome if session.current is None else pages[session.view.step]
        if self.pages.currentWidget() is not page:
            self._show_page(page)
        self.frame_page.crop.setChecked(session.view.step is Step.CROP)
        self.timeline.setVisible(session.current is not None and session.current.is_film)
        self.casing.tell()
        self.actions_.refresh()
        self._tell_scale()

    def _show_page(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        if page is self.welcome:
            self._show_recent()
        elif page is self.landmarks:
            QTimer.singleShot(0, self.landmarks.look_at_crop)
        if page is not self.frame_page:
            self.timeline.stop()
        self._focus_pictures()

    def _show_recent(self) -> None:
        self.welcome.set_recent(*self.casing.recent())

    def _focus_pictures(self) -> None:
        """Give the keys to the pictures that are looked at."""
        view = self.view
        if self.pages.currentWidget() is self.results:
            self.compare.setFocus()
        elif view is not None:
            view.setFocus()

    @property
    def view(self) -> PictureView | None:
        """The picture view that is looked at."""
        page = self.pages.currentWidget()
        if page is self.frame_page:
            return self.frame_page.view
        if page is self.landmarks:
            return self.landmarks.view
        views = self.compare.views if page is self.results else []
        return next((view for view in reversed(views) if view.pixels is not None), None)

    def fit(self) -> None:
        """See the whole picture, or the whole crop."""
        if self.pages.currentWidget() is self.landmarks:
            self.landmarks.look_at_crop()
        elif self.pages.currentWidget() is self.results:
            self.compare.fit()
        elif self.view is not None:
            self.view.fit()

    def set_scale(self, scale: float) -> None:
        """Show the picture at so many screen pixels a picture pixel."""
        if self.view is not None:
            self.view.set_scale(scale)

    def _tell_scale(self) -> None:
        view = self.view
        self.status.show_scale(None if view is None or view.pixels is None else view.told_scale)

    def _crop_toggled(self, on: bool) -> None:
        if on:
            self.session.look(step=Step.CROP)
        elif self.session.view.step is Step.CROP:
            self.session.look(step=Step.FRAME)

    # ---- wishes of the user -----------------------------------------------------------------

    def go_to_step(self, step: Step) -> None:
        """Do what a step of the bar stands for."""
        self.show_page(self.splitter)
        if step is Step.OPEN:
            self.ask_for_source()
        elif step is Step.EXPORT:
            self.ask_for_export()
        elif self.session.current is not None:
            self.session.look(step=step)
            self._focus_pictures()
        self.steps.refresh()

    def show_page(self, page: QWidget) -> None:
        """Look at a page of the desk: the trainings, the benchmarks, or the work on pictures."""
        if page is not self.splitter:
            self.timeline.stop()
        self.desk.setCurrentWidget(page)
        self._tell_runs()

    def toggle_page(self, page: QWidget) -> None:
        """Go to a page of the desk, or back to the pictures."""
        here = self.desk.currentWidget() is page
        self.show_page(self.splitter if here else page)

    def _tell_runs(self, run: object = None) -> None:
        here, steps = self.desk.currentWidget(), self.steps
        steps.show_page(steps.train, here is self.train, len(self.hub.trainings.active))
        steps.show_page(steps.benchmark, here is self.benchmark, len(self.hub.benchmarks.active))
        steps.show_page(steps.models, here is self.models, 0)

    def ask_for_source(self) -> None:
        """Open the file dialog."""
        ask_for_files(
            self,
            "Open a picture or a video",
            self.open_all,
            folder=_recent_folder(),
            kinds=FILTER,
            name="openDialog",
        )

    def ask_for_folder(self) -> None:
        """Open the dialog for a folder, all of whose pictures and videos are opened."""
        ask_for_folder(
            self,
            "Open every picture and video of a folder",
            self.hub.open,
            folder=_recent_folder(),
            name="openFolderDialog",
        )

    def open_all(self, paths: Sequence[str | Path]) -> None:
        """Open several sources; the last one becomes the current one."""
        for path in paths:
            self.hub.open(Path(path))

    def ask_to_verify(self) -> VerifyDialog:
        """Open the window that verifies exports, cases and records, or the one that is there."""
        found = self.findChild(VerifyDialog)
        dialog = found if found is not None else VerifyDialog(self)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        return dialog

    def verify(self, path: Path) -> None:
        """Verify an export, a case or a record at once."""
        self.ask_to_verify().verify(path)

    def ask_for_export(self) -> None:
        """Open the export dialog, or say why there is nothing to export."""
        if not self.session.can_export:
            self.session.note(
                "there is no finished result to export; run a method first", Level.WARNING
            )
            return
        work = self.session.current
        stem = "result" if work is None else f"{work.path.stem}-enhanced"
        dialog = ExportDialog(self.session, settings.export_folder() / stem, self)
        dialog.accepted.connect(
            lambda: settings.set_export_folder(typed_path(dialog.folder.text()).parent)
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def set_theme(self, name: str) -> None:
        """Put another theme on."""
        settings.set_theme(name)
        self.actions_.tell_theme()
        app = QApplication.instance()
        if theme.theme_of(name) != theme.theme_name() and isinstance(app, QApplication):
            self.setUpdatesEnabled(False)  # nobody sees it undressed
            self._in_turns((*theme.parts(app, name), *self._retheming()))

    def _in_turns(self, parts: Sequence[Callable[[], None]]) -> None:
        """Do one after the other, each in a turn of the event loop."""
        first, *others = parts
        first()
        if others:
            QTimer.singleShot(0, self, lambda: self._in_turns(others))

    def _retheming(self) -> tuple[Callable[[], None], ...]:
        """Return what takes the colours of the theme in force, one after the other."""
        return (
            partial(retheme_icons, self),
            self.landmarks.refresh,
            self.frame_page.inspector.metadata.write_anew,
            self.steps.refresh,
            self.enhance.methods.refresh,
            self.tray.retheme,
            *(panel.retheme for panel in (self.train, self.benchmark, self.models)),
            partial(self.setUpdatesEnabled, True),
        )

    def _follow_system(self) -> None:
        if settings.theme() == theme.SYSTEM:
            self.set_theme(theme.SYSTEM)

    def show_preferences(self) -> None:
        """Show the settings of the program."""
        dialog = PreferencesDialog(self.session, self)
        dialog.theme_wanted.connect(self.set_theme)
        dialog.open()

    def show_about(self) -> None:
        """Show what the program is."""
        AboutDialog(self).open()

    # ---- Qt's events ------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Start to read once the window is there; called by Qt."""
        super().showEvent(event)
        if not self._begun:
            self._begun = True
            QTimer.singleShot(30, self._begin)

    def _begin(self) -> None:
        self.hub.begin()
        self.casing.begin()
        QTimer.singleShot(AFTER_MS, self, import_ahead)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Do what a key stands for on this page; called by Qt."""
        page = self.pages.currentWidget() if self.splitter.isVisible() else None
        do: Callable[[], object] | None = None
        if page in (self.frame_page, self.landmarks):
            do = film_key(self.frame_page, self.timeline, self.session, event)
        elif page is self.results:
            do = self.compare.wish(event)
            if wish_of(Place.COMPARE, event) == "play_stages":
                do = self.tray.stages.toggle
        if do is None:
            super().keyPressEvent(event)
        else:
            do()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Take files; called by Qt."""
        self.dropping.enter(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802  Qt's name
        """Forget what was dragged over; called by Qt."""
        self.dropping.leave()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Open the files dropped; called by Qt."""
        self.dropping.drop(event)

    def close_now(self) -> None:
        """Close without asking; what goes on is stopped and recorded as cancelled."""
        self.closing.close_now()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """End threads and worker before the window goes, or ask first; called by Qt."""
        if not self.closing.may_close():
            event.ignore()
            return
        self.timeline.stop()
        self.landmarks.shut_down()
        self.compare.shut_down()
        self.train.shut_down()
        self.benchmark.shut_down()
        for verifying in self.findChildren(VerifyDialog):
            verifying.close()
        settings.set_geometry(self.saveGeometry())
        self.hide()  # the worker may take a second to leave the case
        self.casing.shut_down()
        self.hub.shut_down()
        self.casing.close()
        settings.forget()
        super().closeEvent(event)


def _recent_folder() -> Path | None:
    recent = settings.recent()
    return recent[0].parent if recent else None
