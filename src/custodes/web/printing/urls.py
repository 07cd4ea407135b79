"""Addresses of the documents that are printed."""

from django.urls import path

from custodes.web.printing import views

app_name = "print"

urlpatterns = [
    path("filings/<uuid:pk>/form.pdf", views.filing_form, name="filing_form"),
    path("filings/<uuid:pk>/receipt.pdf", views.filing_receipt, name="filing_receipt"),
    path("removals/<uuid:pk>/report.pdf", views.removal_report, name="removal_report"),
    path("systems/<uuid:pk>/dossier.pdf", views.dossier_index, name="dossier_index"),
    path("systems/<uuid:pk>/acceptance.pdf", views.acceptance_report, name="acceptance_report"),
]
