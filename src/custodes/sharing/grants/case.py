"""Link grants as a kind of case: proposed by one person, approved by another, ended by one at once (S33.1)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.cases import records
from custodes.cases.kind import Actor, CaseKind, Event, Fact
from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.stating import says_something
from custodes.people.independence import why_not_independent
from custodes.people.lawful import StepRefused
from custodes.people.models import Paper, Person
from custodes.people.permissions import Permission
from custodes.settings import get_settings
from custodes.sharing.forms.links import GrantForm, ReasonForm, TodayForm
from custodes.sharing.links.case import look_again
from custodes.sharing.models import GrantState, Link, LinkGrant, PlatformRole, SharedCamera, Verb
from custodes.sharing.models.link import OPEN

_G = GrantState
CLAUSES = ("S22", "S33.1")


def uppers(person: Person, at: datetime) -> QuerySet[Link]:
    """Links that lead upwards, of those that the person handles."""
    return Link.handled_by(person, at).filter(platform__role=PlatformRole.UPPER)


OFFICE = Actor((Permission.MANAGE_SHARING,), LinkGrant.handled_by)


def make(link: Link, step: StepInput, terms: LegalTerms) -> LinkGrant:
    """What an upper may have, and why. Nothing comes of it before another person approves it.

    Raises:
        StepRefused: the link is over, the days or hours can't be, the part of the tree is another link's, or a decision about unknown
            purposes is proposed for a platform that can say them.
    """
    told = step.data
    if not says_something(told["reason"]):
        raise StepRefused(gettext("授权理由：请写明为什么需要。"))
    if told["until_on"] < told["from_on"]:
        raise StepRefused(gettext("至：不能早于“自”。"))
    most = get_settings().link_grant_days
    if (told["until_on"] - told["from_on"]).days >= most:
        raise StepRefused(
            gettext("至：一次授权不超过 %(days)d 天（本系统设定）。到期后可以再次授权。") % {"days": most}
        )
    if told["until_on"] < step.on:
        raise StepRefused(gettext("至：不能早于今天。"))
    if told["day_from"] is not None and told["day_from"] == told["day_to"]:
        raise StepRefused(gettext("每日止：不能与“每日起”相同；全天的，两项都不填。"))
    if not link.upper or link.state not in OPEN:
        raise StepRefused(gettext("只有上级平台的联网可以授权。"))
    if told["node"] is not None and told["node"].link_id != link.pk:
        raise StepRefused(gettext("范围：不在本联网的共享目录中，请重新选择。"))
    assert link.platform is not None
    if told["verb"] == Verb.UNKNOWN and link.platform.custodes:
        raise StepRefused(gettext("对方使用本系统，每次请求都应当说明人员和事由，不能作此决定。"), clause="N16.2(3)")
    said = {name: told[name] for name in ("verb", "node", "from_on", "until_on", "day_from", "day_to", "reason")}
    return LinkGrant(link=link, proposed_by=step.by, proposed_at=step.at, **said)


def reason(grant: LinkGrant, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """Why it is wanted."""
    return grant.reason, ()


def ask_approve(grant: LinkGrant, step: StepInput, terms: LegalTerms) -> None:
    """By another person than who proposed it, before its last day has passed."""
    if grant.proposed_by_id == step.person.pk:
        raise StepRefused(gettext("批准人不能是提出人。请由另一人批准。"), clause="S33.1")
    if why := why_not_independent(step.person, grant.proposed_by_id, step.at):
        raise StepRefused(why, clause="S33.1")
    if grant.until_on < step.on:
        raise StepRefused(gettext("授权的最后一天已过，请重新提出。"))


def approve(grant: LinkGrant, step: StepInput, terms: LegalTerms) -> None:
    """It is of the cameras that hang in its part of the tree now; those that come later are not in it.

    The link is locked before the grant: a camera that is being put into the tree at this moment comes before the approval or behind it.
    """
    grant.approved_by, grant.link_revision = step.by, grant.link.revision


def over(grant: LinkGrant, step: StepInput, terms: LegalTerms) -> None:
    """From now on it serves nothing."""
    grant.ended_at = step.at


def look(grant: LinkGrant, step: StepInput, kept: CaseStep) -> None:
    """What the upper has is held against what it may have."""
    look_again(grant.link_id)


def came_later() -> Subquery:
    """For grants: how many cameras hang in their part of the tree that were hung there or moved after the approval, so that they are not in it."""
    place = Coalesce(OuterRef("node__path"), Value("/"))
    rows = SharedCamera.objects.filter(
        link=OuterRef("link"), placed__gt=OuterRef("link_revision"), node__path__startswith=place
    )
    counted = rows.order_by().values("link").annotate(number=Count("pk")).values("number")
    return Subquery(counted, output_field=IntegerField())


def hours(grant: LinkGrant) -> str:
    """Between which times of each day it counts."""
    if grant.day_from is None or grant.day_to is None:
        return gettext("全天")
    return f"{grant.day_from:%H:%M}–{grant.day_to:%H:%M}"


EVENTS = (
    Event(
        name="propose",
        verb=_("提出授权"),
        title=_("提出授权"),
        hint=_("没有授权的，一律不提供。由另一人批准后生效，可以随时终止。涉密系统的点位，任何授权都不能提供。"),
        story=pgettext_lazy("联网授权", "提出授权"),
        said=_("已提出授权，由另一人批准后生效。"),
        target=_G.PROPOSED,
        actor=Actor((Permission.MANAGE_SHARING,), uppers),
        clauses=CLAUSES,
        form=GrantForm,
        make=make,
        keeps=reason,
        after=look,
        stays=True,
    ),
    Event(
        name="approve",
        verb=_("批准授权"),
        story=pgettext_lazy("联网授权", "批准授权"),
        said=_("已批准授权。"),
        sources=(_G.PROPOSED,),
        target=_G.IN_FORCE,
        actor=OFFICE,
        clauses=CLAUSES,
        form=TodayForm,
        ask=ask_approve,
        fill=approve,
        after=look,
        offered=lambda grant, person, today, terms: grant.proposed_by_id != person.pk,
    ),
    Event(
        name="refuse",
        verb=_("不批准"),
        story=pgettext_lazy("联网授权", "不批准授权"),
        said=_("授权未获批准。"),
        sources=(_G.PROPOSED,),
        target=_G.REFUSED,
        actor=OFFICE,
        clauses=CLAUSES,
        form=ReasonForm,
        needs_words=_("说明：请写明原因。"),
        fill=over,
        after=look,
        offered=lambda grant, person, today, terms: grant.proposed_by_id != person.pk,
        quiet=True,
    ),
    Event(
        name="end",
        verb=_("终止授权"),
        story=pgettext_lazy("联网授权", "终止授权"),
        said=_("授权已终止，立即生效。"),
        sources=(_G.IN_FORCE,),
        target=_G.ENDED,
        actor=OFFICE,
        clauses=CLAUSES,
        form=ReasonForm,
        needs_words=_("说明：请写明原因。"),
        fill=over,
        after=look,
        danger=True,
        offered=lambda grant, person, today, terms: grant.until_on >= today,
    ),
)

LINK_GRANT = CaseKind(
    model=LinkGrant,
    name=_("联网授权"),
    url="sharing:grant",
    states=_G,
    badges={_G.PROPOSED: "attention", _G.IN_FORCE: "fine", _G.REFUSED: "off", _G.ENDED: "off"},
    events=EVENTS,
    facts=lambda grant, today, terms: None,
    recorder=records.hashed(
        "sharing.step",
        lambda grant, step, given: {
            "kind": "grant",
            "case": grant.pk,
            "number": grant.number,
            "unit": grant.link.office.uuid,
        },
        lambda grant, given: {},
    ),
    unsaid=("id", "state", "revision"),
    view=Permission.VIEW_SHARING,
    shown_to=LinkGrant.visible_to,
    locks=("link",),
    related=("link__platform", "link__office", "node"),
    revised=True,
    shown=(
        Fact(_("授权内容"), lambda grant, terms: grant.get_verb_display()),
        Fact(_("范围"), lambda grant, terms: grant.node.name if grant.node else pgettext_lazy("联网授权", "全部")),
        Fact(_("自"), lambda grant, terms: grant.from_on),
        Fact(_("至"), lambda grant, terms: grant.until_on),
        Fact(_("每日时段"), lambda grant, terms: hours(grant)),
        Fact(_("授权理由"), lambda grant, terms: grant.reason),
    ),
)
