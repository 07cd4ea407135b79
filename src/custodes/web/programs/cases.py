"""Removals, changes and orders as programs carry them on: the same workflows as the pages, under the case's lock, on the revision
that was read. How many steps a case has had is its revision (`lifecycle.stepping`). `CaseSteps` takes the steps of one declared kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema

from custodes.cases.forms import CasePaperForm
from custodes.cases.kind import Actor, CaseKind
from custodes.cases.taking import add_paper, form_of, take
from custodes.people.lawful import terms
from custodes.people.models import ProgramScope
from custodes.people.papers.kinds import DOSSIER
from custodes.places.lifecycle.stepping import Taken, revision_of, steps_since
from custodes.places.lifecycle.story import step_words
from custodes.places.models import System
from custodes.web.programs import headers
from custodes.web.programs.keys import ApiCall, call_of
from custodes.web.programs.kinds import BY_NAME, RowKind
from custodes.web.programs.problems import Problem, of_form
from custodes.web.programs.reaching import paper_of, refuse_secret_words
from custodes.web.programs.reads import one_of
from custodes.web.programs.writing import Write, WriteOutcome, form_data, words_of


def act(
    request: HttpRequest,
    kind: RowKind,
    mine: QuerySet[Any],
    id: UUID,
    step: Callable[[ApiCall, Any], Any],
    status: int = 200,
) -> WriteOutcome:
    """Take a step with a case that the person carries on, and tell the case as it is then.

    Args:
        kind: of the case, as it is read.
        mine: cases that the person's unit carries on.
        step: one of the workflow's acts, with the case under its lock.

    Raises:
        Problem: 404, it is not within reach; 412, somebody took a step since it was read.
        StepRefused: the workflow refuses.
    """
    call, seen = call_of(request), headers.seen(request)
    rows = mine.filter(pk__in=kind.rows(call).order_by().values("pk"))
    found = one_of(call, rows, id)
    # The system first, as the workflows that take both do.
    System.objects.select_for_update().get(pk=found.system_id)
    row = type(found)._default_manager.select_for_update(of=("self",)).select_related("system").get(pk=found.pk)
    stands = revision_of(row)
    if stands != seen:
        raise _overtaken(row, stands, seen)
    step(call, row)
    return told(call, kind, row.pk, status)


def told(call: ApiCall, kind: RowKind, key: UUID, status: int = 201) -> WriteOutcome:
    """The case as it is read."""
    row = kind.told(call, [kind.rows(call).get(pk=key)])[0]
    call.about, call.rows = str(key), 1
    return WriteOutcome(status, row, row["revision"], f"/{kind.name}/{key}" if status == 201 else "")


def told_plainly(call: ApiCall, kind: RowKind, key: UUID, status: int) -> WriteOutcome:
    """A row without a revision, as it is read."""
    call.about, call.rows = str(key), 1
    row = kind.told(call, [kind.rows(call).get(pk=key)])[0]
    return WriteOutcome(status, row, at=f"/{kind.name}/{key}" if status == 201 else "")


def taken(call: ApiCall, on: date | None = None, words: str = "") -> Taken:
    """In the person's name on that day, or today; by which program stands beside their words and is no part of them."""
    return Taken(call.person, call.at, on or timezone.localdate(call.at), words.strip(), via=words_of(call))


def _overtaken(row: Any, stands: int, seen: int) -> Problem:
    """412: what was done with it since."""
    what = _("“%(step)s”已于 %(at)s 办理")
    steps = steps_since(row, seen) if 0 <= seen < stands else []
    return headers.changed(
        stands,
        [
            ("state", what % {"step": step_words(one.kind, one.event), "at": timezone.localtime(one.at).strftime("%Y-%m-%d %H:%M")})
            for one in steps
        ],
    )  # fmt: skip


@dataclass(frozen=True)
class ApiStep:
    """One step as programs take it.

    Attributes:
        told: what the operation's description says.
        wish: what is sent; nothing where it is left out.
        name: of the operation, where it is not the step's and the kind's.
    """

    told: str
    wish: type[Schema] | None = None
    name: str = ""


@dataclass(frozen=True)
class CaseSteps:
    """What programs may do with the cases of a kind.

    Attributes:
        name: of its rows in the interface, ``upgrades``.
        one: of one of them, as operations are called: ``upgrade``.
        actor: in whose part they act.
        clause: on which a refusal rests that names none.
        events: the steps that they may take.
        papers: what is said of adding a paper; empty for none. `paper_in` is what is sent.
    """

    kind: CaseKind
    name: str
    one: str
    actor: Actor
    scope: ProgramScope
    clause: str
    out: type[Schema]
    events: dict[str, ApiStep]
    papers: str = ""
    paper_in: type[Schema] = Schema

    def enter(self) -> None:
        """Make them answer, one address a step."""
        for event, step in self.events.items():
            self._enter(event.replace("_", "-"), self._step(event, step))
        if self.papers:
            self._enter("papers", self._paper())

    def _enter(self, path: str, operation: Any) -> None:
        Write(
            "POST", f"/{self.name}/{{uuid:id}}/{path}", self.scope, f"{self.one}_{path.replace('-', '_')}", self.out, (200,), revised=True,
            clause=self.clause, permission=self.actor.permissions[0]
        ).enter(operation)  # fmt: skip

    def _step(self, name: str, api: ApiStep) -> Any:
        event = self.kind.event(name)

        def step(request: HttpRequest, id: UUID, wish: Schema | None) -> WriteOutcome:
            sent = {} if wish is None else wish.dict()
            if wish is not None:
                refuse_secret_words(wish)

            def take_it(call: ApiCall, row: Any) -> Any:
                given = taken(call, sent.get("on"), str(sent.get("words") or ""))
                form = form_of(event, form_data(sent | {"on": given.on, "words": given.words}))
                if not form.is_valid():
                    raise of_form(form.errors.get_json_data(), dict.fromkeys(("on", *sent), self.clause))
                return take(self.kind, row, name, replace(given, data=form.cleaned_data), terms())

            return act(request, BY_NAME[self.name], self._mine(request), id, take_it)

        def with_wish(request: HttpRequest, id: UUID, wish: Any) -> WriteOutcome:
            return step(request, id, wish)

        def without(request: HttpRequest, id: UUID) -> WriteOutcome:
            return step(request, id, None)

        operation = without if api.wish is None else with_wish
        if api.wish is not None:
            operation.__annotations__["wish"] = api.wish
        operation.__name__, operation.__doc__ = api.name or f"{name}_{self.one}", api.told
        return operation

    def _paper(self) -> Any:
        rule = self.kind.papers
        assert rule is not None
        mine = next(sorts for actor, sorts in rule.adds if actor is self.actor)

        labels = dict(rule.sorts.choices)

        def operation(request: HttpRequest, id: UUID, wish: Any) -> WriteOutcome:
            def add(call: ApiCall, row: Any) -> Any:
                form = CasePaperForm(form_data({"sort": wish.kind}), sorts=[(sort, labels[sort]) for sort in mine])
                del form.fields["file"]  # handed in before
                if not form.is_valid():
                    raise of_form({"kind": form.errors.get_json_data()["sort"]})
                return add_paper(self.kind, row, wish.kind, paper_of(call, wish.paper, DOSSIER), taken(call))

            return act(request, BY_NAME[self.name], self._mine(request), id, add)

        operation.__name__, operation.__doc__ = f"add_{self.one}_paper", self.papers
        operation.__annotations__["wish"] = self.paper_in
        return operation

    def _mine(self, request: HttpRequest) -> Any:
        call = call_of(request)
        return self.actor.rows(call.person, call.at)
