"""Entering a platform and changing what is known of it (S21, S22)."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from custodes.gb28181 import ids
from custodes.gb28181.refused import Refused
from custodes.ledger.note import KeyTextError, parse_vkey
from custodes.people.models import DivisionKind, Unit
from custodes.sharing.links.certificates import plain, unfit
from custodes.sharing.links.guards import level_fits
from custodes.sharing.links.reaching import bad_hosts, bad_media
from custodes.sharing.links.repointing import turned, unsettle_of
from custodes.sharing.models import Platform, PlatformLevel, PlatformRole
from custodes.sharing.models.link import OPEN
from custodes.sharing.stepping import StepRefused, Taken, as_seen, keep

PLATFORM_TYPE = 200


_LEVELS = {DivisionKind.REGION: PlatformLevel.REGION, DivisionKind.CITY: PlatformLevel.CITY}


def level_of(office: Unit) -> PlatformLevel:
    """Of the office's own platform."""
    return _LEVELS.get(DivisionKind(office.division.kind), PlatformLevel.COUNTY)


def bad_id(text: str) -> str:
    """What is wrong with a platform's id, and what to do; empty where nothing is."""
    try:
        found = ids.parse(text)
    except Refused:
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


def save(row: Platform, taken: Taken) -> Platform:
    """Keep a platform that was entered or changed, with the step. Changed so that it leads elsewhere, its link is tested again, and put in
    force by another person than whoever changed it.

    Raises:
        StepRefused: its id, its key or its certificate can't be right, the id is there already, its level does not fit its role, or somebody changed it since
            `taken.seen`.
    """
    row.statements_certificate = plain(row.statements_certificate)
    for wrong in (
        bad_id(row.gb_id), bad_log_key(row.log_key), bad_hosts(row.hosts), bad_media(row.media), unfit(row, taken.at)
    ):  # fmt: skip
        if wrong:
            raise StepRefused(wrong)
    if not level_fits(row.role, row.level, level_of(row.office)):
        raise StepRefused(
            _(
                "平台级别：与本级的关系不符。本级平台与本单位同级；上级、下级平台只能是相邻一级：自治区、市、县（区）逐级联网。"
            ),
            clause=clauses_of(row)[0],
        )
    event, words = "enter", ""
    try:
        with transaction.atomic():
            kept = Platform.objects.select_for_update().filter(pk=row.pk).first()
            if kept is not None:
                as_seen(kept, taken.seen)
                row.revision, event = kept.revision, "change"
                if (kept.gb_id, kept.role) != (row.gb_id, row.role) and kept.links.filter(state__in=OPEN).exists():
                    raise StepRefused(
                        _("该平台有正在办理或者已启用的联网，不能更改平台编码和与本级的关系。请先终止联网。")
                    )
                words = turned(kept, row)
            keep(row, event, Taken(taken.by, taken.at, words or taken.words, taken.papers), clauses_of(row))
            if words:
                unsettle_of(row, words, taken)
    except IntegrityError as error:
        raise StepRefused(_("平台编码：本单位已登记该编码，或者已登记本级平台。请打开已有的平台修改。")) from error
    return row


def own_of(office: Unit) -> Platform | None:
    """The office's own platform; None while nobody entered it."""
    return Platform.objects.filter(office=office, role="own").first()
