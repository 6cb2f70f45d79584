"""The whole report as blocks, in order and numbered; told once for every format.

=======  ==========================================  ============================
section  about                                       requirement (forensics.md)
=======  ==========================================  ============================
1        Commission                                  1
2        What this report says, and what it does not 8
3        Items examined                              2
4        Results, exhibit by exhibit                 3, 5, 6, 7
5        Comparison across methods                   7
6        Methods and models                          4
7        Failed and cancelled runs                   9
8        Software and devices                        9
9        Custody, integrity and signature            9
=======  ==========================================  ============================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from fhgui.core.dossier import Dossier
from fhgui.provenance.report import closing, front
from fhgui.provenance.report.blocks import Block, Heading
from fhgui.provenance.report.exhibits import exhibits

SECTIONS = (
    front.commission,
    front.statements,
    front.items,
    exhibits,
    closing.comparisons,
    closing.methods,
    closing.other_runs,
    closing.software,
    closing.custody,
)


def content(dossier: Dossier) -> Iterator[Block]:
    """Yield the report's blocks, its headings of levels 1 and 2 numbered."""
    return _numbered(block for section in SECTIONS for block in section(dossier))


def _numbered(blocks: Iterable[Block]) -> Iterator[Block]:
    section = part = 0
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1:
            section, part = section + 1, 0
            yield replace(block, text=f"{section}  {block.text}")
        elif isinstance(block, Heading) and block.level == 2:
            part += 1
            yield replace(block, text=f"{section}.{part}  {block.text}")
        else:
            yield block
