"""The first file of a package: what it is, what it proves and what it does not, for who opens it without us."""

from __future__ import annotations

import datetime

from custodes.evidence.completeness import TRIMMED, FootageHole, cameras_of, holes, span_of
from custodes.evidence.package import Package
from custodes.ledger.records import at_text

_TEXT = """\
视频图像证据包
==============

编号　　{id}
制作时间　{at}（协调世界时）
交付单位　{holder}
视频片段　{count} 个

怎样核验
--------
1. 装有 Python 3.8 以上版本的计算机，不联网即可：
       python3 verify.py 本文件.zip --trust 密钥文件.txt
2. 没有 Python 的，用浏览器打开 verify.html，选择本文件，断网也能用。
密钥文件和核验程序都应当从交付单位或者其上级机关另行取得，不要用包里的：包里的密钥只说明包内各部分相互一致，不能说明是谁签的；
能伪造包的人也能伪造包里的核验程序。
上级平台见证过存证日志的，请向上级平台取得见证密钥，一并放入密钥文件；核验时逐个说明哪个见证联署过、何时联署、哪个没有联署。

核验通过，证明：
{sealed_zh}
· 每一段视频的封存记录和准予的记录都在存证日志里；
· 给出的每一段都在准予的摄像机和时段之内；
· 本包自签名以后没有变动；
· 准予的时段里给出了哪些、缺哪些、为什么缺；有不能说明的，结论是“不完整”。解压后重新压缩过的，结论是“重新打包”。

核验通过，不能证明：
· 摄像机到录像设备之间的线路上没有人动过手脚；
· 录制时的时钟是准的（核验时显示封存记录里写的同步状态和偏差）；
· 记录是在所写的时间记入日志的（有见证签名的，不晚于见证的时间）；
· 摄像机的名称、编号和 docs/ 中文书的内容（由交付单位写明）；
· 镜头前的场景本身是真的。

目录
----
media/　视频，原始字节　　manifest.json　清单　　proofs/　存证证明　　chain.jsonl　保管过程
docs/　文书　　trust/　密钥和时间戳　　manifest.note　对清单的签名

Evidence package of video footage
=================================

Package {id}, made at {at} UTC by {holder}, with {count} pieces of footage.

How to check it: `python3 verify.py THIS.zip --trust KEYS.txt` (Python 3.8 or newer, no network), or open verify.html in a browser,
with no network either. Get the keys and the program from the unit that handed this over or from the authority above it: the keys in
trust/ show only that the parts of the package agree with each other, not who signed them, and whoever forges a package can forge the
program in it. Where a platform above witnesses the log, get its key from that platform and put it into the same file: the check says
which witness cosigned, when, and which did not.

What a passed check proves: {sealed_en} the records of sealing and of the leave are in the log; each lies within the cameras and
times of that leave; nothing changed since the package was signed; what of the span is there, what is missing and why (NOT COMPLETE where
nobody said why; REPACKED where it was unzipped and zipped again).

What it does not prove: that nobody interfered between camera and recorder; that the clock was right (the check shows how it was
synchronised); that the records were entered at the times they state (but not later than a witness's time); names and numbers of
cameras and what stands in docs/ (the holder's word); that the scene before the camera was real.
"""


_GIVEN = """
时段　Time
----------
准予的时段 asked: {asked}（北京时间 Beijing time）
{cameras}{rest}核验程序按视频本身的时间和存证记录重新计算，没有说明的缺失判为“不完整”。
The verifiers count this again, from the times in the footage and the records in the log, and say NOT COMPLETE where a hole has no reason.
"""
_MOST_LINES = 200


_STAMP = """
可信时间戳　Time stamp
----------------------
{name} 是时间戳机构的答复（RFC 3161），证明存证日志在它写明的时间已经是 {proof} 里检查点的样子；两个核验程序不检查它，核验结果中注明“未核对”；用 OpenSSL 检查：
{name} is the answer of a time stamping authority (RFC 3161): at the time in it the log stood as the checkpoint in {proof} says.
The two verifiers don't check it and say so; OpenSSL does, with the authority's certificate from elsewhere:
    openssl ts -verify -data {proof} -in {name} -CAfile tsa.pem -untrusted tsa.pem
"""


