"""What the entries about one matter say, in one line of plain words: evidence packages; holds and the daily account of a worker; embargoes and
findings; partners' programs; the steps of directories, platforms, links, grants and cooperation requests, and what was stated here and
below.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from custodes.access.looks.embargo import EMBARGO
from custodes.access.looks.review.case import FINDING
from custodes.access.looks.review.showing import KINDS
from custodes.cases.registry import registry
from custodes.oversight.moments import between
from custodes.sharing.models import Verb
from custodes.upkeep.templatetags.upkeep import span_words

if TYPE_CHECKING:
    from custodes.oversight.log_phrases import LedgerNames

_SHARING = {
    "cooperation": "sharing.cooperation",
    "directory": "sharing.directory",
    "grant": "sharing.linkgrant",
    "link": "sharing.link",
    "platform": "sharing.platform",
}
"""What records of sharing call a kind of case → its key."""


def listed(record: Mapping[str, Any], names: LedgerNames) -> str:
    """For which request, and how much is going to be in it."""
    much = _("录像 %(parts)d 段，没有录像的说明 %(gaps)d 条") % {"parts": record["parts"], "gaps": record["gaps"]}
    return " · ".join(part for part in (str(record["number"]), much) if part)


def made(record: Mapping[str, Any], names: LedgerNames) -> str:
    """For which request, and the hash of the file."""
    return " · ".join(part for part in (str(record["number"]), f"SHA-256 {record['sha256']}") if part)


def broken(record: Mapping[str, Any], names: LedgerNames) -> str:
    """For which request, how much was sent by then, and why."""
    sent = _("已发出 %(bytes)d 字节、录像 %(parts)d 段") % {"bytes": record["bytes"], "parts": record["parts"]}
    return " · ".join(part for part in (str(record["number"]), sent, str(record["reason"])) if part)


def handed(record: Mapping[str, Any], names: LedgerNames) -> str:
    """To whom, on what, and the hash of the file."""
    receivers = _("、").join(str(one) for one in record["receivers"])
    return " · ".join(part for part in (receivers, str(record["medium"]), f"SHA-256 {record['sha256']}") if part)


def placed(record: Mapping[str, Any], names: LedgerNames) -> str:
    """Which footage, and why."""
    span = record["span"]
    parts = [names.some_cameras(record), between(span[0], span[1]), record["case_name"], record["number"]]
    return " · ".join(str(part) for part in (*parts, record["reason"]) if part)


def took_effect(record: Mapping[str, Any], names: LedgerNames) -> str:
    """Which workers answered, and what they found."""
    workers = _("、").join(record["workers"])
    if record["released"]:
        return _("%(workers)s 已不再保全") % {"workers": workers}
    return _("%(workers)s 已保全：在存 %(there)s，此前已删除 %(deleted)s，未曾录制 %(never)s") % {
        "workers": workers,
        **{key: span_words(record[f"{key}_us"]) for key in ("there", "deleted", "never")},
    }


def hold_stepped(record: Mapping[str, Any], names: LedgerNames) -> str:
    """Why, and by which paper."""
    return " · ".join(str(part) for part in (record["number"], record["reason"]) if part)


def keeping(record: Mapping[str, Any], names: LedgerNames) -> str:
    """How many cameras fall short."""
    short = sum(1 for one in record["cameras"] if one[3])
    told = _("%(node)s/%(worker)s %(day)s：点位 %(count)d 个") % {
        "node": record["node"], "worker": record["worker"], "day": record["day"], "count": len(record["cameras"]),
    }  # fmt: skip
    return told + (
        ngettext("，%(short)d 个留存不足", "，%(short)d 个留存不足", short) % {"short": short} if short else ""
    )


def embargo(record: Mapping[str, Any], names: Any) -> str:
    """Of which request, what happened, until when."""
    event = str(EMBARGO.story(str(record["event"])))
    parts = [record["number"], event, _("暂缓至 %(day)s") % {"day": record["until"]}, record["words"]]
    return " · ".join(part for part in parts if part)


def finding(record: Mapping[str, Any], names: Any) -> str:
    """Of which rule, about whom and which day, what happened."""
    event = str(FINDING.story(str(record["event"])))
    kind = str(KINDS.get(str(record["kind"]), record["kind"]))
    leaves = "、".join(f"#{index}" for index in record["leaves"][:2])
    words = "" if record["event"] == "found" else record["words"]
    parts = [kind, names.persons.get(str(record["about"]), ""), record["day"], event, leaves, words]
    return " · ".join(part for part in parts if part)


def called(record: Mapping[str, Any], names: LedgerNames) -> str:
    """Which key asked for what, with whose posts, and how much it was given."""
    words = _("程序（密钥 %(key)s）以%(person)s的岗位调用 %(call)s，给出 %(rows)s 条，状态 %(status)s")
    return words % {
        "key": record["key"],
        "person": names.person(record),
        "call": record["call"],
        "rows": record["rows"],
        "status": record["status"],
    }


def sharing_stepped(record: Mapping[str, Any], names: LedgerNames) -> str:
    """What it is called, what happened, why, and what was unmet."""
    kind, event = registry.get(_SHARING.get(str(record["kind"]), "")), str(record["event"])
    parts = [str(record["number"]), event if kind is None else str(kind.story(event)), str(record["words"])]
    parts += [f"{one['reason']}（{one['clause']}）" for one in record.get("unmet", ())]
    return " · ".join(part for part in parts if part)


def statement(record: Mapping[str, Any], _names: LedgerNames) -> str:
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


def stated(record: Mapping[str, Any], names: LedgerNames) -> str:
    """To which platform, which camera, what for, who and why."""
    camera = names.cameras.get(str(record["camera"]), str(record["channel"]))
    parts = [str(record["lower"]), camera, _verb(str(record["verb"])), _who(record), record["reason"]]
    return " · ".join(str(part) for part in (*parts, record.get("document", "")) if part)
