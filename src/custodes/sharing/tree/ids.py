"""Ids by which an upper knows what it is shown: the own platform's region, industry and network, a type, a serial that is never given out again."""

from __future__ import annotations

from django.utils.translation import gettext as _

from custodes.gb28181 import ids
from custodes.sharing.models import Link, NodeKind, Platform
from custodes.sharing.stepping import StepRefused

GROUP, ORGANISATION, CAMERA = 215, 216, 131
LAST = 999_999
TYPES = {NodeKind.GROUP: GROUP, NodeKind.ORGANISATION: ORGANISATION}


def node_id(link: Link, own: Platform, kind: NodeKind) -> str:
    """The next id of a group or an organisation; the caller holds the link's row and saves it.

    Raises:
        StepRefused: all serials are used up.
    """
    link.last_node = _next(link.last_node, 1)
    return _made(own, TYPES[kind], link.last_node)


def channel_ids(link: Link, own: Platform, number: int) -> list[str]:
    """So many ids of cameras; the caller holds the link's row and saves it.

    Raises:
        StepRefused: there are not so many left.
    """
    first = link.last_channel + 1
    link.last_channel = _next(link.last_channel, number)
    return [_made(own, CAMERA, serial) for serial in range(first, first + number)]


def _next(last: int, number: int) -> int:
    if last + number > LAST:
        raise StepRefused(
            _("本联网的编码已经用完（一个联网最多 %(most)d 个），请联系上级平台重新建立联网。") % {"most": LAST}
        )
    return last + number


def _made(own: Platform, kind: int, serial: int) -> str:
    like = ids.parse(own.gb_id)
    return ids.make(like.centre, like.industry, kind, like.network, serial).text
