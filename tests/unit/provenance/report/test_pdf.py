"""The printed report: its form (PDF/A-2B, pages, contents) and all that it must say."""

import io
import re
from dataclasses import replace

import numpy as np
import pytest
from pypdf import PageObject, PdfReader
from pypdf.generic import ArrayObject, Destination

from fhgui.core.dossier import Dossier, Laboratory, Paper
from fhgui.core.errors import OutputError
from fhgui.core.face import AdequacyClass, density_words
from fhgui.core.record import Record
from fhgui.provenance.report.pdf import pdf_bytes
from fhgui.provenance.report.words import LABEL, STATEMENTS
from fhgui.provenance.run import Run
from tests.helpers.dossiers import CARD, CUSTODY, ID, LABORATORY, LAW, dossier_of, logo_png
from tests.helpers.hostile import NAMES, hostile

SECTIONS = (
    "Commission",
    "What this report says, and what it does not",
    "Items examined",
    "Results",
    "Comparison across methods",
    "Methods and models",
    "Failed and cancelled runs",
    "Software and devices",
    "Custody, integrity and signature",
)
ID_LINE = f"Report {ID}"


@pytest.fixture(scope="module")
def report(dossier: Dossier) -> PdfReader:
    return reader_of(dossier)


def reader_of(dossier: Dossier) -> PdfReader:
    return PdfReader(io.BytesIO(pdf_bytes(dossier)))


def words(text: str) -> str:
    return " ".join(text.split())


def all_words(report: PdfReader) -> str:
    return words(" ".join(page.extract_text() for page in report.pages))


def sections(report: PdfReader) -> dict[str, int]:
    """Return title → page (from 1) of the outline's first level."""
    entries = [entry for entry in report.outline if isinstance(entry, Destination)]
    return {e.title.split("  ", 1)[1]: report.get_destination_page_number(e) + 1 for e in entries}


def section_text(report: PdfReader, title: str) -> str:
    """Return what stands between a section's title and the next one's."""
    starts = sections(report)
    number = SECTIONS.index(title)
    last = len(report.pages) if number == 8 else starts[SECTIONS[number + 1]]
    pages = report.pages[starts[title] - 1 : last]
    text = words(" ".join(page.extract_text() for page in pages))
    text = text[text.index(f"{number + 1} {title}") :]
    return text if number == 8 else text[: text.rindex(f"{number + 2} {SECTIONS[number + 1]}")]


def images_of(page: PageObject) -> list[tuple[float, float]]:
    """Return width and height in points of every picture as it is drawn on a page."""
    drawn = re.findall(rb"q ([\d.]+) 0 0 ([\d.]+) [\d.]+ [\d.]+ cm /I\d+ Do", contents(page))
    return [(float(w), float(h)) for w, h in drawn]


def contents(page: PageObject) -> bytes:
    stream = page.get_contents()
    assert stream is not None
    return stream.get_data()


