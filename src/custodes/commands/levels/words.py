"""What the demo of three levels says at the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from custodes.commands.levels.plan import Installation
from custodes.web.seed.levels.story import lower_of

if TYPE_CHECKING:
    from rich.console import Console

WHAT = {
    "region": ("看到经市级平台传来的两个县级点位，其中球机可以操控", "two cameras of the county, live, through the city's platform; one can be steered"),
    "city": ("看到县级平台共享的三个点位，并向自治区共享其中两个", "three cameras that the county shares; two of them are shared further up"),
    "county": ("自有四个点位，录像保存在本级，向市级共享三个", "four cameras of its own, recorded here; three are shared with the city"),
}  # fmt: skip

PEOPLE = (
    ("zhiban", "开始值班，打开实时画面；在自治区操控“大昭寺广场球机”，再由县级值班人员接管", "begin duty, open the live picture; steer the dome from the region, then take it over in the county"),
    ("jiancha", "联网共享：平台、联网、共享目录、授权；在自治区由国标网关试联山南市平台", "sharing: platforms, links, the shared tree, grants; in the region have the gateway try the link with 山南市"),
    ("xitong", "联网共享：启用联网、批准授权；暂停联网，上级的画面随即停止", "put links in force, approve grants; suspend a link and the picture above stops"),
    ("guanli", "国标设备：下级平台以设备登记，其通道已接入，报来的报警列在其页面", "GB devices: the platform below is one, its channels are cameras, its alarms stand on its page"),
    ("shenji", "存证日志：每次上级调用都有记录", "the log: each call from above is on record"),
)  # fmt: skip

_STAGES = {
    "unregistered": "the level below has not registered yet",
    "no_catalogue": "the level below is registered; its catalogue has not come yet",
    "no_picture": "its channels are entered; no picture has come yet",
    "done": "its channels are cameras here, and what is to be shown further up is shared",
}


_OF_DEVICE = {
    "unregistered": "its device has not registered yet",
    "no_catalogue": "its device is registered; its catalogue has not come yet",
    "no_picture": "its device's channel is entered; no picture has come yet",
    "done": "its device's channel is a camera, and what is to be shown further up is shared",
}


def said_of(one: Installation, line: str) -> str:
    """A stage of `levels.taking` in a sentence; what went wrong stands behind it as it was said."""
    stage, _, detail = line.partition(" ")
    lower = lower_of(one.key)
    of, stages = (f" ({lower.place})", _STAGES) if lower is not None else ("", _OF_DEVICE)
    return f"{one.told.place}{of}: {stages.get(stage, stage)}{f' ({detail})' if detail else ''}"


def welcome(installations: Sequence[Installation], login: str, console: Console) -> None:
    """The three addresses, whom to sign in as, what to look at."""
    from rich.table import Table

    console.print()
    console.print("[bold]明鉴 Custodes[/bold] · 训练装置 training installation · 三级平台级联 three cascaded platforms")
    console.print(f"密码 password: [bold]{login}[/bold]")
    for rows in (
        [(one.address, one.told.place, *WHAT[one.key]) for one in installations],
        [(username, "", *said) for username, *said in PEOPLE],
    ):
        table = Table.grid(padding=(0, 2))
        table.add_column()
        table.add_column()
        table.add_column(overflow="fold")  # Chinese has no spaces to break at
        for first, second, chinese, english in rows:
            table.add_row(f"[bold]{first}[/bold]", second, f"{chinese}\n[dim]{english}[/dim]")
        console.print(table, soft_wrap=False)
        console.print()
    console.print(
        f"Logs: log/ in each of {installations[0].folder.parent}/{{region,city,county}} · Ctrl-C stops everything."
    )
