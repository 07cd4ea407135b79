"""The archive of one worker: volumes, index, writer and group sync behind one door."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

from custodes.video.archive import catalogue, completeness, forecast, recovery, retention, timeline
from custodes.video.archive.adoption import VolumeDesk
from custodes.video.archive.changes import Change, put_record
from custodes.video.archive.completeness import Completeness, HourRollup
from custodes.video.archive.dry_run import DryRun, dry_run
from custodes.video.archive.forecast import ArchiveKeeping, KeepingDesk, VolumeForecast
from custodes.video.archive.fragments import FootageGone as FootageGone  # for whoever reads by the archive
from custodes.video.archive.fragments import FragmentRef, read_fragment
from custodes.video.archive.gap_book import GapBook, gap_of_restart
from custodes.video.archive.group_sync import LEAST_ROOM, GroupSync
from custodes.video.archive.handing import Pin, SealedSegment, gap_records, pinned, sealed_segments
from custodes.video.archive.holds import HoldDesk
from custodes.video.archive.index import ArchiveOutbox, Index, OutboxEntry
from custodes.video.archive.kept import KeptDay, kept_of
from custodes.video.archive.low_space import LowSpaceOutlook, OutlookDesk
from custodes.video.archive.streams import OpenSegment, RecordedStream, SegmentWriter
from custodes.video.archive.volume import Volume, VolumeConfig, roomy_volume
from custodes.video.clock import HostClock
from custodes.video.mp4.header import FileOrigin
from custodes.video.plan import RecordingPlan
from custodes.video.unit import CodecParameters, SoundParameters


def _is_told(volume: Volume) -> bool:
    """Whether a volume stands in reports: used, drained, or owing footage."""
    return volume.configured or bool(volume.used) or volume.draining


class Archive:
    """Made with `open`; one per worker process.

    Attributes:
        recovered: what start-up found and did.
        outbox: records on their way to the notary.
        volume_desk: where a person's decisions about volumes are carried out.
        holds: where holds are taken and answered.
        book: what recorders tell of sessions and gaps.
    """

    def __init__(
        self,
        index: Index,
        volumes: dict[int, Volume],
        *,
        node: str,
        worker: int,
        clock: HostClock,
        sync_seconds: float | None,
        plans: Mapping[UUID, RecordingPlan],
        terms: VolumeConfig | None = None,
    ) -> None:
        self._index = index
        self._volumes = volumes
        self._streams = catalogue.load_streams(index)
        self._node = node
        self._clock = clock
        self._plans = plans
        self._reader = timeline.FragmentReader(index, self)
        self._lock = threading.Lock()
        self._desk = OutlookDesk(index, clock)
        self._keeping = KeepingDesk(index, clock)
        self.volume_desk = VolumeDesk(
            index, lambda: self._volumes, self._put_volume, terms or VolumeConfig(Path("/nowhere"))
        )
        self.holds = HoldDesk(index, lambda: self._streams, clock.wall_us)
        self.worker = worker
        self.recovered = self._recover()
        self.outbox = ArchiveOutbox(index)
        self._writer = SegmentWriter(index, threaded=sync_seconds is not None)
        self._sync = GroupSync(
            *(index, self._writer, self.volumes, lambda: self._streams.values()),
            node=node,
            clock=clock,
            repaired=self.recovered,
        )
        self.book = GapBook(self._sync, clock)
        if sync_seconds is not None:
            self._sync.start(sync_seconds)

    @classmethod
    def open(
        cls,
        index_path: Path,
        volumes: Sequence[VolumeConfig],
        *,
        node: str,
        worker: int,
        clock: HostClock,
        sync_seconds: float = 1.0,
        threads: bool = True,
        plans: Mapping[UUID, RecordingPlan] | None = None,
    ) -> Archive:
        """Open or make the index, check the volumes, finish what a crash left.

        Args:
            index_path: SQLite file of this worker.
            volumes: folders that hold footage, as this worker may use them.
            node, worker: names for records.
            sync_seconds: period of the group sync.
            threads: False writes and hashes in the call and syncs only on `tick` (tests, tools).
            plans: what is planned for cameras: the gap that a restart leaves is named after it.

        Raises:
            IndexRefused: the index is of a newer format or damaged.
        """
        index = Index(index_path)
        try:
            return cls(
                *(index, catalogue.open_volumes(index, volumes)),
                node=node,
                worker=worker,
                clock=clock,
                sync_seconds=sync_seconds if threads else None,
                plans=plans or {},
                terms=next(iter(volumes), None),
            )
        except BaseException:
            index.close()
            raise

    def close(self) -> None:
        """Write, sync and commit what is there, and stop. Close the recorders first."""
        self._sync.stop()
        self._writer.close()
        self._sync.tick()
        for stream in self._streams.values():
            for segment in list(stream.open.values()):
                segment.close_file()
        self._index.close()

    # -- start ---------------------------------------------------------------------------------------------------

    def _recover(self) -> recovery.RecoveryReport:
        now_us = self._clock.wall_us()
        report = recovery.finish_opened(self._index, self._volumes, self._node, now_us)
        recovery.sweep_garbage(self._index, self._volumes, report)
        for row, used in self._index.rows("SELECT id, bytes FROM volumes"):
            self._volumes[row].used = used
        self._streams = catalogue.load_streams(self._index)
        alive_us = self._index.fact("alive_us") or now_us
        changes: list[Change] = []
        for stream in self._streams.values():
            stream.plan = self._plans.get(stream.camera)
            changes += gap_of_restart(self._index, stream, alive_us)
        self._index.apply(changes, now_us)
        return report

    @property
    def trouble(self) -> str:
        """Why the last group sync could not be finished; empty when it could."""
        return self._sync.trouble

    @property
    def waiting_bytes(self) -> int:
        """Footage queued and not yet handed to the kernel."""
        return self._writer.waiting_bytes

    def volumes(self) -> list[Volume]:
        """The volumes as they are now, in use and retired."""
        return list(self._volumes.values())

    def _put_volume(self, volume: Volume) -> None:
        """A volume is known from now on; who walks over the others does not see the change."""
        self._volumes = {**self._volumes, volume.row: volume}

    # -- cameras -------------------------------------------------------------------------------------------------

    def register(self, camera: UUID, retention_days: int = 30) -> RecordedStream:
        """Make a camera known, or change its retention; idempotent."""
        stream = self._streams.get(camera)
        if stream is None:
            stream = catalogue.add_stream(self._index, camera, retention_days, self._clock.wall_us())
            with self._lock:
                self._streams = {**self._streams, camera: stream}
            stream.held = self.holds.spans(stream)
        if not stream.live or stream.retention_days != retention_days:
            catalogue.set_terms(self._index, stream, retention_days)
        stream.live = True
        return stream

    def follow(self, camera: UUID, plan: RecordingPlan | None) -> None:
        """What is planned for a registered camera from now on. A gap that lasts is cut here: each part has its own plan."""
        self.book.follow(self._streams[camera], plan)

    def retire(self, camera: UUID) -> None:
        """The camera is not this worker's any more: nothing is owed from now on; its footage stays and expires."""
        stream = self._streams[camera]
        stream.live = False
        with self._index.transaction() as cursor:
            cursor.execute("UPDATE streams SET retired_us = ? WHERE id = ?", (self._clock.wall_us(), stream.row))

    def cameras(self) -> list[UUID]:
        """Every camera that has or had footage here."""
        return list(self._streams)

    # -- for the recorder ----------------------------------------------------------------------------------------

    def stream(self, camera: UUID) -> RecordedStream:
        """The state of a registered camera.

        Raises:
            KeyError: it was never registered.
        """
        return self._streams[camera]

    def begin(
        self,
        origin: FileOrigin,
        params: CodecParameters,
        expected_bytes: int = 0,
        sound: SoundParameters | None = None,
    ) -> OpenSegment:
        """A new segment; its file is made when the first fragment is appended.

        Raises:
            NoRoom: every volume is full or absent.
        """
        stream = self._streams[origin.camera]
        volume = roomy_volume(self.volumes(), origin.camera, max(expected_bytes, LEAST_ROOM), self._clock.wall_us())
        origin = replace(origin, wall_us=stream.unused_start(origin.wall_us))
        segment = OpenSegment(self._writer, stream, volume, origin, params, sound)
        stream.next_sequence = max(stream.next_sequence, origin.sequence + 1)
        with self._lock:
            stream.open[origin.sequence] = segment
        return segment

    def tick(self) -> None:
        """One group sync by hand; with threads it happens every `sync_seconds`."""
        self._sync.tick()

    # -- questions -----------------------------------------------------------------------------------------------

    def volume_path(self, row: int) -> Path:
        """The folder of a volume."""
        return self._volumes[row].path

    def runs(self, camera: UUID, from_us: int, to_us: int) -> list[tuple[int, int]]:
        """Recorded spans, the durable part of what is being written included."""
        stream = self._streams.get(camera)
        return timeline.runs(self._index, stream, from_us, to_us) if stream else []

    def stretches(
        self, camera: UUID, from_us: int, to_us: int, limit: int, apart_us: int
    ) -> tuple[list[tuple[int, int]], bool]:
        """Recorded spans without a gap longer than `apart_us`, a page of `limit` at most, and whether there are more."""
        stream = self._streams.get(camera)
        return timeline.stretches(self._index, stream, from_us, to_us, limit, apart_us) if stream else ([], False)

    def gaps(self, camera: UUID, from_us: int, to_us: int) -> list[tuple[int, int, str]]:
        """Gaps and their reasons; one that lasts ends now."""
        stream = self._streams.get(camera)
        return timeline.gaps(self._index, stream, from_us, to_us, self._clock.wall_us()) if stream else []

    def degraded(self, camera: UUID, from_us: int, to_us: int) -> list[tuple[int, int]]:
        """Spans of which key frames only were kept; one that lasts ends now."""
        stream = self._streams.get(camera)
        return timeline.degraded(self._index, stream, from_us, to_us, self._clock.wall_us()) if stream else []

    def filled(self, camera: UUID, from_us: int, to_us: int) -> list[tuple[int, int]]:
        """Spans whose footage was taken later from the device's own recordings; they lie in runs and in gaps."""
        stream = self._streams.get(camera)
        return timeline.filled(self._index, stream, from_us, to_us) if stream else []

    def held(self, camera: UUID, from_us: int, to_us: int) -> list[tuple[int, int]]:
        """Spans under a hold."""
        stream = self._streams.get(camera)
        return timeline.merge(timeline.clip(stream.held, from_us, to_us)) if stream else []

    def fragments(self, camera: UUID, from_us: int, to_us: int) -> Iterator[FragmentRef]:
        """Fragments that overlap the span, from the key frame that is needed to show `from_us`."""
        stream = self._streams.get(camera)
        return self._reader.between(stream, from_us, to_us) if stream else iter(())

    def fragments_after(self, ref: FragmentRef, to_us: int) -> Iterator[FragmentRef]:
        """Fragments behind `ref`; call again at the live edge."""
        stream = self._streams.get(ref.camera)
        return self._reader.after(stream, ref, to_us) if stream else iter(())

    def sealed_segments(self, camera: UUID, from_us: int, to_us: int, limit: int = 1000) -> list[SealedSegment]:
        """Sealed segments that overlap the span, in order, `limit` at most: for who hands them out."""
        stream = self._streams.get(camera)
        return sealed_segments(self._index, stream, self.volume_path, from_us, to_us, limit) if stream else []

    def gap_records(self, camera: UUID, from_us: int, to_us: int, limit: int) -> list[tuple[int, UUID]]:
        """Beginnings and ids of the ``gap`` records that overlap the span, `limit` at most: for who hands out what is there and says why the rest is not.

        A gap that lasts is cut now, so that what has passed of it is on record.
        """
        stream = self._streams.get(camera)
        if stream is None:
            return []
        if self.book.cut_gap(stream, to_us):
            self._sync.tick()
        return gap_records(self._index, stream, from_us, to_us, limit)

    def being_written(self, camera: UUID) -> list[OpenSegment]:
        """Segments without a row yet of what comes, oldest first: for who shows the live picture. Playback sees what is durable of them."""
        stream = self._streams.get(camera)
        return [one for one in stream.open.values() if not one.origin.source] if stream else []

    def pinned(self, camera: UUID, from_us: int, to_us: int, seconds: float = 600.0) -> AbstractContextManager[Pin]:
        """Nothing of the span that is there now is deleted inside the block (`pins.pinned`).

        Raises:
            KeyError: the camera is not known here.
            ValueError: longer than a pin may last.
        """
        return pinned(self._index, self._streams[camera], from_us, to_us, self._clock.wall_us, seconds)

    read = staticmethod(read_fragment)

    def completeness(self, camera: UUID, day: date, zone: str = "Asia/Shanghai") -> Completeness:
        """The account of a local day, as far as it has passed.

        Raises:
            KeyError: the camera is not known here.
        """
        start, end = completeness.day_bounds(day, zone)
        return completeness.account(self._index, self._streams[camera], start, end, self._clock.wall_us())

    def rollup(self, camera: UUID, hour_us: int) -> HourRollup:
        """The account of the hour that begins at `hour_us` (microseconds UTC).

        Raises:
            KeyError: the camera is not known here.
        """
        return completeness.rollup(self._index, self._streams[camera], hour_us, self._clock.wall_us())

    def forecast(self) -> list[VolumeForecast]:
        """How long each volume lasts at the present rate."""
        return forecast.forecast(self._index, [v for v in self._volumes.values() if _is_told(v)], self._clock.wall_us())

    def keeping(self, rule: retention.Retention) -> ArchiveKeeping:
        """What the volumes hold, what of it is owed or held, and how their room goes on in the next week."""
        streams = {stream.row: stream for stream in self._streams.values()}
        return self._keeping.look(self.volumes(), streams, rule, self._desk.rate)

    def outlook(self, rule: retention.Retention, horizon_hours: float) -> LowSpaceOutlook:
        """The room that is left and how fast it goes."""
        streams = {stream.row: stream for stream in self._streams.values()}
        return self._desk.look(self._volumes.values(), streams, rule, horizon_hours)

    def kept(self, rule: retention.Retention) -> list[KeptDay]:
        """How far back the footage of each camera that is recorded here reaches, beside what is asked for (S32)."""
        absent = [volume.row for volume in self._volumes.values() if volume.absent and not volume.out]
        live = [stream for stream in self._streams.values() if stream.live]
        return kept_of(self._index, live, absent, rule, self._clock.wall_us())

    def dry_run(self, rule: retention.Retention, brake_share: float) -> DryRun:
        """What the next pass would delete, and what holds keep from it; nothing is changed."""
        return dry_run(self._index, list(self._streams.values()), rule, self._clock.wall_us(), brake_share)

    def put_record(self, record: dict[str, object]) -> None:
        """A record of the worker's own, on its way to the notary from here on."""
        with self._index.transaction() as cursor:
            put_record(cursor, record)

    def outbox_pending(self, limit: int = 256) -> list[OutboxEntry]:
        """Records that wait for the notary, oldest first."""
        return self.outbox.pending(limit)

    def outbox_done(self, ids: Sequence[int]) -> None:
        """The notary has these."""
        self.outbox.done(ids)

    # -- deletion ------------------------------------------------------------------------------------------------

    def purge(
        self,
        rule: retention.Retention,
        brake_share: float = 0.2,
        *,
        over_brake: retention.OverBrake | None = None,
    ) -> retention.PurgeReport:
        """One pass of the one deleting place (`retention.purge`)."""
        streams = {stream.row: stream for stream in self._streams.values()}
        return retention.purge(
            *(self._index, self._volumes, streams, rule, self._clock.wall_us()),
            brake_share=brake_share,
            over_brake=over_brake,
        )
