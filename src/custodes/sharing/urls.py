"""Addresses of sharing; those under ``directory/`` need no account."""

from django.urls import path

from custodes.sharing.serving import internal
from custodes.sharing.stating.internal import gateway_stating
from custodes.sharing.views import (
    cooperation,
    directory,
    directory_steps,
    letters,
    link_steps,
    links,
    platforms,
    public,
    served,
    tree,
    who,
)

app_name = "sharing"

urlpatterns = [
    path("directory/", public.directories, name="public"),
    path("directory/<uuid:pk>/", public.version, name="public_version"),
    path("directory/<uuid:pk>/directory.<slug:form>", public.file, name="public_file"),
    path("sharing/", who.who, name="who"),
    path("sharing/who/<uuid:unit>/<slug:event>/", letters.issue, name="letter_issue"),
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
    path("sharing/links/", links.links, name="links"),
    path("sharing/links/ask/", link_steps.ask, name="link_ask"),
    path("sharing/links/<uuid:pk>/", links.detail, name="link"),
    path("sharing/links/<uuid:pk>/do/<slug:event>/", link_steps.act, name="link_act"),
    path("sharing/links/<uuid:pk>/test/", link_steps.test, name="link_test"),
    path("sharing/links/<uuid:pk>/password/", link_steps.password, name="link_password"),
    path("sharing/links/<uuid:pk>/grant/", link_steps.grant, name="link_grant"),
    path("sharing/links/<uuid:pk>/papers/<uuid:paper>/", links.paper, name="link_paper"),
    path("sharing/links/<uuid:pk>/served/", served.served, name="served"),
    path("sharing/links/<uuid:pk>/tree/", tree.tree, name="tree"),
    path("sharing/links/<uuid:pk>/tree/do/<slug:event>/", tree.act, name="tree_act"),
    path("sharing/grants/<uuid:pk>/do/<slug:event>/", link_steps.grant_act, name="grant_act"),
    path("sharing/platforms/new/", platforms.new, name="platform_new"),
    path("sharing/platforms/<uuid:pk>/", platforms.detail, name="platform"),
    path("sharing/platforms/<uuid:pk>/handed/", platforms.handed, name="platform_handed"),
    path("sharing/platforms/<uuid:pk>/link/", platforms.begin, name="platform_link"),
    path("sharing/cooperation/", cooperation.cooperations, name="cooperations"),
    path("sharing/cooperation/new/", cooperation.new, name="cooperation_new"),
    path("sharing/cooperation/<uuid:pk>/", cooperation.detail, name="cooperation"),
    path("sharing/cooperation/<uuid:pk>/do/<slug:event>/", cooperation.act, name="cooperation_act"),
    path("sharing/cooperation/<uuid:pk>/papers/<uuid:paper>/", cooperation.paper, name="cooperation_paper"),
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
    path("internal/gateway/stating", gateway_stating, name="gateway_stating"),
]
