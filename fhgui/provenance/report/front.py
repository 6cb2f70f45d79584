"""The first sections: who asked for what (1), what the report says (8), what was examined (2).

Numbers in brackets are the requirements of design/forensics.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from fhgui.core.dossier import Dossier, Exhibit, Rows
from fhgui.core.record import EvidenceRef, Record
from fhgui.core.text import visible
from fhgui.provenance.report.blocks import Block, Facts, Heading, Paragraph, Tone
from fhgui.provenance.report.words import (
    FULL,
    NOT_STATED,
    STATEMENTS,
    fact_name,
    frame_text,
    name_of,
    shortened,
    stated,
)

TITLE = "Report on the enhancement of face pictures"
EXPECTED = ("container", "codec", "time zone")
"""Facts of a source that are said to be missing when nobody gave them."""


def title_of(dossier: Dossier) -> str:
    """Return the report's title."""
    return visible(shortened(dossier.commission.title.strip(), 200) or TITLE)


def records_of(dossier: Dossier) -> list[Record]:
    """Return all records, completed ones first."""
    return [*(exhibit.record for exhibit in dossier.exhibits), *dossier.other_records]


def commission(dossier: Dossier) -> Iterator[Block]:
    """Yield the laboratory, the request and the dates (requirement 1)."""
    order, laboratory = dossier.commission, dossier.laboratory
    records = records_of(dossier)
    began = min((record.started_utc for record in records), default=NOT_STATED)
    ended = max((record.finished_utc for record in records), default=NOT_STATED)
    rows = (
        ("Report id", dossier.id),
        ("Case number", order.case_number),
        ("Request", order.request),
        ("Laboratory", laboratory.name),
        ("Address", laboratory.address),
        ("Accreditation", laboratory.accreditation),
        ("Examiner", order.examiner),
        ("Authorised by", order.authoriser),
        ("Items received on", order.received_on),
        ("Work began (UTC)", began),
        ("Work ended (UTC)", ended),
        ("Issued (UTC)", order.issued_utc or dossier.made_utc),
        ("Contents", _contents(dossier)),
    )
    yield Heading("Commission", 1)
    yield Facts(tuple((name, visible(stated(text), FULL)) for name, text in rows))


def statements(dossier: Dossier) -> Iterator[Block]:
    """Yield what every report must say (requirement 8)."""
    yield Heading("What this report says, and what it does not", 1, new_page=True)
    for number, statement in enumerate(STATEMENTS, 1):
        yield Paragraph(f"{number}.  {statement}")
    if not dossier.labelled:
        yield Paragraph(
            "The pictures exported beside this report do not carry the burned-in label; it was "
            "left out on request.",
            Tone.WARNING,
        )
    for warning in dossier.warnings:
        yield Paragraph(f"When this report was made: {visible(warning)}", Tone.WARNING)


def items(dossier: Dossier) -> Iterator[Block]:
    """Yield every file that was examined, in full (requirement 2)."""
    yield Heading("Items examined", 1)
    found = _items(dossier)
    if not found:
        yield Paragraph("No item was examined.")
    for number, (evidence, exhibits, records) in enumerate(found, 1):
        yield Heading(f"Item {number}: {name_of(evidence, 60)}", 2)
        yield from _changed(evidence, exhibits)
        yield Facts(tuple(_item_rows(evidence, exhibits, records)))


def _contents(dossier: Dossier) -> str:
    done, others = len(dossier.exhibits), len(dossier.other_records)
    faces = sum(len(comparison.exhibits) > 1 for comparison in dossier.comparisons)
    files = len({record.evidence.path for record in records_of(dossier)})
    return (
        f"{done} completed, {others} failed or cancelled runs on {files} "
        f"{'file' if files == 1 else 'files'}; {faces} {'face' if faces == 1 else 'faces'} "
        "compared across methods"
    )


_Item = tuple[EvidenceRef, list[Exhibit], list[Record]]


def _items(dossier: Dossier) -> list[_Item]:
    """Group exhibits and records by the file that they are about."""
    found: dict[tuple[str, str], _Item] = {}
    for record in records_of(dossier):
        key = (record.evidence.path, record.evidence.sha256)
        found.setdefault(key, (record.evidence, [], []))[2].append(record)
    for exhibit in dossier.exhibits:
        evidence = exhibit.record.evidence
        found[evidence.path, evidence.sha256][1].append(exhibit)
    return list(found.values())


def _changed(evidence: EvidenceRef, exhibits: list[Exhibit]) -> Iterator[Block]:
    now = exhibits[-1].source_sha256_now if exhibits else None
    if now is not None and now != evidence.sha256:
        yield Paragraph(
            "The file at this place is no longer the file that was examined: its SHA-256 has "
            f"changed to {now}.",
            Tone.WARNING,
        )


def _item_rows(
    evidence: EvidenceRef, exhibits: list[Exhibit], records: list[Record]
) -> Iterator[tuple[str, str]]:
    yield "File name", visible(evidence.name, FULL)
    yield "Size", f"{evidence.size} bytes" if evidence.sha256 else "not reached"
    yield "SHA-256 before", evidence.sha256 or "not reached"
    yield "SHA-256 after", _after(evidence, exhibits)
    yield "Place", visible(evidence.path, FULL)
    facts: Rows = exhibits[-1].source_facts if exhibits else ()
    for name, text in facts:
        yield fact_name(name), visible(text, 2000)
    given = {name.strip().casefold() for name, _ in facts}
    for name in EXPECTED:
        if name not in given:
            yield name.capitalize(), NOT_STATED
    for text, numbers in _frames(exhibits).items():
        yield "Frame", f"{text}: {_exhibit_list(numbers)}"
    without = len(records) - len(exhibits)
    if without:
        yield "Other runs", f"{without} failed or cancelled, see section 7"
    yield "Handling", "opened read-only, never written; worked on a decoded copy in memory"


def _after(evidence: EvidenceRef, exhibits: list[Exhibit]) -> str:
    if not exhibits:
        return "not computed: there is no completed run"
    now = exhibits[-1].source_sha256_now
    if now is None:
        return "not computed: the file was not there when this report was made"
    return f"{now} ({'unchanged' if now == evidence.sha256 else 'CHANGED'})"


def _frames(exhibits: list[Exhibit]) -> dict[str, list[int]]:
    """Return which exhibits show which frame, with what its decoding involved."""
    found: dict[str, list[int]] = {}
    for exhibit in exhibits:
        frame = exhibit.record.frame
        notes = visible("; ".join(frame.notes), 1000) if frame and frame.notes else ""
        text = frame_text(exhibit.record) + (f" ({notes})" if notes else "")
        found.setdefault(text, []).append(exhibit.number)
    return found


def _exhibit_list(numbers: list[int]) -> str:
    word = "exhibit" if len(numbers) == 1 else "exhibits"
    return f"{word} {', '.join(map(str, numbers))}"
