"""Removals (S18): reported fifteen days before or earlier, carried out on the first day that the law leaves or later."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from custodes.people.models import ProgramScope
from custodes.places.drafts.removal import REMOVAL, report
from custodes.places.forms.page import DraftPage
from custodes.places.forms.removal import DayPage
from custodes.places.models import Draft, DraftKind
from custodes.places.removal.case import REMOVAL as CASE
from custodes.places.removal.case import UNIT
from custodes.places.removal.rules import check_reportable
from custodes.web.programs import schemas as out
from custodes.web.programs.cases import ApiStep, CaseSteps, told
from custodes.web.programs.draftsaid import asking_of
from custodes.web.programs.keys import call_of
from custodes.web.programs.kinds import BY_NAME
from custodes.web.programs.lifewishes import DoneIn, PutOffIn, RemovalIn, WordsIn
from custodes.web.programs.problems import FieldProblem, Problem, of_form, plain
from custodes.web.programs.reaching import built_system, refuse_secret_words
from custodes.web.programs.writing import Write, WriteOutcome, form_data, words_of

_WRITE = ProgramScope.REMOVALS_WRITE
_KIND = BY_NAME["removals"]
_CLAUSES = {"planned": "S18b", "ground": "S18b", "what": "S18b", "cameras": "S18b"}


STEPS = CaseSteps(
    CASE,
    "removals",
    "removal",
    UNIT,
    ProgramScope.REMOVALS_WRITE,
    "S18b",
    out.RemovalOut,
    {
        "report": ApiStep(
            "Report a removal that is only planned (`planned`), as a page or an import may have left one. The day is today, however late.",
            name="report_planned_removal",
        ),
        "put_off": ApiStep("Plan it for another day. The report stays, its day counts.", PutOffIn),
        "cancel": ApiStep("It stays where it is, and why.", WordsIn),
        "carry_out": ApiStep(
            "Say that it was removed on that day. Sooner than fifteen days after the report is refused with the first day; recordings stay to the end of their term.",
            DoneIn,
        ),
    },
)


def enter() -> None:
    """Make them answer."""
    Write("POST", "/removals", _WRITE, "removals", out.RemovalOut, clause="S18b").enter(report_removal)
    STEPS.enter()


def report_removal(request: HttpRequest, wish: RemovalIn) -> WriteOutcome:
    """Report a removal to the county's police: the day of the report is today. A day sooner than fifteen days from now is refused with
    the first that may be. Then remove on `planned`, and say so: `POST /removals/{id}/carry-out`."""
    call = call_of(request)
    system = built_system(call, wish.system)
    refuse_secret_words(wish)
    check_reportable(system)
    if wish.whole and wish.cameras:
        remedy = _("拆除整个系统的，不写 cameras；拆除部分点位的，不写 whole。")
        raise plain(422, errors=[FieldProblem("cameras", "S18b", _("不能既拆除整个系统又列明点位"), remedy)])
    data = form_data(
        {"what": "whole" if wish.whole else "cameras", **wish.dict(include={"cameras", "ground", "why", "planned"})}
    )
    asking = asking_of(call, words_of(call))
    draft = Draft(kind=DraftKind.REMOVAL, system=system)
    pages = {page.key: page.form(draft, asking, data=data) for page in REMOVAL.pages}
    if any([not page.is_valid() for page in pages.values()]):  # noqa: C419 – all of them say what is wrong
        raise _wrong(pages)
    return told(call, _KIND, report(system, pages, asking).pk)


def _wrong(pages: dict[str, DraftPage]) -> Problem:
    """What is wrong on the pages of the report; of a day that is too soon the remedy is the first that may be."""
    found = {name: ones for page in pages.values() for name, ones in page.errors.get_json_data().items()}
    problem = of_form(found, _CLAUSES)
    day = pages["day"]
    assert isinstance(day, DayPage)
    remedy = _("请把 planned 改为 %(first)s 或者以后。") % {"first": day.first}
    problem.errors = tuple(
        FieldProblem(
            "whole" if one.field == "what" else one.field, one.rule, one.what, remedy if _is_day(one) else one.remedy
        )
        for one in problem.errors
    )
    return problem


def _is_day(one: FieldProblem) -> bool:
    return one.field == "planned" and one.rule == _CLAUSES["planned"]
