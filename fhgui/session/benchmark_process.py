"""A benchmark as a process: its order and its command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

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
    study : name or file of a study, whose rows are measured instead of methods; empty for none.
    released : (name, folder or zip) of released result pictures that are measured as well.
    settings : (method, field, value) of what differs from the defaults.
    threads : processor threads; None for the number of cores.
    """

    protocol: str
    methods: tuple[str, ...]
    data: Path
    out: Path
    limit: int | None = None
    device: str = "auto"
    study: str = ""
    released: tuple[tuple[str, Path], ...] = ()
    settings: tuple[tuple[str, str, object], ...] = ()
    threads: int | None = None

    @property
    def measures_something(self) -> bool:
        """Whether there is any row to measure."""
        return bool(self.methods or self.study or self.released)


def benchmark_command(order: BenchmarkOrder) -> list[str]:
    """Return the command line of a benchmark; its stderr tells events as lines of JSON."""
    command = [*paths.program(), "benchmark", order.protocol]
    if order.study:
        command += ["--study", order.study]
    elif order.methods:
        command += ["--methods", ",".join(order.methods)]
    for name, path in order.released:
        command += ["--reference", f"{name}={path}"]
    for method, field, value in order.settings:
        command += ["--set", f"{method}.{field}={_written(value)}"]
    command += ["--data", str(order.data), "--out", str(order.out), "--device", order.device]
    if order.threads is not None:
        command += ["--threads", str(order.threads)]
    if order.limit is not None:
        command += ["--limit", str(order.limit)]
    return [*command, "--save-images", "--progress", "json"]


def _written(value: object) -> str:
    """Return a setting as the command line reads it; 1e-05 would be a text there."""
    text: str = yaml.safe_dump(value, default_flow_style=True, width=1_000_000)
    return text.removesuffix("...\n").strip()
