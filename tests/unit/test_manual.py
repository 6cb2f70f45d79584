"""The manual: its commands run, its programs too, its links lead somewhere, its tables are kept."""

import json
import shlex
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.main import get_command

from fhgui import paths
from fhgui.cli.app import app
from fhgui.core.errors import FhguiError
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.core.method import Origin
from fhgui.evaluation.tables import to_json
from fhgui.methods import registry
from installer import manual
from installer.pages.docstrings import described
from installer.pages.fences import HEAVY, RUN, SHOWN, commands_of, programs_of
from installer.pages.links import check
from installer.pages.mathematics import hidden, shown
from installer.pages.measured import FOLDER, README, filled, kept, take, take_study
from installer.pages.running import PROGRAM, documented, prepare, run_all

PAGES = manual.SOURCES / "pages"


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("manual")
    prepare(folder)
    return folder


@pytest.mark.timeout(900)
def test_every_command_of_the_manual_ends_with_0(workplace: Path) -> None:
    failed = [
        f"{outcome.command.page}: {outcome.command.words} → {outcome.code}: {outcome.said}"
        for outcome in run_all(documented(PAGES), workplace)
        if outcome.code != 0
    ]
    assert failed == []


def test_what_is_not_run_is_marked_with_its_reason() -> None:
    commands = documented(PAGES)
    by_treatment = {kind: [c for c in commands if c.treatment == kind] for kind in (RUN, SHOWN)}
    assert len(by_treatment[RUN]) >= 20
    assert all(c.words.split()[0] == PROGRAM for c in by_treatment[RUN])
    assert all(c.why for c in commands if c.treatment in (HEAVY, SHOWN))


def test_every_option_that_readme_and_pages_name_is_one() -> None:
    lines = README.read_text(encoding="utf-8").splitlines()
    words = [shlex.split(line, comments=True) for line in lines if line.startswith(f"{PROGRAM} ")]
    words += [shlex.split(c.words) for c in documented(PAGES) if c.words.startswith(f"{PROGRAM} ")]
    assert len(words) > 50
    unknown = [(" ".join(line), option) for line in words for option in _unknown_options(line[1:])]
    assert unknown == []
    assert _unknown_options(["faces", "x.png", "--no-such-option"]) == ["--no-such-option"]


def _unknown_options(arguments: list[str]) -> list[str]:
    """Return the options among the arguments that their command does not know."""
    command: Any = get_command(app)
    context = command.context_class(command)
    while hasattr(command, "commands") and arguments and not arguments[0].startswith("-"):
        found = command.get_command(context, arguments[0])
        if found is None:
            break  # a file
        command, arguments = found, arguments[1:]
    known = {name for p in command.params for name in (*p.opts, *p.secondary_opts)}
    known |= {"--help", "--debug"}
    return [a for a in arguments if a.startswith("--") and a.partition("=")[0] not in known]


def test_a_block_of_commands_is_read_line_by_line(tmp_path: Path) -> None:
    page = tmp_path / "p.md"
    page.write_text(
        "```sh\nfhgui a --x \\\n  1   # why\n# nothing\n```\n<!-- heavy: slow -->\n```sh\nb\n```\n"
    )
    read = [(c.words, c.treatment, c.why) for c in commands_of(page)]
    assert read == [("fhgui a --x    1", RUN, ""), ("b", HEAVY, "slow")]


