"""The JSON-LD says who did what to what, the same for the same dossier, and as CASE has it."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from fhgui.core.dossier import Commission, Dossier, Laboratory
from fhgui.core.face import Box
from fhgui.core.record import Outcome
from fhgui.imaging.demo import demo_frame
from fhgui.provenance.enhance import enhance
from fhgui.provenance.ontology import case_jsonld
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from tests.helpers.dossiers import dossier_of
from tests.helpers.records import A_RECORD

PLACE = Placement(PlacementKind.BOX, box=Box(20, 20, 40, 40))


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    source = tmp_path_factory.mktemp("source") / "demo.png"
    Image.fromarray(demo_frame()).save(source)
    run = enhance(EnhanceRequest(source, "bicubic", PLACE, threads=1))
    assert run.error is None
    failed = dataclasses.replace(A_RECORD, outcome=Outcome.FAILED, stages=(), error='"<&>" gone')
    cancelled = dataclasses.replace(failed, outcome=Outcome.CANCELLED, error="stopped")
    return dossier_of([run, run], (failed, cancelled))


def of_type(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [node for node in document["@graph"] if node["@type"].endswith(f":{kind}")]


def identifiers(value: Any) -> list[str]:
    """Return the identifiers of all nodes that say something, however deep they stand."""
    if isinstance(value, list):
        return [i for item in value for i in identifiers(item)]
    if not isinstance(value, dict):
        return []
    own = [value["@id"]] if len(value) > 1 and "@id" in value else []
    return own + [i for item in value.values() for i in identifiers(item)]


def test_the_same_dossier_gives_the_same_bytes(dossier: Dossier) -> None:
    assert case_jsonld(dossier) == case_jsonld(dossier)
    other = dataclasses.replace(dossier, id="another")
    ours, others = (identifiers(json.loads(case_jsonld(d))) for d in (dossier, other))
    assert len(set(ours)) == len(ours)
    assert not set(ours) & set(others)


def test_actions_have_object_result_instrument_and_performer(dossier: Dossier) -> None:
    document = json.loads(case_jsonld(dossier))
    by_id = {node["@id"]: node for node in document["@graph"]}
    actions = of_type(document, "InvestigativeAction")
    assert [a["uco-action:actionStatus"] for a in actions] == ["Success"] * 2 + ["Fail", "Unknown"]
    for action in actions:
        (source,) = action["uco-action:object"]
        (result,) = action["uco-action:result"]
        assert by_id[source["@id"]]["@type"] == "uco-observable:File"
        assert by_id[result["@id"]]["@type"] == "case-investigation:ProvenanceRecord"
        first, *_ = action["uco-action:instrument"]
        assert by_id[first["@id"]]["@type"] == "uco-tool:Tool"
        performer = by_id[action["uco-action:performer"]["@id"]]
        assert performer["@type"] == "uco-identity:Person"
        assert performer["uco-core:name"] == "E. Examiner"


def test_equal_copies_at_two_places_are_two_items(dossier: Dossier) -> None:
    record = dossier.exhibits[0].record
    copy = dataclasses.replace(record.evidence, path="/elsewhere/demo.png")
    other = dataclasses.replace(record, evidence=copy, outcome=Outcome.FAILED)
    document = json.loads(case_jsonld(dataclasses.replace(dossier, other_records=(other,))))
    facets = [
        f
        for node in of_type(document, "File")
        for f in node["uco-core:hasFacet"]
        if f.get("uco-observable:fileName") == record.evidence.name
    ]
    paths = [facet["uco-observable:filePath"] for facet in facets]
    assert paths == [record.evidence.path, "/elsewhere/demo.png"]
    sources = {a["uco-action:object"][0]["@id"] for a in of_type(document, "InvestigativeAction")}
    assert len(sources) == 2


def test_every_digest_of_the_record_is_there(dossier: Dossier) -> None:
    text = case_jsonld(dossier).decode()
    record = dossier.exhibits[0].record
    digests = [record.evidence.sha256, *(s.sha256 for s in record.stages)]
    assert [d for d in digests if d.upper() not in text] == []


def test_what_is_not_stated_is_said(dossier: Dossier) -> None:
    bare = dataclasses.replace(
        dossier, laboratory=Laboratory(), commission=Commission(), custody=None
    )
    document = json.loads(case_jsonld(bare))
    (investigation,) = of_type(document, "Investigation")
    assert investigation["uco-core:name"] == "not stated"
    assert "No custody log" in investigation["uco-core:description"]
    (person,) = of_type(document, "Person")
    assert person["uco-core:name"] == "not stated"


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_case_validate_accepts_it_without_warnings(
    dossier: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    from case_utils.case_validate import validate

    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    path = tmp_path / "case.jsonld"
    path.write_bytes(case_jsonld(dossier))
    result = validate(str(path), allow_warnings=False, inference="none")
    assert result.undefined_concepts == set()
    assert result.conforms, result.text
