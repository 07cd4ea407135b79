"""Persons: who a record names."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Person(models.Model):
    """A person who works for a unit. A person may have an account, and holds posts."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("姓名"), max_length=60)
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="persons", verbose_name=_("所在单位"))

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("人员")
        verbose_name_plural = _("人员")

    def __str__(self) -> str:
        return f"{self.name} · {self.unit.name}"
