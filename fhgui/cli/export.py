"""``fhgui export``: report, pictures with credentials, JSON-LD and records of a case or a run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fhgui.cli import console
from fhgui.core.dossier import Commission, Laboratory, Paper
from fhgui.core.errors import SigningError
from fhgui.core.text import visible

if TYPE_CHECKING:
    from fhgui.provenance.export import Exported, Order
    from fhgui.provenance.keys import Signer


def export(
    path: Annotated[Path | None, typer.Argument(help="Case, result folder or record.json.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the export.")] = None,
    sign: Annotated[
        Path | None, typer.Option("--sign", help="Certificate (PEM or DER) to sign with.")
    ] = None,
    key: Annotated[Path | None, typer.Option("--key", help="Its private key.")] = None,
    passphrase_file: Annotated[
        Path | None,
        typer.Option("--passphrase-file", help="File whose first line is the key's passphrase."),
    ] = None,
    make_key: Annotated[
        Path | None,
        typer.Option("--make-key", help="Make a key and certificate of your own in this folder."),
    ] = None,
    laboratory: Annotated[
        Path | None,
        typer.Option("--laboratory", help="YAML: name, address, logo, examiner, request, …"),
    ] = None,
    paper: Annotated[Paper, typer.Option("--paper", help="Size of the report's pages.")] = Paper.A4,
    no_label: Annotated[
        bool,
        typer.Option(
            "--no-label", help="Leave the burned-in label out; report, manifest and log say so."
        ),
    ] = False,
    source: Annotated[
        Path | None, typer.Option("--source", help="The original file, if it has moved.")
    ] = None,
    repeat_for: Annotated[
        float,
        typer.Option(
            "--repeat-for",
            min=0,
            help="Seconds to repeat runs with moved landmarks and other seeds; 0: not at all.",
        ),
    ] = 20.0,
    force: console.ForceOption = False,
    as_json: console.JsonOption = False,
) -> None:
    """Export a case or a run: report, credentialed pictures, JSON-LD, records, manifest."""
    _check_usage(sign, key, make_key, complete=path is not None and out is not None)
    lab, commission = _laboratory(laboratory)
    passphrase: str | None = None
    if make_key is not None:
        owner = commission.examiner or lab.name or "fhgui examiner"
        sign, key, passphrase = _make_key(make_key, owner, lab.name, passphrase_file)
    elif key is not None:
        passphrase = _passphrase_of(key, passphrase_file)
    if path is None or out is None:  # a key was all that was wanted
        made = [str(sign), str(key)]
        console.emit(as_json, {"files": made}, lambda: print(*made, sep="\n"))
        return
    from fhgui.provenance.dossier import Wishes
    from fhgui.provenance.export import Order

    wishes = Wishes(lab, commission, paper, not no_label, source, repeat_for)
    signer = None if sign is None or key is None else _signer(sign, key, passphrase)
    done = _carry_out(Order(path, out, wishes, signer, force))
    console.emit(as_json, _payload(done), lambda: print(*done.files, sep="\n"))


def _check_usage(
    sign: Path | None, key: Path | None, make_key: Path | None, *, complete: bool
) -> None:
    if (sign is None) != (key is None):
        raise typer.BadParameter("give --sign CERT and --key KEY together")
    if make_key is not None and sign is not None:
        raise typer.BadParameter("give either --make-key or --sign and --key")
    if not complete and make_key is None:
        raise typer.BadParameter("give CASE or RECORD, and --out DIR")


def _payload(done: Exported) -> dict[str, Any]:
    return {
        "folder": str(done.folder),
        "files": [str(file) for file in done.files],
        "dossier": done.dossier_id,
        "manifest_sha256": done.manifest_sha256,
        "warnings": list(done.warnings),
    }


def _carry_out(order: Order) -> Exported:
    from fhgui.provenance.export import export as carry_out

    told = ""

    def tell(done: int, total: int, text: str) -> None:
        nonlocal told
        line = f"{done}/{total} {text}"
        if line != told:
            console.tell(visible(line))
        told = line

    exported = carry_out(order, tell)
    for warning in exported.warnings:
        console.tell(visible(f"warning: {warning}"))
    return exported


def _laboratory(path: Path | None) -> tuple[Laboratory, Commission]:
    if path is None:
        return Laboratory(), Commission()
    from fhgui.provenance.laboratory import read_laboratory

    return read_laboratory(path)


def _signer(certificate: Path, key: Path, passphrase: str | None) -> Signer:
    from fhgui.provenance.keys import Signer

    return Signer.load(certificate, key, passphrase)


def _make_key(
    folder: Path, owner: str, organisation: str, passphrase_file: Path | None
) -> tuple[Path, Path, str]:
    from fhgui.provenance.keys import make_key

    passphrase = _passphrase(passphrase_file, confirm=True)
    certificate, key = make_key(folder, owner, passphrase, organisation)
    console.tell(f"made {certificate} and {key}")
    return certificate, key, passphrase


def _passphrase_of(key: Path, passphrase_file: Path | None) -> str | None:
    """Return a key's passphrase; None for a key that needs none or cannot be read."""
    try:
        encrypted = b"ENCRYPTED" in key.read_bytes()
    except OSError:
        return None
    asked = passphrase_file is not None or (encrypted and sys.stdin.isatty())
    return _passphrase(passphrase_file, confirm=False) if asked else None


def _passphrase(file: Path | None, confirm: bool) -> str:
    """Return the passphrase from a file, or ask for it on a terminal; never on the command line."""
    if file is not None:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise SigningError(
                "the passphrase cannot be read", path=file, hint="give a text file"
            ) from error
        return lines[0] if lines else ""
    if not sys.stdin.isatty():
        raise SigningError(
            "the key needs a passphrase", hint="give it in a file with --passphrase-file FILE"
        )
    answer: str = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True)
    return answer
