"""Pictures: whether one may be kept, and thumbnails, which are made by decoding and encoding again, never passed on."""

from __future__ import annotations

import io
import warnings
import zipfile
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from custodes.people.papers.refusal import PaperRefused

FORMATS = ("JPEG", "PNG", "TIFF")
THUMBNAIL = (480, 480)
_BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, KeyError)
"""What Pillow raises for bytes that are no picture."""


def check_picture(file: IO[bytes], most_pixels: int) -> str:
    """Pillow's name of the picture's format.

    Raises:
        PaperRefused: no whole picture, too many pixels, or an archive at the same time.
    """
    file.seek(0)
    if zipfile.is_zipfile(file):
        raise PaperRefused(_("图片里藏有压缩包。"), _("请重新拍照或者扫描后上传。"))
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=FORMATS) as picture:
                width, height = picture.size
                found = str(picture.format)
                if width * height > most_pixels:
                    raise _too_many()
                picture.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many() from error
    except _BROKEN as error:
        raise PaperRefused(_("图片损坏，打不开。"), _("请重新拍照或者扫描后上传。")) from error
    return found


def thumbnail(data: bytes, most_pixels: int) -> bytes:
    """A small PNG of a picture: nothing of the original's bytes, no metadata.

    Raises:
        PaperRefused: it can't be decoded within the limit.
    """
    check_picture(io.BytesIO(data), most_pixels)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            picture.draft("RGB", THUMBNAIL)
            small = ImageOps.exif_transpose(picture).convert("RGB")
            small.thumbnail(THUMBNAIL)
            bare = Image.new("RGB", small.size)
            bare.paste(small)
    except (*_BROKEN, Image.DecompressionBombError) as error:
        raise PaperRefused(_("图片损坏，打不开。"), _("请下载原件查看。")) from error
    out = io.BytesIO()
    bare.save(out, "PNG", optimize=True)
    return out.getvalue()


def _too_many() -> PaperRefused:
    return PaperRefused(_("图片的像素过多。"), _("请降低分辨率后重新扫描或者另存。"))
