"""The people pages. Objects are the operator of unit A, their post and their unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.usersessions.models import UserSession

from custodes.people.models import Credential, Entrustment, Program, ProgramKey, UnitApplication
from tests.cast import EVERYBODY, Cast
from tests.places.furnishings import ELSEWHERE
from tests.web.registry import Opens, Public, members

READERS = members("lead", "caretaker", "auditor", "inspector", "system_admin", "security_admin", "outside_caretaker")
OF_A = READERS - members("outside_caretaker")
DUTY = members("operator", "lead", "outsider")
SECURITY = members("security_admin")
SYSTEM = members("system_admin")


def _operator(cast: Cast) -> Mapping[str, Any]:
    return {"person": cast.operator.person.uuid}


def _unit(cast: Cast) -> Mapping[str, Any]:
    return {"unit": cast.units["a"].uuid}


def _post(cast: Cast) -> Mapping[str, Any]:
    assert cast.operator.post is not None
    return {"post": cast.operator.post.uuid}


def _session(cast: Cast) -> Mapping[str, Any]:
    return {"session": UserSession.objects.get(user=cast.operator.account, session_key=ELSEWHERE).pk}


def _entrustment(cast: Cast) -> Mapping[str, Any]:
    return {"entrustment": Entrustment.objects.get(kind="post").uuid}


def _credential(cast: Cast) -> Mapping[str, Any]:
    return {"credential": Credential.objects.get(person=cast.operator.person).uuid}


def _application(cast: Cast) -> Mapping[str, Any]:
    return {"application": UnitApplication.objects.get().uuid}


def _program(cast: Cast) -> Mapping[str, Any]:
    return {"program": Program.objects.get().uuid}


def _key(cast: Cast) -> Mapping[str, Any]:
    return {**_program(cast), "prefix": ProgramKey.objects.get().prefix}


#: Nobody of the cast receives filings: who does is tried in test_applying.py.
CLERKS: frozenset[str] = frozenset()
KEEPS_FILES = members("caretaker", "system_admin", "security_admin")

VIEWS: dict[str, Opens | Public] = {
    "people:account_sessions": Opens(SECURITY, _operator),
    "people:account_session_end": Opens(SECURITY, lambda cast: {**_operator(cast), **_session(cast)}, "post"),
    "people:person_list": Opens(READERS),
    "people:person_add": Opens(SECURITY),
    "people:person_detail": Opens(OF_A, _operator),
    "people:person_edit": Opens(SECURITY, _operator),
    "people:post_assign": Opens(SECURITY, _operator),
    "people:account_open": Opens(SECURITY, _operator),
    "people:account_reset": Opens(SECURITY, _operator),
    "people:entrustment_list": Opens(
        members(
            "lead",
            "caretaker",
            "outside_caretaker",
            "approver",
            "auditor",
            "inspector",
            "security_admin",
            "system_admin",
        )
    ),
    "people:entrustment_alone": Opens(members("approver", "inspector", "system_admin")),
    "people:entrustment": Opens(members("approver", "auditor", "security_admin"), _entrustment),
    "people:entrustment_confirm": Opens(members("approver", "auditor"), _entrustment, "post"),
    "people:entrustment_refuse": Opens(members("approver", "auditor"), _entrustment, "post"),
    "people:entrustment_end": Opens(members("approver", "auditor"), _entrustment, "post"),
    "people:entrustment_withdraw": Opens(members("approver", "security_admin"), _entrustment, "post"),
    "people:account_close": Opens(SECURITY, _operator, "post"),
    "people:account_reopen": Opens(SECURITY, _operator, "post"),
    "people:account_unlock": Opens(SECURITY, _operator, "post"),
    "people:post_list": Opens(READERS),
    "people:post_end": Opens(SECURITY, _post, "post"),
    "people:unit_list": Opens(READERS),
    "people:export_units": Opens(READERS, lambda cast: {"form": "csv"}),
    "people:export_persons": Opens(READERS, lambda cast: {"form": "csv"}),
    "people:export_posts": Opens(READERS, lambda cast: {"form": "csv"}),
    "people:export_credentials": Opens(READERS, lambda cast: {"form": "csv"}),
    "people:unit_add": Opens(SYSTEM),
    "people:unit_detail": Opens(OF_A, _unit),
    "people:unit_edit": Opens(SYSTEM, _unit),
    "people:division_list": Opens(READERS),
    "people:person_credential_add": Opens(KEEPS_FILES, _operator),
    "people:unit_credential_add": Opens(KEEPS_FILES, _unit),
    "people:credential_list": Opens(READERS),
    "people:credential_paper": Opens(KEEPS_FILES | members("inspector"), _credential),
    "people:credential_withdraw": Opens(KEEPS_FILES, _credential, "post"),
    "people:unit_apply": Public(
        "a unit lets itself in and prints its letter, before anybody of it has an account", 200
    ),
    "people:unit_apply_sent": Public("the receipt; in a browser that has not applied it leads to the question", 302),
    "people:unit_apply_state": Public("how far an application has come, for who has its number and telephone", 200),
    "people:application_list": Opens(CLERKS),
    "people:application_add": Opens(CLERKS),
    "people:application_detail": Opens(CLERKS, _application),
    "people:application_confirm": Opens(CLERKS, _application, "post"),
    "people:application_return": Opens(CLERKS, _application, "post"),
    "people:application_letter": Opens(CLERKS, _application),
    "people:application_picture": Opens(CLERKS, _application),
    "print:authorization_of_application": Opens(CLERKS, _application),
    "people:own_program_end": Opens(members("caretaker"), _program, "post"),
    "people:program_list": Opens(SYSTEM | SECURITY),
    "people:program_add": Opens(SYSTEM),
    "people:program": Opens(SYSTEM | SECURITY, _program),
    "people:program_decide": Opens(SECURITY, _program, "post"),
    "people:program_end": Opens(SYSTEM | SECURITY, _program, "post"),
    "people:program_key": Opens(SYSTEM, _program, "post"),
    "people:program_key_revoke": Opens(SYSTEM | SECURITY, _key, "post"),
    "people:duty": Opens(
        DUTY | members("caretaker", "approver", "inspector", "auditor", "security_admin", "outside_caretaker")
    ),
    "people:duty_begin": Opens(DUTY, method="post"),
    "people:duty_end": Opens(DUTY, method="post"),
    "people:duty_hand_over": Opens(DUTY, method="post"),
    "people:profile": Opens(EVERYBODY),
    "people:session_list": Opens(EVERYBODY),
    "people:session_end": Opens(members("operator"), _session, "post"),
}
