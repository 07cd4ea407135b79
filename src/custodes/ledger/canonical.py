"""Canonical JSON: one sequence of bytes for one value, so that a hash over it means something.

A subset of RFC 8785 (JCS): UTF-8, keys sorted, no space, shortest escapes. Floats are refused, integers stay within
±(2⁵³ − 1), and keys stay within the Basic Multilingual Plane, where sorting by code point and by UTF-16 unit agree.
"""

from __future__ import annotations

import json

MAX_INTEGER = 2**53 - 1
"""Largest magnitude of an integer: what a reader with IEEE 754 numbers still reads exactly (RFC 7493 §2.2)."""
MAX_DEPTH = 16

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]


class NotCanonical(ValueError):
    """The value has no canonical form here, or the bytes are not the canonical form of their value."""


_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _check(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise NotCanonical(f"nested deeper than {MAX_DEPTH} levels")
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise NotCanonical("an integer is beyond ±(2⁵³ − 1)")
    elif isinstance(value, float):
        raise NotCanonical("floats are not allowed")
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or (key and max(key) > "\uffff"):
                raise NotCanonical("a key is not a string of the Basic Multilingual Plane")
            _check(item, depth + 1)
    else:
        raise NotCanonical(f"{type(value).__name__} is not a JSON value")


def encode(value: object) -> bytes:
    """The canonical form of `value`.

    Raises:
        NotCanonical: floats, large integers, lone surrogates, other types, or too deep.
    """
    _check(value, 0)
    try:
        return _encoder.encode(value).encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("a string holds a lone surrogate") from error


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise NotCanonical("a key stands twice")
    return result


def _no_float(text: str) -> object:
    raise NotCanonical(f"floats are not allowed: {text[:40]}")


_decoder = json.JSONDecoder(object_pairs_hook=_pairs, parse_float=_no_float, parse_constant=_no_float)


def decode(data: bytes) -> object:
    """The value of canonical bytes.

    Raises:
        NotCanonical: not JSON, or JSON in any form but the canonical one.
    """
    try:
        value: object = _decoder.decode(data.decode())
    except NotCanonical:
        raise
    except (ValueError, RecursionError) as error:
        raise NotCanonical("not JSON in UTF-8") from error
    if encode(value) != data:
        raise NotCanonical("JSON, but not in canonical form")
    return value
