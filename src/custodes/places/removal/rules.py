"""Of what a removal may be planned, or entered as found; until when it has to be reported and from when on it may be carried out (S18); who sees it.

The system is one that is reported, and nothing of it goes already.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from custodes.law.deadlines.answer import Beforehand
from custodes.law.deadlines.counting import removal_report
from custodes.law.deadlines.table import REMOVAL
from custodes.law.duties.filing import RemovalFacts, s18a_removal, s18b_report
from custodes.law.duties.finding import DutyFinding, LegalTerms
from custodes.people.lawful import StepRefused
from custodes.people.models import Person
from custodes.places.models import USED, Camera, Removal, RemovalState, System, SystemState
from custodes.places.models.cases import AHEAD
from custodes.places.retiring import gone
from custodes.places.scope import papered_systems, visible_systems


def visible_removals(person: Person, at: datetime) -> QuerySet[Removal]:
    """Removals of visible systems."""
    return Removal.objects.filter(system__in=visible_systems(person, at).values("pk"))


def papered_removals(person: Person, at: datetime) -> QuerySet[Removal]:
    """Removals of systems whose papers the person may read (S30.1)."""
    return Removal.objects.filter(system__in=papered_systems(person, at).values("pk"))


def first_day(removal: Removal, terms: LegalTerms) -> date | None:
    """The first day on which it may be removed: fifteen days after the report (S18); None while it is not reported."""
    return None if removal.reported_on is None else earliest(removal.reported_on, terms)


def earliest(reported: date, terms: LegalTerms) -> date:
    """The first day on which something may be removed whose removal is reported on `reported` (S18)."""
    day = reported + timedelta(days=REMOVAL.days)
    while removal_report(day, terms.calendar, assumed=terms.assumed).latest < reported:
        day += timedelta(days=1)
    return day


def latest_report(removal: Removal, terms: LegalTerms) -> Beforehand:
    """By when it has to be reported to be removed on the planned day."""
    return removal_report(removal.planned, terms.calendar, assumed=terms.assumed)


def finding_of(removal: Removal, today: date, terms: LegalTerms) -> DutyFinding:
    """How the duty to report stands (S18b)."""
    if removal.unauthorised:
        done = removal.gone_on or removal.found_on
        assert done is not None, "it was found on a day"
        return s18a_removal(RemovalFacts(None, _reported_before(removal), done, removal.why), done, today, terms)
    facts = RemovalFacts(removal.planned, removal.reported_on, removal.removed_on, removal.why)
    return s18b_report(facts, removal.planned, today, terms)


def _reported_before(removal: Removal) -> date | None:
    """The report that was made of the same cameras before they went: too early is not unreported (S18)."""
    told = Removal.objects.filter(system=removal.system, unauthorised=False, reported_on__lte=removal.found_on)
    told = told.exclude(state=RemovalState.CANCELLED).order_by("reported_on")
    mine = set(leaving(removal).values_list("pk", flat=True))
    for one in told:
        if mine <= set(leaving(one).values_list("pk", flat=True)):
            return one.reported_on
    return None


def leaving(removal: Removal) -> QuerySet[Camera]:
    """The cameras that go."""
    return Camera.objects.filter(system=removal.system) if removal.whole else removal.cameras.all()


REPORTABLE = (SystemState.ACCEPTED, *USED)


def check_reportable(system: System) -> None:
    """Its removal is reported at all.

    Raises:
        StepRefused: it has not passed acceptance, or is gone.
    """
    if system.state not in REPORTABLE:
        raise StepRefused(_("系统现为“%(state)s”，尚未验收的不需要报告拆除。") % {"state": system.get_state_display()})


def check_cameras(system: System, cameras: Sequence[Camera]) -> None:
    """These cameras, or with none the whole system, are not being removed already.

    Raises:
        StepRefused: they are, or one of them is not the system's.
    """
    ahead = Removal.objects.filter(system=system, state__in=[one.value for one in AHEAD])
    if ahead.filter(whole=True).exists() or (not cameras and ahead.exists()):
        raise StepRefused(_("该系统已有正在办理的拆除，请在其中办理或者先撤销。"))
    away = _away(cameras)
    for camera in cameras:
        if camera.system_id != system.pk or camera.pk in away:
            raise StepRefused(_("点位“%(name)s”不属于该系统，或者已经拆除。") % {"name": camera.name})
        if ahead.filter(cameras=camera).exists():
            raise StepRefused(_("点位“%(name)s”已有正在办理的拆除。") % {"name": camera.name})


def check_found(system: System, cameras: Sequence[Camera]) -> None:
    """A removal that is planned or reported keeps nobody from saying that it was done before its day."""
    waits = Removal.objects.filter(system=system, state=RemovalState.FOUND)
    if waits.filter(whole=True).exists() or (not cameras and waits.exists()):
        raise StepRefused(_("该系统已有登记的擅自拆除待处理，请先办结。"), clause="S18a")
    away = _away(cameras)
    for camera in cameras:
        if camera.system_id != system.pk or camera.pk in away:
            raise StepRefused(_("点位“%(name)s”不属于该系统，或者已经拆除。") % {"name": camera.name})
        if waits.filter(cameras=camera).exists():
            raise StepRefused(_("点位“%(name)s”的擅自拆除已经登记，待处理。") % {"name": camera.name})


def _away(cameras: Sequence[Camera]) -> set[UUID]:
    return set(Camera.objects.filter(gone(), pk__in=[one.pk for one in cameras]).values_list("pk", flat=True))
