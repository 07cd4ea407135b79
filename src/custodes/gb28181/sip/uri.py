"""SIP URIs and the addresses that hold them (RFC 3261 §19.1, §20.10), read with tolerance.

A domain of this standard is ten digits (``sip:34020000002000000001@3402000000``): no part is taken for a number or a host name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from custodes.gb28181.sip.fields import parameters, split_parameters, unquote
from custodes.gb28181.sip.malformed import Malformed, MessageFault

_LONGEST = 1024
_MOST_KEPT, _LONGEST_KEPT = 4096, 64
"""URIs that were read and are kept: who speaks names itself and us each time. Longer ones are read each time, or a stranger's with hundreds of parameters
would cost a hundred MB; so it is 10 MB at most."""
_NEVER = re.compile(r'[\s<>"\x00-\x1f\x7f]')
_PLAIN = re.compile(r'[^\s;,"<>\\]+')


@dataclass(frozen=True, slots=True)
class Uri:
    """``scheme:user@host:port;parameters``; what stands behind ``?`` is left out.

    Attributes:
        port: None where none is written.
    """

    scheme: str
    user: str
    host: str
    port: int | None = None
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The ID that it names: the user, or the host of a URI that has none."""
        return self.user or self.host

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        rest = "".join(f";{name}={value}" if value else f";{name}" for name, value in self.parameters.items())
        return f"{self.scheme}:{self.user + '@' if self.user else ''}{host}{f':{self.port}' if self.port else ''}{rest}"


def parse_uri(text: str) -> Uri:
    """The URI that `text` is. Whoever reads the same gets the same: nobody changes it.

    Raises:
        Malformed: it has no scheme, no host, or is too long.
    """
    return _kept(text) if len(text) <= _LONGEST_KEPT else _read(text)


def _read(text: str) -> Uri:
    text = text.strip()
    scheme, colon, rest = text.partition(":")
    if not colon or not scheme.isalpha() or len(text) > _LONGEST or _NEVER.search(text):
        raise Malformed(MessageFault.BAD_URI, "a URI has no scheme, holds blanks or brackets, or is too long")
    rest = rest.partition("?")[0]
    # A user may hold semicolons (RFC 3261 §19.1.1), so the parameters are looked for behind it.
    userinfo, at, rest = rest.rpartition("@")
    place, *parts = rest.split(";")
    host, port = split_host(place)
    if not host:
        raise Malformed(MessageFault.BAD_URI, "a URI has no host")
    user = userinfo.partition(":")[0] if at else ""
    return Uri(scheme.lower(), user.strip(), host, port, parameters(parts))


_kept = lru_cache(_MOST_KEPT)(_read)


def split_host(place: str) -> tuple[str, int | None]:
    """Host and port of ``host:port``; a port that is no number from 1 to 65535 is left out."""
    place = place.strip()
    if place.startswith("["):
        host, _bracket, rest = place[1:].partition("]")
        digits = rest.removeprefix(":")
    elif place.count(":") > 1:
        return place, None
    else:
        host, _colon, digits = place.partition(":")
    digits = digits.strip()
    sound = digits.isascii() and digits.isdigit() and len(digits) <= 5 and 1 <= int(digits) <= 65535
    return host.strip(), int(digits) if sound else None


@dataclass(frozen=True, slots=True)
class NameAddress:
    """The value of From, To, Contact, Route: a name, a URI, the field's parameters."""

    uri: Uri
    name: str = ""
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """The tag, empty where there is none."""
        return self.parameters.get("tag", "")

    def with_tag(self, tag: str) -> NameAddress:
        """The same with a tag."""
        return NameAddress(self.uri, self.name, {**self.parameters, "tag": tag})

    def __str__(self) -> str:
        name = '"' + self.name.replace("\\", "\\\\").replace('"', '\\"') + '" ' if self.name else ""
        return f"{name}<{self.uri}>{written(self.parameters)}"


def written(values: dict[str, str]) -> str:
    """Parameters of a field as text, quoted where they need it."""
    return "".join(f";{name}={_quoted(value)}" if value else f";{name}" for name, value in values.items())


def _quoted(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def parse_address(text: str) -> NameAddress:
    """The address that a field's value is; without angle brackets all parameters are the field's (RFC 3261 §20).

    Raises:
        Malformed: there is no URI in it.
    """
    before, opened, rest = _at_bracket(text)
    if opened:
        inner, _closed, tail = rest.partition(">")
        return NameAddress(parse_uri(inner), unquote(before.strip()), parameters(split_parameters(tail)))
    place, *parts = split_parameters(text)
    return NameAddress(parse_uri(place), "", parameters(parts))


def _at_bracket(text: str) -> tuple[str, str, str]:
    """`text` around the first ``<`` that stands in no quotes."""
    if '"' not in text:
        return text.partition("<")
    quoted = escaped = False
    for index, letter in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and letter == "\\":
            escaped = True
        elif letter == '"':
            quoted = not quoted
        elif letter == "<" and not quoted:
            return text[:index], "<", text[index + 1 :]
    return text, "", ""
