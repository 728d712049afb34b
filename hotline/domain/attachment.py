"""Attachments 附件: what may be given, what a file really is, under which name it is kept, and who may open it.

A file is what its bytes say, never what its name or its sender says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from hotline.domain.appeal import clean
from hotline.domain.lifecycle import Action
from hotline.domain.masking import Shown, View, Viewer

MEGABYTE = 1024 * 1024
HEAD = 4096
"""Bytes from the beginning of a file by which it is recognised."""
NAME_MOST = 80
"""Characters of a name without its ending."""


class Kind(StrEnum):
    """What people give."""

    PHOTO = "photo"
    VIDEO = "video"
    AUDIO = "audio"
    PDF = "pdf"
    OFFICE = "office"

    @property
    def label(self) -> str:
        """The word on the page."""
        return KIND_LABELS[self]


KIND_LABELS = {Kind.PHOTO: "图片", Kind.VIDEO: "视频", Kind.AUDIO: "录音", Kind.PDF: "PDF", Kind.OFFICE: "文档"}


@dataclass(frozen=True, slots=True)
class FileLimits:
    """What may be given (handbook §13)."""

    most: int = 9
    """Files with one submission."""
    megabytes: int = 20
    """Of one file."""
    ticket: int = 60
    """Files of one ticket altogether."""
    megapixels: int = 64
    """Of one picture, unpacked."""
    side: int = 4096
    """Pixels of the longer side of a picture as it is kept."""
    hours: int = 24
    """How long a file waits for its form."""
    hourly: int = 300
    """Files from one address in an hour without signing in."""

    @property
    def size(self) -> int:
        """Bytes of one file."""
        return self.megabytes * MEGABYTE

    @property
    def waits(self) -> timedelta:
        """How long a file waits for its form."""
        return timedelta(hours=self.hours)


@dataclass(frozen=True, slots=True)
class Format:
    """What a file is."""

    kind: Kind
    mime: str
    endings: tuple[str, ...]
    """The first is given to a name that has none of them."""


JPEG = Format(Kind.PHOTO, "image/jpeg", (".jpg", ".jpeg"))
PNG = Format(Kind.PHOTO, "image/png", (".png",))
GIF = Format(Kind.PHOTO, "image/gif", (".gif",))
WEBP = Format(Kind.PHOTO, "image/webp", (".webp",))
AVIF = Format(Kind.PHOTO, "image/avif", (".avif",))
BMP = Format(Kind.PHOTO, "image/bmp", (".bmp",))
MP4 = Format(Kind.VIDEO, "video/mp4", (".mp4", ".m4v"))
MOV = Format(Kind.VIDEO, "video/quicktime", (".mov",))
WEBM = Format(Kind.VIDEO, "video/webm", (".webm", ".mkv"))
AVI = Format(Kind.VIDEO, "video/x-msvideo", (".avi",))
MP3 = Format(Kind.AUDIO, "audio/mpeg", (".mp3",))
M4A = Format(Kind.AUDIO, "audio/mp4", (".m4a",))
AAC = Format(Kind.AUDIO, "audio/aac", (".aac",))
WAV = Format(Kind.AUDIO, "audio/wav", (".wav",))
AMR = Format(Kind.AUDIO, "audio/amr", (".amr",))
OGG = Format(Kind.AUDIO, "audio/ogg", (".ogg", ".oga", ".opus"))
PDF = Format(Kind.PDF, "application/pdf", (".pdf",))
_OOXML = "application/vnd.openxmlformats-officedocument."
DOCX = Format(Kind.OFFICE, _OOXML + "wordprocessingml.document", (".docx",))
XLSX = Format(Kind.OFFICE, _OOXML + "spreadsheetml.sheet", (".xlsx",))
PPTX = Format(Kind.OFFICE, _OOXML + "presentationml.presentation", (".pptx",))
OFD = Format(Kind.OFFICE, "application/ofd", (".ofd",))
DOC = Format(Kind.OFFICE, "application/msword", (".doc", ".wps"))
XLS = Format(Kind.OFFICE, "application/vnd.ms-excel", (".xls", ".et"))
PPT = Format(Kind.OFFICE, "application/vnd.ms-powerpoint", (".ppt", ".dps"))

ZIP, OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
"""Containers: what is inside says what they are (:func:`in_zip`, :func:`in_ole`)."""
_BEGINNINGS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"BM", BMP),
    (b"%PDF-", PDF),
    (b"\x1aE\xdf\xa3", WEBM),
    (b"ID3", MP3),
    (b"#!AMR", AMR),
    (b"OggS", OGG),
)
_RIFF = {b"WEBP": WEBP, b"WAVE": WAV, b"AVI ": AVI}
_APPLE_STILL = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")
ACCEPTED = (
    "image/jpeg,image/png,image/webp,image/gif,image/bmp,video/*,audio/*,"
    ".pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.wps,.et,.dps,.ofd"
)
"""What a page's file field offers. Without HEIC in it a phone hands its photographs over as JPEG."""
TAKEN_WORDS = "照片、视频、录音、PDF 或 Office 文档"
WRONG = f"不是能接收的文件，请改用{TAKEN_WORDS}"
HEIC_WORDS = "是 HEIC 照片，请在手机上另存为 JPG 后再添加"
MACRO_WORDS = "带有宏，为安全起见不能接收，请另存为不带宏的文档"


