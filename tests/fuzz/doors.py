"""What the program does with a file of each kind, from the first look to the last use.

A door returns what it found, in a few words; the same words mean that nothing new was reached.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from fhgui import paths
from fhgui.alignment.small_landmarks import by_trees
from fhgui.batch.ledger import Ledger
from fhgui.core.errors import FhguiError
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.core.fields import Fields
from fhgui.datasets.listing import list_sources
from fhgui.datasets.packed import verify_set
from fhgui.datasets.reading import Reader, decode
from fhgui.datasets.recipe import DroppedError
from fhgui.evaluation import lpips
from fhgui.evaluation.studies import load_study
from fhgui.evidence.pictures import PictureSource
from fhgui.evidence.source import Source, open_source
from fhgui.evidence.video import VideoSource
from fhgui.finding.search import find_small
from fhgui.imaging.demo import demo_frame
from fhgui.methods import installed, registry
from fhgui.provenance.case import Case
from fhgui.provenance.case_file import filed_record
from fhgui.provenance.keys import Signer
from fhgui.provenance.laboratory import read_laboratory
from fhgui.provenance.records import read_record
from fhgui.provenance.run import Run
from fhgui.provenance.stored import stored_run
from fhgui.provenance.verification.dispatch import verify
from fhgui.session.benchmark_result import read_result
from fhgui.session.desk import read_desk
from fhgui.session.presets import Presets
from fhgui.session.recipes import recipe_file
from fhgui.session.reopening import faces_of, marking_of
from fhgui.session.studies import study_file
from fhgui.training.state import read_state
from fhgui.training.tasks import load_recipe

Door = Callable[[Path], str]

_MOST_ITEMS = 40
"""Pictures of an archive that a case looks at."""


def evidence(folder: Path) -> str:
    """Open a picture or video; see facts, the first, a middle and the last frame, and a field."""
    (file,) = (p for p in folder.iterdir() if p.name.startswith("evidence"))
    with open_source(file) as source:
        said = [source.info.kind, source.info.container, *_words(source.info.notes)]
        count = source.count()
        for index in sorted({0, count // 2, count - 1, min(7, count - 1)}, reverse=True):
            said += _frame(source, index)
        said += _by_time(source)
    if isinstance(source, PictureSource | VideoSource):
        said.append(_said(lambda: _one_field(file)))
    return " ".join(said)


def _one_field(file: Path) -> None:
    with open_source(file, Fields.UPPER) as source:
        source.frame(0)


def _frame(source: Source, index: int) -> list[str]:
    try:
        frame = source.frame(index)
    except FhguiError as error:
        return [_without_figures(error.what)]
    assert frame.pixels.ndim == 3
    assert frame.pixels.dtype == np.uint8
    return _words(frame.notes)


def _by_time(source: Source) -> list[str]:
    if not isinstance(source, VideoSource):
        return []
    times = source.times()
    try:
        source.frame_at((source.info.duration_s or 1.0) / 2)
    except FhguiError as error:
        return [_without_figures(error.what)]
    return ["timed" if times else "untimed"]


def record(folder: Path) -> str:
    """Read a record and what lies beside it, show it as a case would, verify and replay it."""
    path = folder / "record.json"
    found = read_record(path)
    _shown(_stored(found, folder))
    return _verified(path, folder)


def case(folder: Path) -> str:
    """Open a case for work, lay its faces and desk out, add to it, save it elsewhere, verify."""
    path = folder / "work.fhcase"
    before = _verified(path, folder)
    with Case.open(path) as opened:
        runs = [run for run in map(_filed, opened.runs, itertools.repeat(path)) if run]
        faces_of(runs, itertools.count(1).__next__)
        desk = read_desk(opened.file.desk)
        opened.note("looked at", "by a test")
        opened.keep_desk(opened.file.desk or {})
        opened.save_as(folder.parent / "home" / "copy.fhcase").close()
        opened.summary()
    return f"{before} {len(runs)} {len(desk.sources)} {_verified(path, folder)}"


def _filed(filed, case_path):  # type: ignore[no-untyped-def]
    try:
        found = filed_record(filed)
        run = _stored(found, filed.folder)
        _shown(run)
    except FhguiError:
        return None
    return run


def _stored(found, folder: Path) -> Run:  # type: ignore[no-untyped-def]
    try:
        return stored_run(found, folder)
    except FhguiError as error:
        return Run(found, None, None, (), error)


def _shown(run: Run) -> None:
    marking_of(run.record)
    faces_of([run], itertools.count(1).__next__)


def export(folder: Path) -> str:
    """Verify an exported folder, its report and its credentialed pictures."""
    return _verified(folder / "export", folder) + _verified(folder / "export/report.pdf", folder)


def _verified(path: Path, originals: Path) -> str:
    found = verify(path, source=originals)
    return f"{found.verdict} " + " ".join(_words(f.text for f in found.findings))


def recipe(folder: Path) -> str:
    """Read a recipe of training, as the window lists it and as training takes it."""
    path = folder / "recipe.yaml"
    listed = _said(lambda: recipe_file(path))
    return f"{listed} {load_recipe(path).task}"


def study(folder: Path) -> str:
    """Read the study of an ablation, as the window lists it and as a benchmark takes it."""
    path = folder / "study.yaml"
    listed = _said(lambda: study_file(path))
    return f"{listed} {len(load_study(str(path)).rows)}"


def laboratory(folder: Path) -> str:
    """Read who issues a report."""
    who, what = read_laboratory(folder / "laboratory.yaml")
    return f"{bool(who.name)} {bool(who.logo_png)} {bool(what.title)}"


def presets(folder: Path) -> str:
    """Read settings kept under names."""
    shelf = Presets(folder / "presets.json")
    return str([len(shelf.own(method)) for method in registry.method_ids()])


def key(folder: Path) -> str:
    """Read a certificate and its key."""
    return Signer.load(folder / "signer.pem", folder / "signer.key", None).words[:20]


def faces(folder: Path) -> str:
    """Open a packed set of faces and read it to its end."""
    return str(len(verify_set(folder / "set")))


def archive(folder: Path) -> str:
    """List and decode what a set would be built from."""
    _, items = list_sources([folder / "faces.zip"], 1)
    said: list[str] = []
    with Reader() as reader:
        for item in items[:_MOST_ITEMS]:
            try:
                stored = reader.stored(item)
                said.append(str(decode(stored, item).shape[2]))
            except DroppedError as error:
                said += _words([str(error)])
    return " ".join(dict.fromkeys(said))


def checkpoint(folder: Path) -> str:
    """Read the checkpoint of a training."""
    (file,) = folder.glob("step-*")
    return str(sorted(read_state(file)))


def perceptual(folder: Path) -> str:
    """Read the two files of LPIPS."""
    files = folder / "alexnet.safetensors", folder / "alex.safetensors"
    return str(len(lpips.load(*files).convolutions))


def benchmark(folder: Path) -> str:
    """Read the tables of a benchmark."""
    return str(len(read_result(folder).rows))


def ledger(folder: Path) -> str:
    """Go on with a batch."""
    with Ledger.opened(folder / "batch") as opened:
        return f"{opened.look('a' * 64)}"


_PLACED = FaceAlignment(np.eye(2, 3), PlacedBy.ALIGNED, "celeba128")


def weights(method: str) -> Door:
    """Return the door that adds a file of weights, loads the method with it and runs it."""

    def door(folder: Path) -> str:
        with paths.searched_first(folder):
            loaded = registry.load(method)
            height, width = loaded.info.input_hw
            grey = np.arange(height * width * 3, dtype=np.uint8).reshape(height, width, 3)
            for stage in loaded.stages(FaceImage(grey, _PLACED), 0):
                assert stage.pixels.dtype == np.uint8
        return f"ran {_added(folder)}"

    return door


def _added(folder: Path) -> str:
    """Add the first file as one of the user's own."""
    file = sorted(folder.rglob("*.safetensors"))[0]
    return _said(lambda: installed.add(file))


