"""What is begun, killed and looked at: run, save, export, training, batch."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from PIL import Image
from safetensors.numpy import load_file

from fhgui.core.errors import FhguiError
from fhgui.imaging.demo import demo_frame
from fhgui.provenance.case import Case
from fhgui.provenance.case_entries import STARTED, is_end
from fhgui.provenance.case_file import LOG_FILE, filed_record, filed_runs, is_case, read_case_file
from fhgui.provenance.custody import read_entries
from fhgui.provenance.dossier import Wishes
from fhgui.provenance.enhance import enhance
from fhgui.provenance.export import Order, export
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.verification.dispatch import verify
from fhgui.provenance.verification.findings import Verdict
from fhgui.session.desk import read_desk
from tests.helpers.batches import aligned_folder
from tests.helpers.sets import write_set
from tests.kills.acting import CASE, EXPORT, FACE, METHODS
from tests.kills.striking import Course, Strike, Whom, python, strike

FACES, TRAINED_FACES = 60, 24
TRAINING = {
    "task": "dcnn_denoiser",
    "batch": 2,
    "channels": 4,
    "patch_px": 16,
    "report_steps": 10,
    "steps": 200,
    "validate_steps": 50,
    "checkpoint_s": 0.05,
    "validation_faces": 2,
}
SUMMARIES = {"summary.json", "summary.csv", "summary.html"}
KEPT_BY_BATCH = {".lock", "ledger.sqlite", "results", *SUMMARIES}

Digests = dict[str, str]
"""Path relative to a folder → SHA-256."""


class Job(ABC):
    """One kind of work.

    Parameters
    ----------
    fixed : folder of what all trials share.
    """

    name: str
    begins: str
    workers = True
    """Whether there is a worker process that may be killed alone."""

    def __init__(self, fixed: Path) -> None:
        self.fixed = fixed

    @abstractmethod
    def prepare(self, folder: Path) -> None:
        """Lay out an empty folder as it is before the job."""

    @abstractmethod
    def command(self, folder: Path, again: bool = False) -> list[str]:
        """Return the command line; ``again`` for the one that goes on."""

    @abstractmethod
    def wrong(self, folder: Path, course: Course) -> Iterator[str]:
        """Yield what is unreadable, lost or left, first as the kill left it, then gone on with."""

    def once(self, folder: Path, kill: Strike) -> Course:
        """Prepare the folder, begin and kill."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.prepare(folder)
        return strike(self.command(folder), folder, kill, self.begins)

    def undisturbed(self, folder: Path) -> Course:
        """Do the job without a kill, to know how long it takes and what comes of it.

        Raises
        ------
        RuntimeError
            If not even that goes well.
        """
        course = self.once(folder, Strike(Whom.TREE))
        if course.code != 0:
            raise RuntimeError(f"{self.name} fails without a kill: {course.told[-2000:]}")
        return course


