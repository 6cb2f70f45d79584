"""Exports a case or a run: report, pictures with credentials, JSON-LD, records, hashes of it all.

Everything is made in a hidden folder beside the target and put in place as a whole at the end, so
that a crash leaves the target as it was. One exhibit's pictures are in work at a time. A case
enters the export in its log before it can be seen.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from fhgui.core.arrays import Pixels
from fhgui.core.dossier import Exhibit
from fhgui.core.errors import OutputError, SigningError
from fhgui.core.method import Origin, Stage
from fhgui.core.record import Json, Record
from fhgui.evidence.hashing import sha256_file
from fhgui.provenance import durable
from fhgui.provenance.beside import beside_png
from fhgui.provenance.canonical import canonical_json, digest, sealed
from fhgui.provenance.case import Case
from fhgui.provenance.case_entries import slug
from fhgui.provenance.case_file import is_case
from fhgui.provenance.credentials import credentialed
from fhgui.provenance.dossier import Gathered, OnProgress, Wishes, gather
from fhgui.provenance.folder import check_output, png, spare, stage_file
from fhgui.provenance.keys import Signer
from fhgui.provenance.labelling import labelled
from fhgui.provenance.placing import (
    KIND,
    MANIFEST,
    SIGNATURE,
    named_files,
    put_in_place,
    scratch_beside,
)
from fhgui.provenance.records import is_sealed, record_bytes
from fhgui.provenance.report.words import LABEL

SCHEMA = 1
JPEG_QUALITY = 95
UNSIGNED = (
    "the credentials of the pictures are signed with a key made on the spot: they show that "
    "nothing was changed since, not who made them"
)


@dataclass(frozen=True, eq=False)
class Order:
    """What is to be exported where.

    Parameters
    ----------
    path : a case, a run's folder or a ``record.json``.
    out : folder for the export; made.
    wishes : what the dossier is to be.
    signer : signs report, manifest and pictures; None leaves the first two unsigned.
    force : write into a folder that holds something; an older export there is replaced.
    """

    path: Path
    out: Path
    wishes: Wishes = field(default_factory=Wishes)
    signer: Signer | None = None
    force: bool = False


@dataclass(frozen=True)
class Exported:
    """What an export came to.

    Parameters
    ----------
    folder : where it is.
    files : all of it, the manifest last.
    dossier_id : printed on every page of the report.
    manifest_sha256 : vouches for every file.
    warnings : what could not be shown or signed, and why.
    """

    folder: Path
    files: tuple[Path, ...]
    dossier_id: str
    manifest_sha256: str
    warnings: tuple[str, ...]


def export(order: Order, on_progress: OnProgress, case: Case | None = None) -> Exported:
    """Carry out an export.

    Parameters
    ----------
    on_progress : told what is done; may raise `CancelledError`, which leaves nothing behind.
    case : the case of ``order.path`` if it is open already.

    Raises
    ------
    RecordError
        If there is nothing that can be exported.
    OutputError
        If the folder cannot be used or written, or another process works on the case.
    SigningError
        If the key cannot sign.
    """
    _check_target(order)
    if case is None and is_case(order.path):
        with Case.open(order.path) as opened:
            return _export(order, on_progress, opened)
    return _export(order, on_progress, case)


def _check_target(order: Order) -> None:
    check_output(order.out, order.force)
    out, path = order.out.absolute().resolve(), order.path.absolute().resolve()
    if path.is_relative_to(out) or (is_case(path) and out.is_relative_to(path)):
        raise OutputError(
            "holds what is to be exported, or lies in it",
            path=order.out,
            hint="choose a folder of its own",
        )


def _export(order: Order, on_progress: OnProgress, case: Case | None) -> Exported:
    gathered = gather(order.path, order.wishes, on_progress)
    with durable.writing(order.out), scratch_beside(order.out) as scratch:
        maker = _Maker(order, gathered, scratch)
        maker.make(on_progress)
        dossier = gathered.dossier
        gone = {*maker.names, *(named_files(order.out / MANIFEST) or ())}
        for record in (*(e.record for e in dossier.exhibits), *dossier.other_records):
            spare(Path(record.evidence.path), (order.out / name for name in gone))
        manifest = (scratch / MANIFEST).read_bytes()
        if case is not None:
            case.add_export(order.out, manifest, maker.log_details())
        try:
            put_in_place(scratch, order.out)
        except OSError as error:
            if case is not None:
                case.note("export not put in place", str(order.out), {"why": str(error)})
            raise
    files = tuple(order.out / name for name in (*maker.names, MANIFEST, *maker.signature))
    warnings = tuple(maker.warnings)
    return Exported(order.out, files, gathered.dossier.id, digest(manifest), warnings)


class _Maker:
    """Writes the files of one export into a folder."""

    def __init__(self, order: Order, gathered: Gathered, folder: Path) -> None:
        self.names: list[str] = []
        self.signature: tuple[str, ...] = ()
        self.warnings = [*gathered.dossier.warnings, *(() if order.signer else (UNSIGNED,))]
        self._order, self._gathered, self._folder = order, gathered, folder
        self._dossier = gathered.dossier
        self._picture_signer = order.signer or Signer.on_the_spot()

    def make(self, on_progress: OnProgress) -> None:
        exhibits = self._dossier.exhibits
        total = len(exhibits) + 2
        for done, exhibit in enumerate(exhibits):
            on_progress(done, total, f"writing pictures of {exhibit.record.method}")
            if len(exhibits) > 1:
                self._write_result(
                    f"results/{exhibit.number:03d}-{exhibit.record.method}/", exhibit
                )
        self._write_result("", exhibits[-1])
        for number, record in enumerate(self._dossier.other_records, 1):
            if is_sealed(record):  # the report says of others that they were edited
                place = f"other-runs/{number:03d}-{slug(record.method)}"
                self._write(f"{place}/record.json", record_bytes(record))
        on_progress(len(exhibits), total, "writing the report")
        self._write_report(partial(on_progress, len(exhibits), total, "writing the report"))
        on_progress(len(exhibits) + 1, total, "signing and hashing")
        if self._gathered.log is not None:
            self._write("log.jsonl", self._gathered.log)
        self._write_manifest()

    def log_details(self) -> dict[str, Json]:
        """Return what the case's log says of the export."""
        signer = self._order.signer
        return {
            "dossier": self._dossier.id,
            "labelled": self._dossier.labelled,
            "results": len(self._dossier.exhibits),
            "annotations": sum(len(e.annotations) for e in self._dossier.exhibits),
            "signer": None if signer is None else signer.words,
            "warnings": len(self.warnings),
        }

    def _write_result(self, place: str, exhibit: Exhibit) -> None:
        """Write one result with the original beside it, and its record."""
        record = exhibit.record
        pixels = exhibit.result.pixels
        shown = labelled(pixels) if self._dossier.labelled else pixels
        name = f"{place}result-credentialed"
        self._write(f"{name}.png", self._credentialed(png(shown), record, f"{name}.png"))
        self._write(f"{name}.jpg", self._credentialed(_jpeg(shown), record, f"{name}.jpg"))
        self._write(
            f"{place}original-beside.png", beside_png(exhibit, label=self._dossier.labelled)
        )
        self._write(f"{place}input.png", self._stage(exhibit.stages[0]))
        for number, stage in enumerate(exhibit.stages):
            self._write(place + stage_file(number, stage.name), self._stage(stage))
        self._write(f"{place}record.json", record_bytes(record))

    def _stage(self, stage: Stage) -> bytes:
        """Return a stage's picture; what was measured is not enhanced and is never labelled."""
        plain = stage.origin is Origin.MEASURED or not self._dossier.labelled
        return png(stage.pixels if plain else labelled(stage.pixels))

    def _credentialed(self, picture: bytes, record: Record, name: str) -> bytes:
        label = LABEL if self._dossier.labelled else ""
        title = name.rpartition("/")[2]
        try:
            return credentialed(
                picture, record, signer=self._picture_signer, label=label, title=title
            )
        except SigningError as error:
            if self._picture_signer is not self._order.signer:
                raise
            self.warnings += [error.sentence(), UNSIGNED]
            self._picture_signer = Signer.on_the_spot()
            return self._credentialed(picture, record, name)

    def _write_report(self, checkpoint: Callable[[], None]) -> None:
        from fhgui.provenance.ontology import case_jsonld
        from fhgui.provenance.report.process import render
        from fhgui.provenance.signing import sign_pdf

        made = render(self._dossier, self._folder, checkpoint)
        self.names += [file.relative_to(self._folder).as_posix() for file in made]
        signer = self._order.signer
        for file in made:
            if signer is not None and file.suffix == ".pdf":
                file.write_bytes(sign_pdf(file.read_bytes(), signer))
        self._write("case.jsonld", case_jsonld(self._dossier))

    def _write_manifest(self) -> None:
        from fhgui.provenance.signing import sign_manifest

        manifest = canonical_json(sealed(self._manifest())) + b"\n"
        (self._folder / MANIFEST).write_bytes(manifest)
        if self._order.signer is not None:
            signature = sign_manifest(manifest, self._order.signer)
            (self._folder / SIGNATURE).write_bytes(signature)
            self.signature = (SIGNATURE,)

    def _manifest(self) -> dict[str, Json]:
        dossier, gathered, signer = self._dossier, self._gathered, self._order.signer
        custody, warnings, files = dossier.custody, list(self.warnings), sorted(self.names)
        return {
            "kind": KIND,
            "schema": SCHEMA,
            "dossier": dossier.id,
            "made_utc": dossier.made_utc,
            "software": dict(dossier.software),
            "case": None
            if gathered.case_id is None
            else {"id": gathered.case_id, "title": gathered.case_title},
            "labelled": dossier.labelled,
            "paper": dossier.paper.value,
            "custody": None
            if custody is None
            else {"entries": custody.entries, "head_sha256": custody.head_sha256},
            "signer": None if signer is None else signer.words,
            "warnings": [*warnings],
            "files": {name: self._entry(name) for name in files},
        }

    def _entry(self, name: str) -> dict[str, Json]:
        file = self._folder / name
        return {"sha256": sha256_file(file), "size": file.stat().st_size}

    def _write(self, name: str, data: bytes) -> None:
        file = self._folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        self.names.append(name)


def _jpeg(pixels: Pixels) -> bytes:
    buffer = io.BytesIO()
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return buffer.getvalue()
