"""Records made up for tests."""

from fhgui.core.record import (
    AdequacyRecord,
    AlignmentRecord,
    EvidenceRef,
    FileRef,
    FrameRef,
    Outcome,
    Record,
    StageRecord,
)

A_RECORD = Record(
    outcome=Outcome.COMPLETED,
    started_utc="2026-01-02T03:04:05.678+00:00",
    finished_utc="2026-01-02T03:04:06.000+00:00",
    software={"name": "fhgui", "version": "0"},
    environment={"python": "3"},
    evidence=EvidenceRef("a ü.png", 12, "0" * 64, "/somewhere/a ü.png"),
    frame=FrameRef(3, 900, 0.12, ("10 bit reduced to 8 bit",)),
    alignment=AlignmentRecord(
        ((1.0, 0.1, 2.0), (-0.1, 1.0, 3.0)),
        "auto",
        "t",
        ((1.5, 2.5), (3.0, 2.0)),
        (1, 2, 3, 4),
        0.5,
        1.2,
    ),
    adequacy=AdequacyRecord(28.0, 12.5, 175.0, "Perceive"),
    method="bicubic",
    config={"a": 1, "b": [1.5, None, "x"]},
    weights=(FileRef("w", "1" * 64),),
    gallery=(),
    degradation="bicubic",
    device="cpu",
    threads=2,
    seed=0,
    stages=(StageRecord("input", "Input", "measured", 16, 16, "2" * 64),),
    warnings=("w",),
)
