"""Failed sign-ins, counted by user name."""

from __future__ import annotations

from django.db import models


class SignInLock(models.Model):
    """Failed sign-ins for one user name, whether or not an account has it: locking tells a guesser nothing."""

    username = models.CharField(max_length=60, unique=True)
    failures = models.PositiveIntegerField(default=0)
    first_failed_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.username
