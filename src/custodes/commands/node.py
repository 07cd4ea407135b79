"""`custodes node`: the media node."""

from __future__ import annotations


def node() -> None:
    """Take cameras in, keep their footage and show it to who may see it.

    Runs one worker process per core (`CUSTODES_NODE_WORKERS`); worker *i* listens on `CUSTODES_NODE_PORT` + *i*. What to
    record is fetched from the web process and kept on disk, so that the node starts and records while the web, or the
    notary, is away. A worker that ends is started again. Stops on SIGTERM or Ctrl-C within seconds and seals what is
    being written. Run `custodes init` once before. Exit code 3: the node has no
    keys, or the package for traces is missing.
    """
    import typer

    from custodes.keyfile import KeyFileError
    from custodes.node.supervisor import run_node
    from custodes.settings import get_settings
    from custodes.traces import TracesRefused, require

    try:
        if get_settings().traces_endpoint:
            require()  # said here once, not by every worker
        run_node(get_settings())
    except (KeyFileError, TracesRefused) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error
