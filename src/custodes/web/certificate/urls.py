"""The authority's certificate, for those who have to trust it before they can sign in."""

from __future__ import annotations

from django.urls import path

from custodes.web.certificate import pages

app_name = "certificate"
urlpatterns = [
    path("", pages.page, name="page"),
    path("ca.crt", pages.as_der, name="der"),
    path("ca.pem", pages.as_pem, name="pem"),
]
