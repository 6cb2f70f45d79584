"""Workers that somebody else started, on other machines as it were: over TLS, in other folders."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from distributed.security import Security

from tests.helpers.batches import PATIENCE_S, Call, aligned_folder, summary

FACES = 6


def test_a_scheduler_with_certificates_gives_the_same_pixels(tmp_path: Path) -> None:
    folder = aligned_folder(tmp_path / "in", FACES)
    files = certificates(tmp_path)
    port = free_port()
    address = f"tls://127.0.0.1:{port}"
    with ExitStack() as opened:
        here = ("scheduler", "--host", "tls://127.0.0.1", "--port", str(port))
        opened.enter_context(dask(tmp_path / "scheduler", files, *here))
        wait_for(port)
        for number in "12":
            there = ("worker", address, "--nthreads", "1", "--no-nanny")
            opened.enter_context(dask(tmp_path / number, files, *there))
        more = ("--methods", "bicubic", "--aligned", "--scheduler", address)
        call = Call(folder, tmp_path / "out", more, {**os.environ, **client_settings(files)})
        code, _, told = call.ended()
    assert code == 0, told
    assert "run programs as its user" not in told  # it is a closed wire
    shared = summary(tmp_path / "out")
    assert (shared["done"], shared["failed"]) == (FACES, 0)
    alone = Call(
        folder, tmp_path / "alone", ("--methods", "bicubic", "--aligned", "--workers", "1")
    )
    assert alone.ended()[0] == 0
    assert shared["results_sha256"] == summary(tmp_path / "alone")["results_sha256"]


def test_certificates_of_another_authority_are_told_of(tmp_path: Path) -> None:
    theirs, ours = certificates(tmp_path / "theirs"), certificates(tmp_path / "ours")
    port = free_port()
    address = f"tls://127.0.0.1:{port}"
    here = ("scheduler", "--host", "tls://127.0.0.1", "--port", str(port))
    with dask(tmp_path / "scheduler", theirs, *here):
        wait_for(port)
        more = ("--methods", "bicubic", "--aligned", "--scheduler", address)
        folder = aligned_folder(tmp_path / "in", 1)
        call = Call(folder, tmp_path / "out", more, {**os.environ, **client_settings(ours)})
        code, _, told = call.ended()
    assert code == 1, told
    assert "do not accept each other's certificates" in told


def certificates(folder: Path) -> dict[str, Path]:
    """Return the files of one certificate that everybody has."""
    folder.mkdir(exist_ok=True)
    made = Security.temporary()
    files = {"ca-file": "tls_ca_file", "cert": "tls_client_cert", "key": "tls_client_key"}
    for option, name in files.items():
        (folder / option).write_text(str(getattr(made, name)), "ascii")
    return {option: folder / option for option in files}


def client_settings(files: dict[str, Path]) -> dict[str, str]:
    tls = "DASK_DISTRIBUTED__COMM__TLS__"
    return {
        f"{tls}CA_FILE": str(files["ca-file"]),
        f"{tls}CLIENT__CERT": str(files["cert"]),
        f"{tls}CLIENT__KEY": str(files["key"]),
    }


@contextmanager
def dask(folder: Path, files: dict[str, Path], *words: str) -> Iterator[None]:
    """Run one of dask's programs in a folder of its own."""
    folder.mkdir()
    keys = [word for name, file in files.items() for word in (f"--tls-{name}", str(file))]
    command = [sys.executable, "-m", "dask", *words, "--no-dashboard", *keys]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
