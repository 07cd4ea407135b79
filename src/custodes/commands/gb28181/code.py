"""`custodes gb28181 id`: what the 20 digits of an ID say."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from custodes.commands.gb28181.answering import Json, refusing


def code(
    text: Annotated[str, typer.Argument(metavar="CODE", help="The ID, 20 digits.")],
    as_json: Json = False,
) -> None:
    """Explain an ID: region, industry, type, network, serial, and the SIP domain that it lies in.

    Names are those of the 2016 edition; a type that only the 2022 edition has is marked. Nothing is asked of any device.
    Exit code 0: explained. 2: it is no ID; the rule and the remedy are said.
    """
    from custodes.gb28181.ids import parse

    with refusing(as_json):
        found = parse(text.strip())
    kind, industry, network = found.type_name, found.industry_name, found.network_name
    if as_json:
        document = {
            "id": found.text,
            "domain": found.domain,
            "centre": found.centre,
            "division": found.division,
            "province": found.province,
            "industry": {"code": found.text[8:10], "zh": industry.zh, "en": industry.en},
            "type": {
                "code": found.text[10:13], "zh": kind.zh, "en": kind.en, "family": found.family, "since": kind.since,
            },
            "network": {"code": found.text[13], "zh": network.zh, "en": network.en},
            "serial": found.serial,
        }  # fmt: skip
        typer.echo(json.dumps(document, ensure_ascii=False))
        return
    since = f"（{kind.since}）" if kind.since > 2016 else ""
    for name, digits, zh, en in (
        (
            "中心编码 · centre",
            found.centre,
            found.province or "未知省份",
            "province unknown" if not found.province else "",
        ),
        ("行业 · industry", found.text[8:10], industry.zh, industry.en),
        ("类型 · type", found.text[10:13], kind.zh + since, kind.en),
        ("网络标识 · network", found.text[13], network.zh, network.en),
        ("序号 · serial", found.serial, "", ""),
        ("SIP 域 · domain", found.domain, "", ""),
    ):
        typer.echo("\t".join((name, digits, " · ".join(word for word in (zh, en) if word))).rstrip())
