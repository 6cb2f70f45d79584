"""Content credentials: any C2PA tool reads them, they say what was done, and hold the record."""

import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import c2pa
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from PIL import Image

from fhgui.core.errors import OutputError, SigningError
from fhgui.core.record import FileRef, Outcome, Record, StageRecord
from fhgui.provenance.canonical import pixels_digest
from fhgui.provenance.credentials import RECORD_LABEL, credentialed
from fhgui.provenance.folder import png
from fhgui.provenance.keys import Signer
from fhgui.provenance.records import parse_record, seal
from tests.helpers.records import A_RECORD
from tests.helpers.signing import issued, self_issued_without_organisation

PIXELS = np.random.default_rng(5).integers(0, 256, (24, 16, 3), dtype=np.uint8)


def a_record(origin: str = "synthesised") -> Record:
    result = StageRecord("result", "Result", origin, 24, 16, pixels_digest(PIXELS))
    first = StageRecord("input", "Input", "measured", 3, 2, "2" * 64)
    weights = (FileRef("m/w.safetensors", "a" * 64),)
    record = dataclasses.replace(A_RECORD, stages=(first, result), weights=weights)
    return seal(record)


def jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, "JPEG")
    return buffer.getvalue()


def manifest_of(picture: bytes, kind: str) -> dict[str, Any]:
    """Read with the plain reader of the library, as somebody else would."""
    with c2pa.Reader(kind, io.BytesIO(picture)) as reader:
        assert reader.get_validation_state() == "Valid"
        failures = reader.get_validation_results()["activeManifest"]["failure"]
        assert [f["code"] for f in failures] == ["signingCredential.untrusted"]
        manifest: dict[str, Any] = reader.get_active_manifest()
        assert reader.get_remote_url() is None
    return manifest


def actions_of(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    (found,) = [a for a in manifest["assertions"] if a["label"] == "c2pa.actions.v2"]
    actions: list[dict[str, Any]] = found["data"]["actions"]
    return actions


@pytest.mark.parametrize(
    ("picture", "kind"), [(png(PIXELS), "image/png"), (jpeg(), "image/jpeg")], ids=["png", "jpeg"]
)
def test_the_plain_reader_reads_them(picture: bytes, kind: str) -> None:
    record = a_record()
    signed = credentialed(picture, record, label="ENHANCED")
    manifest = manifest_of(signed, kind)
    (source,) = manifest["ingredients"]
    assert source["relationship"] == "parentOf"
    assert source["title"] == record.evidence.name
    assert source["instance_id"] == f"urn:sha256:{record.evidence.sha256}"
    assert "thumbnail" not in source
    assert "thumbnail" not in manifest
    assert manifest["claim_generator_info"][0]["name"] == "fhgui"
    with Image.open(io.BytesIO(picture)) as before, Image.open(io.BytesIO(signed)) as after:
        assert np.array_equal(np.asarray(before), np.asarray(after))


def test_actions_tell_every_step_with_its_settings() -> None:
    record = a_record()
    signed = credentialed(png(PIXELS), record, label="ENHANCED")
    opened, cropped, edited, resized, drawn = actions_of(manifest_of(signed, "image/png"))
    assert [a["action"] for a in (opened, cropped, edited, resized, drawn)] == [
        "c2pa.opened",
        "c2pa.cropped",
        "c2pa.edited",
        "c2pa.resized",
        "c2pa.drawing",
    ]
    assert "c2pa.ingredient" in opened["parameters"]["ingredients"][0]["url"]
    assert opened["parameters"]["org.fhgui.index"] == "3"
    assert json.loads(cropped["parameters"]["org.fhgui.landmarks"]) == [[1.5, 2.5], [3.0, 2.0]]
    settings = edited["parameters"]
    assert json.loads(settings["org.fhgui.config"]) == record.config
    assert json.loads(settings["org.fhgui.weights"])[0]["sha256"] == "a" * 64
    assert settings["org.fhgui.record"] == record.id
    assert drawn["parameters"]["org.fhgui.text"] == "ENHANCED"


def test_a_picture_without_label_claims_none() -> None:
    signed = credentialed(png(PIXELS), a_record())
    names = [a["action"] for a in actions_of(manifest_of(signed, "image/png"))]
    assert "c2pa.drawing" not in names


@pytest.mark.parametrize(
    ("origin", "term"),
    [
        ("synthesised", "compositeWithTrainedAlgorithmicMedia"),
        ("interpolated", "algorithmicallyEnhanced"),
        ("measured", "digitalCapture"),
    ],
)
def test_the_source_type_follows_the_origin(origin: str, term: str) -> None:
    signed = credentialed(png(PIXELS), a_record(origin))
    edited = actions_of(manifest_of(signed, "image/png"))[2]
    assert edited["digitalSourceType"].rpartition("/")[2] == term


def test_the_record_in_them_is_the_record_to_the_last_digit() -> None:
    record = a_record()
    exact = dataclasses.replace(record.adequacy, density_px_per_m=174.71176130079039)
    record = seal(dataclasses.replace(record, adequacy=exact))
    manifest = manifest_of(credentialed(png(PIXELS), record), "image/png")
    (held,) = [a["data"] for a in manifest["assertions"] if a["label"] == RECORD_LABEL]
    assert parse_record(held["canonical_json"].encode(), Path("p")) == record
    assert held["id"] == record.id


@pytest.mark.parametrize("bits", [256, 384, 521, 2048])
def test_kinds_of_keys(bits: int) -> None:
    curves = {256: ec.SECP256R1(), 384: ec.SECP384R1(), 521: ec.SECP521R1()}
    if bits in curves:
        key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = ec.generate_private_key(curves[bits])
    else:
        key = rsa.generate_private_key(65537, bits)
    signed = credentialed(png(PIXELS), a_record(), signer=Signer((issued(key),), key))
    assert manifest_of(signed, "image/png")["signature_info"]["common_name"] == "Examiner"


def test_a_certificate_that_does_not_fit_the_profile() -> None:
    with pytest.raises(SigningError, match="the picture cannot be signed") as caught:
        credentialed(png(PIXELS), a_record(), signer=self_issued_without_organisation())
    assert "--make-key" in caught.value.hint


def test_what_gets_none() -> None:
    with pytest.raises(OutputError, match="neither PNG nor JPEG"):
        credentialed(b"GIF89a", a_record())
    failed = dataclasses.replace(A_RECORD, outcome=Outcome.FAILED)
    with pytest.raises(OutputError, match="without a result"):
        credentialed(png(PIXELS), failed)
    with pytest.raises(SigningError, match="the picture cannot be signed"):
        credentialed(png(PIXELS)[:40], a_record())


def test_hostile_names_stay_text() -> None:
    name = 'a\n"<script>\u202e' + "x" * 4000 + ".png"
    record = a_record()
    evidence = dataclasses.replace(record.evidence, name=name)
    record = seal(dataclasses.replace(record, evidence=evidence))
    manifest = manifest_of(credentialed(png(PIXELS), record), "image/png")
    assert manifest["ingredients"][0]["title"] == name
