"""What is played of a platform below, rather than of a device."""

from __future__ import annotations

import pytest

from custodes.node.gb28181.place import ChannelUrl


@pytest.fixture
def of_a_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is called is taken for a platform's channel."""
    monkeypatch.setattr(ChannelUrl, "platform", property(lambda _url: True))
