"""Reference data as administrators edit it: what resolutions want and how they are
followed."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from provinces.administration import PartInline, ReferenceAdmin, show_number
from provinces.models.validity import LEADS_BACK, leads_back
from tracker.models import Indicator, Resolution, Review, Target, Topic
from tracker.numbers import read_number


class NumberField(forms.DecimalField):
    """A number typed the way of the page's language.

    Vietnamese "3.676" is 3676; what fits neither way of writing is refused.
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.strip():
            try:
                value = read_number(value)
            except ValidationError:
                message = _("Write the number like %(example)s.")
                example = show_number(Decimal("3676.5"))
                raise ValidationError(message, params={"example": example}) from None
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return show_number(value) if isinstance(value, Decimal) else value


class TargetInline(PartInline):
    model = Target
    fk_name = "resolution"
    label = "code"
    fields = (
        ("code", "year"),
        "wording",
        ("operator", "value"),
        ("unit", "scope"),
        "indicator",
    )

    def formfield_for_dbfield(
        self, db_field: Any, request: Any, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name == "value":
            kwargs["form_class"] = NumberField
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "indicator":
            # Asked once, not once for each target on the page.
            field.choices = list(field.choices)
        return field


class SourcedAdmin(ReferenceAdmin):
    """Rows that may have been read out of a source, which stays as it was read."""

    readonly_fields = ("source_id", "passage")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        source = (_("Source"), {"fields": self.readonly_fields})
        told = (None, {"fields": self.fields})
        return (told,) if obj is None else (told, source)


@admin.register(Resolution)
class ResolutionAdmin(SourcedAdmin):
    list_display = ("number", "title", "issuer", "issued_on")
    list_select_related = ("issuer",)
    search_fields = ("number", "title")
    fields = (
        ("number", "slug"),
        "title",
        ("issuer", "term"),
        "issued_on",
        "objective",
    )
    fixed_fields = ("slug",)
    inlines = (TargetInline,)


@admin.register(Indicator)
class IndicatorAdmin(SourcedAdmin):
    list_display = ("name", "unit", "scope", "organisation")
    list_select_related = ("organisation",)
    list_filter = ("resolutions",)
    search_fields = ("name",)
    ordering = ("pk",)
    fields = (
        "name",
        ("unit", "scope"),
        "province",
        "organisation",
        "resolutions",
        "note",
    )


@admin.register(Topic)
class TopicAdmin(SourcedAdmin):
    list_display = ("name", "slug")
    search_fields = ("name",)
    fields = ("name", "slug")
    fixed_fields = ("slug",)


class ReviewForm(forms.ModelForm):
    def clean_part_of(self) -> Review | None:
        self.instance.part_of = self.cleaned_data["part_of"]
        if leads_back(self.instance, "part_of"):
            raise ValidationError(LEADS_BACK)
        return self.instance.part_of


@admin.register(Review)
class ReviewAdmin(SourcedAdmin):
    form = ReviewForm
    list_display = ("title", "owner", "reports_to", "part_of")
    list_select_related = ("owner", "reports_to", "part_of")
    search_fields = ("title",)
    ordering = ("pk",)
    fields = ("title", "owner", "reports_to", "part_of", "resolutions")
