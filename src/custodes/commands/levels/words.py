"""What the demo of three levels says at the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from custodes.commands.levels.plan import Installation
from custodes.web.seed.levels.story import lower_of

if TYPE_CHECKING:
    from rich.console import Console

WHAT = {
    "region": ("看到经市级平台传来的县级点位", "a camera of the county, live, through the city's platform"),
    "city": ("看到县级平台共享的两个点位，并向自治区共享其中一个", "two cameras that the county shares; one of them is shared further up"),
    "county": ("自有三个点位，录像保存在本级，向市级共享两个", "three cameras of its own, recorded here; two are shared with the city"),
}  # fmt: skip

PEOPLE = (
    ("zhiban", "开始值班，打开实时画面", "begin duty, open the live picture"),
    ("jiancha", "联网共享：平台、联网、共享目录、授权", "sharing: platforms, links, the shared tree, grants"),
    ("xitong", "联网共享：启用联网、批准授权；暂停联网，上级的画面随即停止", "put links in force, approve grants; suspend a link and the picture above stops"),
    ("guanli", "国标设备：下级平台以设备登记，其通道已接入", "GB devices: the platform below is one, its channels are cameras"),
    ("shenji", "存证日志：每次上级调用都有记录", "the log: each call from above is on record"),
)  # fmt: skip

_STAGES = {
    "unregistered": "the level below has not registered yet",
    "no_catalogue": "the level below is registered; its catalogue has not come yet",
    "no_picture": "its channels are entered; no picture has come yet",
    "done": "its channels are cameras here, and what is to be shown further up is shared",
}


def said_of(one: Installation, line: str) -> str:
    """A stage of `levels.taking` in a sentence; what went wrong stands behind it as it was said."""
    stage, _, detail = line.partition(" ")
    lower = lower_of(one.key)
    of = f" ({lower.place})" if lower is not None else ""
    return f"{one.told.place}{of}: {_STAGES.get(stage, stage)}{f' ({detail})' if detail else ''}"


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
