"""The page's word that a camera's picture stands on its screen: the first says how long it took, all of them what was looked at first.

It is the page that knows when a picture is seen; a node's `view.begun` in the log is a little earlier and bounds it. The time is the
server's, so that it can be later than the picture by the way of one request, never earlier.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from custodes.access.models import Grant, SessionKind, SupervisedSession
from custodes.places.models import Camera


def tell(session: SupervisedSession, camera: Camera, at: datetime) -> bool:
    """Keep that this camera's picture was shown, and the moment where it is the first of the session and of its case.

    A session without a recorded grant of this camera has shown nothing of it, whatever a page says.

    Returns:
        Whether it was the session's first.
    """
    if not Grant.objects.recorded().filter(session=session, cameras=camera).exists():
        return False
    with transaction.atomic():
        session.pictured.add(camera)
        rows = SupervisedSession.objects.filter(pk=session.pk, first_picture_at__isnull=True)
        if not rows.update(first_picture_at=at):
            return False
        case: Any = type(session.case).objects.filter(pk=session.case.pk)
        case.filter(first_picture_at__isnull=True).update(first_picture_at=at)
        if session.missing_id and session.kind == SessionKind.WITH_VIEWER:
            case.filter(first_shown_at__isnull=True).update(first_shown_at=at)
    return True


def left_of(session: SupervisedSession) -> list[Camera]:
    """Cameras of the session of which its officer has not had a picture in a first look at this case and this span, by number.

    What the same officer saw in an earlier first look at the very same span counts: a camera without recordings may be taken out of
    the scope without all others being looked at again.
    """
    firsts = SupervisedSession.objects.filter(
        missing=session.missing_id,
        kind=SessionKind.PREVIEW,
        officer=session.officer_id,
        span_from=session.span_from,
        span_to=session.span_to,
    )
    seen = firsts.filter(pictured__isnull=False).values("pictured")
    return list(session.cameras.exclude(pk__in=seen).order_by("number"))
