"""What turns the boxes of forms into HTML: templates that are compiled."""

from pathlib import Path
from typing import Any

import django.forms
from django.conf import settings
from django.forms import renderers
from django.utils.functional import cached_property


class FormRenderer(renderers.Jinja2):
    """The templates of Django in Jinja2, and before them those of our own.

    A list of bodies has dozens of lines, which Django lays out by three files each.
    """

    field_template_name = "components/field.html"

    @cached_property
    def engine(self) -> Any:
        own = settings.BASE_DIR / "templates" / "forms"
        of_django = Path(django.forms.__file__).parent / "jinja2"
        return self.backend(
            {
                "APP_DIRS": False,
                "DIRS": [own, of_django],
                "NAME": "forms",
                "OPTIONS": {},
            }
        )


# One for all: each compiles what it renders.
RENDERER = FormRenderer()
