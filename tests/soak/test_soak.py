"""A slice of the soak, and the parts that judge it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.soak.__main__ import main
from tests.soak.report import growth, made, own_ms, read, table
from tests.soak.watching import Watch

ACTS = 30


def test_some_acts_leave_a_report_in_which_nothing_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(
        [
            *("--minutes", "3", "--acts", str(ACTS), "--seed", "3", "--pause", "30"),
            *("--out", str(tmp_path / "soak"), "--data", str(tmp_path / "none")),
        ]
    )
    report = json.loads((tmp_path / "soak" / "report.json").read_text())
    told = capsys.readouterr().out
    assert report["starts"] == 1
    assert report["acts"] == ACTS
    assert (report["exceptions"], report["slips_of_the_person"]) == ([], 0)
    assert report["ended"][0]["code"] == 0
    assert report["growth"]["window_mib"]["highest"] > 100
    assert code == (1 if report["stalls"]["own_over_200_ms"] else 0)  # a laden machine may stall
    assert "| exceptions | 0 |" in told
    assert "<svg" in (tmp_path / "soak" / "report.html").read_text()
    acts = read(tmp_path / "soak" / "acts")
    assert [act["number"] for act in acts] == list(range(1, len(acts) + 1))


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    assert main(["--out", str(tmp_path)]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_growth_is_that_after_the_warm_up() -> None:
    minutes = np.arange(0, 120, 1 / 60)
    held = np.where(minutes < 20, 100 + 5 * minutes, 200.0)
    assert growth(minutes, held)["medians_percent"] == 0.0
    assert growth(minutes, held)["line_percent"] == 0.0
    leaking = np.where(minutes < 20, 200.0, 200 + 0.2 * (minutes - 20))
    found = growth(minutes, leaking)
    assert found["line_percent"] == pytest.approx(10.0, abs=0.1)
    assert found["medians_percent"] == pytest.approx(8.96, abs=0.1)
    assert found["highest"] == pytest.approx(220.0, abs=0.1)


def test_time_for_which_others_had_the_core_is_no_stall_of_the_window(tmp_path: Path) -> None:
    stalls = [
        {
            "kind": "stall",
            "at_s": 5.0,
            "ms": 400.0,
            "queued_ms": 350.0,
            "cpu_ms": 40.0,
            "doing": "7 run: a",
        },
        {
            "kind": "stall",
            "at_s": 9.0,
            "ms": 250.0,
            "queued_ms": 10.0,
            "cpu_ms": 230.0,
            "doing": "9 theme: b",
        },
    ]
    assert [own_ms(stall) for stall in stalls] == [50.0, 240.0]
    _lay_out(tmp_path, stalls)
    found = made(tmp_path)["stalls"]
    assert (found["over_200_ms"], found["own_over_200_ms"]) == (2, 1)
    assert found["computing_over_200_ms"] == 1
    assert found["by_act"] == {"theme": [1, 240.0]}
    assert (found["longest_ms"], found["longest_own_ms"]) == (400.0, 240.0)


def test_what_the_closed_window_waits_for_is_told_apart(tmp_path: Path) -> None:
    stall = {"kind": "stall", "queued_ms": 0.0, "cpu_ms": 9.0, "doing": "7 answer: a"}
    beats = [
        {**stall, "at_s": 50.0, "ms": 150.0},
        {"kind": "closing", "at_s": 60.0},
        {**stall, "at_s": 61.0, "ms": 900.0},
    ]
    _lay_out(tmp_path, beats)
    found = made(tmp_path)["stalls"]
    assert (found["over_100_ms"], found["longest_ms"], found["closing_ms"]) == (1, 150.0, 900.0)


def test_growth_that_levels_off_is_told_apart_from_growth_that_goes_on() -> None:
    minutes = np.arange(121.0)
    on = growth(minutes, 300 + minutes)
    off = growth(minutes, 300 + np.minimum(minutes, 50))
    assert on["later_percent"] > 10
    assert off["medians_percent"] > 5
    assert off["later_percent"] == 0


@pytest.mark.parametrize("samples", [1, 2, 3, 5])
def test_few_samples_have_a_growth_too(samples: int) -> None:
    found = growth(np.arange(samples) / 60, 300.0 + np.arange(samples))
    assert found["first_median"] <= found["last_median"] == found["highest"]


def test_a_run_that_was_cut_short_is_told_of_as_far_as_it_came(tmp_path: Path) -> None:
    assert made(tmp_path) == {"minutes": 0.0}
    assert "nothing measured yet" in table(made(tmp_path))
    _lay_out(tmp_path, [])
    with (tmp_path / "samples").open("a") as samples:
        samples.write('{"at_s": 12.0, "window_m')
    assert made(tmp_path)["minutes"] == 1.0
    assert "still running" in table(made(tmp_path))


@pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="needs /proc")
def test_memory_of_a_process_and_its_children_is_seen(tmp_path: Path) -> None:
    child = "import time; held = bytearray(60 * 2**20); print('held', flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        sample = Watch(process.pid, tmp_path / "one").take()
        assert sample is not None
        assert 60 < sample.window_mib < 120
        above = Watch(os.getpid(), tmp_path / "two").take()
        assert above is not None
        assert above.worker_mib > 60
        assert above.children >= 1
    finally:
        process.kill()
        process.communicate()
    assert Watch(os.getpid(), tmp_path / "three").take() is not None


def _lay_out(folder: Path, beats: list[dict[str, object]]) -> None:
    held = {"window_mib": 300.0, "worker_mib": 200.0, "files": 20, "threads": 8, "children": 1}
    samples = [{"at_s": float(at), "cpu_s": at / 10, **held} for at in range(61)]
    for name, lines in (("samples", samples), ("beats", beats)):
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines))
