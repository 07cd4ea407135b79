"""Addresses of the people pages."""

from __future__ import annotations

from django.urls import path

from custodes.people.views import (
    accounts,
    applications,
    applying,
    credentials,
    divisions,
    duty,
    exports,
    persons,
    posts,
    profile,
    sessions,
    units,
)

app_name = "people"

urlpatterns = [
    path("people/", persons.person_list, name="person_list"),
    path("people/add/", persons.person_add, name="person_add"),
    path("people/<uuid:person>/", persons.person_detail, name="person_detail"),
    path("people/<uuid:person>/edit/", persons.person_edit, name="person_edit"),
    path("people/<uuid:person>/posts/add/", posts.post_assign, name="post_assign"),
    path("people/<uuid:person>/account/open/", accounts.account_open, name="account_open"),
    path("people/<uuid:person>/account/reset/", accounts.account_reset, name="account_reset"),
    path("people/<uuid:person>/account/close/", accounts.account_close, name="account_close"),
    path("people/<uuid:person>/account/reopen/", accounts.account_reopen, name="account_reopen"),
    path("people/<uuid:person>/account/unlock/", accounts.account_unlock, name="account_unlock"),
    path("people/<uuid:person>/sessions/", sessions.account_sessions, name="account_sessions"),
    path("people/<uuid:person>/sessions/<int:session>/end/", sessions.account_session_end, name="account_session_end"),
    path("people/posts/", posts.post_list, name="post_list"),
    path("people/posts/<uuid:post>/end/", posts.post_end, name="post_end"),
    path("people/units/", units.unit_list, name="unit_list"),
    path("people/units/export.<slug:form>", exports.UNITS.view(), name="export_units"),
    path("people/units/add/", units.unit_add, name="unit_add"),
    path("people/units/<uuid:unit>/", units.unit_detail, name="unit_detail"),
    path("people/units/<uuid:unit>/edit/", units.unit_edit, name="unit_edit"),
    path("people/<uuid:person>/credentials/add/", credentials.person_credential_add, name="person_credential_add"),
    path("people/units/<uuid:unit>/credentials/add/", credentials.unit_credential_add, name="unit_credential_add"),
    path("people/credentials/", credentials.credential_list, name="credential_list"),
    path("people/credentials/<uuid:credential>/paper/", credentials.credential_paper, name="credential_paper"),
    path("people/credentials/<uuid:credential>/withdraw/", credentials.credential_withdraw, name="credential_withdraw"),
    path("people/divisions/", divisions.division_list, name="division_list"),
    path("apply/", applying.unit_apply, name="unit_apply"),
    path("apply/sent/", applying.unit_apply_sent, name="unit_apply_sent"),
    path("apply/state/", applying.unit_apply_state, name="unit_apply_state"),
    path("applications/", applications.application_list, name="application_list"),
    path("applications/add/", applications.application_add, name="application_add"),
    path("applications/<uuid:application>/", applications.application_detail, name="application_detail"),
    path("applications/<uuid:application>/confirm/", applications.application_confirm, name="application_confirm"),
    path("applications/<uuid:application>/return/", applications.application_return, name="application_return"),
    path("applications/<uuid:application>/letter/", applications.application_letter, name="application_letter"),
    path("applications/<uuid:application>/picture/", applications.application_picture, name="application_picture"),
    path("duty/", duty.duty_page, name="duty"),
    path("duty/begin/", duty.duty_begin, name="duty_begin"),
    path("duty/end/", duty.duty_end, name="duty_end"),
    path("duty/hand-over/", duty.duty_hand_over, name="duty_hand_over"),
    path("me/", profile.profile, name="profile"),
    path("me/sessions/", profile.session_list, name="session_list"),
    path("me/sessions/<int:session>/end/", profile.session_end, name="session_end"),
]
