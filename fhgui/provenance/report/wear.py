"""What is told of the wear of a frame, and whether the method reckons with it."""

from __future__ import annotations

from collections.abc import Iterator

from fhgui.core.dossier import Exhibit
from fhgui.core.text import visible
from fhgui.core.wear import not_modelled
from fhgui.provenance.report.blocks import Block, Facts, Heading, Paragraph, Tone

LIMITS = (
    "Estimated from the pixels of the frame alone. An estimate is a hint: fine texture looks like "
    "noise, a codec that smooths hides how strongly it compressed, and what left no trace is not "
    "told. No estimate changed a pixel."
)


def wear(exhibit: Exhibit) -> Iterator[Block]:
    """Yield the estimates about an exhibit's frame; nothing if its source is gone or changed."""
    told, info = exhibit.wear, exhibit.info
    if told is None:
        return
    yield Heading("What camera and storage did to the frame, estimated", 3)
    yield Facts(tuple((visible(title, 40), visible(words, 200)) for title, words in told.lines))
    left = not_modelled(told.found, info.models)
    if left:
        yield Paragraph(
            f"{info.id} assumes a picture without {left}: it takes these for detail of the face.",
            Tone.WARNING,
        )
    elif told.found:
        yield Paragraph(f"{info.id} was made for pictures with what was found here.")
    yield Paragraph(LIMITS, Tone.NOTE)
