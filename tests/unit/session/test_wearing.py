"""The wear of the frame shown is asked for once; a choice of fields reaches jobs and requests."""

from pathlib import Path

import numpy as np
import pytest

from fhgui.core.face import Box
from fhgui.core.fields import Fields
from fhgui.core.frame import Frame
from fhgui.core.wear import ToldWear
from fhgui.session import messages as m
from fhgui.session.identity import identity, run_words
from fhgui.session.session import Session
from fhgui.session.wearing import (
    EstimateWear,
    WearTold,
    estimate,
    set_fields,
    want_wear,
    worn,
)

PATH = Path("/evidence/film.mkv")
TOLD = ToldWear((("Noise", "none to be seen"),), ())
PIXELS = np.zeros((64, 64, 3), np.uint8)


@pytest.fixture
def asked() -> list[m.Command]:
    return []


@pytest.fixture
def session(asked: list[m.Command]) -> Session:
    session = Session(asked.append)
    session.open(PATH)
    session.frame_decoded(PATH, Frame(PIXELS, index=0))
    return session


def wishes(asked: list[m.Command]) -> list[EstimateWear]:
    return [command for command in asked if isinstance(command, EstimateWear)]


def test_it_is_asked_for_once_and_kept(session: Session, asked: list[m.Command]) -> None:
    assert worn(session) is None
    want_wear(session)
    want_wear(session)
    (wish,) = wishes(asked)
    assert (wish.frame_index, wish.fields) == (0, Fields.WOVEN)
    told: list[bool] = []
    session.aids_changed.connect(lambda: told.append(True))
    session.handle(WearTold(wish.job, TOLD))
    assert worn(session) == TOLD
    assert told


def test_other_fields_are_another_picture(session: Session, asked: list[m.Command]) -> None:
    want_wear(session)
    set_fields(session.aiding, Fields.UPPER)
    session.frame_decoded(PATH, Frame(PIXELS, index=0, fields=Fields.UPPER))
    want_wear(session)
    assert [wish.fields for wish in wishes(asked)] == [Fields.WOVEN, Fields.UPPER]


def test_the_choice_is_undone_and_reaches_jobs(session: Session, asked: list[m.Command]) -> None:
    set_fields(session.aiding, Fields.LOWER)
    session.frame_decoded(PATH, Frame(PIXELS, index=0, fields=Fields.LOWER))
    session.find_faces()
    (wish,) = (c for c in asked if isinstance(c, m.FindFaces))
    assert wish.fields is Fields.LOWER
    session.undo()
    assert session.aiding.aids.fields is Fields.WOVEN


def test_runs_on_one_field_say_so(session: Session, asked: list[m.Command]) -> None:
    session.frame_decoded(PATH, Frame(PIXELS, index=0, fields=Fields.LOWER))
    work = session.current
    assert work is not None
    session.mark("crop", session.marking.__class__(box=Box(8, 8, 40, 40)))
    session.choose_methods(["bicubic"])
    session.run(reason="to see")
    (command,) = (c for c in asked if isinstance(c, m.Enhance))
    assert command.request.fields is Fields.LOWER
    assert "lower field" in run_words(command.request)
    assert Fields.LOWER in identity(command.request)


def test_the_worker_answers(demo_png: Path) -> None:
    told: list[m.Event] = []
    estimate(EstimateWear(5, demo_png, 0, Fields.WOVEN), told.append)
    (answer,) = told
    assert isinstance(answer, WearTold)
    assert [title for title, _ in answer.worn.lines] == [
        "Noise",
        "JPEG",
        "Blocks",
        "Fields",
        "Sensor scale",
    ]
