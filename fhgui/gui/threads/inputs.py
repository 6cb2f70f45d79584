"""The thread that cuts large faces to look at before a method runs; small ones need none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from fhgui.alignment.similarity import scale_of
from fhgui.core.arrays import Pixels
from fhgui.core.face import FaceAlignment
from fhgui.core.method import MethodInfo
from fhgui.gui.threads.serving import ServingThread
from fhgui.session import fitting, placement

MANY = 20_000
"""So many samples of the frame take a hundredth of a second."""


@dataclass(frozen=True, eq=False)
class Cut:
    """A face to be cut.

    Parameters
    ----------
    pixels : the frame, H×W×3 uint8; nobody changes it.
    on_output : as it lies on the method's output grid, else as the method takes it in.
    """

    pixels: Pixels
    alignment: FaceAlignment
    info: MethodInfo
    on_output: bool = False

    @property
    def is_large(self) -> bool:
        """Whether it takes so long that the window would stand still."""
        scale = scale_of(self.alignment.matrix)
        height, width = self.info.input_hw
        if self.on_output:
            scale, (height, width) = scale * self.info.scale, self.info.output_hw
        return height * width * max(1.0, 1 / scale) ** 2 > MANY

    def is_like(self, other: Cut | None) -> bool:
        """Tell whether another one gives the same picture."""
        return (
            other is not None
            and self.pixels is other.pixels
            and (self.info, self.on_output) == (other.info, other.on_output)
            and np.array_equal(self.alignment.matrix, other.alignment.matrix)
        )

    def made(self) -> Pixels:
        """Return the face on its grid."""
        if self.on_output:
            return fitting.on_template(self.pixels, self.alignment, self.info)
        return placement.method_input(self.pixels, self.alignment, self.info)


class InputThread(ServingThread[Cut]):
    """Cuts the face that was wanted last.

    Signals
    -------
    made : a `Cut` and its pixels.
    """

    made = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("fhgui-inputs", parent)

    def want(self, cut: Cut) -> None:
        """Ask for a face; one that has not begun is forgotten for it."""
        self._ask(cut, forget=lambda _: True)

    def _serve(self, cut: Cut) -> None:
        self.made.emit(cut, cut.made())
