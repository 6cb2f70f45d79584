"""Acts on the case and the rest of the window."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QMenu

from tests.soak.acts import Act, Desk, Doing, always, clicks

FULL_RESULTS, FULL_SOURCES = 18, 3
SIZES = ((1366, 768), (1500, 930), (1920, 1080), (1100, 700))


def _full(desk: Desk) -> bool:
    """Tell whether so much lies on the desk that a person begins another case."""
    free = not desk.session.busy and not desk.session.casework.exporting
    return free and (desk.results > FULL_RESULTS or len(desk.session.works) > FULL_SOURCES)


def _filled(desk: Desk) -> bool:
    return bool(desk.session.works)


def _named(desk: Desk) -> list[Path]:
    return sorted((desk.folder / "cases").glob("*.fhcase"))


def _has_cases(desk: Desk) -> bool:
    return len(_named(desk)) > 1 and not desk.session.busy and desk.results > FULL_RESULTS / 2


def _recent(desk: Desk) -> str:
    """Choose a case of the menu of recent ones."""
    menu = desk.window.findChild(QMenu, "recentCases")
    if menu is None:
        return "no menu"
    menu.aboutToShow.emit()
    actions = [action for action in menu.actions() if action.isEnabled()]
    if not actions:
        return "none"
    action = desk.rng.choice(actions[:4])
    action.trigger()
    return str(action.text())


def _theme(desk: Desk) -> str:
    name, action = desk.rng.choice(list(desk.window.actions_.themes.items()))
    action.trigger()
    return str(name)


def _navigate(desk: Desk) -> str:
    """Click a row of the case, sometimes opening its menu."""
    navigator = desk.window.navigator
    items = list(navigator.tree.all_items())
    if not items:
        return "empty"
    item = desk.rng.choice(items)
    navigator.tree.scrollToItem(item)
    at = navigator.tree.visualItemRect(item).center()
    desk.hands.click_at(navigator.tree.viewport(), at)
    if desk.rng.random() < 0.2:
        navigator.show_menu(at)
    return str(item.text(0))


def _rename(desk: Desk) -> str:
    navigator = desk.window.navigator
    navigator.rename()
    field = navigator.tree.findChild(QLineEdit, "renameField")
    if field is None:
        return "nothing to rename"
    desk.hands.type(field, f"Item {desk.number}")
    return f"Item {desk.number}"


def _note(desk: Desk) -> str:
    note = desk.hands.find("noteField")
    if note is None:
        return "no note"
    note.setFocus()
    note.setPlainText(f"noted at {desk.number}")
    desk.window.navigator.note.write()
    return f"{desk.number}"


def _delete(desk: Desk) -> None:
    tree = desk.window.navigator.tree
    tree.setFocus()
    desk.hands.key(tree, Qt.Key.Key_Delete)


def _undo(desk: Desk) -> Doing:
    action = desk.window.actions_.undo if desk.rng.random() < 0.65 else desk.window.actions_.redo
    for _ in range(desk.rng.randint(1, 3)):
        if action.isEnabled():
            action.trigger()
        yield
    return str(action.text())


def _areas(desk: Desk) -> None:
    desk.window.areas.go(desk.rng.choice((1, -1)))


def _resize(desk: Desk) -> str:
    size = desk.rng.choice(SIZES)
    desk.window.resize(*size)
    return "{}×{}".format(*size)


def _log(desk: Desk) -> None:
    desk.window.log_dock.toggleViewAction().trigger()


def _help(desk: Desk) -> str:
    helping = desk.window.helping
    desk.rng.choice((helping.show, helping.show_keys))()
    return "help"


def _page(desk: Desk) -> str:
    name = desk.rng.choice(("trainAction", "benchmarkAction", "modelsAction"))
    desk.hands.click(name)
    return name


def _away(desk: Desk) -> bool:
    return not desk.at_pictures


def _back(desk: Desk) -> None:
    desk.hands.click("stepFrame")


def _model_row(desk: Desk) -> str:
    """Choose something in what the page of models lists."""
    table = desk.hands.find("modelTable")
    if table is None:
        return "not shown"
    rows = table.topLevelItemCount() if hasattr(table, "topLevelItemCount") else 0
    view = table.viewport()
    desk.hands.click_at(view, QPoint(60, desk.rng.randrange(10, max(11, view.height() - 5))))
    return f"{rows} rows"


def _about(desk: Desk) -> None:
    desk.window.show_about()


def _has_export(desk: Desk) -> bool:
    return bool(_exports(desk))


def _exportable(desk: Desk) -> bool:
    return bool(desk.session.can_export)


def _exports(desk: Desk) -> list[Path]:
    return sorted((desk.folder / "exports").glob("*/manifest.json"))


def _verify(desk: Desk) -> str:
    """Have another process verify an export, as the other side would."""
    folder = desk.rng.choice(_exports(desk)[-8:]).parent
    with (desk.folder / "verified.txt").open("a") as out:
        subprocess.Popen(
            [sys.executable, "-m", "fhgui", "verify", str(folder)],
            stdout=out,
            stderr=out,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
    return folder.name


def _verify_here(desk: Desk) -> str:
    """Verify an export in the window, in the place of one that is being verified."""
    folder = desk.rng.choice(_exports(desk)[-8:]).parent
    desk.window.verify(folder)
    return folder.name


def _at_trainings(desk: Desk) -> bool:
    return desk.window.desk.currentWidget() is desk.window.train


def _make_set(desk: Desk) -> Doing:
    """Have a set made of the pictures that can be opened, or stop one that is being made."""
    form = desk.window.train.page.form
    making = next((c for c in form.making.cards if c.run.status.alive), None)
    if making is not None:
        making.stop.click()
        return "stopped"
    desk.hands.click("trainMakeSet")
    yield
    dialog = desk.hands.find("makeSetDialog")
    if dialog is None:
        return "no dialog"
    dialog.add(path for path in desk.materials.sound if path.suffix != ".mp4")
    dialog.aligned.setChecked(desk.rng.random() < 0.7)
    dialog.out.setText(str(desk.folder / "sets" / f"set-{desk.number}"))
    yield
    dialog.ok.click()
    return str(dialog.out.text())


ACTS = (
    Act("undo or redo", 5, _filled, _undo),
    Act("navigate", 7, _filled, _navigate),
    Act("rename", 1, _filled, _rename),
    Act("note", 1, _filled, _note),
    Act("delete an item", 0.7, _filled, _delete),
    Act("save", 1.5, _filled, clicks("saveCaseAction")),
    Act("save as", 0.4, _filled, clicks("saveCaseAsAction")),
    Act("export", 3, _exportable, clicks("exportButton")),
    Act("verify an export", 0.3, _has_export, _verify),
    Act("verify in the window", 0.3, _has_export, _verify_here),
    Act("new case", 12, _full, clicks("newCaseAction")),
    Act("open a case", 3, _has_cases, clicks("openCaseAction")),
    Act("recent case", 3, _has_cases, _recent),
    Act("theme", 0.7, always, _theme),
    Act("settings", 0.8, always, clicks("preferencesAction")),
    Act("next area", 1, always, _areas),
    Act("resize", 0.6, always, _resize),
    Act("log", 0.6, always, _log),
    Act("help", 0.4, always, _help),
    Act("about", 0.2, always, _about),
    Act("another page", 1.2, always, _page),
    Act("back to the pictures", 12, _away, _back),
    Act("row of the models", 4, _away, _model_row),
    Act("make a set", 2, _at_trainings, _make_set),
)
