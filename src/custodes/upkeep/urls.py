"""Addresses of upkeep's pages."""

from django.urls import path

from custodes.upkeep import internal
from custodes.upkeep.views import alarms, completeness, declared, down, nodes, picture_pair, recipients, store, thinning

app_name = "upkeep"

urlpatterns = [
    path("internal/rollup", internal.rollup, name="rollup"),
    path("internal/status", internal.status, name="status"),
    path("upkeep/completeness/", completeness.completeness, name="completeness"),
    path("upkeep/completeness/<uuid:pk>/<slug:day>/", completeness.camera_day, name="camera_day"),
    path("upkeep/down/", down.down, name="down"),
    path("upkeep/nodes/", nodes.nodes, name="nodes"),
    path("upkeep/alarms/", alarms.alarm_list, name="alarms"),
    path("upkeep/alarms/history/", alarms.history, name="alarm_history"),
    path("upkeep/alarms/recipients/", recipients.recipients, name="alarm_recipients"),
    path("upkeep/alarms/recipients/sound/", recipients.preference, name="alarm_sound"),
    path("upkeep/alarms/recipients/add/", recipients.add_own, name="alarm_recipient_add"),
    path("upkeep/alarms/recipients/division/", recipients.add_division, name="alarm_recipient_division"),
    path("upkeep/alarms/recipients/<uuid:pk>/end/", recipients.end, name="alarm_recipient_end"),
    path("upkeep/alarms/recipients/<uuid:pk>/test/", recipients.test, name="alarm_recipient_test"),
    path("upkeep/alarms/<uuid:pk>/", alarms.alarm, name="alarm"),
    path("upkeep/alarms/<uuid:pk>/acknowledge/", alarms.acknowledge, name="alarm_acknowledge"),
    path("upkeep/alarms/<uuid:pk>/close/", alarms.close, name="alarm_close"),
    path("upkeep/alarms/<uuid:pk>/pictures/<uuid:camera>/", picture_pair.pair, name="alarm_pictures"),
    path("upkeep/cameras/<uuid:pk>/views/", declared.views, name="views"),
    path("upkeep/cameras/<uuid:pk>/views/look/", declared.look, name="view_look"),
    path("upkeep/cameras/<uuid:pk>/views/declare/", declared.declare, name="view_declare"),
    path("upkeep/cameras/<uuid:pk>/views/<uuid:view>/withdraw/", declared.withdraw, name="view_withdraw"),
    path("api/alarms/bell", alarms.bell, name="alarm_bell"),
    path("upkeep/store/", store.forecast, name="forecast"),
    path("upkeep/store/<int:pk>/thinning/", thinning.order, name="thinning"),
    path("upkeep/store/<int:pk>/thinning/end/", thinning.end, name="thinning_end"),
]
