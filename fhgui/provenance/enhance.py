"""The one path from evidence to an enhanced face, used by window, command line and replay.

Open read-only → hash → decode → place → cut → run the method's stages → seal the record. A run
that fails or is cancelled is recorded like one that completes.
"""

from __future__ import annotations

import dataclasses
import gc
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no types

from fhgui import paths
from fhgui.alignment.adequacy import assess
from fhgui.alignment.cutting import cut_face
from fhgui.alignment.fusing import Fused, fuse_again, fuse_frames
from fhgui.core.arrays import Pixels
from fhgui.core.errors import (
    CancelledError,
    EvidenceError,
    FhguiError,
    InadequateError,
    MethodError,
)
from fhgui.core.face import (
    Adequacy,
    AdequacyClass,
    FaceAlignment,
    FaceImage,
    PlacedBy,
    density_words,
)
from fhgui.core.frame import NOT_SQUARE, Frame
from fhgui.core.fusion import FusionRecord
from fhgui.core.method import Method, Stage
from fhgui.core.record import EvidenceRef, Json
from fhgui.evaluation.doubt import agreement
from fhgui.evidence.files import os_errors
from fhgui.evidence.hashing import sha256_file
from fhgui.evidence.source import Source, open_source
from fhgui.methods import registry
from fhgui.methods.common import Settings
from fhgui.methods.devices import (
    free_gpu_memory,
    gpu_memory_used_up,
    memory_used_up,
    resolve_device,
    set_threads,
)
from fhgui.methods.settings import DEGRADATION, Kind
from fhgui.provenance.canonical import canonical_json
from fhgui.provenance.draft import Draft, begin, finish, so_far
from fhgui.provenance.fusing import check_film, fusion_stages, fusion_words, input_origin
from fhgui.provenance.placement import Tell, place
from fhgui.provenance.request import EnhanceRequest, PlacementKind
from fhgui.provenance.reuse import Recall, content_key, reuse_words
from fhgui.provenance.run import (
    FaceReady,
    Note,
    OnEvent,
    Progressed,
    Run,
    StageReady,
    StartedOver,
    ignore,
)

NO_REASON = "no reason was given for going on"
STRETCHED = (
    "the pixels of this file are not square: the face was placed, measured and enhanced as it is "
    "stored, and so is its result, wider or narrower than it was"
)
LAYING = "frames are laid over each other"
ON_CPU = "the graphics card ran out of memory: computed again on the processor (cpu)"
SMALLER = (
    "the memory was used up: computed again with one thread and no other method kept in memory"
)

SEARCHING = (PlacementKind.AUTO, PlacementKind.BOX, PlacementKind.STRAIGHTEN)

FileIdentity = tuple[int, int, int]
"""Size, modification time and inode of a file."""


def enhance(
    request: EnhanceRequest,
    on_event: OnEvent = ignore,
    *,
    placed: FaceAlignment | None = None,
    doubts: Sequence[str] = (),
    laid: FusionRecord | None = None,
    recall: Recall | None = None,
) -> Run:
    """Carry out a request.

    Parameters
    ----------
    request : what to do.
    on_event : called with every event of the run; it may raise `CancelledError`.
    placed : use this alignment instead of the request's placement (replay, batch).
    doubts : what the record must say of ``placed``, in words.
    laid : lay the frames to be fused as in this record instead of following the face (replay).
    recall : where a run with the same content is looked for before the method is run.

    Returns
    -------
    Run
        Always: a failed or cancelled run says so in ``record.outcome`` and ``error``.
    """
    draft = begin(request)
    error: FhguiError | None = None
    try:
        _perform(draft, _Known(placed, tuple(doubts), laid), on_event, recall)
    except FhguiError as caught:
        error = caught
    except KeyboardInterrupt:
        error = CancelledError("stopped by the user")
    except Exception as caught:  # a library failed: this run is recorded like any other
        error = unexpected(caught)
    return finish(draft, error)


