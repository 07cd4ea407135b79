"""What the entries about embargoes and about findings say, in one line of plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from custodes.access.looks.words import EMBARGO_EVENTS, FINDING_EVENTS, KINDS


def embargo(record: Mapping[str, Any], names: Any) -> str:
    """Of which request, what happened, until when."""
    event = str(EMBARGO_EVENTS.get(str(record["event"]), record["event"]))
    parts = [record["number"], event, _("暂缓至 %(day)s") % {"day": record["until"]}, record["words"]]
    return " · ".join(part for part in parts if part)


def finding(record: Mapping[str, Any], names: Any) -> str:
    """Of which rule, about whom and which day, what happened."""
    event = str(FINDING_EVENTS.get(str(record["event"]), record["event"]))
    kind = str(KINDS.get(str(record["kind"]), record["kind"]))
    leaves = "、".join(f"#{index}" for index in record["leaves"][:2])
    words = "" if record["event"] == "found" else record["words"]
    parts = [kind, names.persons.get(str(record["about"]), ""), record["day"], event, leaves, words]
    return " · ".join(part for part in parts if part)
