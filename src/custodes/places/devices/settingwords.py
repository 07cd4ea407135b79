"""How a device is set and what came of setting it, in words: on its page in the reader's language, in records in Chinese."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from custodes.places.devices.settingrules import lines_of
from custodes.video.wire.configuration import ConfigurationWish, ConfigureAnswer, DeviceSettings


class SettingOutcome(StrEnum):
    """What came of it."""

    SET = "set"
    SET_UNSAID = "set_unsaid"
    DIFFERS = "differs"
    UNREAD = "unread"
    KEPT = "kept"
    REFUSED = "refused"
    NO_WORD = "no_word"
    NO_ANSWER = "no_answer"
    NOT_REGISTERED = "not_registered"
    BUSY = "busy"
    NOT_EXPECTED = "not_expected"
    UNSENDABLE = "unsendable"
    NOT_READ = "not_read"
    CHANGED = "changed"
    UNCLEAR = "unclear"
    UNRECORDED = "unrecorded"
    UNKNOWN = "unknown"

    @property
    def stands(self) -> bool:
        """Whether the device says since that it is set so."""
        return self in (SettingOutcome.SET, SettingOutcome.SET_UNSAID)

    @property
    def undone(self) -> bool:
        """Whether it is sure that the device is as it was."""
        return self in (
            SettingOutcome.REFUSED,
            SettingOutcome.NOT_REGISTERED,
            SettingOutcome.BUSY,
            SettingOutcome.NOT_EXPECTED,
            SettingOutcome.UNSENDABLE,
            SettingOutcome.NOT_READ,
            SettingOutcome.CHANGED,
            SettingOutcome.UNCLEAR,
            SettingOutcome.UNRECORDED,
        )

    @property
    def words(self) -> str:
        """For the record, in Chinese as all of the register's words there."""
        return _WORDS[self]


_WORDS = {
    SettingOutcome.SET: "设备回复成功，再次读取与所设一致",
    SettingOutcome.SET_UNSAID: "设备没有回复成功，再次读取却与所设一致",
    SettingOutcome.DIFFERS: "设备回复成功，再次读取与所设不一致",
    SettingOutcome.UNREAD: "设备回复成功，再次读取没有得到，是否生效不明",
    SettingOutcome.KEPT: "已下发，设备没有回复结果，再次读取与所设不一致",
    SettingOutcome.REFUSED: "设备拒绝更改",
    SettingOutcome.NO_WORD: "已下发，设备没有回复结果，是否生效不明",
    SettingOutcome.NO_ANSWER: "已下发，设备没有应答，是否收到不明",
    SettingOutcome.NOT_REGISTERED: "设备没有注册，没有下发",
    SettingOutcome.BUSY: "该设备正在读取或者更改，没有下发",
    SettingOutcome.NOT_EXPECTED: "网关尚未按新的心跳间隔判断离线，没有下发",
    SettingOutcome.UNSENDABLE: "设备的标准版本不支持，没有下发",
    SettingOutcome.NOT_READ: "更改前再读取没有得到，没有下发",
    SettingOutcome.CHANGED: "更改前再读取，设备的配置已经不同，没有下发",
    SettingOutcome.UNCLEAR: "设备所报没有全部读懂，写回会丢失，没有下发",
    SettingOutcome.UNRECORDED: "存证日志暂不可用，没有下发",
    SettingOutcome.UNKNOWN: "国标网关没有应答，是否下发不明",
}
_OF_GATEWAY = {
    "not_registered": SettingOutcome.NOT_REGISTERED,
    "full": SettingOutcome.BUSY,
    "below": SettingOutcome.UNSENDABLE,
    "not_expected": SettingOutcome.NOT_EXPECTED,
    "no_answer": SettingOutcome.NO_ANSWER,
    "refused": SettingOutcome.REFUSED,
    "unsendable": SettingOutcome.UNSENDABLE,
    "not_read": SettingOutcome.NOT_READ,
    "changed": SettingOutcome.CHANGED,
    "unclear": SettingOutcome.UNCLEAR,
}


def outcome_of(answer: ConfigureAnswer) -> SettingOutcome:
    """What the gateway's answer comes to."""
    if answer.failure in _OF_GATEWAY:
        return _OF_GATEWAY[answer.failure]
    said_yes = answer.failure == ""
    if answer.after is None:
        return {"": SettingOutcome.UNREAD, "error": SettingOutcome.REFUSED}.get(answer.failure, SettingOutcome.NO_WORD)
    if answer.differs:
        return {"": SettingOutcome.DIFFERS, "error": SettingOutcome.REFUSED}.get(answer.failure, SettingOutcome.KEPT)
    if answer.untold:
        return {"": SettingOutcome.UNREAD, "error": SettingOutcome.REFUSED}.get(answer.failure, SettingOutcome.NO_WORD)
    return SettingOutcome.SET if said_yes else SettingOutcome.SET_UNSAID


