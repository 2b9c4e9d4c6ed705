"""On behalf of whom somebody may record."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from provinces.models import Organisation, User


def check_voice(spoken_for: Organisation, by: User) -> None:
    """Let coordinators speak for any body, everyone else for their own."""
    if not by.is_coordinator and spoken_for.pk != by.organisation_id:
        message = _("Record on behalf of your own organisation.")
        raise ValidationError({"spoken_for": message})
