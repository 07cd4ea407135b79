"""What an entry says, in one line of plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from custodes.access.agency.case import AGENCY
from custodes.access.release.case import RELEASE
from custodes.access.supervised.page import step_words as case_words
from custodes.cases.registry import registry
from custodes.oversight import matters_told, steering_phrases
from custodes.oversight.kinds import DUTY_REASONS, FIELDS, METHODS, OBJECTS, SIGN_IN_REASONS
from custodes.oversight.moments import between, moment
from custodes.people.models import Person
from custodes.places.lifecycle.story import step_words
from custodes.places.models import Camera
from custodes.sharing.models import Verb
from custodes.upkeep.alarms.kinds import KINDS
from custodes.upkeep.reasons import reason_words


@dataclass
class LedgerNames:
    """Names of persons and cameras, looked up once for a page."""

    persons: dict[str, str] = field(default_factory=dict)
    cameras: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, records: Iterable[Mapping[str, Any]]) -> LedgerNames:
        """The names that these records need."""
        persons: set[UUID] = set()
        cameras: set[UUID] = set()
        for record in records:
            persons |= _uuids(record.get("person"), record.get("by"), record.get("about"))
            persons |= _uuids(str(record.get("reason") or "").removeprefix("hand_over:"))
            cameras |= _uuids(record.get("camera"), *(record.get("cameras") or ())[:8])
            if record.get("object") == "places.camera":
                cameras |= _uuids(record.get("object_id"))
        rows = Person.objects.filter(uuid__in=persons).select_related("unit")
        return cls(
            {str(row.uuid): f"{row.name} · {row.unit.name}" for row in rows},
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


def _grant(record: Mapping[str, Any], names: LedgerNames) -> str:
    parts = [names.some_cameras(record)]
    if record.get("still"):
        parts.append(_("接入核对画面一张"))
    if record.get("live"):
        parts.append(_("实时"))
    if record.get("span"):
        parts.append(between(*record["span"]))
    parts += _of_upper(record)
    if record.get("purpose") and record.get("stated"):
        parts.append(_("事由：%(purpose)s") % {"purpose": record["purpose"]})
    elif record.get("purpose"):
        parts.append(
            _("事由：%(purpose)s；内容：%(content)s") % {"purpose": record["purpose"], "content": record.get("content")}
        )
    return _("；").join(parts)


def _of_upper(record: Mapping[str, Any]) -> list[str]:
    """What an upper platform asked for, beside what any look is told by."""
    if not record.get("link"):
        return []
    parts = [_("上级平台")]
    if record.get("verb") and record["verb"] != Verb.LIVE:
        parts.append(str(Verb(record["verb"]).label) if record["verb"] in Verb.values else str(record["verb"]))
    if record.get("unknown"):
        parts.append(_("事由不明"))
    if record.get("stated"):
        parts.append(_("办案人员 %(unit)s %(name)s") % {"unit": record["unit"], "name": record["person_name"]})
    if record.get("document"):
        parts.append(_("文书或者案件编号：%(number)s") % {"number": record["document"]})
    if record.get("counted"):
        parts.append(_("此前还有 %(count)d 次相同的请求") % {"count": record["counted"]})
    return parts


def _refusal(record: Mapping[str, Any], names: LedgerNames) -> str:
    unmet = _("；").join(
        _("%(reason)s（%(clause)s）") % {"reason": item["reason"], "clause": item["clause"]}
        for item in record.get("unmet", ())
    )
    what = _("；").join([names.some_cameras(record) or str(record.get("channel", "")), *_of_upper(record)])
    return _("%(what)s：%(words)s") % {"what": what, "words": unmet}


def _view_ended(record: Mapping[str, Any], names: LedgerNames) -> str:
    shown = sum(end - begin for begin, end in record.get("shown", ())) / 1_000_000
    text = _("%(camera)s，共显示 %(seconds)d 秒") % {
        "camera": names.camera(record.get("camera")),
        "seconds": round(shown),
    }
    if record.get("source") == "device":
        return text + _("（设备录像，不是本系统的录像）")
    heard = sum(end - begin for begin, end in record.get("heard", ())) / 1_000_000
    return text + _("，收听声音 %(seconds)d 秒") % {"seconds": round(heard)} if heard else text


def _view_heard(record: Mapping[str, Any], names: LedgerNames) -> str:
    return _("%(camera)s · 除画面外开始收听声音") % {"camera": names.camera(record.get("camera"))}


def _view_begun(record: Mapping[str, Any], names: LedgerNames) -> str:
    at = record.get("at_us")
    where = _("实时") if at is None else moment(at)
    text = f"{names.camera(record.get('camera'))} · {where}"
    return text + _("（设备录像，不是本系统的录像）") if record.get("source") == "device" else text


def _gap(record: Mapping[str, Any], names: LedgerNames) -> str:
    span = between(record["from_us"], record["to_us"])
    return f"{names.camera(record.get('camera'))} · {span} · {reason_words(str(record.get('reason')))}"


def _degraded(record: Mapping[str, Any], names: LedgerNames) -> str:
    return _("%(what)s · 只留关键帧 · %(why)s") % {"what": _gap(record, names), "why": record.get("detail", "")}


def _segment(record: Mapping[str, Any], names: LedgerNames) -> str:
    text = f"{names.camera(record.get('camera'))} · {between(record['start_us'], record['end_us'])}"
    if record.get("source") == "device":
        text += _(" · 由设备自身录像补入，时间以设备时钟为准")
    return text + _(" · 含声音") if record.get("sound") else text


def _gap_filled(record: Mapping[str, Any], names: LedgerNames) -> str:
    seconds = sum(end - begin for begin, end in record.get("filled", ())) / 1_000_000
    return _("%(camera)s，缺失时段 %(span)s，由设备自身录像补入 %(seconds)d 秒，缺失记录保留不变") % {
        "camera": names.camera(record.get("camera")),
        "span": between(record["from_us"], record["to_us"]),
        "seconds": round(seconds),
    }


def _purge(record: Mapping[str, Any], names: LedgerNames) -> str:
    text = _("%(camera)s，%(span)s，%(count)d 段") % {
        "camera": names.camera(record.get("camera")),
        "span": between(record["from_us"], record["to_us"]),
        "count": len(record.get("segments", ())),
    }
    return f"{text} · {record.get('rule')}"


def _revocation(record: Mapping[str, Any], names: LedgerNames) -> str:
    return _("%(count)d 次查看：%(reason)s（%(clause)s）") % {
        "count": len(record.get("grants", ())),
        "reason": _(str(record.get("reason"))),
        "clause": record.get("clause"),
    }


def _config(record: Mapping[str, Any], names: LedgerNames) -> str:
    kind = OBJECTS.get(str(record.get("object")), str(record.get("object")))
    name = names.cameras.get(str(record.get("object_id")), "")
    fields = _("、").join(_field(str(record.get("object")), name) for name in record.get("changes", {}))
    return _("%(what)s：%(words)s") % {"what": f"{kind} {name}" if name else kind, "words": fields}


def _field(label: str, name: str) -> str:
    """A field by the name that its form shows."""
    if name in FIELDS:
        return str(FIELDS[name])
    try:
        return str(getattr(apps.get_model(label)._meta.get_field(name), "verbose_name", name))
    except (LookupError, ValueError, FieldDoesNotExist):
        return name


def _login(record: Mapping[str, Any], names: LedgerNames) -> str:
    methods = [METHODS.get(word, word) for word in str(record.get("method") or "").split("+")]
    reason = SIGN_IN_REASONS.get(str(record.get("reason")), record.get("reason"))
    parts = (record.get("account"), " + ".join(map(str, methods)), record.get("address"), reason)
    return " · ".join(str(part) for part in parts if part)


def _key(record: Mapping[str, Any], names: LedgerNames) -> str:
    return f"{record.get('key')} → {record.get('new')}"


def _volume(record: Mapping[str, Any], names: LedgerNames) -> str:
    words = {"adopted": _("启用存储卷"), "drained": _("停止写入存储卷"), "retired": _("停用存储卷")}
    change = words.get(str(record.get("change")), str(record.get("change")))
    return f"{change} {record.get('node')} {record.get('path')} · {record.get('by')} · {record.get('reason')}"


def _alarm(record: Mapping[str, Any], names: LedgerNames) -> str:
    kind = KINDS.get(str(record.get("kind")))
    what = f"{record.get('name')} · {kind.label if kind else record.get('kind')}"
    if record.get("count", 1) != 1:
        what += _("（%(count)d 个）") % {"count": record["count"]}
    if record.get("false_alarm"):
        what += f" · {_('误报')}"
    return f"{what} · {record['words']}" if record.get("words") else what


def _step(record: Mapping[str, Any], names: LedgerNames) -> str:
    what = OBJECTS.get(str(record.get("object")), record.get("object"))
    told = f"{what} · {step_words(str(record.get('object')), str(record.get('event')))} · {record.get('on')}"
    return f"{told} · {record['words']}" if record.get("words") else told


def _request(record: Mapping[str, Any], names: LedgerNames) -> str:
    """A refusal says what was missing."""
    parts = [record["number"] or _("草稿"), record["unit"], str(AGENCY.story(str(record["event"]))), record["words"]]
    parts += [f"{one['reason']}（{one['clause']}）" for one in record["unmet"]]
    return " · ".join(part for part in parts if part)


def _declared_case(record: Mapping[str, Any], names: LedgerNames) -> str:
    kind = registry.get(str(record["kind"]))
    name, what = (
        (kind.name, kind.story(str(record["event"]))) if kind is not None else (record["kind"], record["event"])
    )
    parts = [str(name), str(record.get("number", "")), str(what), str(record["on"]), str(record["words"])]
    return " · ".join(part for part in parts if part)


def _case(record: Mapping[str, Any], names: LedgerNames) -> str:
    """Number and what happened; names of a family stand in the case, not in the log."""
    parts = [record["number"], str(case_words(str(record["event"]))), record["words"]]
    parts += [f"{one['reason']}（{one['clause']}）" for one in record.get("unmet", ())]
    return " · ".join(part for part in parts if part)


def _release(record: Mapping[str, Any], names: LedgerNames) -> str:
    """Number, which camera, what happened, and where it was published."""
    camera = names.cameras.get(str(record["camera"]), "")
    parts = [
        record["number"],
        camera,
        str(RELEASE.story(str(record["event"]))),
        record["words"],
        record.get("where", ""),
    ]
    parts += [f"{one['reason']}（{one['clause']}）" for one in record.get("unmet", ())]
    return " · ".join(part for part in parts if part)


def _heartbeat(record: Mapping[str, Any], names: LedgerNames) -> str:
    return _("此前共 %(size)d 条") % {"size": record.get("size", 0)}


def _duty(record: Mapping[str, Any], names: LedgerNames) -> str:
    word, _sep, successor = str(record.get("reason") or "").partition(":")
    text = str(DUTY_REASONS.get(word, word))
    return f"{text} → {names.persons[successor]}" if successor in names.persons else text


def _paper(record: Mapping[str, Any], names: LedgerNames) -> str:
    """Which paper, by its hash: names of files are not in the log."""
    object_type = str(record.get("about") or "").partition(":")[0]
    parts = [str(OBJECTS.get(object_type, object_type)), str(record.get("reason") or "")]
    if record.get("form") == "thumbnail":
        parts.append(_("缩略图"))
    parts.append(f"SHA-256 {str(record['sha256'])[:16]}…")
    return " · ".join(part for part in parts if part)


def _positions(record: Mapping[str, Any], names: LedgerNames) -> str:
    kind, _colon, key = str(record["about"]).partition(":")
    about = {"agency": _("查阅调取申请"), "missing": _("走失人员查看")}.get(kind, kind)
    return _("为办理%(about)s，查看 %(cameras)s 个点位的大致位置") % {
        "about": f"{about} {key[:8]}", "cameras": record["cameras"],
    }  # fmt: skip


def _exported(record: Mapping[str, Any], names: LedgerNames) -> str:
    return _("%(list)s：%(rows)s 行（%(form)s，条件：%(filter)s）") % {
        "list": record["list"], "rows": f"{record['rows']:,}",
        "form": str(record["form"]).upper(), "filter": record["filter"] or _("无"),
    }  # fmt: skip


def _imported(record: Mapping[str, Any], names: LedgerNames) -> str:
    return _("%(kind)s：共 %(rows)s 行，登记 %(entered)s 行，未登记 %(refused)s 行，待核对 %(doubtful)s 行") % {
        "kind": record["kind"],
        **{key: f"{record[key]:,}" for key in ("rows", "entered", "refused", "doubtful")},
    }  # fmt: skip


def _backup(record: Mapping[str, Any], names: LedgerNames) -> str:
    return _("%(by)s 备份到 %(file)s，含已签名的前 %(size)s 条存证") % {
        "by": record["by"], "file": record["file"], "size": f"{record['checkpoint']:,}",
    }  # fmt: skip


def _certificate(record: Mapping[str, Any], names: LedgerNames) -> str:
    servers = {"authority": _("证书颁发机构"), "web": _("网页服务"), "node": _("媒体节点")}
    return _("%(by)s 为%(server)s签发证书 %(names)s，%(begins)s 至 %(ends)s，序列号 %(serial)s") % {
        "by": record["by"], "server": servers[record["server"]], "names": "、".join(record["names"]),
        "begins": str(record["begins"])[:10], "ends": str(record["ends"])[:10], "serial": record["serial"],
    }  # fmt: skip


def _continued(record: Mapping[str, Any], names: LedgerNames) -> str:
    return _("%(by)s 从备份恢复：接续日志 %(origin)s 的前 %(size)s 条存证，其后由该日志另行记录的不在此列") % {
        "by": record["by"], "origin": record["origin"], "size": f"{record['carried']:,}",
    }  # fmt: skip


def _contradicted(record: Mapping[str, Any], names: LedgerNames) -> str:
    doubt = _("已证实改写") if record["doubt"] == "forked" else _("缺少延续的证明")
    return _("%(name)s：已联署 %(seen)s 条，后来送来 %(shown)s 条（%(doubt)s）") % {
        "name": record["name"], "seen": f"{record['seen']:,}", "shown": f"{record['shown']:,}", "doubt": doubt,
    }  # fmt: skip


_TELLERS: dict[str, Callable[[Mapping[str, Any], LedgerNames], str]] = {
    "segment.sealed": _segment,
    "gap": _gap,
    "degraded": _degraded,
    "gap.filled": _gap_filled,
    "purge": _purge,
    "keeping": matters_told.keeping,
    "view.begun": _view_begun,
    "view.heard": _view_heard,
    "view.ended": _view_ended,
    "grant": _grant,
    "refusal": _refusal,
    "revocation": _revocation,
    "hold.placed": matters_told.placed,
    "hold.effective": matters_told.took_effect,
    "hold.reviewed": matters_told.hold_stepped,
    "hold.release.asked": matters_told.hold_stepped,
    "hold.release.declined": matters_told.hold_stepped,
    "hold.released": matters_told.hold_stepped,
    "duty.begun": _duty,
    "duty.ended": _duty,
    "login": _login,
    "login.failed": _login,
    "logout": _login,
    "paper.kept": _paper,
    "paper.read": _paper,
    "paper.removed": _paper,
    "positions.read": _positions,
    "list.exported": _exported,
    "program.called": matters_told.called,
    "config.changed": _config,
    "register.step": _step,
    "request.step": _request,
    "case.step": _case,
    "cases.step": _declared_case,
    "release.step": _release,
    "sharing.step": matters_told.sharing_stepped,
    "platform.statement": matters_told.statement,
    "platform.stated": matters_told.stated,
    "embargo.step": matters_told.embargo,
    "finding.step": matters_told.finding,
    "evidence.listed": matters_told.listed,
    "evidence.made": matters_told.made,
    "evidence.broken": matters_told.broken,
    "evidence.handed": matters_told.handed,
    "table.imported": _imported,
    "key.rotated": _key,
    "volume.changed": _volume,
    "backup.made": _backup,
    "certificate.issued": _certificate,
    "log.continued": _continued,
    "alarm.raised": _alarm,
    "alarm.acknowledged": _alarm,
    "alarm.cleared": _alarm,
    "control.begun": steering_phrases.begun,
    "control.commands": steering_phrases.commands,
    "control.ended": steering_phrases.ended,
    "control.returned": steering_phrases.returned,
    "speech.begun": steering_phrases.speech_begun,
    "speech.ended": steering_phrases.speech_ended,
    "witness.contradicted": _contradicted,
    "heartbeat": _heartbeat,
}


def tell(record: Mapping[str, Any] | None, names: LedgerNames) -> str:
    """One line of plain words; a record that was deleted lawfully says so."""
    if record is None:
        return _("记录内容已依法删除，存证仍可核验")
    teller = _TELLERS.get(str(record.get("type")))
    try:
        return teller(record, names) if teller else ""
    except (KeyError, IndexError, TypeError, ValueError, OverflowError):
        return _("记录格式无法识别")
