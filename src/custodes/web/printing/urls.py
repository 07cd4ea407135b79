"""Addresses of the documents that are printed."""

from django.urls import path

from custodes.web.printing import (
    evidence,
    individual,
    letters,
    missing,
    own_image,
    release,
    requests,
    retention,
    sharing,
    views,
)

app_name = "print"

urlpatterns = [
    path("filings/<uuid:pk>/form.pdf", views.filing_form, name="filing_form"),
    path("filings/<uuid:pk>/receipt.pdf", views.filing_receipt, name="filing_receipt"),
    path("removals/<uuid:pk>/report.pdf", views.removal_report, name="removal_report"),
    path("changes/<uuid:pk>/form.pdf", views.change_form, name="change_form"),
    path("upgrades/<uuid:pk>/notice.pdf", views.upgrade_notice, name="upgrade_notice"),
    path("requests/<uuid:pk>/form.pdf", requests.request_form, name="request_form"),
    path("requests/<uuid:pk>/refusal.pdf", requests.request_refusal, name="request_refusal"),
    path("requests/<uuid:pk>/undertaking.pdf", requests.undertaking, name="undertaking"),
    path("requests/<uuid:pk>/extraction.pdf", requests.extraction_note, name="extraction_note"),
    path("requests/<uuid:pk>/evidence.zip", evidence.make, name="evidence"),
    path("requests/<uuid:pk>/copy.pdf", requests.copy_note, name="copy_note"),
    path("systems/<uuid:pk>/authorization.pdf", letters.of_system, name="authorization_of_system"),
    path(
        "applications/<uuid:application>/authorization.pdf", letters.of_application, name="authorization_of_application"
    ),
    path("individual/<uuid:pk>/notice.pdf", individual.individual_notice, name="individual_notice"),
    path("releases/<uuid:pk>/form.pdf", release.release_form, name="release_form"),
    path("own-image/<uuid:pk>/reply.pdf", own_image.own_image_reply, name="own_image_reply"),
    path("missing/<uuid:pk>/sheet.pdf", missing.missing_sheet, name="missing_sheet"),
    path("missing/<uuid:pk>/pledge.pdf", missing.missing_pledge, name="missing_pledge"),
    path("systems/<uuid:pk>/dossier.pdf", views.dossier_index, name="dossier_index"),
    path("letters/<uuid:pk>/letter.pdf", sharing.link_letter, name="link_letter"),
    path("cooperation/<uuid:pk>/request.pdf", sharing.cooperation_request, name="cooperation_request"),
    path("cooperation/<uuid:pk>/urging.pdf", sharing.cooperation_urging, name="cooperation_urging"),
    path("directories/<uuid:pk>/draft.pdf", sharing.directory_draft, name="directory_draft"),
    path("retention/report.pdf", retention.retention_report, name="retention_report"),
    path("systems/<uuid:pk>/acceptance.pdf", views.acceptance_report, name="acceptance_report"),
]
