"""The register as administrators edit it: provinces, bodies, successions, people."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    UserChangeForm,
    UserCreationForm,
)
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from provinces.administration import PartInline, ReferenceAdmin, show_yes_or_no
from provinces.choices import ProvinceKind
from provinces.models import (
    Organisation,
    Province,
    ProvinceName,
    Succession,
    User,
)
from provinces.models.validity import in_force


class InForceFilter(admin.SimpleListFilter):
    title = _("in force")
    parameter_name = "in_force"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, Any]]:
        return [("today", _("in force today")), ("not", _("not in force today"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        is_in_force = in_force(timezone.localdate())
        chosen = {"today": is_in_force, "not": ~is_in_force}.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(chosen)


class ProvinceNameInline(PartInline):
    model = ProvinceName
    fk_name = "province"
    label = "name"
    fields = (
        ("name", "name_en"),
        ("kind", "region"),
        ("valid_from", "valid_to"),
        "instrument",
    )
    # Pages show a province by its name: none is without one.
    min_num = 1


@admin.register(Province)
class ProvinceAdmin(ReferenceAdmin):
    list_display = (
        "name",
        "kind",
        "code",
        "abbreviation",
        "valid_from",
        "valid_to",
        "successor",
    )
    list_select_related = ("successor",)
    list_filter = (InForceFilter,)
    search_fields = ("names__name", "names__name_en", "code", "abbreviation")
    fields = (
        ("code", "slug", "abbreviation"),
        ("valid_from", "valid_to"),
        ("successor", "instrument"),
    )
    fixed_fields = ("slug",)
    inlines = (ProvinceNameInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Province]:
        return super().get_queryset(request).with_last_name(timezone.localdate())

    @admin.display(description=_("name"))
    def name(self, province: Province) -> str:
        return province.name

    @admin.display(description=_("kind"))
    def kind(self, province: Province) -> str:
        return str(dict(ProvinceKind.choices).get(province.kind, ""))


@admin.register(Organisation)
class OrganisationAdmin(ReferenceAdmin):
    list_display = (
        "name",
        "short_name",
        "kind",
        "province",
        "valid_from",
        "valid_to",
        show_yes_or_no("oversees_all", _("oversees all")),
    )
    list_select_related = ("province",)
    list_filter = (InForceFilter, "kind", "oversees_all")
    search_fields = ("name", "short_name")
    fields = (
        "name",
        "short_name",
        ("kind", "document_form"),
        "email",
        "province",
        "parent",
        "spoken_for_by",
        ("valid_from", "valid_to"),
        "oversees_all",
    )


@admin.register(Succession)
class SuccessionAdmin(ReferenceAdmin):
    list_display = (
        "predecessor",
        "successor",
        "on",
        show_yes_or_no("is_main", _("main successor")),
        "instrument",
    )
    list_select_related = ("predecessor", "successor")
    search_fields = ("predecessor__name", "successor__name", "instrument")
    ordering = ("-on", "pk")
    fields = ("predecessor", "successor", "on", "is_main", "instrument")


class UserForm(UserChangeForm):
    def clean(self) -> dict[str, Any] | None:
        # Two administrators must not let each other go at once: the second waits.
        list(User.objects.administrators().select_for_update(of=("self",)))
        return super().clean()


class NewPasswordForm(AdminPasswordChangeForm):
    """A new password, twice; whether a person may sign in is a field of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)


@admin.register(User)
class UserAdmin(ReferenceAdmin, DjangoUserAdmin):  # type: ignore[misc]
    form = UserForm
    add_form = UserCreationForm
    add_form_template = None
    change_password_form = NewPasswordForm
    change_user_password_template = "admin/user_password.html"
    list_display = (
        "username",
        "full_name",
        "role",
        "organisation",
        show_yes_or_no("is_active", _("may sign in")),
        "last_login",
    )
    list_filter = ("role", "is_active")
    search_fields = ("username", "full_name", "organisation__name")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "new_password", "full_name", "email")}),
        (_("Rights"), {"fields": ("organisation", "role", "is_active")}),
        (None, {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "password1", "password2")}),
        (None, {"fields": ("full_name", "email")}),
        (_("Rights"), {"fields": ("organisation", "role", "is_active")}),
    )
    readonly_fields = ("new_password", "last_login", "date_joined")

    @admin.display(description=_("password"))
    def new_password(self, user: User) -> str:
        words = _("Set a new password")
        return format_html('<a class="button" href="../password/">{}</a>', words)
