"""What a browser may load and where it may connect: the content security policy and the other headers."""

from __future__ import annotations

from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from custodes.settings import Settings

#: Features that no page uses; passkeys and full screen stay with this origin.
PERMISSIONS_POLICY = ", ".join(
    [
        "accelerometer=()",
        "autoplay=(self)",
        "camera=()",
        "display-capture=()",
        "fullscreen=(self)",
        "geolocation=()",
        "gyroscope=()",
        "magnetometer=()",
        "microphone=()",
        "payment=()",
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
        "usb=()",
    ]
)

#: Of the one page from which one speaks through a camera, for whom may: the browser asks its user all the same.
WITH_MICROPHONE = PERMISSIONS_POLICY.replace("microphone=()", "microphone=(self)")


def worker_origins(settings: Settings) -> list[str]:
    """WebSocket origins of the node's workers: worker *i* listens on the port base + *i*."""
    parts = urlsplit(settings.node_origin)
    scheme = "wss" if parts.scheme == "https" else "ws"
    return [f"{scheme}://{parts.hostname}:{settings.node_port + i}" for i in range(settings.worker_count)]


def content_security_policy(settings: Settings) -> dict[str, object]:
    """The policy for `django-csp`: nothing from elsewhere, nothing inline, no frames; the map's tiles where a server of them is set."""
    tiles = [settings.map_origin] if settings.map_origin else []
    return {
        "DIRECTIVES": {
            "default-src": [SELF],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, "blob:", "data:", *tiles],
            "media-src": [SELF, "blob:"],
            "font-src": [SELF],
            "worker-src": [SELF, "blob:"],
            "connect-src": [SELF, *worker_origins(settings), *tiles],
            "object-src": [NONE],
            "base-uri": [NONE],
            "form-action": [SELF],
            "frame-ancestors": [NONE],
        }
    }
