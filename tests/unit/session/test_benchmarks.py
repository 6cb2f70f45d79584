"""Benchmarks are told of, cancelled, found again and opened, whatever becomes of their folders."""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fhgui.core.errors import InputError, OutputError
from fhgui.evaluation import candidates
from fhgui.evaluation.protocols import PROTOCOLS, protocol
from fhgui.methods import registry
from fhgui.session.benchmark_choices import RAW, method_choices, protocols
from fhgui.session.benchmark_process import BenchmarkOrder, benchmark_command
from fhgui.session.benchmark_result import read_picture, read_result, score_steps
from fhgui.session.benchmark_run import BenchmarkRun, BenchmarkStatus, BenchmarkStory
from fhgui.session.benchmarks import LOGS, Benchmarks
from tests.helpers import fake_benchmark as fake
from tests.helpers.runs import LONG_S, until


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return tmp_path / "settings" / "benchmarks.json"


@pytest.fixture
def benchmarks(register: Path) -> Iterator[Benchmarks]:
    made = Benchmarks(register, fake.command)
    yield made
    for run in made.runs:
        if run.status.alive and run.pid is not None:
            os.kill(run.pid, signal.SIGKILL)
    until(made, lambda: not made.active)


@pytest.fixture
def order(tmp_path: Path) -> Callable[[str], BenchmarkOrder]:
    """Return a function that gives the order of a kind of fake."""

    def made(kind: str) -> BenchmarkOrder:
        (tmp_path / kind).mkdir(exist_ok=True)
        return BenchmarkOrder(
            fake.PROTOCOL, ("bicubic", "srcnn"), tmp_path / kind, tmp_path / "out"
        )

    return made


# ---- what it tells ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "",
        "nonsense",
        "[1]",
        "3",
        '{"event": "other"}',
        '{"event": "image", "label": "a"}',
        "\ufffd",
    ],
)
def test_lines_that_tell_nothing_change_nothing(line: str) -> None:
    story = BenchmarkStory()
    assert not story.take(line)
    assert story == BenchmarkStory()


def test_its_fraction_counts_rows_and_pictures() -> None:
    story = BenchmarkStory()
    story.take(json.dumps({"event": "start", "protocol": "p", "methods": ["a", "b"], "n": 4}))
    assert story.fraction == 0
    told = {"event": "image", "label": "b", "name": "x", "done": 1, "total": 4}
    story.take(json.dumps({**told, "scores": {"psnr_rgb": 20.0, "lpips": None, "new": 1}}))
    assert story.fraction == pytest.approx((1 + 1 / 4) / 2)
    assert story.scores["b"]["x"].psnr_rgb == 20
    assert story.scores["b"]["x"].lpips is None
    story.take(json.dumps({"event": "finished", "out": "there"}))
    assert story.fraction == 1


# ---- processes --------------------------------------------------------------------------


def test_a_benchmark_is_watched_to_its_end(
    benchmarks: Benchmarks, order: Callable[[str], BenchmarkOrder]
) -> None:
    ended: list[BenchmarkRun] = []
    benchmarks.ended.connect(ended.append)
    run = benchmarks.start(order("quick"))
    until(benchmarks, lambda: not run.status.alive)
    assert run.status is BenchmarkStatus.FINISHED
    assert ended == [run]
    result = run.result()
    assert [row.label for row in result.rows] == [*fake.LABELS, "paper"]
    assert result.notes == ("LPIPS is not available",)
    assert result == read_result(run.folder)


def test_figures_are_there_while_it_runs_and_stay_when_it_is_cancelled(
    benchmarks: Benchmarks, order: Callable[[str], BenchmarkOrder]
) -> None:
    run = benchmarks.start(order("slow"))
    until(benchmarks, lambda: run.story.done >= 2)
    assert run.status is BenchmarkStatus.RUNNING
    with pytest.raises(OutputError, match="another benchmark"):
        benchmarks.start(run.order)
    name = fake.NAMES[1]
    expected = fake.scores("bicubic", name)["psnr_rgb"]
    assert run.result().score("bicubic", name, "psnr_rgb") == expected
    benchmarks.cancel(run)
    assert run.status in (BenchmarkStatus.CANCELLING, BenchmarkStatus.CANCELLED)
    until(benchmarks, lambda: not run.status.alive)
    assert run.status is BenchmarkStatus.CANCELLED
    assert not run.folder.exists()
    assert run.result().score("bicubic", name, "psnr_rgb") == expected


def test_a_running_benchmark_is_found_again(
    benchmarks: Benchmarks, order: Callable[[str], BenchmarkOrder], register: Path
) -> None:
    run = benchmarks.start(order("slow"))
    until(benchmarks, lambda: run.story.done >= 1)
    again = Benchmarks(register, fake.command)
    again.load()
    (found,) = again.runs
    assert found.status is BenchmarkStatus.RUNNING
    assert found.order == run.order
    assert found.story.scores.keys() == run.story.scores.keys()
    again.cancel(found)
    until(again, lambda: found.status is BenchmarkStatus.CANCELLED)
    until(benchmarks, lambda: not run.status.alive)


