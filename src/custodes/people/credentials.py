"""Entering, withdrawing and judging credentials. Whether one still holds is the law library's word (`law/duties/operating.py`,
`s13_1_credentials`); this module gives it the facts."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from custodes.law.duties.building import CredentialFacts, s13_1_credentials
from custodes.law.duties.finding import DutyFinding, DutyStatus
from custodes.law.duties.operating import StaffFacts, s34_4_staff_file, s34_5_training
from custodes.law.duties.routines import valid_until
from custodes.people.lawful import legal_day, terms
from custodes.people.models import Credential, CredentialKind, Person, Post, PostKind, Unit
from custodes.people.models.credential import PROFESSIONAL, TRAININGS
from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.kinds import SCANS
from custodes.people.records import config_changed, differences, snapshot

#: Posts that watch, operate or maintain (S34(5)).
STAFF_POSTS = frozenset({PostKind.DUTY_OFFICER, PostKind.DUTY_LEAD, PostKind.CARETAKER, PostKind.SYSTEM_ADMIN})


class CredentialRefused(Exception):
    """It can't be entered or withdrawn; the text says why, for the person."""


@dataclass(frozen=True)
class JudgedCredential:
    """A credential and how it stands.

    Attributes:
        finding: the law library's.
        until: its last day; None for one without an end.
        days: until then; negative when it is past.
    """

    credential: Credential
    finding: DutyFinding
    until: datetime.date | None
    days: int


def enter(
    holder: Person | Unit,
    values: Mapping[str, Any],
    *,
    by: Person | None,
    at: datetime.datetime,
    paper: UploadedFile[Any] | None = None,
) -> Credential:
    """Enter a credential, on record.

    Args:
        holder: whose it is.
        values: ``kind``, ``number``, ``issuer``, ``issued``, ``valid_until``.
        by: who enters it; None for the installation's own seed.
        paper: the certificate itself.

    Raises:
        CredentialRefused: one's own without the certificate.
        PaperRefused: the file can't be taken.
    """
    if by is not None and isinstance(holder, Person) and holder.pk == by.pk and paper is None:
        raise CredentialRefused(_("登记本人的培训或者资格须附证明文件，或者请由另一名人员登记。"))
    owner = {"person": holder} if isinstance(holder, Person) else {"unit": holder}
    with transaction.atomic():
        row = Credential(**owner, **values, by=by, at=at)
        if paper is not None:
            row.paper = keep_paper(
                paper, by=by, at=at, kinds=SCANS, about=f"people.credential:{row.uuid}", field="paper"
            )
        row.save()
        config_changed(row, differences({}, snapshot(row)), by=by, at=at)
    return row


def withdraw(credential: Credential, why: str, *, by: Person, at: datetime.datetime) -> None:
    """Take back what was entered wrongly; it stays in the register and on record.

    Raises:
        CredentialRefused: it was withdrawn before.
    """
    with transaction.atomic():
        row = Credential.objects.select_for_update(of=("self",)).get(pk=credential.pk)
        if row.withdrawn_at is not None:
            raise CredentialRefused(_("该记录已经撤销。"))
        before = snapshot(row)
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = at, by, why
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
        config_changed(row, differences(before, snapshot(row)), by=by, at=at)


def last_day(credential: Credential) -> datetime.date | None:
    """Until when it holds: its own last day, or for a training without one what the installation has set (S34(5) names none)."""
    if credential.valid_until is not None or credential.kind not in TRAININGS:
        return credential.valid_until
    return credential.issued + datetime.timedelta(days=terms().assumed.training_days)


def judge(credential: Credential, at: datetime.datetime) -> JudgedCredential:
    """How one credential stands on the local day of `at`."""
    today, known, until = legal_day(at), terms(), last_day(credential)
    if credential.kind in TRAININGS:
        day = _trained(credential)
        finding = s34_5_training(StaffFacts(True, True, True, day, day), today, today, known)
    elif credential.kind in PROFESSIONAL:
        finding = s13_1_credentials(CredentialFacts(until), today, today, known)
    elif until is None:
        finding = DutyFinding(DutyStatus.MET, (credential.clause,), "长期有效", "without an end")
    else:
        label = CredentialKind(credential.kind)
        warn = known.assumed.expiry_warn_days
        finding = valid_until((credential.clause,), until, today, warn, str(label.label), label.value, "")
    return JudgedCredential(credential, finding, until, (until - today).days if until else 0)


def newest(credentials: Iterable[Credential]) -> dict[str, Credential]:
    """The one of each kind that counts: of those that stand the one that holds longest."""
    found: dict[str, Credential] = {}
    for row in credentials:
        if row.withdrawn_at is None and (row.kind not in found or _end(row) > _end(found[row.kind])):
            found[row.kind] = row
    return found


def staff_findings(person: Person, at: datetime.datetime) -> tuple[DutyFinding, ...]:
    """The personnel file (S34(4)) and the trainings (S34(5)) of somebody who watches, operates or maintains."""
    today, known, facts = legal_day(at), terms(), _facts(person)
    return (s34_4_staff_file(facts, today, today, known), s34_5_training(facts, today, today, known))


def training(person: Person, at: datetime.datetime) -> DutyFinding:
    """Whether somebody is trained in work and secrecy, and still so (S34(5))."""
    today = legal_day(at)
    return s34_5_training(_facts(person), today, today, terms())


def is_staff(person: Person, at: datetime.datetime) -> bool:
    """Whether a valid post has the person watch, operate or maintain."""
    return Post.objects.valid(at).filter(person=person, kind__in=STAFF_POSTS).exists()


def untrained(persons: QuerySet[Person], at: datetime.datetime) -> QuerySet[Person]:
    """Those of `persons` whose post asks for training that they lack on the local day of `at`."""
    valid = Credential.objects.valid_on(legal_day(at), terms().assumed.training_days)
    skilled, discreet = (valid.filter(kind=kind, person__isnull=False).values("person_id") for kind in TRAININGS)
    staff = Post.objects.valid(at).filter(kind__in=STAFF_POSTS).values("person_id")
    return persons.filter(pk__in=staff).exclude(Q(pk__in=skilled) & Q(pk__in=discreet))


def _end(row: Credential) -> datetime.date:
    return last_day(row) or datetime.date.max


def _trained(credential: Credential) -> datetime.date:
    """The day from which the law library counts, so that a certificate's own last day is its answer."""
    if credential.valid_until is None:
        return credential.issued
    return credential.valid_until - datetime.timedelta(days=terms().assumed.training_days)


def _facts(person: Person) -> StaffFacts:
    held = newest(person.credentials.all())
    days = [_trained(held[kind]) if kind in held else None for kind in TRAININGS]
    return StaffFacts(bool(held), CredentialKind.VETTING in held, CredentialKind.UNDERTAKING in held, days[0], days[1])
