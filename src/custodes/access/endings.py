"""What ends a running look: the duty, the post, the account, the camera, or the post's tie to the system."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext_noop

from custodes.access.models import Grant
from custodes.access.revocation import revoke
from custodes.people.models import Account, DutySession, Post
from custodes.people.signals import account_closed, duty_ended, post_ended
from custodes.places.models import Camera, System
from custodes.places.signals import camera_retired, post_withdrawn

DUTY_OVER = gettext_noop("值班已结束")
POST_OVER = gettext_noop("岗位已终止")
ACCOUNT_CLOSED = gettext_noop("账号已停用")
CAMERA_RETIRED = gettext_noop("点位已停用")
POST_WITHDRAWN = gettext_noop("该岗位不再值守本系统")


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
    revoke(Grant.objects.filter(cameras=camera), by="system", reason=CAMERA_RETIRED, clause="S34(1)")


@receiver(post_withdrawn)
def _post_withdrawn(system: System, post: Post, **_kwargs: Any) -> None:
    grants = Grant.objects.filter(pk__in=Grant.objects.filter(post=post, cameras__system=system).values("pk"))
    revoke(grants, by="system", reason=POST_WITHDRAWN, clause="S34(1)")
