"""What a worker counts, as Prometheus asks for it. Cameras go by their ids, never by address or place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from custodes.metrics.serving import Lateness
from custodes.node.cameras import CameraSet
from custodes.node.delivery import Delivery
from custodes.node.gate import Gate
from custodes.video.archive.archive import Archive
from custodes.video.recorder.host_clock import CachedHostSync
from custodes.video.source.tick import Reader

STATES = ("recording", "connecting", "silent", "refused", "network", "off")


class WorkerFigures(Collector):
    """One worker. Everything is read at the moment of asking from what the parts keep anyway."""

    def __init__(
        self,
        cameras: CameraSet,
        gate: Gate,
        archive: Archive,
        delivery: Delivery,
        reader: Reader,
        host_sync: CachedHostSync,
        lateness: Lateness,
    ) -> None:
        self._cameras = cameras
        self._gate = gate
        self._archive = archive
        self._delivery = delivery
        self._reader = reader
        self._host_sync = host_sync
        self._lateness = lateness

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: the names don't clash, and asking now would be asking for nothing."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """All figures."""
        yield from self._of_cameras()
        yield from self._of_volumes()
        views = GaugeMetricFamily("custodes_node_views", "Views that are open.")
        views.add_metric((), self._gate.open_views)
        yield views
        backlog = GaugeMetricFamily(
            "custodes_node_write_backlog_bytes", "Footage queued and not yet given to the disk."
        )
        backlog.add_metric((), self._archive.waiting_bytes)
        yield backlog
        sound = GaugeMetricFamily("custodes_node_archive_sound", "1 while footage becomes durable and is indexed.")
        sound.add_metric((), not self._archive.trouble)
        yield sound
        records = CounterMetricFamily("custodes_node_records", "Records handed to the notary.", labels=("outcome",))
        records.add_metric(("taken",), self._delivery.delivered)
        records.add_metric(("refused",), self._delivery.refused)
        yield records
        ticks = CounterMetricFamily("custodes_node_read_ticks", "Ticks that drained the cameras' sockets.")
        ticks.add_metric((), self._reader.ticks)
        yield ticks
        late = GaugeMetricFamily(
            "custodes_node_loop_lateness_seconds", "How late the event loop was at worst since the last time of asking."
        )
        late.add_metric((), self._lateness.take())
        yield late
        yield from self._of_clock()

    def _of_cameras(self) -> Iterator[Metric]:
        cameras = list(self._cameras)
        states = Counter(camera.present_state.state for camera in cameras)
        count = GaugeMetricFamily("custodes_node_cameras", "Cameras by state.", labels=("state",))
        for state in STATES:
            count.add_metric((state,), states[state])
        yield count
        recording = GaugeMetricFamily(
            "custodes_node_camera_recording", "1 while the camera is recorded.", labels=("camera",)
        )
        families = {
            name: CounterMetricFamily(f"custodes_node_camera_{name}", words, labels=("camera",))
            for name, words in _CAMERA_COUNTERS.items()
        }
        for camera in cameras:
            label = (str(camera.id),)
            recording.add_metric(label, camera.present_state.state == "recording")
            for name, value in camera.figures().items():
                families[name].add_metric(label, value)
        yield recording
        yield from families.values()

    def _of_volumes(self) -> Iterator[Metric]:
        used = GaugeMetricFamily("custodes_node_volume_used_bytes", "Footage of this worker.", labels=("volume",))
        free = GaugeMetricFamily(
            "custodes_node_volume_free_bytes", "What recording may still write.", labels=("volume",)
        )
        usable = GaugeMetricFamily("custodes_node_volume_usable", "1 while it is written to.", labels=("volume",))
        volumes = [volume for volume in self._archive.volumes() if not volume.out and not volume.replaced]
        names = Counter(volume.path.name for volume in volumes)
        for volume in volumes:
            label = (volume.path.name if names[volume.path.name] == 1 else str(volume.path),)
            used.add_metric(label, volume.used)
            free.add_metric(label, 0 if volume.absent else volume.free_bytes())
            usable.add_metric(label, not (volume.absent or volume.full or volume.draining))
        yield from (used, free, usable)

    def _of_clock(self) -> Iterator[Metric]:
        sync = self._host_sync()
        synchronised = GaugeMetricFamily("custodes_node_clock_synchronised", "1 while something disciplines the clock.")
        synchronised.add_metric((), sync.synchronised)
        offset = GaugeMetricFamily("custodes_node_clock_offset_seconds", "The clock's offset as the kernel knows it.")
        offset.add_metric((), sync.offset_us / 1e6)
        yield from (synchronised, offset)


_CAMERA_COUNTERS = {
    "received_bytes": "Octets read from the camera.",
    "lost_packets": "RTP packets missing by sequence number.",
    "dropped_units": "Access units left out: damaged, or waiting for a key frame or a disk.",
    "recorded_bytes": "Coded bytes given to the recorder.",
    "connections": "Times that a connection was begun.",
}
