"""The story's one refusal: somebody without any ground asks for a picture, so that the log shows from the start what that looks like."""

from __future__ import annotations

import datetime

from custodes.access import grants
from custodes.access.ask import Ask
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.oversight.mirror import catch_up
from custodes.oversight.models import EntryRow
from custodes.people.models import Account, Person, PostKind
from custodes.places.models import Camera, CameraState
from custodes.web.seed import story


def leave_refusal(at: datetime.datetime) -> bool:
    """Let the story's agency officer ask for a live picture, the way every look is asked for; once for an installation.

    Returns:
        Whether it was asked now: not when the log has the refusal, nor while the notary is away.
    """
    username = next(told.username for told in story.PEOPLE if told.kind == PostKind.AGENCY_OFFICER)
    account = Account.objects.select_related("person__unit").filter(username=username).first()
    camera = (
        Camera.objects.filter(state=CameraState.CONNECTED).select_related("node", "system").order_by("number").first()
    )
    if account is None or camera is None:
        return False
    try:
        if _refused_before(account.person):
            return False
        grants.open_view(account.person, Ask((camera,), True, None, "", "", at), at)
    except (grants.NotaryDown, NotaryUnavailable, NotaryRefused):
        return False
    return True


def _refused_before(person: Person) -> bool:
    catch_up()
    return EntryRow.objects.filter(type="refusal", person=person.uuid).exists()
