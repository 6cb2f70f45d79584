"""A benchmark as a process: its order and its command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fhgui import paths


@dataclass(frozen=True)
class BenchmarkOrder:
    """What was asked to be measured.

    Parameters
    ----------
    protocol : id of a named protocol.
    methods : ids; empty for a benchmark that was made elsewhere and only opened here.
    data : folder, zip or set of the high-resolution pictures.
    out : folder of the results.
    limit : the first so many faces; None for all.
    device : ``auto``, ``cpu`` or ``cuda``.
    """

    protocol: str
    methods: tuple[str, ...]
    data: Path
    out: Path
    limit: int | None = None
    device: str = "auto"


def benchmark_command(order: BenchmarkOrder) -> list[str]:
    """Return the command line of a benchmark; its stderr tells events as lines of JSON."""
    command = [*paths.program(), "benchmark", order.protocol]
    command += ["--methods", ",".join(order.methods), "--data", str(order.data)]
    command += ["--out", str(order.out), "--device", order.device]
    if order.limit is not None:
        command += ["--limit", str(order.limit)]
    return [*command, "--save-images", "--progress", "json"]
