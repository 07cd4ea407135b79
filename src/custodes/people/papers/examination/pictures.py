"""Pictures: whether one may be kept, and thumbnails, which are made by decoding and encoding again, never passed on."""

from __future__ import annotations

import io
import warnings
import zipfile
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

from custodes.people.papers.examination.order import Unfit, UnfitReason

THUMBNAIL = (480, 480)
_BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, KeyError)
"""What Pillow raises for octets that are no picture."""


def check_picture(file: IO[bytes], format: str, most_pixels: int) -> None:
    """Whether it is a whole picture in this format of Pillow's.

    Raises:
        Unfit: it is none, has too many pixels, or is an archive at the same time.
    """
    file.seek(0)
    if zipfile.is_zipfile(file):
        raise Unfit(UnfitReason.HIDDEN)
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=[format]) as picture:
                width, height = picture.size
                if width * height > most_pixels:
                    raise Unfit(UnfitReason.PIXELS)
                picture.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unfit(UnfitReason.PIXELS) from error
    except _BROKEN as error:
        raise Unfit(UnfitReason.DAMAGED) from error


def thumbnail(file: IO[bytes], format: str, most_pixels: int) -> bytes:
    """A small PNG of a picture: nothing of the original's octets, no metadata.

    Raises:
        Unfit: it can't be decoded within the limit.
    """
    check_picture(file, format, most_pixels)
    file.seek(0)
    try:
        with Image.open(file, formats=[format]) as picture:
            picture.draft("RGB", THUMBNAIL)
            picture.thumbnail(THUMBNAIL)
            small = ImageOps.exif_transpose(picture).convert("RGB")
            bare = Image.new("RGB", small.size)
            bare.paste(small)
    except (*_BROKEN, Image.DecompressionBombError) as error:
        raise Unfit(UnfitReason.DAMAGED) from error
    out = io.BytesIO()
    bare.save(out, "PNG", optimize=True)
    return out.getvalue()
