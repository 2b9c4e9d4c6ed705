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


def read_template(form: str) -> bytes:
    """Give the shipped Word template of a form."""
    return (HERE / f"{form}.docx").read_bytes()
