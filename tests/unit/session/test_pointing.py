"""Points go to another frame and to what the landmark model sees; every way can be undone."""

from pathlib import Path

import numpy as np
import pytest

from fhgui import paths
from fhgui.alignment.placing import by_box
from fhgui.alignment.similarity import apply
from fhgui.alignment.templates import template
from fhgui.core.errors import CancelledError, NoFaceError, WeightsError
from fhgui.core.face import Box, PlacedBy
from fhgui.core.frame import Frame
from fhgui.evidence.source_info import SourceInfo
from fhgui.methods.tdn.aligner import PASSES, eyes_of
from fhgui.session import messages as m
from fhgui.session import point_jobs as pj
from fhgui.session import pointing
from fhgui.session.desk import desk_json, desk_of, read_desk
from fhgui.session.logbook import Level
from fhgui.session.marking import SNAPPED, Marking
from fhgui.session.point_jobs import carry_points, snap_points, straighten_face
from fhgui.session.session import Session
from tests.helpers.media import write_film
from tests.helpers.models import turned_straightener

PATH = Path("/evidence/film.mp4")
INFO = SourceInfo(
    "film.mp4", 9, "video", "mp4", "h264", 60, 40, 50, False, 25.0, "1/90", 2.0, 8, False, (), ()
)
PIXELS = np.zeros((40, 60, 3), np.uint8)
EYES = ((20.0, 15.0), (30.0, 15.5))
MOVED = ((22.0, 16.0), (32.0, 16.5))


class Desk:
    """A session at frame 3 of a film, and what it asked its worker for."""

    def __init__(self) -> None:
        self.asked: list[m.Command] = []
        self.session = Session(self.asked.append)
        self.session.open(PATH)
        self.session.source_opened(PATH, INFO)
        self.show(3)

    def show(self, index: int) -> None:
        self.session.seek(index)
        self.session.frame_decoded(PATH, Frame(PIXELS, index))

    def set_points(self, points: tuple[tuple[float, float], ...] = EYES) -> None:
        self.session.mark("points", self.session.marking.with_points(points))

    def carried(self, points: tuple[tuple[float, float], ...] = MOVED) -> pj.CarryPoints:
        command = self.asked[-1]
        assert isinstance(command, pj.CarryPoints)
        self.session.handle(pj.PointsCarried(command.job, points, 0.25, 0.8))
        self.session.handle(m.Done(command.job))
        return command

    def seen(self, landmarks: np.ndarray) -> pj.SnapPoints:
        command = self.asked[-1]
        assert isinstance(command, pj.SnapPoints)
        points = tuple((float(x), float(y)) for x, y in landmarks)
        self.session.handle(pj.PointsSeen(command.job, points))
        self.session.handle(m.Done(command.job))
        return command


@pytest.fixture
def desk() -> Desk:
    return Desk()


def landmarks_with_eyes_at(left: tuple[float, float], right: tuple[float, float]) -> np.ndarray:
    """Return the 68 template points carried so that the eye centres lie where they are told."""
    grid = template("celeba128")
    eyes = grid.reduced(2)
    turn = np.array([complex(*left), complex(*right)])
    here = np.array([complex(*eyes[0]), complex(*eyes[1])])
    a = (turn[1] - turn[0]) / (here[1] - here[0])
    b = turn[0] - a * here[0]
    return apply(np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]]), grid.points)


def test_carrying_goes_to_the_frame_and_says_where_the_points_come_from(desk: Desk) -> None:
    session = desk.session
    session.mark("crop", session.marking.with_box(Box(10, 5, 30, 24)))
    desk.set_points()
    pointing.carry(session, 4)
    assert session.busy
    command = desk.carried()
    assert command.start == command.anchor == pj.FramePoints(3, EYES)
    work = session.current
    assert work is not None
    assert work.frame_index == 4
    desk.show(4)
    marking = session.marking
    assert marking.points == MOVED
    assert marking.box == Box(12, 6, 30, 24)
    assert marking.placed_by is PlacedBy.TRACKED
    place = marking.placement()
    assert place is not None
    assert place.placed_by is PlacedBy.TRACKED
    assert "set in frame 3 and carried to frame 4" in place.note
    assert not pointing.is_elsewhere(session)


def test_the_second_step_still_knows_the_first_frame(desk: Desk) -> None:
    desk.set_points()
    pointing.carry(desk.session, 4)
    desk.carried()
    desk.show(4)
    pointing.carry(desk.session, 5)
    command = desk.asked[-1]
    assert isinstance(command, pj.CarryPoints)
    assert command.anchor == pj.FramePoints(3, EYES)
    assert command.start == pj.FramePoints(4, MOVED)


def test_undo_takes_points_and_frame_back_and_redo_brings_them_again(desk: Desk) -> None:
    session = desk.session
    desk.set_points()
    for target in (4, 5):
        pointing.carry(session, target)
        desk.carried(tuple((x + target, y) for x, y in EYES))
        desk.show(target)
    for index, points in ((4, ((24.0, 15.0), (34.0, 15.5))), (3, EYES)):
        session.undo()
        assert session.current is not None
        assert session.current.frame_index == index
        desk.show(index)
        assert session.marking.points == points
    session.redo()
    assert session.current.frame_index == 4


