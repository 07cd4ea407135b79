"""What was found rests on a look: over the whole span, at each chosen camera, under this very request (PIPL 45).

A look counts from its record on (*log before look*): a grant of a check (核对画面) whose index in the log is known. That a picture came
is the page's word (`supervised.sessions.tell`), which is heard of a recorded grant alone. That none came is no word at all: there is no footage
where the house's own accounts say nothing else either.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from custodes.access.models import Grant, OwnFound, OwnImageRequest, SessionKind
from custodes.law.grounds.ground import Unmet
from custodes.places.models import Camera

_SECOND = timedelta(seconds=1)
_LAST = timedelta(microseconds=999_999)


@dataclass(frozen=True, slots=True)
class CheckedCamera:
    """One chosen camera, as the request stands.

    Attributes:
        looked: it was looked at over the whole span.
        pictured: and a picture came.
    """

    camera: Camera
    looked: bool
    pictured: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """What the holder has chosen and found so far."""

    cameras: tuple[Camera, ...] = ()
    begin: datetime | None = None
    end: datetime | None = None
    found: str = ""
    exception: str = ""
    exception_law: str = ""


Recorded = Callable[[Collection[UUID], datetime, datetime, datetime], frozenset[UUID]]
"""Those of these cameras of which footage between the first two moments was recorded and can still be played, as known at the third."""
_accounts: list[Recorded] = []


def with_accounts(source: Recorded) -> None:
    """Where accounts of recordings come from: the app that keeps them stands above this one and says so once."""
    _accounts[:] = [source]


def checked(row: OwnImageRequest, cameras: list[Camera]) -> tuple[CheckedCamera, ...]:
    """How far each of these cameras was looked at over the request's own span, also where somebody else of the unit looked."""
    if row.span is None:
        return tuple(CheckedCamera(camera, False, False) for camera in cameras)
    # To the second, as forms and players say it.
    begin, end = (one.replace(microsecond=0) for one in row.span)
    # Of this very span: of a wider one nobody knows where in it the picture was, or that none was.
    sessions = row.sessions.filter(
        kind=SessionKind.PREVIEW,
        span_from__range=(begin, begin + _LAST),
        span_to__range=(end, end + _LAST),
    )
    looks = Grant.objects.recorded().filter(session__in=sessions, span_from__lt=begin + _SECOND, span_to__gte=end)
    looked = set(looks.values_list("cameras", flat=True))
    pictured = set(
        sessions.filter(grants__in=looks, pictured__isnull=False).values_list("pictured", flat=True).distinct()
    )
    return tuple(CheckedCamera(one, one.pk in looked, one.pk in looked & pictured) for one in cameras)


def unchecked(row: OwnImageRequest, cameras: list[Camera], at: datetime) -> tuple[Unmet, ...]:
    """What keeps the finding that the row names from being one at `at`: nothing where none is named."""
    if not row.found:
        return ()
    seen = checked(row, cameras)
    if row.found == OwnFound.GONE and not seen:  # there is no camera of the unit's where the person says
        return (SHOWN,) if row.sessions.filter(kind=SessionKind.PREVIEW, pictured__isnull=False).exists() else ()
    if not seen or row.span is None:
        return (NO_SCOPE,)
    missing = [one.camera for one in seen if not one.looked]
    if missing:
        return (_not_looked(missing),)
    if row.found == OwnFound.GONE:
        if there := [one.camera for one in seen if one.pictured]:
            return (_there(there),)
        known = {pk for source in _accounts for pk in source([one.pk for one in cameras], *row.span, at)}
        kept = [one for one in cameras if one.pk in known]
        return (_recorded(kept),) if kept else ()
    blank = [one.camera for one in seen if not one.pictured]
    return (_no_picture(blank),) if blank else ()


def previewed(row: OwnImageRequest) -> bool:
    """Whether somebody has begun to check the picture."""
    return row.sessions.filter(kind=SessionKind.PREVIEW).exists()


def differs(row: OwnImageRequest, looked: Looked) -> bool:
    """Whether other cameras or another span are entered; to the second, as the form says it."""
    chosen = {camera.pk for camera in looked.cameras}
    ends = [(row.span_from, looked.begin), (row.span_to, looked.end)]
    return chosen != set(row.cameras.values_list("pk", flat=True)) or any(
        (a and _second(a)) != (b and _second(b)) for a, b in ends
    )


def lessens(row: OwnImageRequest, looked: Looked) -> bool:
    """Whether it stays within what was entered, with every camera that showed a picture."""
    if row.span is None or looked.begin is None or looked.end is None:
        return False
    (begin, end), chosen = row.span, {camera.pk for camera in looked.cameras}
    within = _second(begin) <= _second(looked.begin) < _second(looked.end) <= _second(end)
    seen = {one.camera.pk for one in checked(row, list(row.cameras.all())) if one.pictured}
    return within and bool(chosen) and seen <= chosen <= set(row.cameras.values_list("pk", flat=True))


def _second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


NO_SCOPE = Unmet(
    "PIPL45",
    "登记了核对结果，但没有点位和时段，无从核对",
    "a finding is entered without cameras and span",
    "请先登记点位和时段，再核对画面；所述地点没有本单位点位的，选“没有录像”，并在答复时写明理由",
    "enter cameras and span, then check the picture; where the unit has no camera say that there is no footage, with the reason in the answer",
)
SHOWN = Unmet(
    "PIPL45",
    "本申请已经核对出画面，不能登记为没有点位",
    "a picture came under this request, so that there is a camera",
    "请登记核对过的点位和时段，按所见选择画面中有本人或者没有本人",
    "enter the cameras and the span that were checked, and say whether it shows the person",
)


def _not_looked(cameras: list[Camera]) -> Unmet:
    return Unmet(
        "PIPL45",
        f"所选时段的画面没有在本申请下核对过：{_named(cameras)}",
        f"nobody has looked at it over the span under this request: {_named(cameras)}",
        "请先选“暂不答复”登记点位和时段，再在本页“核对画面”中逐个点位查看",
        "enter cameras and span without an answer first, then check the picture of each camera from this page",
    )


def _no_picture(cameras: list[Camera]) -> Unmet:
    return Unmet(
        "PIPL45",
        f"核对时没有显示出画面：{_named(cameras)}",
        f"no picture came when it was checked: {_named(cameras)}",
        "请在“核对画面”中打开该点位，看到画面；确无录像的，写明理由后从点位中去掉，或者选“该时段没有录像”",
        "open the camera while checking until its picture stands there; where there is no footage take it out, with the reason, or say that there is none",
    )


def _there(cameras: list[Camera]) -> Unmet:
    return Unmet(
        "PIPL45",
        f"核对时已显示画面，不能登记为没有录像：{_named(cameras)}",
        f"a picture came when it was checked, so that there is footage: {_named(cameras)}",
        "请按所见选择画面中有本人或者没有本人",
        "say whether it shows the person",
    )


def _recorded(cameras: list[Camera]) -> Unmet:
    return Unmet(
        "PIPL45",
        f"本单位的录像记录显示该时段有录像，且仍可回放：{_named(cameras)}",
        f"the unit's own accounts say that the span was recorded and can be played: {_named(cameras)}",
        "请重新核对，等画面显示出来；录像确已丢失的，待媒体节点上报下一次留存日报后再登记",
        "check again until the picture stands there; where the footage is lost, enter it once the node has told so in its next daily account",
    )


def _named(cameras: list[Camera]) -> str:
    return "、".join(camera.name for camera in cameras)
