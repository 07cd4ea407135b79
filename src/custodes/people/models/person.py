"""Persons: who a record names."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from custodes.people.work_number import LONGEST, tidy, valid_work_number


class Person(models.Model):
    """A person who works for a unit. A person may have an account, and holds posts.

    Attributes:
        work_number: 警号 or 工作证号, as the badge has it; empty where none was entered. No two of a unit have the same.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("姓名"), max_length=60)
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="persons", verbose_name=_("所在单位"))
    work_number = models.CharField(
        _("警号或者工作证号"), max_length=LONGEST, blank=True, validators=[valid_work_number]
    )

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "work_number"],
                condition=~Q(work_number=""),
                name="person_work_number_once",
                violation_error_message=_("警号或者工作证号：本单位已有人员使用该号码。请核对双方的工作证件。"),
            )
        ]

    def clean(self) -> None:
        """The number in one form."""
        self.work_number = tidy(self.work_number)

    def __str__(self) -> str:
        return f"{self.name} · {self.unit.name}"
