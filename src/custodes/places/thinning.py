"""Ordering that cameras of a node keep key frames only when its disks get short, and taking the order back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.places.assignment import bump
from custodes.places.models import Camera, Node, ThinningOrder
from custodes.places.register import changed_fields, record_change
from custodes.places.scope import visible_cameras

FIELDS = ("node", "grade", "reason", "until")


class OrderRefused(Exception):
    """The order can't be given; the text says why, for the person."""


def may_order(person: Person, node: Node, at: datetime) -> bool:
    """Whether every camera of the node is within the reach of the person's posts that may order it.

    The disks hold the footage of many units: nobody lowers what another unit records.
    """
    every = Camera.objects.taken_in().filter(node=node)
    own = visible_cameras(person, at, Permission.ORDER_THINNING)
    return every.exists() and not every.exclude(pk__in=own.values("pk")).exists()


def order_thinning(order: ThinningOrder, by: Person, at: datetime) -> ThinningOrder:
    """Give the order; one that holds already is replaced. The node hears of it with its next assignment.

    Raises:
        OrderRefused: the person doesn't answer for all cameras of the node.
    """
    if not may_order(by, order.node, at):
        raise OrderRefused(_("该媒体节点上有其他单位的点位，请由对全部点位负责的机关批准。"))
    with transaction.atomic():
        node = Node.objects.select_for_update().get(pk=order.node_id)
        ThinningOrder.objects.filter(node=node, ended_at__isnull=True).update(ended_at=at, ended_by=by)
        order.by, order.at = by, at
        order.save()
        record_change(by, order._meta.label_lower, str(order.pk), changed_fields(None, order, FIELDS), at)
        bump(node)
    return order


def end_thinning(node: Node, by: Person, at: datetime) -> bool:
    """Take the order of a node back; whether there was one.

    Raises:
        OrderRefused: the person doesn't answer for all cameras of the node.
    """
    if not may_order(by, node, at):
        raise OrderRefused(_("该媒体节点上有其他单位的点位，请由对全部点位负责的机关办理。"))
    with transaction.atomic():
        node = Node.objects.select_for_update().get(pk=node.pk)
        order = ThinningOrder.objects.filter(node=node, ended_at__isnull=True).first()
        if order is None:
            return False
        order.ended_at, order.ended_by = at, by
        order.save(update_fields=["ended_at", "ended_by"])
        record_change(by, order._meta.label_lower, str(order.pk), {"ended_at": [None, at.isoformat()]}, at)
        bump(node)
    return True
