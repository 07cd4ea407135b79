"""Changes of systems in use (S34(7), N14): asked for, shown, made and restored by programs; decided by people alone (decision 0197).
And orders to upgrade (S16.2c) that a unit answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from custodes.cases.taking import begin, take
from custodes.people.lawful import terms
from custodes.people.models import ProgramScope
from custodes.places.changes.case import CHANGE, UNIT
from custodes.places.changes.reach import asked_changes
from custodes.places.forms.change import ChangeForm, FoundForm, PictureForm
from custodes.places.models import ChangeCase, Moment
from custodes.places.upgrades.case import UNIT as UPGRADE_UNIT
from custodes.places.upgrades.case import UPGRADE
from custodes.web.programs import lifeschemas as life
from custodes.web.programs.cases import ApiStep, CaseSteps, act, taken, told
from custodes.web.programs.keys import ApiCall, call_of
from custodes.web.programs.kinds import BY_NAME
from custodes.web.programs.lifewishes import ChangeBegin, ChangeIn, DoneIn, FoundIn, PictureIn, UpgradePaperIn, WordsIn
from custodes.web.programs.problems import of_form
from custodes.web.programs.reaching import built_system, paper_of, refuse_secret_words
from custodes.web.programs.writing import Write, WriteOutcome, form_data

UPGRADES = CaseSteps(
    UPGRADE,
    "upgrades",
    "upgrade",
    UPGRADE_UNIT,
    ProgramScope.UPGRADES_WRITE,
    "S16.2c",
    life.UpgradeOut,
    {
        "plan": ApiStep("Say how it will be done; the plan is among its papers. Late is taken as well.", DoneIn),
        "report": ApiStep(
            "Say that it is done; what shows it is among its papers. Late is taken as well; then police look at it again.",
            DoneIn,
        ),
    },
    "Add a paper to an order that is open: the plan, or what shows that it is done.",
    UpgradePaperIn,
)


_WRITE = ProgramScope.CHANGES_WRITE
_KIND = BY_NAME["changes"]
_ONE = "/changes/{uuid:id}"
_CLAUSES = {"was": "N14", "cameras": "S34(7)", "planned": "S34(7)", "on": "S34(7)"}


def enter() -> None:
    """Make them answer."""
    Write("POST", "/changes", _WRITE, "changes", life.ChangeOut, clause="S34(7)").enter(request_change)
    Write("POST", "/changes/found", _WRITE, "changes_found", life.ChangeOut, clause="S34(7)").enter(find_change)
    for method, path, operation in (
        ("PUT", "", amend_change), ("POST", "/pictures", add_change_picture),
    ):  # fmt: skip
        name = f"change{path.replace('/', '_').replace('-', '_')}"
        Write(method, _ONE + path, _WRITE, name, life.ChangeOut, (200,), revised=True, clause="S34(7)").enter(operation)
    STEPS.enter()
    UPGRADES.enter()


def request_change(request: HttpRequest, wish: ChangeBegin) -> WriteOutcome:
    """Ask for leave to change a system in use. Add a picture of how each camera is (`/pictures`); then an approver of the unit decides, at
    the page."""
    call = call_of(request)
    system = built_system(call, wish.system)
    refuse_secret_words(wish)
    form = ChangeForm(form_data(wish.dict(exclude={"system"})), system=system)
    said = _checked(form).cleaned_data
    case = begin(CHANGE, "request", system, replace(taken(call), data=said), terms())
    return told(call, _KIND, case.pk)


def find_change(request: HttpRequest, wish: FoundIn) -> WriteOutcome:
    """Enter what was changed without leave. It stays an incident, whatever becomes of it."""
    call = call_of(request)
    system = built_system(call, wish.system)
    refuse_secret_words(wish)
    form = FoundForm(form_data(wish.dict(exclude={"system"})), system=system)
    said = _checked(form).cleaned_data
    case = begin(CHANGE, "find", system, replace(taken(call, said["on"]), data=said), terms())
    return told(call, _KIND, case.pk)


def amend_change(request: HttpRequest, id: UUID, wish: ChangeIn) -> WriteOutcome:
    """Say it otherwise while nobody has decided: all of it. Pictures stay."""
    refuse_secret_words(wish)

    def amend(call: ApiCall, row: ChangeCase) -> ChangeCase:
        form = ChangeForm(form_data(wish.dict()), system=row.system)
        said = _checked(form).cleaned_data | {"revision": row.revision}
        done: ChangeCase = take(CHANGE, row, "amend", replace(taken(call), data=said), terms())
        return done

    return act(request, _KIND, _mine(request), id, amend)


def add_change_picture(request: HttpRequest, id: UUID, wish: PictureIn) -> WriteOutcome:
    """Add a picture: of how it was until somebody decides, of how it is from the leave until it is made."""

    def add(call: ApiCall, row: ChangeCase) -> Any:
        form = PictureForm(form_data({"moment": wish.moment, "camera": wish.camera}), case=row, moments=list(Moment))
        del form.fields["file"]  # handed in before
        if not form.is_valid():
            raise of_form(form.errors.get_json_data())
        paper = paper_of(call, wish.paper, form.kinds)
        return take(CHANGE, row, "picture", replace(taken(call), data=form.cleaned_data, papers=(paper,)), terms())

    return act(request, _KIND, _mine(request), id, add)


STEPS = CaseSteps(
    CHANGE,
    "changes",
    "change",
    UNIT,
    _WRITE,
    "S34(7)",
    life.ChangeOut,
    {
        "withdraw": ApiStep("It is not wanted any more.", WordsIn),
        "carry_out": ApiStep(
            "Say that it was made on that day. Pictures show it, and the register says it: change the camera first (`PATCH /cameras/{id}`, which "
            "an approved change covers). The change is then to be filed (N14).",
            DoneIn,
        ),
        "restore": ApiStep("Say that what was changed without leave is again as it was.", DoneIn),
    },
)


def _checked(form: Any) -> Any:
    """A form without faults.

    Raises:
        Problem: it has some.
    """
    if not form.is_valid():
        raise of_form(form.errors.get_json_data(), _CLAUSES)
    return form


def _mine(request: HttpRequest) -> QuerySet[ChangeCase]:
    call = call_of(request)
    return asked_changes(call.person, call.at)
