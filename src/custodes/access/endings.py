"""What ends a running look: the duty, the post, the account, the camera, or the post's tie to the system."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_noop

from custodes.access.models import Grant
from custodes.access.revocation import revoke
from custodes.access.withholding import take_out
from custodes.law.grounds.ground import Unmet
from custodes.people.models import Account, DutySession, Post
from custodes.people.signals import account_closed, duty_ended, post_ended
from custodes.places.models import Camera, System
from custodes.places.signals import camera_retired, post_withdrawn

DUTY_OVER = gettext_noop("值班已结束")
POST_OVER = gettext_noop("岗位已终止")
ACCOUNT_CLOSED = gettext_noop("账号已停用")
CAMERA_RETIRED = Unmet(
    "S34(1)",
    gettext_noop("点位已停用"),
    "the camera is retired",
    "停用前的录像请说明事由后查看",
    "state a reason to see what was recorded before",
)
POST_WITHDRAWN = Unmet(
    "S34(1)",
    gettext_noop("该岗位不再值守本系统"),
    "this post no longer watches the system",
    "请以值守该系统的岗位查看",
    "look in a post that watches it",
)


@receiver(duty_ended)
def _duty_ended(session: DutySession, **_kwargs: Any) -> None:
    revoke(Grant.objects.filter(duty_session=session), by="system", reason=DUTY_OVER, clause="S34(1)")


@receiver(post_ended)
def _post_ended(post: Post, **_kwargs: Any) -> None:
    revoke(Grant.objects.filter(post=post), by="system", reason=POST_OVER, clause="S34(1)")


@receiver(account_closed)
def _account_closed(account: Account, **_kwargs: Any) -> None:
    revoke(Grant.objects.filter(person=account.person_id), by="system", reason=ACCOUNT_CLOSED, clause="S33.1")


@receiver(camera_retired)
def _camera_retired(camera: Camera, **_kwargs: Any) -> None:
    # Playback of what it recorded stays lawful; a fresh grant opens it.
    take_out(Grant.objects.filter(cameras=camera), [camera], CAMERA_RETIRED, timezone.now())


@receiver(post_withdrawn)
def _post_withdrawn(system: System, post: Post, **_kwargs: Any) -> None:
    grants = Grant.objects.filter(pk__in=Grant.objects.filter(post=post, cameras__system=system).values("pk"))
    take_out(grants, system.cameras.all(), POST_WITHDRAWN, timezone.now())
