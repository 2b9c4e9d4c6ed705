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
            for name, is_letter in ((form, False), (f"{form}_letter", True)):
                path = HERE / f"{name}.docx"
                path.write_bytes(make_word_template(form, is_letter=is_letter))
                self.stdout.write(f"{path.name}: {path.stat().st_size} bytes.")
