"""Keys that are the same on each tour, whatever ran before: records say some rows by their number, or in the order of their keys."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.db.models.signals import pre_save

from custodes.access.models import HolderApprovals
from custodes.people.models import Account, DoneAlone, Person, Post, Unit
from custodes.places.models import Camera, SoundOrder, System, SystemPost
from custodes.sharing.models import SharedNode

NUMBERED = (Person, Unit, Account, DoneAlone, SharedNode, SystemPost, HolderApprovals, SoundOrder, Post)


@pytest.fixture
def counted_keys() -> Iterator[None]:
    """Of rows that are made from here on."""
    counted = {model: count(100 * place) for place, model in enumerate(NUMBERED, 1)}
    keyed = {Camera: count(1), System: count(1001)}

    def give(sender: type[Any], instance: Any, **_more: Any) -> None:
        if not instance._state.adding:
            return
        if sender in counted:
            instance.pk = next(counted[sender])
        elif sender in keyed:
            instance.pk = UUID(int=next(keyed[sender]))

    pre_save.connect(give, weak=False)
    yield
    pre_save.disconnect(give)
