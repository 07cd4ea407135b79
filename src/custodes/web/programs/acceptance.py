"""What is entered beside a system's steps: acceptances in their five parts (S16.1, N11), firms (S13.1, S17), main works (S14)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from custodes.people.models import ProgramScope
from custodes.people.papers.kinds import SCANS
from custodes.places.dossiers import enter_product
from custodes.places.forms.dossier import ProductForm
from custodes.places.forms.life import AcceptanceForm, FirmForm, WorksForm
from custodes.places.lifecycle.facts import KEYS
from custodes.places.lifecycle.interface import check_on_trial, enter_acceptance, enter_firm
from custodes.places.models import MainWorks
from custodes.places.models.recorded import WORKS_FIELDS
from custodes.places.register import save_recorded
from custodes.places.scope import built_systems, papered_systems
from custodes.web.programs import headers, kinds
from custodes.web.programs import lifeschemas as life
from custodes.web.programs.headers import edited, etag
from custodes.web.programs.keys import ProgramKeyAuth, call_of
from custodes.web.programs.lifewishes import AcceptanceIn, FirmIn, ProductIn, WorksIn
from custodes.web.programs.problems import of_form
from custodes.web.programs.reaching import built_system, paper_of, refuse_secret_words, unit_named
from custodes.web.programs.reads import one_of
from custodes.web.programs.revising import checked
from custodes.web.programs.routing import REFUSALS, router
from custodes.web.programs.writing import Write, WriteOutcome, answer_of, form_data

_READ, _WRITE = ProgramScope.LIFE_READ, ProgramScope.LIFE_WRITE
_WORKS = "/systems/{uuid:id}/works"
#: Where the form asks in the law's name.
_PART = "part_"
_CLAUSES = {"on": "GB55029", "words": "S16.1"}


def enter() -> None:
    """Make them answer."""
    Write("POST", "/acceptances", _WRITE, "acceptances", life.AcceptanceOut, clause="S16.1").enter(add_acceptance)
    Write("POST", "/firms", _WRITE, "firms", life.FirmOut, clause="S13.1").enter(add_firm)
    Write("POST", "/products", _WRITE, "products", life.ProductOut, clause="S13.1").enter(add_product)
    router.add_api_operation(
        _WORKS, ["GET"], read_works, auth=ProgramKeyAuth(_READ), response={200: life.WorksOut, **REFUSALS},
        operation_id="read_works", url_name="system_works",
    )  # fmt: skip
    Write("PUT", _WORKS, _WRITE, "system_works", life.WorksOut, (200,), revised=True, clause="S14").enter(save_works)


def add_acceptance(request: HttpRequest, wish: AcceptanceIn) -> WriteOutcome:
    """Enter the conclusion of an acceptance of a system on trial. Then take the step `accept`, or `fail`, on its day."""
    call = call_of(request)
    system = built_system(call, wish.system)
    refuse_secret_words(wish)
    check_on_trial(system)
    found = {} if wish.parts is None else wish.parts.dict()
    parts = {_PART + key: found.get(key, "") for key in KEYS}
    given = {
        "on": wish.on, "passed": "1" if wish.passed else "0", "members": wish.members, "words": wish.words,
        "report": wish.report, **parts,
    }  # fmt: skip
    form = AcceptanceForm(form_data(given), system=system)
    if not form.is_valid():
        wrong = {_named(name): ones for name, ones in form.errors.get_json_data().items()}
        raise of_form(wrong, {**_CLAUSES, **{_named(name): "N11" for name in parts}})
    row = enter_acceptance(form.save(commit=False), call.person, call.at)
    call.about, call.rows = str(row.pk), 1
    return WriteOutcome(201, life.acceptance_out(row), at=f"/acceptances/{row.pk}")


def _named(name: str) -> str:
    return f"parts.{name.removeprefix(_PART)}" if name.startswith(_PART) else name


def add_firm(request: HttpRequest, wish: FirmIn) -> WriteOutcome:
    """Enter a firm that designs, builds, accepts or maintains a system, with its technicians. Its credentials are looked up by themselves."""
    call = call_of(request)
    system = built_system(call, wish.system)
    refuse_secret_words(wish)
    firm = unit_named(wish.unit, wish.uscc)
    given = {"step": wish.step, "unit": firm.pk, "technicians": "\n".join(wish.technicians), "since": wish.since}
    form = FirmForm(form_data(given), system=system)
    if not form.is_valid():
        raise of_form(form.errors.get_json_data(), {"technicians": "S17"})
    row = enter_firm(form.save(commit=False), form.cleaned_data["found"], call.person, call.at)
    call.about, call.rows = str(row.pk), 1
    return WriteOutcome(201, life.firm_out(row), at=f"/firms/{row.pk}")


def add_product(request: HttpRequest, wish: ProductIn) -> WriteOutcome:
    """Enter the certificate of a model of device. `start` and `accept` look it up by `maker` and `model` of the cameras."""
    call = call_of(request)
    refuse_secret_words(wish)
    form = ProductForm(form_data(wish.dict(exclude={"paper"})))
    del form.fields["paper"]  # handed in before
    checked(form)
    row = enter_product(form.save(commit=False), paper_of(call, wish.paper, SCANS), call.person, call.at)
    call.about, call.rows = str(row.uuid), 1
    return WriteOutcome(201, life.product_out(row), at=f"/products/{row.uuid}")


def read_works(request: HttpRequest, id: UUID) -> HttpResponse:
    """The main works beside which a system is built (S14); its papers have to be open to the person."""
    call = call_of(request)
    rows = papered_systems(call.person, call.at).filter(pk__in=kinds.systems(call).order_by().values("pk"))
    told = _works(one_of(call, rows, id).pk)
    return answer_of(life.WorksOut, told, headers={"ETag": etag(told["revision"])})


def save_works(request: HttpRequest, id: UUID, wish: WorksIn) -> WriteOutcome:
    """Enter or replace the days of the main works, so that it shows whether the system keeps pace with them (S14)."""
    call, seen = call_of(request), headers.seen(request)
    rows = built_systems(call.person, call.at).filter(pk__in=kinds.systems(call).order_by().values("pk"))
    # The system is what is locked: before the first entry there is no other row that two could share.
    system = one_of(call, rows.select_for_update(of=("self",)), id)
    held = MainWorks.objects.filter(system=system).first() or MainWorks(system=system)
    if held.revision != seen:
        raise edited(held, seen)
    refuse_secret_words(wish)
    form = WorksForm(form_data({**wish.dict(), "revision": held.revision}), instance=held)
    if not form.is_valid():
        raise of_form(form.errors.get_json_data())
    save_recorded(form.save(commit=False), WORKS_FIELDS, call.person, call.at)
    told = _works(system.pk)
    return WriteOutcome(200, told, told["revision"])


def _works(system: UUID) -> dict[str, Any]:
    return life.works_out(system, MainWorks.objects.filter(system=system).first())
