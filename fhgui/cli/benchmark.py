"""``fhgui benchmark``: methods measured by a named protocol, as tables, curves and sheets."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fhgui.cli import console
from fhgui.core.errors import InputError
from fhgui.memory import keep_what_is_freed

if TYPE_CHECKING:
    from fhgui.evaluation.candidates import Candidate
    from fhgui.evaluation.events import Event
    from fhgui.evaluation.protocols import Protocol
    from fhgui.evaluation.studies import Study

OF_METHODS = {
    "methods",
    "study",
    "reference",
    "settings",
    "save_images",
    "without",
    "at_once",
    "device",
}
"""Parameters of `benchmark` that a survey has no use for."""


SaveImagesOption = Annotated[
    bool, typer.Option("--save-images", help="Write results, truths and inputs as PNG.")
]
WithoutOption = Annotated[
    str, typer.Option("--without", help="Metrics to leave out, e.g. identity,fsim.")
]
AtOnceOption = Annotated[
    int,
    typer.Option(
        "--at-once", min=1, help="Faces in one go, to keep a GPU busy; last bits may differ."
    ),
]


def benchmark(
    context: typer.Context,
    protocol: Annotated[
        str, typer.Argument(metavar="PROTOCOL", help="e.g. celeba128-x8; or a survey, e.g. clips.")
    ],
    data: Annotated[
        Path, typer.Option("--data", help="Folder, zip or set of high-resolution pictures.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    methods: Annotated[
        str | None, typer.Option("--methods", help="Ids separated by commas, or all.")
    ] = None,
    study: Annotated[
        str | None, typer.Option("--study", help="A shipped study's name, or a YAML file.")
    ] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option("--reference", help="NAME=PATH of released results; repeatable."),
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="METHOD.FIELD=VALUE; repeatable.")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="First N faces.")] = None,
    save_images: SaveImagesOption = False,
    without: WithoutOption = "",
    at_once: AtOnceOption = 1,
    device: console.DeviceOption = "auto",
    threads: console.ThreadsOption = None,
    as_json: console.JsonOption = False,
    progress: Annotated[str, typer.Option("--progress", hidden=True)] = "text",
    force: console.ForceOption = False,
) -> None:
    """Measure methods on a test set: tables, per-image scores, curves and a sample sheet."""
    if _is_survey(protocol, context):
        _survey(protocol, data, out, limit, threads, force, as_json)
        return
    from fhgui.evaluation import protocols
    from fhgui.evaluation.job import Job, carry_out
    from fhgui.methods.devices import resolve_device
    from fhgui.provenance.folder import check_output

    chosen = protocols.protocol(protocol)
    wanted, skip = _wanted(methods, study, reference, settings, chosen)
    check_output(out, force)
    keep_what_is_freed()
    job = Job(
        protocol=chosen,
        data=data,
        candidates=wanted,
        skip_unfit=skip,
        limit=limit,
        save_images=save_images,
        without=_without(without),
        at_once=at_once,
        device=resolve_device(device),
        about=_about(threads),
        **_of_study(study),
    )
    with console.stoppable("the benchmark was stopped and nothing was written", out):
        table = carry_out(job, out, _tell_json if progress == "json" else _tell)
    console.emit(as_json, {**table, "out": str(out)}, partial(_show, out / "table.md"))


def _show(table: Path) -> None:
    print(table.read_text("utf-8"))


def _is_survey(name: str, context: typer.Context) -> bool:
    """Tell whether a name is a survey's, which measures no methods and takes none of their options.

    Raises
    ------
    typer.BadParameter
        If it is, and such options were given.
    """
    from fhgui.evaluation.surveys import SURVEYS

    if name not in SURVEYS:
        return False
    given = _given_of_methods(context)
    if given:
        raise typer.BadParameter(
            f"{name} is a survey, which measures no methods: leave out {', '.join(given)}"
        )
    return True


def _given_of_methods(context: typer.Context) -> list[str]:
    """Return the options given on the command line that only the measuring of methods takes."""
    return [
        parameter.opts[0]
        for parameter in context.command.params
        if parameter.name in OF_METHODS and _is_given(context, parameter.name)
    ]


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _survey(
    name: str,
    data: Path,
    out: Path,
    limit: int | None,
    threads: int | None,
    force: bool,
    as_json: bool,
) -> None:
    """Measure what stands before a method, e.g. how many faces are found."""
    from fhgui.evaluation.surveys import run_survey
    from fhgui.methods.devices import set_threads
    from fhgui.provenance.folder import check_output

    set_threads(threads)
    check_output(out, force)
    with console.stoppable("the survey was stopped and nothing was written", out):
        found = run_survey(name, data, out, limit, console.tell)
    console.emit(as_json, {**found.as_json(), "out": str(out)}, lambda: print(found.as_markdown()))


def _of_study(study: str | None) -> dict[str, Any]:
    """Return what a study says of the job, by the job's fields."""
    from fhgui.evaluation.studies import load_study

    if not study:
        return {}
    loaded = load_study(study)
    return {"title": loaded.title, "measures": loaded.measures}


