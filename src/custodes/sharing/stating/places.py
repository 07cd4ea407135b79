"""To which platforms below it is stated who asks: the link is in force, it runs this program, and its address and certificate were entered."""

from __future__ import annotations

from collections.abc import Sequence

from custodes.sharing.models import Link, LinkState, PlatformRole
from custodes.video.wire.gateway import StatementsAt


def lower_link(device: str) -> Link | None:
    """The link in force with the platform below that has this ID and runs this program; None where there is none."""
    rows = Link.objects.filter(
        state=LinkState.IN_FORCE, platform__role=PlatformRole.LOWER, platform__custodes=True, platform__gb_id=device
    )
    return rows.select_related("platform", "office").order_by("pk").first()


def statements_at(ids: Sequence[str]) -> dict[str, StatementsAt]:
    """Those of these platforms that take statements, and where."""
    rows = Link.objects.filter(
        state=LinkState.IN_FORCE, platform__role=PlatformRole.LOWER, platform__custodes=True
    ).exclude(platform__statements_url="")
    wanted, found = frozenset(ids), {}
    for link in rows.exclude(platform__statements_certificate="").select_related("platform").order_by("-pk"):
        platform = link.platform
        if platform is not None and platform.gb_id in wanted:
            found[platform.gb_id] = StatementsAt(
                url=platform.statements_url.rstrip("/"), certificate=platform.statements_certificate
            )
    return found
