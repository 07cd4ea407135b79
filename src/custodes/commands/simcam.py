"""`custodes simcam`: simulated cameras."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from custodes.video.rtsp.server import Server
    from custodes.video.simcam.dome import Place
    from custodes.video.simcam.film import FilmOrder
    from custodes.video.simcam.harm import Harm
    from custodes.video.simcam.mjpeg import MjpegServer
    from custodes.video.simcam.station import Turning


def simcam(
    cameras: Annotated[int, typer.Option(min=1, max=255, help="How many cameras.")] = 8,
    port: Annotated[int, typer.Option(help="RTSP port on loopback; 0 takes a free one.")] = 8554,
    http_port: Annotated[int, typer.Option(help="Port of the page that tells when each frame was sent.")] = 8555,
    tls_port: Annotated[
        int | None,
        typer.Option(help="RTSPS port: the same cameras over TLS, with a certificate of their own. Off by default."),
    ] = None,
    mjpeg_port: Annotated[
        int | None,
        typer.Option(help="HTTP port: the sub-streams' pictures as Motion JPEG, `/cam-01.mjpg`. Off by default."),
    ] = None,
    bitrate: Annotated[str, typer.Option(help="Of a main stream, bit/s; `k` and `M` are understood.")] = "500k",
    sub_bitrate: Annotated[str, typer.Option(help="Of a sub-stream, bit/s.")] = "150k",
    h265: Annotated[int, typer.Option(min=0, help="How many cameras (the last ones) send H.265.")] = 1,
    gop: Annotated[int, typer.Option(min=1, max=10, help="Seconds from key picture to key picture.")] = 1,
    paced: Annotated[
        bool, typer.Option("--paced/--whole-frame", help="Space packets as a camera's link does, or send whole frames.")
    ] = True,
    ill: Annotated[
        list[str] | None,
        typer.Option(
            help="What goes wrong with a camera after a while, `3:aside`; aside, covered, dark, glare, blurred, cast or noise; repeatable."
        ),
    ] = None,
    ill_after: Annotated[int, typer.Option(min=1, help="After how many seconds of its stream.")] = 180,
    dome: Annotated[
        int, typer.Option(min=0, help="Number of the camera that turns, by ONVIF on `--onvif-port`; 0: none.")
    ] = 0,
    onvif_port: Annotated[int, typer.Option(help="HTTP port of the ONVIF services of the camera that turns.")] = 0,
    preset: Annotated[
        list[str] | None,
        typer.Option(
            help="A view that it remembers: name and pan from -1 to 1, `大门:0.6`; repeatable, the first is `1`."
        ),
    ] = None,
    spoken: Annotated[
        bool, typer.Option("--spoken", help="Make a film with sound as well, in the films' folder, for `file:///`.")
    ] = False,
    user: Annotated[str, typer.Option(help="User name that clients must log in with; empty asks for none.")] = "",
    password: Annotated[str, typer.Option(envvar="CUSTODES_SIMCAM_PASSWORD", help="Its password, digest login.")] = "",
    cache: Annotated[
        Path | None, typer.Option(help="Folder that keeps the films; `simcam` in the data folder by default.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON when ready.")] = False,
) -> None:
    """Serve simulated RTSP cameras on loopback until Ctrl-C.

    Films are drawn and encoded at the first start and kept. Each camera has `cam-01/main` (1080p25) and `cam-01/sub`
    (640×360). A strip along the top of the picture holds the frame's number; `GET /sent?camera=cam-01&n=17` on the HTTP
    port tells when that number was last sent. Packets are spaced as on a camera's link unless `--whole-frame` is given.
    Exit code 0: stopped as asked. 2: the call was wrong. 3: a port is taken.
    """
    import json
    import signal
    from datetime import UTC, datetime

    from rich.console import Console
    from rich.progress import Progress

    from custodes.settings import get_settings
    from custodes.video.clock import SystemClock
    from custodes.video.simcam import station
    from custodes.video.simcam.certificate import certificate_in, context_of, fingerprint_of
    from custodes.video.simcam.device import DeviceServer
    from custodes.video.simcam.dome import Dome
    from custodes.video.simcam.mjpeg import MjpegServer
    from custodes.video.simcam.sent import SentPage, SentTimes
    from custodes.video.simcam.spoken import make_spoken
    from custodes.video.simcam.studio import film_all

    console = Console(stderr=True, soft_wrap=True)
    if bool(user) != bool(password):
        console.print("[red]--user and --password belong together[/red]")
        raise typer.Exit(2)
    folder = cache or get_settings().data / "simcam"
    films = station.orders(cameras, min(h265, cameras), _bits(bitrate), _bits(sub_bitrate), gop)
    wrong = station.ill_orders(films, _harms(ill or []))
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Filming the simulated cameras", total=len(films) + len(wrong))
        film_all([*films, *wrong.values()], folder, lambda _order: progress.advance(task))
    if spoken:
        make_spoken(folder)
    turning = station.Turning(dome, Dome(_presets(preset or []))) if dome else None
    times = SentTimes()
    clock, users = SystemClock(), {user: password} if user else {}
    more: list[Server | MjpegServer | DeviceServer] = []
    about: dict[str, object] = {}
    try:
        server = station.serve(
            station.mounts(films, folder, times, paced, wrong, ill_after, turning), users, clock, port
        )
        listing = station.listing(films, server.port)
        page = SentPage(times, listing, http_port)
        if tls_port is not None:
            path = certificate_in(folder, datetime.now(UTC))
            mounts = station.mounts(films, folder, None, paced)
            secure = station.serve(mounts, users, clock, tls_port, context_of(path))
            more.append(secure)
            about |= {"tls_port": secure.port, "certificate": fingerprint_of(path)}
        if mjpeg_port is not None:
            subs = {order.camera.path: order.files(folder)[1] for order in films}
            jpegs = MjpegServer(subs, station.guard_of(users, clock), mjpeg_port)
            more.append(jpegs)
            about |= {"mjpeg_port": jpegs.port}
        if turning is not None:
            stream = next(str(one["main"]) for one in listing if one["number"] == dome)
            device = DeviceServer(turning.dome, stream, (user, password), onvif_port)
            more.append(device)
            about |= {"onvif_port": device.port}
    except OSError as error:
        console.print(f"[red]The port can't be opened: {error}. Another simcam may be running; choose --port.[/red]")
        raise typer.Exit(3) from error
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: server.ask_to_stop())
    for one in (page, *more):
        one.start()
    if as_json:
        facts = {"port": server.port, "http_port": page.port, **about, "cameras": listing}
        typer.echo(json.dumps(facts, ensure_ascii=False))
    else:
        for camera in listing:
            typer.echo(f"{camera['main']}  {camera['name']}  {camera['codec']}")
    if turning is not None:
        # Nobody waits for the other views: until they are filmed the camera looks straight ahead.
        Thread(target=_film_views, args=(turning, films, folder), name="views", daemon=True).start()
    server.run()
    for one in (page, *more):
        one.stop()


def _film_views(turning: Turning, films: list[FilmOrder], folder: Path) -> None:
    from custodes.video.simcam.studio import film_apart

    for order in turning.orders(films):
        if film_apart(order, folder):
            turning.fill(order, folder)


def _presets(texts: list[str]) -> dict[str, tuple[str, Place]]:
    """By token what the camera that turns remembers, of texts such as ``大门:0.6``."""
    found = {}
    for number, text in enumerate(texts, start=1):
        name, _, pan = text.rpartition(":")
        try:
            found[str(number)] = (name, (float(pan), 0.0, 0.0))
        except ValueError as error:
            raise typer.BadParameter(f"{text} is no view; write 大门:0.6") from error
    return found


def _harms(texts: list[str]) -> dict[int, Harm]:
    """By camera's number what goes wrong, of texts such as ``3:aside``."""
    from custodes.video.simcam.harm import HARMS

    found: dict[int, Harm] = {}
    for text in texts:
        number, _, name = text.partition(":")
        harm = next((one for one in HARMS if one == name), None)
        if harm is None or not (number.isascii() and number.isdigit()):
            raise typer.BadParameter(
                f"{text} is nothing that can go wrong; write 3:{HARMS[0]}, or {', '.join(HARMS[1:])}"
            )
        found[int(number)] = harm
    return found


def _bits(text: str) -> int:
    """Bit/s of a text such as ``500k`` or ``4M``."""
    factor = {"k": 1_000, "m": 1_000_000}.get(text[-1:].lower(), 1)
    digits = text[:-1] if factor > 1 else text
    try:
        value = round(float(digits) * factor)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is no bitrate; write 500k or 4M") from error
    if not 20_000 <= value <= 100_000_000:
        raise typer.BadParameter(f"{text} is outside 20k to 100M")
    return value
