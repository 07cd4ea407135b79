"""Opening, closing and unlocking accounts (security administrator)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from custodes.people import accounts, lockout
from custodes.people.forms.accounts import OpenAccountForm
from custodes.people.models import Account, Person
from custodes.people.permissions import Permission
from custodes.people.records import config_changed
from custodes.people.viewer import Viewer, needs
from custodes.people.views.persons import answered_person


def _account(viewer: Viewer, person: Any) -> tuple[Person, Account]:
    shown = answered_person(viewer, person)
    account = getattr(shown, "account", None)
    if account is None:
        raise Http404
    return shown, account


@needs(Permission.MANAGE_ACCOUNTS)
def account_open(request: HttpRequest, person: Any) -> HttpResponse:
    """Open an account and show its one-time password, this once."""
    viewer = Viewer.of(request)
    holder = answered_person(viewer, person)
    form = OpenAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account, password = accounts.open_account(
                holder, form.cleaned_data["username"], by=viewer.person, at=viewer.at
            )
        except accounts.AccountRefused as refusal:
            form.add_error("username", str(refusal))
        else:
            return _show_password(request, holder, account, password)
    return render(request, "people/account_form.html", {"form": form, "person": holder})


@require_POST
@needs(Permission.MANAGE_ACCOUNTS)
def account_reset(request: HttpRequest, person: Any) -> HttpResponse:
    """Give a new one-time password and show it, this once."""
    viewer = Viewer.of(request)
    holder, account = _account(viewer, person)
    try:
        password = accounts.reset_password(account, by=viewer.person, at=viewer.at)
    except accounts.AccountRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("people:person_detail", holder.uuid)
    return _show_password(request, holder, account, password)


@require_POST
@needs(Permission.MANAGE_ACCOUNTS)
def account_close(request: HttpRequest, person: Any) -> HttpResponse:
    """Close an account."""
    viewer = Viewer.of(request)
    holder, account = _account(viewer, person)
    try:
        accounts.close_account(account, by=viewer.person, at=viewer.at)
    except accounts.AccountRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("账号已停用，其登录和正在进行的查看随之结束。"))
    return redirect("people:person_detail", holder.uuid)


@require_POST
@needs(Permission.MANAGE_ACCOUNTS)
def account_reopen(request: HttpRequest, person: Any) -> HttpResponse:
    """Open a closed account again."""
    viewer = Viewer.of(request)
    holder, account = _account(viewer, person)
    accounts.reopen_account(account, by=viewer.person, at=viewer.at)
    messages.success(request, _("账号已启用。"))
    return redirect("people:person_detail", holder.uuid)


@require_POST
@needs(Permission.MANAGE_ACCOUNTS)
def account_unlock(request: HttpRequest, person: Any) -> HttpResponse:
    """Lift the lock that failed sign-ins set."""
    viewer = Viewer.of(request)
    holder, account = _account(viewer, person)
    if lockout.locked_until(account.username, viewer.at) is not None:
        lockout.clear(account.username)
        config_changed(account, {"locked": (True, False)}, by=viewer.person, at=viewer.at)
    messages.success(request, _("已解除锁定。"))
    return redirect("people:person_detail", holder.uuid)


def _show_password(request: HttpRequest, holder: Person, account: Account, password: str) -> HttpResponse:
    context = {"person": holder, "account": account, "password": password}
    return render(request, "people/account_password.html", context)
