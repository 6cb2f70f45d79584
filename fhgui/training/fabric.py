"""Device, precision and processes: the little that the loop asks of Lightning Fabric.

Gradients are averaged by one call an update instead of through ``DistributedDataParallel``: its
hooks assume one backward pass a step through every parameter, which no GAN makes.
"""

from __future__ import annotations

import importlib
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, cast

import torch
from torch import nn

from fhgui.core.errors import FhguiError

if TYPE_CHECKING:
    from lightning_fabric import Fabric


def processes() -> int:
    """Return how many processes ``torchrun`` started for this training; 1 without it."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_first() -> bool:
    """Tell whether this process speaks and writes for all of the training."""
    return processes() == 1 or os.environ.get("RANK", "0") == "0"


def make_fabric(device: str = "auto", precision: str = "auto") -> Fabric:
    """Return a launched Fabric: one device, or one a process under ``torchrun``.

    Parameters
    ----------
    device : ``auto``, ``cpu`` or ``cuda``.
    precision : ``auto`` for bfloat16 where a CUDA device has it, ``bf16`` for bfloat16 on any
        device, ``32`` for none of it.

    Raises
    ------
    FhguiError
        If the device or Lightning Fabric is not there.
    """
    Fabric = _fabric()
    cuda = torch.cuda.is_available() if device == "auto" else device == "cuda"
    if cuda and not torch.cuda.is_available():
        raise FhguiError("this machine has no CUDA device", hint="choose cpu")
    torch.backends.cudnn.benchmark = cuda  # batches are of one size
    automatic = cuda and torch.cuda.is_bf16_supported(including_emulation=False)
    half = precision == "bf16" or (precision == "auto" and automatic)
    world = processes()
    fabric = Fabric(
        accelerator="cuda" if cuda else "cpu",
        devices=int(os.environ.get("LOCAL_WORLD_SIZE", "1")),
        num_nodes=world // int(os.environ.get("LOCAL_WORLD_SIZE", "1")),
        strategy="ddp" if world > 1 else "auto",
        precision="bf16-mixed" if half else "32-true",
    )
    fabric.launch()
    return fabric


def synchronise(fabric: Fabric, network: nn.Module) -> None:
    """Give every process the first one's weights."""
    if fabric.world_size > 1:
        network.load_state_dict(fabric.broadcast(network.state_dict()))


@torch.no_grad()
def all_mean(fabric: Fabric, tensors: Sequence[torch.Tensor]) -> None:
    """Replace each tensor by its mean over the processes, in one message."""
    if fabric.world_size == 1 or not tensors:
        return
    flat = torch.cat([t.reshape(-1) for t in tensors]).to(fabric.device)
    mean = cast(torch.Tensor, fabric.all_reduce(flat, reduce_op="mean"))
    for tensor, part in zip(tensors, torch.split(mean, [t.numel() for t in tensors]), strict=True):
        tensor.copy_(part.view_as(tensor))


@contextmanager
def enough_memory(batch: int) -> Iterator[None]:
    """Turn exhausted memory of the device into one sentence."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise FhguiError(
            f"the GPU has too little memory for a batch of {batch}",
            hint="begin again with a smaller batch, or go on elsewhere",
        ) from error


@contextmanager
def with_others(fabric: Fabric) -> Iterator[None]:
    """Turn what a process meets when another one of the training is gone into one sentence."""
    try:
        yield
    except RuntimeError as error:  # what gloo and NCCL raise has no kind of its own
        if fabric.world_size == 1 or isinstance(error, torch.OutOfMemoryError):
            raise
        what = (str(error).splitlines() or [""])[0][:160]
        raise FhguiError(
            f"the processes of the training lost each other ({what})",
            hint="look at what the others said, then go on with --resume",
        ) from error


def _fabric() -> type[Fabric]:
    with warnings.catch_warnings():  # its own imports are deprecated here and there
        warnings.simplefilter("ignore")
        for name in ("lightning_fabric", "lightning.fabric"):  # the latter is in all of Lightning
            with suppress(ImportError):
                return cast("type[Fabric]", importlib.import_module(name).Fabric)
    raise FhguiError(
        "training needs Lightning Fabric", hint="install it with: pip install fhgui[train]"
    )
