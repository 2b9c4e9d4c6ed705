"""Words for values of choices, translated once and not on every line."""

from functools import cache

from django.db.models import TextChoices
from django.utils.translation import override


def label(value: str, choices: type[TextChoices], language: str | None) -> str:
    """Give the word for a value of choices; nothing where nothing was said."""
    return _words(choices, language)[value] if value else ""


@cache
def _words(choices: type[TextChoices], language: str | None) -> dict[str, str]:
    with override(language):
        return {one.value: str(one.label) for one in choices}
