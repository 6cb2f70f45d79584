"""The fast search for exemplars against the paper's: what a row is made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from fhgui.core.face import FaceImage
from fhgui.core.method import Origin, Stage
from fhgui.evaluation import detail_search
from fhgui.evaluation.pictures import Pair
from fhgui.evaluation.surveys import Cell

TRUTH = np.full((8, 8, 3), 100, np.uint8)
PAIR = Pair("a", TRUTH, np.zeros((2, 2, 3), np.uint8))


class Invented:
    """A method that is off by so many grey levels before and after its detail."""

    info = SimpleNamespace(template="face320")

    def __init__(self, off: int) -> None:
        self.off, self.runs = off, 0

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:
        self.runs += 1
        assert face.pixels is PAIR.input
        for name, off in (("bicubic", 50), ("base", 10), ("detail", 60), ("result", self.off)):
            yield Stage(name, name, TRUTH + np.uint8(off), Origin.SYNTHESISED)


def test_rows_compare_the_two_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    methods = {False: Invented(5), True: Invented(1)}
    asked: list[int | None] = []

    def pairs(protocol: object, data: Path, limit: int | None) -> object:
        asked.append(limit)
        return SimpleNamespace(pairs=(PAIR,))

    monkeypatch.setattr(detail_search, "_method", lambda mode, dense: methods[dense])
    monkeypatch.setattr(detail_search, "make_pairs", pairs)
    found = detail_search.survey(Path("data"), None, lambda words: None)
    assert asked == [detail_search.FACES] * 2
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    first, _, mean = (_numbers(row) for row in rows)
    assert [row["mode"] for row in rows] == ["sr", "deblur", "mean"]
    expected = [20 * np.log10(255 / off) for off in (10, 5, 1)]
    np.testing.assert_allclose([first[f"{of}, dB"] for of in ("base", "fast", "dense")], expected)
    assert first["times faster"] == first["dense, s"] / first["fast, s"]
    assert first["whole method with fast, s"] >= first["fast, s"]
    np.testing.assert_allclose(mean["fast, dB"], expected[1])
    assert methods[False].runs == 2 * detail_search.REPEATS
    assert methods[True].runs == 2


def _numbers(row: dict[str, Cell]) -> dict[str, float]:
    return {name: cell for name, cell in row.items() if isinstance(cell, float)}
