"""Texts that files of an ill-meaning person may carry, put wherever a dossier has foreign text."""

from dataclasses import replace

from fhgui.core.dossier import CardFacts, Dossier, Exhibit

NAMES = (
    "<script>alert(1)</script>\"&'.png",
    "x" * 4000,
    "line\nend\r\t\x00\x1b[31m\u202egnp.exe\u200b",
    "תמונה של פנים.jpg",
    "صورة الوجه.jpg",
    "中文 😀.png",
    "{nb} %s {0} ../../etc",
    "\ud800 alone",
    " ",
    "",
)
TAGS = ("</td><img src=x onerror=alert(1)>", "<b>bold</b>")


def hostile(dossier: Dossier) -> Dossier:
    """Return the dossier with every hostile text in one exhibit and all of them around it."""
    exhibits = tuple(_exhibit(dossier.exhibits[0], i, n) for i, n in enumerate(NAMES, 1))
    others = tuple(replace(dossier.other_records[0], error=name * 2) for name in NAMES)
    commission = replace(
        dossier.commission,
        title=NAMES[0] * 20,
        case_number=NAMES[1],
        request="word " * 900,
        examiner=NAMES[2],
        authoriser=NAMES[3],
    )
    return replace(
        dossier,
        exhibits=exhibits,
        other_records=others,
        commission=commission,
        laboratory=replace(dossier.laboratory, name=NAMES[4] * 9, address=TAGS[0]),
    )


def _exhibit(exhibit: Exhibit, number: int, name: str) -> Exhibit:
    record = exhibit.record
    evidence = replace(record.evidence, name=name, path=f"/c/{name}")
    record = replace(
        record,
        evidence=evidence,
        warnings=(name * 2,),
        override_reason=name,
        config={name: name, "k": [1, {"a": name}]},
    )
    card = CardFacts(name, "0" * 64, False, ((name, name),))
    facts = ((name, name), (TAGS[1], TAGS[0]))
    text = f"{name}\n\n- {name}"
    return replace(
        exhibit, number=number, record=record, source_facts=facts, cards=(card,), method_text=text
    )
