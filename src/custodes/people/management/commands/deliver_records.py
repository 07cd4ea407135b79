"""`deliver_records`: take what waits in the outbox to the notary once, by hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from custodes.ledger.client import NotaryClient, NotaryUnavailable
from custodes.people import delivery
from custodes.settings import get_settings


class Command(BaseCommand):
    """Deliver once; exit 1 when the notary can't be reached or records were refused."""

    help = "Deliver the records that wait in the outbox to the notary. The web process does this by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        """Deliver and say how many."""
        with NotaryClient(get_settings().notary_socket_path) as notary:
            try:
                delivered = delivery.deliver(notary, timezone.now())
            except NotaryUnavailable as error:
                raise CommandError(f"{error}; {delivery.waiting()} records wait") from error
        self.stdout.write(f"{delivered} delivered, {delivery.waiting()} waiting")
        if delivery.waiting():
            raise CommandError("some records were refused; see last_error in the outbox")
