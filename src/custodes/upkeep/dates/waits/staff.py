"""Training that is not there at all (S34(5)). One that ends, or has ended, has a day and stands with the dates."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from custodes.law.duties.finding import Status
from custodes.people import credentials
from custodes.people.lawful import words
from custodes.people.models import Credential
from custodes.people.models.credential import TRAININGS
from custodes.people.permissions import Permission
from custodes.people.scope import persons_in, scope_for
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some
from custodes.upkeep.dates.waits.waits import Waits


def gather(asking: Asking) -> list[Some[Waits]]:
    """The own training, and how many others lack theirs, for whoever keeps their files."""
    found = []
    if any(post.kind in credentials.STAFF_POSTS for post in asking.posts):
        found.append(_own(asking))
    if Permission.MANAGE_CREDENTIALS in asking.may:
        found.append(_others(asking))
    return found


def _own(asking: Asking) -> Some[Waits]:
    held = Credential.objects.standing().filter(person=asking.person, kind__in=TRAININGS)
    if set(held.values_list("kind", flat=True)) >= set(TRAININGS):
        return Some()
    finding = credentials.training(asking.person, asking.at)
    if finding.status is Status.MET:
        return Some()
    name = _("岗位技能和保密知识培训未完成（第三十四条第五项）")
    return Some.of([Waits("training", name, words(finding), reverse("people:profile"))], asking.most)


def _others(asking: Asking) -> Some[Waits]:
    scope = scope_for(asking.person, Permission.MANAGE_CREDENTIALS, asking.at)
    count = credentials.untrained(persons_in(scope), asking.at).exclude(pk=asking.person.pk).count()
    if not count:
        return Some()
    name = _("培训没有完成或者已过期：%(count)d 人") % {"count": count}
    note = _("监看、操作、维护人员应当经过岗位技能和保密知识培训。")
    return Some.of([Waits("training", name, note, reverse("people:credential_list"))], asking.most)
