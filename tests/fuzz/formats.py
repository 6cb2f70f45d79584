"""Spoils what a format means and keeps its form, so that more than the first check is reached."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import yaml

from tests.fuzz.mutations import Mutation, anyhow

TEXTS = (
    "",
    "../../outside/secret.txt",
    "/etc/passwd",
    "C:\\Windows\\win.ini",
    "\\\\host\\share\\x",
    "a\0b",
    "\ud800",
    "\u202etxt.exe",
    "x" * 70_000,
    "1e999",
    "nan",
    "{0.__class__}%s%n",
    "<script>alert(1)</script>",
    "2026-13-45T99:99:99",
    "0" * 64,
)
NUMBERS = (
    *(0, -1, 1, 2**31 - 1, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, 10**30, -(10**9)),
    *(0.5, -0.0, 1e308, 1e-320, float("nan"), float("inf")),
)


def json_tree(data: bytes, rng: Random) -> bytes:
    """Exchange, delete, add or nest values of JSON; as canonical as it was."""
    try:
        value = json.loads(data)
    except ValueError:
        return anyhow(data, rng)
    for _ in range(rng.choice((1, 1, 2, 4))):
        value = _tree(value, rng)
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace") + (b"\n" if data.endswith(b"\n") else b"")


def json_lines(data: bytes, rng: Random) -> bytes:
    """Spoil one line of JSON lines, or exchange, repeat or drop one."""
    lines = data.split(b"\n")
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    how = rng.randrange(4)
    if how == 0:
        lines[at], lines[other] = lines[other], lines[at]
    elif how == 1:
        lines.insert(at, lines[other])
    elif how == 2:
        del lines[at]
    elif lines[at]:
        lines[at] = json_tree(lines[at], rng)
    return b"\n".join(lines)


def deep_json(_: bytes, rng: Random) -> bytes:
    """Return brackets in brackets, more than any reader goes into."""
    depth = rng.choice((500, 5_000, 200_000))
    opening, closing = rng.choice(((b"[", b"]"), (b'{"a":', b"}")))
    return opening * depth + b"1" + (closing * depth if rng.random() < 0.7 else b"")


def long_json(_: bytes, rng: Random) -> bytes:
    """Return one very long number, key or list."""
    n = rng.choice((5_000, 300_000))
    return rng.choice((b"9" * n, b'{"' + b"k" * n + b'":1}', b"[" + b"1," * n + b"1]", b"-" * n))


def yaml_tree(data: bytes, rng: Random) -> bytes:
    """Exchange, delete, add or nest values of YAML."""
    try:
        value = yaml.safe_load(data)
        for _ in range(rng.choice((1, 1, 2, 4))):
            value = _tree(value, rng)
        return yaml.safe_dump(value, allow_unicode=True, sort_keys=False).encode("utf-8", "replace")
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
        return anyhow(data, rng)


def bad_yaml(data: bytes, rng: Random) -> bytes:
    """Put a bomb of aliases, a call, endless nesting or a circle in the place of a value."""
    lines = [line for line in data.splitlines() if b": " in line and line[:1].isalpha()]
    key = rng.choice(lines).partition(b":")[0] if lines else b"name"
    levels = b"\n".join(
        b"a%d: &a%d [%s]" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 12)
    )
    bomb = b"a0: &a0 [lol, lol, lol]\n" + levels
    worst = rng.choice(
        (
            bomb + b"\n" + key + b": *a11",
            key + b": !!python/object/apply:os.system ['touch ../outside/owned']",
            key + b": " + b"[" * rng.choice((300, 3_000, 30_000)),
            key + b": " + b"- " * rng.choice((300, 3_000)) + b"x",
            key + b": &c [*c]",
            key + b": 2026-99-99",
            key + b": 0x" + b"f" * 5_000,
            key + b": 1" + b":59" * 4_000,
            b"<<: &m {<<: *m}\n" + key + b": x",
            b"? [" + key + b"]\n: x",
            key + b": \xff\xfe",
        )
    )
    others = [line for line in data.splitlines() if not line.startswith(key)]
    return b"\n".join([*others, worst, b""]) if rng.random() < 0.7 else worst + b"\n"


def png_chunks(data: bytes, rng: Random) -> bytes:
    """Spoil a chunk of a PNG and put its checksum right; or drop, repeat, add one."""
    chunks, at = [], 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if at + 12 + length > len(data):
            break
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    if not chunks:
        return anyhow(data, rng)
    n = rng.randrange(len(chunks))
    kind, content = chunks[n]
    how = rng.randrange(6)
    if how == 0:
        del chunks[n]
    elif how == 1:
        chunks.insert(n, chunks[rng.randrange(len(chunks))])
    elif how == 2:
        chunks.insert(1, _png_extra(rng))
    elif how == 3 and kind == b"IHDR":
        sides = (0, 1, 3, 65_535, 30_000, 10_000, 2**31 - 1)
        head = struct.pack(">II", rng.choice(sides), rng.choice(sides))
        chunks[n] = (kind, head + content[8:])
    else:
        chunks[n] = (kind, anyhow(content, rng) if content else b"x")
    return data[:8] + b"".join(_png_chunk(k, c) for k, c in chunks)


def _png_extra(rng: Random) -> tuple[bytes, bytes]:
    """Return a chunk of text or colours that unpacks to a hundred million bytes, or lies."""
    bomb = zlib.compress(bytes(100_000_000), 9)
    return rng.choice(
        (
            (b"zTXt", b"Comment\0\0" + bomb),
            (b"iCCP", b"icc\0\0" + bomb),
            (b"iTXt", b"k\0\1\0\0\0" + bomb),
            (b"eXIf", b"MM\0*\0\0\0\x08" + b"\xff" * 40),
            (b"acTL", struct.pack(">II", 2**31 - 1, 0)),
            (b"tRNS", bytes(300)),
            (b"gAMA", b""),
            (b"pHYs", b"\xff" * 9),
        )
    )


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def jpeg_scans(data: bytes, rng: Random) -> bytes:
    """Make a JPEG vast, or repeat its last scan hundreds of times: much work from few bytes."""
    out = bytearray(data)
    frame = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
    if frame > 0 and rng.random() < 0.6:
        sides = (1, 8, 500, 4_000, 12_000, 16_000, 65_500)
        struct.pack_into(">HH", out, frame + 5, rng.choice(sides), rng.choice(sides))
    scan, end = data.rfind(b"\xff\xda"), data.rfind(b"\xff\xd9")
    times = rng.choice((0, 3, 100, 2_000, 20_000))
    again = bytes(out[scan:end]) * times if 0 < scan < end else b""
    return bytes(out[:end]) + again[: 3 << 20] + bytes(out[end:]) if end > 0 else bytes(out)


def tiff_entries(data: bytes, rng: Random) -> bytes:
    """Exchange tag, type, count or value of entries of the first directory of a TIFF."""
    order = "<" if data[:2] == b"II" else ">"
    if len(data) < 16:
        return anyhow(data, rng)
    (start,) = struct.unpack_from(order + "I", data, 4)
    if not 8 <= start < len(data) - 2:
        return anyhow(data, rng)
    (count,) = struct.unpack_from(order + "H", data, start)
    out = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        entry = start + 2 + 12 * rng.randrange(max(1, min(count, 60)))
        if entry + 12 > len(out):
            return anyhow(data, rng)
        offset, sign, among = rng.choice(
            (
                (0, "H", (256, 257, 258, 259, 262, 273, 277, 279, 317, 322, 325, 34665, 330)),
                (2, "H", (0, 1, 2, 3, 4, 5, 12, 13, 99)),
                (4, "I", (0, 1, 3, 65_536, 2**31, 2**32 - 1)),
                (8, "I", (0, 1, 7, 8, 32, 10_000, 40_000, 2**31, 2**32 - 1, start)),
            )
        )
        struct.pack_into(order + sign, out, entry + offset, rng.choice(among))
    return bytes(out)


def zip_members(data: bytes, rng: Random) -> bytes:
    """Add to an archive a bomb, an archive in archives, names that lead out, lies about sizes."""
    buffer = io.BytesIO(data)
    if not zipfile.is_zipfile(buffer):
        return anyhow(data, rng)
    how = rng.randrange(5)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        if how == 0:
            archive.writestr("bomb.png", b"\x89PNG\r\n\x1a\n" + bytes(300_000_000))
        elif how == 1:
            archive.writestr("inner.zip", _nested(6))
        elif how == 2:
            for name in ("../../outside/owned.png", "/outside/owned.png", "a\\..\\b.png", "CON"):
                archive.writestr(name, b"\xff\xd8\xff" + bytes(99))
        elif how == 3:
            for n in range(3_000):
                archive.writestr(f"{n}.jpg", b"")
        else:
            archive.writestr("twice.png", b"x")
            archive.writestr("lie.png", bytes(5_000))
    out = bytearray(buffer.getvalue())
    if how == 4:  # sizes and methods as the directory tells them
        at = out.rfind(b"PK\1\2")
        struct.pack_into("<I", out, at + 24, rng.choice((0, 1, 2**32 - 2, 2**31)))
        struct.pack_into("<H", out, at + 10, rng.choice((0, 8, 9, 12, 14, 99)))
    return bytes(out)


def _nested(depth: int) -> bytes:
    content = bytes(1_000_000)
    for _ in range(depth):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in "abcd":
                archive.writestr(f"{name}.zip", content)
        content = buffer.getvalue()
    return content


def tensor_header(data: bytes, rng: Random) -> bytes:
    """Spoil the header of a safetensors file: kinds, shapes, places, what it says it is."""
    (length,) = struct.unpack_from("<Q", data) if len(data) >= 8 else (0,)
    if not 0 < length <= len(data) - 8:
        return anyhow(data, rng)
    header, body = data[8 : 8 + length], data[8 + length :]
    try:
        value = json.loads(header)
    except ValueError:
        return anyhow(data, rng)
    how = rng.randrange(4)
    inner = sorted(value.get("__metadata__", {}).keys() & {"spec", "tree"})
    if how == 0 and inner:
        header = _with_inner(value, inner[0], rng)
    elif how == 1:
        header = _with_tensor(value, rng)
    elif how == 2:
        header = json_tree(header, rng)
    else:
        return data[: 8 + length] + _numbers(body, rng)
    return struct.pack("<Q", len(header)) + header + body


def _with_inner(value: dict[str, Any], name: str, rng: Random) -> bytes:
    """Spoil the JSON that stands as a text in the header."""
    inner = value["__metadata__"][name].encode()
    made = rng.choice((json_tree, json_tree, json_tree, deep_json, anyhow))(inner, rng)
    value["__metadata__"][name] = made.decode("utf-8", "replace")
    return json.dumps(value).encode()


def _with_tensor(value: dict[str, Any], rng: Random) -> bytes:
    """Exchange kind, shape or name of a tensor; every other time its bytes still fit."""
    names = [name for name in value if name != "__metadata__"]
    if not names:
        return json.dumps(value).encode()
    name = rng.choice(names)
    entry = dict(value[name])
    how = rng.randrange(4)
    if how == 0:
        entry["dtype"] = rng.choice(("F64", "F32", "BF16", "F8_E4M3", "I64", "U8", "BOOL", "C64"))
    elif how == 1:
        size = 1
        for n in entry["shape"]:
            size *= n
        entry["shape"] = rng.choice(
            ([size], [1, size], [], [0], [size, 1, 1, 1, 1], [2**40, 2**40])
        )
    elif how == 2:
        value[rng.choice(("", "../x", f"{name}x", "0" * 500))] = value.pop(name)
        return json.dumps(value).encode()
    else:
        start, end = entry["data_offsets"]
        entry["data_offsets"] = rng.choice(([end, start], [0, 2**50], [start, end + 1], [-1, 3]))
    value[name] = entry
    return json.dumps(value).encode()


def _numbers(body: bytes, rng: Random) -> bytes:
    """Write NaN, infinities and extremes over pieces of the numbers."""
    out = bytearray(body)
    patterns = (b"\0\0\xc0\x7f", b"\0\0\x80\x7f", b"\xff\xff\x7f\x7f", b"\x00\x7e", b"\xff\x7b")
    for _ in range(rng.choice((1, 8, 200))):
        if len(out) > 8:
            start = rng.randrange(len(out) - 4) & ~3
            pattern = rng.choice(patterns) * 2
            out[start : start + len(pattern)] = pattern
    return bytes(out[: len(body)])


def array_header(data: bytes, rng: Random) -> bytes:
    """Exchange kind, order or shape in the header of a ``.npy``."""
    if not data.startswith(b"\x93NUMPY"):
        return anyhow(data, rng)
    (length,) = struct.unpack_from("<H", data, 8)
    kinds = ("|u1", "|O", "<f8", "|V3", "<M8[ns]", "|S9", "[('a','|O')]", "|u1'*9", "<U2")
    shapes = ("(2,)", "()", "(0, 8, 8, 3)", "(-1, 8, 8, 3)", f"({2**62}, 8, 8, 3)", "(1e3,)")
    more = rng.choice(("", "", ", 'x': " + "[" * rng.choice((90, 3000)), ", 'x': __import__('os')"))
    text = (
        f"{{'descr': '{rng.choice(kinds)}', 'fortran_order': {rng.choice(('False', 'True', '7'))},"
        f" 'shape': {rng.choice(shapes)}{more}}}\n"
    ).encode()
    return data[:8] + struct.pack("<H", len(text)) + text + data[10 + length :]


def sql_bytes(data: bytes, rng: Random) -> bytes:
    """Spoil the first page of an SQLite file, which says how all others are read."""
    return anyhow(data[:4096], rng)[:4096] + data[4096:]


Tree = Any
"""Anything that JSON or YAML may hold."""


def _tree(value: Tree, rng: Random) -> Tree:
    """Return a value with one place in it exchanged."""
    spots = _spots(value, [])
    if not spots or rng.random() < 0.05:
        return _leaf(rng)
    holder, key = rng.choice(spots)
    how = rng.randrange(8)
    if how == 0:
        del holder[key]
    elif how == 1 and isinstance(holder, dict):
        holder[rng.choice(("unknown", "", "__class__", "\0"))] = holder[key]
    elif how == 2 and isinstance(holder, list):
        holder.extend([holder[key]] * rng.choice((1, 3, 2_000)))
    elif how == 3:
        holder[key] = rng.choice(([holder[key]], {"a": holder[key]}, [], {}))
    elif how == 4 and isinstance(holder[key], int | float) and not isinstance(holder[key], bool):
        holder[key] = _near(holder[key], rng)
    else:
        holder[key] = _leaf(rng)
    return value


def _near(number: float, rng: Random) -> float:
    return rng.choice((number + 1, number - 1, -number, number * 2, number * 1000, number / 7))


def _leaf(rng: Random) -> Tree:
    return rng.choice((rng.choice(TEXTS), rng.choice(NUMBERS), rng.choice((None, True, False))))


def _spots(value: Tree, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    keys: Any = ()
    if isinstance(value, dict):
        keys = value
    elif isinstance(value, list):
        keys = range(len(value))
    for key in keys:
        if len(found) < _MOST_SPOTS:  # what a bomb of aliases unpacks to is endless
            found.append((value, key))
            _spots(value[key], found)
    return found


_MOST_SPOTS = 20_000


def _often(*mutations: Mutation) -> Callable[[bytes, Random], bytes]:
    """Return what takes one of these two times in three, else anything."""

    def chosen(data: bytes, rng: Random) -> bytes:
        how = rng.choice(mutations) if rng.random() < 2 / 3 else anyhow
        return how(data, rng)

    return chosen


BY_ENDING: Mapping[str, Mutation] = {
    ".json": _often(json_tree, json_tree, json_tree, deep_json, long_json),
    ".jsonl": _often(json_lines, json_lines, json_lines, deep_json),
    ".yaml": _often(yaml_tree, yaml_tree, bad_yaml),
    ".png": _often(png_chunks),
    ".jpg": _often(jpeg_scans),
    ".tif": _often(tiff_entries),
    ".zip": _often(zip_members),
    ".safetensors": _often(tensor_header),
    ".npy": _often(array_header),
    ".sqlite": _often(sql_bytes),
}
"""How files are spoilt by their ending; all others anyhow."""


def spoilt(name: str, data: bytes, rng: Random) -> bytes:
    """Return a file's bytes spoilt once, as befits its name."""
    ending = name[name.rfind(".") :] if "." in name else ""
    try:
        return BY_ENDING.get(ending, anyhow)(data, rng)
    except Exception:  # what was spoilt before may have no form left that could be kept
        return anyhow(data, rng)
