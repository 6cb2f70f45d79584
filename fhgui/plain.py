"""Reads YAML and JSON that a stranger may have written.

Both are data only, never objects. A few hundred bytes of either can ask for more memory or depth
than any machine has (aliases of aliases, brackets in brackets): what is read is bounded, and
whatever is wrong is one `ValueError`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

YAML_BYTES = 512 << 10
"""Settings and cards are a few kilobytes; the reader takes some seconds for a megabyte."""
YAML_VALUES = 100_000
"""Values that a file may hold, its aliases unpacked."""
YAML_DEPTH = 40
WHOLE_LIMIT = 1 << 63
"""Whole numbers below this have a place in every format."""
JSON_BYTES = 256 << 20
"""The manifest of a set of a million pictures has some 200 MB."""


def yaml_file(path: Path) -> Any:
    """Return the value of a YAML file.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is no YAML in UTF-8, is too long, or nests or unpacks to too much.
    """
    return yaml_value(yaml_text(path))


def yaml_text(path: Path) -> str:
    """Return the text of a YAML file, with its comments; errors as of `yaml_file`."""
    return _bounded(path, YAML_BYTES).decode("utf-8")


def yaml_value(text: str) -> Any:
    """Return the value of YAML; errors as of `yaml_file`."""
    try:
        value = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise ValueError(f"no YAML ({_first_line(error)})") from error
    except RecursionError:
        raise ValueError("it nests too deep") from None
    except (ArithmeticError, TypeError, AttributeError, KeyError, IndexError) as error:
        raise ValueError(f"no YAML ({_first_line(error)})") from error
    _check_numbers(value)
    return value


def json_file(path: Path) -> Any:
    """Return the value of a JSON file.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is no JSON in UTF-8, is too long, or nests too deep.
    """
    return json_value(_bounded(path, JSON_BYTES))


def json_value(data: bytes | str) -> Any:
    """Return the value of JSON; errors as of `json_file`."""
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("it nests too deep") from None


def _bounded(path: Path, most_bytes: int) -> bytes:
    if not path.is_file() and path.exists():
        raise ValueError("it is no regular file")  # a pipe would be waited for
    with path.open("rb") as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise ValueError(f"it is longer than {most_bytes >> 10} KB")
    return data


class _Loader(yaml.SafeLoader):
    """Knows plain values only, and stops before what is read grows too deep or too large."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Return the next node; called by PyYAML."""
        self._depth += 1
        if self._depth > YAML_DEPTH:
            raise ValueError("it nests too deep")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def get_single_node(self) -> yaml.Node | None:
        """Return the whole document as it is before its aliases are unpacked."""
        root = super().get_single_node()
        if root is not None:
            _check(root, 0, {})
        return root


def _check(node: yaml.Node, depth: int, sizes: dict[int, int]) -> int:
    """Return how many values a node unpacks to; each is looked at once, however often named."""
    if depth > YAML_DEPTH:
        raise ValueError("it holds itself")
    known = sizes.get(id(node))
    if known is not None:
        return known
    total = 1
    if not isinstance(node, yaml.ScalarNode):
        for below in node.value:
            parts = below if isinstance(below, tuple) else (below,)
            total += sum(_check(part, depth + 1, sizes) for part in parts)
    if total > YAML_VALUES:
        raise ValueError(f"it unpacks to more than {YAML_VALUES} values")
    sizes[id(node)] = total
    return total


def _check_numbers(value: object) -> None:
    """Refuse whole numbers that no other reader takes; the structure is known to be small."""
    if isinstance(value, int) and abs(value) >= WHOLE_LIMIT:
        raise ValueError("it holds a number that is too large")
    below: Any = ()
    if isinstance(value, dict):
        below = (*value.keys(), *value.values())
    elif isinstance(value, list | tuple | set):
        below = value
    for part in below:
        _check_numbers(part)


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
