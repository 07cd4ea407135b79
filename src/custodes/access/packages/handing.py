"""Handing a package over: before both officers, the hash shown, signed; once (S28.1(1), S28.1(4))."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.access.agency import looking
from custodes.access.agency.approvals import asks_for
from custodes.access.agency.case import note
from custodes.access.agency.reach import locked
from custodes.access.models import AgencyOfficer, AgencyState, EvidencePackage, PackageState
from custodes.access.models.agency import OPEN
from custodes.law.grounds import agency
from custodes.people.models import Paper, Person
from custodes.people.records import record, record_language
from custodes.places.lifecycle.stepping import StepRefused


def hand(
    package: EvidencePackage,
    staff: Person,
    officers: Sequence[AgencyOfficer],
    medium: str,
    signed: Paper,
    at: datetime,
) -> EvidencePackage:
    """Note that it was handed over; the request is served with it.

    Args:
        officers: of the request who are there and have compared the hash.
        medium: what it is on, with its number.
        signed: the list that both have signed.

    Raises:
        StepRefused: it is not made, was handed over before, the grant is not open, or fewer than two officers took it.
    """
    with transaction.atomic():
        row = locked(package.request)
        package = EvidencePackage.objects.select_for_update(of=("self",)).get(pk=package.pk)
        if package.state != PackageState.MADE:
            raise StepRefused(_("现为“%(state)s”，不能交付。") % {"state": package.get_state_display()})
        if row.state not in OPEN:
            raise StepRefused(_("申请现为“%(state)s”，不能交付。") % {"state": row.get_state_display()})
        if len({one.pk for one in officers if one.request_id == row.pk}) < 2:
            raise StepRefused(_("到场的工作人员少于二人。请两名工作人员同时在场。"), (agency.NOT_PRESENT,))
        if asks_for(row, staff):
            raise StepRefused(_("申请的工作人员不能办理交付。请持有单位的其他人员办理。"))
        if against := looking.handing_unmet(row):
            raise StepRefused(against[0].reason_zh, against)
        package.state, package.handed_at, package.handed_by = PackageState.HANDED, at, staff
        package.receivers = [{"name": one.name, "card": one.card} for one in officers]
        package.medium, package.signed = medium, signed
        package.handed_record = record(
            "evidence.handed",
            at=at,
            package=package.pk,
            request=row.pk,
            sha256=package.sha256,
            by=staff.uuid,
            receivers=[f"{one.name} {one.card}".strip() for one in officers],
            medium=medium,
            papers=[signed.sha256],
        )
        package.save()
        if row.state == AgencyState.GRANTED:
            with record_language():
                words = _("交付证据包，SHA-256 %(sha256)s") % {"sha256": package.sha256}
            note(row, "serve", staff, at, words, (signed,))
    return package
