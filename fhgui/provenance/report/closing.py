"""The last sections: comparison (7), methods (4), other runs, software and custody (9).

Numbers in brackets are the requirements of design/forensics.md.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image

from fhgui.core.arrays import Floats
from fhgui.core.dossier import CardFacts, Dossier, DriftRow, Exhibit, FaceComparison
from fhgui.core.method import SIDES_PX, MethodInfo
from fhgui.core.record import Outcome, Record
from fhgui.core.text import visible
from fhgui.provenance.report.adequacy import size_text
from fhgui.provenance.report.blocks import (
    Block,
    End,
    Facts,
    Figure,
    Gallery,
    Grid,
    Heading,
    Paragraph,
    SignaturePlace,
    Tone,
)
from fhgui.provenance.report.exhibits import map_figure, placed_text
from fhgui.provenance.report.front import records_of
from fhgui.provenance.report.sheet import BADGES
from fhgui.provenance.report.words import (
    LABEL,
    computed_on,
    fact_name,
    frame_text,
    name_of,
    number,
    setting,
    shortened,
    stated,
)

DISAGREEMENT = (
    "Bright where the results show different things: there they cannot all be right. Dark does not "
    "mean right, since all of them may err alike. Grey is where one result alone reaches: nothing "
    "is compared there."
)
JITTER = "Spread of the result when every landmark is moved by up to one pixel"
SEEDS = "Spread of the result across seeds of the method's randomness"
DRIFT = (
    "Distances between the results as a face recogniser sees them: 0 is equal. A large distance "
    "says that the methods drew different faces; a small one says nothing, since all results are "
    "of one face. The recogniser takes two photographs less than about 0.6 apart for one person; "
    "enhanced pictures are no photographs. No distance is a similarity to any person."
)
FOOTNOTE = "The laboratory's electronic signature, if there is one, covers this whole file."


def comparisons(dossier: Dossier) -> Iterator[Block]:
    """Yield what the methods disagree about (requirement 7)."""
    yield Heading("Comparison across methods", 1, new_page=True)
    if not dossier.comparisons:
        yield Paragraph("No face was enhanced by more than one method, so none is compared.")
        return
    yield Paragraph(DISAGREEMENT)
    yield Paragraph(DRIFT)
    by_number = {exhibit.number: exhibit for exhibit in dossier.exhibits}
    for index, comparison in enumerate(dossier.comparisons, 1):
        shown = [by_number[n] for n in comparison.exhibits if n in by_number]
        yield from _comparison(index, comparison, shown)


def _comparison(index: int, comparison: FaceComparison, shown: list[Exhibit]) -> Iterator[Block]:
    numbers = ", ".join(str(exhibit.number) for exhibit in shown)
    name = name_of(shown[0].record.evidence, 48) if shown else "no file"
    exhibits = "exhibit" if len(shown) == 1 else "exhibits"
    yield Heading(f"Face {index}: {exhibits} {numbers} ({name})", 2)
    yield Gallery((*(_result(exhibit) for exhibit in shown), *_maps(comparison)), 5)
    for note in comparison.notes:
        yield Paragraph(visible(note, 1000), Tone.NOTE)
    if comparison.drift:
        rows = tuple(_drift(row) for row in comparison.drift)
        yield Grid(("Method", "Against", "Distance of embeddings", "Note"), rows, (18, 18, 20, 44))


def _result(exhibit: Exhibit) -> Figure:
    pixels, origin = exhibit.result.pixels, exhibit.result.origin
    badge = (origin.value, BADGES[origin])
    title = f"{exhibit.number}  {exhibit.record.method}"
    return Figure(title, lambda: Image.fromarray(pixels), badge=badge, label=LABEL)


def _maps(comparison: FaceComparison) -> Iterator[Figure]:
    given: tuple[tuple[str, Floats | None, str], ...] = (
        ("Across methods", comparison.disagreement, "Spread of grey at each pixel"),
        ("Across landmarks", comparison.jitter, JITTER + _repeated(comparison)),
        ("Across seeds", comparison.seeds, SEEDS + _repeated(comparison)),
    )
    for title, values, caption in given:
        if values is not None:
            known = values[~np.isnan(values)]
            mean = f"Mean {float(known.mean()):.1f} grey levels. " if known.size else ""
            yield map_figure(title, values, f"{mean}{caption}")


def _repeated(comparison: FaceComparison) -> str:
    """Say which exhibit was run again, where there are several."""
    others = [str(n) for n in comparison.exhibits if n != comparison.repeated]
    if comparison.repeated is None or not others:
        return ""
    were = "exhibit" if len(others) == 1 else "exhibits"
    return f". Of exhibit {comparison.repeated} only; not of {were} {', '.join(others)}"


def _drift(row: DriftRow) -> tuple[str, ...]:
    note = visible(row.note, 300) if row.note else "none"
    distance = "not computed" if row.distance is None else number(row.distance, 3)
    return visible(row.method, 40), visible(row.against, 40), distance, note


def methods(dossier: Dossier) -> Iterator[Block]:
    """Yield every method with its reference and the cards of its files (requirement 4)."""
    yield Heading("Methods and models", 1, new_page=True)
    groups = _methods(dossier)
    if not groups:
        yield Paragraph("No method completed a run.")
    for group in groups:
        yield from _method(group)


def _methods(dossier: Dossier) -> list[list[Exhibit]]:
    """Group exhibits by method, its files and its words."""
    found: dict[tuple[object, ...], list[Exhibit]] = {}
    for exhibit in dossier.exhibits:
        key = (exhibit.record.method, exhibit.cards, exhibit.method_text)
        found.setdefault(key, []).append(exhibit)
    return list(found.values())


def _method(group: list[Exhibit]) -> Iterator[Block]:
    exhibit = group[0]
    info = exhibit.info
    yield Heading(f"{visible(info.title, 100)} ({info.id})", 2)
    yield Facts((*_method_rows(info), ("Exhibits", ", ".join(str(e.number) for e in group))))
    if exhibit.method_text:
        yield from _described(exhibit.method_text)
    if not exhibit.cards:
        yield Paragraph("The method needs no weights and no gallery: it learned from no data.")
    for card in exhibit.cards:
        yield from _card(card)


def _method_rows(info: MethodInfo) -> tuple[tuple[str, str], ...]:
    (h, w), (high, wide) = info.input_hw, info.output_hw
    least, most = SIDES_PX
    others = f"; other sizes too, sides of {least} to {most} px" if info.any_size else ""
    people = "yes: from other people's faces" if info.generative else "no"
    return (
        ("Reference", visible(info.paper, 1000)),
        ("Meant for", visible(info.purpose, 1000)),
        ("Sizes", f"{w}×{h} px to {wide}×{high} px, {info.scale} times{others}"),
        ("Degradation", f"{visible(info.degradation, 80)} (assumed unless set otherwise)"),
        ("Adds learned detail", people),
        ("Stages", ", ".join(visible(title, 60) for _, title in info.stages)),
    )


def _card(card: CardFacts) -> Iterator[Block]:
    yield Heading(f"Model card: {visible(shortened(card.name, 80))}", 3)
    if not card.matches:
        yield Paragraph(
            "The installed file or its card is no longer the one that the record names: what "
            "follows, if anything, may be about another version.",
            Tone.WARNING,
        )
    rows = ((fact_name(name), visible(text, 3000)) for name, text in card.text)
    yield Facts((("SHA-256", visible(card.sha256, 200)), *rows))


def other_runs(dossier: Dossier) -> Iterator[Block]:
    """Yield the runs that failed, were cancelled, or cannot be shown."""
    yield Heading("Failed and cancelled runs", 1)
    if not dossier.other_records:
        yield Paragraph("There are none.")
    for index, record in enumerate(dossier.other_records, len(dossier.exhibits) + 1):
        name = name_of(record.evidence, 48)
        yield Heading(f"Run {index}: {visible(record.method, 60)} on {name}", 2)
        yield Facts(tuple(_other_rows(record)))


def _other_rows(record: Record) -> Iterator[tuple[str, str]]:
    if record.outcome is Outcome.COMPLETED:
        yield "Outcome", "completed, but not shown: its record or its pictures are not as written"
        yield "Why", "see the warnings at the front of this report"
    else:
        yield "Outcome", record.outcome.value
        yield "Why", visible(record.error, 1000) if record.error else "not stated"
    yield "Frame", frame_text(record)
    yield "Placed", placed_text(record)
    if record.adequacy is not None:
        yield "Face", f"{size_text(record)}, class {visible(record.adequacy.adequacy, 40)}"
    settings = (f"{name} = {setting(value)}" for name, value in sorted(record.config.items()))
    yield "Settings", visible("; ".join(settings), 3000) if record.config else "none"
    yield "Degradation", f"{visible(record.degradation, 80)} (assumed)"
    yield "Computed on", f"{computed_on(record)}; seed of all randomness: {record.seed}"
    yield "Worked on (UTC)", f"{record.started_utc} to {record.finished_utc}"
    yield "Reached", f"{len(record.stages)} stages"
    if record.warnings:
        yield "Warnings", visible("; ".join(record.warnings), 1000)
    yield "Record id", visible(record.id, 200)


def software(dossier: Dossier) -> Iterator[Block]:
    """Yield programs, versions and devices (requirement 9)."""
    yield Heading("Software and devices", 1)
    yield Facts((("Report made by", _versions(dossier.software)), ("Made (UTC)", dossier.made_utc)))
    for (program, environment, device), runs in _environments(dossier).items():
        yield Heading(f"{'Run' if len(runs) == 1 else 'Runs'} {_ranges(runs)}", 3)
        rows = tuple((visible(name, 40), visible(text, 200)) for name, text in environment)
        yield Facts((("Program", program), ("Computed on", device), *rows))
    yield Paragraph(
        "Runs are numbered as the exhibits; failed and cancelled runs are counted on after them. "
        "The digests of every stage stand with its exhibit, those of weights and galleries with "
        "its method.",
        Tone.NOTE,
    )


_Environment = tuple[str, tuple[tuple[str, str], ...], str]


def _environments(dossier: Dossier) -> dict[_Environment, list[int]]:
    found: dict[_Environment, list[int]] = {}
    for index, record in enumerate(records_of(dossier), 1):
        libraries = tuple(sorted(record.environment.items()))
        key = (_versions(record.software), libraries, computed_on(record))
        found.setdefault(key, []).append(index)
    return found


def _versions(program: dict[str, str]) -> str:
    return visible(" ".join(program.values()), 200)


def _ranges(numbers: list[int]) -> str:
    """Return 1, 2, 3, 5 as ``1–3, 5``."""
    parts: list[list[int]] = []
    for value in numbers:
        if parts and parts[-1][-1] == value - 1:
            parts[-1][1:] = [value]
        else:
            parts.append([value])
    return ", ".join("–".join(map(str, part)) for part in parts)


def custody(dossier: Dossier) -> Iterator[Block]:
    """Yield the log's digest, the records' ids, room for signatures and the end."""
    yield Heading("Custody, integrity and signature", 1)
    log = dossier.custody
    if log is None:
        yield Paragraph("This report is about records outside a case: there is no custody log.")
    else:
        yield Facts(
            (
                ("Custody log", f"{log.entries} entries, each chained to the one before"),
                ("First entry (UTC)", visible(log.first_utc, 80)),
                ("Last entry (UTC)", visible(log.last_utc, 80)),
                ("SHA-256 of the last", visible(log.head_sha256, 200)),
                ("Check of the chain", visible(log.verdict, 500)),
            )
        )
    yield Grid(("Run", "Outcome", "Record id (SHA-256 of the record)"), _ids(dossier), (8, 16, 76))
    commission = dossier.commission
    examiner, authoriser = visible(stated(commission.examiner)), stated(commission.authoriser)
    yield SignaturePlace((("Examiner", examiner), ("Authorised by", visible(authoriser))))
    yield Paragraph(FOOTNOTE, Tone.NOTE)
    yield End(f"End of report {visible(dossier.id, 100)}")


def _ids(dossier: Dossier) -> tuple[tuple[str, ...], ...]:
    records = records_of(dossier)
    return tuple((str(i), r.outcome.value, visible(r.id, 200)) for i, r in enumerate(records, 1))


def _described(text: str) -> Iterator[Block]:
    """Yield a docstring's titles, paragraphs and list points, without its markup."""
    words: list[str] = []
    for line in [*text.strip().replace("`", "").splitlines(), ""]:
        bare = line.strip()
        if bare and set(bare) == {"-"} and words:
            yield Heading(visible(words.pop(), 100), 3)
        elif words and (not bare or bare.startswith("- ")):
            yield Paragraph(visible(" ".join(words)))
            words = []
        if bare.strip("-"):
            words.append(bare)
