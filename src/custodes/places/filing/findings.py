"""What of a filing does not agree with the register, or stands open there: shown to whoever hands it in and to whoever takes it.

A filing is a notice and is taken all the same (S16.2, N14): nothing here refuses it. What refuses it says `workflow.unmet_of`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

from custodes.law.grounds.ground import Unmet
from custodes.places.changes.covering import plain_line
from custodes.places.filing.fields import OPTIONAL, FilingField
from custodes.places.models import Camera, CameraState, Doubt, DoubtState, Filing, FilingKind, System

NAMED = 5
"""So many lines or cameras of one finding are named; the others are counted."""
_LINE = 30
"""Characters of a line that are repeated."""
_CAMERA = re.compile(r"摄像|探头|监控头|枪机|球机|枪球|半球|camera", re.IGNORECASE)
_TOTAL = re.compile(r"共|合计|总")
_COUNT = re.compile(r"(\d{1,6}) ?(?:台|个|只|套)")
_CLAUSES = {FilingKind.INITIAL: "S16.2a", FilingKind.LEGACY: "S16.2b", FilingKind.CHANGE: "N14"}


def findings_of(system: System, kind: FilingKind, content: Mapping[str, str], *, papers: bool) -> tuple[Unmet, ...]:
    """What is to be looked at before it is handed in or taken, by the register as it stands now.

    Args:
        content: what it says, by the keys of `fields.FIELDS`.
        papers: whether any paper goes with it.
    """
    clause = _CLAUSES[kind]
    lines = [line.strip() for line in str(content.get("places", "")).splitlines() if line.strip()]
    cameras = list(system.cameras.exclude(state=CameraState.RETIRED).order_by("number"))
    said = [number_of(line, {camera.number for camera in cameras}) for line in lines]
    found = [
        *_count(lines, str(content.get("devices", "")), clause),
        *_unknown([line for line, number in zip(lines, said, strict=True) if number is None], clause),
        *_unlisted([camera for camera in cameras if camera.number not in said], clause),
        *_spots(system, cameras),
    ]
    # A new system's filing is refused without its two sets of papers: that is said as a fault of the page.
    if not papers and kind != FilingKind.INITIAL:
        found.append(
            _unmet(
                clause,
                "没有随备案报送任何材料",
                "no paper goes with the filing",
                "请在“材料”中从案卷选择；确无材料的，接收时在意见中写明",
                "choose papers from the file under “Papers”; where there are none, say so in the words of the receipt",
            )
        )
    return tuple(found)


def number_of(line: str, numbers: Collection[str]) -> str | None:
    """The number of the registered camera with which a line of the answer begins; None for none of them.

    Args:
        numbers: of the system's cameras, as they are registered.
    """
    known = {plain_line(number): number for number in numbers}
    words = plain_line(line).split(" ")
    longest = max((key.count(" ") + 1 for key in known), default=0)
    heads = (" ".join(words[:count]) for count in range(min(longest, len(words)), 0, -1))
    return next((known[head] for head in heads if head in known), None)


def stated_cameras(devices: str) -> int | None:
    """How many cameras the answer about devices states in digits; None where it can't be read.

    A total goes before its parts, whether it is called one (共 6 台) or stands before a colon (摄像机 6 台：枪机 4 台，球机 2 台).
    """
    parts: list[int] = []
    totals: list[int] = []
    for sentence in _one_line_each(devices, ";。"):
        head, colon, _kinds = sentence.partition(":")
        whole = _cameras_in(head) if colon else None
        if whole is not None:
            # What stands behind the colon says it once more, by kinds.
            totals.append(whole)
            continue
        for part in _one_line_each(sentence, ",、+"):
            number = _cameras_in(part)
            if number is not None:
                (totals if _TOTAL.search(part) else parts).append(number)
    if totals:
        return max(totals)
    return sum(parts) if parts else None


def open_points(filing: Filing) -> tuple[FilingField, ...]:
    """What was answered 暂不清楚 and was not supplied: what its receipt calls 尚需补充."""
    return tuple(field for field in OPTIONAL if field.key in filing.unclear and not filing.content.get(field.key))


def unlisted(filing: Filing, cameras: Iterable[Camera]) -> list[Camera]:
    """Those of its system's cameras that the filing does not list."""
    held = list(cameras)
    numbers = {camera.number for camera in held}
    said = {number_of(line, numbers) for line in str(filing.content.get("places", "")).splitlines()}
    return [camera for camera in held if camera.number not in said]


