"""What comes of setting a device, out of its word, what it says afterwards and what the gateway says."""

from __future__ import annotations

from enum import StrEnum

from custodes.video.wire.configuration import ConfigureAnswer


class Outcome(StrEnum):
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
        return self in (Outcome.SET, Outcome.SET_UNSAID)

    @property
    def undone(self) -> bool:
        """Whether it is sure that the device is as it was."""
        return self in (
            Outcome.REFUSED,
            Outcome.NOT_REGISTERED,
            Outcome.BUSY,
            Outcome.NOT_EXPECTED,
            Outcome.UNSENDABLE,
            Outcome.NOT_READ,
            Outcome.CHANGED,
            Outcome.UNCLEAR,
            Outcome.UNRECORDED,
        )

    @property
    def words(self) -> str:
        """For the record, in Chinese as all of the register's words there."""
        return _WORDS[self]


_WORDS = {
    Outcome.SET: "设备回复成功，再次读取与所设一致",
    Outcome.SET_UNSAID: "设备没有回复成功，再次读取却与所设一致",
    Outcome.DIFFERS: "设备回复成功，再次读取与所设不一致",
    Outcome.UNREAD: "设备回复成功，再次读取没有得到，是否生效不明",
    Outcome.KEPT: "已下发，设备没有回复结果，再次读取与所设不一致",
    Outcome.REFUSED: "设备拒绝更改",
    Outcome.NO_WORD: "已下发，设备没有回复结果，是否生效不明",
    Outcome.NO_ANSWER: "已下发，设备没有应答，是否收到不明",
    Outcome.NOT_REGISTERED: "设备没有注册，没有下发",
    Outcome.BUSY: "该设备正在读取或者更改，没有下发",
    Outcome.NOT_EXPECTED: "网关尚未按新的心跳间隔判断离线，没有下发",
    Outcome.UNSENDABLE: "设备的标准版本不支持，没有下发",
    Outcome.NOT_READ: "更改前再读取没有得到，没有下发",
    Outcome.CHANGED: "更改前再读取，设备的配置已经不同，没有下发",
    Outcome.UNCLEAR: "设备所报没有全部读懂，写回会丢失，没有下发",
    Outcome.UNRECORDED: "存证日志暂不可用，没有下发",
    Outcome.UNKNOWN: "国标网关没有应答，是否下发不明",
}
_OF_GATEWAY = {
    "not_registered": Outcome.NOT_REGISTERED,
    "full": Outcome.BUSY,
    "below": Outcome.UNSENDABLE,
    "not_expected": Outcome.NOT_EXPECTED,
    "no_answer": Outcome.NO_ANSWER,
    "refused": Outcome.REFUSED,
    "unsendable": Outcome.UNSENDABLE,
    "not_read": Outcome.NOT_READ,
    "changed": Outcome.CHANGED,
    "unclear": Outcome.UNCLEAR,
}


def outcome_of(answer: ConfigureAnswer) -> Outcome:
    """What the gateway's answer comes to."""
    if answer.failure in _OF_GATEWAY:
        return _OF_GATEWAY[answer.failure]
    said_yes = answer.failure == ""
    if answer.after is None:
        return {"": Outcome.UNREAD, "error": Outcome.REFUSED}.get(answer.failure, Outcome.NO_WORD)
    if answer.differs:
        return {"": Outcome.DIFFERS, "error": Outcome.REFUSED}.get(answer.failure, Outcome.KEPT)
    if answer.untold:
        return {"": Outcome.UNREAD, "error": Outcome.REFUSED}.get(answer.failure, Outcome.NO_WORD)
    return Outcome.SET if said_yes else Outcome.SET_UNSAID
