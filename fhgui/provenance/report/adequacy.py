"""How much of a face the evidence holds, in a report."""

from __future__ import annotations

from collections.abc import Iterator

from fhgui.core.face import AdequacyClass, PlacedBy, density_words
from fhgui.core.record import AdequacyRecord, Record
from fhgui.core.text import visible
from fhgui.provenance.report.blocks import Block, Facts, Figure, Gallery, Heading, Paragraph, Tone
from fhgui.provenance.report.drawings import adequacy_bar
from fhgui.provenance.report.words import number


def adequacy(record: Record) -> Iterator[Block]:
    """Yield how much face the evidence holds (requirement 6)."""
    held = record.adequacy
    yield Heading("Adequacy of the input", 3)
    if held is None:
        yield Paragraph(
            "Unknown: the file was given already aligned, so the size of the face in its original "
            "frame is not known.",
            Tone.WARNING,
        )
        return
    density, reached = held.density_px_per_m, class_text(held)
    words = "Classes of IEC 62676-4:2025 by pixels a metre; logarithmic scale"
    yield Gallery((Figure("", lambda: adequacy_bar(density), words),), 1)
    if held.adequacy == AdequacyClass.BELOW.value:
        yield Paragraph(
            "Below the class Perceive: the evidence holds less of this face than the standard "
            "asks for the simplest of its purposes.",
            Tone.WARNING,
        )
    yield Facts(
        (
            ("Size in the frame", _size_row(record)),
            ("Class", f"{reached}: {density_words(density)}, assuming that the face is 16 cm wide"),
        )
    )


def size_text(record: Record) -> str:
    """Return how wide a face is; a crop alone is as wide as the face at most."""
    adequacy = record.adequacy
    if adequacy is None:
        return "unknown"
    most = "≤ " if adequacy.interocular_px is None else ""
    return f"{most}{adequacy.face_px:.1f} px"


def class_text(adequacy: AdequacyRecord) -> str:
    """Return the class of IEC 62676-4 that a face reaches, or reaches at best."""
    best = "at best " if adequacy.interocular_px is None else ""
    return f"{best}{visible(adequacy.adequacy, 80)}"


def _size_row(record: Record) -> str:
    adequacy = record.adequacy
    if adequacy is None or adequacy.interocular_px is None:
        return (
            f"face {size_text(record)} wide: the width of the crop that was drawn; no landmarks "
            "tell how much of it the face fills"
        )
    by = record.alignment.placed_by if record.alignment else ""
    whose = " where the network STN0 puts them" if by == PlacedBy.NETWORK else ""
    eyes = number(adequacy.interocular_px, 1, "px")
    return f"face {size_text(record)} wide, eyes {eyes} apart{whose}"
