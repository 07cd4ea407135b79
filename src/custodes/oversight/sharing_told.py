"""Records of sharing in plain words: the steps of directories, platforms, links, grants and cooperation requests; what was stated here and below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from custodes.oversight.moments import between
from custodes.sharing.models import Verb
from custodes.sharing.words import step_words

if TYPE_CHECKING:
    from custodes.oversight.telling import Names


def stepped(record: Mapping[str, Any], names: Names) -> str:
    """What it is called, what happened, why, and what was unmet."""
    parts = [str(record["number"]), str(step_words(str(record["kind"]), str(record["event"]))), str(record["words"])]
    parts += [f"{one['reason']}（{one['clause']}）" for one in record.get("unmet", ())]
    return " · ".join(part for part in parts if part)


def statement(record: Mapping[str, Any], _names: Names) -> str:
    """Who asks, for what, why, under which document."""
    parts = [_who(record), str(record["channel"]), _verb(str(record["verb"]))]
    if record.get("span"):
        parts.append(between(*record["span"]))
    parts.append(_("事由：%(purpose)s") % {"purpose": record["purpose"]})
    if record.get("document"):
        parts.append(_("文书或者案件编号：%(number)s") % {"number": record["document"]})
    return _("；").join(parts)


def _who(record: Mapping[str, Any]) -> str:
    return " ".join(str(record.get(name)) for name in ("unit", "person_name", "number") if record.get(name))


def _verb(verb: str) -> str:
    return str(Verb(verb).label) if verb in Verb.values else verb


def stated(record: Mapping[str, Any], names: Names) -> str:
    """To which platform, which camera, what for, who and why."""
    camera = names.cameras.get(str(record["camera"]), str(record["channel"]))
    parts = [str(record["lower"]), camera, _verb(str(record["verb"])), _who(record), record["reason"]]
    return " · ".join(str(part) for part in (*parts, record.get("document", "")) if part)
