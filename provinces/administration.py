"""The administration: who may enter it, and what all its pages have in common."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import wraps
from itertools import pairwise
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import localize, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from provinces.models import Organisation, Province
from provinces.succession import name_organisations, name_units, register_of

# Days are typed as everywhere in the product; what has to be ticked is seen at once.
DAY = forms.DateInput(
    attrs={"inputmode": "numeric", "placeholder": gettext_lazy("dd/mm/yyyy")}
)
PLAIN_WIDGETS: dict[type[models.Field], dict[str, Any]] = {
    models.DateField: {"widget": DAY},
    models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple},
}


def is_administrator(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.is_administrator


class AdministrationSite(admin.AdminSite):
    """Users and reference data, for administrators at a body that oversees all."""

    site_title = gettext_lazy("Resolution tracking")
    site_header = gettext_lazy("Resolution tracking")
    index_title = gettext_lazy("Administration")
    empty_value_display = "–"
    enable_nav_sidebar = False
    final_catch_all_view = False

    def has_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Refuse whoever may not enter; strangers were sent to sign in before."""
        guarded = super().admin_view(view, cacheable)

        @wraps(view)
        def refuse_others(
            request: HttpRequest, *args: Any, **kwargs: Any
        ) -> HttpResponse:
            if not self.has_permission(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        return refuse_others

    def get_urls(self) -> list[Any]:
        """Send strangers to the one page of the product that people sign in on."""
        unused = {"autocomplete", "password_change_done"}
        routes = [
            one for one in super().get_urls() if getattr(one, "name", "") not in unused
        ]
        for route in routes:
            view: Any = route.callback
            if hasattr(view, "login_url"):
                view.login_url = settings.LOGIN_URL
        return routes

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead on: people sign in on the page of the product."""
        return self.admin_view(lambda request: redirect("admin:index"))(request)

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")

    def register(
        self,
        model_or_iterable: Any,
        admin_class: type[admin.ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        """Take pages of the house only: packages offer their own tables here."""
        if admin_class is not None and issubclass(admin_class, ReferenceAdmin):
            super().register(model_or_iterable, admin_class, **options)


def show_number(value: Decimal) -> str:
    """Write a number the way of the page's language, without zeros at its end."""
    plain = f"{value:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return number_format(plain, force_grouping=True)


class HistoryWords(HistoricalRecordContextHelper):
    """What changed, in the words and forms that the pages use themselves."""

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        field = self.model._meta.get_field(change.field)
        # A link to nothing comes as a row of no number that was deleted.
        if value in (None, "") or getattr(value, "pk", 0) is None:
            return "–"
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, date):
            return localize(value)
        if isinstance(value, Decimal):
            return show_number(value)
        if getattr(field, "flatchoices", None):
            return str(dict(field.flatchoices).get(value, value))
        return super().prepare_delta_change_value(change, value)


def fit_field(field: forms.Field | None, column: models.Field) -> forms.Field | None:
    """Leave out the windows beside a list of choices; mark what is Vietnamese."""
    if field is not None:
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        if not column.choices:
            field.widget.attrs["lang"] = "vi"
    return field


def _labels_of(model: type[models.Model], request: HttpRequest) -> dict | None:
    person: Any = request.user
    register = register_of(person)
    if model is Province:
        return name_units(register)
    if model is Organisation:
        return name_organisations(register.bodies, register)
    return None


class PartInline(admin.StackedInline):
    """Rows edited on the page of the row they belong to; never deleted."""

    extra = 1
    formfield_overrides = PLAIN_WIDGETS
    # The column that tells one row from another in the history.
    label = ""

    def has_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)

    has_view_permission = has_add_permission = has_change_permission = has_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return fit_field(field, db_field)

    def get_formset(
        self, request: HttpRequest, obj: Any = None, **kwargs: Any
    ) -> type[BaseInlineFormSet]:
        kwargs.setdefault("validate_min", True)
        return super().get_formset(request, obj, **kwargs)


class ReferenceAdmin(SimpleHistoryAdmin):
    """Pages of one table: seen, added to and changed, with history; never deleted."""

    object_history_template = "admin/history.html"
    list_per_page = 100
    # By the ordering of the model alone: databases order text differently.
    sortable_by: tuple[str, ...] = ()
    show_facets = admin.ShowFacets.NEVER
    formfield_overrides = PLAIN_WIDGETS
    # What other rows, files and addresses know a row by: typed once.
    fixed_fields: tuple[str, ...] = ()

    def has_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)

    has_view_permission = has_add_permission = has_change_permission = has_permission
    has_module_permission = has_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        """Leave out addresses of old, and the form that writes an old version back."""
        routes = super().get_urls()
        return [
            route
            for route in routes
            if route.name and not route.name.endswith("_simple_history")
        ]

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> tuple[str, ...]:
        fixed = () if obj is None else self.fixed_fields
        return (*self.readonly_fields, *fixed)

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField:
        """Offer provinces and bodies by the names that people know them by."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if (labels := _labels_of(db_field.remote_field.model, request)) is not None:
            nothing = [] if field.empty_label is None else [("", field.empty_label)]
            field.choices = [*nothing, *labels.items()]
        return field

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return fit_field(field, db_field)

    def get_historical_record_context_helper(
        self, request: HttpRequest, historical_record: Any
    ) -> HistoryWords:
        return HistoryWords(self.model, historical_record)

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Tell the history of the row and of the rows edited on its page."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        parts = [
            {"name": inline.model._meta.verbose_name_plural, "records": records}
            for inline in self.inlines
            if (records := read_part_history(inline, row))
        ]
        return super().history_view(request, object_id, {"parts": parts})


def read_part_history(inline: type[PartInline], row: models.Model) -> list[Any]:
    """Give what happened to the parts of a row, newest first: one query."""
    history = inline.model.history.filter(**{str(inline.fk_name): row.pk})
    by_part = history.order_by("id", "-history_date", "-history_id")
    records = list(by_part.select_related("history_user"))
    for record in records:
        record.label = getattr(record, inline.label)
    for record, older in pairwise(records):
        if record.id == older.id:
            delta = record.diff_against(older)
            words = HistoryWords(inline.model, record)
            record.history_delta_changes = words.context_for_delta_changes(delta)
    return sorted(records, key=lambda one: one.history_date, reverse=True)


def show_yes_or_no(name: str, description: Any) -> Callable[..., str]:
    """Make a column of words: the icons of the admin read True in every language."""

    @admin.display(description=description)
    def column(row: models.Model) -> str:
        return _("Yes") if getattr(row, name) else _("No")

    return column
