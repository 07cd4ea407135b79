"""A message for people and logs: all of it but what lets somebody in."""

from __future__ import annotations

from custodes.gb28181.masking import HIDDEN, masked, masked_address
from custodes.gb28181.sip.message import VERSION, Request, Response

_ANSWERS = frozenset(("authorization", "proxy-authorization", "authentication-info", "proxy-authentication-info"))


def shown_start(message: Request | Response) -> str:
    """The first line."""
    if isinstance(message, Request):
        return f"{message.method} {masked_address(message.target)} {VERSION}"
    return f"{VERSION} {message.status} {message.reason}"


def shown_fields(message: Request | Response) -> list[tuple[str, str]]:
    """The header fields; of answers to a challenge the names alone, since a password can be guessed from one."""
    return [(name, HIDDEN if name.lower() in _ANSWERS else masked_address(value)) for name, value in message.headers]


def shown_body(message: Request | Response) -> str:
    """The body as text, without passwords."""
    return masked(message.text)
