"""The report tells which frames a face was made of, and why others were left out."""

import dataclasses

import pytest

from fhgui.core.fusion import FrameSpan
from fhgui.core.record import Record
from fhgui.provenance.enhance import enhance
from fhgui.provenance.report.blocks import Grid, Heading, Paragraph
from fhgui.provenance.report.fusing import LIMITS, fused_text, fusion
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from tests.helpers.media import write_film
from tests.helpers.moving_faces import moving_face
from tests.helpers.photographs import pattern


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    film = moving_face(4, 3, 6.0)
    pictures = [*film.pictures, pattern(1, *film.pictures[0].shape[:2])]
    clip = write_film(tmp_path_factory.mktemp("film") / "clip.mkv", pictures)
    eyes = tuple((float(x), float(y)) for x, y in film.eyes)
    place = Placement(PlacementKind.LANDMARKS, landmarks=eyes)
    run = enhance(EnhanceRequest(clip, "bicubic", place, threads=1, fuse=FrameSpan(0, 4)))
    assert run.error is None
    return run.record


def test_every_frame_has_a_row(record: Record) -> None:
    heading, grid, words = fusion(record)
    assert isinstance(heading, Heading)
    assert isinstance(grid, Grid)
    assert [row[0] for row in grid.rows] == ["0", "1", "2", "3", "4"]
    assert grid.rows[0][2] == "yes: the marked frame"
    assert [row[2] for row in grid.rows[1:4]] == ["yes"] * 3
    assert grid.rows[4][2].startswith("no: ")
    assert all(len(row) == len(grid.header) == len(grid.shares) for row in grid.rows)
    assert isinstance(words, Paragraph)
    assert words.text == LIMITS


def test_the_step_is_told_in_a_clause(record: Record) -> None:
    assert record.fusion is not None
    assert fused_text(record.fusion).startswith("4 of 5 frames explained by one picture")


def test_a_run_on_one_frame_has_no_such_part(record: Record) -> None:
    assert list(fusion(dataclasses.replace(record, fusion=None))) == []
