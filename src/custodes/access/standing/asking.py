"""How standing leave is asked for over the API (wire.md §4): by a look that one has, and what is answered whatever the verb."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Schema, Status
from pydantic import ConfigDict

from custodes.access.grants import Denied, NotaryDown
from custodes.access.models import Grant
from custodes.access.schemas import RefusalOut
from custodes.access.standing.leave import Given, Has, Held, Look, NotShown
from custodes.access.words import notary_down, plain_refusal, refusal
from custodes.people.viewer import Viewer
from custodes.places.node_client import NodeBusy, NodeUnreachable
from custodes.places.scope import visible_cameras

REFUSALS: dict[int, Any] = {403: RefusalOut, 404: RefusalOut, 429: RefusalOut, 503: RefusalOut}
"""What is answered where no leave is given and nobody else has the camera."""


class LookIn(Schema):
    """By which look, at which of its cameras."""

    model_config = ConfigDict(extra="forbid")

    camera: UUID
    grant: UUID


def answer(
    request: HttpRequest, wish: LookIn, begin: Callable[[Look], Given | Held[Has] | Denied], remedy: str
) -> Given | Held[Has] | Status[Any]:
    """Find the look and ask leave by it; leave is recorded before the node hears of it.

    Args:
        begin: asks leave for one verb.
        remedy: what to do where the look is not open.

    Returns:
        What became of it; a refusal as it is answered.
    """
    viewer = Viewer.of(request)
    camera = (
        visible_cameras(viewer.person, viewer.at).select_related("node", "system__site").filter(pk=wish.camera).first()
    )
    looks = Grant.objects.open().recorded().filter(person=viewer.person, live=True, cameras=wish.camera)
    grant = looks.filter(pk=wish.grant).first()
    closed = Status(404, plain_refusal(gettext("没有正在显示的实时画面"), remedy))
    if camera is None or grant is None:
        return closed
    try:
        found = begin(Look(viewer.person, camera, grant, viewer.at))
    except NotaryDown:
        return Status(503, notary_down())
    except NotShown:
        return closed
    except (NodeUnreachable, NodeBusy):
        return Status(503, plain_refusal(gettext("媒体节点没有应答"), gettext("请稍后再试，或者联系系统管理员。")))
    if isinstance(found, Denied):
        return Status(403, refusal(found.refused.unmet, found.index))
    return found
