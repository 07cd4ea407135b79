"""Addresses of the people pages; and those of signing in and of second factors: of `allauth` those that this product uses, and no others.

Signing up, e-mail, password reset by mail and social accounts have no address here.
"""

from __future__ import annotations

from allauth.account import views as account
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from custodes.people.views import (
    applications,
    credentials,
    duty,
    entrusting,
    exports,
    persons,
    posts,
    profile,
    programs,
    units,
)

app_name = "people"


@login_not_required
def gone(request: HttpRequest) -> HttpResponse:
    """Nothing is here."""
    raise Http404


urlpatterns = [
    path("people/", persons.person_list, name="person_list"),
    path("people/export.<slug:form>", exports.PERSONS.view(), name="export_persons"),
    path("people/add/", persons.person_add, name="person_add"),
    path("people/<uuid:person>/", persons.person_detail, name="person_detail"),
    path("people/<uuid:person>/edit/", persons.person_edit, name="person_edit"),
    path("people/<uuid:person>/posts/add/", posts.post_assign, name="post_assign"),
    path("people/<uuid:person>/account/open/", persons.account_open, name="account_open"),
    path("people/<uuid:person>/account/reset/", persons.account_reset, name="account_reset"),
    path("people/<uuid:person>/account/close/", persons.account_close, name="account_close"),
    path("people/<uuid:person>/account/reopen/", persons.account_reopen, name="account_reopen"),
    path("people/<uuid:person>/account/unlock/", persons.account_unlock, name="account_unlock"),
    path("people/<uuid:person>/sessions/", profile.account_sessions, name="account_sessions"),
    path("people/<uuid:person>/sessions/<int:session>/end/", profile.account_session_end, name="account_session_end"),
    path("people/posts/", posts.post_list, name="post_list"),
    path("people/posts/export.<slug:form>", exports.POSTS.view(), name="export_posts"),
    path("people/posts/<uuid:post>/end/", posts.post_end, name="post_end"),
    path("people/entrustments/", entrusting.entrustment_list, name="entrustment_list"),
    path("people/entrustments/alone/", entrusting.entrustment_alone, name="entrustment_alone"),
    path("people/entrustments/<uuid:entrustment>/", entrusting.entrustment, name="entrustment"),
    path("people/entrustments/<uuid:entrustment>/confirm/", entrusting.entrustment_confirm, name="entrustment_confirm"),
    path("people/entrustments/<uuid:entrustment>/refuse/", entrusting.entrustment_refuse, name="entrustment_refuse"),
    path(
        "people/entrustments/<uuid:entrustment>/withdraw/", entrusting.entrustment_withdraw, name="entrustment_withdraw"
    ),
    path("people/entrustments/<uuid:entrustment>/end/", entrusting.entrustment_end, name="entrustment_end"),
    path("people/units/", units.unit_list, name="unit_list"),
    path("people/units/export.<slug:form>", exports.UNITS.view(), name="export_units"),
    path("people/units/add/", units.unit_add, name="unit_add"),
    path("people/units/<uuid:unit>/", units.unit_detail, name="unit_detail"),
    path("people/units/<uuid:unit>/edit/", units.unit_edit, name="unit_edit"),
    path("people/<uuid:person>/credentials/add/", credentials.person_credential_add, name="person_credential_add"),
    path("people/units/<uuid:unit>/credentials/add/", credentials.unit_credential_add, name="unit_credential_add"),
    path("people/credentials/", credentials.credential_list, name="credential_list"),
    path("people/credentials/export.<slug:form>", exports.CREDENTIALS.view(), name="export_credentials"),
    path("people/credentials/<uuid:credential>/paper/", credentials.credential_paper, name="credential_paper"),
    path("people/credentials/<uuid:credential>/withdraw/", credentials.credential_withdraw, name="credential_withdraw"),
    path("people/divisions/", units.division_list, name="division_list"),
    path("apply/", applications.unit_apply, name="unit_apply"),
    path("apply/sent/", applications.unit_apply_sent, name="unit_apply_sent"),
    path("apply/state/", applications.unit_apply_state, name="unit_apply_state"),
    path("applications/", applications.application_list, name="application_list"),
    path("applications/add/", applications.application_add, name="application_add"),
    path("applications/<uuid:application>/", applications.application_detail, name="application_detail"),
    path("applications/<uuid:application>/confirm/", applications.application_confirm, name="application_confirm"),
    path("applications/<uuid:application>/return/", applications.application_return, name="application_return"),
    path("applications/<uuid:application>/letter/", applications.application_letter, name="application_letter"),
    path("applications/<uuid:application>/picture/", applications.application_picture, name="application_picture"),
    path("programs/", programs.program_list, name="program_list"),
    path("programs/add/", programs.program_add, name="program_add"),
    path("programs/<uuid:program>/", programs.program, name="program"),
    path("programs/<uuid:program>/decide/", programs.program_decide, name="program_decide"),
    path("programs/<uuid:program>/end/", programs.program_end, name="program_end"),
    path("programs/<uuid:program>/keys/", programs.program_key, name="program_key"),
    path("programs/<uuid:program>/keys/<slug:prefix>/revoke/", programs.program_key_revoke, name="program_key_revoke"),
    path("duty/", duty.duty_page, name="duty"),
    path("duty/begin/", duty.duty_begin, name="duty_begin"),
    path("duty/end/", duty.duty_end, name="duty_end"),
    path("duty/hand-over/", duty.duty_hand_over, name="duty_hand_over"),
    path("me/", profile.profile, name="profile"),
    path("me/programs/<uuid:program>/end/", profile.program_end, name="own_program_end"),
    path("me/sessions/", profile.session_list, name="session_list"),
    path("me/sessions/<int:session>/end/", profile.session_end, name="session_end"),
]

signin_urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
    # The library asks for these names; nothing is there.
    path("signup/", gone, name="account_signup"),
    path("password/set/", gone, name="account_set_password"),
    path("password/reset/", gone, name="account_reset_password"),
]
