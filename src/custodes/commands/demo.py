"""`custodes demo`: the whole system with simulated cameras, as a training installation (`custodes.demo`)."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console


def demo(
    data: Annotated[
        Path, typer.Option(help="Folder of the training installation; kept from one demo to the next.")
    ] = Path("var/demo"),
    web_port: Annotated[int, typer.Option(help="Port of the pages.")] = 8000,
    node_port: Annotated[int, typer.Option(help="Port base of the media node; one port per worker.")] = 8100,
    camera_port: Annotated[
        int,
        typer.Option(
            help="RTSP port of the simulated cameras. The next one tells when frames were sent; the three after it serve RTSPS, Motion JPEG and ONVIF; the sixteen behind these are those of the GB/T 28181 gateway and of simulated devices and platforms, below and above."
        ),
    ] = 8554,
    workers: Annotated[int, typer.Option(help="Worker processes of the node; 0 means one per core.")] = 0,
    films: Annotated[
        Path | None,
        typer.Option(help="Folder with the simulated cameras' films; `simcam` in the data folder by default."),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw the data of the last demo away first.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document when everything runs: address, logins, ports.")
    ] = False,
    story: Annotated[
        bool,
        typer.Option(
            "--story",
            help="Start nothing; print every login of the demo with what waits for each, and end. With `--levels 3`: those of the three platforms.",
        ),
    ] = False,
    levels: Annotated[
        int,
        typer.Option(
            help="3: the platforms of region, city and county instead, cascaded by GB/T 28181, each an installation of its own in a folder of its own. Each has the next port for pages and node; the sixteen ports behind the first two of the cameras are those of gateways and simulated devices."
        ),
    ] = 1,
) -> None:
    """Start everything on localhost with nine simulated cameras, two simulated GB/T 28181 recorders, a loudspeaker and a car whose cameras move, three platforms below that wait for their test and three above, and say whom to sign in as.

    A *training installation* (训练装置): simulated sources only, marked on every page, at most 500 kbit/s a camera,
    3.3 GB of footage on the first volume and as much on the second, kept for two hours. The first fills after about an hour: an alarm says
    so, and when a quarter of an hour is left and nobody has added the second one, the story's administrator does. Ctrl-C stops everything cleanly; the next `custodes demo` continues the same data.
    Exit code 0: stopped as asked. 2: `--fresh` on a folder that no demo made. 3: a port is taken, the database
    is of a newer program, or a process could not start.
    """
    from custodes.commands.fleet import end_on_signals

    end_on_signals()
    from rich.console import Console

    console = Console(stderr=True, soft_wrap=True)
    folder = data.expanduser().absolute()
    if levels not in (1, 3):
        raise typer.BadParameter("there is one level, or there are three", param_hint="--levels")
    if story and (fresh or as_json):
        raise typer.BadParameter(
            "it starts nothing and prints for people: leave out --fresh and --json", param_hint="--story"
        )
    if story:
        from custodes.commands.installation import set_up_django

        set_up_django()
    films = films.expanduser().absolute() if films else folder / "simcam"
    if levels == 3:
        from custodes.demo.levels.plan import plan
        from custodes.demo.levels.running import run as run_levels
        from custodes.demo.levels.words import tell_levels

        installations = plan(folder, web_port=web_port, node_port=node_port, camera_port=camera_port)
        if story:
            tell_levels(installations, Console(soft_wrap=True))
            return
        for one in installations:
            if fresh and one.folder.exists():
                _throw_away(one.folder, console)
        raise typer.Exit(run_levels(installations, films, camera_port, console, as_json=as_json))
    from custodes.demo.running import run, values_of

    values = values_of(folder, films, web_port=web_port, node_port=node_port, workers=workers, camera_port=camera_port)
    if story:
        from custodes.demo.words import tell_story
        from custodes.settings import Settings

        tell_story(
            Settings.model_validate({name: value or None for name, value in values.items()}), Console(soft_wrap=True)
        )
        return
    if fresh and folder.exists():
        _throw_away(folder, console)
    raise typer.Exit(run(values, camera_port, films, console, as_json=as_json))


def _throw_away(folder: Path, console: Console) -> None:
    # Only a folder that a demo made is ever removed.
    if not (folder / "keys" / "public" / "log.vkey").exists() and any(folder.iterdir()):
        console.print(f"[red]--data {folder} is not a demo's folder; nothing was removed.[/red]")
        raise typer.Exit(2)
    shutil.rmtree(folder)
