"""A media node: the process that takes cameras in, records them and shows them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Node(models.Model):
    """One node. Worker *i* listens on `port` + *i*.

    `internal_origin` is how the web reaches the workers, `browser_origin` how browsers do; both without the port.
    """

    name = models.CharField(_("节点名称"), max_length=64, unique=True)
    public_key = models.CharField(max_length=64)
    seal_key = models.CharField(max_length=64)
    workers = models.PositiveSmallIntegerField(_("工作进程"), default=1)
    port = models.PositiveIntegerField(_("起始端口"), default=8100)
    internal_origin = models.CharField(max_length=200, default="http://127.0.0.1")
    browser_origin = models.CharField(max_length=200, default="http://localhost")
    generation = models.PositiveBigIntegerField(default=1, editable=False)
    last_seen = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("媒体节点")

    def __str__(self) -> str:
        return self.name

    def worker_url(self, worker: int) -> str:
        """Where the web reaches worker `worker`."""
        return f"{self.internal_origin}:{self.port + worker}"

    def socket_url(self, worker: int) -> str:
        """The WebSocket at which browsers reach worker `worker` (wire.md §5)."""
        scheme, _sep, host = self.browser_origin.partition("://")
        return f"{'wss' if scheme == 'https' else 'ws'}://{host}:{self.port + worker}/view"
