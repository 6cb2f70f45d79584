"""The steps that a degradation is made of, each a frozen set of ranges, and how to run them.

In a recipe: ``degradation: [{kind: cctv, quality: [20, 60]}]``. Ranges are (lowest, highest);
every sample draws its own value. The last step must arrive at the low-resolution grid; its result
is rounded half up to 8 bit, as the papers' test pictures are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import torch

from fhgui.blocks.straightening import from_turn, invert, sample
from fhgui.core.errors import FhguiError
from fhgui.training.degradation.counter import Random
from fhgui.training.degradation.jpeg import jpeg
from fhgui.training.degradation.kernels import kernel_bank
from fhgui.training.degradation.linear import (
    blur_and_resize,
    convolve,
    gaussian,
    resize,
    round_8bit,
)

Range: TypeAlias = tuple[float, ...]
Size: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class Bicubic:
    """MATLAB's antialiased bicubic reduction to the low-resolution grid (papers 000, 001, 004)."""

    kind: Literal["bicubic"] = "bicubic"
    """Names the step in a recipe."""

    def __call__(self, x: torch.Tensor, random: Random, lr_hw: Size) -> torch.Tensor:
        """Return B×3×h×w."""
        return resize(x, lr_hw)


@dataclass(frozen=True)
class Gaussian:
    """Gaussian blur, then one sample a low-resolution pixel (paper 002; 003 with a range)."""

    kind: Literal["gaussian"] = "gaussian"
    """Names the step in a recipe."""
    sigma_px: Range = ()
    """Standard deviation in pixels of the sharp picture; empty for (scale − 1)/3."""

    def __call__(self, x: torch.Tensor, random: Random, lr_hw: Size) -> torch.Tensor:
        """Return B×3×h×w."""
        usual = (x.shape[-1] / lr_hw[1] - 1) / 3
        return gaussian(x, _draw(random, "sigma", self.sigma_px or (usual, usual)), lr_hw)


@dataclass(frozen=True)
class MotionBlur:
    """One of a bank of random motion kernels (paper 003); keeps the size."""

    kind: Literal["motion"] = "motion"
    """Names the step in a recipe."""
    kernels: int = 200
    """Size of the bank."""
    size_px: tuple[int, ...] = (11, 31)
    """Smallest and largest kernel, in pixels of the sharp picture; odd sizes are used."""
    bank_seed: int = 0
    """Seed of the bank; training and testing want different ones."""

    def __call__(self, x: torch.Tensor, random: Random, lr_hw: Size) -> torch.Tensor:
        """Return B×3×H×W; kernels larger than the faces raise `FhguiError`."""
        height, width = _hw(x)
        if self.size_px[-1] > min(height, width):
            raise FhguiError(
                f"motion kernels of up to {self.size_px[-1]} px are larger than faces of "
                f"{width}×{height} px",
                hint="give a smaller size_px, or larger faces",
            )
        bank = kernel_bank(self.kernels, self.size_px[0], self.size_px[-1], self.bank_seed)
        return convolve(x, bank[random.integers("kernel", self.kernels)])


@dataclass(frozen=True)
class SensorNoise:
    """Noise of a sensor: variance = read² + gain·value, in grey levels; keeps the size."""

    kind: Literal["noise"] = "noise"
    """Names the step in a recipe."""
    read_sigma: Range = (0.0, 8.0)
    """Standard deviation of the part that does not depend on the light (Gaussian)."""
    shot_gain: Range = (0.0, 0.3)
    """Grey levels a photo-electron: the Poisson-like part, its normal approximation."""

    def __call__(self, x: torch.Tensor, random: Random, lr_hw: Size) -> torch.Tensor:
        """Return the noisy pictures, clipped to 0–255."""
        read = _draw(random, "read", self.read_sigma).to(x)[:, None, None, None]
        gain = _draw(random, "shot", self.shot_gain).to(x)[:, None, None, None]
        noise = random.normal("noise", x.shape[1:], x.device)
        return (x + noise * torch.sqrt(read**2 + gain * x.clamp(min=0))).clamp(0, 255)


@dataclass(frozen=True)
class Jpeg:
    """Compression as a JPEG file; keeps the size."""

    kind: Literal["jpeg"] = "jpeg"
    """Names the step in a recipe."""
    quality: tuple[int, ...] = (30, 95)
    """libjpeg's quality, 1–100."""
    subsample: bool = True
    """Chroma at half the resolution (4:2:0)."""

    def __call__(self, x: torch.Tensor, random: Random, lr_hw: Size) -> torch.Tensor:
        """Return the decoded pictures."""
        quality = torch.floor(_draw(random, "quality", (self.quality[0], self.quality[-1] + 1)))
        return jpeg(round_8bit(x), quality, subsample=self.subsample)


