"""The city's platform and a request to it for the school's gate, and an hour at which nothing is odd."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from tests.access.looks.platform import Platform
from tests.places.stage import Stage

NOON = datetime.time(12)


@pytest.fixture
def platform(stage: Stage) -> Platform:
    return Platform.on(stage)


@pytest.fixture
def noon() -> datetime.datetime:
    """Noon of today in the installation's zone."""
    return timezone.make_aware(datetime.datetime.combine(timezone.localdate(), NOON))
