"""Menus and shortcuts of the main window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from fhgui.gui import settings, theme
from fhgui.gui.keys import shortcut
from fhgui.gui.language import tr
from fhgui.gui.panels.step_bar import TIPS
from fhgui.gui.widgets import set_icon
from fhgui.session.viewing import Step

if TYPE_CHECKING:
    from fhgui.gui.window import MainWindow

THEMES = {"dark": "Dark theme", "light": "Light theme", theme.SYSTEM: "Theme of the system"}
STEPS = (Step.FRAME, Step.CROP, Step.ALIGN, Step.ENHANCE, Step.COMPARE)


class Actions:
    """All actions, by name; they change the session or open a dialog."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._make_file()
        self._make_edit()
        self._make_view()
        self._make_run()
        self._make_help()
        self.refresh()

    def _action(
        self, menu: QMenu, text: str, wish: str, icon: str, do: Callable[[], object]
    ) -> QAction:
        """Add an action to a menu; its shortcut is what the table of keys has for the wish."""
        text = tr(text)
        action = QAction(text, self._window)
        if icon:
            set_icon(action, icon)
        keys = shortcut(wish)
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setToolTip(f"{text.replace(' …', '')} ({keys})")
        action.triggered.connect(lambda _checked=False: do())
        menu.addAction(action)
        return action

    def _menu(self, title: str) -> QMenu:
        return self._window.menuBar().addMenu(tr(title))

    def _make_file(self) -> None:
        window = self._window
        menu = self._menu("&File")
        self.open = self._action(
            menu, "Open …", "open", "folder-open-outline", window.ask_for_source
        )
        self.open.setObjectName("openAction")
        folder = self._action(menu, "Open folder …", "", "folder-outline", window.ask_for_folder)
        folder.setObjectName("openFolderAction")
        self.recent = menu.addMenu(tr("Open recent"))
        self.recent.aboutToShow.connect(self._fill_recent)
        self._action(menu, "Open the demo", "", "play-circle-outline", window.hub.open_demo)
        menu.addSeparator()
        self._make_cases(menu)
        menu.addSeparator()
        self.export = self._action(
            menu, "Export …", "export", "export-variant", window.ask_for_export
        )
        self.export.setObjectName("exportAction")
        verify = self._action(menu, "Verify …", "", "shield-check-outline", window.ask_to_verify)
        verify.setObjectName("verifyAction")
        menu.addSeparator()
        self._action(menu, "Quit", "quit", "", window.close)

    def _make_cases(self, menu: QMenu) -> None:
        casing = self._window.casing
        wishes = (
            ("New case …", "new_case", "folder-plus-outline", casing.new, "newCaseAction"),
            ("Open case …", "open_case", "folder-open-outline", casing.ask, "openCaseAction"),
            ("Save case", "save_case", "content-save-outline", casing.save, "saveCaseAction"),
            ("Save case as …", "save_case_as", "", casing.save_as, "saveCaseAsAction"),
        )
        for text, wish, picture, do, name in wishes:
            self._action(menu, text, wish, picture, do).setObjectName(name)
            if do == casing.ask:
                recent = menu.addMenu(tr("Open recent case"))
                recent.setObjectName("recentCases")
                recent.aboutToShow.connect(partial(casing.fill_recent, recent))

    def _make_edit(self) -> None:
        session = self._window.session
        menu = self._menu("&Edit")
        self.undo = self._action(menu, "Undo", "undo", "undo", session.undo)
        self.redo = self._action(menu, "Redo", "redo", "redo", session.redo)
        menu.addSeparator()
        self._make_items(menu)
        menu.addSeparator()
        page = self._window.frame_page
        self.clear = self._action(menu, "Clear crop and points", "", "close", page.clear_crop)
        self.aligned = QAction(tr("Frame already is a method's input"), self._window)
        self.aligned.setObjectName("alignedAction")
        self.aligned.setCheckable(True)
        self.aligned.triggered.connect(session.toggle_aligned)
        menu.addAction(self.aligned)
        menu.addSeparator()
        self.preferences = self._action(
            menu, "Settings …", "preferences", "cog-outline", self._window.show_preferences
        )
        self.preferences.setObjectName("preferencesAction")

    def _make_items(self, menu: QMenu) -> None:
        """What is done with the chosen item of the case; its keys hold in the navigator."""
        tree = self._window.navigator
        wishes = (
            ("Rename item …", "pencil-outline", tree.rename, "renameItemAction", "F2"),
            ("Note on item …", "note-text-outline", tree.write_note, "noteItemAction", "N"),
            ("Delete item", "delete-outline", tree.delete, "deleteItemAction", "Del"),
        )
        self.items = []
        for text, picture, do, name, key in wishes:
            action = self._action(menu, text, "", picture, do)
            action.setObjectName(name)
            action.setToolTip(f"{text.replace(' …', '')} ({key} in the case)")
            self.items.append(action)
        menu.aboutToShow.connect(self._refresh_items)

    def _refresh_items(self) -> None:
        row = self._window.navigator.row
        for action in self.items:
            action.setEnabled(row is not None)

    def _make_view(self) -> None:
        window = self._window
        menu = self._menu("&View")
        for step in STEPS:
            step_wish = f"step_{step.value.lower()}"
            action = self._action(menu, step.value, step_wish, "", partial(window.go_to_step, step))
            action.setToolTip(tr(TIPS[step]))
        menu.addSeparator()
        self._action(menu, "Fit", "fit", "fit-to-screen-outline", window.fit)
        self._action(menu, "100 %", "actual", "", lambda: window.set_scale(1.0))
        self._action(menu, "400 %", "four_times", "", lambda: window.set_scale(4.0))
        menu.addSeparator()
        log = window.log_dock.toggleViewAction()
        log.setText(tr("Log"))
        log.setShortcut(QKeySequence(shortcut("log")))
        menu.addAction(log)
        menu.addSeparator()
        group = QActionGroup(window)
        self.themes: dict[str, QAction] = {}
        for name, words in THEMES.items():
            wish = partial(window.set_theme, name)
            action = self._action(menu, words, "", "", wish)
            action.setCheckable(True)
            group.addAction(action)
            self.themes[name] = action
        self.tell_theme()

    def tell_theme(self) -> None:
        """Tick the theme that is chosen."""
        chosen = self.themes.get(settings.theme(), self.themes["dark"])
        chosen.setChecked(True)

    def _make_run(self) -> None:
        session = self._window.session
        menu = self._menu("&Run")
        editor = self._window.landmarks
        self.faces = self._action(
            menu, "Find faces", "find_faces", "face-recognition", session.find_faces
        )
        self.points = self._action(
            menu, "Find points in the crop", "find_points", "auto-fix", editor.find_points
        )
        self.straighten = self._action(
            menu, "Align without landmarks", "straighten", "rotate-right", editor.straighten
        )
        self.straighten.setObjectName("straightenAction")
        menu.addSeparator()
        self.run = self._action(menu, "Run methods", "run", "play", session.run)
        self.cancel = self._action(menu, "Cancel", "cancel", "stop", session.cancel)
        menu.addSeparator()
        window = self._window
        self.train = self._action(
            menu,
            "Train models",
            "train",
            "school-outline",
            partial(window.toggle_page, window.train),
        )
        self.train.setObjectName("trainAction")
        self.benchmark = self._action(
            menu,
            "Benchmark methods",
            "benchmark",
            "chart-bell-curve-cumulative",
            partial(window.toggle_page, window.benchmark),
        )
        self.benchmark.setObjectName("benchmarkAction")
        self.models = self._action(
            menu, "Models", "models", "database-outline", partial(window.toggle_page, window.models)
        )
        self.models.setObjectName("modelsAction")

    def _make_help(self) -> None:
        menu = self._menu("&Help")
        window = self._window
        self._action(menu, "Help", "help", "help-circle-outline", window.helping.show)
        self._action(menu, "Keys", "keys", "keyboard-outline", window.helping.show_keys)
        self._action(menu, "Manual", "manual", "book-open-outline", window.helping.manual.show)
        menu.addSeparator()
        self._action(menu, "About fhgui", "", "information-outline", self._window.show_about)

        for wish, direction in (("next_area", 1), ("last_area", -1)):
            action = QAction(self._window)
            action.setShortcut(QKeySequence(shortcut(wish)))
            action.triggered.connect(partial(self._window.areas.go, direction))
            self._window.addAction(action)

    def _fill_recent(self) -> None:
        self.recent.clear()
        for path in settings.recent():
            action = QAction(path.name, self.recent)  # which deletes it when it is cleared
            action.setToolTip(str(path))
            action.triggered.connect(partial(self._open_recent, path))
            self.recent.addAction(action)
        if not self.recent.actions():
            self.recent.addAction(tr("nothing yet")).setEnabled(False)

    def _open_recent(self, path: Path, _checked: bool = False) -> None:
        self._window.hub.open(path)

    def refresh(self) -> None:
        """Enable what can be done now."""
        session = self._window.session
        work = session.current
        undo, redo = session.undoing.undo_label, session.undoing.redo_label
        self.undo.setText(f"Undo {undo}".strip())
        self.undo.setEnabled(bool(undo))
        self.redo.setText(f"Redo {redo}".strip())
        self.redo.setEnabled(bool(redo))
        has_frame = work is not None and work.frame is not None
        for action in (self.faces, self.points, self.aligned, self.clear):
            action.setEnabled(has_frame)
        self.straighten.setEnabled(has_frame and session.marking.box is not None)
        self.aligned.setChecked(session.marking.aligned)
        self.run.setEnabled(not session.ready_to_run())
        self.cancel.setEnabled(session.busy)
        self.export.setEnabled(session.can_export)
