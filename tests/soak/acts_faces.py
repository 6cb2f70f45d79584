"""Acts on points, methods, runs and what came of them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from fhgui.session.viewing import Step
from tests.soak.acts import Act, Desk, Doing, always, clicks, on_pictures, on_points, on_results

TRAYS = ("stagesTab", "profileTab", "marksTab", "referenceTab")
MODES = ("gridButton", "wipeButton", "blinkButton", "differenceButton", "stagesButton")
MOST_RESULTS = 40


def _step(desk: Desk) -> str:
    step = desk.rng.choice((Step.FRAME, Step.CROP, Step.ALIGN, Step.ENHANCE, Step.COMPARE))
    desk.hands.click(f"step{step.value}")
    return str(step.value)


def _count(desk: Desk) -> str:
    buttons = desk.window.landmarks.findChildren(QWidget)
    names = [b.objectName() for b in buttons if b.objectName()[:6] == "points"]
    name = desk.rng.choice([n for n in names if n[6:].isdigit()] or ["points5"])
    desk.hands.click(name)
    return name


def _drag_point(desk: Desk) -> Doing:
    view, points = desk.window.landmarks.view, desk.session.marking.points
    if not points:
        return "no points"
    at = view.to_widget(*desk.rng.choice(list(points))).toPoint()
    yield from desk.hands.drag(
        view, at, at + QPoint(desk.rng.randint(-6, 6), desk.rng.randint(-6, 6))
    )
    for _ in range(desk.rng.randint(0, 3)):
        desk.hands.key(view, desk.rng.choice((Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Tab)))
        yield
    return f"of {len(points)}"


def _methods(desk: Desk) -> Doing:
    """Tick or untick one or two methods; never more than three are chosen."""
    cards, chosen = desk.window.enhance.methods.cards, desk.session.methods
    wanted = desk.rng.sample(sorted(cards), desk.rng.randint(1, 3))
    for method in {*wanted, *chosen}:
        if (method in wanted) != (method in chosen):
            check = cards[method].check
            desk.hands.click_at(check, QPoint(8, check.height() // 2))
        yield
    return ", ".join(desk.session.methods)


def _about_method(desk: Desk) -> str:
    method, card = desk.rng.choice(sorted(desk.window.enhance.methods.cards.items()))
    desk.hands.click_at(card.more, card.more.rect().center())
    return str(method)


def _can_run(desk: Desk) -> bool:
    few = desk.results < MOST_RESULTS
    return on_pictures(desk) and few and not desk.session.ready_to_run()


def _doubt(desk: Desk) -> str:
    selector = desk.hands.find("doubtMapSelector")
    if selector is None:
        return "not shown"
    selector.setCurrentIndex(desk.rng.randrange(selector.count()))
    return str(selector.currentText())


def _slide(desk: Desk) -> Doing:
    for name in desk.rng.sample(("wipeSlider", "opacitySlider", "gainSpin"), 3):
        slider = desk.hands.find(name)
        if slider is not None:
            for _ in range(desk.rng.randint(1, 8)):
                slider.setValue(desk.rng.randint(slider.minimum(), slider.maximum()))
                yield
            return name
    return "none shown"


def _pair(desk: Desk) -> str:
    combo = desk.hands.find(desk.rng.choice(("pictureA", "pictureB")))
    if combo is None or not combo.count():
        return "not shown"
    at = desk.rng.randrange(combo.count())
    combo.setCurrentIndex(at)
    combo.activated.emit(at)
    return str(combo.currentText())


def _stage(desk: Desk) -> str:
    strip = desk.hands.find("stageStrip")
    if strip is None or not strip.count():
        return "not shown"
    strip.setCurrentRow(desk.rng.randrange(strip.count()))
    return str(strip.currentRow())


def _tray(desk: Desk) -> str:
    button = desk.rng.choice(list(desk.window.tray.buttons.values()))
    desk.hands.click_at(button, button.rect().center())
    return str(button.objectName())


def _annotate(desk: Desk) -> Doing:
    """Draw an annotation on a picture and say what is to be seen."""
    tool = desk.rng.choice(("arrowTool", "boxTool", "textTool"))
    if desk.hands.find(tool) is None:
        return _tray(desk)
    desk.hands.click(tool)
    views = [v for v in desk.window.compare.views if v.pixels is not None and v.isVisible()]
    if views:
        view = desk.rng.choice(views)
        a, b = (QPoint(_in(desk, view.width()), _in(desk, view.height())) for _ in "ab")
        yield from desk.hands.drag(view, a, b)
    words = desk.hands.find("markWords")
    if words is not None:
        desk.hands.type(words, f"seen at {desk.number}")
    if desk.rng.random() < 0.3:
        desk.hands.click("deleteMarkButton")
    desk.hands.click(tool)
    return tool


def _in(desk: Desk, size: int) -> int:
    return round(size * desk.rng.uniform(0.2, 0.8))


def _zoom(desk: Desk) -> Doing:
    view = desk.window.view
    if view is None or not view.isVisible():
        return "no picture"
    at, notches = QPoint(_in(desk, view.width()), _in(desk, view.height())), desk.rng.randint(-4, 4)
    for _ in range(abs(notches)):
        desk.hands.wheel(view, at, 1 if notches > 0 else -1)
        yield
    if desk.rng.random() < 0.6:
        end = QPoint(_in(desk, view.width()), _in(desk, view.height()))
        yield from desk.hands.drag(view, at, end, Qt.MouseButton.RightButton)
    return f"{notches} notches"


def _hover(desk: Desk) -> Doing:
    view = desk.window.view
    if view is not None and view.isVisible():
        for _ in range(12):
            desk.hands.move(view, QPoint(_in(desk, view.width()), _in(desk, view.height())))
            yield
    return None


def _compare_key(desk: Desk) -> str:
    keys = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_Space, Qt.Key.Key_O, Qt.Key.Key_U)
    key = desk.rng.choice((*keys, Qt.Key.Key_Left, Qt.Key.Key_Right))
    desk.hands.key(desk.window.compare, key)
    return str(key.name)


def _fit(desk: Desk) -> None:
    desk.rng.choice((desk.window.fit, lambda: desk.window.set_scale(1.0)))()


def _busy(desk: Desk) -> bool:
    return bool(desk.session.busy)


POINT_BUTTONS = ("snapButton", "straightenButton", "magnetButton", "byHandButton")
LOOK_BUTTONS = ("carryBackButton", "carryOnButton", "flickerButton", "clearPointsButton")

ACTS = (
    Act("go to a step", 6, always, _step),
    Act("find points", 5, on_points, clicks("autoAlignButton")),
    Act("number of points", 2, on_points, _count),
    Act("drag a point", 6, on_points, _drag_point),
    Act("tools of the points", 2, on_points, clicks(*POINT_BUTTONS)),
    Act("carry, flicker", 2, on_points, clicks(*LOOK_BUTTONS)),
    Act("choose methods", 5, on_pictures, _methods),
    Act("about a method", 1, on_pictures, _about_method),
    Act("run", 9, _can_run, clicks("runButton")),
    Act("cancel", 1.2, _busy, clicks("cancelButton")),
    Act("queue", 1, on_pictures, clicks("queueButton")),
    Act("way of comparing", 8, on_results, clicks(*MODES)),
    Act("map of doubt", 6, on_results, _doubt),
    Act("over results", 2, on_results, clicks("overlayButton", "outlinesButton", "linkButton")),
    Act("slide", 4, on_results, _slide),
    Act("A or B", 2, on_results, _pair),
    Act("stage", 6, on_results, _stage),
    Act("play stages", 1.5, on_results, clicks("playStagesButton", "playAllButton")),
    Act("tray", 4, on_results, _tray),
    Act("annotate", 4, on_results, _annotate),
    Act("zoom and pan", 9, on_pictures, _zoom),
    Act("fit", 3, on_pictures, _fit),
    Act("hover", 6, on_pictures, _hover),
    Act("key on results", 4, on_results, _compare_key),
)
