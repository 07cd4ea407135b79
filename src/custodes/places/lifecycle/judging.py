"""What is entered beside a system's steps: the conclusion of an acceptance (S16.1, N11), and the firms that do its steps (S13.1, S17)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.people.models import Person
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Acceptance, System, SystemFirm, SystemState
from custodes.places.register import record_change, save_recorded

FIRM_FIELDS = ("system", "step", "unit", "since")
ACCEPTANCE_FIELDS = ("system", "on", "passed", "parts", "members", "words", "report")


def check_on_trial(system: System) -> None:
    """Only what runs on trial is accepted.

    Raises:
        StepRefused: it does not.
    """
    if system.state != SystemState.TRIAL:
        remedy = _("请先开始试运行。")
        raise StepRefused(_("系统不在试运行，不能登记验收。"), clause="S16.1", remedy=remedy)


def enter_acceptance(acceptance: Acceptance, by: Person, at: datetime) -> Acceptance:
    """Keep a conclusion that its form found whole, with its five parts, on record.

    Raises:
        StepRefused: its system is not on trial.
    """
    with transaction.atomic():
        check_on_trial(System.objects.select_for_update().get(pk=acceptance.system_id))
        acceptance.by, acceptance.at = by, at
        save_recorded(acceptance, ACCEPTANCE_FIELDS, by, at)
    return acceptance


def enter_firm(firm: SystemFirm, technicians: Sequence[Person], by: Person, at: datetime) -> SystemFirm:
    """Keep a firm with its technicians, on record."""
    firm.by, firm.at = by, at
    with transaction.atomic():
        save_recorded(firm, FIRM_FIELDS, by, at)
        firm.technicians.set(technicians)
        names = [str(person.uuid) for person in technicians]
        record_change(by, firm._meta.label_lower, str(firm.pk), {"technicians": [None, names]}, at)
    return firm
