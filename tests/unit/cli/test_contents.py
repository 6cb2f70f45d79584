"""The table of contents: what a command says of itself, and what it costs to say it."""

import subprocess
import sys

import pytest
import typer

from fhgui.__main__ import main
from fhgui.cli.app import COMMANDS, Contents, app

HEAVY = (
    "numpy",
    "torch",
    "cv2",
    "scipy",
    "skimage",
    "PySide6",
    "av",
    "dlib",
    "fpdf",
    "distributed",
)


def contents() -> Contents:
    group = typer.main.get_group(app)
    assert isinstance(group, Contents)
    return group


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_what_the_command_says(name):
    context = typer.Context(contents())
    command = contents().get_command(context, name)
    assert command is not None
    assert command.name == name
    assert " ".join((command.help or "").split("\n\n")[0].split()) == COMMANDS[name]


def test_help_imports_no_command_and_nothing_heavy():
    program = (
        "import sys; from fhgui.__main__ import main; code = main(['--help']); "
        f"heavy = set({HEAVY!r}) & set(sys.modules); "
        "own = [m for m in sys.modules if m.startswith('fhgui.cli.')]; "
        "print(code, sorted(heavy), sorted(own), file=sys.stderr)"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert told.stderr.strip() == "0 [] ['fhgui.cli.app']"
    for name in COMMANDS:
        assert f" {name} " in told.stdout


@pytest.mark.parametrize(
    ("given", "hint"), [("prob", "did you mean fhgui probe?"), ("no/such.mp4", "see fhgui --help")]
)
def test_a_word_that_is_neither_command_nor_file_is_bad_usage(given, hint, capsys):
    assert main([given]) == 2
    told = capsys.readouterr().err
    assert told == f"fhgui: there is no file and no command {given!r}; {hint}\n"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a screen")
def test_without_a_screen_the_window_is_refused_in_a_sentence(monkeypatch, tmp_path, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 1
    assert "no screen" in capsys.readouterr().err
