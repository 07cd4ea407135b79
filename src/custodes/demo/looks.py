"""The story's looks: two requests to the platform for the school's gate, one of which is still kept from the school and one no longer;
looks of a unit's own; and two at night, one that waits to be reviewed and one that was judged. And the one refusal: somebody without any ground asks for a picture.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from custodes.access import grants
from custodes.access.agency.asking import Named
from custodes.access.agency.case import state
from custodes.access.ask import Ask, Granted
from custodes.access.looks.embargo import EMBARGO
from custodes.access.looks.review import passing
from custodes.access.looks.review.case import FINDING
from custodes.access.models import AgencyRequest, Embargo, Grant, Intake, LookFinding, LookPass
from custodes.cases.step import StepInput
from custodes.cases.taking import begin, take
from custodes.demo.logins import PEOPLE
from custodes.demo.people import DAY, HOUR, person
from custodes.demo.requests import drafted, step
from custodes.law.grounds import agency, commissioning, duty, view_check
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.oversight.mirror import catch_up
from custodes.oversight.models import EntryRow
from custodes.people.lawful import terms
from custodes.people.models import Account, Person, PostKind, Unit
from custodes.people.models.account import held_posts
from custodes.places.models import Camera, CameraState


def leave_refusal(at: datetime.datetime) -> bool:
    """Let the story's agency officer ask for a live picture, the way every look is asked for; once for an installation.

    Returns:
        Whether it was asked now: not when the log has the refusal, nor while the notary is away.
    """
    username = next(told.username for told in PEOPLE if told.kind == PostKind.AGENCY_OFFICER)
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


LEAD, APPROVER, WATCHER, CARETAKER = "zhibanzhang", "shenpi", "keyun", "guanli"
GATE, HALL, CROSSING = "小学校门", "候车厅外", "药王山路口"
KEPT_BACK, TOLD = "训公刑介〔2026〕21 号", "训公刑介〔2026〕17 号"
OFFICERS = (("旺久", "训警 010233"), ("刘波", "训警 010241"))
NIGHT, MORNING, AFTERNOON = datetime.timedelta(hours=2, minutes=40), 10 * HOUR, 15 * HOUR


def plant_looks(units: dict[str, Unit], now: datetime.datetime) -> None:
    """The two requests, each with its embargo: one for three weeks more, one that ended with yesterday."""
    today = timezone.localdate(now)
    _kept_back(units["county"], now - 2 * DAY, KEPT_BACK, "核查校门外扒窃线索（训练）", today + 21 * DAY)
    _kept_back(units["county"], now - 20 * DAY, TOLD, "核查校门外诈骗线索（训练）", today - DAY)


def leave_looks(now: datetime.datetime) -> bool:
    """Record the looks, once for an installation, as soon as the notary is there.

    Returns:
        Whether they are there now.
    """
    rows = list(AgencyRequest.objects.filter(letter_number__in=(KEPT_BACK, TOLD)).order_by("registered_on"))
    if not rows or Grant.objects.recorded().filter(request__in=rows).exists():
        return True
    try:
        midnight = timezone.make_aware(datetime.datetime.combine(timezone.localdate(now), datetime.time()))
        # By day, whenever the story begins: only the two at night are odd.
        for row in rows:
            look(
                LEAD,
                agency.NAME,
                GATE,
                midnight - (DAY if row.letter_number == KEPT_BACK else 18 * DAY) + MORNING,
                row,
            )
        look(WATCHER, duty.NAME, HALL, midnight - DAY + AFTERNOON)
        look(CARETAKER, commissioning.NAME, GATE, midnight - DAY + MORNING)
        for back in (DAY, 2 * DAY):
            look(LEAD, view_check.NAME, CROSSING, midnight - back + NIGHT)
    except (grants.NotaryDown, NotaryUnavailable, NotaryRefused):
        return False
    _review(now)
    return True


def _kept_back(holder: Unit, at: datetime.datetime, letter: str, purpose: str, until: datetime.date) -> None:
    lead, approver = person(LEAD), person(APPROVER)
    row = drafted(holder, Intake.COUNTER, lead, at)
    values = {
        "unit_name": "拉萨市公安局刑侦支队（训练）", "basis": "judicial", "way": "consult", "purpose": purpose,
        "content": "核实一名可疑人员经过校门的时间", "letter_number": letter, "undertaken_on": timezone.localdate(at),
        "span_from": at - 5 * HOUR, "span_to": at - 4 * HOUR,
    }  # fmt: skip
    row = state(
        row, lead, at, revision=row.revision, values=values, officers=[Named(*one) for one in OFFICERS],
        cameras=Camera.objects.filter(name=GATE),
    )  # fmt: skip
    row = step(step(row, "submit", lead, at), "register", lead, at, originals=True)
    why = StepInput(
        lead, at, timezone.localdate(at), "线索尚在核查，告知后嫌疑人可能得知（训练）", data={"until": until}
    )
    one: Embargo = begin(EMBARGO, "ask", row, why, terms())
    take(EMBARGO, one, "approve", _said(approver, at + HOUR, "同意暂缓（训练）"), terms())
    step(row, "approve", approver, at + HOUR)


def look(who: str, ground: str, camera: str, at: datetime.datetime, row: AgencyRequest | None = None) -> Grant:
    """One look that is over, on record.

    Raises:
        custodes.access.grants.NotaryDown.
    """
    looker = person(who)
    cameras = tuple(Camera.objects.filter(name=camera).select_related("node", "system__site"))
    posts = held_posts(looker, timezone.now())
    purpose, content = (row.purpose, row.content) if row else ("", "")
    ask = Ask(cameras, row is None, row.span if row else None, purpose, content, at, row)
    clauses = ("S27", "S28.1(1)", "N16.2(3)") if row else ("S34(1)",)
    beside = tuple(name for name, _card in OFFICERS) if row else ()
    granted = Granted(ground, clauses, posts[0] if posts and row is None else None, None, 0, beside)
    still = ground in (commissioning.NAME, view_check.NAME)
    grant = grants.store(looker, ask, granted, still=still)
    grants.record_and_sign(grant, cameras)
    Grant.objects.filter(pk=grant.pk).update(ended_at=at + HOUR / 4)
    return grant


def _review(now: datetime.datetime) -> None:
    """The pass finds both looks at night; of the earlier one the lead says why, and the approver judges it."""
    # A pass that came before these looks were recorded has both days behind it: they are gone through once more.
    LookPass.objects.all().delete()
    passing.go_through(now, {})
    found = LookFinding.objects.filter(person=person(LEAD)).order_by("day").first()
    if found is None:
        return
    lead: Person = person(LEAD)
    with transaction.atomic():
        for event, who, words in (
            ("ask", person(APPROVER), "请说明夜间核对视场的缘由"),
            ("explain", lead, "夜间接到路口摄像机被碰歪的告警，核对视场后通知维护单位（训练）"),
            ("in_order", person(APPROVER), "有当晚的告警和维护单位的派工单（训练）"),
        ):
            take(FINDING, found, event, _said(who, now, words), terms())


def _said(who: Person, at: datetime.datetime, words: str) -> StepInput:
    return StepInput(who, at, timezone.localdate(at), words)
