"""Layouts of official documents as data, and the fonts and templates they use."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FONTS = HERE / "fonts"


@cache
def read_layout(form: str) -> dict[str, Any]:
    """Give margins, sizes and spacing of "party" or "state" (domain facts §5)."""
    return tomllib.loads((HERE / f"{form}.toml").read_text("utf-8"))


def read_template(form: str, *, is_letter: bool = False) -> bytes:
    """Give the Word template of reports, or of letters, that is shipped for a form."""
    name = f"{form}_letter" if is_letter else form
    return (HERE / f"{name}.docx").read_bytes()
