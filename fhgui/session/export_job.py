"""Carries out an export in the worker: what was chosen becomes an order, keys are opened here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from fhgui.provenance.dossier import Wishes
from fhgui.provenance.export import Exported, Order, export
from fhgui.provenance.keys import Signer
from fhgui.provenance.laboratory import logo_png

if TYPE_CHECKING:
    from fhgui.provenance.case import Case
    from fhgui.session.exporting import ExportChoices


def carry_out(
    choices: ExportChoices, case: Case, tell: Callable[[int, int, str], None]
) -> Exported:
    """Export an open case; see `fhgui.provenance.export.export` for what it raises."""
    laboratory = choices.laboratory
    if choices.logo is not None:
        laboratory = replace(laboratory, logo_png=logo_png(choices.logo))
    wishes = Wishes(
        laboratory,
        choices.commission,
        choices.paper,
        choices.labelled,
        repeat_for_s=choices.repeat_for_s,
    )
    order = Order(case.path, choices.out, wishes, _signer(choices), choices.force)
    return export(order, tell, case)


def _signer(choices: ExportChoices) -> Signer | None:
    if choices.certificate is None or choices.key is None:
        return None
    return Signer.load(choices.certificate, choices.key, choices.passphrase or None)
