"""Something to paste in a training installation: simulated cameras, one of which is not there, and one place in doubt."""

from __future__ import annotations

from urllib.parse import urlsplit

from custodes.places.bulk.columns import SHEET
from custodes.places.models import Camera
from custodes.settings import get_settings
from custodes.video.simcam.login import PASSWORD, USER

_ROWS = (
    ("教学楼东侧（示例）", "东侧立柱", "cam-01"),
    ("教学楼西侧（示例）", "西侧立柱", "cam-02"),
    ("图书馆门前（示例）", "门前灯杆", "cam-05"),
    ("操场（示例，无此设备）", "看台上方", "cam-99"),
    ("公共卫生间外走廊（示例）", "走廊东端", "cam-06"),
)
_KEYS = ("name", "place", "main_url", "sub_url", "username", "password")


def example_table() -> str:
    """A table as a spreadsheet copies it; empty where there are no simulated cameras."""
    if not get_settings().training:
        return ""
    known = Camera.objects.filter(main_url__startswith="rtsp://127.0.0.1:").values_list("main_url", flat=True).first()
    if known is None:
        return ""
    root = f"rtsp://{urlsplit(known).netloc}"
    lines = ["\t".join(SHEET.heading(key) for key in _KEYS)]
    for name, place, path in _ROWS:
        lines.append("\t".join((name, place, f"{root}/{path}/main", f"{root}/{path}/sub", USER, PASSWORD)))
    return "\n".join(lines)
