"""What a program writes: a place, a planned system, a filing. By the register's own forms and workflows, with their guards."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Status

from custodes.people import programs
from custodes.people.models import Division, ProgramScope, Unit
from custodes.people.permissions import Permission, allowed
from custodes.places.drafts.secretwords import any_classified
from custodes.places.filing import workflow
from custodes.places.filing.fields import BY_KEY
from custodes.places.filing.reach import editable_filings
from custodes.places.forms.filing import said_at_once
from custodes.places.forms.place import SiteForm, SystemForm
from custodes.places.lifecycle.entering import enter_system
from custodes.places.lifecycle.stepping import StepRefused, Taken
from custodes.places.models import Filing, FilingState, Site, System
from custodes.places.models.recorded import SITE_FIELDS, SYSTEM_FIELDS
from custodes.places.network import CLAUSES, REFUSED, REMEDY, ClassifiedRefused, refuse_classified
from custodes.places.register import save_recorded
from custodes.places.scope import built_systems, editable_sites, exact_sites
from custodes.web.programs import schemas as out
from custodes.web.programs.keys import Call, ProgramKeyAuth, call_of
from custodes.web.programs.problems import Problem, Wrong, of_form, of_unmet, plain
from custodes.web.programs.reads import REFUSED as PROBLEMS
from custodes.web.programs.routing import router

_S = ProgramScope
CHANGED = {**PROBLEMS, 409: out.ProblemOut}


def _guarded(operation: Callable[..., Any]) -> Callable[..., Any]:
    """What the register refuses becomes a problem with its clause; what is classified leaves nothing behind (S20, R2)."""

    @wraps(operation)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        _check_post(call_of(request))
        try:
            with transaction.atomic():
                programs.hold(call_of(request).opened, timezone.now())
                return operation(request, *args, **kwargs)
        except programs.ProgramShut as shut:
            raise plain(401, str(shut)) from shut
        except StepRefused as refusal:
            raise of_unmet(str(refusal), refusal.unmet) from refusal
        except ClassifiedRefused as refusal:
            # The row that it was about is not named either.
            call_of(request).about = ""
            wrong = Wrong("classified", CLAUSES[0], str(REFUSED), str(REMEDY))
            raise Problem(403, "classified", _("不予登记"), str(REFUSED), [wrong]) from refusal

    return guarded


def _check_post(call: Call) -> None:
    """As the pages do: a post that keeps the register.

    Raises:
        Problem: none of the person's posts does.
    """
    kinds = frozenset(call.person.posts.valid(call.at).values_list("kind", flat=True))
    if Permission.MANAGE_PLACES not in allowed(kinds):
        what = _("程序负责人的岗位不能登记、修改点位资料")
        remedy = _("请由系统管理人岗位的人员担任程序负责人。")
        raise plain(403, errors=[Wrong("", f"post:{Permission.MANAGE_PLACES}", what, remedy)])


def _form_data(values: dict[str, Any]) -> QueryDict:
    """Values as a browser would send them."""
    data = QueryDict(mutable=True)
    for name, value in values.items():
        if value is True:
            data[name] = "on"
        elif isinstance(value, list | tuple):
            data.setlist(name, [str(one) for one in value])
        elif value not in (None, False, ""):
            data[name] = str(value)
    return data


def _unit(call: Call, uuid: UUID) -> Unit:
    unit = Unit.objects.select_related("division").filter(uuid=uuid).first()
    if unit is None:
        what, remedy = _("没有这个单位"), _("请使用 /units 给出的 id。")
        raise plain(422, errors=[Wrong("unit", "form:invalid_choice", what, remedy)])
    call.check_division(unit.division.path, "unit")
    return unit


@router.post("/places", response={201: out.PlaceOut, **CHANGED}, auth=ProgramKeyAuth(_S.PLACES_WRITE), url_name="places")  # fmt: skip
@_guarded
def add_place(request: HttpRequest, wish: out.PlaceIn) -> Any:
    """Enter a place, for a unit of the person's own."""
    call = call_of(request)
    refuse_classified(wish.classified)
    division = Division.objects.filter(code=wish.division).first()
    if division is None:
        what, remedy = _("没有这个行政区划代码"), _("请使用 GB/T 2260 代码。")
        raise plain(422, errors=[Wrong("division", "form:invalid_choice", what, remedy)])
    call.check_division(division.path, "division")
    values = wish.dict(exclude={"unit", "division"})
    data = _form_data({**values, "division": division.pk, "unit": _unit(call, wish.unit).pk})
    form = SiteForm(data, {}, instance=Site(created_by=call.person), person=call.person, at=call.at)
    if not form.is_valid():
        raise of_form(form.errors.get_json_data())
    row = form.save(commit=False)
    save_recorded(row, SITE_FIELDS, call.person, call.at)
    call.about, call.rows = str(row.pk), 1
    exact = exact_sites(call.person, call.at).filter(pk=row.pk).exists()
    return Status(201, out.place_out(row, exact))


