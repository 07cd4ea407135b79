"""Credentials of persons and units: entering, withdrawing, reading the paper, and what runs out."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from custodes.people import credentials
from custodes.people.forms import PlainText
from custodes.people.lawful import legal_day, terms
from custodes.people.models import Credential, CredentialKind, Person, Unit
from custodes.people.models.credential import OF_PERSONS, OF_UNITS, PROFESSIONAL, TRAININGS
from custodes.people.papers.keeping import PaperField
from custodes.people.papers.kinds import SCANS, PaperRefused, takes_papers
from custodes.people.papers.serving import serve
from custodes.people.permissions import Permission
from custodes.people.scope import DivisionScope, persons_in, units_in
from custodes.people.viewer import Viewer, needs


class CredentialForm(PlainText, forms.Form):
    """What stands on the certificate, and the certificate itself."""

    kind = forms.ChoiceField(label=gettext_lazy("种类"))
    number = forms.CharField(
        label=gettext_lazy("编号"), required=False, max_length=80, help_text=gettext_lazy("资质、资格证书必须填写。")
    )
    issuer = forms.CharField(label=gettext_lazy("出具单位"), required=False, max_length=120)
    issued = forms.DateField(label=gettext_lazy("出具日期"), widget=forms.DateInput(attrs={"type": "date"}))
    valid_until = forms.DateField(
        label=gettext_lazy("有效期至"),
        required=False,
        help_text=gettext_lazy("证书写明的最后一日。培训没有写明的，按本单位设定的期限计算。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    paper = PaperField(
        label=gettext_lazy("证明文件"),
        required=False,
        kinds=SCANS,
        help_text=gettext_lazy("证书、记录或者承诺书的扫描件。"),
    )

    def __init__(self, *args: object, kinds: tuple[CredentialKind, ...], own: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["paper"].required = own

    def clean(self) -> dict[str, Any]:
        """Days in their order; what a profession's certificate must say."""
        data = super().clean() or {}
        issued, until, kind = data.get("issued"), data.get("valid_until"), data.get("kind")
        if issued and issued > timezone.localdate():
            self.add_error("issued", gettext_lazy("出具日期不能晚于今天。"))
        if issued and until and until < issued:
            self.add_error("valid_until", gettext_lazy("有效期不能早于出具日期。"))
        if kind in PROFESSIONAL:
            for name, words in (
                ("number", gettext_lazy("请填写证书编号。")),
                ("valid_until", gettext_lazy("请填写证书的有效期。")),
            ):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, words)
        return data

    def values(self) -> dict[str, Any]:
        """The row's own fields."""
        return {name: self.cleaned_data[name] for name in ("kind", "number", "issuer", "issued", "valid_until")}


class WithdrawForm(PlainText, forms.Form):
    """Why."""

    why = forms.CharField(label=gettext_lazy("撤销理由"), max_length=200)


PAGE = 50


def credentials_in(scope: DivisionScope) -> Q:
    """Credentials whose person or unit is within the scope."""
    return Q(person__in=persons_in(scope)) | Q(unit__in=units_in(scope))


def _visible(viewer: Viewer, uuid: Any, permission: Permission) -> Credential:
    rows = Credential.objects.select_related("person__unit", "unit", "paper")
    return get_object_or_404(rows.filter(credentials_in(viewer.scope(permission))), uuid=uuid)


def _back(holder: Person | Unit) -> HttpResponse:
    return redirect("people:person_detail" if isinstance(holder, Person) else "people:unit_detail", holder.uuid)


@needs(Permission.MANAGE_CREDENTIALS)
@takes_papers()
def person_credential_add(request: HttpRequest, person: Any) -> HttpResponse:
    """Enter vetting, training, undertaking or qualification of a person."""
    viewer = Viewer.of(request)
    holder = get_object_or_404(persons_in(viewer.scope(Permission.MANAGE_CREDENTIALS)), uuid=person)
    return _add(request, viewer, holder)


@needs(Permission.MANAGE_CREDENTIALS)
@takes_papers()
def unit_credential_add(request: HttpRequest, unit: Any) -> HttpResponse:
    """Enter a firm's credentials."""
    viewer = Viewer.of(request)
    holder = get_object_or_404(units_in(viewer.scope(Permission.MANAGE_CREDENTIALS)), uuid=unit)
    return _add(request, viewer, holder)


