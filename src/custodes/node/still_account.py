"""The account of a still: a look like any other, so it is a viewing of its own in the journal (docs/design/grants.md)."""

from __future__ import annotations

from custodes.ledger.records import ViewBegun, at_text
from custodes.node.journal import Journal, view_id
from custodes.video.clock import Clock
from custodes.video.wire.token import GrantClaims

REASON = "still"
"""`reason` of the ``view.ended`` of a still."""


def account_for_still(journal: Journal, claims: GrantClaims, wall_us: int, size: int, clock: Clock) -> None:
    """Write down durably that one picture is shown; call it before the picture leaves. Blocks.

    Args:
        claims: of the token that was used up for it; it names one camera.
        wall_us: when the picture was taken in, µs UTC.
        size: of the JPEG, bytes.

    Raises:
        sqlite3.Error: it could not be written, so nothing may be shown.
    """
    begun = ViewBegun(
        id=view_id(),
        at=at_text(clock.wall_us()),
        grant=claims.grant,
        index=claims.index,
        person=claims.sub,
        camera=claims.cameras[0],
        stream="main",
        at_us=wall_us,
        worker=claims.aud,
    )
    viewing = journal.begin(begun)
    viewing.shown.add(wall_us, wall_us + 1, size)
    journal.end(viewing, REASON)
