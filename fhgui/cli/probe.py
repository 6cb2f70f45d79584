"""``fhgui probe``: what a file is, before anything is done with it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer

from fhgui.cli.console import FrameOption, JsonOption, emit
from fhgui.cli.wear import show_wear, wear_of
from fhgui.evidence.hashing import sha256_file
from fhgui.evidence.source import open_source


def probe(
    file: Annotated[Path, typer.Argument(help="Picture or video.")],
    frame: FrameOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Show a file's SHA-256, container, codec, frames, size, rate, time base and metadata.

    Of one frame also what can be told about noise, compression, fields and enlarging.
    """
    with open_source(file) as source:
        facts: dict[str, Any] = dataclasses.asdict(source.info)
        wear = wear_of(source, frame)
    facts["metadata"] = dict(facts["metadata"])
    payload = {"path": str(file.absolute()), "sha256": sha256_file(file), **facts, "wear": wear}
    emit(as_json, payload, lambda: _show(payload))


def _show(payload: dict[str, Any]) -> None:
    for name, value in payload.items():
        if name == "wear":
            show_wear(value)
        elif isinstance(value, dict):
            for key, text in value.items():
                print(f"{name + '.' + key:<24} {text}")
        elif isinstance(value, list | tuple):
            for text in value:
                print(f"{name:<24} {text}")
        else:
            print(f"{name:<24} {'unknown' if value is None else value}")
