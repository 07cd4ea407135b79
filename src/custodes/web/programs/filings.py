"""Filings (S16.2, N14) that programs fill in: the very drafts of the pages, with one revision for both (decision 0222)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.cases.taking import take
from custodes.people.lawful import StepRefused, terms
from custodes.people.models import ProgramScope
from custodes.places.drafts import keeping, matter
from custodes.places.drafts.filing import FILING
from custodes.places.drafts.keeping import Answers, Overtaken
from custodes.places.filing.case import FILING as CASE
from custodes.places.filing.case import editable_filings
from custodes.places.filing.fields import BY_KEY
from custodes.places.forms.filing import said_at_once
from custodes.places.models import Draft, DraftKind, Filing, FilingState
from custodes.places.network import refuse_classified
from custodes.web.programs import headers, kinds
from custodes.web.programs import schemas as out
from custodes.web.programs.draftsaid import UNCLEAR, asking_of, draft_out, pages_of, wrong_in
from custodes.web.programs.keys import ApiCall, call_of
from custodes.web.programs.problems import FieldProblem, Problem, of_form, plain
from custodes.web.programs.reaching import built_system
from custodes.web.programs.reads import one_of
from custodes.web.programs.wishes import FilingBegin, FilingIn
from custodes.web.programs.writing import Write, WriteOutcome, form_data, taken_by, words_of

_WRITE = ProgramScope.FILINGS_WRITE
_ONE = "/filing-drafts/{uuid:id}"


def enter() -> None:
    """Make them answer."""
    Write("POST", "/filing-drafts", _WRITE, "filing_drafts", out.FilingDraftOut, (200, 201)).enter(begin_filing)
    Write("PUT", _ONE, _WRITE, "filing_draft", out.FilingDraftOut, (200,), revised=True).enter(save_filing)
    Write("DELETE", _ONE, _WRITE, "filing_draft", None, (204,), revised=True).enter(discard_filing)
    Write("POST", f"{_ONE}/submit", _WRITE, "filing_draft_submit", out.FilingOut, revised=True).enter(submit_filing)
    Write("POST", "/filings/{uuid:id}/withdraw", _WRITE, "filing_withdraw", out.FilingOut, (200,)).enter(
        withdraw_filing
    )


def begin_filing(request: HttpRequest, wish: FilingBegin) -> WriteOutcome:
    """Begin the filing of a system with what the register knows (201), or go on with the draft that lies there, whoever began it (200).

    What police have sent back begins with what was said."""
    call = call_of(request)
    system = built_system(call, wish.system)
    refuse_classified(system.classified)
    FILING.check(system)
    if system.filings.filter(state=FilingState.SUBMITTED).exists():
        raise StepRefused(_("备案已经提交，正由公安机关办理。需要修改的，请先撤回（POST /filings/{id}/withdraw）。"))
    before = set(system.drafts.filter(kind=DraftKind.FILING, lapsed_at__isnull=True).values_list("pk", flat=True))
    first, answers = FILING.pages[0].key, FILING.begin(system)
    name = call.opened.program.name
    row = keeping.begin(DraftKind.FILING, system, first, answers, call.person, call.at, via=name)
    call.about, call.rows = str(row.pk), 1
    return _told(call, row, 200 if row.pk in before else 201)


def save_filing(request: HttpRequest, id: UUID, wish: FilingIn) -> WriteOutcome:
    """Keep all answers, complete or not: they replace those that are there. `lacking` of the answer says what is still to be done."""
    call, seen = call_of(request), headers.seen(request)
    row = _draft(call, id)
    content: dict[str, str] = wish.content.dict()
    for number, key in enumerate(wish.unclear):
        if key not in BY_KEY or BY_KEY[key].required:
            what, remedy = _("该字段不能答“暂不清楚”"), _("请填写该字段；可以暂不清楚的字段见接口文档。")
            raise plain(422, errors=[FieldProblem(f"unclear.{number}", "N14", what, remedy)])
    unclear = {UNCLEAR + key: True for key in wish.unclear}
    _said, wrong = said_at_once(form_data({**content, **unclear, "items": wish.items}), row.system)
    pages = pages_of(content, wish.unclear, wish.items)
    try:
        if wrong:
            raise of_form({name if name == "items" else f"content.{name}": ones for name, ones in wrong.items()})
        row, _changed = keeping.keep_all(
            row, pages, seen=seen, by=call.person, at=call.at, via=call.opened.program.name
        )
    except Overtaken as overtaken:
        raise _overtaken(overtaken.draft, seen, pages) from overtaken
    return _told(call, row)


def discard_filing(request: HttpRequest, id: UUID) -> WriteOutcome:
    """Throw a draft away. A filing that was handed in is withdrawn instead."""
    call, seen = call_of(request), headers.seen(request)
    row = keeping.locked(_draft(call, id))
    if row.revision != seen:
        raise _overtaken(row, seen, {})
    keeping.discard(row)
    return WriteOutcome(204)


def submit_filing(request: HttpRequest, id: UUID) -> WriteOutcome:
    """Hand it in. What N14 and S16.2a ask for has to be there; the day is today's. The draft becomes a filing."""
    call, seen = call_of(request), headers.seen(request)
    row = _draft(call, id)
    try:
        case, _unsaid = matter.hand_in(row, FILING, asking_of(call, words_of(call)), seen=seen)
    except matter.Changed as refusal:
        raise _overtaken(refusal.draft, seen, {}) from refusal
    except matter.Unready as refusal:
        raise Problem(409, "not-now", _("现在不能办理"), str(refusal), wrong_in(refusal.pages)) from refusal
    assert isinstance(case, Filing)
    call.about = str(case.pk)
    return WriteOutcome(201, out.filing_out(case), at=f"/filings/{case.pk}")


def withdraw_filing(request: HttpRequest, id: UUID) -> WriteOutcome:
    """Take back what is with the police and not received yet."""
    call = call_of(request)
    rows = editable_filings(call.person, call.at).filter(pk__in=kinds.filings(call).values("pk"))
    row = one_of(call, rows.select_related("system__site__division"), id)
    return WriteOutcome(200, out.filing_out(take(CASE, row, "withdraw", taken_by(call), terms())))


def _draft(call: ApiCall, key: UUID) -> Draft:
    row: Draft = one_of(call, kinds.drafts(call), key)
    return row


def _told(call: ApiCall, row: Draft, status: int = 200) -> WriteOutcome:
    return WriteOutcome(status, draft_out(call, row), row.revision, f"/filing-drafts/{row.pk}" if status == 201 else "")


def _overtaken(row: Draft, seen: int, sent: Mapping[str, Answers]) -> Problem:
    """412: the fields of the pages that were changed since. Of a whole that was sent, those alone that would be replaced."""
    at = timezone.localtime(row.changed_at).strftime("%Y-%m-%d %H:%M")
    words = (
        _("所在页期间已被修改（%(at)s，接入程序“%(via)s”）")
        if row.changed_via
        else _("所在页期间已被人员修改（%(at)s）")
    )
    what = words % {"at": at, "via": row.changed_via}
    everything = sent or pages_of(dict.fromkeys(BY_KEY, ""), [], [])
    fields = {
        _field(name): None
        for page, answers in everything.items()
        if row.touched.get(page, 0) > seen >= 0
        for name, one in answers.items()
        if not sent or row.answers.get(name, "") != one
    }
    return headers.changed(row.revision, [(field, what) for field in fields])


def _field(name: str) -> str:
    return name if name == "items" else f"content.{name.removeprefix(UNCLEAR)}"
