"""What lies about on the stage for the addresses of this room: a draft of the county's directory that lists unit A's school, and a version
of the city's that was published."""

from __future__ import annotations

from custodes.sharing.directory import compiling, publishing
from tests.places.stage import Stage
from tests.sharing.stage import taken


def make(stage: Stage) -> None:
    """Lay it out."""
    by = stage.cast.inspector.person
    row = compiling.begin(stage.cast.units["county"], taken(by))
    compiling.add(row, stage.school, "", "校园周边治安防控需要", taken(by))
    city = stage.cast.system_admin.person
    row = compiling.begin(stage.cast.units["city"], taken(city))
    compiling.add(row, stage.school, "", "校园周边治安防控需要", taken(city))
    publishing.submit(row, taken(city))
    publishing.publish(row, taken(stage.cast.security_admin.person))
