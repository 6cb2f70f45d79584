"""The parts of a batch in this process: listing, looking, running, storing, remembering."""

import dataclasses
import json
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.batch import storing
from fhgui.batch.call import _check_folders, run_batch
from fhgui.batch.costs import Costs
from fhgui.batch.ledger import LOCK, Ledger
from fhgui.batch.listing import LEDGER, list_files
from fhgui.batch.looking import Look, Subject, look_at, look_key
from fhgui.batch.order import Order, check
from fhgui.batch.running import DONE, FAILED, KEPT, Job, Row, run_job
from fhgui.batch.summary import summed, write_summary
from fhgui.core.errors import FhguiError, InputError, OutputError
from fhgui.core.face import Box, DetectedFace, FoundBy
from fhgui.imaging.demo import demo_frame
from fhgui.provenance import durable
from fhgui.provenance.placement import doubts_of
from fhgui.provenance.records import read_record
from fhgui.provenance.verification.dispatch import verify
from fhgui.provenance.verification.findings import Verdict
from tests.helpers.batches import aligned_folder, results
from tests.helpers.media import write_film, write_video

ALIGNED = Order(("bicubic",), aligned=True)


def job_of(folder: Path, name: str, order: Order = ALIGNED, face: int = 0) -> Job:
    look = look_at(name, folder, order)
    assert look.failure == ""
    return Job(0, name, look.sha256, look.subjects[face], face + 1, order.methods[0])


def test_files_are_listed_by_name_without_hidden_ones_and_results_of_batches(
    tmp_path: Path,
) -> None:
    for name in ("b.png", "a/z.png", ".hidden/x.png", ".DS_Store", "done/results/r.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "done" / LEDGER).write_bytes(b"")
    (tmp_path / "circle").symlink_to(tmp_path)
    assert list_files(tmp_path) == ["a/z.png", "b.png"]
    assert list_files(tmp_path, tmp_path / "a") == ["b.png"]  # results, though no ledger says so


def test_a_ledger_alone_hides_no_evidence(tmp_path: Path) -> None:
    for name in ("mine/a.png", f"mine/{LEDGER}", "done/b.png", f"done/{LEDGER}"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "done" / "summary.json").write_bytes(b"{}")
    told: list[str] = []
    assert list_files(tmp_path, tell=told.append) == ["mine/a.png", f"mine/{LEDGER}"]
    assert told == [f"{tmp_path / 'done'} is left out: it holds the results of another batch"]
    told.clear()
    list_files(tmp_path, tmp_path / "done", told.append)  # whoever makes them need not be told
    assert told == []


def test_no_folder_and_an_empty_one_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere.*is no folder"):
        list_files(tmp_path / "nowhere")
    with pytest.raises(InputError, match="holds no files"):
        list_files(tmp_path)


@pytest.mark.parametrize("above", [False, True])
def test_results_do_not_go_where_the_evidence_lies(tmp_path: Path, above: bool) -> None:
    folder = aligned_folder(tmp_path / "in", 1)
    with pytest.raises(InputError, match="holds the evidence"):
        run_batch(ALIGNED, folder, tmp_path if above else folder, 1, None, print)
    assert not list(tmp_path.rglob(LEDGER))


def put(out: Path, name: str) -> Path:
    """Make a folder for results with one file in it; none if it has no name."""
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    if name:
        (out / name).write_bytes(b"x")
    out.mkdir(exist_ok=True)
    return out


@pytest.mark.parametrize(
    "name", ["summary.json", "face.png", ".work/mine", "results/mine.png", "results"]
)
def test_results_do_not_go_where_other_things_lie(tmp_path: Path, name: str) -> None:
    folder, out = aligned_folder(tmp_path / "in", 1), put(tmp_path / "out", name)
    with pytest.raises(OutputError, match="holds other things than the results of a batch"):
        run_batch(ALIGNED, folder, out, 1, None, print)
    assert [p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()] == [name]


@pytest.mark.parametrize("name", ["", ".DS_Store", LOCK, LEDGER, "results/ab/lcr-0/record.json"])
def test_a_batch_goes_on_in_whatever_state_its_folder_was_left(tmp_path: Path, name: str) -> None:
    folder = aligned_folder(tmp_path / "in", 1)
    _check_folders(folder, put(tmp_path / "out", name))
    _check_folders(folder, tmp_path / "new")


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (Order(()), "name each method once"),
        (Order(("bicubic", "bicubic")), "name each method once"),
        (Order(("nothing",)), "there is no method 'nothing'"),
        (Order(("lcr",), {"lcr": {"nothing": 1}}), "lcr has no setting nothing"),
        (Order(("bicubic",), frame=1, every=2), "exclude each other"),
    ],
)
def test_what_would_fail_for_every_face_is_refused(order: Order, words: str) -> None:
    with pytest.raises(FhguiError, match=words):
        check(order)