class Unfit(ValueError):  # noqa: N818 - an outcome, told in words
    """Why a file can't be taken, in words that go on from its name."""


def recognise(head: bytes) -> Format | None:
    """What the beginning of a file says it is; None for a container (look inside) and for what is unknown.

    Raises:
        Unfit: a kind of picture that nobody here could open.
    """
    for beginning, known in _BEGINNINGS:
        if head.startswith(beginning):
            return known
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in _APPLE_STILL:
            raise Unfit(HEIC_WORDS)
        return {b"avif": AVIF, b"M4A ": M4A, b"M4B ": M4A, b"qt  ": MOV}.get(brand, MP4)
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return AAC
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 in (0xE2, 0xE4, 0xE6):
        return MP3
    return None


def in_zip(names: Iterable[str]) -> Format | None:
    """What a zip archive is, by the names in it.

    Raises:
        Unfit: a document with macros.
    """
    parts = set(names)
    if any(part.endswith("vbaProject.bin") for part in parts):
        raise Unfit(MACRO_WORDS)
    if "OFD.xml" in parts:
        return OFD
    if "[Content_Types].xml" in parts:
        for folder, known in (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX)):
            if any(part.startswith(folder) for part in parts):
                return known
    return None


def in_ole(whole: bytes) -> Format | None:
    """What an old Office file is, by the names of its streams.

    Raises:
        Unfit: a document with macros.
    """
    if _stream("_VBA_PROJECT") in whole:
        raise Unfit(MACRO_WORDS)
    for name, known in (("WordDocument", DOC), ("Workbook", XLS), ("Book", XLS), ("PowerPoint Document", PPT)):
        if _stream(name) in whole:
            return known
    return None


def _stream(name: str) -> bytes:
    return name.encode("utf-16-le") + b"\0\0"


_FORBIDDEN = re.compile(r'[<>:"|?*%]+')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def clean_name(given: str, known: Format) -> str:
    """The name of a file as it is kept: no path, nothing that a disk or a header stumbles over, a true ending."""
    last = re.split(r"[/\\]", clean(given).replace("\n", " ").replace("\t", " "))[-1]
    stem, dot, ending = last.rpartition(".")
    if not dot or len(ending) > 5 or not ending.isalnum():
        stem, ending = last, ""
    stem = _FORBIDDEN.sub("_", stem).strip(". _")[:NAME_MOST].strip()
    if not stem or _RESERVED.match(stem):
        stem = known.kind.label
    ending = f".{ending.lower()}"
    return stem + (ending if ending in known.endings else known.endings[0])


def size_words(size: int) -> str:
    """How large, as people say it."""
    if size < MEGABYTE:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / MEGABYTE:.1f} MB"


def too_large(name: str, size: int, limits: FileLimits) -> str:
    """The sentence for a file that is too large: which, how large, what to do."""
    return (
        f"“{name}”有 {size_words(size)}，每个文件不能超过 {limits.megabytes} MB，"
        "请压缩、截取一段或分成几个后再添加；其他内容已保留"
    )


# -- on a ticket -----------------------------------------------------------------------------------------------------

TAKES = frozenset(
    {Action.SUPPLEMENT, Action.REVIEW_REQUEST, Action.CONTACT, Action.PROGRESS, Action.REPLY, Action.FAIL}
    | {Action.REQ_RETURN, Action.REQ_EXTEND, Action.REQ_SUSPEND, Action.REQ_EXCLUDE, Action.ANSWER_SUPERVISION}
    | {Action.DESIGNATE, Action.CREATE, Action.DRAFT_REPLY}
)
"""The steps with which files can be given."""
APPELLANTS = frozenset({Action.CREATE, Action.SUPPLEMENT, Action.REVIEW_REQUEST})
"""The steps whose files are the appellant's, whoever put them in."""
ANSWERS = frozenset({Action.PROGRESS, Action.DRAFT_REPLY, Action.REPLY})
"""The steps whose files may be marked to go out with the public reply."""


def counted(kinds: Iterable[str]) -> dict[str, int]:
    """How many of each kind, as the journal keeps it: neither names nor contents."""
    return dict(sorted(Counter(str(kind) for kind in kinds).items()))


def counted_words(kept: Mapping[str, int]) -> str:
    """The same in words."""
    return "附" + "、".join(f"{Kind(kind).label} {n} 个" for kind, n in kept.items())


WHY_SEALED = "诉求人要求保密，附件经热线中心看过、确认不会暴露身份后才能打开"
WHY_HIDDEN = "按权限不能打开附件"


def why_closed(viewer: Viewer, view: View, *, appellants: bool, released: bool, public: bool) -> str:
    """Why this viewer may not open a file of a ticket, in words; empty when it may be opened.

    A text can be redacted, a file cannot (handbook §12, row "text, files"): where the text would be redacted, an
    appellant's file stays closed until the centre has looked at it and let it through to the units.
    """
    if view.text is Shown.FULL:
        return ""
    if viewer is Viewer.SEALED:
        return "" if not appellants or released else WHY_SEALED
    if view.text is Shown.HIDDEN or appellants or not public:
        return WHY_HIDDEN
    return ""
