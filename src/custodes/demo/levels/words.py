"""What the demo of three levels says at the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from custodes.demo.levels.plan import Installation
from custodes.demo.levels.story import lower_of
from custodes.demo.words import GUIDE, PROGRAM, both, columns

if TYPE_CHECKING:
    from rich.console import Console

WHAT = {
    "region": ("看到经市级平台传来的两个县级点位，其中球机可以操控", "two cameras of the county, live, through the city's platform; one can be steered"),
    "city": ("看到县级平台共享的三个点位，并向自治区共享其中两个", "three cameras that the county shares; two of them are shared further up"),
    "county": ("自有四个点位，录像保存在本级，向市级共享三个", "four cameras of its own, recorded here; three are shared with the city"),
}  # fmt: skip


PEOPLE = (
    ("zhiban", "看实时，操控、接管球机", "watch live, steer the dome",
     "开始值班，打开实时画面；在自治区操控“大昭寺广场球机”，再由县级值班人员接管", "begin duty, open the live picture; steer 大昭寺广场球机 from the region, then take it over in the county"),
    ("jiancha", "平台、联网、共享目录", "platforms, links, the shared tree",
     "联网共享：平台、联网、共享目录、授权；在自治区由国标网关试联山南市平台", "sharing: platforms, links, the shared tree, grants; in the region have the gateway try the link with 山南市"),
    ("xitong", "启用、暂停联网", "put links in force, suspend them",
     "联网共享：启用联网、批准授权；暂停联网，上级的画面随即停止", "put links in force, approve grants; suspend a link, and the picture above stops"),
    ("guanli", "下级平台的通道和报警", "channels and alarms from below",
     "国标设备：下级平台以设备登记，其通道已接入，报来的报警列在其页面", "GB/T 28181 devices: the platform below is one, its channels are cameras, its alarms stand on its page"),
    ("anquan", "人员、岗位和账号", "people, posts and accounts",
     "终止值班监看员的岗位，其画面随即停止", "end the duty officer's post, and their picture stops"),
    ("shenji", "核验存证日志", "verify the log",
     "存证日志：每次上级调用都有记录", "the log: each call from above is on record"),
)  # fmt: skip
"""User name; one thing to try, short enough for one line; and the whole."""

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
    """The three addresses, and whom to sign in as, one line each."""
    console.print()
    _head(login, console)
    console.print(columns((one.address, one.told.place, one.key) for one in installations), soft_wrap=False)
    console.print()
    people = ((username, "", f"{chinese} · [dim]{english}[/dim]") for username, chinese, english, *_ in PEOPLE)
    console.print(columns(people), soft_wrap=False)
    console.print(
        f"可以试的事 · what there is to try:\n  {PROGRAM} demo --levels 3 --story\n"
        f"Logs: log/ in each of {installations[0].folder.parent}/{{region,city,county}} · Ctrl-C stops everything."
    )


def tell_levels(installations: Sequence[Installation], console: Console) -> None:
    """The three addresses with what is seen at each, and every login with what there is to try."""
    from custodes.demo.story import PASSWORD

    _head(PASSWORD, console)
    for one in installations:
        console.print(f"\n[bold]{one.address}[/bold] · {one.told.place}")
        console.print(both(*WHAT[one.key]))
    for username, _, _, chinese, english in PEOPLE:
        console.print(f"\n[bold]{username}[/bold]")
        console.print(both(chinese, english))
    console.print(f"\n{GUIDE}")


def _head(login: str, console: Console) -> None:
    console.print("[bold]明鉴 Custodes[/bold] · 训练装置 training installation · 三级平台级联 three cascaded platforms")
    console.print(f"密码 password: [bold]{login}[/bold]")
