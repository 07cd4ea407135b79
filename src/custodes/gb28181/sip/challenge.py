"""WWW-Authenticate and Authorization fields: their grammar (RFC 3261 §20.7, §20.44; RFC 7616)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}"
_PARAMETER = re.compile(rf'\s*({_WORD})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))\s*(?:,|$)')
_SCHEME = re.compile(rf"\s*({_WORD})(?:\s+|$)")
_MOST = 24
"""Parameters of one field that are looked at."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A scheme in lower case with its parameters, whose names are in lower case too."""

    scheme: str
    parameters: dict[str, str] = field(default_factory=dict, repr=False)

    def get(self, name: str) -> str:
        """The parameter `name`, empty when absent."""
        return self.parameters.get(name, "")


def parse_field(value: str) -> Credentials | None:
    """The scheme and parameters of one field, None where there is no scheme. Never raises.

    SIP allows one challenge a field (RFC 3261 §7.3.1 forbids joining them), so a comma only parts parameters.
    """
    scheme = _SCHEME.match(value)
    if scheme is None:
        return None
    at = scheme.end()
    found: dict[str, str] = {}
    for _ in range(_MOST):
        parameter = _PARAMETER.match(value, at)
        if parameter is None:
            break
        text = parameter[2] if parameter[2] is not None else parameter[3]
        found.setdefault(parameter[1].lower(), re.sub(r"\\(.)", r"\1", text))
        at = parameter.end()
    return Credentials(scheme[1].lower(), found)


def quote(text: str) -> str:
    """`text` as a quoted string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
