"""The certificate of a site validation: what was compared here, with what verdicts, as PDF/A-2B."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fhgui.core.dossier import Commission, Dossier, Laboratory, Paper, Rows
from fhgui.core.text import visible
from fhgui.provenance.report.page import GREY, INK, WARNING, ReportPage
from fhgui.provenance.report.words import shortened

TITLE = "Certificate of site validation"
NAME_MM = 48.0
ROW_PT, TEXT_PT = 7.0, 8.5
COLUMNS_MM = (24.0, 28.0, 24.0)
"""Picture, method, verdict; what was seen takes the rest."""
HEADS = ("picture", "method", "verdict", "what was seen")
LEAST_ROOM_MM = 12.0
GOOD = ("EXACT", "EQUIVALENT")
MEANING = (
    "Every method was run on the pictures of the golden set on this machine, on its processor with "
    "one thread. EXACT: every stage has the very pixels that the set was made with. EQUIVALENT: no "
    "sample of the result differs by more than one grey level. DIFFERENT: some sample differs by "
    "more, or the method failed. TAMPERED: a file is not what was delivered. The certificate says "
    "that this installation computes what the delivered program computes; it says nothing about "
    "how well a method suits the laboratory's own material."
)


@dataclass(frozen=True)
class Certificate:
    """What a certificate says.

    Parameters
    ----------
    id : unique; printed on every page.
    verdict : the worst of all.
    laboratory, examiner : who validates; may be empty.
    facts : (name, text) about program, machine and files.
    outcomes : (picture, method, verdict, what was seen).
    made_utc : ISO 8601.
    software : name and version, as in `Record`.
    """

    id: str
    verdict: str
    laboratory: Laboratory
    examiner: str
    facts: Rows
    outcomes: Sequence[tuple[str, str, str, str]]
    made_utc: str
    software: Mapping[str, str]


def certificate_bytes(certificate: Certificate) -> bytes:
    """Return the certificate as a PDF."""
    page = ReportPage(_bare_dossier(certificate))
    try:
        _metadata(page, certificate)
        page.add_page()
        _front(page, certificate)
        _facts(page, certificate)
        _outcomes(page, certificate)
        _signature(page)
        return page.finished()
    finally:
        page.release()


def _bare_dossier(certificate: Certificate) -> Dossier:
    """Return what head and foot of the pages need."""
    return Dossier(
        id=certificate.id,
        laboratory=certificate.laboratory,
        commission=Commission(title=TITLE, examiner=certificate.examiner),
        exhibits=(),
        other_records=(),
        comparisons=(),
        custody=None,
        paper=Paper.A4,
        labelled=False,
        made_utc=certificate.made_utc,
        software=dict(certificate.software),
    )


def _metadata(page: ReportPage, certificate: Certificate) -> None:
    program = visible(" ".join(certificate.software.values()), 100)
    page.set_title(TITLE)
    page.set_author(visible(certificate.examiner or certificate.laboratory.name or "not stated"))
    page.set_subject(f"Certificate {certificate.id}")
    page.set_creator(program)
    page.set_producer(f"{program} (fpdf2)")
    page.set_creation_date(datetime.fromisoformat(certificate.made_utc))


def _front(page: ReportPage, certificate: Certificate) -> None:
    page.write_size(19, heavy=True)
    page.text_block(TITLE, page.text_mm)
    page.ln(2)
    good = certificate.verdict in GOOD
    page.write_size(13, INK if good else WARNING, heavy=True)
    page.text_block(f"Verdict: {certificate.verdict}", page.text_mm)
    page.ln(2)
    page.write_size(TEXT_PT)
    page.text_block(MEANING, page.text_mm)
    page.ln(4)


def _facts(page: ReportPage, certificate: Certificate) -> None:
    laboratory = certificate.laboratory
    about = (
        ("laboratory", laboratory.name),
        ("address", laboratory.address),
        ("accreditation", laboratory.accreditation),
        ("examiner", certificate.examiner),
        ("made (UTC)", certificate.made_utc),
    )
    for name, text in (*about, *certificate.facts):
        _room(page)
        page.write_size(ROW_PT, GREY)
        y_mm = float(page.y)
        page.one_line(name, NAME_MM)
        page.set_y(y_mm)
        page.set_x(page.l_margin + NAME_MM)
        page.write_size(ROW_PT)
        page.text_block(visible(shortened(text, 400)) or "not stated", page.text_mm - NAME_MM)
    page.ln(5)


def _outcomes(page: ReportPage, certificate: Certificate) -> None:
    page.write_size(ROW_PT, heavy=True)
    _line(page, HEADS)
    page.rule(float(page.y))
    for outcome in certificate.outcomes:
        _room(page)
        page.write_size(ROW_PT, INK if outcome[2] in GOOD else WARNING)
        _line(page, outcome)
    page.ln(6)


def _line(page: ReportPage, texts: Sequence[str]) -> None:
    y_mm = float(page.y)
    x_mm = float(page.l_margin)
    for text, width_mm in zip(texts, COLUMNS_MM, strict=False):
        page.set_xy(x_mm, y_mm)
        page.one_line(visible(text), width_mm - 1)
        x_mm += width_mm
    page.set_xy(x_mm, y_mm)
    page.text_block(visible(texts[-1]), page.text_mm - sum(COLUMNS_MM))


def _signature(page: ReportPage) -> None:
    if page.room < 3 * LEAST_ROOM_MM:
        page.add_page()
    page.ln(LEAST_ROOM_MM)
    page.rule(float(page.y))
    page.write_size(ROW_PT, GREY)
    page.text_block("date, name and signature of who carried the validation out", page.text_mm)


def _room(page: ReportPage) -> None:
    if page.room < LEAST_ROOM_MM:
        page.add_page()
