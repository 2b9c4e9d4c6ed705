"""The language of names and sentences on the pages of the administration."""

import re

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
# Where these pages write what rows say: the body of a list, the name of a part,
# and what can only be read.
WRITTEN = re.compile(r'<tbody|<span class="inline_label"|<div class="readonly"')


@register.filter
def mark_vietnamese(page: SafeString) -> SafeString:
    """Say that what comes from the database is Vietnamese, whoever reads it."""
    return mark_safe(WRITTEN.sub(r'\g<0> lang="vi"', page))