def _about(threads: int | None) -> dict[str, object]:
    """Set the threads; return what was used for the run's record."""
    from fhgui.methods.devices import set_threads
    from fhgui.provenance.environment import environment, software

    return {
        "software": software(),
        "environment": environment(),
        "threads": set_threads(threads),
    }


def _wanted(
    methods: str | None,
    study: str | None,
    reference: list[str] | None,
    settings: list[str] | None,
    protocol: Protocol,
) -> tuple[tuple[Candidate, ...], bool]:
    """Return what to measure, and whether methods that do not fit are left out."""
    from fhgui.evaluation.candidates import Candidate, every_method

    if methods is not None and study is not None:
        raise typer.BadParameter("--methods and --study exclude each other")
    if not (methods or study or reference):
        raise typer.BadParameter("give --methods, --study or --reference")
    released = tuple(_released(pair) for pair in reference or ())
    if study is not None:
        loaded = _study(study, settings, protocol)
        return (*loaded.rows, *released), loaded.of_group
    named = [name.strip() for name in (methods or "").split(",") if name.strip()]
    skip = "all" in named
    if skip and len(named) > 1:
        raise typer.BadParameter("--methods all stands alone")
    ids = every_method(protocol) if skip else tuple(named)
    chosen = console.parse_method_settings(settings, ids)
    return (*(Candidate(name, name, chosen.get(name, {})) for name in ids), *released), skip


def _study(study: str, settings: list[str] | None, protocol: Protocol) -> Study:
    """Return a study; settings given beside it apply to all rows of their method."""
    from fhgui.evaluation.studies import load_study, with_settings

    loaded = load_study(study)
    if loaded.protocol != protocol.id:
        raise InputError(
            f"the study {loaded.name} is of the protocol {loaded.protocol}, not {protocol.id}",
            hint=f"run: fhgui benchmark {loaded.protocol} --study {study}",
        )
    methods = tuple(row.method or "" for row in loaded.rows)
    return with_settings(loaded, console.parse_method_settings(settings, methods))


def _released(pair: str) -> Candidate:
    from fhgui.evaluation.candidates import Candidate

    name, equals, path = pair.partition("=")
    if not equals or not path:
        raise typer.BadParameter(f"--reference {pair!r} is not NAME=PATH")
    return Candidate(name, pictures=Path(path))


def _without(text: str) -> frozenset[str]:
    from fhgui.evaluation.protocols import ALL_METRICS

    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    unknown = sorted(names - set(ALL_METRICS))
    if unknown:
        raise InputError(
            f"there is no metric {', '.join(unknown)}",
            hint=f"metrics are {', '.join(ALL_METRICS)}",
        )
    return names


def _tell_json(event: Event) -> None:
    console.tell(json.dumps(event.as_json(), ensure_ascii=False, allow_nan=False))


def _tell(event: Event) -> None:
    from fhgui.evaluation.events import sentence

    said = sentence(event)
    if said:
        console.tell(said)
