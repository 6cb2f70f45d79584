"""A signing key of one's own: asked for in the window, made by the worker, never shown to a log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from psygnal import Signal

from fhgui.session import messages as m

if TYPE_CHECKING:  # the worker imports this module and needs no bench
    from fhgui.session.bench import Bench


@dataclass(frozen=True)
class MakeKey(m.BesideCommand):
    """Make a key and its self-made certificate in the folder ``path``.

    Parameters
    ----------
    name, organisation : who signs, and for whom, as the certificate will say.
    passphrase : encrypts the key's file.
    """

    name: str
    organisation: str
    passphrase: str = field(repr=False)


@dataclass(frozen=True)
class KeyMade(m.Event):
    """Where certificate and key are, and what the certificate says, in one clause."""

    certificate: Path
    key: Path
    words: str


def make(command: MakeKey, tell: Callable[[m.Event], None]) -> None:
    """Make the key, and sign nothing with it yet."""
    from fhgui.provenance.keys import Signer, make_key

    certificate, key = make_key(
        command.path, command.name, command.passphrase, command.organisation
    )
    words = Signer.load(certificate, key, command.passphrase).words
    tell(KeyMade(command.job, certificate, key, words))


class KeyMaking:
    """Asks the worker for a key.

    Notes
    -----
    Signals: ``made`` (certificate, key, what the certificate says), ``failed`` (why not).
    """

    made = Signal(Path, Path, str)
    failed = Signal(str)

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def want(self, folder: Path, name: str, organisation: str, passphrase: str) -> None:
        """Have a key made in a folder."""
        ask = self._bench.ask
        ask(lambda job: MakeKey(job, folder.absolute(), name, organisation, passphrase))

    def take(self, event: m.Event, command: m.Command) -> None:
        """Take in what the worker says of it."""
        if isinstance(event, KeyMade):
            self._bench.note(f"a signing key was made in {event.key.parent}")
            self.made.emit(event.certificate, event.key, event.words)
        elif isinstance(event, m.Failed) and isinstance(command, MakeKey):
            self.failed.emit(event.sentence)
