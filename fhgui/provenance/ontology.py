"""The dossier as CASE/UCO JSON-LD, for programs that gather evidence from many tools.

Every run is an ``InvestigativeAction``: the evidence is its object, this program (and, configured,
its method) the instrument, the examiner the performer, and a ``ProvenanceRecord`` that holds the
run's pictures the result. Identifiers are made from the dossier's id alone, so that the same
dossier gives the same bytes.

References
----------
CASE 1.5 and UCO 1.5, https://caseontology.org; written without any library and any network.
"""

from __future__ import annotations

import mimetypes
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fhgui.core.dossier import Dossier, Exhibit
from fhgui.core.method import MethodInfo, Origin
from fhgui.core.record import EvidenceRef, FileRef, Json, Outcome, Record, StageRecord
from fhgui.provenance.canonical import canonical_json
from fhgui.provenance.records import to_json

UCO = "https://ontology.unifiedcyberontology.org/uco/"

CONTEXT: dict[str, Json] = {
    **{
        f"uco-{part}": f"{UCO}{part}/"
        for part in ("action", "configuration", "core", "identity", "observable", "tool", "types")
    },
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:fhgui:dossier")

STATUS = {Outcome.COMPLETED: "Success", Outcome.FAILED: "Fail", Outcome.CANCELLED: "Unknown"}
"""Nearest term of UCO's ActionStatusTypeVocab: it knows no cancelled action; the text says so."""

PROVENANCE = {
    Origin.MEASURED: "measured: the evidence itself, cut out and resampled to the method's grid",
    Origin.INTERPOLATED: "interpolated: computed from the evidence alone",
    Origin.SYNTHESISED: "synthesised: holds detail learned from other people's faces",
}

NOT_STATED = "not stated"

Node = dict[str, Json]


def case_jsonld(dossier: Dossier) -> bytes:
    """Return the dossier as UTF-8 JSON-LD that ``case_validate`` accepts without warnings."""
    return canonical_json(_document(dossier)) + b"\n"


def _document(dossier: Dossier) -> Json:
    graph = _Graph(dossier.id)
    people = _people(graph, dossier)
    tool = graph.add("tool", _tool(dossier.software))
    records = [e.record for e in dossier.exhibits]
    sources = {_key(r.evidence): r.evidence for r in (*records, *dossier.other_records)}
    evidence = {
        key: graph.add(f"evidence/{number}", _evidence(graph, f"evidence/{number}", source))
        for number, (key, source) in enumerate(sources.items())
    }
    actors = _Actors(people["examiner"], people["laboratory"], tool, evidence)
    actions = [_completed(graph, exhibit, actors) for exhibit in dossier.exhibits]
    actions += [_other(graph, n, record, actors) for n, record in enumerate(dossier.other_records)]
    graph.add("investigation", _investigation(dossier, [*actions, *evidence.values()]))
    return {"@context": CONTEXT, "@graph": list(graph.nodes)}


@dataclass
class _Graph:
    """The nodes so far; each has an identifier made from the dossier's id and its role."""

    dossier_id: str
    nodes: list[Node] = field(default_factory=list)

    def add(self, role: str, node: Node) -> str:
        """Add a node of its own and return its identifier."""
        self.nodes.append(self.part(role, node))
        return self.identifier(role)

    def part(self, role: str, node: Node) -> Node:
        """Return a node that stands inside another, with an identifier."""
        return {"@id": self.identifier(role), **node}

    def identifier(self, role: str) -> str:
        return f"urn:uuid:{uuid.uuid5(NAMESPACE, f'{self.dossier_id}/{role}')}"


@dataclass(frozen=True)
class _Actors:
    """Identifiers of what all actions share; ``evidence`` by path, digest and name."""

    examiner: str
    laboratory: str
    tool: str
    evidence: Mapping[tuple[str, str, str], str]

    def source(self, record: Record) -> str:
        return self.evidence[_key(record.evidence)]


def _key(source: EvidenceRef) -> tuple[str, str, str]:
    """Return what tells a file from others: equal copies at two places are two items."""
    return source.path, source.sha256, source.name


def _people(graph: _Graph, dossier: Dossier) -> dict[str, str]:
    laboratory, commission = dossier.laboratory, dossier.commission
    address = "; ".join(text for text in (laboratory.address, laboratory.accreditation) if text)
    return {
        "examiner": graph.add(
            "examiner", _named("uco-identity:Person", commission.examiner, "Examiner")
        ),
        "laboratory": graph.add(
            "laboratory", _named("uco-identity:Organization", laboratory.name, address)
        ),
    }


def _named(kind: str, name: str, description: str) -> Node:
    node: Node = {"@type": kind, "uco-core:name": name or NOT_STATED}
    return {**node, "uco-core:description": description} if description else node


def _tool(software: Mapping[str, str]) -> Node:
    return {
        "@type": "uco-tool:Tool",
        "uco-core:name": software["name"],
        "uco-core:description": "Face hallucination: the result is an enhanced image",
        "uco-tool:toolType": "Image enhancement",
        "uco-tool:version": software["version"],
    }


def _investigation(dossier: Dossier, objects: Sequence[str]) -> Node:
    commission = dossier.commission
    custody = dossier.custody
    log = (
        f"Custody log: {custody.entries} entries, head SHA-256 {custody.head_sha256}."
        if custody
        else "No custody log: a record outside a case."
    )
    return {
        "@type": "case-investigation:Investigation",
        "uco-core:name": commission.case_number or commission.title or NOT_STATED,
        "uco-core:description": (
            f"Dossier {dossier.id}. Request: {commission.request or NOT_STATED}. {log}"
        ),
        "case-investigation:focus": "Enhancement of a face for viewing; no identification",
        "uco-core:object": [{"@id": identifier} for identifier in objects],
    }


def _evidence(graph: _Graph, role: str, source: EvidenceRef) -> Node:
    kind = mimetypes.guess_type(source.name)[0]
    content: Node = {
        "@type": "uco-observable:ContentDataFacet",
        "uco-observable:sizeInBytes": source.size,
    }
    if source.sha256:
        content["uco-observable:hash"] = [_hash(graph, f"{role}/hash", source.sha256)]
    if kind:
        content["uco-observable:mimeType"] = kind
    file: Node = {
        "@type": "uco-observable:FileFacet",
        "uco-observable:fileName": source.name,
        "uco-observable:filePath": source.path,
        "uco-observable:sizeInBytes": source.size,
    }
    return {
        "@type": "uco-observable:File",
        "uco-core:description": "The evidence: opened read-only, never written",
        "uco-core:hasFacet": [
            graph.part(f"{role}/file", file),
            graph.part(f"{role}/content", content),
        ],
    }


def _hash(graph: _Graph, role: str, sha256: str) -> Node:
    value: Node = {"@type": "xsd:hexBinary", "@value": sha256.upper()}
    return graph.part(
        role,
        {
            "@type": "uco-types:Hash",
            "uco-types:hashMethod": "SHA256",
            "uco-types:hashValue": value,
        },
    )


def _completed(graph: _Graph, exhibit: Exhibit, actors: _Actors) -> str:
    """Add a completed run with its tool, pictures and provenance record."""
    role, record = f"exhibit/{exhibit.number}", exhibit.record
    configured = graph.add(f"{role}/tool", _configured(graph, role, exhibit, actors.tool))
    pictures = [
        graph.add(f"{role}/stage/{n}", _picture(graph, f"{role}/stage/{n}", stage))
        for n, stage in enumerate(record.stages)
    ]
    result = graph.add(
        f"{role}/provenance",
        {
            "@type": "case-investigation:ProvenanceRecord",
            "uco-core:description": f"Record {record.id} of fhgui",
            "case-investigation:exhibitNumber": str(exhibit.number),
            "uco-core:object": [{"@id": picture} for picture in pictures],
        },
    )
    action = _action(record, exhibit.info.title, actors, [actors.tool, configured])
    return graph.add(f"{role}/action", {**action, "uco-action:result": [{"@id": result}]})


def _other(graph: _Graph, number: int, record: Record, actors: _Actors) -> str:
    """Add a failed or cancelled run: its provenance record holds the evidence alone."""
    role = f"other/{number}"
    result = graph.add(
        f"{role}/provenance",
        {
            "@type": "case-investigation:ProvenanceRecord",
            "uco-core:description": f"Record {record.id} of fhgui: {record.outcome}, no result",
            "uco-core:object": [{"@id": actors.source(record)}],
        },
    )
    action = _action(record, record.method, actors, [actors.tool])
    return graph.add(f"{role}/action", {**action, "uco-action:result": [{"@id": result}]})


def _action(record: Record, method: str, actors: _Actors, instruments: Sequence[str]) -> Node:
    told = [f"{record.outcome.value}; face enhanced by {method}", *record.warnings]
    told += [f"error: {record.error}"] if record.error else []
    return {
        "@type": "case-investigation:InvestigativeAction",
        "uco-core:name": f"enhanced: {record.method}",
        "uco-core:description": ". ".join(told),
        "uco-action:actionStatus": STATUS[record.outcome],
        "uco-action:startTime": _time(record.started_utc),
        "uco-action:endTime": _time(record.finished_utc),
        "uco-action:performer": {"@id": actors.examiner},
        "uco-action:participant": [{"@id": actors.laboratory}],
        "uco-action:instrument": [{"@id": identifier} for identifier in instruments],
        "uco-action:object": [{"@id": actors.source(record)}],
    }


def _time(utc: str) -> Json:
    return {"@type": "xsd:dateTime", "@value": utc}


def _picture(graph: _Graph, role: str, stage: StageRecord) -> Node:
    size: Node = {
        "@type": "uco-observable:RasterPictureFacet",
        "uco-observable:pictureHeight": stage.h,
        "uco-observable:pictureWidth": stage.w,
        "uco-observable:bitsPerPixel": 24,
    }
    content: Node = {
        "@type": "uco-observable:ContentDataFacet",
        "uco-core:description": "The 8-bit samples, H×W×3 in row order, without any file around",
        "uco-observable:hash": [_hash(graph, f"{role}/hash", stage.sha256)],
        "uco-observable:sizeInBytes": 3 * stage.h * stage.w,
    }
    return {
        "@type": "uco-observable:RasterPicture",
        "uco-core:name": stage.title,
        "uco-core:description": PROVENANCE[Origin(stage.origin)],
        "uco-core:hasFacet": [
            graph.part(f"{role}/size", size),
            graph.part(f"{role}/content", content),
        ],
    }


def _configured(graph: _Graph, role: str, exhibit: Exhibit, tool: str) -> Node:
    """Return the method as the tool configured: settings as text, weights and gallery as files."""
    record, info = exhibit.record, exhibit.info
    entries = [
        _entry(graph, f"{role}/setting/{name}", name, {"uco-configuration:itemValue": text})
        for name, text in _settings(record).items()
    ]
    for part, files in (("weights", record.weights), ("gallery", record.gallery)):
        for n, file in enumerate(files):
            at = f"{role}/{part}/{n}"
            identifier = graph.add(at, _model_file(graph, at, file))
            link: Node = {"uco-configuration:itemObject": [{"@id": identifier}]}
            entries.append(_entry(graph, f"{at}/entry", part, link))
    listed: list[Json] = [*entries]
    configuration = graph.add(
        f"{role}/configuration",
        {
            "@type": "uco-configuration:Configuration",
            "uco-configuration:configurationEntry": listed,
        },
    )
    return {
        "@type": "uco-tool:ConfiguredTool",
        "uco-core:name": info.title,
        "uco-core:description": _method_words(info),
        "uco-tool:version": record.software["version"],
        "uco-configuration:isConfigurationOf": {"@id": tool},
        "uco-configuration:usesConfiguration": {"@id": configuration},
    }


def _method_words(info: MethodInfo) -> str:
    detail = "adds detail learned from other people's faces" if info.generative else "adds nothing"
    return f"{info.paper}. The method {detail}."


def _settings(record: Record) -> dict[str, str]:
    """Return every setting of a run as text, canonical JSON where it is not text already."""
    value = to_json(record)
    names = ["alignment", "degradation", "device", "frame", "fusion", "seed", "threads"]
    names.append("override_reason")
    settings = {f"config.{name}": setting for name, setting in record.config.items()}
    settings |= {name: value[name] for name in names if value.get(name) is not None}
    return {
        name: setting if isinstance(setting, str) else canonical_json(setting).decode()
        for name, setting in settings.items()
        if setting != ""
    }


def _entry(graph: _Graph, role: str, name: str, what: Node) -> Node:
    return graph.part(
        role,
        {
            "@type": "uco-configuration:ConfigurationEntry",
            "uco-configuration:itemName": name,
            **what,
        },
    )


def _model_file(graph: _Graph, role: str, file: FileRef) -> Node:
    content: Node = {
        "@type": "uco-observable:ContentDataFacet",
        "uco-observable:hash": [_hash(graph, f"{role}/hash", file.sha256)],
    }
    name: Node = {"@type": "uco-observable:FileFacet", "uco-observable:fileName": file.name}
    return {
        "@type": "uco-observable:File",
        "uco-core:hasFacet": [
            graph.part(f"{role}/file", name),
            graph.part(f"{role}/content", content),
        ],
    }
