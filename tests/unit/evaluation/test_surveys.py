"""Tables of surveys: written whole, for people and for programs."""

from __future__ import annotations

import csv
import json
from importlib import import_module
from pathlib import Path

import pytest

from fhgui.__main__ import main
from fhgui.evaluation import surveys
from fhgui.evaluation.surveys import SURVEYS, Survey, Tell, run_survey

FOUND = Survey("What", ("name", "share"), (("a", 0.123456), ("b", None)), ("read me",))


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> str:
    def survey(data: Path, limit: int | None, tell: Tell) -> Survey:
        tell(f"{data.name} {limit}")
        return FOUND

    monkeypatch.setitem(SURVEYS, "made-up", "made.up")
    module = type("Module", (), {"survey": staticmethod(survey)})
    monkeypatch.setattr(surveys, "import_module", lambda name: module)
    return "made-up"


def test_every_survey_can_be_carried_out() -> None:
    for module in SURVEYS.values():
        assert callable(import_module(module).survey)


def test_a_survey_is_written_in_three_ways(made_up: str, tmp_path: Path) -> None:
    told: list[str] = []
    run_survey(made_up, Path("data"), tmp_path / "out", 3, told.append)
    assert told == ["data 3"]
    table = json.loads((tmp_path / "out" / "table.json").read_text())
    assert table["survey"] == made_up
    assert table["rows"] == [{"name": "a", "share": 0.123456}, {"name": "b", "share": None}]
    with (tmp_path / "out" / "table.csv").open() as lines:
        assert list(csv.reader(lines)) == [["name", "share"], ["a", "0.123456"], ["b", ""]]
    assert "| a | 0.1235 |" in (tmp_path / "out" / "table.md").read_text()


def test_what_is_no_number_is_not_available() -> None:
    found = Survey("What", ("a", "b", "c"), ((float("nan"), float("inf"), 0.5),))
    assert found.rows == ((None, None, 0.5),)


def test_the_command_prints_the_table(
    made_up: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["benchmark", made_up, "--data", "data", "--out", str(tmp_path / "out")]
    assert main([*given, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "What"
    assert main(given) == 1  # the folder holds something now
    assert "already holds something" in capsys.readouterr().err
    assert main([*given, "--force"]) == 0
    assert "- read me" in capsys.readouterr().out
