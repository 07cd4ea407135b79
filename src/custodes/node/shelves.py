"""What one worker has on disk, opened before its event loop runs and closed behind it: footage, journals, and records on their way to the notary."""

from __future__ import annotations

from custodes.ledger.client import NotaryClient
from custodes.ledger.records import record_of
from custodes.node.assignment_file import NAME, load_assignment
from custodes.node.delivery import ArchiveOutbox, Delivery
from custodes.node.disk import Disk
from custodes.node.journal import Journal
from custodes.node.plans import plans_of
from custodes.node.steering.book import SteeringBook
from custodes.node.terms import volumes_of
from custodes.settings import Settings
from custodes.video.archive.archive import Archive
from custodes.video.clock import Clock


class Shelves:
    """Of worker `index` of `count`.

    Attributes:
        archive: its cameras' footage; journal: what was shown; book: who steered.
        delivery: brings the records of all three to the notary, from `start` on.
        disk: threads in which they are read and written.
    """

    def __init__(self, settings: Settings, index: int, count: int, clock: Clock) -> None:
        told = load_assignment(settings.node_folder / NAME)
        self.archive = Archive.open(
            settings.node_folder / f"worker-{index}.sqlite3",
            volumes_of(settings, count),
            node=settings.node_name,
            worker=index,
            clock=clock,
            sync_seconds=settings.sync_seconds,
            plans=plans_of(told.cameras if told is not None else ()),
        )
        self.journal = Journal(settings.node_folder / f"views-{index}.sqlite3", clock)
        name = f"{settings.node_name}/{index}"
        self.book = SteeringBook(settings.node_folder / f"steering-{index}.sqlite3", name, clock)
        self.delivery = Delivery(
            NotaryClient(settings.notary_socket_path), [ArchiveOutbox(self.archive, record_of), self.journal, self.book]
        )
        self.disk = Disk()

    def close(self) -> None:
        """Write what is left; `disk` is closed before. Records that the notary doesn't have by now wait for the next start."""
        self.delivery.stop()
        self.archive.close()
        self.journal.close()
        self.book.close()
