"""Addresses of the pages and of the API."""

from django.urls import path

from custodes.access.api import api
from custodes.access.views import individual, live, missing, missing_case, session, still, turning, viewings

app_name = "access"

urlpatterns = [
    path("live/", live.wall, name="wall"),
    path("live/<uuid:pk>/", live.camera, name="camera"),
    path("cameras/<uuid:pk>/still/", still.still, name="still"),
    path("viewings/", viewings.mine, name="viewings"),
    path("viewings/all/", viewings.everybody, name="viewings_all"),
    path("viewings/<uuid:pk>/stop/", viewings.stop, name="stop"),
    path("missing/", missing.missing_list, name="missing_list"),
    path("missing/new/", missing.missing_open, name="missing_open"),
    path("missing/new/check/", missing.missing_check, name="missing_check"),
    path("missing/<uuid:pk>/", missing_case.missing, name="missing"),
    path("missing/<uuid:pk>/facts/", missing.missing_facts, name="missing_facts"),
    path("missing/<uuid:pk>/scope/", missing.missing_scope, name="missing_scope"),
    path("missing/<uuid:pk>/found/", missing_case.missing_found, name="missing_found"),
    path("missing/<uuid:pk>/stop/", missing_case.missing_stop, name="missing_stop"),
    path("missing/<uuid:pk>/review/", missing_case.missing_review, name="missing_review"),
    path("missing/<uuid:pk>/papers/", missing_case.missing_paper_add, name="missing_paper_add"),
    path("missing/<uuid:pk>/papers/<uuid:paper>/", missing_case.missing_paper, name="missing_paper"),
    path("missing/<uuid:pk>/session/", session.session_begin, name="session_begin"),
    path("missing/<uuid:pk>/session/<slug:kind>/", session.session_alone, name="session_alone"),
    path("missing/<uuid:pk>/turn/", turning.missing_turn, name="missing_turn"),
    path("individual/", individual.individual_list, name="individual_list"),
    path("individual/new/", individual.individual_new, name="individual_new"),
    path("individual/<uuid:pk>/", individual.individual, name="individual"),
    path("individual/<uuid:pk>/decide/", individual.individual_decide, name="individual_decide"),
    path("individual/<uuid:pk>/close/", individual.individual_close, name="individual_close"),
    path("individual/<uuid:pk>/session/", session.individual_session, name="individual_session"),
    path("sessions/<uuid:pk>/", session.session, name="session"),
    path("sessions/<uuid:pk>/pictured/", session.session_pictured, name="session_pictured"),
    path("sessions/<uuid:pk>/end/", session.session_end, name="session_end"),
    path("sessions/<uuid:pk>/find/", session.session_find, name="session_find"),
    path("api/", api.urls),
]
