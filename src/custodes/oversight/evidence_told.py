"""What the entries about evidence packages say, in one line of plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from custodes.oversight.telling import Names


def made(record: Mapping[str, Any], names: Names) -> str:
    """For which request, and the hash of the file."""
    return " · ".join(part for part in (str(record["number"]), f"SHA-256 {record['sha256']}") if part)


def broken(record: Mapping[str, Any], names: Names) -> str:
    """For which request, how much was sent by then, and why."""
    sent = _("已发出 %(bytes)d 字节、录像 %(parts)d 段") % {"bytes": record["bytes"], "parts": record["parts"]}
    return " · ".join(part for part in (str(record["number"]), sent, str(record["reason"])) if part)


def handed(record: Mapping[str, Any], names: Names) -> str:
    """To whom, on what, and the hash of the file."""
    receivers = _("、").join(str(one) for one in record["receivers"])
    return " · ".join(part for part in (receivers, str(record["medium"]), f"SHA-256 {record['sha256']}") if part)
