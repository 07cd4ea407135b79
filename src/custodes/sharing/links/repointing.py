"""What a link leads to has changed: nobody turns a link that two persons put in force towards another place alone (S22, S33.1)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from custodes.sharing.links.certificates import fingerprints
from custodes.sharing.models import Link, LinkState, Platform
from custodes.sharing.models.link import OPEN
from custodes.sharing.stepping import WORDS, Taken, keep, move

STANDING = (LinkState.TESTED, LinkState.IN_FORCE, LinkState.SUSPENDED)
"""States in which a test may count."""


def turned(before: Platform, after: Platform) -> str:
    """What of a platform leads a link elsewhere, old and new, empty where nothing does."""
    told = [
        (_("信令地址"), before.host, after.host),
        (_("信令端口"), str(before.port), str(after.port)),
        (_("信令传输"), before.transport.upper(), after.transport.upper()),
        (_("其他信令地址"), _one_line(before.hosts), _one_line(after.hosts)),
        (_("媒体接收网段"), _one_line(before.media), _one_line(after.media)),
        (_("对方使用本系统"), _yes(before.custodes), _yes(after.custodes)),
        # No longer asked for, a statement says less than two persons had put in force; asked for, it says more.
        (_("说明必须写明警号或者工作证号"), _yes(before.asks_number), _yes(before.asks_number and after.asks_number)),
        (_("说明通道地址"), before.statements_url, after.statements_url),
        (_("说明通道证书"), *_certificates(before, after)),
    ]
    changed = [f"{name}：{old or _('无')} → {new or _('无')}" for name, old, new in told if old != new]
    said = "；".join(changed)
    return said if len(said) <= WORDS else said[: WORDS - 1] + "…"


def _certificates(before: Platform, after: Platform) -> tuple[str, str]:
    """The old and the new where one came that was not there; that one of two is dropped leads nowhere else."""
    old, new = (fingerprints(one.statements_certificate) for one in (before, after))
    dropped = bool(new) and set(new) <= set(old)
    return _("、").join(old), _("、").join(old if dropped else new)


def _one_line(text: str) -> str:
    return _("、").join(text.split())


def unsettle(held: Link, words: str, taken: Taken) -> None:
    """Take back what its test was worth: in force, it is suspended; tested, it waits for its test again. Whoever did it does not put it in force.

    Args:
        held: under its lock.
        words: what changed, old and new; never a password.
    """
    step = Taken(taken.by, taken.at, words)
    if held.state == LinkState.TESTED:
        move(held, "void_test", step, held.clauses)
        return
    if held.state in (LinkState.IN_FORCE, LinkState.SUSPENDED):
        held.suspended_at = taken.at  # a test counts that comes after it
    if held.state == LinkState.IN_FORCE:
        move(held, "repoint", step, held.clauses)
    else:
        keep(held, "repoint", step, held.clauses)


def unsettle_of(platform: Platform, words: str, taken: Taken) -> None:
    """The same for the open link of a platform that was changed."""
    rows = Link.objects.select_for_update(of=("self",)).select_related("office", "platform")
    for link in rows.filter(platform=platform, state__in=OPEN):
        unsettle(link, words, taken)


def _yes(value: bool) -> str:
    return _("是") if value else _("否")
