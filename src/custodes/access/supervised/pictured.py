"""The page's word that the first picture of a session stands on its screen: from then on the case says how long it took.

It is the page that knows when a picture is seen; a node's `view.begun` in the log is a little earlier and bounds it. The time is the
server's, so that it can be later than the picture by the way of one request, never earlier.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from custodes.access.models import Grant, SessionKind, SupervisedSession


def tell(session: SupervisedSession, at: datetime) -> bool:
    """Keep the moment where it is the first, of the session and of its case; whether it was the session's first.

    A session without a recorded grant has shown nothing, whatever a page says.
    """
    if not Grant.objects.recorded().filter(session=session).exists():
        return False
    with transaction.atomic():
        rows = SupervisedSession.objects.filter(pk=session.pk, first_picture_at__isnull=True)
        if not rows.update(first_picture_at=at):
            return False
        case: Any = type(session.case).objects.filter(pk=session.case.pk)
        case.filter(first_picture_at__isnull=True).update(first_picture_at=at)
        if session.missing_id and session.kind == SessionKind.WITH_VIEWER:
            case.filter(first_shown_at__isnull=True).update(first_shown_at=at)
    return True