def repeat(
    request: EnhanceRequest,
    frame: Frame,
    placed: FaceAlignment,
    checkpoint: Callable[[], None],
    fused: Fused | None = None,
) -> Pixels:
    """Return the result of a request on a frame that is at hand, placed as given; no record.

    The steps are those of `enhance`: cut, load, run. For the doubts about a result, which ask
    what it would have been.

    Parameters
    ----------
    checkpoint : called after every stage; may raise to stop.
    fused : what the input is cut from instead of the frame, if several frames were fused.
    """
    draft = begin(request)
    input_hw = registry.info(request.method).input_hw
    face = _cut(frame, placed, input_hw) if fused is None else fused.cut(placed, input_hw)
    _restore(draft, face, lambda _: checkpoint(), None)
    return draft.stages[-1].pixels


def loaded(request: EnhanceRequest) -> Method:
    """Return the method of a request as a run would use it, for questions about the run.

    Raises
    ------
    FhguiError
        If it cannot be loaded.
    """
    return _prepare(begin(request))


def unexpected(caught: Exception) -> MethodError:
    """Return the failure of a library as an error that a user may see."""
    if memory_used_up(caught):
        return MethodError("the memory is used up", hint="close other programs and try again")
    text = f"{type(caught).__name__}: {' '.join(str(caught).split())[:200]}"
    error = MethodError(f"an unexpected error stopped the run ({text})", hint="please report it")
    error.__cause__ = caught
    return error


@dataclasses.dataclass(frozen=True)
class _Known:
    """What is known before: the placement with its doubts, and how frames were laid."""

    placed: FaceAlignment | None
    doubts: tuple[str, ...]
    laid: FusionRecord | None


def _perform(draft: Draft, known: _Known, on_event: OnEvent, recall: Recall | None) -> None:
    """Do the work; whatever is known when an error leaves this function is in the draft."""
    request = draft.request

    def tell(doubt: str) -> None:
        draft.warnings.append(doubt)
        on_event(Note(doubt))

    before = file_identity(request.source)
    with open_source(request.source, request.fields) as source:
        draft.evidence = _evidence(request.source, before)
        draft.frame = source.frame(request.frame_index)
        if any(note.startswith(NOT_SQUARE) for note in draft.frame.notes):
            tell(STRETCHED)
        if draft.frame.damage:
            tell(draft.frame.damage)
        draft.face = _face(draft, source, known, on_event, tell)
    _restore(draft, draft.face, on_event, recall)
    if isinstance(registry.default_config(request.method), Settings):
        draft.redegradation = agreement(draft.stages, draft.degradation)
    _check_left_alone(request.source, before)


def _face(draft: Draft, source: Source, known: _Known, on_event: OnEvent, tell: Tell) -> FaceImage:
    """Return the method's input: of the marked frame, or of several fused."""
    request, frame = draft.request, draft.frame
    assert frame is not None  # decoded before
    info = registry.info(request.method)
    alignment = _alignment(request, frame, known, tell)
    face = _cut(frame, alignment, info.input_hw)
    draft.adequacy = _adequacy(alignment)
    on_event(FaceReady(face, draft.adequacy))
    draft.face = face
    if draft.adequacy and draft.adequacy.adequacy is AdequacyClass.BELOW:
        _check_reason(draft, _too_small(draft.adequacy), tell)
    if request.fuse is None and known.laid is None:
        return face
    check_film(source)
    if known.laid is not None:
        fused = fuse_again(source.frame, frame, alignment, info, known.laid)
    else:
        assert request.fuse is not None  # one of the two is given, see above

        def progress(done: int, total: int) -> None:
            on_event(Progressed(done, total, LAYING))

        fused = fuse_frames(source.frame, frame, alignment, info, request.fuse, progress)
        tell(fusion_words(fused.record))
    draft.fusion, draft.fusion_stages = fused.record, fusion_stages(fused, frame, face)
    face = fused.cut(alignment, info.input_hw)
    on_event(FaceReady(face, draft.adequacy))
    return face