class CaseJob(Job):
    """What a session does with a case: ``run``, ``save`` or ``export``.

    Parameters
    ----------
    exported : whether there is an export of the case before.
    """

    begins = "ready"

    def __init__(self, fixed: Path, name: str, exported: bool = True) -> None:
        super().__init__(fixed)
        self.name, self._exported = name, exported
        self._source, self._base = fixed / "frame.png", fixed / "base"
        if not self._base.exists():
            self._make_base()

    def _make_base(self) -> None:
        """Make a case with finished runs and an export of it."""
        self._base.mkdir(parents=True)
        Image.fromarray(demo_frame()).save(self._source)
        with Case.create(self._base / CASE) as case:
            for method in METHODS:
                _run_into(case, self._source, method)
            if self._exported:
                _export(case, self._base / EXPORT)

    def prepare(self, folder: Path) -> None:
        """Copy case and export."""
        shutil.copytree(self._base, folder, dirs_exist_ok=True)

    def command(self, folder: Path, again: bool = False) -> list[str]:
        """Return that of the window without a screen."""
        return python("tests.kills.acting", self.name, str(folder), str(self._source))

    def wrong(self, folder: Path, course: Course) -> Iterator[str]:
        """See `Job.wrong`."""
        yield from self._as_it_was_left(folder, course)
        if course.hit and course.code == 0:
            yield from self._went_on_alone(folder, course)
        yield from self._opened_again(folder)

    def _as_it_was_left(self, folder: Path, course: Course) -> Iterator[str]:
        yield from _verified(folder / CASE)
        yield from _changed(self._base / CASE, folder / CASE, ("records", "results", "exports"))
        cases = _cases(folder)
        for copy in sorted(set(cases) - {folder / CASE}):
            yield from _verified(copy)
        known = {case.name: _records(case) for case in cases}
        for event in course.said("opened"):
            if event["case"] not in known:
                yield f"lost: the case {event['case']} was there and is gone"
        for event in course.said("finished"):
            if event["record"] not in known[CASE]:
                yield f"lost: the finished run {event['record'][:12]} is not in the case"
        crops = {x for case in cases for x in _crops(case)}
        for event in course.said("kept"):
            if event["x"] not in crops:
                yield f"lost: the crop at {event['x']} was kept and is in no case"
        if self._exported:
            yield from _verified(folder / EXPORT)

    def _went_on_alone(self, folder: Path, course: Course) -> Iterator[str]:
        """Check that the window outlived its worker, or its report's process, and got it done."""
        if not course.said("ended"):
            yield f"the window did not come to its end: {course.told[-300:]}"
        done = {"run": "finished", "save": "kept", "export": "exported"}[self.name]
        least = len(METHODS) if self.name == "run" else 1
        if len(course.said(done)) < least:
            yield f"after the worker was killed only {len(course.said(done))} {done}"

    def _opened_again(self, folder: Path) -> Iterator[str]:
        """Open every case as the program does after a crash, work in it, and export it anew."""
        for path in _cases(folder):
            with Case.open(path) as case:
                if case.damage:
                    yield f"unreadable: {case.damage[0].text}"
            entries = read_entries(path / LOG_FILE)
            started = sum(e.what == STARTED for e in entries)
            ended = sum(is_end(e) for e in entries)
            if path.name == CASE and started + len(METHODS) != ended:  # the base has no starts
                yield f"{started} runs began, {ended - len(METHODS)} ended in the log"
        _age(folder)
        with Case.open(folder / CASE) as case:
            _run_into(case, self._source, "bicubic")
            if self.name == "export":
                _export(case, folder / EXPORT)
            case.save_as(folder / "last.fhcase").close()
        yield from _verified(folder / CASE)
        if self._exported:
            yield from _verified(folder / EXPORT)
        left = [p.name for p in folder.rglob("*") if _is_unfinished(p)]
        if left:
            yield f"left behind: {', '.join(sorted(left)[:3])}"


class TrainingJob(Job):
    """``fhgui train`` and ``--resume``."""

    name, begins, workers = "train", "started", False

    def __init__(self, fixed: Path) -> None:
        super().__init__(fixed)
        self._recipe, self._set = fixed / "recipe.yaml", fixed / "faces"
        self._sha256 = ""
        if not self._set.exists():
            self._recipe.write_text(yaml.safe_dump(TRAINING), encoding="utf-8")
            write_set(self._set, TRAINED_FACES, 64)

    def prepare(self, folder: Path) -> None:
        """Nothing is there before."""

    def command(self, folder: Path, again: bool = False) -> list[str]:
        """Return that of ``fhgui train``."""
        where = ("--data", str(self._set), "--out", str(folder / "out"))
        how = ("--device", "cpu", "--threads", "1", "--json")
        resume = ("--resume",) if again else ()
        return python("fhgui", "train", str(self._recipe), *where, *how, *resume)

    def undisturbed(self, folder: Path) -> Course:
        """Keep what the trained weights are."""
        course = super().undisturbed(folder)
        self._sha256 = _weights_digest(folder / "out" / "weights.safetensors")
        return course

    def wrong(self, folder: Path, course: Course) -> Iterator[str]:
        """See `Job.wrong`."""
        weights = folder / "out" / "weights.safetensors"
        if course.said("exported") and _weights_digest(weights) != self._sha256:
            yield "lost: the weights were exported and are not there"
        resumed = strike(self.command(folder, again=True), folder)
        if resumed.code != 0:
            yield f"unreadable: it cannot be resumed: {resumed.told[-300:]}"
            return
        saved = [e["step"] for e in course.said("saved")]
        started = resumed.said("started")[-1]["step"]
        if saved and started < saved[-1]:
            yield f"lost: saved at step {saved[-1]}, resumed at {started}"
        if _weights_digest(weights) != self._sha256:
            yield "the resumed training ends with other weights than an undisturbed one"
        left = [p.name for p in (folder / "out").rglob("*partial*")]
        if left:
            yield f"left behind: {', '.join(sorted(left)[:3])}"


