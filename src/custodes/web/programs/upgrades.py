"""Orders to upgrade (S16.2c) that a unit answers: its plan, what shows that it is done. Police order, look again and refer at the page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from custodes.people.lawful import terms
from custodes.people.models import ProgramScope
from custodes.people.papers.kinds import DOSSIER
from custodes.places.forms.filing import AnswerForm
from custodes.places.forms.upgrade import UpgradePaperForm
from custodes.places.models import UpgradeOrder, UpgradePaperKind
from custodes.places.upgrades import workflow
from custodes.places.upgrades.reach import answered_orders
from custodes.web.programs import lifeschemas as life
from custodes.web.programs.cases import act, taken
from custodes.web.programs.keys import Call, call_of
from custodes.web.programs.kinds import BY_NAME
from custodes.web.programs.lifewishes import DoneIn, UpgradePaperIn
from custodes.web.programs.problems import of_form
from custodes.web.programs.reaching import paper_of, refuse_secret_words
from custodes.web.programs.writing import Write, Written, form_data, words_of

_WRITE = ProgramScope.UPGRADES_WRITE
_KIND = BY_NAME["upgrades"]
OF_UNIT = [UpgradePaperKind.PLAN, UpgradePaperKind.DONE]


def enter() -> None:
    """Make them answer."""
    for path, operation in (("papers", add_upgrade_paper), ("plan", plan_upgrade), ("report", report_upgrade)):
        Write(
            "POST", f"/upgrades/{{uuid:id}}/{path}", _WRITE, f"upgrade_{path}", life.UpgradeOut, (200,), revised=True, clause="S16.2c"
        ).enter(operation)  # fmt: skip


def add_upgrade_paper(request: HttpRequest, id: UUID, wish: UpgradePaperIn) -> Written:
    """Add a paper to an order that is open: the plan, or what shows that it is done."""

    def add(call: Call, row: UpgradeOrder) -> Any:
        form = UpgradePaperForm(form_data({"kind": wish.kind}), kinds=OF_UNIT)
        del form.fields["file"]  # handed in before
        if not form.is_valid():
            raise of_form(form.errors.get_json_data())
        kind, paper = UpgradePaperKind(form.cleaned_data["kind"]), paper_of(call, wish.paper, DOSSIER)
        return workflow.add_paper(row, kind, paper, call.person, call.at, words_of(call))

    return act(request, _KIND, _mine(request), id, add)


def plan_upgrade(request: HttpRequest, id: UUID, wish: DoneIn) -> Written:
    """Say how it will be done; the plan is among its papers. Late is taken as well."""
    return _answer(request, id, wish, "plan")


def report_upgrade(request: HttpRequest, id: UUID, wish: DoneIn) -> Written:
    """Say that it is done; what shows it is among its papers. Late is taken as well; then police look at it again."""
    return _answer(request, id, wish, "report")


def _answer(request: HttpRequest, id: UUID, wish: DoneIn, event: str) -> Written:
    refuse_secret_words(wish)

    def answer(call: Call, row: UpgradeOrder) -> UpgradeOrder:
        said = taken(call, wish.on, wish.words)
        form = AnswerForm(form_data({"on": said.on, "words": said.words}))
        if not form.is_valid():
            raise of_form(form.errors.get_json_data(), {"on": "S16.2c"})
        return workflow.answer(row, event, said, terms())

    return act(request, _KIND, _mine(request), id, answer)


def _mine(request: HttpRequest) -> QuerySet[UpgradeOrder]:
    call = call_of(request)
    return answered_orders(call.person, call.at)
