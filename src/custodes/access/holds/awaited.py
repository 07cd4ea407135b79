"""A hold that a request rests on is not released before the request was served: what was granted must be there to be handed over."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from custodes.access.holds.placing import HoldRefused
from custodes.access.models import AgencyRequest, AgencyState, Hold, HoldBasis, OwnImageRequest, OwnImageState

_REQUEST, _OWN_IMAGE = "agency.request:", "own_image.request:"
WAITING = (AgencyState.CHECKING, AgencyState.REGISTERED, AgencyState.GRANTED_URGENT, AgencyState.GRANTED)
"""States of a request in which it may still be handed over for the first time."""


def awaiting(hold: Hold) -> AgencyRequest | None:
    """The request that the hold rests on, while it is not served, closed, refused or taken back."""
    if hold.basis != HoldBasis.REQUEST or not hold.request.startswith(_REQUEST):
        return None
    key = UUID(hold.request.removeprefix(_REQUEST))
    return AgencyRequest.objects.filter(pk=key, state__in=[state.value for state in WAITING]).first()


def undecided(hold: Hold) -> OwnImageRequest | None:
    """The request for somebody's own image that the hold rests on, while it is not answered, or given and not looked at."""
    if hold.basis != HoldBasis.REQUEST or not hold.request.startswith(_OWN_IMAGE):
        return None
    row = OwnImageRequest.objects.filter(pk=UUID(hold.request.removeprefix(_OWN_IMAGE))).first()
    if row is None or row.state == OwnImageState.CLOSED or row.refused:
        return None
    return row


def words_before_handover(hold: Hold) -> str:
    """Why it can't be released yet, and what to do; empty where it can."""
    own = undecided(hold)
    if own is not None:
        return _(
            "该保全所依据的本人影像申请 %(number)s 现为“%(state)s”，录像须保全到办结为止，不能解除（PIPL45）。"
            "请先答复、办结该申请，再由两人解除。"
        ) % {"number": own.number, "state": own.get_state_display()}
    row = awaiting(hold)
    if row is None:
        return ""
    return _(
        "该保全所依据的查阅调取申请 %(number)s 现为“%(state)s”，录像须保全到交付为止，不能解除（S33.2a）。"
        "请先交付、办结或者收回该申请，再由两人解除。"
    ) % {"number": row.number, "state": row.get_state_display()}


def refuse_before_handover(hold: Hold) -> None:
    """Guard of both steps of a release, in their transaction.

    Raises:
        HoldRefused: the request waits for its hand-over.
    """
    words = words_before_handover(hold)
    if words:
        raise HoldRefused(words)
