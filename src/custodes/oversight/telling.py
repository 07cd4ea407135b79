"""What an entry says, in one line of plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custodes.people.models import Person
from custodes.places.models import Camera
from custodes.upkeep.reasons import reason_words

TYPES: dict[str, Promise] = {
    "segment.sealed": gettext_lazy("录像封存"),
    "gap": gettext_lazy("录像缺口"),
    "purge": gettext_lazy("到期删除"),
    "view.begun": gettext_lazy("开始显示"),
    "view.ended": gettext_lazy("停止显示"),
    "grant": gettext_lazy("准予查看"),
    "refusal": gettext_lazy("不准查看"),
    "revocation": gettext_lazy("收回查看"),
    "duty.begun": gettext_lazy("开始值班"),
    "duty.ended": gettext_lazy("结束值班"),
    "login": gettext_lazy("登录"),
    "login.failed": gettext_lazy("登录失败"),
    "logout": gettext_lazy("退出"),
    "config.changed": gettext_lazy("登记变更"),
    "key.rotated": gettext_lazy("密钥更换"),
    "heartbeat": gettext_lazy("日志心跳"),
}

OBJECTS: dict[str, Promise] = {
    "places.site": gettext_lazy("场所"),
    "places.system": gettext_lazy("系统"),
    "places.camera": gettext_lazy("点位"),
    "places.placerole": gettext_lazy("场所角色"),
    "places.systemrole": gettext_lazy("系统角色"),
    "places.systempost": gettext_lazy("值守岗位"),
    "places.probe": gettext_lazy("地址检测"),
    "people.account": gettext_lazy("账号"),
    "people.person": gettext_lazy("人员"),
    "people.post": gettext_lazy("岗位"),
    "people.unit": gettext_lazy("单位"),
}


@dataclass
class Names:
    """Names of persons and cameras, looked up once for a page."""

    persons: dict[str, str] = field(default_factory=dict)
    cameras: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, records: Iterable[Mapping[str, Any]]) -> Names:
        """The names that these records need."""
        persons: set[UUID] = set()
        cameras: set[UUID] = set()
        for record in records:
            persons |= _uuids(record.get("person"), record.get("by"))
            cameras |= _uuids(record.get("camera"), *(record.get("cameras") or ())[:8])
            if record.get("object") == "places.camera":
                cameras |= _uuids(record.get("object_id"))
        rows = Person.objects.filter(uuid__in=persons).select_related("unit")
        return cls(
            {str(row.uuid): f"{row.name}（{row.unit.name}）" for row in rows},
            {str(pk): name for pk, name in Camera.objects.filter(pk__in=cameras).values_list("pk", "name")},
        )

    def person(self, record: Mapping[str, Any]) -> str:
        """Who, by name and unit; the record's own words when the register no longer knows."""
        key = str(record.get("person") or record.get("by") or "")
        if key == "system":
            return _("系统")
        return self.persons.get(key) or str(record.get("person_name") or record.get("account") or "")

    def camera(self, key: Any) -> str:
        """A camera's name."""
        return self.cameras.get(str(key)) or _("未登记的点位")

    def some_cameras(self, record: Mapping[str, Any]) -> str:
        """Up to three names, and how many there are."""
        keys = list(record.get("cameras") or ())
        text = _("、").join(self.camera(key) for key in keys[:3])
        return text if len(keys) <= 3 else _("%(names)s 等 %(count)d 个点位") % {"names": text, "count": len(keys)}


def _uuids(*values: Any) -> set[UUID]:
    found = set()
    for value in values:
        try:
            found.add(UUID(str(value)))
        except ValueError:
            continue
    return found