def _alignment(request: EnhanceRequest, frame: Frame, known: _Known, tell: Tell) -> FaceAlignment:
    """Return where the face is, as it is known or as the request says; tell every doubt."""
    if known.placed is not None:
        for doubt in known.doubts:
            tell(doubt)
        return known.placed
    if request.placement.kind in SEARCHING:
        set_threads(request.threads)  # what ran before in this process decides no last bits
    return place(request.placement, frame, registry.info(request.method), tell)


def _check_left_alone(path: Path, before: FileIdentity) -> None:
    """Refuse a run whose source was changed, or taken away, while it was worked on."""
    try:
        now = file_identity(path)
    except EvidenceError as error:
        raise EvidenceError(
            "went away while it was worked on",
            path=path,
            hint="put the file back and run again",
        ) from error
    if now != before:
        raise EvidenceError(
            "changed while it was worked on",
            path=path,
            hint="work on a copy that nothing else writes to",
        )


def _restore(draft: Draft, face: FaceImage, on_event: OnEvent, recall: Recall | None) -> None:
    """Run the method; once more, smaller, if card or machine have too little memory for it."""
    try:
        _run_stages(_prepare(draft), draft, face, on_event, recall)
        return
    except Exception as error:
        why = _why_smaller(draft, error)
        if why is None:
            raise
    # outside of the handler: the error would keep what filled the memory alive
    draft.stages.clear()
    draft.warnings.append(why)
    on_event(StartedOver(why))
    _loaded.cache_clear()
    gc.collect()
    free_gpu_memory()
    threads = 1 if why == SMALLER else draft.request.threads
    draft.request = dataclasses.replace(draft.request, device="cpu", threads=threads)
    _run_stages(_prepare(draft), draft, face, on_event, recall)


def _why_smaller(draft: Draft, error: Exception) -> str | None:
    """Return why a failed run may succeed if it takes less; None if it would not."""
    if draft.device == "cuda" and gpu_memory_used_up(error):
        return ON_CPU
    return SMALLER if memory_used_up(error) else None


def _prepare(draft: Draft) -> Method:
    """Load the method (or take the warm one) and write its settings and files into the draft."""
    request = draft.request
    info = registry.info(request.method)
    settings = dict(request.settings)
    draft.degradation = request.degradation or str(settings.get(DEGRADATION) or info.degradation)
    if hasattr(registry.default_config(request.method), DEGRADATION):
        settings[DEGRADATION] = draft.degradation
    if info.assets:
        draft.device = resolve_device(request.device)
        draft.threads = set_threads(request.threads)
    # every setting resolved: a run and its record then share one method in memory
    resolved = dataclasses.asdict(registry.make_config(request.method, settings))
    names = (*(name for _, name in info.assets), *_chosen_files(request.method, resolved))
    files = tuple(map(_asset_identity, names))
    method = _loaded(request.method, _json_text(resolved), draft.device, files)
    _check_fit(draft, method)
    draft.config = _config(method.config)
    draft.assets = method.assets
    return method


def _check_fit(draft: Draft, method: Method) -> None:
    """Refuse a degradation or a cut that a method was not loaded for: a gallery sets its own."""
    info, known = method.info, registry.info(draft.request.method)
    assumed = str(getattr(method.config, DEGRADATION, info.degradation))
    asked, draft.degradation = draft.request.degradation or assumed, assumed
    if asked != assumed:
        raise MethodError(
            f"{info.id} assumes the degradation {assumed!r} and knows no other",
            hint="leave the degradation out",
        )
    placed = None if draft.face is None else draft.face.alignment.placed_by
    if info.input_hw != known.input_hw and placed not in (None, PlacedBy.ALIGNED):
        (height, width), (cut_h, cut_w) = info.input_hw, known.input_hw
        raise MethodError(
            f"the gallery is for inputs of {width}×{height} pixels, and faces are cut to "
            f"{cut_w}×{cut_h} for {info.id}",
            hint="use a gallery of that size, or a picture that already is the input",
        )


@lru_cache(maxsize=4)
def _loaded(
    method_id: str, settings: str, device: str, files: tuple[FileIdentity | None, ...]
) -> Method:
    """Keep the methods used last in memory, as long as their files stay the same."""
    return registry.load(method_id, json.loads(settings), device)


