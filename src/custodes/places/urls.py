"""Addresses of the register's pages."""

from django.urls import path

from custodes.places import internal
from custodes.places.views import address, batch, bulk, camera, lists, preview, site, sound, steering, system, wizard

app_name = "places"

urlpatterns = [
    path("internal/assignment", internal.assignment, name="assignment"),
    path("cameras/", lists.camera_list, name="camera_list"),
    path("systems/", lists.system_list, name="system_list"),
    path("sites/", lists.site_list, name="site_list"),
    path("sites/new/", site.site_add, name="site_add"),
    path("sites/<uuid:pk>/", site.site, name="site"),
    path("sites/<uuid:pk>/edit/", site.site_edit, name="site_edit"),
    path("sites/<uuid:pk>/roles/", site.role_add, name="site_role_add"),
    path("sites/<uuid:pk>/roles/<int:role>/end/", site.role_end, name="site_role_end"),
    path("sites/<uuid:site>/systems/new/", system.system_add, name="system_add"),
    path("systems/<uuid:pk>/", system.system, name="system"),
    path("systems/<uuid:pk>/edit/", system.system_edit, name="system_edit"),
    path("systems/<uuid:pk>/roles/", system.role_add, name="system_role_add"),
    path("systems/<uuid:pk>/roles/<int:role>/end/", system.role_end, name="system_role_end"),
    path("systems/<uuid:pk>/posts/", system.post_add, name="post_add"),
    path("systems/<uuid:pk>/posts/<int:link>/remove/", system.post_remove, name="post_remove"),
    path("systems/<uuid:system>/cameras/new/", camera.camera_add, name="camera_add"),
    path("systems/<uuid:system>/cameras/add/", wizard.place, name="wizard"),
    path("cameras/<uuid:pk>/source/", wizard.source, name="source"),
    path("cameras/<uuid:pk>/source/template/", wizard.source_template, name="source_template"),
    path("cameras/<uuid:pk>/source/onvif/", wizard.source_onvif, name="source_onvif"),
    path("cameras/<uuid:pk>/source/channel/", wizard.source_channel, name="source_channel"),
    path("cameras/<uuid:pk>/source/hand/", wizard.source_hand, name="source_hand"),
    path("cameras/<uuid:pk>/naming/", wizard.naming, name="naming"),
    path("cameras/<uuid:pk>/added/", wizard.added, name="added"),
    path("systems/<uuid:system>/cameras/bulk/", bulk.bulk_add, name="bulk_add"),
    path("systems/<uuid:system>/cameras/recorder/", bulk.recorder_add, name="recorder_add"),
    path("cameras/address-preview/", preview.address_preview, name="address_preview"),
    path("cameras/template.xlsx", bulk.bulk_template, name="bulk_template"),
    path("batches/<uuid:pk>/", batch.batch, name="batch"),
    path("batches/<uuid:pk>/progress/", batch.batch_progress, name="batch_progress"),
    path("batches/<uuid:pk>/register/", bulk.batch_register, name="batch_register"),
    path("batches/<uuid:pk>/probe/", bulk.batch_probe, name="batch_probe"),
    path("batches/<uuid:pk>/discard/", bulk.batch_discard, name="batch_discard"),
    path("cameras/<uuid:pk>/", camera.camera, name="camera"),
    path("cameras/<uuid:pk>/edit/", camera.camera_edit, name="camera_edit"),
    path("cameras/<uuid:pk>/clock/", camera.camera_clock, name="camera_clock"),
    path("cameras/<uuid:pk>/steering/", steering.camera_steering, name="camera_steering"),
    path("cameras/<uuid:pk>/retire/", camera.camera_retire, name="camera_retire"),
    path("cameras/<uuid:pk>/sound/", sound.sound, name="sound"),
    path("cameras/<uuid:pk>/sound/off/", sound.sound_off, name="sound_off"),
    path("cameras/<uuid:pk>/address/", address.address, name="address"),
    path("cameras/<uuid:pk>/check/", address.check, name="check"),
    path("cameras/<uuid:pk>/probe/", address.probe, name="probe"),
    path("cameras/<uuid:pk>/certificate/", address.confirm, name="confirm"),
    path("cameras/<uuid:pk>/adopt/", address.adopt, name="adopt"),
]
