"""What is written to the disk: looked at, pictures drawn anew, nothing left behind by what was refused."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from hotline.domain.attachment import FileLimits, Kind, Unfit
from hotline.store.vault import Kept, Vault
from tests.factories.files import A_PDF, CAMERA, NO_PICTURE, a_bomb, a_document, a_picture

LIMITS = FileLimits(megapixels=4, side=640)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "attachments")


def keep(vault: Vault, data: bytes, name: str = "x.jpg") -> Kept:
    return vault.keep(BytesIO(data), name, LIMITS)


def written(vault: Vault) -> list[Path]:
    return [path for path in vault.folder.glob("**/*") if path.is_file()]


def test_a_picture_loses_what_the_camera_wrote_beside_it_and_stands_upright(vault: Vault) -> None:
    kept = keep(vault, a_picture(size=(60, 40), turned=True))
    assert CAMERA.encode() in a_picture(turned=True)
    assert CAMERA.encode() not in vault.path(kept.key).read_bytes()
    with Image.open(vault.path(kept.key)) as drawn:
        assert drawn.size == (40, 60)
        assert not drawn.getexif()
    assert vault.thumb(kept.key).is_file()


def test_what_was_hung_on_behind_a_picture_is_gone(vault: Vault) -> None:
    kept = keep(vault, a_picture() + NO_PICTURE)
    assert b"script" not in vault.path(kept.key).read_bytes()


def test_a_large_picture_is_kept_smaller(vault: Vault) -> None:
    kept = keep(vault, a_picture(size=(1800, 900)))
    with Image.open(vault.path(kept.key)) as drawn:
        assert drawn.size == (640, 320)


def test_a_screen_stays_sharp(vault: Vault) -> None:
    kept = keep(vault, a_picture("PNG"), "截图.png")
    assert (kept.format.mime, kept.name) == ("image/png", "截图.png")


def test_what_is_no_picture_is_kept_to_the_byte(vault: Vault) -> None:
    kept = keep(vault, A_PDF, "凭证.pdf")
    assert kept.format.kind is Kind.PDF
    assert vault.path(kept.key).read_bytes() == A_PDF
    assert not kept.thumb
    assert vault.path(kept.key).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "是空的"),
        (NO_PICTURE, "不是能接收的文件"),
        (a_picture()[:80], "已经损坏"),
        (b"\xff\xd8\xff" + b"junk" * 50, "已经损坏"),
        (a_bomb(), "像素，太大了"),
        (a_document("readme.txt"), "不是能接收的文件"),
        (a_document()[:60], "已经损坏"),
    ],
)
def test_what_is_refused_is_told_and_leaves_nothing(vault: Vault, data: bytes, said: str) -> None:
    with pytest.raises(Unfit, match=said):
        keep(vault, data)
    assert not written(vault)


def test_the_same_file_has_the_same_hash_however_often_it_is_kept(vault: Vault) -> None:
    one, two = keep(vault, a_picture()), keep(vault, a_picture())
    assert one.key != two.key
    assert one.sha256 == two.sha256


def test_bytes_without_a_row_are_swept_once_they_are_old(vault: Vault) -> None:
    old, young, named = keep(vault, a_picture()), keep(vault, A_PDF), keep(vault, A_PDF)
    for kept in (old, named):
        for path in (vault.path(kept.key), vault.thumb(kept.key)):
            if path.exists():
                os.utime(path, (1000, 1000))
    assert vault.sweep(lambda keys: {named.key} & set(keys), 2000) == 2
    assert not vault.path(old.key).exists()
    assert vault.path(young.key).exists()
    assert vault.path(named.key).exists()
