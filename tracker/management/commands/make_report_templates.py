"""Make the Word templates of the official report anew, after a change of a layout."""

from typing import Any

from django.core.management.base import BaseCommand

from tracker.reports.layouts import HERE
from tracker.reports.layouts.word_templates import make_word_template


class Command(BaseCommand):
    help = "Make the shipped Word templates from the layouts. For developers."
    # Files only: it must run before there is a database.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for form in ("party", "state"):
            path = HERE / f"{form}.docx"
            path.write_bytes(make_word_template(form))
            self.stdout.write(f"{path.name}: {path.stat().st_size} bytes.")
