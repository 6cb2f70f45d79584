"""The one training loop: a task supplies its step, the loop supplies everything else.

The data and the random numbers of step k depend on (seed, k) only, and everything else that steps
depend on is in the checkpoint, so that a run that was stopped, killed or paused and resumed makes
the very same steps as an uninterrupted one.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import nn

from fhgui.blocks.convolution import count_parameters
from fhgui.core.errors import FhguiError
from fhgui.training.average import follow
from fhgui.training.checkpoint import RunFolder, save_state
from fhgui.training.fabric import all_mean, enough_memory, make_fabric, synchronise, with_others
from fhgui.training.prefetch import Prefetch, prefetched
from fhgui.training.progress import (
    Command,
    Control,
    Finished,
    Note,
    Progress,
    Reason,
    Report,
    Started,
    Validated,
    always_go,
    silent,
)
from fhgui.training.schedule import Moment
from fhgui.training.state import State, read_state
from fhgui.training.task import Batch, Metrics, Networks, Task, Validation, draw_samples

if TYPE_CHECKING:
    from lightning_fabric import Fabric

PAUSE_POLL_S = 0.05


@dataclass(frozen=True, eq=False)
class Trained:
    """What a run leaves.

    Parameters
    ----------
    network : the one to export, on the CPU: of the best validation, or of the last step without
        validations; its moving average when the recipe asks for one.
    step, elapsed_s : steps made and wall-clock training time, over all resumed parts.
    scores : of the best validation. best_step : when that was.
    """

    network: nn.Module
    step: int
    elapsed_s: float
    reason: Reason
    scores: dict[str, float]
    best_step: int
    device: str


@dataclass
class Standing:
    """The numbers of a run that a checkpoint keeps beside weights and optimisers."""

    step: int = 0
    elapsed_s: float = 0.0
    sums: dict[str, float] = field(default_factory=dict)
    """Sums of the metrics since the last report."""
    summed: int = 0
    validated_step: int = -1
    scores: dict[str, float] = field(default_factory=dict)
    best_scores: dict[str, float] = field(default_factory=dict)
    best_step: int = 0
    stale: int = 0
    """Validations since the best one."""
    drops: int = 0
    """Times that the plateau schedule has fallen."""


def train(
    task: Task,
    out: Path,
    *,
    device: str = "auto",
    minutes: float | None = None,
    resume: bool = True,
    report: Report = silent,
    control: Control = always_go,
) -> Trained:
    """Train until the recipe's steps or the time budget are used up, or control says stop.

    Under ``torchrun`` every process calls this; the recipe's batch is shared out among them.

    Parameters
    ----------
    out : the run's folder (`checkpoint.RunFolder`).
    device : ``auto``, ``cpu`` or ``cuda``.
    minutes : wall-clock budget, counting earlier parts of the same run; the cosine falls with
        whichever of steps and time is further along. How fast the machine is then decides the
        learning rates, so that resuming is seamless but no longer exact to the bit.
    resume : go on with a run in ``out``; if not, such a run is an error.
    report : gets every event; only the first process reports.
    control : asked after every step whether to go on, pause or stop.

    Raises
    ------
    FhguiError
        If the loss is not finite, memory or disk are full, or the run cannot be resumed. The
        last good checkpoint is intact.
    """
    fabric = make_fabric(device, task.recipe.precision)
    folder = RunFolder(out, task.recipe.keep)
    with enough_memory(task.recipe.batch), with_others(fabric):
        run = Run(task, fabric, folder, minutes, report if fabric.is_global_zero else silent)
        run.begin(resume=resume)
        with prefetched(run.make_batch, run.now.step) as batches:
            return run.finish(run.drive(batches, control))


class Run:
    """A training run; `train` drives it, and a task's step sees it as its `task.Context`."""

    def __init__(
        self, task: Task, fabric: Fabric, folder: RunFolder, minutes: float | None, report: Report
    ) -> None:
        self.task, self.recipe, self.fabric = task, task.recipe, fabric
        self.folder, self.minutes, self.report = folder, minutes, report
        if self.recipe.batch % fabric.world_size:
            raise FhguiError(
                f"a batch of {self.recipe.batch} cannot be shared by {fabric.world_size} processes",
                hint="make the recipe's batch a multiple of the processes",
            )
        parts = task.configure()
        self.networks: Networks = {name: part.network for name, part in parts.items()}
        self.optimisers = {n: p.optimiser for n, p in parts.items() if p.optimiser}
        for name, network in self.networks.items():
            fabric.to_device(network)
            if name not in self.optimisers:
                network.requires_grad_(requires_grad=False)
            synchronise(fabric, network)
        self.exported = next(iter(parts))
        average = copy.deepcopy(self.networks[self.exported]) if self.recipe.ema_decay else None
        self.average = average
        self.rates = {
            name: [group["lr"] for group in optimiser.param_groups]
            for name, optimiser in self.optimisers.items()
        }
        self.now, self.moment = Standing(), Moment(0, 0, 0)
        self._reported = (0, 0.0)
        self._sums: dict[str, torch.Tensor | float] = {}
        self._summed = 0

    def begin(self, *, resume: bool) -> None:
        """Open the folder, take up its newest checkpoint, say what is about to happen."""
        if self.fabric.is_global_zero:
            self.folder.begin(self.recipe, resume=resume)
        self.fabric.barrier()
        state = self.folder.newest(self.report)
        if state is not None:
            self._load(state)
        self._reported = self.now.step, self.now.elapsed_s
        self.report(
            Started(
                step=self.now.step,
                steps=self.recipe.steps,
                samples=self.task.samples,
                batch=self.recipe.batch,
                device=str(self.fabric.device),
                precision=str(self.fabric.strategy.precision.precision),
                processes=self.fabric.world_size,
                parameters={n: count_parameters(net) for n, net in self.networks.items()},
            )
        )
        for note in () if state is not None else self.task.notes:
            self.report(Note(note))

    def make_batch(self, step: int) -> Batch:
        """Return this process's part of the batch of a step (called on the prefetch thread)."""
        rank, world = self.fabric.global_rank, self.fabric.world_size
        device = self.fabric.device
        draw = draw_samples(self.recipe, self.task.samples, step, device, rank, world)
        return self.task.batch(draw)

    def drive(self, batches: Prefetch[Batch], control: Control) -> Reason:
        """Make steps until there is a reason to end; return it."""
        tick = saved = time.monotonic()
        while True:
            fraction, command = self._agree(control)
            if fraction >= 1:
                return Reason.STEPS if self.now.step >= self.recipe.steps else Reason.TIME
            if command is Command.STOP:
                return Reason.STOPPED
            if command is Command.PAUSE:
                self._pause(control)
                tick = time.monotonic()
                continue
            self._advance(batches.take(), fraction)
            tick, before = time.monotonic(), tick
            self.now.elapsed_s += tick - before
            if self.now.step % self.recipe.report_steps == 0:
                self._tell(fraction)
            validating = self.now.step % self.recipe.validate_steps == 0
            if validating:
                self._validate()
            if validating or tick - saved > self.recipe.checkpoint_s:
                self.save()
                saved = time.monotonic()
            if self.recipe.early_stop and self.now.stale >= self.recipe.early_stop:
                return Reason.EARLY

    def update(self, name: str, loss: torch.Tensor) -> None:
        """See `task.Context.update`."""
        optimiser = self.optimisers[name]
        parameters = [p for p in self.networks[name].parameters() if p.requires_grad]
        optimiser.zero_grad(set_to_none=True)
        self.fabric.backward(loss, inputs=parameters)
        all_mean(self.fabric, [p.grad for p in parameters if p.grad is not None])
        norm = nn.utils.clip_grad_norm_(parameters, self.recipe.clip_norm or math.inf)
        if not math.isfinite(float(loss.detach() + norm)):
            value = float(loss.detach())
            what = f"the gradient of {name} is not finite (loss {value:.4g})"
            self._refuse(what if math.isfinite(value) else f"the loss of {name} is {value:.4g}")
        optimiser.step()
        torch.clear_autocast_cache()  # else later uses in this step meet the weights of before

    @property
    def processes(self) -> int:
        """See `task.Context.processes`."""
        return self.fabric.world_size

    def mean(self, values: Sequence[torch.Tensor]) -> list[float]:
        """See `task.Context.mean`."""
        means = torch.stack([value.detach().float() for value in values])
        all_mean(self.fabric, [means])
        told: list[float] = means.tolist()
        return told

    def save(self) -> None:
        """Write a checkpoint (first process only)."""
        self._add_up()
        if self.fabric.is_global_zero:
            self.folder.save(self.now.step, self._state(), self.report)

    def finish(self, reason: Reason) -> Trained:
        """Validate and save the last state; return what is to be exported."""
        if self.now.validated_step != self.now.step and reason is not Reason.STOPPED:
            self._validate()
        self.save()
        self.report(Finished(self.now.step, reason, self.now.elapsed_s, self.now.scores))
        self.fabric.barrier()
        network, best_step = copy.deepcopy(self._judged[self.exported]).cpu(), self.now.step
        if self.now.best_scores:
            network.load_state_dict(read_state(self.folder.best)["network"])
            best_step = self.now.best_step
        return Trained(
            network=network.eval(),
            step=self.now.step,
            elapsed_s=self.now.elapsed_s,
            reason=reason,
            scores=dict(self.now.best_scores),
            best_step=best_step,
            device=str(self.fabric.device),
        )

    @property
    def _judged(self) -> Networks:
        """The networks, with the moving average in place of the exported one."""
        own = {self.exported: self.average} if self.average else {}
        return {**self.networks, **own}

    def _advance(self, batch: Batch, fraction: float) -> None:
        """Make one step at ``fraction`` (0–1) of the schedule."""
        epoch = self.now.step * self.recipe.batch / self.task.samples
        timed = self.minutes is not None
        self.moment = Moment(self.now.step, epoch, fraction, self.now.drops, timed)
        factor = self.task.rate_factor(self.moment)
        for name, optimiser in self.optimisers.items():
            for group, rate in zip(optimiser.param_groups, self.rates[name], strict=True):
                group["lr"] = rate * factor
        for name, network in self.networks.items():
            network.train(name in self.optimisers)
        # dropout and its like draw from torch's global state: same step, same numbers
        torch.manual_seed(hash((self.recipe.seed, self.now.step, self.fabric.global_rank)))
        with self.fabric.autocast():
            metrics = self.task.step(batch, self)
        self._add(metrics)
        if self.average is not None:
            follow(self.average, self.networks[self.exported], self._decay())
        self.now.step += 1

    def _decay(self) -> float:
        # early steps average over few, so that the random start is soon forgotten
        return min(self.recipe.ema_decay, (self.now.step + 1) / (self.now.step + 10))

    def _add(self, metrics: Metrics) -> None:
        for name, value in metrics.items():
            told = value.detach().double() if isinstance(value, torch.Tensor) else value
            self._sums[name] = self._sums.get(name, 0.0) + told
        self._summed += 1

    def _add_up(self) -> None:
        """Add what was summed on the device to the standing; a card is waited for here only."""
        for name, value in self._sums.items():
            self.now.sums[name] = self.now.sums.get(name, 0.0) + float(value)
        self.now.summed += self._summed
        self._sums, self._summed = {}, 0

    def _refuse(self, what: str) -> None:
        """Stop because of numbers that are not finite.

        The last checkpoint is the last good state: by now batch norms have seen the bad batch.
        """
        kept = self.folder.checkpoints()
        last = f"its last good state is {kept[0].name}" if kept else "nothing was saved yet"
        raise FhguiError(
            f"{what} at step {self.now.step}, {last}",
            path=self.folder.path,
            hint="resume with a smaller learning_rate, or with precision: '32'",
        )

    def _tell(self, fraction: float) -> None:
        step, elapsed_s = self._reported
        self._add_up()
        means = torch.tensor([v / self.now.summed for v in self.now.sums.values()])
        all_mean(self.fabric, [means])
        seconds = max(self.now.elapsed_s - elapsed_s, 1e-9)
        self.report(
            Progress(
                step=self.now.step,
                steps=self.recipe.steps,
                epoch=self.now.step * self.recipe.batch / self.task.samples,
                losses=dict(zip(self.now.sums, means.tolist(), strict=True)),
                rates={n: o.param_groups[0]["lr"] for n, o in self.optimisers.items()},
                images_per_s=(self.now.step - step) * self.recipe.batch / seconds,
                elapsed_s=self.now.elapsed_s,
                eta_s=self.now.elapsed_s * (1 - fraction) / max(fraction, 1e-9),
            )
        )
        self.now.sums, self.now.summed = {}, 0
        self._reported = self.now.step, self.now.elapsed_s

    def _validate(self) -> None:
        """Validate on the first process; all take over what it found."""
        if self.fabric.is_global_zero:
            networks = self._judged
            for network in networks.values():
                network.eval()
            with torch.no_grad():
                found = self.task.validate(networks)
            self._judge(found)
        self.now = self.fabric.broadcast(self.now)

    def _judge(self, found: Validation) -> None:
        now, name = self.now, self.recipe.score
        now.validated_step = now.step
        if not found.scores:
            return
        if name not in found.scores:
            raise FhguiError(
                f"the validation has no score {name!r}",
                hint=f"set score to one of {', '.join(found.scores)}",
            )
        now.scores = {k: float(v) for k, v in found.scores.items()}
        best = now.scores[name] > now.best_scores.get(name, -math.inf)
        now.stale = 0 if best else now.stale + 1
        if best:
            now.best_scores, now.best_step = now.scores, now.step
            network = self._judged[self.exported]
            save_state(self.folder.best, {"step": now.step, "network": network.state_dict()})
        elif now.stale % self.recipe.patience == 0:
            now.drops += 1
        sheet = None if found.sheet is None else self.folder.save_sheet(now.step, found.sheet)
        self.report(Validated(now.step, now.scores, best, sheet))

    def _agree(self, control: Control) -> tuple[float, Command]:
        """Return the share of the run that is done and the command, the same in all processes."""
        done = self.now.step / self.recipe.steps
        if self.minutes is not None:
            done = max(done, self.now.elapsed_s / (60 * self.minutes))
        if self.fabric.world_size == 1:
            return done, control()
        common: tuple[float, Command] = self.fabric.broadcast((done, control()))
        return common

    def _pause(self, control: Control) -> None:
        self.save()
        self.report(Note(f"paused at step {self.now.step}"))
        while self.fabric.is_global_zero and control() is Command.PAUSE:
            time.sleep(PAUSE_POLL_S)

    def _state(self) -> State:
        return {
            "standing": asdict(self.now),
            "networks": {n: net.state_dict() for n, net in self.networks.items()},
            "optimisers": {n: o.state_dict() for n, o in self.optimisers.items()},
            "average": self.average.state_dict() if self.average else None,
        }

    def _load(self, state: State) -> None:
        try:
            for name, network in self.networks.items():
                network.load_state_dict(state["networks"][name])
            for name, optimiser in self.optimisers.items():
                optimiser.load_state_dict(state["optimisers"][name])
            if self.average:
                self.average.load_state_dict(state["average"])
            self.now = Standing(**state["standing"])
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise FhguiError(
                "is a checkpoint of another task or version",
                path=self.folder.path,
                hint="train afresh in another folder",
            ) from error
