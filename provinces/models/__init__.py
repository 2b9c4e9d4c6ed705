"""The register: which provinces, bodies and people exist, and when."""

from provinces.models.bodies import Organisation, Succession
from provinces.models.people import User
from provinces.models.places import Province, ProvinceName

__all__ = ["Organisation", "Province", "ProvinceName", "Succession", "User"]
