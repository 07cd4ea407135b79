"""Deciding about a node's disks: orders about a volume, and that cameras keep key frames only when disks get short.

Of an order about a volume: what the node is told, and what its workers answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.places.assignment import bump
from custodes.places.models import Camera, Node, ThinningOrder, VolumeOrder
from custodes.places.register import changed_fields, record_change
from custodes.places.scope import visible_cameras
from custodes.video.wire.archive import VolumeOrderOutcome

THINNING_FIELDS = ("node", "grade", "reason", "until")


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
        record_change(by, order._meta.label_lower, str(order.pk), changed_fields(None, order, THINNING_FIELDS), at)
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


VOLUME_FIELDS = ("node", "action", "path", "volume", "shared_disk", "reason")


class VolumeOrderRefused(Exception):
    """The order can't be given; the text says why, for the person."""


def may_order_volumes(person: Person, node: Node, at: datetime) -> bool:
    """Whether no camera of the node is out of reach of the person's posts that may: its disks hold what all of them recorded."""
    every = Camera.objects.taken_in().filter(node=node)
    own = visible_cameras(person, at, Permission.MANAGE_VOLUMES)
    return not every.exclude(pk__in=own.values("pk")).exists()


def order_volume(order: VolumeOrder, by: Person, at: datetime) -> VolumeOrder:
    """Give an order; the node hears of it with its next assignment, and each of its workers carries it out once.

    Raises:
        VolumeOrderRefused: not every camera of the node is the person's to answer for, or another order about the same
            folder waits.
    """
    if not may_order_volumes(by, order.node, at):
        raise VolumeOrderRefused(_("该媒体节点上有其他单位的点位，请由对全部点位负责的系统管理员办理。"))
    order.by, order.at = by, at
    try:
        with transaction.atomic():
            order.save(force_insert=True)
            record_change(by, order._meta.label_lower, str(order.pk), changed_fields(None, order, VOLUME_FIELDS), at)
            bump(order.node)
    except IntegrityError as error:
        raise VolumeOrderRefused(_("该存储卷上一项办理还在等待媒体节点执行。请等它完成，或者先撤回。")) from error
    return order


def take_back(order: VolumeOrder, by: Person, at: datetime) -> bool:
    """Take an order back that waits; whether it still did. What a worker has carried out by then stays so.

    Raises:
        VolumeOrderRefused: not every camera of the node is the person's to answer for.
    """
    if not may_order_volumes(by, order.node, at):
        raise VolumeOrderRefused(_("该媒体节点上有其他单位的点位，请由对全部点位负责的系统管理员办理。"))
    with transaction.atomic():
        order = VolumeOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
        if order.ended_at is not None:
            return False
        order.ended_at, order.ended_by = at, by
        order.save(update_fields=["ended_at", "ended_by"])
        record_change(by, order._meta.label_lower, str(order.pk), {"ended_at": [None, at.isoformat()]}, at)
        bump(order.node)
    return True


def repeatable(order: VolumeOrder) -> bool:
    """Whether it makes sense to give it anew: a worker refused it, and nothing was ordered about that folder since."""
    if order.outcome is None or order.done:
        return False
    return not VolumeOrder.objects.filter(node=order.node, path=order.path, at__gt=order.at).exists()


def order_again(order: VolumeOrder, by: Person, at: datetime) -> VolumeOrder:
    """Give an order anew that a worker refused. Workers that have carried it out answer that it is so already.

    Raises:
        VolumeOrderRefused: as `order_volume`; or it was not refused, or is not the last one about its folder.
    """
    if not repeatable(order):
        raise VolumeOrderRefused(_("这项办理不需要重办，或者之后已有新的办理。请查看最新状态。"))
    same = {name: getattr(order, name) for name in VOLUME_FIELDS}
    return order_volume(VolumeOrder(**same), by, at)


def take_answers(node: Node, worker: int, answers: Mapping[UUID, int], at: datetime) -> None:
    """Keep what a worker says of the orders that wait; one that all workers have answered is over."""
    if not answers:
        return
    with transaction.atomic():
        waiting = VolumeOrder.objects.select_for_update(of=("self",)).filter(node=node, ended_at__isnull=True)
        over = False
        for order in waiting.filter(pk__in=answers):
            order.answers = {**order.answers, str(worker): answers[order.pk]}
            said = [order.answers.get(str(number)) for number in range(node.workers)]
            if None not in said:
                order.outcome, order.ended_at = _together([int(one) for one in said if one is not None]), at
                over = True
            order.save(update_fields=["answers", "outcome", "ended_at"])
        if over:
            bump(node)


def _together(said: list[int]) -> VolumeOrderOutcome:
    """What the workers' answers come to: the first refusal, else done where one of them did it."""
    refused = [one for one in said if one not in (VolumeOrderOutcome.DONE, VolumeOrderOutcome.ALREADY)]
    if refused:
        return VolumeOrderOutcome(refused[0])
    return VolumeOrderOutcome.DONE if VolumeOrderOutcome.DONE in said else VolumeOrderOutcome.ALREADY
