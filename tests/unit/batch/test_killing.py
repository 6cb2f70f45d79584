"""What a kill costs: nothing that was finished, and no result twice."""

import os
import signal
from pathlib import Path

from fhgui.provenance.verification.dispatch import verify
from fhgui.provenance.verification.findings import Verdict
from tests.helpers.batches import Call, aligned_folder, all_gone, results, summary

FACES = 160
# a method that takes its time: however busy the machine, the batch must not be done too soon
MORE = ("--methods", "lle", "--aligned", "--workers", "2")


def test_killed_killed_again_and_stopped_a_batch_ends_as_if_it_had_not_been(
    tmp_path: Path,
) -> None:
    folder, out = aligned_folder(tmp_path / "in", FACES), tmp_path / "out"
    (folder / "broken.png").write_bytes((folder / "0000.png").read_bytes()[:60])

    first = Call(folder, out, MORE)
    workers = first.wait_for_results(3)
    first.process.kill()
    first.ended()
    assert all_gone(workers, 10)
    finished = results(out)
    assert len(finished) >= 3

    second = Call(folder, out, MORE)
    workers = second.wait_for_results(4)
    os.killpg(second.process.pid, signal.SIGINT)  # as Ctrl-C does: to every process
    code, _, told = second.ended()
    assert (code, told.count("Traceback")) == (130, 0), told
    assert told.splitlines()[-1].endswith("the same command goes on")
    assert all_gone(workers, 10)
    assert summary(out)["finished"] is False
    later = results(out)
    assert finished.items() <= later.items()

    third = Call(folder, out, MORE)
    workers = third.wait_for_results(4)
    workers[0].kill()
    code, _, told = third.ended()
    assert (code, told.count("Traceback")) == (1, 0)  # the broken picture
    found, there = summary(out), results(out)
    assert later.items() <= there.items()
    assert found["finished"] is True
    assert (found["done"] + found["kept"], found["failed"]) == (FACES, 0)
    assert found["unreadable"] == 1
    assert found["rows"][-1]["file"] == "broken.png"
    assert "broken.png" in found["rows"][-1]["said"]
    folders = [row["folder"] for row in found["rows"] if row["folder"]]
    assert sorted(folders) == sorted(there)
    left = {p.name for p in out.iterdir()} | {p.name for p in out.glob("results/*/.*")}
    assert left == {".lock", "ledger.sqlite", "results", *_SUMMARIES}
    assert verify(out / folders[1], None, None).verdict is Verdict.EXACT


_SUMMARIES = ("summary.json", "summary.csv", "summary.html")
