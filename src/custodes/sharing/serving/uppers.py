"""The upper platforms that the gateway registers with: of each link in force, with a password that it can open."""

from __future__ import annotations

from django.utils import timezone

from custodes.places.models import Gateway
from custodes.sharing.links.certificates import certificate_of
from custodes.sharing.links.platforms import own_of
from custodes.sharing.links.reaching import lines_of
from custodes.sharing.models import Link, LinkState, Platform, PlatformRole
from custodes.sharing.serving.paging import tag_of
from custodes.video.wire.uppers import GatewayUpper, GatewayUppers


def uppers_of(gateway: Gateway) -> GatewayUppers:
    """All of them. Without an address, an own platform, or a password that was sealed to the key which the gateway has now, there is nothing
    to register with; the link's page says so."""
    rows = Link.objects.filter(state=LinkState.IN_FORCE, platform__role=PlatformRole.UPPER)
    told = []
    for link in rows.select_related("platform", "office__division").order_by("pk"):
        own = own_of(link.office)
        assert link.platform is not None
        if own is not None and link.platform.host and opens(link, gateway):
            told.append(upper_of(link, link.platform, own, gateway))
    return GatewayUppers(gateway=gateway.name, uppers=tuple(told))


def opens(link: Link, gateway: Gateway) -> bool:
    """Whether its password was sealed to the key that the gateway has now."""
    return bool(link.sealed_password) and link.sealed_to == gateway.seal_key


def upper_of(link: Link, platform: Platform, own: Platform, gateway: Gateway) -> GatewayUpper:
    """As the gateway is told it."""
    return GatewayUpper.model_validate(
        {
            "link": link.pk,
            "id": platform.gb_id,
            "own": own.gb_id,
            "sealed_password": link.sealed_password,
            "hosts": lines_of(platform.hosts),
            "media": lines_of(platform.media),
            "tree": tag_of(link, own, gateway),
            "certificate": certificate_of(platform, timezone.now()),
            "alarms": link.alarms,
            "positions": link.positions,
            **{
                name: getattr(platform, name)
                for name in ("host", "port", "transport", "edition", "charset", "expires_s", "keepalive_s", "misses")
            },
        }
    )