def _add(request: HttpRequest, viewer: Viewer, holder: Person | Unit) -> HttpResponse:
    of_person = isinstance(holder, Person)
    own = of_person and holder.pk == viewer.person.pk
    form = CredentialForm(
        request.POST or None, request.FILES or None, kinds=OF_PERSONS if of_person else OF_UNITS, own=own
    )
    if request.method == "POST" and form.is_valid():
        try:
            credentials.enter(holder, form.values(), by=viewer.person, at=viewer.at, paper=form.cleaned_data["paper"])
        except (credentials.CredentialRefused, PaperRefused) as refusal:
            form.add_error("paper", str(refusal))
        else:
            messages.success(request, _("已登记。"))
            return _back(holder)
    context = {"form": form, "holder": holder, "of_person": of_person, "own": own}
    return render(request, "people/credential_form.html", context)


@require_POST
@needs(Permission.MANAGE_CREDENTIALS)
def credential_withdraw(request: HttpRequest, credential: Any) -> HttpResponse:
    """Withdraw what was entered wrongly, with the reason."""
    viewer = Viewer.of(request)
    row = _visible(viewer, credential, Permission.MANAGE_CREDENTIALS)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明撤销理由。"))
    else:
        try:
            credentials.withdraw(row, form.cleaned_data["why"], by=viewer.person, at=viewer.at)
            messages.success(request, _("已撤销。"))
        except credentials.CredentialRefused as refusal:
            messages.error(request, str(refusal))
    holder = row.person or row.unit
    assert holder is not None
    return _back(holder)


@require_safe
@needs(Permission.READ_PAPERS)
def credential_paper(request: HttpRequest, credential: Any) -> HttpResponse:
    """The certificate, as an attachment; the reading is on record."""
    viewer = Viewer.of(request)
    row = _visible(viewer, credential, Permission.READ_PAPERS)
    if row.paper is None:
        raise Http404
    return serve(row.paper, by=viewer.person, at=viewer.at, about=f"people.credential:{row.uuid}")


@require_safe
@needs(Permission.VIEW_PEOPLE)
def credential_list(request: HttpRequest) -> HttpResponse:
    """What has run out or soon will, and who lacks training, within the scope."""
    viewer = Viewer.of(request)
    scope = viewer.scope(Permission.VIEW_PEOPLE)
    ending = ending_within(scope, viewer.at)
    page = Paginator(ending, PAGE).get_page(request.GET.get("page"))
    lacking = _lacking(scope, viewer.at)
    context = {
        "page": page,
        "rows": [credentials.judge(row, viewer.at) for row in page],
        "untrained": lacking[:200],
        "untrained_count": lacking.count(),
    }
    return render(request, "people/credential_list.html", context)


@dataclass(frozen=True)
class CredentialLine:
    """One line of the page as a file has it: a credential that ends, or somebody who lacks training."""

    holder: str
    unit: str
    judged: credentials.JudgedCredential | None


def lines_asked(request: HttpRequest) -> list[CredentialLine]:
    """All that the page shows: what has run out or soon will, then who lacks training."""
    viewer = Viewer.of(request)
    scope = viewer.scope(Permission.VIEW_PEOPLE)
    ending = [_line(row, viewer.at) for row in ending_within(scope, viewer.at)]
    return ending + [CredentialLine(person.name, person.unit.name, None) for person in _lacking(scope, viewer.at)]


def _line(row: Credential, at: datetime.datetime) -> CredentialLine:
    judged = credentials.judge(row, at)
    if row.person is not None:
        return CredentialLine(row.person.name, row.person.unit.name, judged)
    assert row.unit is not None
    return CredentialLine("", row.unit.name, judged)


def _lacking(scope: DivisionScope, at: datetime.datetime) -> QuerySet[Person]:
    return credentials.untrained(persons_in(scope), at).select_related("unit").order_by("unit__name", "name")


def ending_within(scope: DivisionScope, at: datetime.datetime) -> list[Credential]:
    """Credentials within the scope that have run out or soon will and that no newer one replaces, the oldest end first."""
    known = terms().assumed
    soon = legal_day(at) + datetime.timedelta(days=known.expiry_warn_days)
    issued = soon - datetime.timedelta(days=known.training_days)
    near = Q(valid_until__lte=soon) | Q(valid_until__isnull=True, kind__in=TRAININGS, issued__lte=issued)
    rows = Credential.objects.standing().filter(credentials_in(scope)).filter(near)
    rows = rows.select_related("person__unit", "unit", "paper")
    replaced = {
        (row.person_id, row.unit_id, row.kind)
        for row in Credential.objects.standing().filter(credentials_in(scope)).exclude(near)
    }
    latest: dict[tuple[int | None, int | None, str], Credential] = {}
    for row in rows:
        key = (row.person_id, row.unit_id, row.kind)
        if key not in replaced and (key not in latest or _end(row) > _end(latest[key])):
            latest[key] = row
    return sorted(latest.values(), key=_end)


def _end(row: Credential) -> datetime.date:
    return credentials.last_day(row) or datetime.date.max
