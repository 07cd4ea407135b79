"""What a new file says about itself."""

from __future__ import annotations

from uuid import UUID

from custodes.video.archive.streams import Stream
from custodes.video.mp4.origin import Origin
from custodes.video.recorder.host_clock import HostSync
from custodes.video.recorder.session import Session
from custodes.video.source.state import CameraClock


def origin_of(
    camera: UUID, session: Session, stream: Stream, sync: HostSync, camera_clock: CameraClock | None
) -> Origin:
    """The origin of the file that begins with the fragment which `session` has gathered."""
    gathering, params = session.gathering, session.params
    return Origin(
        camera=camera,
        stream_id=stream.stream_id,
        sequence=stream.next_sequence,
        session=session.number or stream.next_session,
        decode_time=gathering.start,
        wall_us=session.wall_at(gathering.start),
        rtp_time=gathering.rtp_time,
        camera_clock_us=camera_clock.at(gathering.rtp_time) if camera_clock is not None else None,
        sync_offset_us=sync.offset_us,
        synchronised=sync.synchronised,
        sync_state=sync.state,
        reorder=params.reorder,
        frame_rate=params.frame_rate,
        mime=params.mime,
    )
