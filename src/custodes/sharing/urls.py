"""Addresses of sharing; those under ``directory/`` need no account."""

from django.urls import path

from custodes.sharing.serving import internal
from custodes.sharing.views import cooperation, directory, link_steps, links, platforms, public, tree, who

app_name = "sharing"

urlpatterns = [
    path("directory/", public.directories, name="public"),
    path("directory/<uuid:pk>/", public.version, name="public_version"),
    path("directory/<uuid:pk>/directory.<slug:form>", public.file, name="public_file"),
    path("sharing/", who.who, name="who"),
    path("sharing/who/<uuid:unit>/<slug:event>/", who.issue, name="letter_issue"),
    path("sharing/directories/", directory.directories, name="directories"),
    path("sharing/directories/begin/", directory.begin, name="directory_begin"),
    *directory.DIRECTORIES.urls("sharing/directories/", {}),
    path("sharing/directories/<uuid:pk>/add/", directory.add, name="directory_add"),
    path("sharing/directories/<uuid:pk>/entries/<int:entry>/", directory.entry, name="directory_entry"),
    path(
        "sharing/directories/<uuid:pk>/entries/<int:entry>/withdraw/",
        directory.withdraw,
        name="directory_withdraw",
    ),
    path("sharing/links/", links.links, name="links"),
    path("sharing/links/ask/", link_steps.ask, name="link_ask"),
    *links.LINKS.urls("sharing/links/", {"ask_platform": "sharing/platforms/<uuid:pk>/link/"}),
    path("sharing/links/<uuid:pk>/test/", link_steps.test, name="link_test"),
    path("sharing/links/<uuid:pk>/password/", link_steps.password, name="link_password"),
    path("sharing/links/<uuid:pk>/served/", links.served, name="served"),
    path("sharing/links/<uuid:pk>/tree/", tree.tree, name="tree"),
    path("sharing/links/<uuid:pk>/tree/do/<slug:event>/", tree.act, name="tree_act"),
    *links.GRANTS.urls("sharing/grants/", {"propose": "sharing/links/<uuid:pk>/grant/"}),
    path("sharing/platforms/new/", platforms.new, name="platform_new"),
    path("sharing/platforms/<uuid:pk>/", platforms.detail, name="platform"),
    path("sharing/platforms/<uuid:pk>/handed/", platforms.handed, name="platform_handed"),
    path("sharing/cooperation/", cooperation.cooperations, name="cooperations"),
    path("sharing/cooperation/new/", cooperation.new, name="cooperation_new"),
    *cooperation.COOPERATIONS.urls("sharing/cooperation/", {}),
    path("internal/gateway/uppers", internal.gateway_uppers, name="gateway_uppers"),
    path("internal/gateway/shown", internal.gateway_shown, name="gateway_shown"),
    path("internal/gateway/shown/off", internal.gateway_shown_off, name="gateway_shown_off"),
    path("internal/gateway/shown/positions", internal.gateway_shown_positions, name="gateway_shown_positions"),
    path("internal/gateway/shown/alarms", internal.gateway_shown_alarms, name="gateway_shown_alarms"),
    path("internal/gateway/wanted", internal.gateway_wanted, name="gateway_wanted"),
    path("internal/gateway/wanted/standing", internal.gateway_wanted_standing, name="gateway_wanted_standing"),
    path("internal/gateway/statements", internal.gateway_statements, name="gateway_statements"),
    path("internal/gateway/linktests", internal.gateway_linktests, name="gateway_linktests"),
    path("internal/gateway/linktests/tried", internal.gateway_linktests_tried, name="gateway_linktests_tried"),
    path("internal/gateway/links", internal.gateway_links, name="gateway_links"),
    path("internal/gateway/stating", internal.gateway_stating, name="gateway_stating"),
]