def test_it_is_pdf_a_2b(report: PdfReader) -> None:
    root = report.root_object
    assert root["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert ID in metadata
    assert "/ID" in report.trailer
    assert not report.is_encrypted
    assert isinstance(root["/OpenAction"], ArrayObject)  # a place to begin at, nothing to do
    assert not {"/AA", "/AcroForm", "/Names"} & set(root)


def test_every_font_is_embedded_and_no_picture_is_transparent(report: PdfReader) -> None:
    for page in report.pages:
        resources = page["/Resources"].get_object()
        for font in resources["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile2" in descendant["/FontDescriptor"]
        for picture in resources.get("/XObject", {}).values():
            assert "/SMask" not in picture.get_object()
            assert not picture.get_object().get("/Interpolate")
            assert picture.get_object()["/Filter"] == "/FlateDecode"


def test_links_stay_in_the_report_and_print(report: PdfReader) -> None:
    links = [a.get_object() for page in report.pages for a in page.get("/Annots", [])]
    assert links
    assert all("/A" not in link and link["/F"] == 4 for link in links)


def test_every_page_has_the_id_and_its_number(report: PdfReader) -> None:
    total = len(report.pages)
    for number, page in enumerate(report.pages, 1):
        text = words(page.extract_text())
        assert ID_LINE in text
        assert f"Page {number} of {total}" in text


@pytest.mark.parametrize(("paper", "size"), [(Paper.A4, (210, 297)), (Paper.LETTER, (216, 279))])
def test_paper(runs: tuple[Run, Run], paper: Paper, size: tuple[int, int]) -> None:
    page = reader_of(dossier_of(runs[:1], paper=paper)).pages[0].mediabox
    assert (round(page.width * 25.4 / 72), round(page.height * 25.4 / 72)) == size


def test_the_outline_has_every_section_and_exhibit(report: PdfReader) -> None:
    assert tuple(sections(report)) == SECTIONS
    text = str(report.outline)
    assert "4.1  Exhibit 1: bicubic on frame.png, frame 0" in text
    assert "4.2  Exhibit 2" in text


def test_contents_give_the_pages_of_the_outline(report: PdfReader) -> None:
    text = words(report.pages[1].extract_text())
    for title, page in sections(report).items():
        assert f"{SECTIONS.index(title) + 1} {title} {page}" in text


def test_contents_that_need_pages_of_their_own(runs: tuple[Run, Run], failed: Record) -> None:
    report = reader_of(dossier_of(runs[:1], (failed,) * 70))
    starts = sections(report)
    assert starts[SECTIONS[1]] == 4
    assert f"9 {SECTIONS[8]} {starts[SECTIONS[8]]}" in words(report.pages[2].extract_text())


def test_commission(report: PdfReader) -> None:
    text = section_text(report, "Commission")
    given = (ID, LAW.case_number, LAW.request, LAW.authoriser, LAW.examiner, LAW.received_on)
    for fact in (*given, LABORATORY.name, LABORATORY.address, LABORATORY.accreditation):
        assert fact in text
    assert f"Issued (UTC) {LAW.issued_utc}" in text


def test_what_nobody_stated_is_said(runs: tuple[Run, Run]) -> None:
    law = replace(LAW, examiner="", request=" ")
    dossier = dossier_of(runs[:1], commission=law, laboratory=Laboratory())
    text = section_text(reader_of(dossier), "Commission")
    for name in ("Examiner", "Request", "Laboratory", "Address"):
        assert f"{name} not stated" in text


def test_items(report: PdfReader, runs: tuple[Run, Run]) -> None:
    evidence = runs[0].record.evidence
    text = section_text(report, "Items examined")
    assert f"File name {evidence.name}" in text
    assert f"{evidence.size} bytes" in text
    assert text.count(evidence.sha256) == 2
    assert "(unchanged)" in text
    for fact in ("Container PNG", "Time zone not stated in the file", "exhibits 1, 2"):
        assert fact in text
    assert "opened read-only, never written" in text


def test_a_changed_and_a_missing_item_are_told(dossier: Dossier) -> None:
    changed = replace(dossier.exhibits[0], source_sha256_now="f" * 64, context=None)
    text = all_words(reader_of(replace(dossier, exhibits=(changed,), comparisons=())))
    assert "no longer the file that was examined" in text
    assert f"{'f' * 64} (CHANGED)" in text
    assert "The face in its frame cannot be shown" in text
    gone = replace(dossier.exhibits[0], source_sha256_now=None)
    text = all_words(reader_of(replace(dossier, exhibits=(gone,), comparisons=())))
    assert "the file was not there when this report was made" in text


def test_steps_alignment_and_adequacy(report: PdfReader, runs: tuple[Run, Run]) -> None:
    record, text = runs[0].record, section_text(report, "Results")
    assert record.alignment is not None
    assert record.adequacy is not None
    for stage in record.stages:
        assert stage.sha256 in text
    assert "by the analyst, by hand" in text
    assert "0 (150.0, 100.0); 1 (190.0, 102.0)" in text
    assert f"{record.alignment.rms_px:.3f} px of the frame" in text
    assert (
        f"{density_words(record.adequacy.density_px_per_m)}, assuming that the face is 16 cm"
        in text
    )
    assert "seed of all randomness: 1" in text
    assert record.id in text


def test_pictures_at_equal_scale_and_pixel_true(report: PdfReader, runs: tuple[Run, Run]) -> None:
    start = sections(report)["Results"]
    page = next(p for p in report.pages[start:] if "at equal scale" in p.extract_text())
    sizes = images_of(page)
    widths = [round(width, 1) for width, _ in sizes[1:4]]  # after the bar of classes
    assert len(set(widths)) == 1
    assert all(round(width - height, 1) == 0 for width, height in sizes[1:4])
    assert words(page.extract_text()).count(LABEL) == 3
    face = runs[0].stages[0].pixels
    enlarged = np.kron(face, np.ones((25, 25, 1), np.uint8))
    pictures = [np.asarray(image.image) for image in page.images]
    assert any(p.shape == enlarged.shape and (p == enlarged).all() for p in pictures)


def test_doubt_says_what_it_does_not_promise(report: PdfReader) -> None:
    text = section_text(report, "Results")
    assert "What it does not promise" in text
    assert "necessary, not sufficient" in text
    assert "64 grey levels and more" in text
    assert "dark does not mean right" in text


def test_below_perceive_says_why_the_examiner_went_on(dossier: Dossier) -> None:
    exhibit = dossier.exhibits[0]
    assert exhibit.record.adequacy is not None
    small = replace(exhibit.record.adequacy, adequacy=AdequacyClass.BELOW.value)
    reasons = {None: "No reason was given", "only picture": "this reason: “only picture”"}
    for reason, said in reasons.items():
        record = replace(exhibit.record, adequacy=small, override_reason=reason)
        one = replace(dossier, exhibits=(replace(exhibit, record=record),), comparisons=())
        assert said in all_words(reader_of(one))


def test_comparison(report: PdfReader) -> None:
    text = section_text(report, "Comparison across methods")
    for fact in ("exhibits 1, 2", "Mean 8.0 grey levels", "0.250", "no face was detected"):
        assert fact in text
    assert "No distance is a similarity to any person" in text


def test_methods_and_cards(report: PdfReader) -> None:
    text = section_text(report, "Methods and models")
    for fact in ("R. Keys", CARD.sha256, "research only", "- Two."):
        assert fact in text


def test_runs_software_and_custody(report: PdfReader, failed: Record) -> None:
    others = section_text(report, "Failed and cancelled runs")
    assert "the disk is full" in others
    assert failed.id in others
    software = section_text(report, "Software and devices")
    assert f"numpy {failed.environment['numpy']}" in software
    custody = section_text(report, "Custody, integrity and signature")
    for fact in (CUSTODY.head_sha256, "7 entries", "Signature", "E. Examiner", "B. Boss"):
        assert fact in custody
    assert f"— End of report {ID} —" in custody


def test_statements(report: PdfReader) -> None:
    text = section_text(report, SECTIONS[1])
    for statement in STATEMENTS:
        assert statement in text


def test_a_missing_label_is_said(runs: tuple[Run, Run], report: PdfReader) -> None:
    said = "do not carry the burned-in label"
    assert said not in all_words(report)
    assert said in all_words(reader_of(dossier_of(runs[:1], labelled=False)))


def test_warnings_of_the_dossier_are_said(dossier: Dossier) -> None:
    warned = replace(dossier, exhibits=(), comparisons=(), warnings=("run 3 is not shown",))
    assert "run 3 is not shown" in section_text(reader_of(warned), SECTIONS[1])


def test_nothing_to_report() -> None:
    text = all_words(reader_of(dossier_of(())))
    for fact in ("No item was examined", "No run was completed", "There are none"):
        assert fact in text


def test_the_logo(runs: tuple[Run, Run]) -> None:
    with_logo = dossier_of(runs[:1], laboratory=Laboratory("L", logo_png=logo_png()))
    assert len(images_of(reader_of(with_logo).pages[0])) == 1
    for bad in (b"", b"<svg onload='x'/>", logo_png()[:60]):
        with pytest.raises(OutputError, match="logo"):
            pdf_bytes(dossier_of(runs[:1], laboratory=Laboratory("L", logo_png=bad)))


def test_hostile_texts_are_shown_and_do_nothing(dossier: Dossier) -> None:
    report = reader_of(hostile(dossier))
    text = all_words(report)
    assert NAMES[0] in text
    assert "x" * 4000 in "".join(text.split())
    assert r"line\nend\r\t\x00\x1b[31m\u202egnp.exe\u200b" in text
    assert "{nb} %s {0} ../../etc" in text
    assert r"\u4e2d\u6587" in text  # the typeface has no Chinese
    assert r"\ud800 alone" in text
    assert not set(text) & set("\u202e\u200b\x00\x1b")
    assert f"Page {len(report.pages)} of {len(report.pages)}" in text
    for page in report.pages:
        assert re.search(rb"<0000>|\(\x00\x00\)", contents(page)) is None  # the missing glyph
