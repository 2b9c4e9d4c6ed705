"""The readers of the environment, for the settings alone."""

import os

from django.core.exceptions import ImproperlyConfigured


def read_text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def read_list(name: str) -> list[str]:
    return [part.strip() for part in read_text(name).split(",") if part.strip()]


def read_number(name: str, default: int) -> int:
    text = read_text(name, str(default))
    if not text.isdecimal():
        raise ImproperlyConfigured(f"Set {name} to a whole number; it is {text!r}.")
    return int(text)
