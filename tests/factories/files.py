"""Files as people give them, good and bad; and one that has been uploaded and waits for its form."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image

from hotline.domain.attachment import FileLimits
from hotline.domain.permissions import Actor
from hotline.usecases import attachments
from tests.factories.offices import SetOffice

A_PDF = b"%PDF-1.4\n" + b"1 0 obj <<>> endobj\n" * 20
NO_PICTURE = b"<html><script>alert(1)</script></html>" * 10
CAMERA = "PhoneCam 9"


def a_picture(
    kind: str = "JPEG", size: tuple[int, int] = (60, 40), colour: str = "navy", *, turned: bool = False
) -> bytes:
    """A small picture that says which camera made it, perhaps one that lies on its side."""
    exif = Image.Exif()
    exif[0x010F] = CAMERA
    if turned:
        exif[0x0112] = 6
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind, exif=exif)
    return out.getvalue()


def a_bomb(side: int = 60_000) -> bytes:
    """A PNG of a few hundred bytes that says it has billions of pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 9999)) + chunk(b"IEND", b"")
    )


def a_document(*names: str) -> bytes:
    """A zip archive with these names in it."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names or ("[Content_Types].xml", "word/document.xml"):
            archive.writestr(name, "<xml/>")
    return out.getvalue()


def uploaded(office: SetOffice, by: Actor, data: bytes = b"", name: str = "照片.jpg", *, once: str = "") -> str:
    """Key of a file that this person has uploaded."""
    kept = office.vault.keep(BytesIO(data or a_picture()), name, FileLimits())
    with office.begin(by) as work:
        return attachments.keep(work, kept, once).key
