"""A filter under a name."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.addresses import canonical_query
from tracker.filters import RecommendationFilter
from tracker.forms.entering import EntryForm, entered
from tracker.models import SavedView


class SavedViewForm(EntryForm):
    name = entered(SavedView, "name", label=gettext_lazy("Name"))
    is_shared = entered(
        SavedView, "is_shared", label=gettext_lazy("Share with my organisation")
    )
    # Long, and still an address that every browser and server takes.
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=3000)

    def clean_query(self) -> str:
        """Keep what the filter understands; an untouched one keeps every part."""
        typed = self.cleaned_data["query"]
        if self.subject.pk and typed == self.subject.query:
            return typed
        on = timezone.localdate()
        chosen = RecommendationFilter(QueryDict(typed), user=self.user, on=on)
        query = canonical_query(chosen)
        if not query:
            raise ValidationError(_("Nothing is filtered: there is nothing to save."))
        return query
