"""`custodes gateway`: the GB/T 28181 gateway."""

from __future__ import annotations


def gateway() -> None:
    """Speak GB/T 28181 (SIP) with devices: let those register that were entered, take their catalogues and alarms.

    Devices reach it on `CUSTODES_GATEWAY_SIP_HOST`:`CUSTODES_GATEWAY_SIP_PORT` (UDP and TCP), web and nodes on
    `CUSTODES_GATEWAY_HOST`:`CUSTODES_GATEWAY_PORT`. Who may register is fetched from the web process and kept on disk, so
    that it starts while the web is away. Media never passes through it. Stops on SIGTERM or Ctrl-C within seconds.
    Run `custodes init` once before, with `CUSTODES_GATEWAY_ID` set. Exit code 3: it has no ID or no keys, or the
    SIP address can't be taken.
    """
    import typer

    from custodes.gateway.process import run_gateway
    from custodes.keyfile import KeyFileError
    from custodes.settings import get_settings

    settings = get_settings()
    if not settings.gateway_id:
        typer.echo("There is no gateway on this machine: set CUSTODES_GATEWAY_ID to its own 20-digit ID.", err=True)
        raise typer.Exit(3)
    try:
        run_gateway(settings)
    except KeyFileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error
    except OSError as error:
        where = f"{settings.gateway_sip_host}:{settings.gateway_sip_port}"
        typer.echo(f"The gateway can't run on {where} (SIP): {error.strerror or error}.", err=True)
        raise typer.Exit(3) from error
