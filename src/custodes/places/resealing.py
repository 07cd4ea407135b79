"""A node's sealing key is replaced: every password in the register that is sealed to it is sealed again."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from custodes.places.assignment import bump
from custodes.places.models import BatchRow, Camera, Node, OnvifLook, TrialAddress


def reseal(node_name: str, seal_key: str, again: Callable[[str], str | None]) -> list[UUID]:
    """Seal the passwords of a node's cameras again, and give the node its new key: all in one transaction.

    An address on trial has to be tried once more afterwards: what was tried is tied to the sealed text.

    Args:
        seal_key: the node's new public half, raw 32 bytes in base64.
        again: a sealed password, sealed to the new key; None when it does not open.

    Returns:
        Cameras whose password did not open. It is left as it is: it was of no use before.

    Raises:
        Node.DoesNotExist: no such node; nothing was changed.
    """
    left: list[UUID] = []
    with transaction.atomic():
        list(Camera.objects.select_for_update().filter(node__name=node_name).order_by("pk").values_list("pk"))
        node = Node.objects.select_for_update().get(name=node_name)
        for camera in Camera.objects.filter(node=node).exclude(sealed_password=""):
            if (sealed := again(camera.sealed_password)) is None:
                left.append(camera.pk)
            elif sealed != camera.sealed_password:
                Camera.objects.filter(pk=camera.pk).update(sealed_password=sealed)
        for trial in TrialAddress.objects.filter(camera__node=node).exclude(sealed_password=""):
            if (sealed := again(trial.sealed_password)) is None:
                left.append(trial.camera_id)
            elif sealed != trial.sealed_password:
                TrialAddress.objects.filter(pk=trial.pk).update(sealed_password=sealed)
        OnvifLook.objects.filter(camera__node=node).delete()  # minutes old at most: looked at once more
        for row in BatchRow.objects.filter(batch__node=node).exclude(sealed_password=""):
            # One that does not open is asked for again at its row.
            BatchRow.objects.filter(pk=row.pk).update(sealed_password=again(row.sealed_password) or "")
        Node.objects.filter(pk=node.pk).update(seal_key=seal_key)
        bump(node)
    return sorted(set(left))
