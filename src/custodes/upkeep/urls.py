"""Addresses of upkeep's pages."""

from django.urls import path

from custodes.upkeep import internal
from custodes.upkeep.views import alarms, completeness, declared, down, escalation, hours, nodes, picture_pair, plans, recipients, store, thinning, volumes

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
    path("upkeep/alarms/escalation/", escalation.rules, name="alarm_escalation"),
    path("upkeep/alarms/escalation/set/", escalation.set_rule, name="alarm_escalation_set"),
    path("upkeep/alarms/escalation/<int:pk>/end/", escalation.end, name="alarm_escalation_end"),
    path("upkeep/alarms/<uuid:pk>/", alarms.alarm, name="alarm"),
    path("upkeep/alarms/<uuid:pk>/acknowledge/", alarms.acknowledge, name="alarm_acknowledge"),
    path("upkeep/alarms/<uuid:pk>/close/", alarms.close, name="alarm_close"),
    path("upkeep/alarms/<uuid:pk>/pictures/<uuid:camera>/", picture_pair.pair, name="alarm_pictures"),
    path("upkeep/cameras/<uuid:pk>/views/", declared.views, name="views"),
    path("upkeep/cameras/<uuid:pk>/views/look/", declared.look, name="view_look"),
    path("upkeep/cameras/<uuid:pk>/views/declare/", declared.declare, name="view_declare"),
    path("upkeep/cameras/<uuid:pk>/views/<uuid:view>/withdraw/", declared.withdraw, name="view_withdraw"),
    path("api/alarms/bell", alarms.bell, name="alarm_bell"),
    path("upkeep/plans/", plans.plan_list, name="plans"),
    path("upkeep/plans/new/", plans.plan_new, name="plan_new"),
    path("upkeep/plans/<uuid:pk>/", plans.plan, name="plan"),
    path("upkeep/plans/<uuid:pk>/decide/", plans.decide, name="plan_decide"),
    path("upkeep/plans/<uuid:pk>/end/", plans.end, name="plan_end"),
    path("upkeep/plans/hours/new/<uuid:camera>/", hours.hours_new, name="hours_new"),
    path("upkeep/plans/hours/<uuid:pk>/", hours.hours, name="hours"),
    path("upkeep/plans/hours/<uuid:pk>/decide/", hours.decide, name="hours_decide"),
    path("upkeep/plans/hours/<uuid:pk>/end/", hours.end, name="hours_end"),
    path("upkeep/store/", store.forecast, name="forecast"),
    path("upkeep/store/<int:pk>/thinning/", thinning.order, name="thinning"),
    path("upkeep/store/<int:pk>/thinning/end/", thinning.end, name="thinning_end"),
    path("upkeep/volumes/", volumes.volumes, name="volumes"),
    path("upkeep/volumes/<int:pk>/add/", volumes.add, name="volume_add"),
    path("upkeep/volumes/<int:pk>/<uuid:volume>/<slug:action>/", volumes.decide, name="volume_decide"),
    path("upkeep/volumes/orders/<uuid:pk>/withdraw/", volumes.withdraw, name="volume_withdraw"),
]