def finder(folder: Path) -> str:
    """Look for small faces with a network of somebody's."""
    with paths.searched_first(folder):
        return str(len(find_small(demo_frame(), 12.0, 30.0, 0.4).edges) > 0)


def landmarks(folder: Path) -> str:
    """See landmarks with trees of somebody's."""
    with paths.searched_first(folder):
        return str(by_trees(demo_frame(), np.array([130.0, 100.0, 170.0, 140.0])).points.shape)


DOORS: Mapping[str, Door] = {
    "evidence": evidence,
    "record": record,
    "case": case,
    "export": export,
    "recipe": recipe,
    "study": study,
    "laboratory": laboratory,
    "presets": presets,
    "key": key,
    "set": faces,
    "archive": archive,
    "checkpoint": checkpoint,
    "perceptual": perceptual,
    "benchmark": benchmark,
    "ledger": ledger,
    "finder": finder,
    "landmarks": landmarks,
    **{method: weights(method) for method in ("srcnn", "urdgn", "vdsr", "tdn", "lcr", "dcnn_mnce")},
}
"""Door by name; a sound file of the corpus names its door."""


def _said(ask: Callable[[], object]) -> str:
    try:
        ask()
    except FhguiError as error:
        return _without_figures(error.what)
    return "taken"


def _words(texts) -> list[str]:  # type: ignore[no-untyped-def]
    return sorted({_without_figures(text) for text in texts})


def _without_figures(text: str) -> str:
    return "".join(sign for sign in text[:60] if not sign.isdigit())
