"""Exported folders made for tests: one result with everything that vouches for it."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from PIL import Image

from fhgui.core.face import Box
from fhgui.core.record import Json
from fhgui.provenance.canonical import canonical_json, sealed
from fhgui.provenance.credentials import credentialed
from fhgui.provenance.enhance import enhance
from fhgui.provenance.folder import png
from fhgui.provenance.keys import Signer
from fhgui.provenance.labelling import labelled
from fhgui.provenance.ontology import case_jsonld
from fhgui.provenance.records import record_bytes
from fhgui.provenance.report.words import LABEL
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.signing import sign_manifest, sign_pdf
from tests.helpers.dossiers import dossier_of
from tests.helpers.signing import a_pdf


def an_export(source: Path, folder: Path, signer: Signer | None) -> Path:
    """Write an export of a bicubic run; without a signer, report and manifest are not signed."""
    place = Placement(PlacementKind.BOX, box=Box(20, 20, 40, 40))
    run = enhance(EnhanceRequest(source, "bicubic", place, threads=1))
    assert run.error is None
    picture_signer = signer or Signer.on_the_spot()
    shown = labelled(run.result.pixels)
    jpeg = io.BytesIO()
    Image.fromarray(shown).save(jpeg, "JPEG")
    files = {
        "report.pdf": a_pdf() if signer is None else sign_pdf(a_pdf(), signer),
        "result-credentialed.png": credentialed(
            png(shown), run.record, signer=picture_signer, label=LABEL
        ),
        "result-credentialed.jpg": credentialed(
            jpeg.getvalue(), run.record, signer=picture_signer, label=LABEL
        ),
        "input.png": png(run.stages[0].pixels),
        "record.json": record_bytes(run.record),
        "results/001-bicubic/record.json": record_bytes(run.record),
        "case.jsonld": case_jsonld(dossier_of([run])),
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    manifest = manifest_bytes(files, signer)
    (folder / "manifest.json").write_bytes(manifest)
    if signer is not None:
        (folder / "manifest.json.p7s").write_bytes(sign_manifest(manifest, signer))
    return folder


def manifest_bytes(files: dict[str, bytes], signer: Signer | None, schema: int = 1) -> bytes:
    """Return a manifest of files as the export writes it."""
    listed: dict[str, Json] = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in files.items()
    }
    value: dict[str, Json] = {
        "kind": "fhgui export",
        "schema": schema,
        "dossier": "d" * 64,
        "made_utc": "2026-01-03T00:00:00.000+00:00",
        "software": {"name": "fhgui", "version": "0"},
        "signer": None if signer is None else signer.words,
        "warnings": [],
        "files": listed,
    }
    return canonical_json(sealed(value)) + b"\n"
