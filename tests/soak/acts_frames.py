"""Acts on sources, frames and crops."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSlider

from tests.soak.acts import Act, Desk, Doing, always, clicks, on_film, on_frame, on_pictures

MOST_SOURCES = 4
FILM_KEYS = (
    *(Qt.Key.Key_Left, Qt.Key.Key_Right) * 4,
    *(Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End),
    *(Qt.Key.Key_J, Qt.Key.Key_K, Qt.Key.Key_L, Qt.Key.Key_Space, Qt.Key.Key_M),
    *(Qt.Key.Key_I, Qt.Key.Key_O, Qt.Key.Key_X, Qt.Key.Key_R, Qt.Key.Key_BracketLeft),
)


def _room(desk: Desk) -> bool:
    return len(desk.session.works) < MOST_SOURCES


def _open(desk: Desk) -> None:
    desk.hands.click("openAction")


def _drop(desk: Desk) -> str:
    paths = desk.rng.sample(desk.materials.sound, 1 if desk.rng.random() < 0.8 else 2)
    desk.hands.drop(paths)
    return ", ".join(path.name for path in paths)


def _drop_broken(desk: Desk) -> str:
    path = desk.rng.choice(desk.materials.broken)
    desk.hands.drop([path])
    return ascii(path.name)


def _demo(desk: Desk) -> None:
    actions = desk.window.findChildren(QAction)
    next(action for action in actions if action.text() == "Open the demo").trigger()


def _film_key(desk: Desk) -> str:
    key, view = desk.rng.choice(FILM_KEYS), desk.window.view
    far = Qt.KeyboardModifier.ShiftModifier
    held = far if desk.rng.random() < 0.2 else Qt.KeyboardModifier.NoModifier
    desk.hands.key(view, key, held)
    return str(key.name)


def _strip(desk: Desk) -> Doing:
    strip = desk.window.timeline.slider
    at = QPoint(desk.rng.randrange(max(1, strip.width())), strip.height() // 2)
    if desk.rng.random() < 0.3:
        yield from desk.hands.drag(strip, at, QPoint(desk.rng.randrange(strip.width()), at.y()))
        return "dragged"
    desk.hands.click_at(strip, at)
    return f"at {at.x()}"


def _frame_number(desk: Desk) -> str:
    index = desk.window.timeline.index
    index.setValue(desk.rng.randint(0, max(0, index.maximum())))
    return str(index.value())


def _speed(desk: Desk) -> None:
    speed = desk.window.timeline.speed
    speed.setCurrentIndex(desk.rng.randrange(speed.count()))


def _crop(desk: Desk) -> Doing:
    """Draw a rectangle: about a face if one is known, anywhere else."""
    desk.hands.click("stepCrop")
    view, work, rng = desk.window.frame_page.view, desk.session.current, desk.rng
    if work is None or work.frame is None:
        return "no frame"
    height, width = work.frame.pixels.shape[:2]
    box = desk.session.marking.box
    if box is not None and rng.random() < 0.5:
        x, y, side = box.x, box.y, max(box.w, 24)
    else:
        side = rng.uniform(0.06, 0.3) * min(width, height)
        x, y = rng.uniform(0, width - side), rng.uniform(0, height - side)
    x, y = x + rng.uniform(-0.1, 0.1) * side, y + rng.uniform(-0.1, 0.1) * side
    start, end = view.to_widget(x, y), view.to_widget(x + side, y + side * rng.uniform(1, 1.2))
    yield from desk.hands.drag(view, start.toPoint(), end.toPoint())
    return str(desk.session.marking.box)


def _move_box(desk: Desk) -> Doing:
    view, box, rng = desk.window.frame_page.view, desk.session.marking.box, desk.rng
    if box is None:
        return "no box"
    middle = view.to_widget(box.x + box.w / 2, box.y + box.h / 2).toPoint()
    yield from desk.hands.drag(
        view, middle, middle + QPoint(rng.randint(-20, 20), rng.randint(-20, 20))
    )
    return str(desk.session.marking.box)


def _numbers(desk: Desk) -> str:
    name = desk.rng.choice("XYWH")
    spin = desk.hands.find(f"crop{name}")
    if spin is not None:
        spin.setValue(spin.value() + desk.rng.randint(-6, 6))
    return name


def _find_faces(desk: Desk) -> None:
    desk.hands.click("findFacesButton")


def _click_face(desk: Desk) -> str:
    """Choose one of the faces that were found."""
    view, work = desk.window.frame_page.view, desk.session.current
    faces = () if work is None else work.faces
    if not faces:
        return "none found"
    box = desk.rng.choice(list(faces)).box
    at = view.to_widget(box.x + box.w / 2, box.y + box.h / 2).toPoint()
    desk.hands.click_at(view, at)
    return str(box)


def _page(desk: Desk) -> str:
    name, button = desk.rng.choice(list(desk.window.frame_page.rail.buttons.items()))
    desk.hands.click_at(button, button.rect().center())
    return str(name)


def _adjust(desk: Desk) -> str:
    page = desk.window.frame_page.inspector
    sliders = [s for s in page.findChildren(QSlider) if s.isVisible()]
    if not sliders:
        return "no slider"
    slider = desk.rng.choice(sliders)
    slider.setValue(desk.rng.randint(slider.minimum(), slider.maximum()))
    return str(slider.objectName())


def _ruler(desk: Desk) -> Doing:
    view, rng = desk.window.frame_page.view, desk.rng
    wide, high = max(60, view.width()), max(60, view.height())
    ends = [QPoint(rng.randrange(20, wide - 20), rng.randrange(20, high - 20)) for _ in "ab"]
    desk.hands.click("measureButton")
    yield from desk.hands.drag(view, *ends)
    desk.hands.click("measureButton")
    return None


def _fuse(desk: Desk) -> str:
    spin = desk.hands.find("framesSpin")
    if spin is None:
        return "cannot fuse"
    spin.setValue(desk.rng.choice((1, 1, 3, 5)))
    return str(spin.value())


def _fields(desk: Desk) -> None:
    choice = desk.hands.find("fieldsChoice")
    if choice is not None:
        choice.setCurrentIndex(desk.rng.randrange(choice.count()))


def _marked(desk: Desk) -> bool:
    return on_frame(desk) and desk.session.marking.box is not None


ACTS = (
    Act("open by dialog", 2, _room, _open),
    Act("drop files", 4, _room, _drop),
    Act("drop a broken file", 1, always, _drop_broken),
    Act("open the demo", 0.5, _room, _demo),
    Act("film key", 14, on_film, _film_key),
    Act("film strip", 8, on_film, _strip),
    Act("frame number", 3, on_film, _frame_number),
    Act("play or stop", 4, on_film, clicks("playButton")),
    Act("speed", 1, on_film, _speed),
    Act("marks and loop", 2, on_film, clicks("markButton", "loopInButton", "loopOutButton")),
    Act("loop off", 1, on_film, clicks("clearLoopButton", "repeatButton")),
    Act("draw a crop", 8, on_pictures, _crop),
    Act("move the crop", 5, _marked, _move_box),
    Act("type the crop", 3, _marked, _numbers),
    Act("clear the crop", 0.5, _marked, clicks("clearCropButton")),
    Act("find faces", 3, on_frame, _find_faces),
    Act("choose a face", 3, on_frame, _click_face),
    Act("page of the inspector", 4, on_frame, _page),
    Act("magnifier", 1, on_frame, clicks("magnifierButton")),
    Act("adjust the look", 3, on_frame, _adjust),
    Act("ruler", 1, on_frame, _ruler),
    Act("frames to fuse", 1, on_frame, _fuse),
    Act("fields", 0.5, on_frame, _fields),
    Act("follow faces", 0.3, on_film, clicks("followFacesButton")),
)