def test_the_end_of_one_that_was_started_before_loading_is_told(
    benchmarks: Benchmarks, order: Callable[[str], BenchmarkOrder]
) -> None:
    ended: list[BenchmarkRun] = []
    benchmarks.ended.connect(ended.append)
    run = benchmarks.start(order("quick"))
    until_there = time.monotonic() + LONG_S
    while not (run.folder / "table.json").is_file():
        assert time.monotonic() < until_there
        time.sleep(0.02)
    benchmarks.load()
    until(benchmarks, lambda: not run.status.alive)
    assert ended == [run]


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        (
            "broken",
            BenchmarkStatus.FAILED,
            fake.SAID,
        ),
        ("silent", BenchmarkStatus.INTERRUPTED, ""),
    ],
)
def test_one_that_ends_early_says_why_or_is_interrupted(
    benchmarks: Benchmarks,
    order: Callable[[str], BenchmarkOrder],
    kind: str,
    status: BenchmarkStatus,
    said: str,
) -> None:
    run = benchmarks.start(order(kind))
    until(benchmarks, lambda: not run.status.alive)
    assert run.status is status
    assert run.error == said


def test_what_cannot_be_started_is_refused_with_a_sentence(
    benchmarks: Benchmarks, order: Callable[[str], BenchmarkOrder], tmp_path: Path
) -> None:
    asked = order("quick")
    with pytest.raises(InputError, match="no method to measure"):
        benchmarks.start(replace(asked, methods=()))
    with pytest.raises(InputError, match="no test pictures"):
        benchmarks.start(replace(asked, data=tmp_path / "gone"))
    asked.out.mkdir()
    (asked.out / "mine.txt").touch()
    with pytest.raises(OutputError, match="is not empty"):
        benchmarks.start(asked)
    with pytest.raises(OutputError, match="is not empty"):
        benchmarks.start(replace(asked, out=asked.out / "mine.txt"))
    assert benchmarks.runs == []


def test_the_command_line_of_an_order(order: Callable[[str], BenchmarkOrder]) -> None:
    asked = replace(order("quick"), limit=12)
    words = benchmark_command(asked)
    assert words[:4] == [sys.executable, "-m", "fhgui", "benchmark"]
    assert words[4:7] == [fake.PROTOCOL, "--methods", "bicubic,srcnn"]
    assert words[words.index("--limit") + 1] == "12"
    assert words[-3:] == ["--save-images", "--progress", "json"]
    assert "--limit" not in benchmark_command(replace(asked, limit=None))


def test_the_real_command_says_why_it_cannot_measure(
    register: Path, order: Callable[[str], BenchmarkOrder]
) -> None:
    real = Benchmarks(register)
    run = real.start(order("no-pictures"))
    until(real, lambda: not run.status.alive)
    assert run.status is BenchmarkStatus.FAILED
    assert "no-pictures: holds no files" in run.error


# ---- folders ----------------------------------------------------------------------------


def test_an_earlier_folder_is_opened_moved_and_found_again(
    benchmarks: Benchmarks, register: Path, tmp_path: Path
) -> None:
    folder = fake.write_benchmark(tmp_path / "earlier")
    run = benchmarks.open(folder)
    assert run.status is BenchmarkStatus.FINISHED
    assert run.order.protocol == fake.PROTOCOL
    shutil.move(folder, tmp_path / "elsewhere")
    changed: list[BenchmarkRun] = []
    benchmarks.run_changed.connect(changed.append)
    benchmarks.look_again()
    assert changed == [run]
    again = Benchmarks(register)
    again.load()
    assert [(r.folder, r.status) for r in again.runs] == [(folder, BenchmarkStatus.MOVED)]
    again.open(tmp_path / "elsewhere")
    again.forget(again.runs[1])
    assert [(r.folder.name, r.status) for r in again.runs] == [
        ("elsewhere", BenchmarkStatus.FINISHED)
    ]


def test_forgetting_takes_the_log_away_and_leaves_the_folder(
    benchmarks: Benchmarks, order: Callable[[str], BenchmarkOrder], register: Path
) -> None:
    run = benchmarks.start(order("quick"))
    until(benchmarks, lambda: not run.status.alive)
    assert len(list((register.parent / LOGS).iterdir())) == 1
    benchmarks.forget(run)
    assert list((register.parent / LOGS).iterdir()) == []
    assert (run.folder / "table.json").is_file()


def test_only_rows_of_the_same_protocol_are_read(tmp_path: Path) -> None:
    result = read_result(fake.write_benchmark(tmp_path / "out"))
    assert result.protocol == fake.PROTOCOL
    assert "elsewhere" not in [row.label for row in result.rows]
    assert result.labels == fake.LABELS
    assert result.names == fake.NAMES
    label, name = fake.MISSING
    assert result.score(label, name, "psnr_rgb") is None
    assert result.score("srcnn", name, "lpips") is None
    assert len(result.values(label, "psnr_rgb")) == len(fake.NAMES) - 1
    assert result.values("srcnn", "lpips") == []


