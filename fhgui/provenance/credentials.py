"""Content credentials (C2PA 2.x) in exported PNG and JPEG pictures, readable by any C2PA tool.

They say what the picture was made from (the source as parent ingredient, by its SHA-256: not a
pixel of it is put in), what was done to it step by step with every setting, where its pixels come
from (IPTC digital source type), and hold the whole record. They are signed, and bound to every
byte of the picture. Nothing is fetched, and no thumbnail is made.
"""

from __future__ import annotations

import io
import mimetypes
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fhgui.core.errors import OutputError, SigningError
from fhgui.core.method import Origin
from fhgui.core.record import Json, Outcome, Record
from fhgui.provenance.canonical import canonical_json
from fhgui.provenance.fusing import fusion_words
from fhgui.provenance.keys import CURVES, Signer
from fhgui.provenance.records import to_json

if TYPE_CHECKING:
    import c2pa  # type: ignore[import-untyped]  # ships no types

RECORD_LABEL = "org.fhgui.record"
"""Label of the assertion that holds the record."""

SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"

SOURCE_TYPE = {
    Origin.MEASURED: "digitalCapture",
    Origin.INTERPOLATED: "algorithmicallyEnhanced",
    Origin.SYNTHESISED: "compositeWithTrainedAlgorithmicMedia",
}
"""IPTC term for each origin. ``algorithmicMedia`` would be wrong for interpolated pixels: it means
pictures that no camera ever took."""

SETTINGS: dict[str, Any] = {
    "builder": {"thumbnail": {"enabled": False}},
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
}


def credentialed(
    picture: bytes,
    record: Record,
    *,
    signer: Signer | None = None,
    label: str = "",
    title: str = "result-credentialed.png",
) -> bytes:
    """Return a picture with content credentials.

    Parameters
    ----------
    picture : a PNG or JPEG file that shows the record's result.
    record : of the completed run.
    signer : who signs; without one, a key is made on the spot, and the certificate says so.
    label : text that was burned into the picture, if any.
    title : name of the picture in its credentials.

    Raises
    ------
    OutputError
        If it is neither PNG nor JPEG, or the run has no result.
    SigningError
        If the certificate does not fulfil the profile of C2PA.
    """
    if record.outcome is not Outcome.COMPLETED or not record.stages:
        raise OutputError("a run without a result has no picture to give credentials to")
    kind = picture_format(picture)
    if kind is None:
        raise OutputError(
            "is neither PNG nor JPEG", path=title, hint="give credentials to one of those"
        )
    import c2pa

    definition = _definition(record, kind, label, title)
    result = io.BytesIO()
    try:
        with (
            c2pa.Context.from_dict(SETTINGS) as context,
            c2pa_signer(signer or Signer.on_the_spot()) as signing,
            c2pa.Builder(definition, context=context) as builder,
        ):
            builder.sign(signing, kind, io.BytesIO(picture), result)
    except c2pa.C2paError as error:
        raise SigningError(
            f"the picture cannot be signed ({error})",
            hint="sign with a certificate that has an organisation, both key identifiers and the "
            "extended use emailProtection, or make one with --make-key",
        ) from error
    return result.getvalue()


def picture_format(data: bytes) -> str | None:
    """Return the MIME type of a PNG or JPEG file by its first bytes; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/jpeg" if data.startswith(b"\xff\xd8\xff") else None


def c2pa_signer(signer: Signer) -> c2pa.Signer:
    """Return a signer in the form that the C2PA library signs with."""
    import c2pa
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric import ec

    key = signer.key
    algorithm = CURVES[key.curve.name] if isinstance(key, ec.EllipticCurvePrivateKey) else "ps256"
    chain = b"".join(c.public_bytes(s.Encoding.PEM) for c in signer.certificates)
    secret = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
    return c2pa.Signer.from_info(c2pa.C2paSignerInfo(algorithm, chain, secret, None))


def _definition(record: Record, kind: str, label: str, title: str) -> dict[str, Json]:
    software: dict[str, Json] = {**record.software}
    return {
        "title": title,
        "format": kind,
        "claim_generator_info": [software],
        "ingredients": [_source(record)],
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {"actions": _actions(record, label), "allActionsIncluded": True},
            },
            {"label": RECORD_LABEL, "kind": "Json", "data": _sealed(record)},
        ],
    }


def _sealed(record: Record) -> Json:
    """Return the record as text: C2PA readers round numbers, and it must stay what was sealed."""
    text = canonical_json(to_json(record)).decode()
    return {"schema": record.schema, "id": record.id, "canonical_json": text}


def _source(record: Record) -> Json:
    evidence = record.evidence
    kind = mimetypes.guess_type(evidence.name)[0] or "application/octet-stream"
    return {
        "title": evidence.name,
        "format": kind,
        "relationship": "parentOf",
        "label": "source",
        "instance_id": f"urn:sha256:{evidence.sha256}",
        "description": f"{evidence.size} bytes, SHA-256 {evidence.sha256}; not embedded",
    }


def _actions(record: Record, label: str) -> list[Json]:
    steps = [
        _step("c2pa.opened", "Decoded", _decoding(record), ingredientIds=["source"]),
        *_fused(record),
        _step("c2pa.cropped", "Cropped and aligned", _alignment(record)),
        {
            **_step("c2pa.edited", f"Enhanced by {record.method}", _enhancement(record)),
            "digitalSourceType": SOURCE_TYPES + SOURCE_TYPE[_origin(record)],
        },
    ]
    if label:
        enlarged: dict[str, Json] = {"how": "every pixel repeated, a whole number of times"}
        steps.append(_step("c2pa.resized", "Enlarged to be labelled", enlarged))
        steps.append(_step("c2pa.drawing", "Labelled", {"text": label}))
    when: dict[str, Json] = {
        "when": record.finished_utc,
        "softwareAgent": {**record.software},
    }
    return [{**step, **when} for step in steps]


def _fused(record: Record) -> Iterator[dict[str, Json]]:
    if record.fusion is not None:
        how: dict[str, Json] = {"how": fusion_words(record.fusion)}
        yield _step("c2pa.edited", "Fused from several frames", how)


def _step(action: str, text: str, details: dict[str, Json], **more: Json) -> dict[str, Json]:
    """Return an action; its details are one text each, because readers mangle numbers in lists."""
    told = {name: _told(value) for name, value in details.items() if value not in (None, "", [])}
    return {
        "action": action,
        "description": text,
        "parameters": {**{f"org.fhgui.{n}": v for n, v in told.items()}, **more},
    }


def _told(value: Json) -> str:
    return value if isinstance(value, str) else canonical_json(value).decode()


def _decoding(record: Record) -> dict[str, Json]:
    frame = to_json(record)["frame"]
    return dict(frame) if isinstance(frame, dict) else {}


def _alignment(record: Record) -> dict[str, Json]:
    alignment = to_json(record)["alignment"]
    first = record.stages[0]
    size: dict[str, Json] = {"input_hw": [first.h, first.w]}
    return {**alignment, **size} if isinstance(alignment, dict) else size


def _enhancement(record: Record) -> dict[str, Json]:
    names = ("method", "config", "weights", "gallery", "degradation", "device", "threads", "seed")
    value = to_json(record)
    return {**{name: value[name] for name in names}, "record": record.id}


def _origin(record: Record) -> Origin:
    return Origin(record.stages[-1].origin)
