"""What an installation has before the story is planted."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from custodes.demo import plant
from custodes.places.devices import entering
from custodes.places.devices.gateways import register_own_gateway
from custodes.places.models import Node
from custodes.settings import get_settings
from tests.places.stage import public


def stage(monkeypatch, key):
    train(monkeypatch)
    Node.objects.create(
        name=get_settings().node_name, public_key="x", seal_key=public(X25519PrivateKey.generate()), workers=2
    )
    register_own_gateway("gateway-1", "http://127.0.0.1:8090", "x", public(key))


def train(monkeypatch):
    training = get_settings().model_copy(update={"training": True})
    for module in (plant, entering):
        monkeypatch.setattr(module, "get_settings", lambda: training)
