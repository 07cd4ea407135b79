"""The pages of every kind: its list, how one is begun, a case with what may be done, a step, its papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from custodes.cases.forms import CasePaperForm
from custodes.cases.kind import NOBODY, CaseKind, CaseRows, Event
from custodes.cases.listing import CaseList
from custodes.cases.models import CasePaper, CaseStep
from custodes.cases.printing import print_routes, prints_of
from custodes.cases.step import StepInput
from custodes.cases.story import story_of
from custodes.cases.taking import (
    Action,
    actions_for,
    add_paper,
    begin,
    form_for,
    last_seq,
    prepare,
    reaches,
    sorts_for,
    take,
)
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.ground import Unmet
from custodes.people.forms import faults_of
from custodes.people.lawful import StepRefused, in_english
from custodes.people.lawful import terms as terms_now
from custodes.people.models import Paper
from custodes.people.models.account import read_afresh, read_once
from custodes.people.papers.keeping import PaperField, keep_paper
from custodes.people.papers.kinds import PaperRefused, takes_papers
from custodes.people.papers.serving import serve
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs

INVALID = 422
UNAVAILABLE = 503

Crumbs = list[tuple[Any, Any]]


@dataclass(frozen=True)
class Lead:
    """What stands under a case's heading: what it is about, with its address, and whose it is."""

    words: Any
    href: str = ""
    note: Any = ""


@dataclass(frozen=True)
class Around:
    """What stands around a kind's pages in its room.

    Attributes:
        above_parent, above, above_list: the way to the page on which one is begun, to a case, to the list.
        tab, tabs: which of the room's tabs is open, and the template that draws them.
        lead: what stands under a case's heading.
        begin_form: what the form of the beginning is made with: ``initial`` and what else it wants.
        taking_in: goes around each page on which something is taken in: what is classified is kept nowhere (S20).
        template: of the case's page; one of the kind's own extends ``cases/case.html``, and reads what `more` adds.
        list_template: of the list, as `template`; `listed` adds to its rows what the columns read.
        asked: what the page shows as its address asks for it: which part of a long table, in which order.
        after: behind the commit of a step that was taken on a page, with the case: what the next page should know already.
        may: with one of these the pages and steps of a case are opened at all, and its row decides; empty for those of the kind and of each
            step.
        told: a refusal in words; `wrong`, what is wrong with a form.
        troubles: what a step's `prepares` may raise where what lies outside is away; `troubled` says so in words.
    """

    above_parent: Callable[[Any], Crumbs]
    above: Callable[[Any], Crumbs]
    above_list: Crumbs
    tab: str = ""
    tabs: str = ""
    lead: Callable[[Any], Lead] = lambda row: Lead(row)
    begin_form: Callable[[Viewer, Any, HttpRequest], dict[str, Any]] = lambda viewer, parent, request: {}
    taking_in: Callable[[Any], Any] = lambda view: view
    template: str = "cases/case.html"
    more: Callable[[Viewer, Any, date, LegalTerms], dict[str, Any]] = lambda viewer, row, today, terms: {}
    asked: Callable[[HttpRequest, Any], dict[str, Any]] = lambda request, row: {}
    list_template: str = "cases/list.html"
    listed: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows
    after: Callable[[Any], None] = lambda row: None
    may: tuple[Permission, ...] = ()
    told: Callable[[StepRefused], str] = lambda refusal: " ".join(
        [str(refusal), *(_reason(one) for one in refusal.unmet)]
    )
    wrong: Callable[[BaseForm], str] = faults_of
    troubles: tuple[type[Exception], ...] = ()
    troubled: Callable[[Exception], str] = str


