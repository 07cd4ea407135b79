"""What a directory never says (S20, S30.1): by which systems it never names, and by what a published name must not hold. The check of a name is pure."""

from __future__ import annotations

import re

from django.db.models import Q, QuerySet

from custodes.people.models import Unit, UnitKind
from custodes.places.models import System, SystemRole

_TELLING = (
    (re.compile(r"\d{1,3}(?:\.\d{1,3}){3}"), "网络地址", "an address on the network"),
    (
        re.compile(r"(?<!\d)\d{7,}(?!\d)|0\d{2,3}[-－ ]\d{7,8}"),
        "电话或者设备编码",
        "a telephone number or the code of a device",
    ),
    (re.compile(r"\d{2,3}\.\d{3,}"), "经纬度", "a position"),
    (re.compile(r"(?:路|街|巷|道|里|村|组)\s*\d+\s*号"), "门牌地址", "a street address"),
    (re.compile(r"\d+\s*(?:层|楼|室)|(?:机房|值班室|保险柜|金库|弹药)"), "部位", "a spot in a building"),
)


def told_by(name: str) -> tuple[tuple[str, str], ...]:
    """What a name tells that the directory must not say, in Chinese and English; empty for a name that may be published."""
    return tuple((zh, en) for pattern, zh, en in _TELLING if pattern.search(name))


def nameable(systems: QuerySet[System]) -> QuerySet[System]:
    """Those that a directory may name at all: none that is classified (S20), none of state security or in its hands."""
    secret = Q(pk__in=[])
    for path in Unit.objects.filter(kind=UnitKind.STATE_SECURITY).values_list("path", flat=True):
        secret |= Q(path__startswith=path)
    units = Unit.objects.filter(secret).values("pk")
    roles = SystemRole.objects.filter(unit__in=units).values("system")
    return systems.exclude(classified=True).exclude(unit__in=units).exclude(pk__in=roles)
