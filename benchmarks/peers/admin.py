"""Recommendations in the Django admin, set up as its manual and a good colleague would.

Related rows are joined, bodies are not offered in selects, facets of filters are as
they come (`show_facets` by default). Whoever signs in may see and export all.
"""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin, TabularInline
from django.contrib.auth.forms import AuthenticationForm
from django.db.models import QuerySet
from django.http import HttpRequest
from import_export.admin import ExportMixin
from import_export.fields import Field
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ExportForm
from import_export.resources import ModelResource
from import_export.widgets import ManyToManyWidget

from provinces.models import Organisation
from tracker.models import (
    HISTORY_MODELS,
    FollowUpAction,
    Recommendation,
    Resolution,
)
from tracker.models.recommendations import MOST_URGENT_FIRST

JOINED = ("addressee", "lead", "province", "raised_by", "passage__document")


class OpenSite(AdminSite):
    """A site for whoever has an account: rights cost the peer nothing."""

    login_form = AuthenticationForm

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active


class History(TabularInline):
    """Rows of a history that are shown and never changed."""

    fk_name = "recommendation"
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = self.model._default_manager.filter()
        named = [
            field.name
            for field in self.model._meta.fields
            if field.is_relation and field.name != "recommendation"
        ]
        return rows.select_related(*named)


def history_of(model: type) -> type[History]:
    return type(f"{model.__name__}History", (History,), {"model": model})


class RecommendationResource(ModelResource):
    """The columns of the product's export that are columns of the tables."""

    resolutions = Field("resolutions", "resolutions")
    coordinating = Field("coordinating", "coordinating")

    class Meta:
        model = Recommendation
        fields = (
            *("code_prefix", "code_year", "code_number", "wording", "kind"),
            *("resolutions", "raised_by__name", "addressee__name", "lead__name"),
            *("coordinating", "due_on", "original_due_on", "extension_count"),
            *("progress", "confirmation", "confirmed_progress", "completed_on"),
            *("current_update__note", "open_difficulties", "answer", "answered_on"),
            *("passage__document__title", "passage__locator", "passage__quotation"),
            "last_update_at",
        )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name, model, field in (
            ("resolutions", Resolution, "number"),
            ("coordinating", Organisation, "name"),
        ):
            self.fields[name].widget = ManyToManyWidget(model, field=field)


class RecommendationAdmin(ExportMixin, ModelAdmin):
    list_display = (
        *("code", "wording", "kind", "province", "lead", "progress", "due_on"),
        *("last_update_at", "confirmation", "answer", "open_difficulties"),
    )
    list_filter = ("resolutions", "progress", "province")
    list_select_related = ("province", "lead")
    list_per_page = 50
    search_fields = ("wording",)
    ordering = MOST_URGENT_FIRST
    raw_id_fields = (
        *("resolutions", "topics", "coordinating", "province", "session"),
        *("raised_by", "addressee", "lead", "passage"),
    )
    inlines = tuple(map(history_of, (*HISTORY_MODELS, FollowUpAction)))
    resource_classes = (RecommendationResource,)
    export_form_class = ExportForm
    formats = (CSV, XLSX)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    has_module_permission = has_change_permission = has_view_permission
    has_export_permission = has_view_permission

    def get_export_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_export_queryset(request)
        joined = rows.select_related(*JOINED, "current_update")
        return joined.prefetch_related("resolutions", "coordinating")


site = OpenSite(name="admin")
site.register(Recommendation, RecommendationAdmin)
