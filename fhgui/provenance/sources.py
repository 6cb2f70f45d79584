"""Whether a record's result is from exemplars that can be told, by the record alone."""

from __future__ import annotations

from fhgui.core.contributions import Traced
from fhgui.core.record import Outcome, Record
from fhgui.methods import registry

NO_DETAIL = "there is no detail layer here: the run used the network alone, and no gallery"
NO_PHOTOGRAPHS = (
    "fhgui comes without a gallery, and so without any person's photograph; one of your own is "
    "built by “fhgui gallery build”, and used where the setting “detail” is on"
)


def why_untold(record: Record) -> str:
    """Return why nobody can be told to have contributed, in words; empty if somebody can."""
    if record.outcome is not Outcome.COMPLETED:
        return "there is no result: the run did not complete"
    if record.method not in registry.method_ids():
        return f"this version of fhgui has no method {record.method}"
    info = registry.info(record.method)
    if not info.tells_sources:
        return f"{info.title} does not tell which exemplars its results are from"
    if not record.gallery:
        return f"{NO_DETAIL}; {NO_PHOTOGRAPHS}"
    return ""


def whose_words(traced: Traced) -> str:
    """Return whether exemplars are photographs of people, in one sentence."""
    count = len(traced.contributions.names)
    if traced.least_members > 1:
        return (
            f"{count} exemplars, each the mean of at least {traced.least_members} faces: none is a "
            "person's photograph."
        )
    return f"{count} exemplars, each one person's photograph."


def again_words(traced: Traced) -> str:
    """Return how the result made again compares to the recorded one, in one sentence."""
    if traced.gap == 0:
        return "Made again with the files of the record: bit for bit the recorded result."
    return (
        f"Made again with the files of the record: up to {traced.gap} grey level off the recorded "
        "result, as on another machine; windows may differ here and there."
    )
