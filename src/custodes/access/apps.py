"""The app that decides who sees which picture."""

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from custodes.law.grounds.registry import GROUNDS


class AccessConfig(AppConfig):
    """Decisions, grants, viewings."""

    name = "custodes.access"
    label = "access"
    verbose_name = _("查看")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what ends a grant and to what two have confirmed, and say what is held."""
        from custodes.access import revocation  # noqa: F401
        from custodes.access.agency.case import AGENCY
        from custodes.access.holds.case import HOLD
        from custodes.access.holds.delivering import orders_of
        from custodes.access.individual.case import INDIVIDUAL
        from custodes.access.looks.embargo import EMBARGO
        from custodes.access.looks.review.case import FINDING
        from custodes.access.missing.case import MISSING
        from custodes.access.ownimage.case import OWN_IMAGE
        from custodes.access.release.case import RELEASE
        from custodes.cases.registry import registry
        from custodes.places.assignment import with_holds

        registry.add(HOLD, AGENCY, FINDING, EMBARGO, INDIVIDUAL, MISSING, OWN_IMAGE, RELEASE)
        with_holds(orders_of)
        from custodes.access.agency import presence  # noqa: F401
        from custodes.access.agency.numbers import on_confirmed
        from custodes.access.supervised import sessions  # noqa: F401
        from custodes.people.entrusting import fewer_confirmed

        fewer_confirmed.connect(on_confirmed, dispatch_uid="custodes.access.agency.numbers.on_confirmed")
        _open_the_door()


def _open_the_door() -> None:
    """Import each room that gathers for a ground (`access.decision.gathers`): ``<ground>.py``, or ``looking.py`` of a room."""
    here = Path(__file__).parent
    rooms = [f"{name}.py" for name in GROUNDS if (here / f"{name}.py").exists()]
    rooms += sorted(file.relative_to(here).as_posix() for file in here.glob("*/looking.py"))
    for room in rooms:
        import_module("custodes.access." + room.removesuffix(".py").replace("/", "."))
