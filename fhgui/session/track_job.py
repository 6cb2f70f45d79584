"""The worker's job of following faces through a film."""

from __future__ import annotations

from collections.abc import Callable

from fhgui.session import messages as m

SMALLEST_PX = 24.0
"""Smaller faces are found by a search of the single frame; here they would cost minutes."""


def follow_faces(
    command: m.TrackFaces, send: Callable[[m.Event], None], stop: Callable[[], None]
) -> None:
    """Answer with one `FacesSeen` a searched frame, `Progress`, and `FacesTracked` at the end.

    Parameters
    ----------
    send : takes the events.
    stop : raises when the job was cancelled.
    """
    from fhgui.alignment import tracks
    from fhgui.alignment.detection import find_faces
    from fhgui.core.errors import EvidenceError
    from fhgui.core.track import Sighting
    from fhgui.evidence.source import open_source

    follower = tracks.Follower()
    indices = tracks.frames_to_search(command.first, command.last, command.rate_fps)
    with open_source(command.path) as source:
        for done, index in enumerate(indices):
            stop()
            send(m.Progress(command.job, done, len(indices), f"frame {index}"))
            try:
                pixels = source.frame(index).pixels
            except EvidenceError:  # damaged: the film goes on behind it
                continue
            faces = find_faces(pixels, smallest_px=SMALLEST_PX)
            follower.take([Sighting(index, f, tracks.judged(pixels, f)) for f in faces])
            send(m.FacesSeen(command.job, index, faces))
        ranked = tracks.scored(follower.tracks())
        pictures = []
        for sightings in ranked:
            stop()
            best = tracks.best_of(sightings)
            pictures.append(tracks.cut_out(source.frame(best.frame_index).pixels, best.face.box))
    send(m.FacesTracked(command.job, tracks.as_tracks(ranked, pictures)))
