"""Studies are data: the shipped ones are sound, others are refused in one sentence."""

from pathlib import Path

import pytest

from fhgui.core.errors import InputError
from fhgui.evaluation.candidates import RAW, check_labels
from fhgui.evaluation.studies import load_study, study_names, with_settings
from fhgui.methods import registry


def test_the_ablations_are_there() -> None:
    expected = {"figure6", "layers", "neighbours", "locality", "gallery_size", "prototypes"}
    assert expected <= set(study_names())


@pytest.mark.parametrize("name", study_names())
def test_a_shipped_study_is_sound(name: str) -> None:
    study = load_study(name)
    assert study.title
    check_labels(study.rows)
    for row in study.rows:
        assert row.method
        if row.method != RAW:
            registry.make_config(row.method, row.settings)  # refuses unknown settings


def test_settings_given_beside_it_fill_rows_up() -> None:
    study = with_settings(load_study("neighbours"), {"dcnn_mnce": {"locality": 2.0}})
    assert all(row.settings["locality"] == 2.0 for row in study.rows)
    kept = with_settings(load_study("neighbours"), {"dcnn_mnce": {"neighbours": 7}})
    assert [r.settings for r in kept.rows] == [r.settings for r in load_study("neighbours").rows]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("protocol: celeba128-x8\ntitle: t\nrows: []", "no rows"),
        ("protocol: nothing\ntitle: t\nrows: [{label: a, method: bicubic}]", "no protocol"),
        ("title: t\nrows: [{label: a, method: bicubic}]", "protocol"),
        ("protocol: celeba128-x8\ntitle: t\nrows: [{label: a, metod: x}]", "no metod"),
        ("protocol: celeba128-x8\ntitle: t\nrows: [{label: a}]", "method"),
        ("protocol: celeba128-x8\ntitle: t\nrow: 3", "no row"),
        ("- 1\n- 2", "a study has no 1, 2"),
        ("7", "study"),
        ("{", "study"),
    ],
)
def test_what_is_no_study_is_refused(text: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=complaint):
        load_study(str(path))


def test_an_unknown_study_is_refused() -> None:
    with pytest.raises(InputError, match="layers"):
        load_study("no such")


def test_the_study_of_consistency_has_every_method_twice() -> None:
    rows = load_study("consistency").rows
    assert [(r.label, r.method, r.settings) for r in rows if r.method == "lcr"] == [
        ("lcr", "lcr", {"consistent": False}),
        ("lcr+consistent", "lcr", {"consistent": True}),
    ]
    fitting = {
        m
        for m in registry.method_ids()
        if registry.info(m).input_hw == (16, 16) and not registry.takes_turned_faces(m)
    }
    assert {row.method for row in rows} == fitting
    assert {row.method for row in load_study("consistency_x4").rows} == {"dcnn_mnce_x4"}
