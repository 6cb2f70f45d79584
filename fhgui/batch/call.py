"""One call of a batch from its first file to its summary."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fhgui.batch import storing
from fhgui.batch.costs import Costs
from fhgui.batch.crew import crew
from fhgui.batch.ledger import LOCK, Ledger
from fhgui.batch.listing import LEDGER, list_files
from fhgui.batch.order import Order, check
from fhgui.batch.summary import Summary, summed, write_summary
from fhgui.batch.work import Batch, Tell, carry_out
from fhgui.core.errors import FhguiError, InputError, OutputError
from fhgui.provenance import durable

SCRATCH = ".work"

_SHARD = re.compile("[0-9a-f]{2}")


def run_batch(
    order: Order, folder: Path, out: Path, workers: int, scheduler: str | None, tell: Tell
) -> Summary:
    """Do what is not yet done and write the summary, also of work that was stopped.

    Parameters
    ----------
    folder, out : of evidence and results; with a scheduler the same paths on every machine.
    workers, scheduler : see `fhgui.batch.crew.crew`.
    tell : takes progress, one line at a time.

    Raises
    ------
    InputError
        The order or the folders make no sense, or there is no scheduler.
    OutputError
        The results cannot be written; what is finished stays.
    FhguiError
        The workers cannot work.
    """
    check(order)
    folder, out = folder.absolute(), out.absolute()
    _check_folders(folder, out)
    names, began_s, costs = list_files(folder, out, tell), time.monotonic(), Costs()
    tell(f"{len(names)} files")
    with Ledger.opened(out) as ledger:
        at_work = workers

        def summary(finished: bool) -> Summary:
            found = summed(
                ledger,
                finished=finished,
                files=len(names),
                workers=at_work,
                wall_s=time.monotonic() - began_s,
                costs=tuple(costs.means()),
            )
            write_summary(out, order, found, ledger)
            return found

        storing.remove_unfinished(out, durable.STALE_S)
        try:
            with _scratch(out) as scratch, crew(workers, scheduler, scratch) as hands:
                at_work = hands.workers
                tell(f"{at_work} workers")
                carry_out(Batch(order, folder, out, hands, ledger, tell), names, costs)
        except BaseException:
            with suppress(FhguiError):
                summary(finished=False)
            raise
        storing.remove_unfinished(out)
        storing.force_to_disk()
        return summary(finished=True)


def _check_folders(folder: Path, out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise OutputError("is a file, not a folder", path=out, hint="choose another --out")
    if out.resolve() in (folder.resolve(), *folder.resolve().parents):
        raise InputError(
            "holds the evidence", path=out, hint="choose a folder of its own for the results"
        )
    with durable.writing(out):
        foreign = out.exists() and not _is_free(out)
    if foreign:
        raise OutputError(
            "holds other things than the results of a batch",
            path=out,
            hint="choose an empty folder, or that of the batch which is to go on",
        )


def _is_free(out: Path) -> bool:
    """Tell whether a folder is empty or that of a batch, in whatever state it was killed.

    The lock is made first and then the ledger, which may have been deleted since, both before all
    else; where a lock is taken away again, results are left.
    """
    names = {path.name for path in out.iterdir()}
    if names & {LEDGER, LOCK} or _are_results(out / storing.RESULTS):
        return True
    return SCRATCH not in names and all(name.startswith(".") for name in names)


def _are_results(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    names = [path.name for path in folder.iterdir() if not path.name.startswith(".")]
    return bool(names) and all(_SHARD.fullmatch(name) for name in names)


@contextmanager
def _scratch(out: Path) -> Iterator[Path]:
    """Give the workers a folder that is gone afterwards, also one that a kill left behind."""
    path = out / SCRATCH
    shutil.rmtree(path, ignore_errors=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
