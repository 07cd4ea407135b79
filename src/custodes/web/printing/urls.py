"""Addresses of the documents that are printed, and are no case's."""

from django.urls import path

from custodes.web.printing import evidence, retention, views

app_name = "print"

urlpatterns = [
    path("requests/<uuid:pk>/evidence.zip", evidence.make, name="evidence"),
    path("systems/<uuid:pk>/authorization.pdf", views.authorization_of_system, name="authorization_of_system"),
    path(
        "applications/<uuid:application>/authorization.pdf",
        views.authorization_of_application,
        name="authorization_of_application",
    ),
    path("letters/<uuid:pk>/letter.pdf", views.link_letter, name="link_letter"),
    path("retention/report.pdf", retention.retention_report, name="retention_report"),
]
