"""A state is read as it was written, to the bit, or not at all."""

import ast
import hashlib
import json
import os
import struct
from pathlib import Path

import pytest
import torch
from torch import nn

import fhgui
from fhgui.core.errors import FhguiError
from fhgui.training.checkpoint import save_state
from fhgui.training.state import read_state

NETWORK = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))


def stepped(kind):
    """Return an optimiser that has made a step."""
    optimiser = kind(NETWORK.parameters(), lr=0.1)
    NETWORK(torch.rand(4, 3)).sum().backward()
    optimiser.step()
    return optimiser


def equal(a, b):
    if isinstance(a, torch.Tensor):
        return a.dtype == b.dtype and torch.equal(a, b)
    if isinstance(a, dict):
        return list(a) == list(b) and all(equal(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(equal, a, b))
    return a == b


@pytest.mark.parametrize(
    "kind", [torch.optim.Adam, torch.optim.AdamW, torch.optim.RMSprop, torch.optim.SGD]
)
def test_networks_and_optimisers_come_back(tmp_path, kind):
    optimiser = stepped(kind)
    state = {"networks": NETWORK.state_dict(), "optimisers": optimiser.state_dict()}
    save_state(tmp_path / "a", state)
    found = read_state(tmp_path / "a")
    assert equal(state, found)
    kind(NETWORK.parameters(), lr=1.0).load_state_dict(found["optimisers"])


def test_every_plain_value_comes_back(tmp_path):
    shared = torch.arange(6.0).reshape(2, 3)
    state = {
        "numbers": {"third": 1 / 3, "whole": 2**70, "none": None, "yes": True, "inf": float("inf")},
        "keys": {1: "number", "1": "text", "a/b": {}, "ü\n": []},
        "kinds": {"dict": 1, "list": 2, "tensor": "3"},
        "tensors": [
            *(shared, shared.T, shared[0], torch.tensor(3), torch.zeros(0)),
            *(torch.ones(2, dtype=torch.bfloat16), torch.tensor([True]), torch.tensor([2**60])),
        ],
    }
    save_state(tmp_path / "a", state)
    assert equal(state, read_state(tmp_path / "a"))


def test_what_was_read_needs_no_file(tmp_path):
    save_state(tmp_path / "a", {"w": torch.ones(1000)})
    state = read_state(tmp_path / "a")
    os.truncate(tmp_path / "a", 0)
    assert float(state["w"].sum()) == 1000


def written(tree, more=b""):
    """Return a file that holds a tree with a right digest."""
    digest = hashlib.sha256(tree.encode()).hexdigest()
    header = {"__metadata__": {"format": "fhgui state 1", "tree": tree, "sha256": digest}}
    data = json.dumps(header).encode()
    return struct.pack("<Q", len(data)) + data + more


def test_an_empty_state_is_one(tmp_path):
    (tmp_path / "a").write_bytes(written('{"dict": []}'))
    assert read_state(tmp_path / "a") == {}


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"PK\x03\x04", written('{"dict": []}', b"more"), written('{"dict": []}')[:-1]),
        written('{"dict": []}').replace(b"state 1", b"state 2"),
        written('{"dict": []}').replace(b"[]", b"[ ]"),
        *(written("3"), written("[]"), written("{"), written("{}"), written('{"code": 1}')),
        *(written('{"tensor": "w"}'), written('{"list": []}'), written('{"dict": 3}')),
        *(written('{"dict": [[1]]}'), written('{"dict": [[[], 2]]}'), written('{"tensor": []}')),
        written('{"dict": [["a", ' * 5000),
        written('{"dict": [["a", ' * 200 + "1" + "]]}" * 200).replace(b"[[", b"[[["),
        written('{"list": [' * 400 + "1" + "]}" * 400),
    ],
)
def test_what_is_no_state_is_one_sentence(tmp_path, data):
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(FhguiError, match="a: is a damaged checkpoint"):
        read_state(tmp_path / "a")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a")
    with pytest.raises(FhguiError, match="is a damaged checkpoint"):
        read_state(tmp_path / "a")


def test_no_module_of_the_program_unpickles():
    calls = {"torch.load", "np.load", "numpy.load"}
    found = []
    for path in Path(fhgui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            found += [(path.name, x) for x in names if x in ("pickle", "marshal", "shelve", "dill")]
            if isinstance(node, ast.Call) and ast.unparse(node.func) in calls:
                allowed = ast.unparse(node.func) != "torch.load" and not any(
                    word.arg == "allow_pickle" for word in node.keywords
                )
                found += [] if allowed else [(path.name, ast.unparse(node))]
    assert found == []