class BatchJob(Job):
    """``fhgui batch`` with two workers; the same command goes on."""

    name, begins = "batch", "2 workers"

    def __init__(self, fixed: Path) -> None:
        super().__init__(fixed)
        self._faces = fixed / "aligned"
        self._sha256 = ""
        if not self._faces.exists():
            aligned_folder(self._faces, FACES)

    def prepare(self, folder: Path) -> None:
        """Nothing is there before."""

    def command(self, folder: Path, again: bool = False) -> list[str]:
        """Return that of ``fhgui batch``."""
        how = ("--methods", "bicubic", "--aligned", "--workers", "2", "--json")
        return python("fhgui", "batch", str(self._faces), "--out", str(folder / "out"), *how)

    def once(self, folder: Path, kill: Strike) -> Course:
        """Count the results that are there, which the batch does not tell one by one."""
        course = super().once(folder, kill)
        found = folder.glob("out/results/*/*/record.json")
        course.events += [{"event": "finished"} for p in found if not _is_unfinished(p.parent)]
        return course

    def undisturbed(self, folder: Path) -> Course:
        """Keep the digest of all results."""
        course = super().undisturbed(folder)
        self._sha256 = _summary(folder)["results_sha256"]
        return course

    def wrong(self, folder: Path, course: Course) -> Iterator[str]:
        """See `Job.wrong`."""
        out = folder / "out"
        before = {p: _digest(p) for p in out.glob("results/*/*/*") if not _is_unfinished(p.parent)}
        if course.hit and course.code == 0 and _summary(folder)["results_sha256"] != self._sha256:
            yield "after a worker was killed the results are others"
        resumed = strike(self.command(folder, again=True), folder)
        if resumed.code != 0:
            yield f"unreadable: it does not go on: {resumed.told[-300:]}"
            return
        gone = [p for p, sha256 in before.items() if not p.exists() or _digest(p) != sha256]
        if gone:
            yield f"lost: {len(gone)} files of finished results, e.g. {gone[0].name}"
        found = _summary(folder)
        if not found["finished"] or found["results_sha256"] != self._sha256:
            yield "the results are others than those of an undisturbed batch"
        if found["kept"] + found["done"] != FACES:
            yield f"{found['kept']} kept and {found['done']} done are not {FACES}"
        left = {p.name for p in out.iterdir()} - KEPT_BY_BATCH
        left |= {p.name for p in out.glob("results/*/.*")}
        if left:
            yield f"left behind: {', '.join(sorted(left)[:3])}"
        yield from _verified(out / found["rows"][0]["folder"])


def jobs(fixed: Path) -> dict[str, Job]:
    """Return the five kinds of work."""
    fixed.mkdir(parents=True, exist_ok=True)
    made: list[Job] = [CaseJob(fixed, name) for name in ("run", "save", "export")]
    made += [TrainingJob(fixed), BatchJob(fixed)]
    return {job.name: job for job in made}


def _run_into(case: Case, source: Path, method: str) -> None:
    place = Placement(PlacementKind.BOX, box=FACE)
    run = enhance(EnhanceRequest(source, method, place, threads=1, override_reason="a test"))
    if run.error is not None:
        raise run.error
    case.add_run(run)


def _export(case: Case, out: Path) -> None:
    order = Order(case.path, out, Wishes(repeat_for_s=0.0), force=True)
    export(order, lambda done, total, text: None, case)


def _cases(folder: Path) -> list[Path]:
    return sorted(p for p in folder.glob("*.fhcase") if is_case(p))


def _records(case: Path) -> set[str]:
    return {filed_record(run).id for run in filed_runs(case)}


def _crops(case: Path) -> Iterator[float]:
    for source in read_desk(read_case_file(case).desk).sources:
        if source.marking.box is not None:
            yield source.marking.box.x


def _verified(path: Path) -> Iterator[str]:
    """Yield what `verify` finds that is not exact."""
    try:
        found = verify(path)
    except FhguiError as error:
        yield f"unreadable: {error.sentence()}"
        return
    if found.verdict is not Verdict.EXACT:
        worst = next(f for f in found.findings if f.verdict is found.verdict)
        yield f"{found.verdict.value}: {Path(worst.place).name} {worst.text}"


def _changed(before: Path, after: Path, folders: tuple[str, ...]) -> Iterator[str]:
    """Yield which files of a case are not there byte for byte any more."""
    for folder in folders:
        now = _digests(after / folder)
        for name, sha256 in _digests(before / folder).items():
            if now.get(name) != sha256:
                yield f"lost: {folder}/{name} was there before and is changed or gone"


def _digests(folder: Path) -> Digests:
    files = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): _digest(p) for p in files}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _weights_digest(path: Path) -> str:
    """Return the digest of the numbers alone: the file also says when it was made."""
    arrays = load_file(path) if path.is_file() else {}
    parts = (name.encode() + arrays[name].tobytes() for name in sorted(arrays))
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _age(folder: Path) -> None:
    """Let what is unfinished be of yesterday, as it is when somebody goes on."""
    for left in folder.rglob("*"):
        if _is_unfinished(left):
            os.utime(left, (0, 0))


def _is_unfinished(path: Path) -> bool:
    return path.name.startswith(".") and path.name.endswith((".partial", ".older"))


def _summary(folder: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((folder / "out" / "summary.json").read_text("utf-8"))
    return value
