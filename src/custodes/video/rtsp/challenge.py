"""WWW-Authenticate and Authorization fields: their grammar (RFC 9110 §11, RFC 2617 §1.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PARAMETER = re.compile(rf'\s*({_WORD})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))\s*(?:,|$)')
_SCHEME = re.compile(rf"\s*({_WORD})(?:\s+|$|(?=,))")


@dataclass(frozen=True, slots=True)
class Credentials:
    """A scheme with its parameters (names in lower case), or with its one token (``Basic``)."""

    scheme: str
    parameters: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def get(self, name: str) -> str:
        """The parameter `name`, empty when absent."""
        return self.parameters.get(name, "")


def parse_fields(values: list[str]) -> list[Credentials]:
    """All schemes of all `values` of a field; what can't be read is left out. Never raises."""
    return [found for value in values for found in _parse(value)]


def _parse(value: str) -> list[Credentials]:
    found: list[Credentials] = []
    at = 0
    while at < len(value) and (scheme := _SCHEME.match(value, at)):
        at = scheme.end()
        parameters: dict[str, str] = {}
        token = ""
        while parameter := _PARAMETER.match(value, at):
            text = parameter[2] if parameter[2] is not None else parameter[3]
            parameters.setdefault(parameter[1].lower(), re.sub(r"\\(.)", r"\1", text))
            at = parameter.end()
        if not parameters:
            rest, _comma, _ = value[at:].partition(",")
            token = rest.strip()
            at += len(rest) + 1
        found.append(Credentials(scheme[1].lower(), parameters, token))
    return found


def quote(text: str) -> str:
    """`text` as a quoted string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