_SEALED = (
    "· 包里的每一段视频就是录制时封存的原始字节，没有改动、增减或者调换，包括只取其中一部分的；",
    "each piece of footage has the bytes that were sealed when it was recorded, unchanged, none added, left out\nor exchanged, also where a part was cut out;",
)
_SEALED_LATER = (
    "· 包里的每一段视频就是封存时的原始字节，没有改动、增减或者调换，包括只取其中一部分的；\n"
    "· 其中 {count} 段不是录制时封存的：事后由设备自身录像补入，补入时才封存，补入以前有没有改动不能证明，时间是设备自己的时钟。\n"
    "　核验时逐段注明；",
    "each piece of footage has the bytes that were sealed, unchanged, none added, left out or exchanged, also where\n"
    "a part was cut out; {count} of them NOT sealed when recorded but taken later from the device's own recording and sealed only then (nothing\n"
    "is proven of them before; their time is the device's own; the check names them);",
)


def _of_devices(package: Package) -> int:
    """How many pieces were taken from what a device had recorded itself."""
    return sum(part.sealed.fields.get("source") == "device" for part in package.parts)


def _given(package: Package) -> str:
    """Of each camera what is given of the span, and each hole with its reason."""
    lines: list[str] = []
    missing = holes(package)
    for camera in cameras_of(package.grant):
        own = [part for part in package.parts if part.sealed.fields["camera"] == camera]
        name = plain(own[0].camera_number) if own else camera
        if own:
            begun, ended = min(one.from_us for one in own), max(one.to_us for one in own)
            lines.append(f"{name}：给出 given {beijing(begun)} – {beijing(ended)}，{len(own)} 个")
        else:
            lines.append(f"{name}：没有视频 no footage")
        for hole in missing:
            if str(hole.camera) == camera:
                seconds = (hole.to_us - hole.from_us) / 1_000_000
                lines.append(
                    f"　缺 missing {beijing(hole.from_us)} – {beijing(hole.to_us)}（{seconds:.3f} 秒 s）：{why(hole)}"
                )
    rest = f"……另有 {len(lines) - _MOST_LINES} 行，见 manifest.json 的 holes\n" if len(lines) > _MOST_LINES else ""
    start, end = span_of(package.grant)
    return _GIVEN.format(
        asked=f"{beijing(start)} – {beijing(end)}",
        cameras="".join(f"{line}\n" for line in lines[:_MOST_LINES]),
        rest=rest,
    )


def beijing(at_us: int) -> str:
    """A time as an office writes it, to the millisecond."""
    at = datetime.datetime.fromtimestamp(0, datetime.UTC) + datetime.timedelta(microseconds=at_us, hours=8)
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03}"


def plain(text: str) -> str:
    """A name without anything that could move or hide what stands beside it."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text[:60])


WHY = {
    TRIMMED: "按视频片段向内裁切 cut inward to whole fragments",
    "gap": "没有录像 not recorded",
    "purge": "已依规删除 deleted under a rule",
    "": "未说明原因 unexplained",
}


def why(hole: FootageHole) -> str:
    """Why it is not there, in both languages."""
    return WHY[hole.why] + (f"（{hole.reason}）" if hole.reason else "")


def readme(package: Package) -> bytes:
    """``README.txt``, with line ends that every editor of an office shows."""
    later = _of_devices(package)
    zh, en = (words.format(count=later) for words in (_SEALED_LATER if later else _SEALED))
    text = _TEXT.format(
        id=package.id,
        at=at_text(package.made_us)[:19],
        holder=package.holder,
        count=len(package.parts),
        sealed_zh=zh,
        sealed_en=en,
    )
    text += _given(package)
    for name in package.tokens:
        if name.endswith(".tsr"):
            text += _STAMP.format(name=f"trust/{name}", proof=f"proofs/{name.removesuffix('.tsr')}.tlog-proof")
    return ("\ufeff" + text).replace("\n", "\r\n").encode()
