"""The register: which provinces, bodies and people exist, and when."""

from datetime import date, timedelta
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from provinces.choices import DocumentForm, OrganisationKind, ProvinceKind, Role
from provinces.folding import VietnameseCharField, sort_key

# Roles that only a body that oversees all can give.
WIDE_ROLES = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
LEADS_BACK = _("This leads back to where it began.")


def in_force(on: date, prefix: str = "") -> Q:
    """Match rows whose valid days include `on`; an open end is unknown or not yet."""
    return (
        Q(**{f"{prefix}valid_from__isnull": True})
        | Q(**{f"{prefix}valid_from__lte": on})
    ) & (Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": on}))


def with_sort_key(
    named: "ProvinceName | Organisation", kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Let the key that lists sort by follow the name, in a partial save too."""
    named.sort_key = sort_key(named.name)
    fields = kwargs.get("update_fields")
    if fields is not None and "name" in fields:
        return kwargs | {"update_fields": {*fields, "sort_key"}}
    return kwargs


def forbid_ending_before_beginning(
    named: "Province | ProvinceName | Organisation",
) -> None:
    if named.valid_from and named.valid_to and named.valid_to < named.valid_from:
        message = _("The last day comes before the first.")
        raise ValidationError({"valid_to": message})


def leads_back(row: models.Model, link: str) -> bool:
    """Say whether a link followed from row to row comes back to this one: one query."""
    rows = type(row)._default_manager.filter(**{f"{link}__isnull": False})
    links = dict(rows.order_by().values_list("pk", f"{link}_id"))
    return _comes_to(row.pk, getattr(row, f"{link}_id"), links)


def _comes_to(end: int | None, start: int | None, links: dict[int, int]) -> bool:
    """Follow the links; a loop among others ends the walk too."""
    seen = set()
    while start is not None and start not in seen:
        if start == end:
            return True
        seen.add(start)
        start = links.get(start)
    return False


class ProvinceQuerySet(models.QuerySet["Province"]):
    def in_force(self, on: date) -> Self:
        return self.filter(in_force(on))

    def with_last_name(self, on: date) -> Self:
        """Add `name` and `kind` as on the day, or the last ones of an ended unit."""
        names = ProvinceName.objects.filter(province=OuterRef("pk")).filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on)
        )
        latest = names.order_by(F("valid_from").desc(nulls_last=True))
        return self.annotate(
            name=Subquery(latest.values("name")[:1]),
            kind=Subquery(latest.values("kind")[:1]),
        )


class Province(models.Model):
    """A province-level unit from its first day to its last (Nghị quyết 202/2025/QH15).

    A unit that keeps its code through a merger is a new row with a slug of its own.
    """

    code = models.CharField(_("code"), max_length=2)
    slug = models.SlugField(_("key in addresses"), max_length=10, unique=True)
    abbreviation = models.CharField(
        _("abbreviation"), max_length=3, validators=[RegexValidator(r"^[A-Z]{3}$")]
    )
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    valid_to = models.DateField(_("in force until"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        verbose_name=_("successor"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
    )
    instrument = VietnameseCharField(
        _("instrument that ended it"), max_length=200, blank=True
    )
    history = HistoricalRecords()

    objects = ProvinceQuerySet.as_manager()

    # Only rows read `with_last_name` have these.
    name: str
    kind: str

    class Meta:
        verbose_name = _("province")
        verbose_name_plural = _("provinces")
        ordering = ["code", "valid_from", "pk"]

    def __str__(self) -> str:
        # The name comes with rows that were read `with_last_name`.
        return f"{getattr(self, 'name', None) or self.abbreviation} ({self.slug})"

    def get_absolute_url(self) -> str:
        return reverse("province", args=[self.slug])

    def clean(self) -> None:
        super().clean()
        forbid_ending_before_beginning(self)
        self._forbid_a_loop_or_a_gap()
        for field in ("code", "abbreviation"):
            if self._at_the_same_time().filter(**{field: getattr(self, field)}):
                message = _("Another province in force at the same time has this.")
                raise ValidationError({field: message})

    def _forbid_a_loop_or_a_gap(self) -> None:
        if self.successor is None:
            return
        if leads_back(self, "successor"):
            raise ValidationError({"successor": LEADS_BACK})
        if self.valid_to is None:
            message = _("Give the last day of a province that has a successor.")
            raise ValidationError({"valid_to": message})
        following = Province.objects.in_force(self.valid_to + timedelta(days=1))
        if not following.filter(pk=self.successor.pk).exists():
            message = _("The successor is not in force on the day after the last.")
            raise ValidationError({"successor": message})

    def _at_the_same_time(self) -> ProvinceQuerySet:
        others = Province.objects.exclude(pk=self.pk)
        if self.valid_to is not None:
            others = others.exclude(valid_from__gt=self.valid_to)
        if self.valid_from is not None:
            others = others.exclude(valid_to__lt=self.valid_from)
        return others


class ProvinceName(models.Model):
    """What a province is called, its kind and its region between two days."""

    province = models.ForeignKey(
        Province,
        verbose_name=_("province"),
        on_delete=models.PROTECT,
        related_name="names",
    )
    name = VietnameseCharField(_("name"), max_length=100)
    name_en = models.CharField(_("name without accents"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=ProvinceKind)
    region = VietnameseCharField(_("region"), max_length=100, blank=True)
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    valid_to = models.DateField(_("in force until"), null=True, blank=True)
    instrument = VietnameseCharField(_("instrument"), max_length=200, blank=True)
    sort_key = models.BinaryField(editable=False)
    history = HistoricalRecords(excluded_fields=["sort_key"])

    class Meta:
        verbose_name = _("name of a province")
        verbose_name_plural = _("names of provinces")
        ordering = ["province", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "valid_from"], name="one_name_from_a_day"
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **with_sort_key(self, kwargs))

    def clean(self) -> None:
        super().clean()
        forbid_ending_before_beginning(self)

    @property
    def full_name(self) -> str:
        """The name with its kind, as Vietnamese documents write it."""
        kinds = {ProvinceKind.CITY: "thành phố", ProvinceKind.PROVINCE: "tỉnh"}
        return f"{kinds[ProvinceKind(self.kind)]} {self.name}"


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def in_force(self, on: date) -> Self:
        return self.filter(in_force(on))

    def able_to_lead(self, on: date) -> Self:
        """Bodies a recommendation may be given to: in force and never a group."""
        return self.in_force(on).exclude(kind=OrganisationKind.GROUP)


class Organisation(models.Model):
    """A body that asks, answers, leads or takes part, under its full name."""

    name = VietnameseCharField(_("name"), max_length=200, unique=True)
    short_name = VietnameseCharField(_("short name"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=OrganisationKind)
    document_form = models.CharField(
        _("form of documents"), max_length=10, choices=DocumentForm, blank=True
    )
    email = models.EmailField(_("e-mail"), blank=True)
    province = models.ForeignKey(
        Province,
        verbose_name=_("province"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent body"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subordinates",
    )
    spoken_for_by = models.ForeignKey(
        "self",
        verbose_name=_("spoken for by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="speaks_for",
    )
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    valid_to = models.DateField(_("in force until"), null=True, blank=True)
    oversees_all = models.BooleanField(_("oversees all"), default=False)
    sort_key = models.BinaryField(editable=False)
    history = HistoricalRecords(excluded_fields=["sort_key"])

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["sort_key"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **with_sort_key(self, kwargs))

    def clean(self) -> None:
        super().clean()
        forbid_ending_before_beginning(self)
        for link in ("parent", "spoken_for_by"):
            if leads_back(self, link):
                raise ValidationError({link: LEADS_BACK})
        wide = User.objects.filter(organisation_id=self.pk, role__in=WIDE_ROLES)
        if not self.oversees_all and wide.filter(is_active=True).exists():
            message = _("Its coordinators and administrators need it to oversee all.")
            raise ValidationError({"oversees_all": message})


class Succession(models.Model):
    """One body taking over from another on a day.

    A body can end in several; rights and "nay là" follow the main successor alone.
    """

    predecessor = models.ForeignKey(
        Organisation,
        verbose_name=_("predecessor"),
        on_delete=models.PROTECT,
        related_name="successions",
    )
    successor = models.ForeignKey(
        Organisation,
        verbose_name=_("successor"),
        on_delete=models.PROTECT,
        related_name="inheritances",
    )
    on = models.DateField(_("day"))
    instrument = VietnameseCharField(_("instrument"), max_length=200, blank=True)
    is_main = models.BooleanField(_("main successor"), default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"], name="one_succession_a_pair"
            ),
            models.UniqueConstraint(
                fields=["predecessor"],
                condition=Q(is_main=True),
                name="one_main_successor",
                violation_error_message=_("This body already has a main successor."),
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="no_succession_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"

    def clean(self) -> None:
        super().clean()
        if not self.is_main:
            return
        others = Succession.objects.filter(is_main=True).exclude(pk=self.pk)
        links = dict(others.values_list("predecessor_id", "successor_id"))
        if _comes_to(self.predecessor_id, self.successor_id, links):
            raise ValidationError({"successor": LEADS_BACK})


class UserManager(BaseUserManager["User"]):
    """Users come with their organisation: every page of theirs asks for it."""

    def get_queryset(self) -> models.QuerySet["User"]:
        return super().get_queryset().select_related("organisation")

    def administrators(self) -> models.QuerySet["User"]:
        """Those who may enter the administration."""
        return self.filter(
            role=Role.ADMINISTRATOR, is_active=True, organisation__oversees_all=True
        )

    def create_user(
        self, username: str, password: str | None = None, **fields: Any
    ) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(
        self, username: str, password: str | None = None, **fields: Any
    ) -> "User":
        """Make the first administrator of an installation."""
        organisation = fields.pop("organisation")
        if not isinstance(organisation, Organisation):
            organisation = Organisation.objects.get(pk=organisation)
        return self.create_user(
            username,
            password,
            **fields,
            organisation=organisation,
            role=Role.ADMINISTRATOR,
            is_superuser=True,
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, at one organisation, in one role."""

    username = models.CharField(
        _("user name"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This user name is taken.")},
    )
    full_name = VietnameseCharField(_("full name"), max_length=150)
    email = models.EmailField(_("e-mail"), blank=True)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="users",
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(
        _("entered"), default=timezone.now, editable=False
    )
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name", "organisation"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def clean(self) -> None:
        super().clean()
        if self.organisation_id is None:
            return
        if self.role in WIDE_ROLES and not self.oversees_all:
            message = _(
                "Coordinators and administrators belong to a body that oversees all."
            )
            raise ValidationError({"role": message})
        if not self.is_administrator and self._is_last_administrator():
            message = _("This is the last administrator. Make another one first.")
            field = "role" if self.is_active else "is_active"
            raise ValidationError({field: message})

    def _is_last_administrator(self) -> bool:
        administrators = User.objects.administrators()
        return list(administrators.values_list("pk", flat=True)[:2]) == [self.pk]

    @property
    def oversees_all(self) -> bool:
        return self.organisation.oversees_all

    @property
    def is_coordinator(self) -> bool:
        """Coordinators act for the central commission: they record for any body."""
        return self.role == Role.COORDINATOR and self.oversees_all

    @property
    def is_administrator(self) -> bool:
        """Administrators keep users and reference data; they record nothing."""
        is_wide = self.role == Role.ADMINISTRATOR and self.oversees_all
        return self.is_active and is_wide

    @property
    def is_reporter(self) -> bool:
        return self.role == Role.REPORTER
