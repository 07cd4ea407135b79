"""What can be said of a platform (S21, S22): its level, its id, the key of its log; to which police unit's platform a system is joined (S23, S24)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from custodes.gb28181 import ids
from custodes.gb28181.refused import Gb28181Refused
from custodes.ledger.note import KeyTextError, parse_vkey
from custodes.people.models import Division, DivisionKind, Unit, UnitKind
from custodes.people.models.unit import leading_police
from custodes.places.models import System
from custodes.sharing.directory.added import clause_of, of_place
from custodes.sharing.models import Platform, PlatformLevel, PlatformRole
from custodes.sharing.offices import LEVELS

PLATFORM_TYPE = 200


_LEVELS = {DivisionKind.REGION: PlatformLevel.REGION, DivisionKind.CITY: PlatformLevel.CITY}


def level_of(office: Unit) -> PlatformLevel:
    """Of the office's own platform."""
    return _LEVELS.get(DivisionKind(office.division.kind), PlatformLevel.COUNTY)


def bad_id(text: str) -> str:
    """What is wrong with a platform's id, and what to do; empty where nothing is."""
    try:
        found = ids.parse(text)
    except Gb28181Refused:
        return _("平台编码应当是 20 位数字（GB/T 28181 附录 D），不含空格和横线。请核对对方的书面材料。")
    if found.type != PLATFORM_TYPE:
        return _("平台编码第 11 至 13 位应当是 200（中心信令控制服务器），现为 %(type)03d。请核对。") % {
            "type": found.type
        }
    return ""


def bad_log_key(text: str) -> str:
    """What is wrong with a log's verifier key; empty where nothing is, or none is given."""
    if not text:
        return ""
    try:
        parse_vkey(text)
    except KeyTextError:
        return _("验证公钥应当是一行“名称+校验+公钥”（C2SP signed-note）。请从对方“存证日志”页面原样复制。")
    return ""


def clauses_of(row: Platform) -> tuple[str, ...]:
    """On which it rests: the own one on S21, those above and below on S22."""
    return ("S21",) if row.role == PlatformRole.OWN else ("S22",)


def own_of(office: Unit) -> Platform | None:
    """The office's own platform; None while nobody entered it."""
    return Platform.objects.filter(office=office, role="own").first()


def office_of(system: System) -> Unit | None:
    """None where no police unit of a fitting level is in the register."""
    unit, site = system.unit.division, system.site.division
    for division in (site, unit) if of_place(system.unit) else (unit, site):
        for one in _police_above(division):
            if clause_of(system.unit, one).clause:
                return one
    return None


def _police_above(division: Division) -> list[Unit]:
    """Police of the division and of those above it, the nearest first."""
    rows = Unit.objects.filter(
        kind=UnitKind.PUBLIC_SECURITY,
        division__in=Division.objects.above(division),
        division__kind__in=[one.value for one in LEVELS],
    )
    found = leading_police(rows.select_related("division"))
    return sorted(found, key=lambda one: (-len(one.division.path), one.pk))