def test_a_worker_of_another_version_refuses(tmp_path: Path) -> None:
    order = dataclasses.replace(ALIGNED, software="0.0")
    with pytest.raises(FhguiError, match=r"a worker runs fhgui .*, this is 0\.0"):
        look_at("x.png", tmp_path, order)


def test_every_face_of_a_picture_is_found(tmp_path: Path) -> None:
    frame = demo_frame()
    Image.fromarray(np.hstack([frame, frame])).save(tmp_path / "two.png")
    look = look_at("two.png", tmp_path, Order(("bicubic",)))
    assert len(look.subjects) == 2
    assert {s.frame for s in look.subjects} == {0}


def test_of_a_film_the_best_frame_of_each_track_or_the_frames_asked_for(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", [demo_frame()] * 3)
    found = look_at("film.mp4", tmp_path, Order(("bicubic",)))
    assert [type(s.face) for s in found.subjects] == [DetectedFace]
    frames = [s.frame for s in look_at("film.mp4", tmp_path, Order((), every=2)).subjects]
    assert frames == [0, 2]
    only = look_at("film.mp4", tmp_path, Order((), frame=1)).subjects
    assert [s.frame for s in only] == [1]


@pytest.mark.parametrize(
    ("name", "content", "left_out"),
    [
        ("damaged.png", b"\x89PNG\r\n\x1a\nrest", False),
        ("empty.jpg", b"", False),
        ("notes.txt", b"seen at noon", True),
        ("\x1b[31m\u202egnp.exe", b"MZ", True),
    ],
)
def test_a_bad_file_is_one_sentence(
    tmp_path: Path, name: str, content: bytes, left_out: bool
) -> None:
    (tmp_path / name).write_bytes(content)
    look = look_at(name, tmp_path, ALIGNED)
    assert (look.subjects, look.left_out) == ((), left_out)
    assert look.failure
    assert "\n" not in look.failure
    assert "\x1b" not in look.failure


def test_a_film_is_no_aligned_input(tmp_path: Path) -> None:
    write_video(tmp_path / "v.mp4", 3)
    assert "a video is no method's input" in look_at("v.mp4", tmp_path, ALIGNED).failure


def test_a_result_is_made_once_and_verifies_exactly(tmp_path: Path, demo_png: Path) -> None:
    order, out = Order(("bicubic",)), tmp_path / "out"
    job = job_of(demo_png.parent, demo_png.name, order)
    first = run_job(job, demo_png.parent, out, order)
    assert (first.status, first.said) == (DONE, "")
    folder = out / str(first.folder)
    written = results(out)
    again = run_job(job, demo_png.parent, out, order)
    assert again.status == KEPT
    assert (again.record, again.result_sha256) == (first.record, first.result_sha256)
    assert results(out) == written
    assert read_record(folder / "record.json").id == first.record
    assert verify(folder, None, None).verdict is Verdict.EXACT
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.png"))
    assert names == ["input.png", "result.png", "stages/00-input.png", "stages/01-bicubic.png"]


def test_what_nobody_foresaw_is_told_of_one_face_and_the_others_go_on(
    tmp_path: Path, demo_png: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def used_up(request: object) -> None:
        raise MemoryError

    monkeypatch.setattr("fhgui.batch.running.loaded", used_up)
    order = Order(("bicubic",))
    row = run_job(job_of(demo_png.parent, demo_png.name, order), demo_png.parent, tmp_path, order)
    assert row.status == FAILED
    assert row.said.startswith(f"{demo_png.name}: the memory is used up")


def test_unsure_landmarks_are_told_in_the_record(tmp_path: Path, demo_png: Path) -> None:
    order = Order(("bicubic",))
    job = job_of(demo_png.parent, demo_png.name, order)
    assert job.subject.face is not None
    assert doubts_of(dataclasses.replace(job.subject.face, spread_px=None)) == ()
    unsure = dataclasses.replace(job.subject.face, spread_px=9.0)
    job = dataclasses.replace(job, subject=Subject(0, unsure))
    row = run_job(job, demo_png.parent, tmp_path / "out", order)
    told = read_record(tmp_path / "out" / str(row.folder) / "record.json").warnings
    (doubt,) = doubts_of(unsure)
    assert "single looks lie 9.0 pixels apart" in doubt
    assert doubt in told


def test_each_thing_that_pixels_depend_on_has_a_place_of_its_own(tmp_path: Path) -> None:
    folder, out = aligned_folder(tmp_path / "in", 2), tmp_path / "out"
    others = (
        (ALIGNED, "0001.png"),
        (dataclasses.replace(ALIGNED, seed=1), "0000.png"),
        (dataclasses.replace(ALIGNED, reason="ordered by the court"), "0000.png"),
        (dataclasses.replace(ALIGNED, device="cpu"), "0000.png"),
        (dataclasses.replace(ALIGNED, methods=("srcnn",)), "0000.png"),
        (Order(("srcnn",), {"srcnn": {"consistent": False}}, aligned=True), "0000.png"),
    )
    rows = [
        run_job(job_of(folder, n, o), folder, out, o) for o, n in ((ALIGNED, "0000.png"), *others)
    ]
    assert [row.status for row in rows] == [DONE] * 7
    assert len({row.folder for row in rows}) == 7
    stated = Order(("srcnn",), {"srcnn": {"consistent": True}}, aligned=True)  # the default
    assert run_job(job_of(folder, "0000.png", stated), folder, out, stated).status == KEPT


def test_equal_files_share_one_result(tmp_path: Path) -> None:
    folder, out = aligned_folder(tmp_path / "in", 1), tmp_path / "out"
    (folder / "copy.png").write_bytes((folder / "0000.png").read_bytes())
    rows = [run_job(job_of(folder, n, ALIGNED), folder, out, ALIGNED) for n in list_files(folder)]
    assert [row.status for row in rows] == [DONE, KEPT]
    assert len(results(out)) == 1


def test_a_method_that_fails_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    Image.new("RGB", (7, 9)).save(folder / "odd.png")
    row = run_job(job_of(folder, "odd.png"), folder, tmp_path / "out", ALIGNED)
    assert row.status == FAILED
    assert row.said
    assert results(tmp_path / "out") == {}


def test_a_file_that_changed_since_it_was_looked_at_fails(tmp_path: Path) -> None:
    folder = aligned_folder(tmp_path / "in", 2)
    job = job_of(folder, "0000.png")
    (folder / "0000.png").write_bytes((folder / "0001.png").read_bytes())
    row = run_job(job, folder, tmp_path / "out", ALIGNED)
    assert "changed since its faces were looked for" in row.said
    assert results(tmp_path / "out") == {}


def test_a_full_disk_stops_the_batch_and_leaves_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = aligned_folder(tmp_path / "in", 1), tmp_path / "out"
    job, write = job_of(folder, "0000.png"), Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "record.json":
            raise OSError(28, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="No space left on device"):
        run_job(job, folder, out, ALIGNED)
    assert [p for p in out.rglob("*") if p.is_file()] == []
    monkeypatch.undo()
    assert run_job(job, folder, out, ALIGNED).status == DONE


def test_who_comes_second_leaves_the_result_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = aligned_folder(tmp_path / "in", 1), tmp_path / "out"
    row = run_job(job_of(folder, "0000.png"), folder, out, ALIGNED)
    place = out / str(row.folder)
    before = {p: p.read_bytes() for p in place.rglob("*") if p.is_file()}
    monkeypatch.setattr(Path, "exists", lambda path: False)  # it appears while this one writes
    storing.store(place, {"record.json": b"another"})
    monkeypatch.undo()
    assert {p: p.read_bytes() for p in place.rglob("*") if p.is_file()} == before
    assert list(place.parent.iterdir()) == [place]


def test_a_result_that_lost_its_pictures_is_made_again_and_kept_beside(tmp_path: Path) -> None:
    folder, out = aligned_folder(tmp_path / "in", 1), tmp_path / "out"
    job = job_of(folder, "0000.png")
    place = out / str(run_job(job, folder, out, ALIGNED).folder)
    os.truncate(place / "result.png", 20)  # as a power cut does
    assert run_job(job, folder, out, ALIGNED).status == DONE
    assert storing.finished(place) is not None
    assert sorted(p.name.split(".")[1:2] for p in place.parent.iterdir()) == [[], [_damaged(place)]]


def _damaged(place: Path) -> str:
    (aside,) = place.parent.glob("*.damaged-*")
    assert (aside / "result.png").stat().st_size == 20
    return aside.name.partition(".")[2]


def test_what_killed_workers_left_is_removed(tmp_path: Path) -> None:
    left = durable.unfinished(tmp_path / "results" / "ab" / "x")
    (left / "stages").mkdir(parents=True)
    storing.remove_unfinished(tmp_path, older_than_s=3600)
    assert left.is_dir()
    storing.remove_unfinished(tmp_path)
    assert not left.exists()


def test_a_look_is_remembered_as_it_was(tmp_path: Path) -> None:
    points = np.random.default_rng(1).random((68, 2))
    face = DetectedFace(Box(1, 2, 3, 4), 0.7, points, FoundBy.NETWORK, 0.25)
    with Ledger.opened(tmp_path) as ledger:
        seen = (Subject(5, face), Subject(6, None))
        ledger.keep_look("k", Look("ab", seen, damaged=(7, 8)))
    with Ledger.opened(tmp_path) as ledger:
        look = ledger.look("k")
        assert ledger.look("other") is None
    assert look is not None
    assert (look.sha256, [s.frame for s in look.subjects]) == ("ab", [5, 6])
    assert look.damaged == (7, 8)
    found = look.subjects[0].face
    assert found is not None
    assert look.subjects[1].face is None
    assert (found.box, found.score, found.found_by, found.spread_px) == (
        (face.box, face.score, face.found_by, face.spread_px)
    )
    assert found.landmarks.tolist() == points.tolist()


def test_a_look_of_a_batch_that_is_stopped_is_kept(tmp_path: Path) -> None:
    with suppress(KeyboardInterrupt), Ledger.opened(tmp_path) as ledger:
        ledger.keep_look("k", Look("ab", (), cpu_s=0.1))
        raise KeyboardInterrupt
    with Ledger.opened(tmp_path) as ledger:
        assert ledger.look("k") is not None


def test_a_look_that_took_long_survives_a_kill_at_once(tmp_path: Path) -> None:
    with Ledger.opened(tmp_path) as ledger:
        ledger.keep_look("k", Look("ab", (), cpu_s=100.0))
        with closing(sqlite3.connect(tmp_path / LEDGER)) as other:  # it sees what was committed
            assert other.execute("SELECT key FROM looks").fetchall() == [("k",)]


def test_a_file_that_changed_is_looked_at_again(tmp_path: Path) -> None:
    name = "caf\udce9\n.png"
    file = tmp_path / name
    file.write_bytes(b"x")
    before = look_key(name, tmp_path, ALIGNED)
    assert look_key(name, tmp_path, ALIGNED) == before
    assert look_key(name, tmp_path, dataclasses.replace(ALIGNED, aligned=False)) != before
    file.write_bytes(b"xy")
    assert look_key(name, tmp_path, ALIGNED) != before


def test_two_batches_do_not_share_a_folder(tmp_path: Path) -> None:
    with (
        Ledger.opened(tmp_path),
        pytest.raises(OutputError, match="another batch works on it"),
        Ledger.opened(tmp_path),
    ):
        pass


def test_a_damaged_ledger_is_named(tmp_path: Path) -> None:
    (tmp_path / LEDGER).write_bytes(b"no database at all" * 100)
    with (
        pytest.raises(OutputError, match=r"ledger\.sqlite: is damaged.*no result is lost"),
        Ledger.opened(tmp_path),
    ):
        pass


HOSTILE = ("=cmd|' /C calc'!A0.png", "<script>alert(1)</script>\"&'.png", "x\r\n\u202e\udcff.png")


def test_names_of_files_cannot_act_in_a_summary(tmp_path: Path) -> None:
    with Ledger.opened(tmp_path) as ledger:
        for number, name in enumerate(HOSTILE):
            ledger.add_row(Row(number, name, FAILED, f"{name}: no"))
        found = summed(ledger, finished=True, files=3, workers=1, wall_s=1.0, costs=())
        write_summary(tmp_path, ALIGNED, found, ledger)
    value = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert [row["file"] for row in value["rows"]] == list(HOSTILE)
    assert (value["unreadable"], value["failed"]) == (3, 0)
    lines = (tmp_path / "summary.csv").read_text("utf-8").splitlines()
    assert len(lines) == 1 + len(HOSTILE)
    assert lines[1].startswith("'=cmd")
    page = (tmp_path / "summary.html").read_text("utf-8")
    assert "<script" not in page
    assert "\u202e" not in page


def test_costs_are_means_of_what_was_computed() -> None:
    costs = Costs()
    costs.add("m", 0.5, 1.0, 100)
    costs.add("m", 1.5, 2.0, 300)
    costs.add("m", None, None, None)
    (cost,) = costs.means()
    assert (cost.count, cost.cpu_s, cost.wall_s, cost.size_bytes) == (2, 1.0, 1.5, 200)
    assert cost.core_hours_a_million == pytest.approx(1e6 / 3600)
    assert cost.gb_a_million == pytest.approx(0.2)
