"""Addresses of signing in and of second factors: those of `allauth` that this product uses, and no others.

Signing up, e-mail, password reset by mail and social accounts have no address here.
"""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path

from custodes.people.views import gone

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
    # The library asks for these names; nothing is there.
    path("signup/", gone.gone, name="account_signup"),
    path("password/set/", gone.gone, name="account_set_password"),
    path("password/reset/", gone.gone, name="account_reset_password"),
]
