"""What holds for every page and every route, whoever made it and for whatever."""

import gzip
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import transaction
from django.urls import Resolver404, resolve

from tests.factories import make_recommendation
from tests.markup import Markup, faults_of
from tests.pages import (
    COORDINATOR,
    NOBODY,
    PAGES,
    SILENT,
    install,
    visit,
    visitor,
)
from tests.routes import route_names
from tracker.models import Document, Recommendation, Resolution, WorkingSession

pytestmark = [pytest.mark.once, pytest.mark.django_db]
LANGUAGES = ("vi", "en")
STATIC = Path(finders.find("tracker/theme.css")).parent
# Bytes as they are sent, compressed: of a page, and of all styles and scripts.
MOST_OF_PAGE, MOST_OF_FILES = 60_000, 30_000
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture(scope="module")
def places(django_db_setup, django_db_blocker):
    """Install once: the tests that use this leave nothing behind."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("createcachetable", verbosity=0)
        yield install()
        transaction.set_rollback(True)


def addresses(places):
    """Give one address of every route."""
    shown = {page.route: page.at(places) for page in reversed(PAGES) if page.route}
    silent = {name: address.format(**places) for name, address in SILENT.items()}
    return silent | shown


# -- routes -----------------------------------------------------------------------


def test_every_route_stands_in_the_table():
    named = list(route_names())

    assert len(named) == len(set(named))
    assert set(named) == {page.route for page in PAGES if page.route} | set(SILENT)


def test_addresses_of_the_table_lead_to_their_routes(places):
    for name, address in addresses(places).items():
        assert resolve(urlsplit(address).path).view_name == name
    for page in PAGES:
        if not page.route:
            with pytest.raises(Resolver404):
                resolve(page.at(places))


def faults_of_headers(answer, *, is_private):
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in answer.get("Content-Security-Policy", "").split(";")
    )
    if policy.get("default-src") not in {"'self'", "'none'"}:
        yield "no policy for content"
    if any("unsafe" in sources or "*" in sources for sources in policy.values()):
        yield f"unsafe policy: {policy}"
    if policy.get("frame-ancestors") != "'none'":
        yield "may be framed"
    for name, value in HEADERS.items():
        if answer.get(name) != value:
            yield f"{name}: {answer.get(name)}"
    kept = {one.strip() for one in answer.get("Cache-Control", "").split(",")}
    if is_private and not {"no-store", "private"} <= kept:
        yield f"Cache-Control: {answer.get('Cache-Control')}"


@pytest.mark.parametrize("who", [NOBODY, COORDINATOR], ids=["stranger", "signed in"])
@pytest.mark.parametrize("method", ["get", "post", "options"])
def test_every_route_tells_browsers_what_to_refuse(places, who, method):
    faults = []
    for name, address in addresses(places).items():
        client = visitor(who)
        with transaction.atomic():
            answer = getattr(client, method)(address)
            answer.getvalue()
            is_private = "_auth_user_id" in client.session
            # What one act removes, the next one needs.
            transaction.set_rollback(True)
        # No act over several recommendations stands in the report.
        assert answer.status_code != 404 or name.startswith("bulk-act"), address
        found = faults_of_headers(answer, is_private=is_private)
        faults += [f"{name}: {fault}" for fault in found]

    assert faults == []


def test_every_page_tells_browsers_what_to_refuse(places):
    faults = []
    for page in PAGES:
        answer = visit(page, places)
        assert answer.status_code == page.status, page
        found = faults_of_headers(answer, is_private=bool(page.who))
        faults += [f"{page}: {fault}" for fault in found]

    assert faults == []


@pytest.mark.parametrize("who", [NOBODY, COORDINATOR], ids=["stranger", "signed in"])
def test_answers_to_what_went_wrong_carry_the_same_headers(places, who, monkeypatch):
    client = visitor(who)
    strange_host = client.get("/accounts/login/", headers={"Host": "evil.example"})
    monkeypatch.setattr("tracker.views.health.missing_append_only_guards", None)
    crash = client.get("/readyz")
    monkeypatch.setattr("tracker.views.home.redirect", None)
    crash_behind_the_door = client.get("/")
    without_slash = client.get("/recommendations")

    codes = [strange_host.status_code, crash.status_code, without_slash.status_code]
    assert codes == [400, 500, 301]
    assert crash_behind_the_door.status_code == (500 if who else 302)
    for answer in (strange_host, without_slash):
        assert list(faults_of_headers(answer, is_private=False)) == []
    for answer in (crash, crash_behind_the_door):
        assert list(faults_of_headers(answer, is_private=bool(who))) == []


# -- weight -----------------------------------------------------------------------


def test_every_page_is_light(places):
    resolution = Resolution.objects.get(slug="23-nq-tw")
    for wording in [*Recommendation.objects.values_list("wording", flat=True)]:
        make_recommendation([resolution], code_prefix="DNG", wording=wording)
    assert Recommendation.objects.count() > settings.LIST_PAGE_SIZE
    weights = {
        f"{page}": weigh(visit(page, places).content) for page in PAGES if page.who
    }

    assert max(weights.values()) > 5_000
    assert {page: said for page, said in weights.items() if said > MOST_OF_PAGE} == {}


def test_styles_and_scripts_are_light():
    ours = [*STATIC.glob("*.css"), *STATIC.glob("*.js")]

    assert len(ours) > 2
    assert sum(weigh(file.read_bytes()) for file in ours) <= MOST_OF_FILES


def test_every_rule_of_the_styles_is_closed():
    """One that is not swallows the rules after it, and no browser complains."""
    for file in STATIC.glob("*.css"):
        styles = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", file.read_text(), flags=re.S)
        depth = 0
        for brace in re.findall("[{}]", styles):
            depth += 1 if brace == "{" else -1
            assert 0 <= depth <= 3, file
        assert depth == 0, file


def weigh(content):
    return len(gzip.compress(content, 6))


# -- markup -----------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_well_made(places, language):
    faults = []
    for page in PAGES:
        markup = Markup(visit(page, places, language).content.decode())
        is_plain = page.status != 200 or page.route == "admin:index"
        if page.who and not is_plain and not markup.all("nav"):
            faults.append(f"{page}: no navigation")
        faults += [f"{page}: {one}" for one in faults_of(markup, language)]

    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_tell_pages_apart(places, language):
    client = visitor(COORDINATOR, language)
    shown = {page.route: page.at(places) for page in reversed(PAGES) if page.route}
    things = [*WorkingSession.objects.all(), *Document.objects.all()]
    visited = {*shown.values(), *(one.get_absolute_url() for one in things)}
    titles = {}
    for address in sorted(visited):
        answer = client.get(address)
        if answer.status_code == 200:
            markup = Markup(answer.content.decode())
            titles.setdefault(markup.title, []).append(address)

    assert len(titles) > 20
    assert {title: where for title, where in titles.items() if len(where) > 1} == {}


def test_every_link_leads_to_a_route_and_every_anchor_to_its_target(places):
    links = set()
    for page in PAGES:
        markup = Markup(visit(page, places).content.decode())
        links |= {one["href"] for one in markup.all("a") if one["href"][:1] == "/"}
    client, targets, lost = visitor(COORDINATOR), {}, []
    for parts in map(urlsplit, sorted(links)):
        resolve(parts.path)
        if parts.fragment and parts.path not in targets:
            shown = client.get(parts.path).content.decode()
            targets[parts.path] = Markup(shown).ids
        if parts.fragment and parts.fragment not in targets[parts.path]:
            lost.append(parts.geturl())

    assert len(targets) > 1
    assert lost == []
