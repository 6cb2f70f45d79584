"""The worker follows faces: what it tells on the way, and how soon it stops."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fhgui.alignment import following
from fhgui.alignment.templates import template
from fhgui.core.errors import CancelledError
from fhgui.core.face import Box, DetectedFace
from fhgui.session import messages as m
from fhgui.session.track_job import follow_faces
from tests.helpers.media import write_video

LAST = 20


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> m.TrackFaces:
    points = template("celeba128").points * 0.2 + [30, 15]
    face = DetectedFace(Box(32, 18, 24, 24), 0.8, np.asarray(points))
    monkeypatch.setattr(following, "find_faces", lambda *_, **__: (face,))
    return m.TrackFaces(7, write_video(tmp_path / "film.mp4", LAST + 1), 4, LAST, 25.0)


def test_every_searched_frame_is_told_then_the_tracks(command: m.TrackFaces) -> None:
    sent: list[m.Event] = []
    follow_faces(command, sent.append, lambda: None)
    seen = [e for e in sent if isinstance(e, m.FacesSeen)]
    progress = [e for e in sent if isinstance(e, m.Progress)]
    assert seen[0].frame_index == 4
    assert [(p.done, p.total) for p in progress] == [
        (n, len(seen)) for n in range(1, len(seen) + 1)
    ]
    end = sent[-1]
    assert isinstance(end, m.FacesTracked)
    assert {e.job for e in sent if isinstance(e, m.FacesSeen | m.Progress)} == {7}
    assert (end.tracks[0].first, end.tracks[0].last) == (4, LAST)


def test_it_stops_at_the_next_frame_not_at_the_next_search(command: m.TrackFaces) -> None:
    sent: list[m.Event] = []
    asked = 0

    def stop() -> None:
        nonlocal asked
        asked += 1
        if asked == 4:
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        follow_faces(command, sent.append, stop)
    assert sum(isinstance(e, m.FacesSeen) for e in sent) <= 3
    assert not any(isinstance(e, m.FacesTracked) for e in sent)
