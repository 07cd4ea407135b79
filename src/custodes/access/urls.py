"""Addresses of the pages and of the API."""

from django.urls import path

from custodes.access.api import api
from custodes.access.views import hold_steps, holds, live, still, viewings
from custodes.access.views.agency import approvals, filling, lists, looking, packages, page

app_name = "access"

urlpatterns = [
    path("live/", live.wall, name="wall"),
    path("live/<uuid:pk>/", live.camera, name="camera"),
    path("cameras/<uuid:pk>/still/", still.still, name="still"),
    path("viewings/", viewings.mine, name="viewings"),
    path("viewings/all/", viewings.everybody, name="viewings_all"),
    path("viewings/<uuid:pk>/stop/", viewings.stop, name="stop"),
    path("holds/", holds.holds, name="holds"),
    path("holds/new/", holds.place, name="hold_place"),
    path("holds/<uuid:pk>/", holds.one, name="hold"),
    path("holds/<uuid:pk>/papers/<uuid:paper>/", holds.paper, name="hold_paper"),
    path("holds/<uuid:pk>/review/", hold_steps.review, name="hold_review"),
    path("holds/<uuid:pk>/release/ask/", hold_steps.ask_release, name="hold_ask_release"),
    path("holds/<uuid:pk>/release/confirm/", hold_steps.confirm_release, name="hold_confirm_release"),
    path("holds/<uuid:pk>/release/decline/", hold_steps.decline_release, name="hold_decline_release"),
    path("requests/", lists.requests, name="requests"),
    path("requests/export.<str:form>", lists.export, name="requests_export"),
    path("requests/new/", filling.begin, name="request_begin"),
    path("requests/approvals/", approvals.approvals, name="request_approvals"),
    path("requests/<uuid:pk>/", page.detail, name="request"),
    path("requests/<uuid:pk>/fill/<slug:page>/", filling.fill, name="request_fill"),
    path("requests/<uuid:pk>/cameras/", filling.cameras, name="request_cameras"),
    path("requests/<uuid:pk>/submit/", filling.submit, name="request_submit"),
    path("requests/<uuid:pk>/confirm/", filling.confirm, name="request_confirm"),
    path("requests/<uuid:pk>/again/", filling.again, name="request_again"),
    path("requests/<uuid:pk>/do/<slug:event>/", page.act, name="request_act"),
    path("requests/<uuid:pk>/papers/add/", filling.paper_add, name="request_paper_add"),
    path("requests/<uuid:pk>/papers/<uuid:paper>/", filling.paper, name="request_paper"),
    path("requests/<uuid:pk>/look/", looking.look, name="request_look"),
    path("requests/<uuid:pk>/sit/", looking.sit, name="request_sit"),
    path("requests/<uuid:pk>/rise/", looking.rise, name="request_rise"),
    path("requests/<uuid:pk>/packages/<uuid:package>/", packages.detail, name="package"),
    path("requests/<uuid:pk>/packages/<uuid:package>/progress/", packages.progress, name="package_progress"),
    path("requests/<uuid:pk>/packages/<uuid:package>/hand/", packages.hand_over, name="package_hand"),
    path("requests/<uuid:pk>/packages/<uuid:package>/signed/", packages.signed, name="package_signed"),
    path("evidence/keys.txt", packages.keys, name="evidence_keys"),
    path("api/", api.urls),
]