def test_points_seen_in_another_frame_can_be_brought_there(desk: Desk) -> None:
    session = desk.session
    desk.set_points()
    desk.show(9)
    assert pointing.is_elsewhere(session)
    pointing.carry(session, 9)
    command = desk.asked[-1]
    assert isinstance(command, pj.CarryPoints)
    assert (command.start.frame_index, command.target) == (3, 9)


def test_what_was_set_in_another_frame_says_so_in_a_run(desk: Desk) -> None:
    session = desk.session
    desk.set_points()
    here = pointing.placement_here(session)
    assert here is not None
    assert here.note == ""
    assert pointing.elsewhere_words(session) == ""
    desk.show(9)
    there = pointing.placement_here(session)
    assert there is not None
    words = "the landmarks were set by hand in frame 3; then the face was not followed"
    assert there.note.startswith(words)
    assert pointing.elsewhere_words(session).startswith("These points were set in frame 3;")
    session.mark("draw", Marking(box=Box(10, 10, 20, 20)))
    desk.show(4)
    crop = pointing.placement_here(session)
    assert crop is not None
    assert crop.note.startswith("the crop is that of frame 9; then the face was not followed")


def test_points_that_were_carried_tell_their_whole_way(desk: Desk) -> None:
    desk.set_points()
    pointing.carry(desk.session, 4)
    desk.carried()
    desk.show(8)
    place = pointing.placement_here(desk.session)
    assert place is not None
    assert place.note.startswith("the landmarks were set in frame 3 and carried to frame 4 by")
    assert place.note.endswith("then the face was not followed from there to this frame")


def test_a_corrected_point_is_the_analysts_again(desk: Desk) -> None:
    desk.set_points()
    pointing.carry(desk.session, 4)
    desk.carried()
    desk.show(4)
    marking = desk.session.marking.with_point(0, (21.0, 16.0))
    assert marking.placed_by is PlacedBy.ANALYST
    place = marking.placement()
    assert place is not None
    assert place.note == ""


def test_a_crop_alone_is_carried_as_a_crop(desk: Desk) -> None:
    session = desk.session
    session.mark("crop", session.marking.with_box(Box(10, 5, 20, 20)))
    pointing.carry(session, 4)
    command = desk.asked[-1]
    assert isinstance(command, pj.CarryPoints)
    desk.carried(tuple((x + 3, y - 1) for x, y in command.start.points))
    desk.show(4)
    assert session.marking.points is None
    assert session.marking.box == Box(13, 4, 20, 20)
    assert session.marking.placed_by is PlacedBy.BOX
    assert session.marked.set_in == 4
    assert not pointing.is_elsewhere(session)
    pointing.carry(session, 5)
    again = desk.asked[-1]
    assert isinstance(again, pj.CarryPoints)
    assert again.start.frame_index == 4


def test_what_the_analyst_did_meanwhile_stays(desk: Desk) -> None:
    desk.set_points()
    pointing.carry(desk.session, 4)
    desk.set_points(MOVED)
    desk.carried(EYES)
    assert desk.session.marking.points == MOVED
    assert desk.session.current is not None
    assert desk.session.current.frame_index == 3
    assert "changed meanwhile" in desk.session.log[-1].text


def test_nothing_set_and_no_frame_beyond_are_told(desk: Desk) -> None:
    asked = len(desk.asked)
    pointing.carry(desk.session, 4)
    assert desk.session.log[-1].level is Level.WARNING
    pointing.snap(desk.session)
    assert desk.session.log[-1].level is Level.WARNING
    desk.show(49)
    desk.set_points()
    pointing.carry(desk.session, 50)
    assert "none beyond" in desk.session.log[-1].text
    assert len(desk.asked) == asked


def test_snapping_moves_points_within_reach_and_says_which_stay(desk: Desk) -> None:
    session = desk.session
    desk.set_points()
    pointing.snap(session)
    desk.seen(landmarks_with_eyes_at((20.8, 15.2), (29.6, 15.1)))
    assert session.marking.points is not None
    assert np.allclose(session.marking.points, ((20.8, 15.2), (29.6, 15.1)))
    place = session.marking.placement()
    assert place is not None
    assert (place.placed_by, place.note) == (PlacedBy.SNAPPED, SNAPPED)
    session.undo()
    assert session.marking.points == EYES
    pointing.snap(session)
    desk.seen(landmarks_with_eyes_at((20.8, 15.2), (36.0, 15.5)))
    assert session.marking.points[1] == EYES[1]
    assert session.marking.placed_by is PlacedBy.ANALYST
    assert "1 of 2 points stayed" in session.log[-1].text


