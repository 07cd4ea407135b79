"""Files read box by box, also broken ones."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from custodes.video.mp4.fragment import Sample, fragment
from custodes.video.mp4.header import FileOrigin, init_segment, origin_box, parse_origin
from custodes.video.mp4.parse import scan_bytes
from custodes.video.unit import Codec
from tests.video.footage import START_US, loop

ORIGIN = FileOrigin(
    camera=UUID(int=1),
    stream_id=UUID(int=2),
    sequence=3,
    session=4,
    decode_time=-5,
    wall_us=START_US,
    rtp_time=1 << 40,
    camera_clock_us=None,
    sync_offset_us=-17,
    synchronised=True,
    sync_state="ok",
    reorder=0,
    frame_rate=25.0,
    mime="avc1.42c00b",
)


def file_of(count: int, codec: Codec = Codec.H264) -> bytes:
    params, coded = loop(codec)
    whole = init_segment(params, ORIGIN)
    for number in range(count):
        data = coded[0][0]
        whole += fragment(number + 1, number * 3600, [Sample(len(data), 3600, 0, True)], [data], START_US + number)
    return whole


FILE = file_of(3)


def test_a_whole_file_scans_to_its_end() -> None:
    scan = scan_bytes(FILE, len(FILE))
    assert (scan.good, scan.defect, len(scan.fragments)) == (len(FILE), "", 3)
    assert scan.origin == ORIGIN
    assert [f.wall_us for f in scan.fragments] == [START_US, START_US + 1, START_US + 2]


def test_the_header_alone_gives_the_parameters_back() -> None:
    for codec in Codec:
        params, _ = loop(codec)
        origin = FileOrigin(
            **{
                **{name: getattr(ORIGIN, name) for name in FileOrigin.__slots__},
                "mime": params.mime,
                "reorder": params.reorder,
                "frame_rate": params.frame_rate,
            }
        )
        header = init_segment(params, origin)
        assert scan_bytes(header, len(header)).params == params


@given(st.integers(0, len(FILE)))
def test_a_file_cut_anywhere_is_good_up_to_its_last_whole_fragment(cut: int) -> None:
    whole = scan_bytes(FILE, len(FILE))
    scan = scan_bytes(FILE[:cut], cut)
    ends = [whole.init_size, *(f.offset + f.size for f in whole.fragments)]
    assert scan.good == max((end for end in ends if end <= cut), default=0)
    assert bool(scan.defect) == (cut not in ends)


@given(st.integers(0, len(FILE) - 1), st.integers(1, 255), st.binary(max_size=200))
def test_garbage_never_raises(at: int, change: int, tail: bytes) -> None:
    broken = bytearray(FILE + tail)
    broken[at] ^= change
    assert scan_bytes(bytes(broken), len(broken)).good <= len(broken)


@given(st.binary(max_size=400))
def test_random_bytes_hold_nothing(data: bytes) -> None:
    scan = scan_bytes(data, len(data))
    assert not scan.fragments


def test_the_origin_box_keeps_a_camera_clock() -> None:
    box = origin_box(ORIGIN)
    assert parse_origin(box, 8, len(box)) == ORIGIN
