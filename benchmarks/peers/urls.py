"""The addresses of the peer."""

from django.urls import path

from benchmarks.peers.admin import site

urlpatterns = [
    path("admin/", site.urls),
    # Where `server.py` asks whether somebody is there.
    path("accounts/login/", site.login),
]
