"""Worker processes that misbehave in known ways."""

import os
import time
from multiprocessing.connection import Connection

from fhgui.session import messages as m
from fhgui.session import point_jobs as pj
from fhgui.session.pulse import Pulse

MORE_THAN_A_PIPE_HOLDS = 2_000_000


def obedient(connection: Connection) -> None:
    """Answer every job with progress; stop at `Cancel`; die on `Warm`; hang on `FindFaces`."""
    connection.send(m.WorkerReady(0, os.getpid()))
    while not isinstance(command := connection.recv(), m.Quit):
        if isinstance(command, m.Cancel):
            continue
        connection.send(m.Started(command.job))
        if isinstance(command, m.Warm):
            os._exit(9)
        if isinstance(command, m.FindFaces):
            time.sleep(60)
        if isinstance(command, m.CompareFace | pj.CarryPoints) and _cancelled(connection):
            connection.send(m.Cancelled(command.job))
        connection.send(m.Done(command.job))


def _cancelled(connection: Connection) -> bool:
    """Wait for a `Cancel` as a method does between stages."""
    for _ in range(200):
        if connection.poll(0.02) and isinstance(connection.recv(), m.Cancel):
            return True
    return False


def talkative(connection: Connection) -> None:
    """Answer every job with more than a pipe holds, and take the next one only then."""
    connection.send(m.WorkerReady(0, os.getpid()))
    while not isinstance(command := connection.recv(), m.Quit):
        connection.send(m.Progress(command.job, 1, 1, "x" * MORE_THAN_A_PIPE_HOLDS))
        connection.send(m.Done(command.job))


def beating(connection: Connection) -> None:
    """Beat while jobs take longer than anybody waits for a silent worker."""
    connection.send(m.WorkerReady(0, os.getpid()))
    pulse = Pulse(connection.send, every_s=0.1)
    pulse.start()
    while not isinstance(command := connection.recv(), m.Quit):
        time.sleep(2)
        connection.send(m.Done(command.job))
    pulse.stop()


def dozing(connection: Connection) -> None:
    """Say nothing for twice as long as is waited for a word, then go on."""
    connection.send(m.WorkerReady(0, os.getpid()))
    while not isinstance(command := connection.recv(), m.Quit):
        time.sleep(0.8)
        connection.send(m.Done(command.job))


def stillborn(connection: Connection) -> None:
    """Die before saying a word."""
    connection.close()
    os._exit(3)
