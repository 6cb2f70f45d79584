"""The completed runs of a case by what went into them; see `provenance.reuse`."""

from __future__ import annotations

from fhgui.core.errors import RecordError
from fhgui.core.record import Outcome
from fhgui.provenance.case import Case
from fhgui.provenance.case_file import Filed, filed_record
from fhgui.provenance.reuse import content_key
from fhgui.provenance.run import Run
from fhgui.provenance.stored import stored_run


class Shelf:
    """The completed runs of a case by content.

    Parameters
    ----------
    case : looked through when first asked, and then for what was filed since.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self._seen: set[str] = set()
        self._filed: dict[str, Filed] = {}

    def recall(self, key: str) -> Run | None:
        """Return the run with a content key; its pictures are compared with its record.

        None if there is none, its pictures are damaged, or the case cannot be read now.
        """
        try:
            self._look()
            filed = self._filed.get(key)
            return None if filed is None else stored_run(filed_record(filed), filed.folder)
        except (RecordError, OSError):  # damaged or its drive is gone: the run is made anew
            return None

    def _look(self) -> None:
        for filed in self.case.runs:
            if filed.name not in self._seen:
                self._seen.add(filed.name)
                self._keep(filed)

    def _keep(self, filed: Filed) -> None:
        try:
            record = filed_record(filed)
        except RecordError:
            return
        if record.outcome is Outcome.COMPLETED and record.stages and not record.reused:
            self._filed[content_key(record)] = filed
