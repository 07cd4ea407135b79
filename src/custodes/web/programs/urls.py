"""Addresses of the description. Those of the interface itself are `api.addresses`."""

from django.urls import path

from custodes.web.programs import reference

app_name = "programs"

urlpatterns = [
    path("reference/", reference.reference, name="reference"),
    path("openapi.json", reference.openapi, name="openapi"),
]
