"""docs/settings.md says what the code does."""

from hotline.settings import ROOT, table


def test_the_settings_page_equals_the_code() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert page == table.markdown(), "run: python -m hotline.settings.table > docs/settings.md"
