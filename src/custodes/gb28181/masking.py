"""Passwords in bodies: which names say that something is one, and texts to be shown without them.

Devices tell passwords in Catalog entries and settings (2011), and in addresses that they are to fetch from.
"""

from __future__ import annotations

import re

HIDDEN = "…"
_SECRET = ("password", "passwd", "pwd")
_TAG = re.compile(r"(/?)(?:[\w.-]{1,64}:)?([\w.-]{1,128})")
_VALUE = re.compile(r"(\b\w{0,64}(?:password|passwd|pwd)\w{0,64}\s{0,8}=\s{0,8})(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_ADDRESS = re.compile(r"(\bsips?:[^\s:@<>\";,]{1,128}:)[^\s@<>\"]{1,128}@", re.IGNORECASE)
_LOGIN = re.compile(r"//[^/@\s<>\"']{1,256}@")


def is_secret(name: str) -> bool:
    """Whether an element or attribute of this name holds a password."""
    lowered = name.lower()
    return any(word in lowered for word in _SECRET)


def masked(text: str) -> str:
    """A body without passwords: content of elements, attributes, logins in addresses. It need not be sound XML; each octet is looked at a bounded number of times."""
    return _VALUE.sub(rf"\1{HIDDEN}", _without_content(_LOGIN.sub(f"//{HIDDEN}@", text)))


def masked_address(text: str) -> str:
    """A field's value, or a request's target, without the password that RFC 3261 §19.1.1 lets an address have."""
    return _ADDRESS.sub(rf"\1{HIDDEN}@", text)


def _without_content(text: str) -> str:
    """Nothing is told to stand in an element that holds a secret, up to its end; what never ends is left out. One walk, however it is made."""
    first, *pieces = text.split("<")
    found, inside = [first], ""
    for piece in pieces:
        tag = _TAG.match(piece)
        name = tag[2].lower() if tag else ""
        if inside:
            if tag is None or not tag[1] or name != inside:
                continue
            inside = ""
        head, closed, _content = piece.partition(">")
        if tag is not None and not tag[1] and is_secret(name) and not head.endswith("/"):
            inside = name
            piece = f"{head}{closed}{HIDDEN}"
        found.append(piece)
    return "<".join(found)
