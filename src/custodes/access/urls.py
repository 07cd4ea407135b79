"""Addresses of the pages and of the API."""

from django.urls import path

from custodes.access.api import api
from custodes.access.holds.pages import HOLDS, place
from custodes.access.individual.pages import INDIVIDUALS, individual_new, missing_turn
from custodes.access.missing import pages as missing
from custodes.access.ownimage.pages import OWN_IMAGES, own_image_answer, own_image_copy, own_image_new, own_image_reopen
from custodes.access.views import choosing, embargo, findings, live, session, viewings
from custodes.access.views.agency import choosing as agency_choosing
from custodes.access.views.agency import filling, lists, looking, narrowing, packages
from custodes.access.views.agency.page import REQUESTS
from custodes.access.views.release import masks as release_masks
from custodes.access.views.release import page as release_page

app_name = "access"

urlpatterns = [
    path("live/", live.wall, name="wall"),
    path("live/<uuid:pk>/", live.camera, name="camera"),
    path("cameras/<uuid:pk>/still/", live.still, name="still"),
    path("viewings/", viewings.mine, name="viewings"),
    path("viewings/all/", viewings.everybody, name="viewings_all"),
    path("viewings/exports/viewings.<slug:form>", viewings.export, name="viewings_export"),
    path("viewings/review/", findings.findings, name="findings"),
    path("viewings/review/exports/review.<slug:form>", findings.export, name="findings_export"),
    *findings.PAGES.urls("viewings/review/", {}),
    path("viewings/<uuid:pk>/stop/", viewings.stop, name="stop"),
    path("holds/new/", place, name="hold_place"),
    *HOLDS.urls("holds/", {}),
    path("requests/", lists.requests, name="requests"),
    path("requests/export.<str:form>", lists.export, name="requests_export"),
    path("requests/new/", filling.begin, name="request_begin"),
    path("requests/approvals/", lists.approvals, name="request_approvals"),
    *REQUESTS.urls("requests/", {}),
    path("requests/<uuid:pk>/embargo/", embargo.page, name="embargo"),
    path("requests/<uuid:pk>/embargo/<slug:event>/", embargo.act, name="embargo_act"),
    path("requests/<uuid:pk>/fill/<slug:page>/", filling.fill, name="request_fill"),
    path("requests/<uuid:pk>/cameras/", agency_choosing.cameras, name="request_cameras"),
    path("requests/<uuid:pk>/again/", filling.again, name="request_again"),
    path("requests/<uuid:pk>/papers/add/", filling.paper_add, name="request_paper_add"),
    path("requests/<uuid:pk>/papers/<uuid:paper>/", filling.paper, name="request_paper"),
    path("requests/<uuid:pk>/look/", looking.look, name="request_look"),
    path("requests/<uuid:pk>/sit/", looking.sit, name="request_sit"),
    path("requests/<uuid:pk>/rise/", looking.rise, name="request_rise"),
    path("requests/<uuid:pk>/packages/<uuid:package>/", packages.detail, name="package"),
    path("requests/<uuid:pk>/packages/<uuid:package>/progress/", packages.progress, name="package_progress"),
    path("requests/<uuid:pk>/packages/<uuid:package>/hand/", packages.hand_over, name="package_hand"),
    path("requests/<uuid:pk>/packages/<uuid:package>/signed/", packages.signed, name="package_signed"),
    path("requests/<uuid:pk>/narrow/", narrowing.propose, name="request_narrow"),
    path("requests/<uuid:pk>/narrow/<uuid:narrowing>/<slug:answer>/", narrowing.answer, name="request_narrow_answer"),
    path("choosing/window/", choosing.window, name="choosing_window"),
    path("evidence/keys.txt", packages.keys, name="evidence_keys"),
    path("release/new/", release_page.propose, name="release_propose"),
    *release_page.routes(),
    path("release/<uuid:pk>/complete/", release_page.complete, name="release_complete"),
    path("release/<uuid:pk>/progress/", release_page.progress, name="release_progress"),
    path("release/<uuid:pk>/masks/", release_masks.masks, name="release_masks"),
    path("release/<uuid:pk>/film.mp4", release_masks.film, name="release_film"),
    path("release/<uuid:pk>/tracks/", release_masks.tracks, name="release_tracks"),
    path("release/<uuid:pk>/tracks/save/", release_masks.save, name="release_save"),
    path("release/<uuid:pk>/leaks/", release_masks.leaks, name="release_leaks"),
    path("release/<uuid:pk>/copy.mp4", release_masks.copy, name="release_copy"),
    path("release/<uuid:pk>/publication/", release_page.publication, name="release_publication"),
    path("release/<uuid:pk>/papers/<uuid:paper>/", release_page.paper, name="release_paper"),
    path("missing/new/", missing.missing_open, name="missing_open"),
    path("missing/new/check/", missing.missing_check, name="missing_check"),
    *missing.routes(),
    path("missing/<uuid:pk>/facts/", missing.missing_facts, name="missing_facts"),
    path("missing/<uuid:pk>/scope/", missing.missing_scope, name="missing_scope"),
    path("missing/<uuid:pk>/papers/", missing.missing_paper_add, name="missing_paper_add"),
    path("missing/<uuid:pk>/papers/<uuid:paper>/", missing.missing_paper, name="missing_paper"),
    path("missing/<uuid:pk>/session/", session.session_begin, name="session_begin"),
    path("missing/<uuid:pk>/session/<slug:kind>/", session.session_alone, name="session_alone"),
    path("missing/<uuid:pk>/turn/", missing_turn, name="missing_turn"),
    path("individual/new/", individual_new, name="individual_new"),
    *INDIVIDUALS.urls("individual/", {}),
    path("individual/<uuid:pk>/session/", session.individual_session, name="individual_session"),
    path("own-image/new/", own_image_new, name="own_image_new"),
    *OWN_IMAGES.urls("own-image/", {}),
    path("own-image/<uuid:pk>/answer/", own_image_answer, name="own_image_answer"),
    path("own-image/<uuid:pk>/copy/", own_image_copy, name="own_image_copy"),
    path("own-image/<uuid:pk>/reopen/", own_image_reopen, name="own_image_reopen"),
    path("own-image/<uuid:pk>/check/", session.own_image_check, name="own_image_check"),
    path("own-image/<uuid:pk>/session/", session.own_image_session, name="own_image_session"),
    path("sessions/<uuid:pk>/", session.session, name="session"),
    path("sessions/<uuid:pk>/pictured/", session.session_pictured, name="session_pictured"),
    path("sessions/<uuid:pk>/end/", session.session_end, name="session_end"),
    path("sessions/<uuid:pk>/find/", session.session_find, name="session_find"),
    path("api/", api.urls),
]
