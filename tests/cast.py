"""The cast: who takes part in every test about who may do what.

Unit A (a school in 城关区) has a system; unit B (a hotel in 堆龙德庆区) is somebody else. `build` makes them all in the
database; nothing about systems or cameras is made here.

====================  ======================================================================
operator              值班监看员 of unit A
lead                  值班长 of unit A
caretaker             系统管理人 of unit A
approver              审批人 of unit A
officer               办案人员 of an agency (a court)
auditor               审计管理员 of the city's police
inspector             监督检查员 of 城关区's police
outsider              值班监看员 of unit B
outside_caretaker     系统管理人 of unit B
system_admin          系统管理员 of the city's police
security_admin        安全管理员 of the city's police
bystander             a person with an account and no post at all
====================  ======================================================================
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from allauth.mfa.totp.internal.auth import TOTP

from custodes.people.models import ADMINISTRATORS, Account, Division, Person, Post, PostKind, Unit, UnitKind

PASSWORD = "lantern-Orchard-4417"
#: Secret of the authenticator app that the administrators have, as their posts require.
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
#: Posts of the cast have been valid since then.
SINCE = datetime.datetime(2024, 6, 1, tzinfo=datetime.UTC)

#: member → (name, unit key, kind of post)
MEMBERS: dict[str, tuple[str, str, PostKind | None]] = {
    "operator": ("扎西", "a", PostKind.DUTY_OFFICER),
    "lead": ("德吉", "a", PostKind.DUTY_LEAD),
    "caretaker": ("次仁", "a", PostKind.CARETAKER),
    "approver": ("央金", "a", PostKind.APPROVER),
    "officer": ("王芳", "court", PostKind.AGENCY_OFFICER),
    "auditor": ("赵敏", "city", PostKind.AUDIT_ADMIN),
    "inspector": ("李强", "county", PostKind.INSPECTOR),
    "outsider": ("刘洋", "b", PostKind.DUTY_OFFICER),
    "outside_caretaker": ("陈静", "b", PostKind.CARETAKER),
    "system_admin": ("旦增", "city", PostKind.SYSTEM_ADMIN),
    "security_admin": ("卓玛", "city", PostKind.SECURITY_ADMIN),
    "bystander": ("周涛", "a", None),
}
EVERYBODY: frozenset[str] = frozenset(MEMBERS)


@dataclass(frozen=True)
class Member:
    """One member of the cast, with the post that makes them so."""

    name: str
    person: Person
    account: Account
    post: Post | None


@dataclass(frozen=True)
class Cast:
    """Everybody, by name: ``cast.operator.person``; and the units ``a``, ``b``, ``city``, ``county``, ``court``."""

    members: dict[str, Member]
    units: dict[str, Unit]

    def __getattr__(self, name: str) -> Member:
        try:
            return self.members[name]
        except KeyError:
            raise AttributeError(name) from None


def build() -> Cast:
    """Make units, persons, accounts and posts."""
    divisions = {division.code: division for division in Division.objects.all()}
    units = {
        "city": Unit.objects.create(name="拉萨市公安局", kind=UnitKind.PUBLIC_SECURITY, division=divisions["540100"]),
        "a": Unit.objects.create(name="城关区第一小学", kind=UnitKind.INSTITUTION, division=divisions["540102"]),
        "b": Unit.objects.create(name="堆龙宾馆", kind=UnitKind.ENTERPRISE, division=divisions["540103"]),
        "court": Unit.objects.create(name="城关区人民法院", kind=UnitKind.JUDICIAL, division=divisions["540102"]),
    }
    units["county"] = Unit.objects.create(
        name="城关区公安分局", kind=UnitKind.PUBLIC_SECURITY, division=divisions["540102"], parent=units["city"]
    )
    members = {}
    for key, (name, unit, kind) in MEMBERS.items():
        person = Person.objects.create(name=name, unit=units[unit])
        account = Account(username=key, person=person)
        account.set_password(PASSWORD)
        account.save()
        if kind in ADMINISTRATORS:
            TOTP.activate(account, TOTP_SECRET)
        post = Post.objects.create(person=person, unit=units[unit], kind=kind, valid_from=SINCE) if kind else None
        members[key] = Member(key, person, account, post)
    return Cast(members, units)
