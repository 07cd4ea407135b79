"""The city's police hold the platform; two officers of the court ask it for an hour of the school's gate, online."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone

from custodes.access.models import AgencyRequest, Embargo, Grant, Intake
from custodes.people.models import Person, PostKind
from tests.access.agency import asking, deciding
from tests.access.agency.asked import HOUR, colleague, stated
from tests.access.looks import embargoes as embargo
from tests.access.taken import Taken
from tests.cast import TOTP_SECRET, Member
from tests.places.stage import Stage

DAY = datetime.timedelta(days=1)
SECRET = "走漏消息"
PURPOSE = "核查扒窃线索"


@dataclass
class Platform:
    """Who takes part: the desk and the approvers of the city, the officers of the court, the staff of the school."""

    stage: Stage
    desk: Member
    approver: Member
    second_approver: Member
    officer: Member
    companion: Member
    school_lead: Member
    school_auditor: Member
    at: datetime.datetime

    @classmethod
    def on(cls, stage: Stage) -> Platform:
        auditor = colleague(stage, "米玛", "school_auditor", "a", PostKind.AUDIT_ADMIN)
        TOTP.activate(auditor.account, TOTP_SECRET)
        return cls(
            stage,
            colleague(stage, "洛桑", "city_desk", "city", PostKind.DUTY_LEAD),
            colleague(stage, "巴桑", "city_approver", "city", PostKind.APPROVER),
            colleague(stage, "格列", "city_approver2", "city", PostKind.APPROVER),
            stage.cast.officer,
            colleague(stage, "次旺", "second", "court", PostKind.AGENCY_OFFICER),
            stage.cast.lead,
            auditor,
            timezone.now(),
        )

    @property
    def today(self) -> datetime.date:
        return timezone.localdate(self.at)

    def registered(self, **said: Any) -> AgencyRequest:
        """Handed in and registered, not granted."""
        cast, cameras = self.stage.cast, said.pop("cameras", [self.stage.gate])
        row = asking.begin(cast.units["city"], Intake.ONLINE, self.officer.person, self.at, unit=cast.units["court"])
        officers = [
            asking.Named("王芳", "法执0017", self.officer.person),
            asking.Named("次旺", "法执0021", self.companion.person),
        ]
        values = (
            stated(self.at) | {"purpose": PURPOSE, "letter_number": f"网 {AgencyRequest.objects.count()} 号"} | said
        )
        row = asking.state(
            row, values, self.officer.person, self.at, revision=row.revision, officers=officers, cameras=cameras
        )
        row = asking.submit(row, self.officer.person, self.at)
        row = asking.confirm(row, "法执0021", self.companion.person, self.at)
        return deciding.register(row, Taken(self.desk.person, self.at))

    def granted(self, **said: Any) -> AgencyRequest:
        return self.grant(self.registered(**said))

    def grant(self, row: AgencyRequest) -> AgencyRequest:
        return deciding.approve(row, Taken(self.approver.person, self.at))

    def ask(self, row: AgencyRequest, days: int = 10, by: Person | None = None) -> Embargo:
        until = self.today + datetime.timedelta(days=days)
        return embargo.ask(row, SECRET, until, Taken(by or self.officer.person, self.at))

    def kept_back(self, days: int = 10, **said: Any) -> tuple[AgencyRequest, Embargo]:
        """Granted, its looks kept from the school for so many days."""
        row = self.registered(**said)
        one = embargo.approve(self.ask(row, days), Taken(self.second_approver.person, self.at))
        return self.grant(row), one

    def look(
        self, row: AgencyRequest | None = None, *, who: Person | None = None, index: int = 500, **said: Any
    ) -> Grant:
        """A look that is on record, under the request or on duty."""
        person = who or self.officer.person
        cameras = said.pop("cameras", None) or (list(row.cameras.all()) if row else [self.stage.gate])
        asked_at = said.pop("asked_at", self.at)
        values = {
            "ground": "agency" if row else "duty",
            "purpose": row.purpose if row else "",
            "span_from": row.span_from if row else None,
            "span_to": row.span_to if row else None,
            "live": row is None,
            "asked_at": asked_at,
            "ended_at": asked_at + HOUR,
            **said,
        }
        grant = Grant.objects.create(person=person, unit=person.unit, request=row, watermark="-", index=index, **values)
        grant.cameras.set(cameras)
        return grant