def _run_stages(
    method: Method, draft: Draft, face: FaceImage, on_event: OnEvent, recall: Recall | None
) -> None:
    total = len(method.info.stages) + 1 + len(draft.fusion_stages)

    def take(stage: Stage) -> None:
        draft.stages.append(stage)
        on_event(StageReady(stage, len(draft.stages) - 1, total))

    take(Stage("input", "Input", face.pixels, input_origin(draft.fusion)))
    for stage in draft.fusion_stages:
        take(stage)
    known = None if recall is None else recall(content_key(so_far(draft)))
    if known is not None:
        draft.reused = known.record.id
        draft.warnings.append(reuse_words(known.record))
        for stage in known.stages[len(draft.stages) :]:
            take(stage)
        return
    # numpy's own threads only get in the way of torch's: one is up to 20 times faster here.
    with threadpool_limits(1, user_api="blas"):
        for stage in method.stages(face, draft.request.seed):
            take(stage)


def _cut(frame: Frame, alignment: FaceAlignment, input_hw: tuple[int, int]) -> FaceImage:
    if alignment.placed_by is PlacedBy.ALIGNED:
        return FaceImage(frame.pixels, alignment)
    return cut_face(frame.pixels, alignment, input_hw)


def _adequacy(alignment: FaceAlignment) -> Adequacy | None:
    return None if alignment.placed_by is PlacedBy.ALIGNED else assess(alignment)


def _too_small(adequacy: Adequacy) -> str:
    density = density_words(adequacy.density_px_per_m)
    return (
        f"the face is {adequacy.face_px:.0f} px wide, about {density}: "
        "below the class Perceive (125 px/m) of IEC 62676-4"
    )


def _check_reason(draft: Draft, doubt: str, tell: Tell) -> None:
    """Warn of a face that is too small, and keep the reason for going on or the lack of one."""
    request = draft.request
    words = request.override_reason.encode("utf-8", "replace").decode()
    reason = " ".join(words.split())
    draft.override_reason = reason or None
    tell(doubt if reason else f"{doubt}; {NO_REASON}")
    if request.needs_reason and not reason:
        raise InadequateError(
            f"{doubt}: too little to tell a face by",
            hint="say why it is enhanced all the same; the record keeps the reason",
        )


def file_identity(path: Path) -> FileIdentity:
    """Return size, modification time (ns) and inode: equal for a file left alone.

    Raises
    ------
    EvidenceError
        The file is not there, or may not be looked at.
    """
    with os_errors(path):
        stat = path.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


def _evidence(path: Path, identity: FileIdentity) -> EvidenceRef:
    return EvidenceRef(path.name, identity[0], hashed(path, identity), str(path.resolve()))


def hashed(path: Path, identity: FileIdentity) -> str:
    """Return a file's digest, read once while it is left alone; `verify` always reads afresh."""
    with os_errors(path):
        stat = path.stat()
    # a program can set a file's time of modification as it likes, but not that of its change
    return _hashed(path, (*identity, stat.st_ctime_ns, stat.st_dev))


@lru_cache(maxsize=64)
def _hashed(path: Path, state: tuple[int, ...]) -> str:
    return sha256_file(path)


def _chosen_files(method_id: str, config: Mapping[str, object]) -> Iterator[str]:
    """Yield the names of the files that settings choose: another may take their place, too."""
    for setting in registry.settings_of(method_id):
        value = config[setting.name]
        if setting.kind is Kind.FILE and isinstance(value, str) and value:
            yield value.removesuffix(setting.ending) + setting.ending


def _asset_identity(name: str) -> FileIdentity | None:
    path = paths.model_file(name)
    return None if path is None else file_identity(path)


def _config(config: Any) -> dict[str, Json]:  # each method has a config type of its own
    value: dict[str, Json] = json.loads(_json_text(dataclasses.asdict(config)))
    return value


def _json_text(values: Mapping[str, Any]) -> str:
    return canonical_json(dict(values)).decode()
