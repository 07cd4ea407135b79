"""What the pages of requests have in common: approving or refusing one, and ending one, with words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places import deciding
from custodes.places.deciding import DecisionRules, DecisionStanding, Requested, RequestRefused
from custodes.places.forms.deciding import DecisionForm, EndForm
from custodes.places.models import Decided, Decision

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

INVALID = 422
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class RequestedPage(Generic[Requested]):
    """The page of one kind of request, and its two views for what is done there.

    Attributes:
        rules: of this kind.
        seen: the row as the viewer may see it; raises `Http404` where they may not.
        draw: the page, with what went wrong and the status of the answer.
        approved: what is said when it was approved.
        deciders: who may decide holds one of these.
        enders: who may take back or end holds one of these.
    """

    rules: DecisionRules
    seen: Callable[[Viewer, Any], Requested]
    draw: Callable[[HttpRequest, Viewer, Requested, str, int], HttpResponse]
    approved: StrPromise | str
    deciders: tuple[Permission, ...]
    enders: tuple[Permission, ...]

    def decide_view(self) -> View:
        """Approve or refuse, by the button that was pressed."""

        def decide(request: HttpRequest, pk: UUID | int) -> HttpResponse:
            viewer = Viewer.of(request)
            row = self.seen(viewer, pk)
            form = DecisionForm(request.POST, others=_choosable(row, viewer))
            act = deciding.approve if "approve" in request.POST else deciding.refuse
            said = self.approved if "approve" in request.POST else _("已答复不批准。")

            def done(one: Requested, words: str) -> StrPromise | str:
                act(one, self.rules, viewer.person, viewer.at, words)
                return said

            return self._do(request, viewer, form, row, row.decided_with(viewer.at), done, always=row.decided_whole)

        return require_POST(needs(*self.deciders)(decide))

    def end_view(self) -> View:
        """Take back what waits, call off what has not begun, end what runs."""

        def end(request: HttpRequest, pk: UUID | int) -> HttpResponse:
            viewer = Viewer.of(request)
            row = self.seen(viewer, pk)
            form = EndForm(request.POST, others=len(row.ended_with(viewer.at)))

            def done(one: Requested, words: str) -> StrPromise | str:
                ended = deciding.end(one, self.rules, viewer.person, viewer.at, words)
                return _("已结束。") if ended.state == Decision.ENDED else _("已撤回。")

            return self._do(request, viewer, form, row, row.ended_with(viewer.at), done)

        return require_POST(needs(*self.enders)(end))

    def _do(
        self,
        request: HttpRequest,
        viewer: Viewer,
        form: Form,
        row: Requested,
        others: Sequence[Decided],
        done: Callable[[Requested, str], StrPromise | str],
        *,
        always: bool = False,
    ) -> HttpResponse:
        """Do it, to the others too where that is wanted or `always`, and say so; or draw the row's page with what went wrong.

        All or none: where one is refused none is changed.
        """
        if not form.is_valid():
            return self.draw(request, viewer, row, _said(form), INVALID)
        chosen = [row, *cast("Sequence[Requested]", others)] if always or form.cleaned_data.get("whole") else [row]
        try:
            with transaction.atomic():
                said = [done(one, form.cleaned_data["words"]) for one in chosen]
        except RequestRefused as refusal:
            return self.draw(request, viewer, row, refused_words(refusal), INVALID)
        messages.success(request, said[0])
        return redirect(row)


def refused_words(refusal: RequestRefused) -> str:
    """A refusal with its clauses, as a form shows it."""
    return str(refusal) + "".join(f"（{clause}）" for clause in refusal.clauses)


def _choosable(row: Decided, viewer: Viewer) -> int:
    """How many others may be decided with it or left waiting, as the person likes."""
    return 0 if row.decided_whole else len(row.decided_with(viewer.at))


def _said(form: Form) -> str:
    return " ".join(str(error) for error in form.errors.get("words", ()))


def decision_context(
    row: Decided, rules: DecisionRules, viewer: Viewer, standing: DecisionStanding, error: str
) -> dict[str, Any]:
    """What the pages need for their buttons and the story of the request."""
    return {
        "row": row,
        "standing": standing,
        "error": error,
        "deciding_clause": rules.clause,
        "may_decide": deciding.may_decide(row, rules, viewer.person, viewer.at),
        "may_end": deciding.may_end(row, rules, viewer.person, viewer.at),
        "own": row.asked_by_id == viewer.person.pk and row.state == Decision.WAITING,
        "form": DecisionForm(others=_choosable(row, viewer)),
        "end_form": EndForm(others=len(row.ended_with(viewer.at))),
    }
