"""The three platforms as data, without Django: the demo's own process reads them too. All names of people are invented for training."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.demo.platforms import BELOW_REGION, SimulatedBelow


@dataclass(frozen=True)
class Level:
    """One level.

    Attributes:
        key: also the name of its folder.
        division: code of GB/T 2260.
        gb_id: of its platform (GB/T 28181 Annex D: type 200, a central signalling server).
        names: of its people, in the order of `PEOPLE`.
        shown: names of the cameras that it shows to the level above.
    """

    key: str
    division: str
    place: str
    unit: str
    uscc: str
    platform: str
    gb_id: str
    names: tuple[str, ...]
    shown: tuple[str, ...] = ()


CAMERAS = (("大昭寺广场东口", "广场东口灯杆"), ("北京中路人行天桥", "天桥北侧"), ("柳梧大桥南端", "桥头"))
"""Of the county: name and place, in the order of the simulated ones. The third is shown to nobody above."""

DOME_DEVICE = "54010200001188000001"
"""The county's recorder of GB/T 28181, with one channel that turns and tells alarms."""

DOME, DOME_PLACE = "大昭寺广场球机", "广场中央灯杆"
"""What the county calls that channel, and where it is."""

DOME_HOME = "3"
"""Its preset that looks straight ahead: `demo.levels.running.VIEWS`."""

LEVELS = (
    Level("region", "540000", "西藏自治区", "自治区公安厅（训练）", "11540000MB0X12021P", "自治区联网共享平台（训练）", "54000000002000000001",
         ("旦增", "白珍", "多吉", "张敏", "罗布", "王磊")),
    Level("city", "540100", "拉萨市", "拉萨市公安局（训练）", "11540100MB0X12001C", "拉萨市联网共享平台（训练）", "54010000002000000001",
         ("平措", "卓玛", "扎西顿珠", "陈静", "周涛", "格桑"), (CAMERAS[0][0], DOME)),
    Level("county", "540102", "城关区", "城关区公安局（训练）", "11540102MB0X12002C", "城关区联网共享平台（训练）", "54010200002000000001",
         ("王伟", "央宗", "李建国", "德吉", "尼玛", "赵强"), (CAMERAS[0][0], CAMERAS[1][0], DOME)),
)  # fmt: skip
"""The highest first: the order of `levels.plan`."""

KEEPS, LINKS, STARTS = "guanli", "jiancha", "xitong"
"""Who tends devices and cameras, who handles links and proposes grants, who puts links in force and approves grants."""

PEOPLE = (
    ("zhiban", "duty_officer"),
    (KEEPS, "caretaker"),
    (LINKS, "inspector"),
    (STARTS, "system_admin"),
    ("anquan", "security_admin"),
    ("shenji", "audit_admin"),
)
"""The same names to sign in with on each of the three: user name and kind of post (`people.models.PostKind`)."""


def by_key(key: str) -> Level:
    """The level of that name."""
    return next(one for one in LEVELS if one.key == key)


def upper_of(key: str) -> Level | None:
    """The level above it; None above the region."""
    at = LEVELS.index(by_key(key))
    return LEVELS[at - 1] if at else None


def lower_of(key: str) -> Level | None:
    """The level below it; None below the county."""
    at = LEVELS.index(by_key(key))
    return LEVELS[at + 1] if at + 1 < len(LEVELS) else None


def below_of(key: str) -> tuple[SimulatedBelow, ...]:
    """The simulated platforms below it whose links wait for their test, beside the level below: of the region alone."""
    return BELOW_REGION if key == LEVELS[0].key else ()