class CasePages:
    """The pages of one kind."""

    def __init__(self, kind: CaseKind, around: Around) -> None:
        self.kind, self.around = kind, around
        self.list = CaseList(kind, around.listed)

    def urls(self, prefix: str, begin_at: Mapping[str, str]) -> list[URLPattern]:
        """Routes under names that begin with the kind's.

        Args:
            prefix: ``upgrades/``.
            begin_at: step by which a case begins → route of its page, ``systems/<uuid:pk>/upgrade/``. One that is begun elsewhere is left out.
        """
        name = self.kind.url.rpartition(":")[2]
        read, taking_in = self._opens((self.kind.view,) if self.kind.view is not None else None), self.around.taking_in
        routes = [path(f"{prefix}<uuid:pk>/", require_safe(read(self.case)), name=name)]
        for event in self.kind.events:
            if event.actor is NOBODY or event.apart:
                continue
            may = self._opens(None if event.actor.rows_alone else event.actor.permissions)
            if not event.begins:
                route, view = f"{prefix}<uuid:pk>/do/{event.name}/", taking_in(may(self.do))
            elif event.name in begin_at:
                route, view = begin_at[event.name], taking_in(may(self.begin))
            else:
                continue
            view = takes_papers()(view) if event.takes_paper else view
            view = view if event.begins else require_POST(view)
            routes.append(path(route, view, {"event": event.name}, name=f"{name}_{event.name}"))
        routes += print_routes(self.kind, prefix, read)
        if self.kind.columns:
            routes += [
                path(prefix, require_safe(read(self.listing)), name=f"{name}_list"),
                path(f"{prefix}export.<slug:form>", require_GET(read(self.list.export)), name=f"{name}_export"),
            ]
        if self.kind.step_papers:
            route = f"{prefix}<uuid:pk>/steps/papers/<uuid:paper>/"
            may = needs(*self.kind.step_papers)
            routes.append(path(route, require_safe(may(self.step_paper)), name=f"{name}_step_paper"))
        if (rule := self.kind.papers) is not None:
            adders = {one for actor, _sorts in rule.adds for one in actor.permissions}
            routes += [
                path(
                    f"{prefix}<uuid:pk>/papers/",
                    require_POST(takes_papers()(taking_in(needs(*adders)(self.paper_add)))),
                    name=f"{name}_paper_add",
                ),
                path(f"{prefix}<uuid:pk>/papers/<uuid:paper>/", require_safe(read(self.paper)), name=f"{name}_paper"),
            ]
        return routes

    def _opens(self, permissions: tuple[Permission, ...] | None) -> Callable[[Callable[..., HttpResponseBase]], Any]:
        """What stands before a view: one of the room's permissions, else one of these; nothing where the rows alone say who may (None)."""
        wanted = self.around.may or permissions
        return needs(*wanted) if wanted is not None else _as_it_is

    def listing(self, request: HttpRequest) -> HttpResponse:
        """Cases that the person may read."""
        crumbs = [*self.around.above_list, (self.kind.name, "")]
        context = {**self.list.context(request), "tab": self.around.tab, "tabs": self.around.tabs, "crumbs": crumbs}
        return render(request, self.around.list_template, context)

    def begin(self, request: HttpRequest, pk: UUID, event: str) -> HttpResponse:
        """Begin a case."""
        kind, viewer = self.kind, Viewer.of(request)
        wanted = kind.event(event)
        parent = get_object_or_404(wanted.actor.rows(viewer.person, viewer.at), pk=pk)
        form = wanted.form(
            request.POST or None, request.FILES or None, **self.around.begin_form(viewer, parent, request)
        )
        if request.method == "POST" and form.is_valid():
            try:
                with transaction.atomic():
                    step = self._with_paper(step_of(wanted, form, viewer), wanted, form, parent)
                    row = begin(kind, event, parent, step, terms_now())
            except PaperRefused as refusal:
                form.add_error(wanted.paper, str(refusal))
            except StepRefused as refusal:
                form.add_error(refusal.field or None, str(refusal))
            else:
                self.around.after(row)
                messages.success(request, wanted.done(wanted.name))
                return redirect(row)
        context = {
            "form": form,
            "title": wanted.title or kind.name,
            "crumbs": [*self.around.above_parent(parent), (wanted.title or kind.name, "")],
            "submit": wanted.verb,
            "hint": "" if callable(wanted.hint) else wanted.hint,
            "clauses": () if callable(wanted.clauses) else wanted.clauses,
        }
        return render(request, "cases/begin.html", context, status=INVALID if form.errors else 200)

    def case(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """One case: how it stands, what is in it, what may be done."""
        viewer = Viewer.of(request)
        return self._page(request, viewer, self.visible(viewer, pk))

    def do(self, request: HttpRequest, pk: UUID, event: str) -> HttpResponse:
        """Take a step, or draw the page again with what was typed and what was wrong."""
        kind, viewer = self.kind, Viewer.of(request)
        wanted = kind.event(event)
        read_once(viewer.person)  # until the step asks everything again
        row = self.visible(viewer, pk)
        if not reaches(wanted.actor, row, viewer.person, viewer.at):
            raise Http404
        form = form_for(wanted, row, viewer.person, viewer.at, request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, viewer, row, self.around.wrong(form), form=(wanted, form))
        read_afresh(viewer.person)
        try:
            prepared = prepare(kind, row, event, step_of(wanted, form, viewer))  # outside of the transaction
            with transaction.atomic():
                step = self._with_paper(prepared, wanted, form, row)
                done = take(kind, row, event, step, terms_now())
        except PaperRefused as refusal:
            form.add_error(wanted.paper, str(refusal))
            return self._page(request, viewer, row, self.around.wrong(form), form=(wanted, form))
        except self.around.troubles as trouble:
            told = self.around.troubled(trouble)
            return self._page(request, viewer, self.visible(viewer, pk), told, form=(wanted, form), status=UNAVAILABLE)
        except StepRefused as refusal:
            read_once(viewer.person)
            told = self.around.told(refusal)
            row, sent = self.visible(viewer, pk), request.POST.copy()
            sent["seen"] = str(row.seen)  # the page shows what happened meanwhile; sent again, it is about that
            # What a form begins with is asked of a case in the step's own states alone.
            begins = wanted.initial(row, terms_now()) if row.state in wanted.sources else {}
            for name, value in begins.items():
                if name in form.fields and form.fields[name].widget.is_hidden:
                    sent[name] = str(value)
            return self._page(
                request, viewer, row, told, form=(wanted, form_for(wanted, row, viewer.person, viewer.at, sent))
            )
        self.around.after(done)
        outcome = wanted.choose(done, step) if wanted.choose is not None else wanted.name
        messages.success(request, wanted.done(outcome))
        return redirect(done)

    def paper_add(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Add a paper."""
        kind, viewer = self.kind, Viewer.of(request)
        row = self.visible(viewer, pk)
        sorts = sorts_for(kind, row, viewer.person, viewer.at)
        if not sorts:
            raise Http404
        form = self._paper_form(sorts, request.POST, request.FILES)
        error = ""
        if form.is_valid():
            step = StepInput(viewer.person, viewer.at, timezone.localdate(viewer.at))
            try:
                with transaction.atomic():
                    upload = form.cleaned_data["file"]
                    paper = keep_paper(upload, by=viewer.person, at=viewer.at, about=self._about(row))
                    add_paper(kind, row, form.cleaned_data["sort"], paper, step)
            except PaperRefused as refusal:
                form.add_error("file", str(refusal))
            except StepRefused as refusal:
                error = str(refusal)
            else:
                messages.success(request, _("已加入。"))
                return redirect(row)
        return self._page(request, viewer, row, error or faults_of(form), paper_form=form)

    def paper(self, request: HttpRequest, pk: UUID, paper: UUID) -> HttpResponseBase:
        """One paper, as a file to keep; each reading is on record."""
        viewer = Viewer.of(request)
        row = self.visible(viewer, pk)
        held = get_object_or_404(
            CasePaper.objects.filter(kind=self.kind.key, case_id=row.pk).select_related("paper"), pk=paper
        )
        return serve(held.paper, by=viewer.person, at=viewer.at, about=self._about(row))

    def step_paper(self, request: HttpRequest, pk: UUID, paper: UUID) -> HttpResponseBase:
        """A paper that went with a step, as a file to keep; each reading is on record."""
        viewer = Viewer.of(request)
        row = self.visible(viewer, pk)
        steps = CaseStep.objects.filter(kind=self.kind.key, case_id=row.pk).values("pk")
        held = Paper.objects.filter(pk__in=CaseStep.papers.through.objects.filter(casestep__in=steps).values("paper"))
        return serve(get_object_or_404(held, pk=paper), by=viewer.person, at=viewer.at, about=self._about(row))

    def page(self, request: HttpRequest, viewer: Viewer, pk: UUID, error: str, **more: Any) -> HttpResponse:
        """The page of a case again, after something that the room takes in itself was refused: with what was wrong, and its form."""
        return self._page(request, viewer, self.visible(viewer, pk), error, more=more)

    def actions(
        self, viewer: Viewer, row: Any, terms: LegalTerms, sent: tuple[Event, BaseForm] | None = None
    ) -> list[dict[str, Any]]:
        """What the viewer may do with a case now, as a page draws it; with the form that was sent and refused in place of its own."""
        return [
            _shown(row, one, sent, reverse(f"{self.kind.url}_{one.event.name}", args=[row.pk]))
            for one in actions_for(self.kind, row, row.seen, viewer.person, viewer.at, terms)
        ]

    def visible(self, viewer: Viewer, pk: UUID) -> Any:
        """The case, for whom it is open, and up to which step it was read; or 404."""
        seen = last_seq(self.kind, pk)  # before the row: what comes in between is not shown
        rows = self.kind.shown_to(viewer.person, viewer.at).select_related(*self.kind.related)
        row = get_object_or_404(rows, pk=pk)
        row.seen = seen
        return row

    def _about(self, row: Any) -> str:
        return f"{row._meta.label_lower}:{row.pk}"

    def _with_paper(self, step: StepInput, event: Event, form: BaseForm, about: Any) -> StepInput:
        """The step with the paper that was sent with it, which is kept in the caller's transaction."""
        upload = form.cleaned_data.get(event.paper)
        if not isinstance(upload, UploadedFile):
            return step
        field = form.fields[event.paper]
        assert isinstance(field, PaperField)
        kept = keep_paper(
            upload, by=step.person, at=step.at, kinds=field.kinds, about=self._about(about), most=field.most
        )
        return replace(step, papers=(kept,))

    def _paper_form(self, sorts: list[str], *sent: Any) -> CasePaperForm:
        assert self.kind.papers is not None
        labels = dict(self.kind.papers.sorts.choices)
        return CasePaperForm(*sent, sorts=[(sort, labels[sort]) for sort in sorts])

    def _page(
        self,
        request: HttpRequest,
        viewer: Viewer,
        row: Any,
        error: str = "",
        *,
        form: tuple[Event, BaseForm] | None = None,
        paper_form: CasePaperForm | None = None,
        more: Mapping[str, Any] = MappingProxyType({}),
        status: int = INVALID,
    ) -> HttpResponse:
        kind, terms = self.kind, terms_now()
        read_once(viewer.person)  # a page that is drawn changes nothing any more
        today = timezone.localdate(viewer.at)
        standing = kind.clock.standing(row, today, terms) if kind.clock is not None else None
        actions = self.actions(viewer, row, terms, form)
        sorts = sorts_for(kind, row, viewer.person, viewer.at)
        facts = [(one, one.value(row, terms)) for one in kind.shown]
        context = {
            "case_kind": kind,
            "row": row,
            "lead": self.around.lead(row),
            "badge": kind.badges[row.state],
            "error": error,
            "standing": standing,
            "days": (standing.due - today).days if standing is not None else None,
            "facts": [(one.label, value, one.clause) for one, value in facts if value not in ("", None)],
            "parts": [_part(row, one) for one in kind.parts],
            "papers": self._papers(row),
            "actions": _weighed([one for one in actions if not one["quiet"]]),
            "action": {one["name"]: one for one in actions},
            "quiet": [one for one in actions if one["quiet"]],
            "paper_form": paper_form or (self._paper_form(sorts) if sorts else None),
            "paper_address": reverse(f"{kind.url}_paper_add", args=[row.pk]) if sorts else "",
            "prints": prints_of(kind, row, viewer),
            "story": story_of(kind, row),
            "step_paper": f"{kind.url}_step_paper" if any(map(viewer.may, kind.step_papers)) else "",
            "crumbs": [*self.around.above(row), (kind.name, "")],
        }
        context |= {**self.around.more(viewer, row, today, terms), **self.around.asked(request, row), **more}
        return render(request, self.around.template, context, status=status if error else 200)

    def _papers(self, row: Any) -> list[tuple[Any, CasePaper, str]]:
        if self.kind.papers is None:
            return []
        labels = dict(self.kind.papers.sorts.choices)
        held = CasePaper.objects.filter(kind=self.kind.key, case_id=row.pk).select_related("paper", "by__unit")
        return [(labels[one.sort], one, reverse(f"{self.kind.url}_paper", args=[row.pk, one.pk])) for one in held]


def _as_it_is(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Of a view whose rows alone say who may: whoever does not reach the case is told that there is none."""
    return view


def step_of(event: Event, form: BaseForm, viewer: Viewer) -> StepInput:
    """What was sent, as a step of the viewer's."""
    data: dict[str, Any] = form.cleaned_data
    field = event.day if isinstance(event.day, str) else "on"
    return StepInput(
        viewer.person,
        viewer.at,
        data.get(field) or timezone.localdate(viewer.at),
        data.get("words", ""),
        data=data,
        seen=data.get("seen"),
    )


def _shown(row: Any, action: Action, sent: tuple[Event, BaseForm] | None, address: str) -> dict[str, Any]:
    """An action as the page draws it: its form as it was sent, where it is the one that was refused."""
    event = action.event
    form = sent[1] if sent is not None and sent[0].name == event.name else action.form
    aside = event.aside(row) if callable(event.aside) else event.aside
    return {
        "name": event.name,
        "verb": event.verb,
        "title": event.title or event.verb,
        "clauses": event.laws(row),
        "hint": event.hint(row) if callable(event.hint) else event.hint,
        "quiet": event.quiet,
        "kind": "danger" if event.danger else "secondary" if aside else "primary",
        "unmet": [_unmet(one) for one in action.unmet],
        "form": form,
        "address": address,
    }


def _weighed(actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One step leads on; the others stand back behind it."""
    for one in [one for one in actions if one["kind"] == "primary"][1:]:
        one["kind"] = "secondary"
    return actions


def _part(row: Any, part: CaseRows) -> tuple[Any, list[list[tuple[Any, Any]]]]:
    related = getattr(row, part.of)
    labels = [(related.model._meta.get_field(name).verbose_name, name) for name in part.fields]
    return part.title, [[(label, getattr(one, name)) for label, name in labels] for one in related.all()]


def _reason(unmet: Unmet) -> str:
    return unmet.reason_en if in_english() else unmet.reason_zh


def _unmet(unmet: Unmet) -> dict[str, str]:
    remedy = unmet.remedy_en if in_english() else unmet.remedy_zh
    return {"reason": _reason(unmet), "remedy": remedy, "clause": unmet.clause}
