"""The worker's job of following faces through a film."""

from __future__ import annotations

from collections.abc import Callable

from fhgui.session import messages as m


def follow_faces(
    command: m.TrackFaces, send: Callable[[m.Event], None], stop: Callable[[], None]
) -> None:
    """Answer with one `FacesSeen` a searched frame, `Progress`, and `FacesTracked` at the end.

    Parameters
    ----------
    send : takes the events.
    stop : raises when the job was cancelled.
    """
    from fhgui.alignment.following import Searched, follow
    from fhgui.core.arrays import Pixels
    from fhgui.evidence.source import open_source

    with open_source(command.path, command.fields) as source:

        def frame_at(index: int) -> Pixels:
            stop()  # asked of every frame that the flow goes through
            return source.frame(index).pixels

        for step in follow(frame_at, command.first, command.last, command.rate_fps):
            if isinstance(step, Searched):
                told = f"frame {step.frame_index}"
                send(m.FacesSeen(command.job, step.frame_index, step.faces))
                send(m.Progress(command.job, step.done, step.total, told))
            else:
                send(m.FacesTracked(command.job, step.tracks))
