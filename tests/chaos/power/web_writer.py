"""The web's database under load: ``python -m tests.chaos.power.web_writer PAUSE``, settings from the environment.

Again and again a row and the record that tells of it are written in one transaction, as every change in the web is; the
number is printed once the transaction is committed; then PAUSE seconds pass. Now and then the outbox is taken to the
notary. With ``--deliver-once`` only that is done, and all of it.
"""

from __future__ import annotations

import datetime
import itertools
import os
import sys
import time

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "custodes.web.settings"
    django.setup()
    from django.db import transaction

    from custodes.ledger.client import NotaryClient, NotaryUnavailable
    from custodes.people.delivery import deliver
    from custodes.people.models import Division
    from custodes.people.records import record
    from custodes.settings import get_settings

    notary = NotaryClient(get_settings().notary_socket_path)
    if "--deliver-once" in sys.argv:
        deliver(notary, datetime.datetime.now(datetime.UTC))
        return
    city = Division.objects.get(code="540100")
    for number in itertools.count(Division.objects.filter(code__startswith="X").count()):
        at = datetime.datetime.now(datetime.UTC)
        with transaction.atomic():
            code = f"X{number:06d}"
            Division.objects.create(
                code=code, name_zh=code, name_en=code, kind="park", is_standard=False, parent=city, path=f"/x/{code}/"
            )
            record(
                "login", at=at, account=code, person=None, method="password", address="10.0.0.9", reason="",
            )  # fmt: skip
        print(number, flush=True)
        if number % 20 == 19:
            try:
                deliver(notary, at)
            except NotaryUnavailable:
                continue
        time.sleep(float(sys.argv[1]))


if __name__ == "__main__":
    main()
