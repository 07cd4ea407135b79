"""Rows of cameras that programs enter, change and take out of use, by the page's own form and gate (S10, S15, S34(7)).

Addresses and logins of devices are no part of it: a person enters and tries them at the page, and looks at the picture.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from custodes.people.models import ProgramScope
from custodes.people.papers.kinds import PICTURES
from custodes.people.permissions import Permission
from custodes.places.changes.editing import save_camera
from custodes.places.changes.gate import ChangeWanted
from custodes.places.deciding import RequestRefused
from custodes.places.fields import CAMERA
from custodes.places.forms.camera import CameraForm
from custodes.places.forms.deciding import RetirementForm
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Camera, Node, Retirement
from custodes.places.models.recorded import CAMERA_FIELDS
from custodes.places.register import save_recorded
from custodes.places.retiring import ask, needs_another, take_out
from custodes.places.scope import editable_cameras, tended_systems
from custodes.web.programs import kinds
from custodes.web.programs import schemas as out
from custodes.web.programs.camerawishes import CameraIn, CameraPatch, RetireIn
from custodes.web.programs.keys import ApiCall, call_of
from custodes.web.programs.problems import FieldProblem, of_form, plain
from custodes.web.programs.reaching import paper_of, refuse_secret_words, unknown, within
from custodes.web.programs.revising import checked, laid_over, row_to_change
from custodes.web.programs.writing import Write, WriteOutcome, form_data, words_of

_WRITE, _MAY = ProgramScope.CAMERAS_WRITE, Permission.MANAGE_CAMERAS
_ONE = "/cameras/{uuid:id}"
#: What the form asks for in the law's name.
_CLAUSES = {field.name: field.clause for field in CAMERA if field.clause} | {
    "zone": "S10", "basis": "S34(7)", "basis_words": "S34(7)", "found_on": "S34(7)",
}  # fmt: skip
#: Field of what is sent → column.
_PAPERS = {"sign": "sign_paper", "mask": "mask_paper"}


def enter() -> None:
    """Make them answer."""
    Write("POST", "/cameras", _WRITE, "cameras", out.CameraOut, permission=_MAY, clause="S10").enter(add_camera)
    Write("PATCH", _ONE, _WRITE, "camera", out.CameraOut, (200,), revised=True, permission=_MAY, clause="S34(7)").enter(
        change_camera
    )
    Write(
        "POST", f"{_ONE}/retire", _WRITE, "camera_retire", out.CameraOut, (200,), revised=True, permission=_MAY, clause="S34(6)"
    ).enter(retire_camera)  # fmt: skip


def add_camera(request: HttpRequest, wish: CameraIn) -> WriteOutcome:
    """Enter a camera of a system: where it is, what it takes in, what device it is. It is `draft` until a person has tried its address."""
    call = call_of(request)
    system = within(call, tended_systems(call.person, call.at)).select_related("site").filter(pk=wish.system).first()
    if system is None:
        raise unknown("system", _("没有这个系统，或者不由该程序的负责人管理、维护点位"), "/systems")
    refuse_secret_words(wish)
    row = Camera(created_by=call.person)
    make = partial(CameraForm, instance=row, system=system, person=call.person, at=call.at)
    defaults = {"retention_days": Camera._meta.get_field("retention_days").default, "grade": row.grade}
    given = {
        **defaults,
        **{name: value for name, value in _given(wish, exclude={"system"}).items() if value is not None},
    }
    form = checked(make(form_data(given)), _CLAUSES)
    row = form.save(commit=False)
    _keep_papers(call, row, wish)
    save_recorded(row, CAMERA_FIELDS, call.person, call.at)
    return _told(call, row, 201)


def change_camera(request: HttpRequest, id: UUID, wish: CameraPatch) -> WriteOutcome:
    """Change what the register says of a camera. Of one in use, place, view, field, direction and device change under an approved change,
    or with a `basis` alone (S34(7))."""
    call = call_of(request)
    row = row_to_change(request, _mine(call), id)
    refuse_secret_words(wish)
    make = partial(CameraForm, instance=row, system=row.system, person=call.person, at=call.at)
    form = laid_over(make, _given(wish, exclude_unset=True), _CLAUSES)
    row = form.save(commit=False)
    _keep_papers(call, row, wish)
    try:
        save_camera(row, CAMERA_FIELDS, call.person, call.at, form.chosen(), words_of(call))
    except ChangeWanted as refusal:
        remedy = _("请以 POST /changes 申请变更，或者写明 basis。")
        raise StepRefused(str(refusal), clause="S34(7)", remedy=remedy) from refusal
    return _told(call, row, 200)


def retire_camera(request: HttpRequest, id: UUID, wish: RetireIn) -> WriteOutcome:
    """Ask that a camera in use be taken out of use until a day, to be replaced in place or by an order (S34(6)); it is once another person has
    approved it at the page, and `state` says so. Before acceptance, and where nothing may be installed, it is at once, with the reason alone.
    One that goes for good is reported fifteen days before (`POST /removals`). What was recorded stays to the end of its term."""
    call = call_of(request)
    row = row_to_change(request, _mine(call), id)
    refuse_secret_words(wish)
    if not needs_another(row):
        return _told(call, take_out(row, call.person, wish.reason.strip(), call.at), 200)
    given = {**wish.dict(exclude={"reason"}), "words": wish.reason}
    form = RetirementForm(form_data(given), instance=Retirement(camera=row))
    if not form.is_valid():
        raise of_form(form.errors.get_json_data(), dict.fromkeys(form.fields, "S34(6)"))
    try:
        ask(form.save(commit=False), call.person, call.at)
    except RequestRefused as refusal:
        raise StepRefused(str(refusal), clause=refusal.clauses[0] if refusal.clauses else "S34(6)") from refusal
    return _told(call, row, 200)


def _mine(call: ApiCall) -> Any:
    rows = editable_cameras(call.person, call.at).filter(pk__in=kinds.cameras(call).values("pk"))
    return rows.select_related("system__site", "node")


def _given(wish: CameraIn | CameraPatch, **how: Any) -> dict[str, Any]:
    """What is sent, as the form has it: the node by its key, papers aside."""
    values = wish.dict(**how)
    for name in _PAPERS:
        values.pop(name, None)
    if "node" in values or isinstance(wish, CameraIn):
        values["node"] = _node(values.get("node", ""))
    if values.get("basis") is not None:
        values["basis"] = values["basis"].value
    return values


def _node(name: str) -> int:
    nodes = dict(Node.objects.values_list("name", "pk"))
    found = nodes.get(name.strip()) if name.strip() else next(iter(nodes.values())) if len(nodes) == 1 else None
    if found is None:
        remedy = _("请写明媒体节点的名称，名称由系统管理员提供。")
        raise plain(
            422,
            errors=[FieldProblem("node", "form:invalid_choice", _("没有这个媒体节点，或者没有写明是哪一个"), remedy)],
        )
    return int(found)


def _keep_papers(call: ApiCall, row: Camera, wish: CameraIn | CameraPatch) -> None:
    for name, column in _PAPERS.items():
        key = getattr(wish, name)
        if key is not None:
            setattr(row, column, paper_of(call, key, PICTURES, name))


def _told(call: ApiCall, row: Camera, status: int) -> WriteOutcome:
    call.about, call.rows = str(row.pk), 1
    return WriteOutcome(status, out.camera_out(row, True), row.revision, f"/cameras/{row.pk}" if status == 201 else "")
