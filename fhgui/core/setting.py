"""What a field of a method's config may hold, said beside its type: ``Annotated[int, Bounds(…)]``.

Choices need nothing of this: they are ``Literal`` types.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """Range of a number.

    Parameters
    ----------
    least, most : both allowed; ``most`` None for no upper end.
    unit : for people, e.g. ``px``; empty for numbers without one.
    least_means : what the least value stands for, e.g. ``all``; empty if only for itself.
    """

    least: float = 0
    most: float | None = None
    unit: str = ""
    least_means: str = ""


@dataclass(frozen=True)
class ModelFile:
    """The text names a file under the model folders, or an absolute one, without its ending.

    Parameters
    ----------
    ending : what the name leaves out, e.g. ``.safetensors``.
    """

    ending: str


@dataclass(frozen=True)
class Preset:
    """Settings that belong together under a name.

    Parameters
    ----------
    purpose : one sentence: when an analyst would choose it.
    values : (field, value) of what differs from the defaults.
    """

    name: str
    purpose: str
    values: tuple[tuple[str, object], ...]
