"""`custodes web`: what the server is told, and that it does not start on a newer program's database."""

from __future__ import annotations

import pytest
import typer

from custodes.commands import installation
from custodes.commands.processes import web
from custodes.settings import Settings
from custodes.web import server
from custodes.web.server import config_of


def test_a_forwarded_header_never_replaces_the_peers_address() -> None:
    assert config_of(Settings()).proxy_headers is False


def test_on_a_database_of_a_newer_program_it_does_not_start(monkeypatch, capsys):
    monkeypatch.setattr(server.WebServer, "run", lambda self: pytest.fail("it was started"))
    monkeypatch.setattr(installation, "applied_migrations", lambda: ("people.0001_initial", "people.0999_later"))
    with pytest.raises(typer.Exit) as ended:
        web()
    assert ended.value.exit_code == 3
    assert "newer than this program (people.0999_later)" in capsys.readouterr().err


def test_a_database_of_before_migrations_were_put_together_is_led_the_way(monkeypatch):
    """It stopped between two of those that one has taken in; one that has gone all of them goes on."""
    [taken_in] = [names for names in installation._taken_in() if "places.0001_initial" in names]
    monkeypatch.setattr(installation, "applied_migrations", lambda: tuple(taken_in - {"places.0057_steps_of_plans"}))
    with pytest.raises(installation.UnfitDatabase, match=r"0057_steps_of_plans is missing\): docs/guide/install.md"):
        installation.refuse_unfit_database()
    monkeypatch.setattr(installation, "applied_migrations", lambda: tuple(taken_in))
    installation.refuse_unfit_database()


def test_a_migration_of_an_app_that_is_not_ours_any_more_is_no_newer_program(monkeypatch):
    monkeypatch.setattr(installation, "applied_migrations", lambda: ("people.0001_squashed", "retired_app.0005_last"))
    installation.refuse_unfit_database()
