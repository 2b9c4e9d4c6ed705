"""What is typed to search everything."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.filters import MAX_QUERY_LENGTH


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("What to search for"),
        max_length=MAX_QUERY_LENGTH,
        required=False,
        error_messages={
            "max_length": _("At most %(limit_value)d characters can be searched for."),
            "null_characters_not_allowed": _(
                "What was typed holds a character that no text has."
            ),
        },
    )
