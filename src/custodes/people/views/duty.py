"""Standing duty: begin, hand over, end, and who stood when."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from custodes.people import duty
from custodes.people.models import DUTY_POSTS, DutySession, Post
from custodes.people.permissions import Permission
from custodes.people.scope import within
from custodes.people.viewer import Viewer, needs


class DutyPostChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Duty posts as unit and kind."""

    def label_from_instance(self, post: Post) -> str:
        """Kind and unit."""
        return f"{post.get_kind_display()} · {post.unit.name}"


class SuccessorChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Duty posts as persons."""

    def label_from_instance(self, post: Post) -> str:
        """Name and kind."""
        return f"{post.person.name} · {post.get_kind_display()}"


class BeginForm(forms.Form):
    """On which post, when there are several."""

    post = DutyPostChoice(Post.objects.none(), label=gettext_lazy("值班岗位"), to_field_name="uuid", empty_label=None)

    def __init__(self, *args: object, posts: QuerySet[Post], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["post"].queryset = posts  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """To whom."""

    successor = SuccessorChoice(Post.objects.none(), label=gettext_lazy("接班人员"), to_field_name="uuid")

    def __init__(self, *args: object, posts: QuerySet[Post], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["successor"].queryset = posts  # type: ignore[attr-defined]
        self.fields["successor"].empty_label = gettext_lazy("请选择")  # type: ignore[attr-defined]


PAGE = 30


def _own_posts(viewer: Viewer) -> QuerySet[Post]:
    posts = Post.objects.valid(viewer.at).filter(person=viewer.person, kind__in=DUTY_POSTS)
    return posts.select_related("unit")


def _successors(viewer: Viewer, session: DutySession) -> QuerySet[Post]:
    posts = Post.objects.valid(viewer.at).filter(unit=session.post.unit, kind__in=DUTY_POSTS)
    posts = posts.filter(person__account__is_active=True).exclude(person=viewer.person)
    return posts.select_related("person", "unit").order_by("person__name")


@require_safe
@needs(Permission.STAND_DUTY, Permission.VIEW_DUTY)
def duty_page(request: HttpRequest) -> HttpResponse:
    """The own duty with its one next step, and the duty of the units within the scope."""
    viewer = Viewer.of(request)
    session = duty.running_session(viewer.person, viewer.at)
    own = _own_posts(viewer)
    history = DutySession.objects.none()
    if viewer.may(Permission.VIEW_DUTY):
        history = DutySession.objects.filter(within(viewer.scope(Permission.VIEW_DUTY), unit="post__unit"))
    history = history.select_related("person", "post__unit", "handed_to")
    page = Paginator(history, PAGE).get_page(request.GET.get("page"))
    running = set(
        DutySession.objects.running(viewer.at).filter(pk__in=[row.pk for row in page]).values_list("pk", flat=True)
    )
    for row in page:
        row.runs = row.pk in running
    context = {
        "session": session,
        "own_posts": list(own),
        "begin_form": BeginForm(posts=own),
        "hand_over_form": HandOverForm(posts=_successors(viewer, session)) if session else None,
        "page": page,
    }
    return render(request, "people/duty.html", context)


@require_POST
@needs(Permission.STAND_DUTY)
def duty_begin(request: HttpRequest) -> HttpResponse:
    """开始值班: on the only duty post, or on the chosen one."""
    viewer = Viewer.of(request)
    own = _own_posts(viewer)
    form = BeginForm(request.POST, posts=own)
    post = form.cleaned_data["post"] if form.is_valid() else (own.first() if own.count() == 1 else None)
    if post is None:
        messages.error(request, _("请选择值班岗位。"))
        return redirect("people:duty")
    try:
        session = duty.begin(post, at=viewer.at)
    except duty.DutyRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("people:duty")
    messages.success(request, _("值班已开始（%(unit)s）。") % {"unit": session.post.unit.name})
    return redirect("home")


@require_POST
@needs(Permission.STAND_DUTY)
def duty_end(request: HttpRequest) -> HttpResponse:
    """End the own duty."""
    viewer = Viewer.of(request)
    session = duty.running_session(viewer.person, viewer.at)
    if session is None:
        messages.error(request, _("现在没有进行中的值班。"))
    else:
        duty.end(session, at=viewer.at)
        messages.success(request, _("值班已结束，正在进行的查看随之结束。"))
    return redirect("people:duty")


@require_POST
@needs(Permission.STAND_DUTY)
def duty_hand_over(request: HttpRequest) -> HttpResponse:
    """交接班: the own duty ends and the successor's begins at the same instant."""
    viewer = Viewer.of(request)
    session = duty.running_session(viewer.person, viewer.at)
    if session is None:
        messages.error(request, _("现在没有进行中的值班。"))
        return redirect("people:duty")
    form = HandOverForm(request.POST, posts=_successors(viewer, session))
    if not form.is_valid():
        messages.error(request, _("请选择接班人员。"))
        return redirect("people:duty")
    try:
        duty.hand_over(session, form.cleaned_data["successor"], at=viewer.at)
    except duty.DutyRefused as refusal:
        messages.error(request, str(refusal))
    else:
        name = form.cleaned_data["successor"].person.name
        messages.success(request, _("已交接给%(name)s，您的值班已结束。") % {"name": name})
    return redirect("people:duty")
