"""Random acts of all roles through the pages, legal and not, beside the plain rules.

Every form is sent as a browser sends it. What the rules say of it comes first; then
the product has to answer the same, and what it keeps has to be what they say stands.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from provinces.choices import OrganisationKind, Role
from tests.chain_acts import FORMS, Act, Repeat, stories
from tests.chain_rules import (
    CONFLICT,
    DONE,
    FORBIDDEN,
    ONES,
    TODAY,
    UNKNOWN,
    Chain,
    status_of,
)
from tests.factories import make_organisation, make_recommendation, make_user
from tracker.choices import Timeliness
from tracker.forms.follow_ups import ActionProgressForm
from tracker.models import HISTORY_MODELS, Evidence, Recommendation, Submission
from tracker.services import history
from tracker.views import follow_ups

pytestmark = pytest.mark.django_db

NOW = datetime(2024, 7, 3, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
# A number that no row has.
NOWHERE = 99
NAMES = {
    "day": "effective_on",
    "document": "document_number",
    "voice": "spoken_for",
    "nevertheless": "confirm_open_actions",
    "due": "due_on",
}
USED = "used by somebody else"
# Beside what refuses any act: who is told nothing, may not, or comes late.
REASONS = {
    "progress": {"day", "correction", "evidence", "reason", "open actions"},
    "progress of an action": {"day", "correction", "evidence", "reason"},
    "confirmation": {"corrected", "reason", "said already"},
    "answer": {"day", "text", "document", "correction"}
    | {"outcome", "receiver", "same body", "not the addressee"},
    "deadline": {"day", "due", "same", "reason", "document"},
    "difficulty": {"day", "text", "category"},
    "clearance": {"day", "before it", "text", "cleared"},
    "action": {"owner", "text", "due"},
    "lead": {"lead", "itself"},
    "withdrawal": {"withdrawn", "reason"},
}
EXPECTED = {
    (kind, verdict)
    for kind, reasons in REASONS.items()
    for verdict in {DONE, UNKNOWN, FORBIDDEN, CONFLICT} | reasons
} | {("repeat", verdict) for verdict in (DONE, UNKNOWN, FORBIDDEN, USED)}

at_random = settings(
    max_examples=20,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
surely = settings(at_random, derandomize=True)


@dataclass(frozen=True)
class Sent:
    """A form as it left a browser, with the words of the rules, and its answer."""

    act: Act
    about: list[int]
    typed: dict
    address: str
    data: dict
    answer: HttpResponse


class Office:
    """The cast at their browsers, what they work on, and what came of every act."""

    def __init__(self, bodies, clients):
        self.bodies, self.clients = bodies, clients
        self.outcomes = Counter()
        self.ones = {
            name: make_recommendation(
                kind=one["kind"],
                province=one["province"] and bodies["committee"].province,
                raised_by=bodies[one["raised_by"]],
                addressee=bodies[one["addressee"]],
                lead=bodies[one["lead"]],
            )
            for name, one in ONES.items()
        }

    def work(self, chosen):
        """Play stories, each on a recommendation of which nothing is known yet."""

        @chosen
        @given(name=st.sampled_from([*ONES]), acts=stories)
        def play(name, acts):
            with transaction.atomic():
                story = Story(self, name)
                for act in acts:
                    story.play(act)
                story.check_rows()
                transaction.set_rollback(True)

        play()

    def send(self, who, address, data):
        client = self.clients[who]
        answer = client.post(address, data)
        client.cookies.pop("messages", None)
        return answer

    def pk(self, body):
        return self.bodies[body] and self.bodies[body].pk

    def write(self, value):
        """Write a value as browsers send it."""
        if value in self.bodies:
            return self.pk(value)
        if isinstance(value, date):
            return f"{value:%d/%m/%Y}"
        return "on" if value is True else value


class Story:
    """One recommendation in the product and in the rules, side by side."""

    def __init__(self, office, name):
        self.office, self.one, self.chain = office, office.ones[name], Chain(name)
        self.accepted = []

    def play(self, act):
        if isinstance(act, Repeat):
            if not self.accepted:
                return
            kind, (verdict, answer) = "repeat", self.repeat(act)
        else:
            kind, (verdict, answer) = act.kind, self.send(act)
        expected = status_of(verdict)
        given = f"{act} was answered {answer.status_code}, not {expected}: {verdict}"
        assert answer.status_code == expected, given
        self.office.outcomes[kind, verdict] += 1
        self.check_state()

    def send(self, act):
        form = FORMS[act.kind]
        about = [self.find(form.about, act.which)] if form.about else []
        typed = dict(act.typed)
        if typed.get("corrects") is not None:
            typed["corrects"] = self.find(form.corrects, typed["corrects"])
        address = reverse(form.address, args=[self.one.code, *about])
        data = self.fill_in(form, typed)
        verdict = self.judge(act, act.who, typed, about)
        answer = self.office.send(act.who, address, data)
        if verdict == DONE:
            self.accepted.append(Sent(act, about, typed, address, data, answer))
        return verdict, answer

    def find(self, table, which):
        """Give the number of the newest row, of an earlier one, or of none."""
        rows = getattr(self.chain, table)[::-1]
        if which >= len(rows):
            return NOWHERE
        return rows[which]["number" if table == "actions" else "sequence"]

    def fill_in(self, form, typed):
        """Give what the browser sends, stamped as the page was when it was opened."""
        data = {
            form.names.get(name) or NAMES.get(name, name): self.office.write(value)
            for name, value in typed.items()
            if name != "is_stale" and value not in (None, False)
        }
        if "is_final" in typed:
            data["is_final"] = "final" if typed["is_final"] else "preliminary"
        if typed.get("corrects"):
            rows = getattr(self.one, form.corrects)
            found = rows.filter(sequence=typed["corrects"]).first()
            data["corrects"] = found.pk if found else NOWHERE
        version = self.chain.version - typed["is_stale"]
        return data | {"form_key": uuid4(), "version": version}

    def judge(self, act, who, typed, about):
        return getattr(self.chain, FORMS[act.kind].rule)(who, typed, *about)

    def repeat(self, act):
        """Send an accepted form once more: nothing comes of it but the same answer."""
        sent = self.accepted[-1 - act.which % len(self.accepted)]
        who = act.who or sent.act.who
        answer = self.office.send(who, sent.address, sent.data)
        if who == sent.act.who:
            assert answer.headers.get("Location") == sent.answer.headers["Location"]
            return DONE, answer
        stale = sent.typed | {"is_stale": True}
        verdict = self.judge(sent.act, who, stale, sent.about)
        return USED if verdict == CONFLICT else verdict, answer

    # -- what is kept -------------------------------------------------------------

    def check_state(self):
        chain, pk = self.chain, self.office.pk
        one = Recommendation.objects.get(pk=self.one.pk)
        state = chain.state()
        assert {name: getattr(one, name) for name in state} == state
        timeliness = one.judge_timeliness(on=TODAY)
        is_soon = timeliness == Timeliness.DUE_SOON
        assert chain.part() == (Timeliness.IN_TIME if is_soon else timeliness)
        assert Submission.objects.count() == chain.version - 1
        bodies = [one.addressee_id, one.lead_id]
        assert bodies == [pk(chain.addressee), pk(chain.lead)]
        helping = set(one.coordinating.values_list("pk", flat=True))
        assert helping == {pk(body) for body in chain.coordinating}
        assert (one.withdrawn_on is not None) == chain.is_withdrawn
        kept = one.actions.order_by("number").values(
            "number", "owner", "progress", "completed_on", "confirmation"
        )
        assert list(kept) == [
            {
                "number": action["number"],
                "owner": pk(action["owner"]),
                **chain.action_state(action["number"]),
            }
            for action in chain.actions
        ]

    def check_rows(self):
        """Who recorded what for whom, from which day, in place of which row."""
        columns = ("sequence", "effective_on", "author__username", "spoken_for")
        kept = [
            row
            for model in HISTORY_MODELS
            if model is not Evidence
            for row in model.objects.filter(recommendation=self.one).values_list(
                *columns, "corrects__sequence"
            )
        ]
        assert sorted(kept) == sorted(
            (
                *(row["sequence"], row["day"], row["by"]),
                *(self.office.pk(row["voice"]), row["corrects"]),
            )
            for row in self.chain.rows()
        )
        assert self.one.evidence.count() == self.chain.sequence - len(kept)


@pytest.fixture
def office(ha, quan, lan, minh, hoa, sign_in, caplog):
    # What is refused is logged: thousands of lines.
    caplog.set_level("CRITICAL", "django.request")
    central, committee = ha.organisation, lan.organisation
    ministry = make_organisation("Bộ Tài chính")
    kinds = OrganisationKind
    bodies = {
        None: None,
        "central": central,
        "committee": committee,
        "ministry": ministry,
        "hanoi": hoa.organisation,
        "territory": make_organisation(
            "tỉnh Quảng Nam", kinds.TERRITORY, spoken_for_by=committee
        ),
        "group": make_organisation("các bộ, ngành Trung ương", kinds.GROUP),
    }
    hai = make_user("hai", central, Role.COORDINATOR)
    people = [ha, hai, quan, lan, minh, make_user("nam", ministry), hoa]
    with time_machine.travel(NOW, tick=False):
        clients = {person.username: sign_in(person) for person in people}
        yield Office(bodies, clients)


def test_the_pages_answer_and_keep_what_the_rules_say(office):
    office.work(at_random)


def test_every_act_is_accepted_and_refused_for_every_reason_alone(office):
    office.work(surely)

    assert EXPECTED - set(office.outcomes) == set()


# -- faults that have to be found -------------------------------------------------


def test_a_second_person_who_is_the_first_is_found(office, monkeypatch):
    def can_confirm(user, update):
        return user.is_coordinator and update.recommendation.is_writable

    monkeypatch.setattr("tracker.views.confirmations.can_confirm", can_confirm)
    check = "tracker.services.confirmations._check_person"
    monkeypatch.setattr(check, lambda update, by: None)

    with pytest.raises(AssertionError, match="confirmation.* 302, not 403"):
        office.work(surely)


def test_a_return_that_takes_back_what_was_reported_is_found(office, monkeypatch):
    compute = history.compute_progress

    def compute_progress(*rows, **moment):
        state = compute(*rows, **moment)
        is_returned = state.confirmation == "returned"
        return replace(state, progress="in_progress") if is_returned else state

    monkeypatch.setattr(history, "compute_progress", compute_progress)

    with pytest.raises(AssertionError, match="in_progress"):
        office.work(surely)


def test_an_action_reported_by_others_than_its_owner_is_found(office, monkeypatch):
    def may(user, action):
        writes = user.is_coordinator or user.is_reporter
        return writes and action.recommendation.is_writable

    monkeypatch.setitem(follow_ups.FORMS, "progress_form", (ActionProgressForm, may))

    with pytest.raises(AssertionError, match="progress of an action.* 302, not 403"):
        office.work(surely)
