"""A picture as it may be kept: drawn anew, upright, of a bounded size, without what the camera wrote beside it.

Drawing it anew drops place, time and device (EXIF, XMP), thumbnails of the uncropped picture, and whatever was hung on
behind its end. The size is asked before anything is unpacked.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import IO

from PIL import Image, ImageOps

from hotline.domain.attachment import JPEG, PNG, FileLimits, Format, Unfit

Image.MAX_IMAGE_PIXELS = None  # asked below, after a JPEG has offered a smaller size; Pillow's own limit comes before
THUMB = 480
"""Pixels of the longer side of a thumbnail."""
LOSSLESS = frozenset({"PNG", "GIF", "BMP"})
"""Screens and scans: kept sharp as long as that is not larger than :data:`HEAVY`."""
HEAVY = 4 * 1024 * 1024
BROKEN = "已经损坏，打不开，请重新拍摄或另存后再添加"


def redraw(source: IO[bytes], target: Path, thumb: Path, limits: FileLimits) -> Format:
    """Write the picture and its thumbnail; what it is now.

    Raises:
        Unfit: broken, or too large to be unpacked.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(source) as opened:
                return _redrawn(opened, target, thumb, limits)
    except Unfit:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError, IndexError, KeyError) as broken:
        # What Pillow's readers raise for broken files differs from format to format.
        raise Unfit(BROKEN) from broken


def _redrawn(opened: Image.Image, target: Path, thumb: Path, limits: FileLimits) -> Format:
    kind, side = opened.format or "", limits.side
    opened.draft("RGB", (side, side))  # a JPEG is unpacked at half or a quarter when that is enough
    wide, high = opened.size
    if wide * high > limits.megapixels * 1_000_000:
        raise Unfit(f"有 {wide}×{high} 像素，太大了，请缩小到 {limits.megapixels * 100} 万像素以内再添加")
    drawn = ImageOps.exif_transpose(opened)
    clear = drawn.mode in ("RGBA", "LA", "PA") or "transparency" in drawn.info
    drawn = drawn.convert("RGBA" if clear else "RGB")
    drawn.thumbnail((side, side))
    drawn.info.clear()
    sharp = clear or kind in LOSSLESS
    made = PNG if sharp else JPEG
    if sharp:
        drawn.save(target, "PNG")
    if not sharp or target.stat().st_size > HEAVY:
        _flat(drawn).save(target, "JPEG", quality=88)
        made = JPEG
    drawn.thumbnail((THUMB, THUMB))
    _flat(drawn).save(thumb, "JPEG", quality=80)
    return made


def _flat(drawn: Image.Image) -> Image.Image:
    """On white, as paper would show it."""
    if drawn.mode == "RGB":
        return drawn
    paper = Image.new("RGB", drawn.size, "white")
    paper.paste(drawn, mask=drawn.getchannel("A"))
    return paper
