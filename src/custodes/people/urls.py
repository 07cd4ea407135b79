"""Addresses of the people pages."""

from __future__ import annotations

from django.urls import path

from custodes.people.views import accounts, divisions, duty, persons, posts, profile, sessions, units

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
    path("people/units/add/", units.unit_add, name="unit_add"),
    path("people/units/<uuid:unit>/", units.unit_detail, name="unit_detail"),
    path("people/units/<uuid:unit>/edit/", units.unit_edit, name="unit_edit"),
    path("people/divisions/", divisions.division_list, name="division_list"),
    path("duty/", duty.duty_page, name="duty"),
    path("duty/begin/", duty.duty_begin, name="duty_begin"),
    path("duty/end/", duty.duty_end, name="duty_end"),
    path("duty/hand-over/", duty.duty_hand_over, name="duty_hand_over"),
    path("me/", profile.profile, name="profile"),
    path("me/sessions/", profile.session_list, name="session_list"),
    path("me/sessions/<int:session>/end/", profile.session_end, name="session_end"),
]
