"""People who sign in, each at one body, in one role."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from provinces.choices import WIDE_ROLES, Role
from provinces.folding import VietnameseCharField
from provinces.models.bodies import Organisation


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
    # How far the log of the database went after what this person wrote last: a replica
    # that has not come so far does not know it yet.
    wrote_up_to = models.BigIntegerField(default=0, editable=False)
    history = HistoricalRecords(
        excluded_fields=["password", "last_login", "wrote_up_to"]
    )

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