@router.post("/systems", response={201: out.SystemOut, **CHANGED}, auth=ProgramKeyAuth(_S.SYSTEMS_WRITE), url_name="systems")  # fmt: skip
@_guarded
def add_system(request: HttpRequest, wish: out.SystemIn) -> Any:
    """Enter a system that is planned. What it needs to go on (S8.3, S12.1 …) is done on its pages."""
    call = call_of(request)
    refuse_classified(wish.classified)
    place = editable_sites(call.person, call.at).filter(call.within("division"), pk=wish.place).first()
    if place is None:
        what, remedy = _("没有这个场所，或者不由该程序的负责人登记"), _("请使用 /places 给出的 id。")
        raise plain(422, errors=[Wrong("place", "form:invalid_choice", what, remedy)])
    data = _form_data({**wish.dict(exclude={"unit", "place"}), "unit": _unit(call, wish.unit).pk})
    wished = System(site=place, unit=place.unit, created_by=call.person)
    form = SystemForm(data, instance=wished, person=call.person, at=call.at)
    if not form.is_valid():
        raise of_form(form.errors.get_json_data())
    row = enter_system(form.save(commit=False), SYSTEM_FIELDS, _taken(call))
    call.about, call.rows = str(row.pk), 1
    return Status(201, out.system_out(row))


@router.post("/filings", response={200: out.FilingOut, 201: out.FilingOut, **CHANGED}, auth=ProgramKeyAuth(_S.FILINGS_WRITE), url_name="filings")  # fmt: skip
@_guarded
def begin_filing(request: HttpRequest, wish: out.FilingBegin) -> Any:
    """Begin the filing of a system with what the register knows (201), or go on with the one that is on its way (200)."""
    call = call_of(request)
    rows = built_systems(call.person, call.at).filter(call.within("site__division"), classified=False)
    system = rows.filter(pk=wish.system).first()
    if system is None:
        what, remedy = _("没有这个系统，或者不由该程序的负责人办理"), _("请使用 /systems 给出的 id。")
        raise plain(422, errors=[Wrong("system", "form:invalid_choice", what, remedy)])
    before = set(system.filings.values_list("pk", flat=True))
    row = workflow.begin(system, call.person, call.at)
    call.about, call.rows = str(row.pk), 1
    return Status(200 if row.pk in before else 201, out.filing_out(row))


@router.put("/filings/{uuid:filing}", response={200: out.FilingOut, **CHANGED}, auth=ProgramKeyAuth(_S.FILINGS_WRITE), url_name="filing")  # fmt: skip
@_guarded
def save_filing(request: HttpRequest, filing: UUID, wish: out.FilingIn) -> Any:
    """Keep the answers of a draft, complete or not; all of them at once."""
    call = call_of(request)
    row = _editable(call, filing)
    unknown = [key for key in (*wish.content, *wish.unclear) if key not in BY_KEY]
    if unknown:
        what, remedy = _("没有这个字段"), _("请使用接口文档列出的字段。")
        raise plain(422, errors=[Wrong(f"content.{key}"[:120], "N14", what, remedy) for key in unknown[:20]])
    if row.state not in (FilingState.DRAFT, FilingState.RETURNED):
        raise StepRefused(_("已经提交，不能再修改。"))
    refuse_classified(any_classified(wish.content.values()))
    unclear = {f"unclear_{key}": True for key in wish.unclear}
    said, wrong = said_at_once(_form_data({**wish.content, **unclear, "items": wish.items}), row.system)
    if wrong:
        raise of_form(wrong)
    return out.filing_out(workflow.save(row, said))


@router.post("/filings/{uuid:filing}/submit", response={200: out.FilingOut, **CHANGED}, auth=ProgramKeyAuth(_S.FILINGS_WRITE), url_name="filing_submit")  # fmt: skip
@_guarded
def submit_filing(request: HttpRequest, filing: UUID) -> Any:
    """Hand it in. What N14 and S16.2a ask for has to be there; the day is today's."""
    call = call_of(request)
    return out.filing_out(workflow.submit(_editable(call, filing), _taken(call)))


def _editable(call: Call, key: UUID) -> Filing:
    call.about = str(key)
    rows = editable_filings(call.person, call.at).filter(
        call.within("system__site__division"), system__classified=False
    )
    row = rows.select_related("system__site__division").filter(pk=key).first()
    if row is None:
        raise Http404
    call.rows = 1
    return row


def _taken(call: Call) -> Taken:
    """In the person's name, and saying that a program did it."""
    words = _("由接入程序“%(name)s”办理") % {"name": call.opened.program.name}
    return Taken(call.person, call.at, timezone.localdate(call.at), words)
