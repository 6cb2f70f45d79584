"""What the benchmark form orders: studies, released pictures, settings other than the defaults."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from PySide6.QtTest import QTest

from fhgui.cli.console import parse_settings
from fhgui.gui import settings
from fhgui.gui.panels.benchmark_form import BenchmarkForm
from fhgui.gui.window import MainWindow
from fhgui.session.benchmark_process import benchmark_command
from fhgui.session.studies import shipped_studies

Child = Callable[..., Any]


@pytest.fixture
def form(open_window: Callable[..., MainWindow], tmp_path: Path) -> BenchmarkForm:
    """The form of a window, test pictures chosen."""
    settings.set_benchmark_folder(tmp_path / "benchmarks")
    window = open_window()
    window.show_page(window.benchmark)
    QTest.qWait(50)
    found = window.benchmark.page.form
    found.data.setText(str(tmp_path))
    return found


def test_a_study_takes_the_place_of_the_ticked_methods(form: BenchmarkForm, child: Child) -> None:
    assert "--study" not in benchmark_command(form.order())
    selector = child(form, "benchmarkStudy")
    shown = [selector.itemText(at) for at in range(1, selector.count())]
    assert shown == [entry.name for entry in shipped_studies("celeba128-x8")]
    selector.setCurrentText("layers")
    assert not child(form, "benchmarkMethods").isVisible()
    assert "Layer 0 is the denoiser step alone" in child(form, "benchmarkStudyAbout").text()
    order = form.order()
    assert (order.study, order.methods) == ("layers", ())
    assert "layers" in order.out.name
    command = benchmark_command(order)
    assert command[command.index("--study") + 1] == "layers"
    assert "--methods" not in command
    child(form, "benchmarkProtocol").setCurrentText("celeba128-x4")
    assert form.order().study == ""
    assert child(form, "benchmarkMethods").isVisible()


def test_a_study_file_is_taken_with_its_protocol(
    form: BenchmarkForm, child: Child, tmp_path: Path
) -> None:
    rows = [{"label": "a", "method": "bicubic"}]
    study = {"protocol": "celeba128-x4", "title": "One row", "rows": rows}
    file, none = tmp_path / "mine.yaml", tmp_path / "none.yaml"
    file.write_text(yaml.safe_dump(study))
    none.write_text("[1, 2]")
    form.take(file)
    assert child(form, "benchmarkProtocol").currentText() == "celeba128-x4"
    assert form.order().study == str(file)
    form.take(none)
    assert "is no study" in form.error.text()
    assert form.order().study == str(file)


def test_settings_and_released_pictures_reach_the_command_line(
    form: BenchmarkForm, child: Child, tmp_path: Path, qapp: Any
) -> None:
    child(form, "benchmarkSettingsMethod").setCurrentText("dcnn_mnce")
    child(form, "benchmarkSettingsButton").click()
    child(form, "dcnn_mnce-layers").setValue(1)
    child(form, "dcnn_mnce-ridge").setValue(1e-5)
    child(form, "methodValuesOk").click()
    assert "layers 1" in child(form, "benchmarkSettingsTold").text()
    for name in ("their results", "other"):
        (tmp_path / name).mkdir()
        form.released.add(tmp_path / name)
    command = benchmark_command(form.order())
    given = [command[at + 1] for at, word in enumerate(command) if word == "--set"]
    values = parse_settings(given)  # as the command line reads them
    assert values == {"dcnn_mnce.layers": 1, "dcnn_mnce.ridge": 1e-5}
    named = [command[at + 1] for at, word in enumerate(command) if word == "--reference"]
    assert named == [f"their-results={tmp_path}/their results", f"other={tmp_path}/other"]
    form.released.rows[1].name.setText("their-results")
    assert "different names" in form.start.toolTip()
    assert not form.start.isEnabled()
    form.released.rows[1].removed.emit()
    assert form.start.isEnabled()


def test_device_and_threads_come_from_the_settings(form: BenchmarkForm) -> None:
    settings.set_computing("cpu", 1, reuse=True)
    command = benchmark_command(form.order())
    assert command[command.index("--device") + 1] == "cpu"
    assert command[command.index("--threads") + 1] == "1"