def moment(us: int) -> str:
    """A time in microseconds UTC, shown in the installation's zone."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")


def _between(begin: int, end: int) -> str:
    return f"{moment(begin)}–{moment(end)}"


def _grant(record: Mapping[str, Any], names: Names) -> str:
    parts = [names.some_cameras(record)]
    if record.get("still"):
        parts.append(_("接入核对画面一张"))
    if record.get("live"):
        parts.append(_("实时"))
    if record.get("span"):
        parts.append(_between(*record["span"]))
    if record.get("purpose"):
        parts.append(
            _("事由：%(purpose)s；内容：%(content)s") % {"purpose": record["purpose"], "content": record.get("content")}
        )
    return _("；").join(parts)


def _refusal(record: Mapping[str, Any], names: Names) -> str:
    unmet = _("；").join(f"{item['reason']}（{item['clause']}）" for item in record.get("unmet", ()))
    return f"{names.some_cameras(record)}：{unmet}"


def _view_ended(record: Mapping[str, Any], names: Names) -> str:
    shown = sum(end - begin for begin, end in record.get("shown", ())) / 1_000_000
    return _("%(camera)s，共显示 %(seconds)d 秒") % {
        "camera": names.camera(record.get("camera")),
        "seconds": round(shown),
    }


def _view_begun(record: Mapping[str, Any], names: Names) -> str:
    at = record.get("at_us")
    where = _("实时") if at is None else moment(at)
    return f"{names.camera(record.get('camera'))} · {where}"


def _gap(record: Mapping[str, Any], names: Names) -> str:
    span = _between(record["from_us"], record["to_us"])
    return f"{names.camera(record.get('camera'))} · {span} · {reason_words(str(record.get('reason')))}"


def _segment(record: Mapping[str, Any], names: Names) -> str:
    return f"{names.camera(record.get('camera'))} · {_between(record['start_us'], record['end_us'])}"


def _purge(record: Mapping[str, Any], names: Names) -> str:
    text = _("%(camera)s，%(span)s，%(count)d 段") % {
        "camera": names.camera(record.get("camera")),
        "span": _between(record["from_us"], record["to_us"]),
        "count": len(record.get("segments", ())),
    }
    return f"{text} · {record.get('rule')}"


def _revocation(record: Mapping[str, Any], names: Names) -> str:
    return _("%(count)d 次查看：%(reason)s（%(clause)s）") % {
        "count": len(record.get("grants", ())),
        "reason": _(str(record.get("reason"))),
        "clause": record.get("clause"),
    }


def _config(record: Mapping[str, Any], names: Names) -> str:
    kind = OBJECTS.get(str(record.get("object")), str(record.get("object")))
    name = names.cameras.get(str(record.get("object_id")), "")
    fields = _("、").join(record.get("changes", {}))
    return f"{kind}{' ' + name if name else ''}：{fields}"


def _login(record: Mapping[str, Any], names: Names) -> str:
    return _(" · ").join(str(record[key]) for key in ("account", "method", "address", "reason") if record.get(key))


def _key(record: Mapping[str, Any], names: Names) -> str:
    return f"{record.get('key')} → {record.get('new')}"


def _heartbeat(record: Mapping[str, Any], names: Names) -> str:
    return _("此前共 %(size)d 条") % {"size": record.get("size", 0)}


def _duty(record: Mapping[str, Any], names: Names) -> str:
    return str(record.get("reason") or "")


_TELLERS: dict[str, Callable[[Mapping[str, Any], Names], str]] = {
    "segment.sealed": _segment,
    "gap": _gap,
    "purge": _purge,
    "view.begun": _view_begun,
    "view.ended": _view_ended,
    "grant": _grant,
    "refusal": _refusal,
    "revocation": _revocation,
    "duty.begun": _duty,
    "duty.ended": _duty,
    "login": _login,
    "login.failed": _login,
    "logout": _login,
    "config.changed": _config,
    "key.rotated": _key,
    "heartbeat": _heartbeat,
}


def tell(record: Mapping[str, Any] | None, names: Names) -> str:
    """One line of plain words; a record that was deleted lawfully says so."""
    if record is None:
        return _("记录内容已依法删除，存证仍可核验")
    teller = _TELLERS.get(str(record.get("type")))
    try:
        return teller(record, names) if teller else ""
    except (KeyError, TypeError, ValueError):
        return _("记录格式不认识")
