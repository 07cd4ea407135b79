"""Removals (S18): reported fifteen days before or earlier, carried out on the first day that the law leaves or later."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from custodes.people.lawful import terms
from custodes.people.models import ProgramScope
from custodes.places.drafts.removal import REMOVAL, report
from custodes.places.forms.page import Page
from custodes.places.forms.removal import DayPage, PutOffForm, ReasonForm
from custodes.places.models import Draft, DraftKind, Removal
from custodes.places.removal import workflow
from custodes.places.scope import built_systems
from custodes.web.programs import schemas as out
from custodes.web.programs.cases import act, taken, told
from custodes.web.programs.draftsaid import asking_of
from custodes.web.programs.keys import Call, call_of
from custodes.web.programs.kinds import BY_NAME
from custodes.web.programs.lifewishes import DoneIn, PutOffIn, RemovalIn, WordsIn
from custodes.web.programs.problems import Problem, Wrong, of_form, plain
from custodes.web.programs.reaching import built_system, refuse_secret_words
from custodes.web.programs.writing import Write, Written, form_data, words_of

_WRITE = ProgramScope.REMOVALS_WRITE
_KIND = BY_NAME["removals"]
_CLAUSES = {"planned": "S18b", "ground": "S18b", "what": "S18b", "cameras": "S18b"}


def enter() -> None:
    """Make them answer."""
    Write("POST", "/removals", _WRITE, "removals", out.RemovalOut, clause="S18b").enter(report_removal)
    for path, operation in (
        ("report", report_planned_removal), ("put-off", put_off_removal), ("cancel", cancel_removal), ("carry-out", carry_out_removal),
    ):  # fmt: skip
        name = f"removal_{path.replace('-', '_')}"
        Write(
            "POST", f"/removals/{{uuid:id}}/{path}", _WRITE, name, out.RemovalOut, (200,), revised=True, clause="S18b"
        ).enter(operation)


def report_removal(request: HttpRequest, wish: RemovalIn) -> Written:
    """Report a removal to the county's police: the day of the report is today. A day sooner than fifteen days from now is refused with
    the first that may be. Then remove on `planned`, and say so: `POST /removals/{id}/carry-out`."""
    call = call_of(request)
    system = built_system(call, wish.system)
    refuse_secret_words(wish)
    workflow.check_reportable(system)
    if wish.whole and wish.cameras:
        remedy = _("拆除整个系统的，不写 cameras；拆除部分点位的，不写 whole。")
        raise plain(422, errors=[Wrong("cameras", "S18b", _("不能既拆除整个系统又列明点位"), remedy)])
    data = form_data(
        {"what": "whole" if wish.whole else "cameras", **wish.dict(include={"cameras", "ground", "why", "planned"})}
    )
    asking = asking_of(call, words_of(call))
    draft = Draft(kind=DraftKind.REMOVAL, system=system)
    pages = {page.key: page.form(draft, asking, data=data) for page in REMOVAL.pages}
    if any([not page.is_valid() for page in pages.values()]):  # noqa: C419 – all of them say what is wrong
        raise _wrong(pages)
    return told(call, _KIND, report(system, pages, asking).pk)


def report_planned_removal(request: HttpRequest, id: UUID) -> Written:
    """Report a removal that is only planned (`planned`), as a page or an import may have left one. The day is today, however late."""
    return act(request, _KIND, _mine(call_of(request)), id, lambda call, row: workflow.report(row, taken(call)))


def put_off_removal(request: HttpRequest, id: UUID, wish: PutOffIn) -> Written:
    """Plan it for another day. The report stays, its day counts."""
    form = PutOffForm(form_data(wish.dict()))
    return _by_form(
        request, id, form, lambda call, row: workflow.put_off(row, wish.planned, call.person, call.at, words_of(call))
    )


def cancel_removal(request: HttpRequest, id: UUID, wish: WordsIn) -> Written:
    """It stays where it is, and why."""
    refuse_secret_words(wish)
    form = ReasonForm(form_data(wish.dict()))
    return _by_form(request, id, form, lambda call, row: workflow.cancel(row, taken(call, words=wish.words)))


def carry_out_removal(request: HttpRequest, id: UUID, wish: DoneIn) -> Written:
    """Say that it was removed on that day. Sooner than fifteen days after the report is refused with the first day; recordings stay to the
    end of their term."""
    refuse_secret_words(wish)
    return act(
        request, _KIND, _mine(call_of(request)), id,
        lambda call, row: workflow.carry_out(row, taken(call, wish.on, wish.words), terms()),
    )  # fmt: skip


def _by_form(request: HttpRequest, id: UUID, form: Any, step: Any) -> Written:
    def checked(call: Call, row: Removal) -> Removal:
        if not form.is_valid():
            raise of_form(form.errors.get_json_data(), _CLAUSES)
        done: Removal = step(call, row)
        return done

    return act(request, _KIND, _mine(call_of(request)), id, checked)


def _mine(call: Call) -> QuerySet[Removal]:
    return Removal.objects.filter(system__in=built_systems(call.person, call.at).values("pk"))


def _wrong(pages: dict[str, Page]) -> Problem:
    """What is wrong on the pages of the report; of a day that is too soon the remedy is the first that may be."""
    found = {name: ones for page in pages.values() for name, ones in page.errors.get_json_data().items()}
    problem = of_form(found, _CLAUSES)
    day = pages["day"]
    assert isinstance(day, DayPage)
    remedy = _("请把 planned 改为 %(first)s 或者以后。") % {"first": day.first}
    problem.errors = tuple(
        Wrong("whole" if one.field == "what" else one.field, one.rule, one.what, remedy if _is_day(one) else one.remedy)
        for one in problem.errors
    )
    return problem


def _is_day(one: Wrong) -> bool:
    return one.field == "planned" and one.rule == _CLAUSES["planned"]
