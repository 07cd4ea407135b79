"""The description as OpenAPI: what the operations say of themselves, and what holds for all of them."""

from __future__ import annotations

from typing import Any

BASE = "/api/register/v1"

INTRODUCTION = """The register of public-security video systems, for programs of partners. The guide is docs/guide/api.md.

* The key goes into `Authorization: Bearer csk_…`. Each operation names the scope that it asks for (`x-scope`).
* Errors are problem details (RFC 9457): each of `errors` has the `field`, the `rule` (a clause such as S16.2a, or a name of ours),
  `what` is wrong and the `remedy`. `Accept-Language: en` or `zh`.
* Lists come in pages: send `next` as `cursor` until it is null.
* A row that may be changed has an `ETag`; send it back in `If-Match`. Without it 428, after somebody else's change 412.
* Every write takes an `Idempotency-Key`.
* A system: `POST /places`, `POST /systems`, then step by step: `GET /systems/{id}/steps` says what each step still waits for, by its
  clause, `POST /systems/{id}/steps` takes it. What is waited for comes by `POST /places/{id}/roles`, `/dossier`, `/firms`, `/products`,
  `/cameras`, `/acceptances` and `/systems/{id}/interface-tries`, and by `PATCH` of place, system and camera.
* A filing: `POST /papers` for each file, `POST /dossier` for what it is, `POST /filing-drafts`, `PUT` the answers until `lacking` is
  empty, `POST …/submit`.
* A removal: `POST /removals` fifteen days ahead or earlier, then `POST /removals/{id}/carry-out` on `first_day` or later.
* For people alone: letting units in and their credentials, addresses and logins of cameras and their connection, approving changes and
  plans, settling doubts, and all that police do."""

IDEMPOTENCY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": (
        "A new one, such as a UUID, for each write. Sent again with the same request, it gives the answer that there was (with"
        " `Idempotency-Replayed: true`) and writes nothing; with another request 422; while the first is being done 409. A"
        " refusal is an answer too: what was mended has a new key. Kept for 24 hours, or as the installation sets."
    ),
}
IF_MATCH: dict[str, Any] = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "The `ETag` of the row as it was read. 428 without it; 412, naming what changed, when it is not the newest.",
}
#: Shapes that have a revision.
_REVISED = (
    *("PlaceOut", "SystemOut", "CameraOut", "FilingDraftOut", "StepsOut", "WorksOut"),
    *("RemovalOut", "ChangeOut", "UpgradeOut"),
)
_ETAG = {"description": "The row's revision, for `If-Match`.", "schema": {"type": "string"}}
_RETRY = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
_WORDS = {
    200: "Done, or here it is.", 201: "Made.", 204: "Done; nothing to say.", 400: "Cursor, JSON or idempotency key is not right.",
    401: "No key, or one that opens nothing any more.", 403: "Scope, division or post does not allow it; or classified (S20).",
    404: "Not there, or not within reach.", 409: "A guard of the register is unmet; or the same key is being worked on.",
    412: "Somebody changed it meanwhile; `errors` name what, `revision` is the newest.", 413: "Larger than a paper may be.",
    415: "Neither multipart nor a file.", 422: "Fields, each named.", 428: "`If-Match` is missing.", 429: "Too often.",
}  # fmt: skip


def completed(document: dict[str, Any], scopes: dict[tuple[str, str], str]) -> dict[str, Any]:
    """The document with what ninja does not know of: media type of errors, headers, scopes, words of the answers.

    Args:
        scopes: method and operation to its scope.
    """
    document["servers"] = [{"url": "/", "description": "This installation."}]
    for methods in document["paths"].values():
        for method, one in methods.items():
            one["x-scope"] = str(scopes.get((method.upper(), one["operationId"]), ""))
            one["description"] = f"{one.get('description', '')} Scope: `{one['x-scope']}`.".strip()
            for status, answer in one["responses"].items():
                _complete(int(status), answer)
    for scheme in document["components"]["securitySchemes"].values():
        scheme["description"] = "A key that a system administrator has issued on the page 接入程序."
    return document


def _complete(status: int, answer: dict[str, Any]) -> None:
    answer["description"] = _WORDS.get(status, answer.get("description", ""))
    content = answer.get("content", {})
    if status >= 400 and "application/json" in content:
        content["application/problem+json"] = content.pop("application/json")
    reference = str(content.get("application/json", {}).get("schema", {}).get("$ref", ""))
    if reference.rpartition("/")[2] in _REVISED:
        answer["headers"] = {"ETag": _ETAG}
    if status == 429:
        answer["headers"] = {"Retry-After": _RETRY}
