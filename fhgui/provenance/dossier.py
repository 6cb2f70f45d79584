"""Gathers what an export says from a case or from the folder of one run."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fhgui.core.dossier import (
    Commission,
    CustodySummary,
    Dossier,
    Exhibit,
    Laboratory,
    Paper,
)
from fhgui.core.errors import CancelledError, FhguiError, RecordError
from fhgui.core.record import Outcome, Record
from fhgui.provenance.annotations import annotations_in, on_run
from fhgui.provenance.case_file import (
    LOG_FILE,
    filed_record,
    filed_runs,
    is_case,
    read_case_file,
    refuse_link,
)
from fhgui.provenance.comparing import compare_faces
from fhgui.provenance.custody import custody_summary, read_log
from fhgui.provenance.draft import now_utc
from fhgui.provenance.environment import software
from fhgui.provenance.exhibits import ExhibitMaker
from fhgui.provenance.originals import Originals
from fhgui.provenance.records import read_record

OnProgress = Callable[[int, int, str], None]
"""Called with how much is done, of how much, and what; may raise to stop."""

REPEAT_FOR_S = 20.0
"""Seconds that an export may repeat runs for, to see what hangs on landmarks and seeds."""


@dataclass(frozen=True)
class Wishes:
    """What the examiner wishes a dossier to be.

    Parameters
    ----------
    laboratory, commission : printed in the report.
    paper : of the PDF.
    labelled : whether exported pictures carry the burned-in label.
    source : the original of a single record, if it is no longer where the record says.
    repeat_for_s : see `compare_faces`; 0 leaves jitter and seeds out.
    """

    laboratory: Laboratory = field(default_factory=Laboratory)
    commission: Commission = field(default_factory=Commission)
    paper: Paper = Paper.A4
    labelled: bool = True
    source: Path | None = None
    repeat_for_s: float = REPEAT_FOR_S


@dataclass(frozen=True)
class Gathered:
    """A dossier and the case that it is about.

    Parameters
    ----------
    log : the custody log that the dossier vouches for; None outside a case.
    case_id, case_title : of the case; None outside one.
    """

    dossier: Dossier
    log: bytes | None = None
    case_id: str | None = None
    case_title: str | None = None


def gather(path: Path, wishes: Wishes, on_progress: OnProgress) -> Gathered:
    """Gather the dossier of a case, a run's folder or a ``record.json``.

    Raises
    ------
    RecordError
        If it is none of these, or there is nothing in it that can be exported.
    """
    return (of_case if is_case(path) else of_record)(path, wishes, on_progress)


def of_record(path: Path, wishes: Wishes, on_progress: OnProgress) -> Gathered:
    """Gather the dossier of one run.

    Parameters
    ----------
    path : ``record.json`` or the folder that holds it.
    """
    return of_records([path], wishes, on_progress)


def of_records(paths: Sequence[Path], wishes: Wishes, on_progress: OnProgress) -> Gathered:
    """Gather the dossier of completed runs outside a case; see `of_record`."""
    maker = ExhibitMaker(Originals(wishes.source))
    exhibits = []
    for number, path in enumerate(paths, start=1):
        file = path / "record.json" if path.is_dir() else path
        record = read_record(file)
        if record.outcome is not Outcome.COMPLETED:
            raise RecordError(
                f"is of a run that {_ended(record)}: there is no result to export",
                path=file,
                hint="run the method again; a case's report also lists such runs",
            )
        on_progress(number - 1, len(paths), f"gathering {record.method}")
        exhibits.append(maker.make(number, record, file.parent))
    return _gathered(wishes, maker, exhibits, [], on_progress)


def of_case(path: Path, wishes: Wishes, on_progress: OnProgress) -> Gathered:
    """Gather the dossier of all runs of a case."""
    case = read_case_file(path)
    filed = filed_runs(path)
    maker = ExhibitMaker(Originals(wishes.source))
    exhibits: list[Exhibit] = []
    others: list[Record] = []
    annotations = annotations_in(case.desk)
    for done, run in enumerate(filed):
        record = filed_record(run)
        on_progress(done, len(filed), f"gathering {run.name}")
        if record.outcome is not Outcome.COMPLETED:
            others.append(record)
            continue
        try:
            refuse_link(run.folder)
            exhibit = maker.make(len(exhibits) + 1, record, run.folder)
            pointed = on_run(annotations, record.id)
            exhibits.append(dataclasses.replace(exhibit, annotations=pointed))
        except CancelledError:
            raise
        except FhguiError as error:
            maker.warnings.append(f"{run.name} is not shown: {error.sentence()}")
            others.append(record)
    if not exhibits:
        why = f" ({maker.warnings[0]})" if maker.warnings else ""
        raise RecordError(
            f"holds no completed run that can be exported{why}",
            path=path,
            hint="run a method on a face first",
        )
    log = path / LOG_FILE
    refuse_link(log)
    data = read_log(log)  # once: what is told of the log is told of the bytes that are exported
    summary = custody_summary(log, case.log, data)
    found = _gathered(wishes, maker, exhibits, others, on_progress, summary)
    return dataclasses.replace(found, log=data, case_id=case.id, case_title=case.title)


def _gathered(
    wishes: Wishes,
    maker: ExhibitMaker,
    exhibits: Sequence[Exhibit],
    others: Sequence[Record],
    on_progress: OnProgress,
    custody: CustodySummary | None = None,
) -> Gathered:
    total = len(exhibits)
    comparisons = compare_faces(
        exhibits,
        maker.originals,
        wishes.repeat_for_s,
        lambda: on_progress(total, total, "weighing doubts"),
    )
    made_utc = now_utc()
    commission = wishes.commission
    if not commission.issued_utc:
        commission = dataclasses.replace(commission, issued_utc=made_utc)
    dossier = Dossier(
        id=str(uuid.uuid4()),
        laboratory=wishes.laboratory,
        commission=commission,
        exhibits=tuple(exhibits),
        other_records=tuple(others),
        comparisons=comparisons,
        custody=custody,
        paper=wishes.paper,
        labelled=wishes.labelled,
        made_utc=made_utc,
        software=software(),
        warnings=tuple(dict.fromkeys(maker.warnings)),
    )
    return Gathered(dossier)


def _ended(record: Record) -> str:
    return "failed" if record.outcome is Outcome.FAILED else "was cancelled"
