"""What the examiner points out is in the report, on copies, and nowhere else."""

import base64
import io
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from fhgui.core.annotation import Annotation, AnnotationKind
from fhgui.core.dossier import Dossier
from fhgui.core.record import Json
from fhgui.provenance.annotations import FIELD, annotations_in
from fhgui.provenance.case import Case
from fhgui.provenance.dossier import Wishes, of_case
from fhgui.provenance.report.annotations import INK, annotated
from fhgui.provenance.report.blocks import Gallery, Grid
from fhgui.provenance.report.html import html_bytes
from fhgui.provenance.report.pdf import pdf_bytes
from fhgui.provenance.run import Run

WORDS = "scar or compression?"


def marks_on(record: str) -> tuple[Annotation, ...]:
    return (
        Annotation(record, "bicubic", AnnotationKind.ARROW, (0.2, 0.3), (0.6, 0.5), WORDS),
        Annotation(record, "input", AnnotationKind.BOX, (0.1, 0.1), (0.9, 0.4)),
        Annotation(record, "bicubic", AnnotationKind.TEXT, (0.7, 0.8), (0.7, 0.8), "chin"),
    )


@pytest.fixture
def pointed(dossier: Dossier) -> Dossier:
    first = dossier.exhibits[0]
    first = replace(first, annotations=marks_on(first.record.id))
    return replace(dossier, exhibits=(first, *dossier.exhibits[1:]))


def test_every_annotation_is_drawn_and_told(pointed: Dossier) -> None:
    blocks = list(annotated(pointed.exhibits[0]))
    (gallery,) = (b for b in blocks if isinstance(b, Gallery))
    (grid,) = (b for b in blocks if isinstance(b, Grid))
    assert [f.title for f in gallery.figures] == ["Input, annotated", "Bicubic, annotated"]
    assert [row[0] for row in grid.rows] == ["2", "1", "3"]
    assert grid.rows[1][3:] == ("25.1, 37.9", "76.3, 63.5", WORDS)
    picture = np.asarray(gallery.figures[1].make())
    side = picture.shape[0]
    assert tuple(picture[side // 2 - 6, round(0.6 * side) - 12]) == INK  # inside the arrow's head
    assert not list(annotated(pointed.exhibits[1]))


def test_both_reports_hold_them_and_the_stages_do_not(pointed: Dossier, dossier: Dossier) -> None:
    page = html_bytes(pointed)
    assert WORDS.encode() in page
    assert WORDS.encode() not in html_bytes(dossier)
    plain = Image.fromarray(pointed.exhibits[0].result.pixels)
    buffer = io.BytesIO()
    plain.save(buffer, "PNG")
    assert base64.b64encode(buffer.getvalue()) in page  # the same stage without a mark
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf_bytes(pointed))).pages)
    assert "Annotations of the examiner" in text
    assert WORDS in text


def test_a_case_keeps_them_and_its_export_shows_them(runs: tuple[Run, Run], tmp_path: Path) -> None:
    with Case.create(tmp_path / "a.fhcase") as case:
        filed = case.add_run(runs[0])
        marks = marks_on(filed.record.id)
        case.keep_desk({FIELD: json.loads(json.dumps([asdict(a) for a in marks]))})
    wishes = Wishes(repeat_for_s=0)
    (exhibit,) = of_case(tmp_path / "a.fhcase", wishes, lambda *_: None).dossier.exhibits
    assert exhibit.annotations == marks
    assert np.array_equal(exhibit.result.pixels, runs[0].result.pixels)


def test_annotations_of_a_hostile_case_are_left_out() -> None:
    good = json.loads(json.dumps(asdict(marks_on("r")[0])))
    bad: list[Json] = [
        7,
        {**good, "kind": "script"},
        {**good, "start": [0.1, 7.0]},
        {**good, "start": [0.1]},
        {**good, "text": "x" * 5000},
        {**good, "more": 1},
    ]
    assert annotations_in({FIELD: [*bad, good]}) == (marks_on("r")[0],)
    assert len(annotations_in({FIELD: [good] * 1000})) == 100
    assert annotations_in({FIELD: "no list"}) == ()
    assert annotations_in(None) == ()