LABELS: dict[str, Any] = {
    "name": pgettext_lazy("设备配置", "名称"),
    "expiration_s": _("注册有效期（秒）"),
    "heartbeat_s": _("心跳间隔（秒）"),
    "heartbeat_count": _("允许缺失的心跳数"),
    "mirror": _("画面镜像"),
}
"""Of what is set one by one, by the names of `ConfigurationWish`."""

PARTS: dict[str, Any] = {
    "mask": _("隐私遮挡"),
    "record_plan": _("设备录像计划"),
    "alarm_record": _("设备报警录像"),
    "alarm_report": _("报警上报"),
    "osd": _("画面文字"),
    "streams": _("视频参数"),
}
"""Of what is set as a whole, by the names of `ConfigurationWish`."""

MIRRORS = {0: _("不镜像"), 1: _("左右镜像"), 2: _("上下镜像"), 3: _("左右、上下都镜像")}
_POSITIONS = {0: _("不定位"), 1: _("GPS 定位"), 2: _("北斗定位")}

TYPES: dict[str, Any] = {
    "BasicParam": _("基本参数"),
    "VideoParamOpt": _("视频参数范围"),
    "VideoParamAttribute": _("视频参数属性"),
    "VideoRecordPlan": _("录像计划"),
    "VideoAlarmRecord": _("报警录像"),
    "PictureMask": _("视频画面遮挡"),
    "FrameMirror": _("画面翻转"),
    "AlarmReport": _("报警上报开关"),
    "OSDConfig": _("前端 OSD"),
}
"""Of a configuration, as the standard calls them."""


def value_of(name: str, value: Any) -> Any:
    """One value of those that are set one by one."""
    if value is None:
        return _("未报告")
    return MIRRORS.get(value, value) if name == "mirror" else value


def changes_in_chinese(name: str, before: Any, wanted: Any) -> list[str]:
    """What is changed of it, for a record: ``心跳间隔（秒） 60 → 30``."""
    with override("zh-hans"):
        if name in LABELS:
            return [f"{LABELS[name]} {_short(value_of(name, before))} → {value_of(name, wanted)}"]
        old, new = _told(name, before), _told(name, wanted)
        lines = [(label, old.get(label, "–"), new.get(label, "–")) for label in dict.fromkeys((*old, *new))]
        return [f"{label} {_short(was)} → {is_now}" for label, was, is_now in lines if was != is_now]


def now_in_chinese(name: str, wanted: Any, said: Any) -> list[str]:
    """What a device says instead of what it was to be set to, for a record: ``心跳间隔（秒） 60``."""
    with override("zh-hans"):
        if name in LABELS:
            return [_short(f"{LABELS[name]} {value_of(name, said)}")]
        told, asked = _told(name, said), _told(name, wanted)
        lines = {label: told.get(label, "–") for label in dict.fromkeys((*asked, *told))}
        return [f"{label} {_short(words)}" for label, words in lines.items() if words != asked.get(label, "–")]


def _told(name: str, value: Any) -> dict[str, str]:
    return {str(label): str(words) for label, words in lines_of(name, value)} if value is not None else {}


SAID = 60
"""Characters of one value of a device in the record."""


def _short(words: Any) -> str:
    """What a device said is as long as it likes, and is to push no reason out of the record."""
    text = str(words)
    return text if len(text) <= SAID else text[: SAID - 1] + "…"


def facts_of(said: DeviceSettings) -> list[tuple[Any, Any]]:
    """All that it said, as lines of a page."""
    facts = [(label, value_of(name, getattr(said, name))) for name, label in LABELS.items()
             if getattr(said, name) is not None]  # fmt: skip
    if said.position is not None:
        facts.append((_("定位能力"), _POSITIONS.get(said.position, said.position)))
    if said.longitude is not None and said.latitude is not None:
        facts.append((_("设备所报经纬度"), f"{said.longitude:.6f}, {said.latitude:.6f}"))
    if said.speeds is not None:
        facts.append((_("下载倍速"), " / ".join(said.speeds) or _("未报告")))
    if said.resolutions is not None:
        facts.append((_("分辨率（附录 F 编号）"), " / ".join(said.resolutions) or _("未报告")))
    return facts


def parts_of(said: DeviceSettings) -> list[tuple[str, Any, list[tuple[Any, Any]]]]:
    """Name, title and lines of each part that it told of."""
    return [
        (name, title, lines_of(name, value))
        for name, title in PARTS.items()
        if (value := getattr(said, name)) is not None
    ]


def names_of(wish: ConfigurationWish) -> list[str]:
    """What is to be changed."""
    return [name for name in type(wish).model_fields if getattr(wish, name) is not None]
