"""Credentialed pictures: the signer is named, and no byte can change unnoticed."""

import io
import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.core.errors import RecordError
from fhgui.provenance.credentials import c2pa_signer, credentialed
from fhgui.provenance.folder import png
from fhgui.provenance.keys import Signer
from fhgui.provenance.labelling import labelled
from fhgui.provenance.verification.container import certificate_of, is_as_written
from fhgui.provenance.verification.findings import Finding, Verdict
from fhgui.provenance.verification.picture import check_picture, verify_picture
from tests.helpers.signing import edited, unnoticed
from tests.unit.provenance.test_credentials import PIXELS, a_record

NAMES = ("p.png", "p.jpg")


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer.on_the_spot()


@pytest.fixture(scope="module")
def pictures(signer: Signer) -> dict[str, bytes]:
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, "JPEG")
    plain = {"p.png": png(PIXELS), "p.jpg": buffer.getvalue()}
    return {n: credentialed(p, a_record(), signer=signer) for n, p in plain.items()}


def texts(findings: list[Finding]) -> list[str]:
    return [f.text for f in findings]


@pytest.mark.parametrize("name", NAMES)
def test_the_signer_and_the_record_are_named(
    name: str, pictures: dict[str, bytes], signer: Signer, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(pictures[name])
    findings = list(verify_picture(tmp_path / name))
    assert {f.verdict for f in findings} == {Verdict.EXACT}
    assert findings[0].text == f"content credentials intact: {signer.words}"
    assert findings[1].text.startswith(f"record {a_record().id}: bicubic, from a ü.png")
    pixels = "its pixels are those of the record's result"
    assert (pixels in texts(findings)) == (name == "p.png")


@pytest.mark.parametrize("name", NAMES)
def test_no_byte_changes_unnoticed(name: str, pictures: dict[str, bytes]) -> None:
    picture, rng = pictures[name], random.Random(12)
    carrier = picture.index(b"jumb") - 24
    places = [
        *rng.sample(range(len(picture)), 150),
        *range(carrier, carrier + 130),
        *(i for i in range(picture.index(b"cpad"), len(picture), 97)),
    ]
    assert unnoticed(edited(picture, places, rng), lambda b: check_picture(b, name)) == []


def test_edits_are_named_by_what_they_hit(pictures: dict[str, bytes]) -> None:
    picture = pictures["p.png"]

    def told(place: int) -> str:
        changed = picture[:place] + bytes([picture[place] ^ 1]) + picture[place + 1 :]
        (finding,) = check_picture(changed, "p.png")
        return f"{finding.text} {finding.field}"

    assert "the picture's bytes are others" in told(picture.index(b"IDAT") + 20)
    text = told(picture.index(b"canonical_json") + 40)
    assert "what its credentials say" in text
    assert "org.fhgui.record" in text
    assert "what carries its credentials" in told(picture.index(b"IDAT") - 6)


@pytest.mark.parametrize("name", NAMES)
def test_added_and_cut_bytes_are_noticed(name: str, pictures: dict[str, bytes]) -> None:
    picture = pictures[name]
    copies = [picture + b"\0", picture[:-1], picture[: len(picture) // 2]]
    assert unnoticed(copies, lambda b: check_picture(b, name)) == []


def test_labelled_pictures_are_held_against_the_record() -> None:
    signed = credentialed(png(labelled(PIXELS)), a_record(), label="x")
    assert "its pixels are those of the record's result" in texts(list(check_picture(signed, "p")))
    other = credentialed(png(np.flipud(PIXELS)), a_record())
    *_, last = check_picture(other, "p")
    assert last.verdict is Verdict.DIFFERENT
    assert last.text == "its pixels are not those of the record's result"


def test_pictures_without_credentials(tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    path.write_bytes(png(PIXELS))
    with pytest.raises(RecordError, match="holds no content credentials"):
        list(verify_picture(path))
    with pytest.raises(RecordError, match="cannot be read"):
        list(verify_picture(tmp_path / "none.png"))


def test_credentials_of_others_are_read_too() -> None:
    import c2pa

    definition = {
        "claim_generator_info": [{"name": "camera", "version": "1"}],
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {
                    "actions": [
                        {
                            "action": "c2pa.created",
                            "digitalSourceType": "http://cv.iptc.org/newscodes/"
                            "digitalsourcetype/digitalCapture",
                        }
                    ]
                },
            }
        ],
    }
    result = io.BytesIO()
    with c2pa.Builder(definition) as builder, c2pa_signer(Signer.on_the_spot()) as signing:
        builder.sign(signing, "image/png", io.BytesIO(png(PIXELS)), result)
    findings = list(check_picture(result.getvalue(), "p"))
    assert {f.verdict for f in findings} == {Verdict.EXACT}
    assert findings[-1].text == "its credentials hold no record of fhgui"


def test_the_carrier_and_the_certificate(pictures: dict[str, bytes], signer: Signer) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding

    own = signer.certificates[0].public_bytes(Encoding.DER)
    assert certificate_of(pictures["p.png"], "image/png") == own
    assert certificate_of(pictures["p.jpg"], "image/jpeg") == own
    assert not is_as_written(png(PIXELS), "image/png")
