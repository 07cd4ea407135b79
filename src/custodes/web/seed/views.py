"""The story's declared view: of the camera that is turned aside soon after, so that its alarm waits with something to compare."""

from __future__ import annotations

import datetime

from custodes.people.models import PostKind
from custodes.places.models import Camera
from custodes.places.node_client import NodeBusy, NodeUnreachable
from custodes.upkeep.declaring import Declaration, declare
from custodes.upkeep.models import CameraStatus, DeclaredView, SourceState, ViewLabel
from custodes.web.seed import story
from custodes.web.seed.acting import person


def declare_story_view(at: datetime.datetime) -> bool:
    """Declare what the camera shows now, as its system administrator; once for an installation, as soon as it is recorded.

    Returns:
        Whether nothing is left to do.
    """
    camera = Camera.objects.select_related("node").filter(name=story.MOVED).first()
    if camera is None or DeclaredView.objects.filter(camera=camera).exists():
        return True
    if not CameraStatus.objects.filter(camera=camera, state=SourceState.RECORDING).exists():
        return False
    [username] = [told.username for told in story.PEOPLE if told.kind == PostKind.SYSTEM_ADMIN]
    try:
        declare(camera, Declaration(ViewLabel.DAY, story.MOVED_REASON, None), person(username), at)
    except (NodeUnreachable, NodeBusy):
        return False
    return True
