"""Errors are one sentence and survive a process border."""

import pickle

from hypothesis import given
from hypothesis import strategies as st

from fhgui.core.errors import EvidenceError, FhguiError


@given(what=st.text(min_size=1), hint=st.text(), path=st.text())
def test_sentence_is_one_line(what: str, hint: str, path: str) -> None:
    sentence = FhguiError(what, path=path, hint=hint).sentence()
    assert len(sentence.splitlines()) <= 1


def test_sentence_names_file_and_remedy() -> None:
    error = EvidenceError("is empty", path="a/b.jpg", hint="copy it again")
    assert str(error) == "a/b.jpg: is empty; copy it again"


def test_survives_pickling() -> None:
    error = EvidenceError("is empty", path="b.jpg", hint="copy it again")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is EvidenceError
    assert (copy.what, copy.path, copy.hint) == (error.what, error.path, error.hint)
