"""A file is what its bytes say, is kept under a harmless name, and opens to whom the table lets."""

from __future__ import annotations

import pytest

from hotline.domain.attachment import (
    DOC,
    DOCX,
    JPEG,
    OLE,
    PDF,
    TAKES,
    XLSX,
    FileLimits,
    Format,
    Kind,
    Unfit,
    clean_name,
    counted,
    counted_words,
    in_ole,
    in_zip,
    recognise,
    too_large,
    why_closed,
)
from hotline.domain.masking import TABLE, Viewer
from web.tickets.forms import FORMS


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", Kind.PHOTO),
        (b"RIFF\0\0\0\0WEBPVP8 ", Kind.PHOTO),
        (b"RIFF\0\0\0\0WAVEfmt ", Kind.AUDIO),
        (b"\0\0\0\x18ftypmp42", Kind.VIDEO),
        (b"\0\0\0\x14ftypqt  ", Kind.VIDEO),
        (b"\0\0\0\x18ftypM4A ", Kind.AUDIO),
        (b"ID3\x04\0", Kind.AUDIO),
        (b"\xff\xfb\x90\x44", Kind.AUDIO),
        (b"\xff\xf1\x50\x80", Kind.AUDIO),
        (b"#!AMR\n", Kind.AUDIO),
        (b"%PDF-1.7", Kind.PDF),
    ],
)
def test_the_beginning_says_what_it_is(head: bytes, kind: Kind) -> None:
    known = recognise(head)
    assert known is not None
    assert known.kind is kind


@pytest.mark.parametrize(
    "head", [b"", b"<html>", b"MZ\x90\0", b"#!/bin/sh", b"plain words", b"\x7fELF", b"<svg xmlns="]
)
def test_what_nobody_opens_as_evidence_is_nothing_we_know(head: bytes) -> None:
    assert recognise(head) is None


def test_a_photograph_that_nobody_here_could_open_is_told_what_to_do() -> None:
    with pytest.raises(Unfit, match="另存为 JPG"):
        recognise(b"\0\0\0\x18ftypheic")


def test_documents_are_known_by_what_is_in_them() -> None:
    assert in_zip(["[Content_Types].xml", "word/document.xml"]) is DOCX
    assert in_zip(["[Content_Types].xml", "xl/workbook.xml"]) is XLSX
    assert in_zip(["readme.txt"]) is None
    assert in_ole(OLE + "WordDocument".encode("utf-16-le") + b"\0\0") is DOC
    assert in_ole(OLE + "Installer".encode("utf-16-le") + b"\0\0") is None


def test_documents_with_macros_are_not_taken() -> None:
    with pytest.raises(Unfit, match="宏"):
        in_zip(["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"])
    with pytest.raises(Unfit, match="宏"):
        in_ole(OLE + "WordDocument\0_VBA_PROJECT\0".encode("utf-16-le"))


@pytest.mark.parametrize(
    ("given", "known", "kept"),
    [
        ("路灯.JPG", JPEG, "路灯.jpg"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("C:\\Users\\me\\凭证.pdf", PDF, "凭证.pdf"),
        ("report.pdf.exe", PDF, "report.pdf.pdf"),
        ('a"b<c>:d|?.png', JPEG, "a_b_c_d.jpg"),
        ("\u202egpj.exe", JPEG, "gpj.jpg"),
        ("con.jpg", JPEG, "图片.jpg"),
        ("...", PDF, "PDF.pdf"),
        ("", JPEG, "图片.jpg"),
        ("长" * 300 + ".docx", DOCX, "长" * 80 + ".docx"),
    ],
)
def test_a_name_keeps_no_path_and_gets_a_true_ending(given: str, known: Format, kept: str) -> None:
    assert clean_name(given, known) == kept


def test_a_file_too_large_is_told_which_how_large_and_what_to_do() -> None:
    said = too_large("现场.mp4", 21 * 1024 * 1024, FileLimits())
    assert "“现场.mp4”有 21.0 MB" in said
    assert "不能超过 20 MB" in said
    assert "压缩" in said


def test_the_journal_counts_kinds_and_names_nothing() -> None:
    kept = counted(["photo", "pdf", "photo"])
    assert kept == {"pdf": 1, "photo": 2}
    assert counted_words(kept) == "附PDF 1 个、图片 2 个"


@pytest.mark.parametrize("viewer", [Viewer.HAND, Viewer.LEAD, Viewer.UNIT, Viewer.OVERSIGHT])
def test_who_reads_the_text_in_full_opens_the_files(viewer: Viewer) -> None:
    assert not why_closed(viewer, TABLE[viewer], appellants=True, released=False, public=False)


def test_of_a_sealed_ticket_the_unit_opens_its_own_files_and_what_the_centre_let_through() -> None:
    sealed = (Viewer.SEALED, TABLE[Viewer.SEALED])
    assert why_closed(*sealed, appellants=True, released=False, public=False)
    assert not why_closed(*sealed, appellants=True, released=True, public=False)
    assert not why_closed(*sealed, appellants=False, released=False, public=False)


@pytest.mark.parametrize("viewer", [Viewer.COMPLAINED, Viewer.LEADER, Viewer.NOBODY])
def test_others_open_no_file_of_an_appellant_whatever_was_let_through(viewer: Viewer) -> None:
    assert why_closed(viewer, TABLE[viewer], appellants=True, released=True, public=True)


def test_the_forms_that_take_files_are_those_of_the_steps_that_do() -> None:
    with_files = {action for action, form in FORMS.items() if hasattr(form, "files")}
    assert with_files == TAKES & FORMS.keys()
