"""The methods of the next run and their settings, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fhgui.session.identity import changed_values

Values = tuple[tuple[str, object], ...]
"""(field, value) of the settings that differ from the defaults, by name."""


@dataclass(frozen=True)
class Orders:
    """The methods of the next run, in the order they are shown, and the settings of any.

    Parameters
    ----------
    settings : (method, values) of the methods whose settings were changed.
    """

    methods: tuple[str, ...] = ()
    settings: tuple[tuple[str, Values], ...] = ()

    def of(self, method: str) -> dict[str, object]:
        """Return the settings of a method that differ from its defaults."""
        return dict(dict(self.settings).get(method, ()))

    def with_settings(self, method: str, values: Mapping[str, object]) -> Orders:
        """Return the orders with other settings of one method."""
        kept = [entry for entry in self.settings if entry[0] != method]
        changed = tuple(sorted(changed_values(method, values).items()))
        return replace(self, settings=(*kept, *(((method, changed),) if changed else ())))
