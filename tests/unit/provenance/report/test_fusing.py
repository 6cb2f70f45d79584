"""The report tells which frames a face was made of, and why others were left out."""

import dataclasses
import io

import numpy as np
import pytest
from PIL import Image

from fhgui.core.fusion import FrameSpan
from fhgui.core.record import Record
from fhgui.provenance.beside import beside_png
from fhgui.provenance.enhance import enhance
from fhgui.provenance.report.blocks import Facts, Figure, Gallery, Grid, Heading, Paragraph
from fhgui.provenance.report.exhibits import exhibits
from fhgui.provenance.report.fusing import LIMITS, fused_text, fusion
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run
from tests.helpers.dossiers import dossier_of, exhibit_of
from tests.helpers.media import write_film
from tests.helpers.moving_faces import moving_face
from tests.helpers.photographs import pattern


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    film = moving_face(4, 3, 6.0)
    pictures = [*film.pictures, pattern(1, *film.pictures[0].shape[:2])]
    clip = write_film(tmp_path_factory.mktemp("film") / "clip.mkv", pictures)
    eyes = tuple((float(x), float(y)) for x, y in film.eyes)
    place = Placement(PlacementKind.LANDMARKS, landmarks=eyes)
    done = enhance(EnhanceRequest(clip, "bicubic", place, threads=1, fuse=FrameSpan(0, 4)))
    assert done.error is None
    return done


@pytest.fixture
def record(run: Run) -> Record:
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


def test_an_exhibit_says_that_its_input_was_computed(run: Run) -> None:
    fused = run.record.fusion
    assert fused is not None
    assert fused.grid == 2
    blocks = list(exhibits(dossier_of([run])))
    inputs = [
        figure
        for block in blocks
        if isinstance(block, Gallery)
        for figure in block.figures
        if isinstance(figure, Figure) and figure.title.startswith("Input")
    ]
    assert len(inputs) == 2
    assert all(f.badge is not None and f.badge[0].startswith("interpolated") for f in inputs)
    assert all(figure.label for figure in inputs)
    words = [block.text for block in blocks if isinstance(block, Paragraph)]
    assert any("was computed from 4 frames" in text for text in words)
    rows = dict(row for block in blocks if isinstance(block, Facts) for row in block.rows)
    assert rows["4  Cut"].startswith("from the fused picture, 2× as fine as the frame")


def test_the_original_beside_the_result_says_how_many_frames_the_input_is_of(run: Run) -> None:
    exhibit = exhibit_of(run, 1)
    record = dataclasses.replace(run.record, fusion=None)
    fused, single = (
        np.asarray(Image.open(io.BytesIO(beside_png(e, label=False))))
        for e in (exhibit, dataclasses.replace(exhibit, record=record))
    )
    assert fused.shape == single.shape
    assert not np.array_equal(fused[:60], single[:60])
    assert np.array_equal(fused[60:560], single[60:560])


def test_a_run_on_one_frame_has_no_such_part(record: Record) -> None:
    assert list(fusion(dataclasses.replace(record, fusion=None))) == []
