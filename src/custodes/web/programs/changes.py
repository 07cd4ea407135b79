"""Changes of systems in use (S34(7), N14): asked for, shown, made and restored by programs; decided by people alone (decision 0196)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from custodes.people.models import ProgramScope
from custodes.places.changes import workflow
from custodes.places.changes.reach import asked_changes
from custodes.places.forms.change import ChangeForm, DoneForm, FoundForm, PictureForm, WordsForm
from custodes.places.models import ChangeCase, Moment
from custodes.web.programs import lifeschemas as life
from custodes.web.programs.cases import act, taken, told
from custodes.web.programs.keys import Call, call_of
from custodes.web.programs.kinds import BY_NAME
from custodes.web.programs.lifewishes import ChangeBegin, ChangeIn, DoneIn, FoundIn, PictureIn, WordsIn
from custodes.web.programs.problems import of_form
from custodes.web.programs.reaching import built_system, paper_of, refuse_secret_words
from custodes.web.programs.writing import Write, Written, form_data, words_of

_WRITE = ProgramScope.CHANGES_WRITE
_KIND = BY_NAME["changes"]
_ONE = "/changes/{uuid:id}"
_CLAUSES = {"was": "N14", "cameras": "S34(7)", "planned": "S34(7)", "on": "S34(7)"}


def enter() -> None:
    """Make them answer."""
    Write("POST", "/changes", _WRITE, "changes", life.ChangeOut, clause="S34(7)").enter(request_change)
    Write("POST", "/changes/found", _WRITE, "changes_found", life.ChangeOut, clause="S34(7)").enter(find_change)
    for method, path, operation in (
        ("PUT", "", amend_change), ("POST", "/pictures", add_change_picture), ("POST", "/withdraw", withdraw_change),
        ("POST", "/carry-out", carry_out_change), ("POST", "/restore", restore_change),
    ):  # fmt: skip
        name = f"change{path.replace('/', '_').replace('-', '_')}"
        Write(method, _ONE + path, _WRITE, name, life.ChangeOut, (200,), revised=True, clause="S34(7)").enter(operation)


def request_change(request: HttpRequest, wish: ChangeBegin) -> Written:
    """Ask for leave to change a system in use. Add a picture of how each camera is (`/pictures`); then an approver of the unit decides, at
    the page."""
    call = call_of(request)
    system = built_system(call, wish.system)
    refuse_secret_words(wish)
    form = ChangeForm(form_data(wish.dict(exclude={"system"})), system=system)
    case = workflow.request(system, _asked(form), call.person, call.at, words_of(call))
    return told(call, _KIND, case.pk)


def find_change(request: HttpRequest, wish: FoundIn) -> Written:
    """Enter what was changed without leave. It stays an incident, whatever becomes of it."""
    call = call_of(request)
    system = built_system(call, wish.system)
    refuse_secret_words(wish)
    form = FoundForm(form_data(wish.dict(exclude={"system"})), system=system)
    wanted = _asked(form)
    case = workflow.find(system, wanted, taken(call, form.cleaned_data["on"], form.cleaned_data["why"]))
    return told(call, _KIND, case.pk)


def amend_change(request: HttpRequest, id: UUID, wish: ChangeIn) -> Written:
    """Say it otherwise while nobody has decided: all of it. Pictures stay."""
    refuse_secret_words(wish)

    def amend(call: Call, row: ChangeCase) -> ChangeCase:
        form = ChangeForm(form_data(wish.dict()), system=row.system)
        return workflow.amend(row, _asked(form), row.revision, call.person, call.at, words_of(call))

    return act(request, _KIND, _mine(request), id, amend)


def add_change_picture(request: HttpRequest, id: UUID, wish: PictureIn) -> Written:
    """Add a picture: of how it was until somebody decides, of how it is from the leave until it is made."""

    def add(call: Call, row: ChangeCase) -> Any:
        form = PictureForm(form_data({"moment": wish.moment, "camera": wish.camera}), case=row, moments=list(Moment))
        del form.fields["file"]  # handed in before
        if not form.is_valid():
            raise of_form(form.errors.get_json_data())
        paper = paper_of(call, wish.paper, form.kinds)
        moment, camera = Moment(form.cleaned_data["moment"]), form.cleaned_data.get("camera")
        return workflow.add_picture(row, moment, paper, camera, call.person, call.at, words_of(call))

    return act(request, _KIND, _mine(request), id, add)


def withdraw_change(request: HttpRequest, id: UUID, wish: WordsIn) -> Written:
    """It is not wanted any more."""
    refuse_secret_words(wish)

    def withdraw(call: Call, row: ChangeCase) -> ChangeCase:
        form = _checked(WordsForm(form_data(wish.dict())))
        return workflow.withdraw(row, taken(call, words=form.cleaned_data["words"]))

    return act(request, _KIND, _mine(request), id, withdraw)


def carry_out_change(request: HttpRequest, id: UUID, wish: DoneIn) -> Written:
    """Say that it was made on that day. Pictures show it, and the register says it: change the camera first (`PATCH /cameras/{id}`, which an
    approved change covers). The change is then to be filed (N14)."""
    return _done(request, id, wish, workflow.carry_out)


def restore_change(request: HttpRequest, id: UUID, wish: DoneIn) -> Written:
    """Say that what was changed without leave is again as it was."""
    return _done(request, id, wish, workflow.restore)


def _done(request: HttpRequest, id: UUID, wish: DoneIn, step: Any) -> Written:
    refuse_secret_words(wish)

    def done(call: Call, row: ChangeCase) -> ChangeCase:
        said = taken(call, wish.on, wish.words)
        form = _checked(DoneForm(form_data({"on": said.on, "words": said.words})))
        changed: ChangeCase = step(row, taken(call, form.cleaned_data["on"], form.cleaned_data["words"]))
        return changed

    return act(request, _KIND, _mine(request), id, done)


def _asked(form: ChangeForm) -> workflow.Wanted:
    return _checked(form).asked()  # type: ignore[no-any-return]


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
