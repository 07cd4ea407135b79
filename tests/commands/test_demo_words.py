"""What the demo prints when everything runs: every login with the whole of what there is to try, in both languages."""

from __future__ import annotations

import io

from rich.console import Console

from custodes.commands.demo import _welcome
from custodes.settings import get_settings
from custodes.web.seed.plant import Login


def test_on_a_narrow_terminal_no_hint_is_cut() -> None:
    chinese = "开始值班，看实时与三十分钟回放；操控大昭寺广场东口的云台摄像机；听求助柱的声音" * 2
    english = "begin duty, watch live and thirty minutes back; " * 4
    written = io.StringIO()
    login = Login(post="值班监看员", username="zhiban", password="p", hint=chinese, hint_en=english)
    _welcome(get_settings(), (login,), Console(file=written, width=80))
    said = "".join(line.strip() for line in written.getvalue().splitlines())
    assert "…" not in said
    assert chinese.replace(" ", "") in said.replace(" ", "").replace("zhiban", "")
    assert english.replace(" ", "") in said.replace(" ", "")
