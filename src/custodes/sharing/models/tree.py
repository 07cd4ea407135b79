"""The tree that one upper platform is shown: business groups and virtual organisations (types 215 and 216), cameras in them, ids of its own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NodeKind(models.TextChoices):
    """By the type of its id (GB/T 28181 Annex D, Annex O)."""

    GROUP = "group", pgettext_lazy("共享目录", "业务分组")
    ORGANISATION = "organisation", pgettext_lazy("共享目录", "虚拟组织")


class SharedNode(models.Model):
    """A business group, or a virtual organisation under one.

    Attributes:
        gb_id: 20 digits of type 215 or 216, once in its link.
        parent: the node above; None for a group, which hangs under the own platform.
        path: keys from the group down, ``/3/17/``: a subtree is what begins with it.
    """

    link = models.ForeignKey("sharing.Link", models.PROTECT, related_name="nodes")
    kind = models.CharField(max_length=12, choices=NodeKind)
    gb_id = models.CharField(max_length=20)
    name = models.CharField(_("名称"), max_length=80)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=120, editable=False)

    #: Set by pages: how deep it stands, 0 for a group, and how many cameras hang on it.
    depth: int
    cameras_shown: int

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["link", "gb_id"], name="sharing_node_id_once"),
            models.CheckConstraint(
                condition=Q(kind=NodeKind.GROUP.value, parent__isnull=True)
                | Q(kind=NodeKind.ORGANISATION.value, parent__isnull=False),
                name="sharing_group_is_at_the_top",
            ),
        ]
        indexes = [models.Index(fields=["link", "path"], name="sharing_node_by_path")]

    def __str__(self) -> str:
        return self.name


class SharedCamera(models.Model):
    """A camera under the id by which one upper knows it.

    The row outlives its place in the tree (`node` None): a camera that comes back has its id, and no other camera is ever given it.

    Attributes:
        by, at: who hung it there, moved it or took it out last, and when.
        placed: revision of the link behind the step that hung it where it hangs: what a grant that was approved before does not reach.
    """

    link = models.ForeignKey("sharing.Link", models.PROTECT, related_name="shared")
    camera = models.ForeignKey("places.Camera", models.PROTECT, related_name="shared")
    channel = models.CharField(max_length=20)
    node = models.ForeignKey(SharedNode, models.PROTECT, null=True, related_name="cameras")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    placed = models.PositiveIntegerField(editable=False)

    class Meta:
        ordering = ["channel"]
        constraints = [
            models.UniqueConstraint(fields=["link", "camera"], name="sharing_camera_once"),
            models.UniqueConstraint(fields=["link", "channel"], name="sharing_channel_once"),
        ]
        indexes = [models.Index(fields=["node", "channel"], name="sharing_camera_by_node")]

    def __str__(self) -> str:
        return self.channel


class TreeChange(models.Model):
    """What one step changed in a tree, in parts of bounded length: whoever asks later finds what an upper was shown. Never changed.

    Attributes:
        part: from 0 on, in the order of the step.
        lines: ``[camera, channel, node]`` of cameras, node empty where one was taken out; ``[node, node above, name]`` of nodes, name
            empty where one was removed. The step's event tells which.
    """

    step = models.ForeignKey("cases.CaseStep", models.PROTECT, related_name="changes")
    part = models.PositiveIntegerField()
    lines = models.JSONField(default=list)

    class Meta:
        ordering = ["step__seq", "part"]
        constraints = [models.UniqueConstraint(fields=["step", "part"], name="sharing_tree_change_once")]

    def __str__(self) -> str:
        return f"{self.step_id} {self.part}"
