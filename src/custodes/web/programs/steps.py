"""The steps of a system's life (S8.3–S16): what each waits for, taken under the very guards of the page; and the try of its interface."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.cases.taking import form_of, take
from custodes.people.lawful import terms
from custodes.people.models import ProgramScope
from custodes.places.lifecycle import said
from custodes.places.lifecycle.case import BY_NAME, LIFE, NextStep, steps_ahead
from custodes.places.lifecycle.interface import try_interface
from custodes.places.lifecycle.story import NEWEST, step_words
from custodes.places.models import System
from custodes.places.scope import built_systems
from custodes.places.telling import visible_steps
from custodes.web.programs import headers, kinds
from custodes.web.programs import lifeschemas as life
from custodes.web.programs import schemas as out
from custodes.web.programs.cases import taken
from custodes.web.programs.headers import edited, etag
from custodes.web.programs.keys import ApiCall, ProgramKeyAuth, call_of
from custodes.web.programs.lifewishes import StepIn
from custodes.web.programs.problems import of_form
from custodes.web.programs.reaching import refuse_secret_words
from custodes.web.programs.reads import one_of
from custodes.web.programs.routing import REFUSALS, router
from custodes.web.programs.writing import Write, WriteOutcome, answer_of, form_data

_READ, _WRITE = ProgramScope.LIFE_READ, ProgramScope.LIFE_WRITE
_MOST = 200
_FILE = ("POST /papers", "POST /dossier")
#: Step → operations by which what it waits for comes: remedies are words for whoever sits at a page.
BY: dict[str, tuple[str, ...]] = {
    "screen": ("PATCH /places/{id}", "POST /places/{id}/roles", *_FILE, "PATCH /cameras/{id}"),
    "design_ok": (*_FILE, "PATCH /systems/{id}"),
    "start": ("POST /firms", "POST /products"),
    "complete": ("POST /cameras", "PUT /systems/{id}/works"),
    "begin_trial": ("PATCH /cameras/{id}",),
    "accept": (
        *_FILE, "POST /acceptances", "POST /systems/{id}/interface-tries", "PATCH /cameras/{id}", "POST /products",
    ),
    "fail": ("POST /acceptances",),
    "put_in_use": ("POST /papers", "PATCH /cameras/{id}"),
    "abandon": (),
}  # fmt: skip


def enter() -> None:
    """Make them answer."""
    router.add_api_operation(
        "/systems/{uuid:id}/steps", ["GET"], read_steps, auth=ProgramKeyAuth(_READ),
        response={200: life.StepsOut, **REFUSALS}, operation_id="read_steps", url_name="system_steps",
    )  # fmt: skip
    Write(
        "POST", "/systems/{uuid:id}/steps", _WRITE, "system_steps", out.SystemOut, (200,), revised=True, clause="S16.1"
    ).enter(take_step)
    Write(
        "POST", "/systems/{uuid:id}/interface-tries", _WRITE, "system_interface", life.InterfaceTryOut, apart=True, clause="S12.1"
    ).enter(try_system_interface)  # fmt: skip


def read_steps(request: HttpRequest, id: UUID) -> HttpResponse:
    """What may come next in a system's life, what each step still waits for, and what happened."""
    call = call_of(request)
    row = one_of(call, kinds.systems(call), id)
    mine = built_systems(call.person, call.at).filter(pk=row.pk).exists()
    ahead = steps_ahead(row, timezone.localdate(call.at), terms()) if mine else []
    steps = visible_steps(call.person, call.at).filter(about=row.pk).order_by(*NEWEST)[:_MOST]
    told = {
        "system": row.pk, "state": row.state, "next": [_next(one) for one in ahead],
        "taken": [_taken(one) for one in steps], "revision": row.revision,
    }  # fmt: skip
    return answer_of(life.StepsOut, told, headers={"ETag": etag(row.revision)})


def take_step(request: HttpRequest, id: UUID, wish: StepIn) -> WriteOutcome:
    """Take a step. All that `next` lists for it has to be there; it is asked again under the system's lock, and refused with each clause
    (409) otherwise. The state changes by steps alone."""
    call, seen = call_of(request), headers.seen(request)
    row: System = one_of(call, _mine(call).select_for_update(of=("self",)), id)
    if row.revision != seen:
        raise edited(row, seen)
    refuse_secret_words(wish)
    event = BY_NAME[wish.event.value]
    form = form_of(event, form_data({"on": wish.on or timezone.localdate(call.at), "words": wish.words}))
    if not form.is_valid():
        raise of_form(form.errors.get_json_data(), {"on": event.laws(row)[0]})
    given = taken(call, form.cleaned_data["on"], form.cleaned_data["words"])
    row = take(LIFE, row, event.name, given, terms())
    return WriteOutcome(200, out.system_out(row), row.revision)


def try_system_interface(request: HttpRequest, id: UUID) -> WriteOutcome:
    """Ask now whether pictures of each connected camera arrive over the reserved interface (S12.1). It takes up to fifteen seconds;
    `accept` waits for one since the trial began in which all answered."""
    call = call_of(request)
    row = one_of(call, _mine(call), id)
    return WriteOutcome(201, life.interface_out(try_interface(row, call.person, call.at)))


def _mine(call: ApiCall) -> Any:
    rows = built_systems(call.person, call.at).filter(pk__in=kinds.systems(call).order_by().values("pk"))
    return rows.select_related("unit", "site__division")


def _next(one: NextStep) -> dict[str, Any]:
    event = one.event
    lacking = [
        {"field": "", "rule": each.clause, "what": said.reason(each), "remedy": said.remedy(each)} for each in one.unmet
    ]
    return {
        "event": event.name, "what": str(event.verb), "leads": event.target, "clauses": list(event.laws(None)),
        "on": one.day, "needs_words": bool(event.needs_words), "by": list(BY[event.name]), "lacking": lacking,
    }  # fmt: skip


def _taken(step: CaseStep) -> dict[str, Any]:
    return {
        "about": step.kind.removeprefix("places."), "id": step.case_id, "event": step.event,
        "what": str(step_words(step.kind, step.event)), "before": step.before, "after": step.after, "on": step.on,
        "words": step.words, "clauses": list(step.clauses), "at": step.at,
    }  # fmt: skip