def _one_line_each(text: str, marks: str) -> list[str]:
    """The parts between these marks and line ends, whatever their width."""
    return unicodedata.normalize("NFKC", text).translate(dict.fromkeys(map(ord, marks), "\n")).splitlines()


def _cameras_in(part: str) -> int | None:
    count = _COUNT.search(part)
    return int(count[1]) if count and _CAMERA.search(part) else None


def _count(lines: list[str], devices: str, clause: str) -> list[Unmet]:
    stated = stated_cameras(devices)
    if not devices.strip() or stated == len(lines):
        return []
    if stated is None:
        return [
            _unmet(
                clause,
                "“设备数量及类型”没有用数字写明摄像机的台数，不能与点位清单核对",
                "the answer about devices does not state in digits how many cameras there are, so that the list can't be compared",
                "请写明台数，例如：摄像机 4 台",
                "state the number, such as: 摄像机 4 台",
            )
        ]
    return [
        _unmet(
            clause,
            f"“点位和采集范围”列了 {len(lines)} 个点位，“设备数量及类型”写的是摄像机 {stated} 台",
            f"{len(lines)} cameras are listed, and {stated} are stated",
            "请核对清单和台数，改正写错的一处",
            "compare the list with the number and correct the one that is wrong",
        )
    ]


def _unknown(lines: list[str], clause: str) -> list[Unmet]:
    if not lines:
        return []
    those = _named(f"“{line[:_LINE]}”" for line in lines)
    return [
        _unmet(
            clause,
            f"点位清单有 {len(lines)} 行的编号不是本系统登记的点位编号：{those}",
            f"{len(lines)} lines of the list do not begin with the number of a registered camera of this system: {those}",
            "请每行以登记的编号开头；尚未登记的点位先登记",
            "begin each line with the registered number; enter cameras that are not registered yet",
        )
    ]


def _unlisted(cameras: list[Camera], clause: str) -> list[Unmet]:
    if not cameras:
        return []
    those = _named(f"{camera.number} {camera.name}" for camera in cameras)
    return [
        _unmet(
            clause,
            f"登记的 {len(cameras)} 个点位不在清单中：{those}",
            f"{len(cameras)} registered cameras are not in the list: {those}",
            "请把这些点位补入“点位和采集范围”；已经拆除的，先办理拆除",
            "add them to the list; where they were taken down, enter the removal first",
        )
    ]


def _spots(system: System, cameras: list[Camera]) -> list[Unmet]:
    found = []
    waiting = Doubt.objects.filter(camera__system=system, state=DoubtState.WAITING).exclude(
        camera__state=CameraState.RETIRED
    )
    doubted = [one.camera for one in waiting.select_related("camera").order_by("camera__number")]
    if doubted:
        those = _named(f"{camera.number} {camera.name}" for camera in doubted)
        found.append(
            Unmet(
                "S10",
                f"{len(doubted)} 个点位疑似位于禁止安装的部位，尚待核对认定：{those}",
                f"{len(doubted)} cameras may be where nothing may be installed, and nobody has settled it yet: {those}",
                "请由公安机关或者审批人先在“疑似禁止部位”核对认定",
                "the police or an approver settles it first under “Doubtful spots”",
                otherwise="N8.1",
            )
        )
    forbidden = [camera for camera in cameras if camera.state == CameraState.FORBIDDEN]
    if forbidden:
        those = _named(f"{camera.number} {camera.name}" for camera in forbidden)
        found.append(
            Unmet(
                "S10",
                f"{len(forbidden)} 个点位已认定禁止安装，尚未拆除：{those}",
                f"{len(forbidden)} cameras were found to stand where nothing may be installed, and are not gone: {those}",
                "请拆除后停用该点位，再改正清单",
                "take them down and out of use, then correct the list",
                otherwise="N8.1",
            )
        )
    return found


def _named(names: Iterable[str]) -> str:
    held = list(names)
    return "、".join(held[:NAMED]) + ("……" if len(held) > NAMED else "")


def _unmet(clause: str, zh: str, en: str, remedy_zh: str, remedy_en: str) -> Unmet:
    return Unmet(clause, zh, en, remedy_zh, remedy_en, otherwise="S16.2a" if clause == "N14" else "")
