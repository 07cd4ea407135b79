"""What courts ask of electronic evidence: our own summary, and what follows for the program."""

from __future__ import annotations

from custodes.law.clauses.clause import Actor, Kind, Object
from custodes.law.clauses.others.saying import says

EVIDENCE = (
    says(
        "CPI110",
        "电子数据审查：原始介质、来源、签名、可重现、完整性；二人以上收集提取，笔录和清单由持有人、见证人签名（至第一百一十二条）。",
        "Electronic data: medium, source, signatures, repeatable, whole; taken by two or more, with signed minutes and list.",
        ("证据包含校验值清单、两人提取笔录、工具版本", "a package holds hashes, minutes by two, tool versions"),
        Kind.DUTY,
        (Actor.REQUESTER,),
        (Object.FOOTAGE,),
    ),
    says(
        "ICR11",
        "电子签名、可信时间戳、哈希值校验、区块链等能证明真实性的，应当确认。",
        "Signatures, trusted time stamps, hashes and the like are accepted when they prove that the data are true.",
        ("采集时即生成校验值，独立见证", "hashed at capture, witnessed independently"),
        Kind.PRINCIPLE,
        objects=(Object.FOOTAGE, Object.LOG),
    ),
    says(
        "OLR16",
        "区块链存证推定上链后未经篡改，上链前的真实性仍须审查（至第十八条）。",
        "What was put on a chain is presumed unaltered afterwards; its truth before is still examined.",
        ("证明范围如实说明", "what is proven is said plainly"),
        Kind.PRINCIPLE,
        objects=(Object.FOOTAGE, Object.LOG),
    ),
)