@dataclass(frozen=True)
class Cctv:
    """A surveillance camera: lens blur → reduction → sensor noise → compression → resize.

    The face is recorded on a grid ``capture_ratios`` times the low-resolution one, compressed
    there and resized to what the method takes, as when an analyst cuts a 30 px face for a method
    of 16 px. H.264 intra frames are approximated by JPEG: 8×8 blocks and 4:2:0 alike, but no
    deblocking, no prediction and no damage over time. The ranges are our judgement of recorders
    of the years 2000–2015.
    """

    kind: Literal["cctv"] = "cctv"
    """Names the step in a recipe."""
    blur_sigma: Range = (0.2, 0.7)
    """Standard deviation of lens and motion blur, in pixels of the captured grid."""
    capture_ratios: tuple[float, ...] = (1.0, 1.5, 2.0)
    """Captured grid ÷ low-resolution grid; one of them is drawn."""
    read_sigma: Range = (1.0, 8.0)
    """See `SensorNoise`."""
    shot_gain: Range = (0.0, 0.3)
    """See `SensorNoise`."""
    quality: tuple[int, ...] = (25, 85)
    """See `Jpeg`."""

    def __call__(self, x: torch.Tensor, random: Random, lr_hw: Size) -> torch.Tensor:
        """Return B×3×h×w."""
        result = x.new_empty(len(x), x.shape[1], *lr_hw)
        ratio = random.integers("ratio", len(self.capture_ratios))
        for k in range(len(self.capture_ratios)):
            picked = torch.nonzero(ratio == k)[:, 0]
            if len(picked):
                result[picked.to(x.device)] = self._captured(
                    x[picked.to(x.device)], random[picked], lr_hw, self.capture_ratios[k]
                )
        return result

    def _captured(self, x: torch.Tensor, random: Random, lr_hw: Size, ratio: float) -> torch.Tensor:
        grid = round(lr_hw[0] * ratio), round(lr_hw[1] * ratio)
        sigma_px = _draw(random, "blur", self.blur_sigma) * (x.shape[-1] / grid[1])
        captured = blur_and_resize(x, sigma_px, grid)
        noisy = SensorNoise(read_sigma=self.read_sigma, shot_gain=self.shot_gain)
        compressed = Jpeg(quality=self.quality)(noisy(captured, random, grid), random, grid)
        return resize(compressed, lr_hw)


@dataclass(frozen=True)
class Turned:
    """A face that nobody has put upright (paper 001); keeps the size, its edges go on outwards."""

    kind: Literal["turned"] = "turned"
    """Names the step in a recipe."""
    turn_deg: float = 45.0
    """Largest angle to either side."""
    shift: float = 0.05
    """Largest shift along each axis, as a share of the side."""
    scale: Range = (1.0, 1.0)
    """Size of the face on the turned picture ÷ that on the sharp one."""

    def __call__(self, x: torch.Tensor, random: Random, lr_hw: Size) -> torch.Tensor:
        """Return B×3×H×W."""
        similarity = self.similarity(random, x.shape[-1]).to(x.device)
        unit = torch.tensor([1.0, 1.0, 2 / (x.shape[-1] - 1), 2 / (x.shape[-1] - 1)])
        return sample(x.float(), invert(similarity) * unit.to(x.device)).to(x.dtype)

    def similarity(self, random: Random, side_px: int) -> torch.Tensor:
        """Return B×4 float32, where on the turned picture each place of the upright one lies.

        Parameters
        ----------
        side_px : t is in pixels of a picture of this side (`fhgui.blocks.straightening`).
        """
        limit = self.shift * side_px
        shift = [random.uniform(f"shift {axis}", -limit, limit) for axis in "xy"]
        angle = random.uniform("angle", -self.turn_deg, self.turn_deg)
        return from_turn(angle, _draw(random, "scale", self.scale), torch.stack(shift, 1)).float()


Step: TypeAlias = Turned | Bicubic | Gaussian | MotionBlur | SensorNoise | Jpeg | Cctv


@torch.no_grad()
def apply(steps: Sequence[Step], sharp: torch.Tensor, random: Random, lr_hw: Size) -> torch.Tensor:
    """Degrade a batch.

    Parameters
    ----------
    steps : run in this order.
    sharp : B×3×H×W uint8 (or any real type, 0–255) R-G-B, on the device to work on.
    random : the samples' random numbers.
    lr_hw : low-resolution grid.

    Returns
    -------
    B×3×h×w uint8.

    Raises
    ------
    FhguiError
        If the steps do not arrive at the low-resolution grid.
    """
    x = sharp.double()
    for number, step in enumerate(steps):
        x = step(x, random.child(number), lr_hw)
    if _hw(x) != lr_hw:
        raise FhguiError(
            f"the degradation ends at {x.shape[-1]}×{x.shape[-2]} px, not {lr_hw[1]}×{lr_hw[0]}",
            hint="add a step that reduces: bicubic, gaussian or cctv",
        )
    return round_8bit(x).to(torch.uint8)


def _draw(random: Random, name: str, limits: Range) -> torch.Tensor:
    """Return B float64 between the two ends of a range, drawn on the CPU."""
    return random.uniform(name, limits[0], limits[-1])


def _hw(x: torch.Tensor) -> Size:
    return x.shape[-2], x.shape[-1]
