"""Kinds of places, bodies and users."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProvinceKind(TextChoices):
    CITY = "city", pgettext_lazy("kind of province", "city")
    PROVINCE = "province", pgettext_lazy("kind of province", "province")


class OrganisationKind(TextChoices):
    CENTRAL_PARTY = "central_party", _("Central Party body")
    CENTRAL_STATE = "central_state", _("Central State body")
    MINISTRY = "ministry", _("Ministry")
    PROVINCIAL_PARTY = "provincial_party", _("Provincial Party committee")
    PROVINCIAL_COUNCIL = "provincial_council", _("Provincial people's council")
    PROVINCIAL_COMMITTEE = "provincial_committee", _("Provincial people's committee")
    PROVINCIAL_DEPARTMENT = "provincial_department", _("Provincial department")
    COMMUNE_BODY = "commune_body", _("Commune body")
    TERRITORY = "territory", _("Territory")
    ENTERPRISE = "enterprise", _("Enterprise")
    FOREIGN = "foreign", _("Foreign body")
    OTHER = "other", _("Other body")
    GROUP = "group", _("Group of bodies")


# The four kinds whose people see what concerns their whole province.
PROVINCIAL_KINDS = frozenset(
    kind for kind in OrganisationKind if kind.startswith("provincial_")
)


class DocumentForm(TextChoices):
    """Whose form official documents of a body follow (domain facts §5)."""

    PARTY = "party", _("Party form")
    STATE = "state", _("State form")


class Role(TextChoices):
    COORDINATOR = "coordinator", _("Coordinator")
    REPORTER = "reporter", _("Reporter")
    LEADER = "leader", _("Leader")
    ADMINISTRATOR = "administrator", _("Administrator")


# Roles that only a body that oversees all can give.
WIDE_ROLES = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