@pytest.mark.parametrize(
    "table",
    [
        "",
        "{}",
        "[]",
        '{"protocol": "p", "n": 1, "rows": [{"label": "no method"}]}',
        '{"protocol": "p", "n": Infinity, "rows": []}',
    ],
)
def test_a_damaged_table_is_refused_by_name(tmp_path: Path, table: str) -> None:
    (tmp_path / "table.json").write_text(table)
    with pytest.raises(InputError, match=r"table\.json"):
        read_result(tmp_path)


def test_damaged_scores_are_refused_and_a_missing_file_is_not(tmp_path: Path) -> None:
    folder = fake.write_benchmark(tmp_path / "out")
    (folder / "per-image.csv").write_text("method,name,ssim\nbicubic,face-0,much\n")
    with pytest.raises(InputError, match=r"per-image\.csv"):
        read_result(folder)
    (folder / "per-image.csv").unlink()
    assert read_result(folder).names == ()


def test_a_folder_without_a_table_holds_no_benchmark(
    benchmarks: Benchmarks, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="holds no benchmark"):
        benchmarks.open(tmp_path)
    assert benchmarks.runs == []


def test_pictures_are_read_whole_or_not_at_all(tmp_path: Path) -> None:
    result = read_result(fake.write_benchmark(tmp_path / "out"))
    pixels = read_picture(result.picture_file("srcnn", "face-2"))
    assert pixels is not None
    assert pixels.shape == (16, 16, 3)
    assert pixels.dtype == np.uint8
    assert (pixels == fake.shade("srcnn", "face-2")).all()
    damaged = result.picture_file("srcnn", "face-1")
    damaged.write_bytes(damaged.read_bytes()[:40])
    assert read_picture(damaged) is None
    assert read_picture(result.picture_file(*fake.MISSING)) is None


# ---- figures ----------------------------------------------------------------------------


def test_the_curve_is_the_share_of_faces_above_a_score() -> None:
    x, share = score_steps([3.0, 1.0, 2.0, 2.0])
    assert x == [1, 1, 2, 2, 2, 2, 3, 3]
    assert share == [1, 0.75, 0.75, 0.5, 0.5, 0.25, 0.25, 0]
    for probe in (0.5, 1.5, 2.5, 3.5):
        above = sum(value > probe for value in (3.0, 1.0, 2.0, 2.0)) / 4
        left = [s for at, s in zip(x, share, strict=True) if at < probe]
        assert (left[-1] if left else 1.0) == above
    assert score_steps([]) == ([], [])


def test_methods_that_do_not_fit_say_why() -> None:
    assert candidates.RAW == RAW
    assert {p.id for p in protocols()} == set(PROTOCOLS)
    fitting = {c.id: c.why_not for c in method_choices(protocol("celeba128-x8"))}
    assert fitting["bicubic"] == ""
    assert fitting["srcnn"] == ""
    others = {c.id: c.why_not for c in method_choices(protocol("celeba128-x4"))}
    assert others["bicubic"] == ""
    assert others["srcnn"] == "makes 128×128 of 16×16 px"
    assert RAW not in others
    assert [bool(why) for why in others.values()] == sorted(bool(why) for why in others.values())


@pytest.mark.parametrize("installed", [True, False])
def test_turned_faces_need_the_network_that_straightens_them(
    installed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    (_, known), *_ = registry.info("srcnn").assets
    name = known if installed else "tdn/no-straightener.safetensors"
    monkeypatch.setattr("fhgui.session.benchmark_choices.STRAIGHTENER", name)
    turned = {c.id: c.why_not for c in method_choices(protocol("unaligned128-x8"))}
    assert turned[RAW] == ""
    assert ("not installed" in turned["srcnn"]) is not installed
    assert (turned["bicubic"] == "") is installed


def test_an_order_is_remembered_with_all_that_was_asked(
    benchmarks: Benchmarks, order: Callable[[str], BenchmarkOrder], tmp_path: Path
) -> None:
    asked = replace(
        order("quick"),
        study="layers",
        released=(("theirs", tmp_path / "theirs"),),
        settings=(("dcnn_mnce", "ridge", 1e-05), ("dcnn_mnce", "layers", 1)),
        threads=2,
    )
    entry = json.loads(json.dumps(benchmarks.entry(BenchmarkRun(asked))))
    assert benchmarks.run_of(entry).order == asked
    del entry["study"], entry["released"], entry["settings"], entry["threads"]  # an older register
    assert benchmarks.run_of(entry).order == order("quick")


def test_released_pictures_that_are_gone_are_named(
    benchmarks: Benchmarks, order: Callable[[str], BenchmarkOrder], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="no released pictures"):
        benchmarks.start(replace(order("quick"), released=(("a", tmp_path / "gone"),)))
