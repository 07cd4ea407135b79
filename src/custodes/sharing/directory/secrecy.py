"""What a directory never says (S20, S30.1, S33.1): which systems it never names, and what a published name must not hold. The check of a name is pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from custodes.people.models import Unit, UnitKind
from custodes.places.models import System, SystemRole
from custodes.sharing.models import Directory, DirectoryEntry

_NUMBER = r"(?:\d{1,12}|[〇零一二三四五六七八九十百千]{1,12})"
_SPACE = r"\s{0,9}"
"""As far as a name is read for a word that belongs to the one before: a run of blanks is not gone through from each of them."""
_ROAD = r"(?:[路街巷弄村组]|胡同|(?<![国省县乡铁隧])道|(?<!公)里|社区)"
_TELLING = (
    (
        re.compile(
            r"(?<!\d)\d{1,3}(?:\.\d{1,3}){3}(?!\d)|(?:[0-9a-f]{0,4}:){2,8}:?[0-9a-f]{1,4}|(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|://",
            re.IGNORECASE,
        ),
        "网络地址",
        "an address on the network",
    ),
    (
        re.compile(r"(?<!\d)(?!(?:19|20)\d\d[-—~至](?:19|20)\d\d(?!\d))\d(?:[\s\-—·()]{0,2}\d){6,}(?!\d)"),
        "电话或者设备编码",
        "a telephone number or the code of a device",
    ),
    (re.compile(r"\d{2,3}\.\d{3,}|\d\s*[°º]|\d\s*度\s*\d|[东西]经|[南北]纬|K\d+\+\d+"), "经纬度或者桩号", "a position"),
    (
        re.compile(
            rf"{_ROAD}{_SPACE}{_NUMBER}(?:{_SPACE}[-—之]{_SPACE}{_NUMBER}){{0,4}}{_SPACE}号|{_NUMBER}{_SPACE}号{_SPACE}(?:院|楼|附)"
        ),
        "门牌地址",
        "a street address",
    ),
    (
        re.compile(
            rf"[\d一二三四五六七八九十]{_SPACE}号?{_SPACE}(?:层|楼|室)|机房|值班室|监控室|保险柜|金库|弹药|枪支?库"
        ),
        "部位",
        "a spot in a building",
    ),
    (
        re.compile(
            r"球机|枪机|半球机|摄像[机头]|探头|录像机|交换机|服务器|编码器|硬盘|型号|(?<![a-z])(?:nvr|dvr|ipc)(?![a-z])|\d\s{0,9}台"
            r"|(?<![a-z0-9])(?=[a-z0-9-]{0,60}\d)[a-z][a-z0-9]{0,40}-[a-z0-9-]{3}|\d[a-z]{1,40}\d|[a-z]{2}\d{1,40}[a-z]",
            re.IGNORECASE,
        ),
        "设备类型、型号或者数量",
        "the type, model or number of devices",
    ),
)


def told_by(name: str) -> tuple[tuple[str, str], ...]:
    """What a name tells that the directory must not say, in Chinese and English; empty where nothing was noticed.

    It helps, and proves nothing: a place can be told in words that no pattern knows. Who approves a version answers for its names.
    """
    plain = unicodedata.normalize("NFKC", name).replace("－", "-").replace("–", "-")
    return tuple((zh, en) for pattern, zh, en in _TELLING if pattern.search(plain))


def nameable(systems: QuerySet[System]) -> QuerySet[System]:
    """Those that a directory may name at all: none that is classified (S20), none of state security or in its hands."""
    secret = Q(pk__in=[])
    for path in Unit.objects.filter(kind=UnitKind.STATE_SECURITY).values_list("path", flat=True):
        secret |= Q(path__startswith=path)
    units = Unit.objects.filter(secret).values("pk")
    roles = SystemRole.objects.filter(unit__in=units).values("system")
    return systems.exclude(classified=True).exclude(unit__in=units).exclude(pk__in=roles)


def withdrawn_at(systems: Iterable[UUID]) -> dict[UUID, datetime]:
    """Those of these systems that were taken out of what was published, each with the last time."""
    rows = DirectoryEntry.objects.filter(system__in=list(systems), withdrawn_at__isnull=False)
    return {one["system"]: one["last"] for one in rows.order_by().values("system").annotate(last=Max("withdrawn_at"))}


def withheld(row: Directory) -> frozenset[UUID]:
    """Ids of listed systems that must not be named any more, though this version named them: withdrawn by the office (S30.1), or classified
    since (S20). A networked installation keeps no mark of what is classified: there somebody withdraws it.

    Such a version is shown without them, and its files are no longer given out: they can't be changed without breaking their hash.
    """
    listed = row.entries.filter(listed=True)
    standing = set(listed.values_list("system_id", flat=True))
    may = set(nameable(System.objects.filter(pk__in=standing)).values_list("pk", flat=True))
    return frozenset(standing - may).union(
        listed.filter(withdrawn_at__isnull=False).values_list("system_id", flat=True)
    )
