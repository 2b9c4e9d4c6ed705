from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class ProvincesConfig(AppConfig):
    name = "provinces"
    verbose_name = _("Register")


class AdministrationConfig(admin_apps.AdminConfig):
    """The admin of Django with the product's own rules of who may enter."""

    default = False
    default_site = "provinces.administration.AdministrationSite"