def test_the_python_programs_of_the_manual_run(
    workplace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(workplace)
    programs = [p for p in programs_of(PAGES / "reference/python.md") if "create_window" not in p]
    for program in programs:
        exec(compile(program, "python.md", "exec"), {"__name__": "example"})
    said = capsys.readouterr().out
    assert "(128, 128, 3)" in said
    assert "completed" in said
    assert "Box(" in said


def test_a_method_can_be_added_in_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (program,) = programs_of(PAGES / "add-a-method.md")
    (tmp_path / "sharpen.py").write_text(program, encoding="utf-8")
    spec = spec_from_file_location("fhgui.methods.sharpen", tmp_path / "sharpen.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    spec.loader.exec_module(module)
    monkeypatch.setitem(registry.PACKAGES, "sharpen", module.__name__)
    rng = np.random.default_rng(0)
    face = FaceImage(
        rng.integers(0, 256, (16, 16, 3), np.uint8),
        FaceAlignment(np.eye(2, 3), PlacedBy.ALIGNED, "celeba128"),
    )
    stages = list(registry.load("sharpen", {"amount": 2.0}).stages(face, 0))
    assert tuple((s.name, s.title) for s in stages) == registry.info("sharpen").stages
    assert {s.origin for s in stages} == {Origin.INTERPOLATED}
    plain, sharpened = (s.pixels.astype(float) for s in stages)
    assert sharpened.std() > plain.std()
    (amount,) = (s for s in registry.settings_of("sharpen") if s.name == "amount")
    assert amount.help == "How much of what a blur takes away is added again."
    with pytest.raises(FhguiError, match="amount"):
        registry.make_config("sharpen", {"amount": 9.0})


def test_the_site_is_built_offline_and_has_no_dead_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("mkdocs", reason="the extra 'docs' is not installed")

    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("the manual's build asked for the network")

    monkeypatch.setattr("socket.socket.connect", no_network)
    assert manual.build(tmp_path / "site", fast=True) == 0, capsys.readouterr().out
    page = (tmp_path / "site/methods/dcnn_mnce.html").read_text(encoding="utf-8")
    assert "<math" in page
    assert "@formula" not in page
    assert (tmp_path / "site/search/search_index.js").is_file()


def test_dead_links_and_what_would_be_fetched_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<a href='b.html#there'>x</a><a href='b.html#gone'>x</a><a href='c.html'>x</a>"
        "<a href='https://example.org'>x</a><script src='https://example.org/x.js'></script>"
    )
    (tmp_path / "b.html").write_text("<h1 id='there'>b</h1>")
    checked = check(tmp_path)
    assert checked.problems == (
        "a.html fetches https://example.org/x.js",
        "a.html: b.html#gone leads nowhere",
        "a.html: c.html leads nowhere",
    )
    assert checked.outside == ("https://example.org",)


def test_descriptions_of_parameters_are_not_taken_for_types() -> None:
    text = "A.\n\nParameters\n----------\na, b : two.\n    More.\n\nReturns\n-------\nc : kept.\n"
    moved = "A.\n\nParameters\n----------\na, b\n    two.\n    More.\n"
    assert described(text) == f"{moved}\nReturns\n-------\nc : kept.\n"
    assert described("A : b.") == "A : b."


def test_formulas_are_out_of_markdowns_way_and_come_back() -> None:
    page = hidden("a $x_1$, `$HOME`\n\n$$y_*z$$\n")
    assert page.text == "a @formula-line-0@, `$HOME`\n\n@formula-block-1@\n"
    html = shown("<p>a @formula-line-0@</p><p>@formula-block-1@</p>", page.formulas)
    assert html.count("<math") == 2
    assert '<div class="formula"><math' in html


def test_the_tables_of_the_readme_are_those_that_were_measured() -> None:
    text = README.read_text(encoding="utf-8")
    assert "<!-- measured: celeba128-x8 -->" in text
    assert filled(text) == text


def test_the_table_of_a_survey_is_kept_with_its_notes(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    rows = [{"what": "noise", "told": 3.14159, "right": None}]
    path.write_bytes(to_json({"survey": "wear", "title": "Wear", "rows": rows, "notes": ["n."]}))
    page = "<!-- survey: wear -->\n<!-- end -->"
    assert filled(page, tmp_path).splitlines() == [page.splitlines()[0], "", "<!-- end -->"]
    take(path, tmp_path)
    assert "| noise | 3.142 |  |\n\n- n.\n<!-- end -->" in filled(page, tmp_path)


def test_the_table_of_a_study_is_kept_in_its_order_without_empty_columns(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    rows = [
        {"label": label, "kind": kind, "psnr_rgb": psnr, "ssim": 0.5, "fsim": None}
        for label, kind, psnr in (
            ("B", "measured", 28.0),
            ("A", "measured", 29.12345),
            ("P", "x", 1),
        )
    ]
    path.write_bytes(to_json({"protocol": "face320-x4-deblur", "n": 20, "rows": rows}))
    take_study(path, "fsgn_masks", tmp_path)
    told = filled("<!-- survey: fsgn_masks -->\n<!-- end -->", tmp_path).splitlines()
    assert told[1].endswith("face320-x4-deblur, 20 pictures:")
    assert told[3:7] == [
        "| row | PSNR RGB, dB | SSIM |",
        "| --- | --- | --- |",
        "| B | 28.000 | 0.5000 |",
        "| A | 29.123 | 0.5000 |",
    ]


@pytest.mark.parametrize("table", sorted(FOLDER.glob("*-x*.json")), ids=lambda p: p.stem)
def test_kept_tables_hold_methods_of_the_registry(table: Path) -> None:
    rows = kept(table.stem)
    assert {row.n for row in rows} == {json.loads(table.read_bytes())["n"]}
    known = {*registry.method_ids(), "bicubic_raw"}
    assert {row.method for row in rows if row.kind == "measured"} <= known


def test_taking_a_table_replaces_rows_and_keeps_what_was_not_measured_again(
    tmp_path: Path,
) -> None:
    def table(n: int = 3, **columns: object) -> Path:
        row = {"method": "lcr", "label": "lcr", "kind": "measured", "n": n, **columns}
        path = tmp_path / "table.json"
        path.write_bytes(to_json({"protocol": "celeba128-x8", "n": n, "rows": [row]}))
        return path

    folder = tmp_path / "kept"
    take(table(psnr_rgb=24.0, identity=0.9, seconds_per_face=0.5), folder)
    take(table(psnr_rgb=24.0, identity=None, seconds_per_face=0.2), folder)
    (row,) = kept("celeba128-x8", folder)
    assert (row.identity, row.seconds_per_face) == (0.9, 0.2)
    take(table(psnr_rgb=24.1, identity=None, seconds_per_face=0.4), folder)
    (row,) = kept("celeba128-x8", folder)
    assert (row.psnr_rgb, row.identity, row.seconds_per_face) == (24.1, None, 0.4)
    take(table(psnr_rgb=23.0), folder, {"lcr": "lcr-old"})
    take(table(psnr_rgb=20.0), folder, {"another": "lcr"})
    assert [(r.label, r.psnr_rgb) for r in kept("celeba128-x8", folder)] == [
        ("lcr", 24.1),
        ("lcr-old", 23.0),
    ]
    with pytest.raises(FhguiError, match="of 5 pictures"):
        take(table(n=5, psnr_rgb=24.0), folder)
    (tmp_path / "table.json").write_text("[]")
    with pytest.raises(FhguiError, match="no table of a benchmark"):
        take(tmp_path / "table.json", folder)


def test_the_window_and_a_wheel_find_the_manual() -> None:
    assert paths.manual() == paths.resource("manual/site/index.html")
    assert paths.manual_builder() == Path(manual.__file__)
