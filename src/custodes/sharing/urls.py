"""Addresses of sharing; those under ``directory/`` need no account."""

from django.urls import path

from custodes.sharing.views import directory, directory_steps, public, who

app_name = "sharing"

urlpatterns = [
    path("directory/", public.directories, name="public"),
    path("directory/<uuid:pk>/", public.version, name="public_version"),
    path("directory/<uuid:pk>/directory.<slug:form>", public.file, name="public_file"),
    path("sharing/", who.who, name="who"),
    path("sharing/directories/", directory.directories, name="directories"),
    path("sharing/directories/begin/", directory_steps.begin, name="directory_begin"),
    path("sharing/directories/<uuid:pk>/", directory.detail, name="directory"),
    path("sharing/directories/<uuid:pk>/do/<slug:event>/", directory_steps.act, name="directory_act"),
    path("sharing/directories/<uuid:pk>/add/", directory_steps.add, name="directory_add"),
    path("sharing/directories/<uuid:pk>/entries/<int:entry>/", directory_steps.entry, name="directory_entry"),
    path("sharing/directories/<uuid:pk>/entries/<int:entry>/out/", directory_steps.take_out, name="directory_out"),
    path(
        "sharing/directories/<uuid:pk>/entries/<int:entry>/withdraw/",
        directory_steps.withdraw,
        name="directory_withdraw",
    ),
]
