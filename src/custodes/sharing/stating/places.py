"""To which platforms below it is stated who asks: the link is in force, it runs this program, and its address and certificate were entered."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from custodes.sharing.models import Link, LinkState, PlatformRole
from custodes.video.wire.statements import StatementsAt


def lower_link(device: str) -> Link | None:
    """The link in force over which is stated to the platform below that has this ID; None where there is none."""
    return _taking().filter(platform__gb_id=device).select_related("platform", "office").order_by("pk").first()


def statements_at(ids: Sequence[str]) -> dict[str, StatementsAt]:
    """Those of these platforms that take statements, and where."""
    wanted, found = frozenset(ids), {}
    for link in _taking().select_related("platform").order_by("-pk"):
        platform = link.platform
        if platform is not None and platform.gb_id in wanted:
            found[platform.gb_id] = StatementsAt(
                url=platform.statements_url.rstrip("/"), certificate=platform.statements_certificate
            )
    return found


def _taking() -> QuerySet[Link]:
    """Links with platforms below that take statements: who is named as the one above is so of the link whose address it goes to."""
    rows = Link.objects.filter(
        state=LinkState.IN_FORCE, platform__role=PlatformRole.LOWER, platform__custodes=True
    ).exclude(platform__statements_url="")
    return rows.exclude(platform__statements_certificate="")