def test_one_point_snaps_alone(desk: Desk) -> None:
    desk.set_points()
    pointing.snap(desk.session, 1)
    desk.seen(landmarks_with_eyes_at((21.0, 15.0), (31.0, 16.0)))
    points = desk.session.marking.points
    assert points is not None
    assert points[0] == EYES[0]
    assert np.allclose(points[1], (31.0, 16.0))
    assert desk.session.marking.placed_by is PlacedBy.ANALYST


def test_a_face_is_put_upright_without_landmarks_and_the_record_says_so(desk: Desk) -> None:
    session, crop = desk.session, Box(10, 5, 30, 24)
    pointing.straighten(session)
    assert "draw a crop" in session.log[-1].text
    session.mark("crop", session.marking.with_box(crop))
    pointing.straighten(session)
    command = desk.asked[-1]
    assert isinstance(command, pj.StraightenFace)
    assert (command.frame_index, command.crop) == (3, crop)
    session.handle(pj.FaceStraightened(command.job, EYES, "by STN0"))
    session.handle(m.Done(command.job))
    marking = session.marking
    assert (marking.points, marking.box) == (EYES, crop)
    assert marking.placed_by is PlacedBy.NETWORK
    place = marking.placement()
    assert place is not None
    assert (place.placed_by, place.note, place.box) == (PlacedBy.NETWORK, "by STN0", crop)
    kept = read_desk(desk_json(desk_of(session.works, session.current)))
    assert kept.sources[0].marking == session.marked
    moved = marking.with_point(0, (21.0, 15.0))
    assert (moved.placed_by, moved.note) == (PlacedBy.ANALYST, "")
    session.undo()
    assert (session.marking.points, session.marking.box) == (None, crop)


def test_a_crop_that_was_changed_meanwhile_stays(desk: Desk) -> None:
    session = desk.session
    session.mark("crop", session.marking.with_box(Box(10, 5, 30, 24)))
    pointing.straighten(session)
    command = desk.asked[-1]
    session.mark("crop", session.marking.with_box(Box(12, 5, 30, 24)))
    session.handle(pj.FaceStraightened(command.job, EYES, "by STN0"))
    assert session.marking.points is None
    assert "changed meanwhile" in session.log[-1].text


def test_a_case_keeps_how_points_came_about(desk: Desk) -> None:
    desk.set_points()
    pointing.carry(desk.session, 4)
    desk.carried()
    session = desk.session
    kept = read_desk(desk_json(desk_of(session.works, session.current)))
    assert kept.sources[0].marking == session.marked
    assert kept.sources[0].marking.set_in == 4


def test_the_worker_carries_points_through_a_film_and_names_the_cut(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    scene = rng.integers(40, 215, (15, 20, 3)).repeat(8, 0).repeat(8, 1).astype(np.uint8)
    frames = [np.roll(scene, (0, 2 * i), (0, 1)) for i in range(5)]
    frames.append(np.full_like(scene, 90))
    film = tmp_path / "film.mkv"
    write_film(film, frames)
    start = pj.FramePoints(0, ((50.0, 50.0), (80.0, 50.0)))
    told: list[m.Event] = []
    carry_points(pj.CarryPoints(7, film, start, start, 4), told.append, lambda: None)
    done = told[-1]
    assert isinstance(done, pj.PointsCarried)
    assert np.allclose(done.points, ((58.0, 50.0), (88.0, 50.0)), atol=0.3)
    assert done.agreed > 0.5
    assert [e.done for e in told if isinstance(e, m.Progress)] == [0, 1, 2, 3]
    with pytest.raises(NoFaceError, match="between frames 4 and 5"):
        carry_points(pj.CarryPoints(8, film, start, start, 5), told.append, lambda: None)

    def stop() -> None:
        raise CancelledError("stopped by the user")

    with pytest.raises(CancelledError):
        carry_points(pj.CarryPoints(9, film, start, start, 4), told.append, stop)


def test_the_worker_sees_68_landmarks(demo_png: Path) -> None:
    told: list[m.Event] = []
    eyes = pj.FramePoints(0, ((100.0, 100.0), (112.0, 100.0)))
    snap_points(pj.SnapPoints(3, demo_png, eyes), told.append)
    (seen,) = told
    assert isinstance(seen, pj.PointsSeen)
    assert len(seen.landmarks) == 68


def test_the_worker_puts_a_face_upright(
    demo_png: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "model_folders", lambda: (tmp_path / "models",))
    command = pj.StraightenFace(3, demo_png, 0, Box(130, 90, 60, 60))
    told: list[m.Event] = []
    with pytest.raises(WeightsError, match="stn0"):
        straighten_face(command, told.append)
    turned_straightener(tmp_path / "models", (0.0, 0.8, 0.0, 0.0))
    straighten_face(command, told.append)
    (upright,) = told
    assert isinstance(upright, pj.FaceStraightened)
    alone = by_box(command.crop, "celeba128", (16, 16))
    apart_px = np.hypot(*np.subtract(*upright.points))
    boxed_px = np.hypot(*np.subtract(*eyes_of(alone)))
    assert apart_px == pytest.approx(0.8**PASSES * boxed_px, rel=1e-3)
    assert "SHA-256" in upright.note
