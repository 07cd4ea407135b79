"""Q9: nothing is computed or stored that could tell two people apart, and no plate is read. Held against the whole source.

Whoever adds such a thing must change this file, and a reader of the change sees it.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
from django.apps import apps

from custodes.video import mask
from custodes.video.mask import detector, progress, scoring, shapes, sidecar, tracks

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "src" / "custodes"

WORDS = frozenset(
    [
        "arcface",
        "facenet",
        "insightface",
        "sface",
        "adaface",
        "cosface",
        "deepface",
        "dlib",
        "lprnet",
        "hyperlpr",
        "tesseract",
        "easyocr",
        "paddleocr",
        "ocr",
        "alpr",
        "anpr",
        "lpr",
        "reid",
        "embedding",
        "embeddings",
        "biometric",
        "biometrics",
        "faceprint",
        "voiceprint",
        "recognizer",
        "recogniser",
        "gallery",
        "watchlist",
    ]
)
"""Single words of a name."""

PAIRS = frozenset(
    {
        ("face", "id"), ("face", "vector"), ("face", "feature"), ("face", "features"), ("face", "recognition"),
        ("face", "descriptor"), ("face", "match"), ("plate", "text"), ("plate", "number"), ("plate", "reader"),
        ("plate", "string"), ("licence", "text"), ("person", "vector"), ("person", "match"), ("re", "id"),
        ("gait", "vector"), ("recognize", "face"), ("recognise", "face"), ("read", "plate"), ("identify", "person"),
    }
)  # fmt: skip

MODEL_FILES = (
    ".onnx",
    ".tflite",
    ".pb",
    ".pt",
    ".pth",
    ".caffemodel",
    ".engine",
    ".safetensors",
    ".bin",
    ".dat",
    ".npy",
    ".npz",
)

PACKAGES = frozenset(
    [
        "insightface",
        "facenet-pytorch",
        "deepface",
        "face-recognition",
        "dlib",
        "retina-face",
        "agentclpr",
        "hyperlpr3",
        "fast-alpr",
        "easyocr",
        "paddleocr",
        "pytesseract",
        "torchreid",
        "onnx-face",
        "rapidocr",
        "rapidocr-onnxruntime",
    ]
)


def words(name: str) -> list[str]:
    """``FaceId``, ``face_id`` and ``FACE-ID`` are the words face and id."""
    return [one.lower() for one in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


@cache
def forbidden(name: str) -> bool:
    """Whether a name is of recognition."""
    found = words(name)
    joined = "".join(found)
    return (
        bool(WORDS & set(found))
        or any(one in joined for one in WORDS if len(one) > 6)
        or any(pair in PAIRS for pair in pairwise(found))
    )


def names(tree: ast.AST) -> Iterator[str]:
    """Every name that a module gives or uses, and short strings, which may be keys or columns."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.alias(name=name):
                yield name
            case ast.Constant(value=str(text)) if re.fullmatch(r"[A-Za-z0-9_]{2,40}", text):
                yield text
            case _:
                pass


@pytest.mark.parametrize(
    "name", ["face_id", "FaceVector", "plate_text", "PLATE_NUMBER", "embedding", "reid", "ArcFace_model", "run_ocr"]
)
def test_such_names_are_seen(name: str) -> None:
    assert forbidden(name)


@pytest.mark.parametrize(
    "name", ["face", "CenterFace", "plate", "surface_idle", "interface", "identity", "licence", "border_id"]
)
def test_ordinary_names_are_not(name: str) -> None:
    assert not forbidden(name)


def test_no_name_in_the_source_is_of_recognition() -> None:
    assert {path: found for path in SOURCE.rglob("*.py") if (found := of_recognition(path.read_text("utf-8")))} == {}


def of_recognition(source: str) -> set[str]:
    """Names and short strings in a module that are forbidden."""
    # To parse everything takes twenty times as long: a name stands in the text as it is, and most of it holds none of the words.
    if not any(map(forbidden, set(re.findall(r"[\w.]+", source)))):
        return set()
    return {name for name in names(ast.parse(source)) if forbidden(name)}


@pytest.mark.parametrize(
    "source",
    ["import face.id", "def read(plate_text): ...", "x.faceVector = 1", "a = {'re_id': 2}", "from x import OCR"],
)
def test_such_a_name_is_found_wherever_it_stands(source: str) -> None:
    assert of_recognition(source)


def test_words_of_a_comment_or_a_sentence_are_no_names() -> None:
    assert of_recognition("# no ocr here\nx = 'embedding is not done'") == set()


def test_no_model_has_a_column_for_it() -> None:
    columns = {f"{one.__name__}.{field.name}" for one in apps.get_models() for field in one._meta.get_fields()}
    assert {one for one in columns if forbidden(one.partition(".")[2])} == set()
    assert not [one for one in columns if "vector" in words(one)]


def test_no_migration_makes_such_a_column() -> None:
    migrations = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("migrations/*.py"))
    assert "VectorField" not in migrations
    assert [one for one in re.findall(r'name="(\w+)"', migrations) if forbidden(one)] == []


def test_no_model_file_is_in_the_source() -> None:
    assert [path for path in SOURCE.rglob("*") if path.suffix in MODEL_FILES and path.is_file()] == []


def test_no_package_of_recognition_is_asked_for() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    assert {one["name"] for one in lock["package"]} & PACKAGES == set()


def test_the_list_of_models_is_the_one_that_was_decided() -> None:
    """Decision 0250. A model is added here and there together, after its licence and what it gives were read."""
    assert [(one.name, one.sha256) for one in detector.ALLOWED] == [
        ("CenterFace", "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc")
    ]


def test_a_network_is_only_run_from_a_checked_model() -> None:
    """The one place that gives bytes to a runtime takes a `Model`, and only `check_model` makes one."""
    readers, makers = set(), set()
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"readNet|InferenceSession|FaceDetectorYN|FaceRecognizer|CascadeClassifier|TextRecognition", text):
            readers.add(path.relative_to(SOURCE).as_posix())
        if re.search(r"(?<![\w.])Model\(one", text):
            makers.add(path.relative_to(SOURCE).as_posix())
    assert readers == {"video/mask/detector.py"}
    assert makers == {"video/mask/detector.py"}


def test_what_is_kept_of_a_track_is_a_closed_list() -> None:
    def kept(module: ModuleType, name: str) -> list[str]:
        made = getattr(module, name)
        assert is_dataclass(made)
        return [one.name for one in fields(made)]

    assert kept(tracks, "Track") == [
        "number", "kind", "origin", "frames", "state", "growth", "whole_body", "surest", "review",
    ]  # fmt: skip
    assert kept(tracks, "TrackPoint") == ["time", "shape", "sighting"]
    assert kept(tracks, "Review") == ["by", "acquaintance", "remark"]
    assert kept(sidecar, "Sidecar") == ["source", "width", "height", "models", "tracks"]
    assert kept(shapes, "MaskBox") == ["left", "top", "right", "bottom"]
    assert kept(progress, "Progress") == ["stage", "pictures", "time"]
    assert kept(scoring, "Score")[0] == "shown"


def test_the_five_points_of_a_face_are_thrown_away_unread() -> None:
    text = (Path(str(mask.__path__[0])) / "detector.py").read_text(encoding="utf-8")
    used = [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Name) and one.id == "_points"]
    assert [type(one.ctx).__name__ for one in used] == ["Store"]
