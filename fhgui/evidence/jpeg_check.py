"""A second opinion on JPEG files: libjpeg fills what is missing with gray and says nothing."""

from __future__ import annotations

import av


def is_sound(data: bytes) -> bool:
    """Tell whether FFmpeg's strict decoder finds nothing wrong with a JPEG file.

    A file of a kind that FFmpeg does not know is taken to be sound.
    """
    decoder = av.CodecContext.create("mjpeg", "r")
    decoder.options = {"err_detect": "explode"}
    decoder.thread_count = 1
    try:
        decoder.decode(av.Packet(data))
        decoder.decode(None)
    except av.InvalidDataError:
        return False
    except av.FFmpegError:
        return True
    return True
