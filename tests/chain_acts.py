"""What people may send about one recommendation: every form of its pages, as drawn.

Most of what is typed is in order, so that histories grow; the rest is wrong in one way
or another. Bodies and people are known by the short names of the rules.
"""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.chain_rules import BODIES, PEOPLE, days_after
from tracker.choices import AnswerOutcome, Progress


def mostly(usual, *others):
    return st.sampled_from([usual] * 8 + list(others))


def some_day(*numbers):
    return st.sampled_from(
        [None if number is None else days_after(number) for number in numbers]
    )


DAY = some_day(*range(8), *range(8), -1, 8)
DUE = some_day(-1, 0, 3, 6, 7, 8, 14, 30, None, None)
NOTE = mostly("Theo báo cáo của tỉnh", "", "")
DOCUMENT = mostly("12/BC-UBND", "", "", "")
VOICE = st.sampled_from(BODIES)
CORRECTS = mostly(None, 0, 0, 1, 2)
UPDATE = {
    "progress": st.sampled_from(["completed", *Progress.values]),
    "day": DAY,
    "note": NOTE,
    "document": DOCUMENT,
    "voice": VOICE,
    "corrects": CORRECTS,
}


@dataclass(frozen=True)
class Form:
    """A form: its rule, its address, what it asks and how often it is sent."""

    rule: str
    address: str
    asks: dict
    weight: int
    # The rows of the rules that it is about one of.
    about: str = ""
    # The rows of the rules that it may correct.
    corrects: str = ""
    # How it calls what the rules call otherwise.
    names: dict = field(default_factory=dict)


FORMS = {
    "progress": Form(
        "report",
        "recommendation-record-progress",
        {**UPDATE, "nevertheless": st.booleans()},
        weight=5,
        corrects="updates",
    ),
    "progress of an action": Form(
        "report",
        "follow-up-action-record-progress",
        UPDATE,
        weight=4,
        about="actions",
        corrects="updates",
    ),
    "confirmation": Form(
        "confirm",
        "recommendation-confirm-update",
        {"outcome": st.sampled_from(["confirmed", "returned"]), "note": NOTE},
        weight=5,
        about="updates",
    ),
    "answer": Form(
        "reply",
        "recommendation-record-answer",
        {
            "outcome": st.sampled_from(["outside_remit"] * 4 + AnswerOutcome.values),
            "is_final": st.booleans(),
            "referred_to": st.sampled_from([*BODIES, *[None] * 4]),
            "day": DAY,
            "note": NOTE,
            "document": DOCUMENT,
            "voice": VOICE,
            "corrects": CORRECTS,
        },
        weight=6,
        corrects="answers",
    ),
    "deadline": Form(
        "set_deadline",
        "recommendation-set-deadline",
        {"due": DUE, "day": DAY, "note": NOTE, "document": DOCUMENT},
        weight=4,
    ),
    "difficulty": Form(
        "open_difficulty",
        "difficulty-open",
        {"category": mostly("land", "", ""), "day": DAY, "note": NOTE, "voice": VOICE},
        weight=2,
    ),
    "clearance": Form(
        "clear_difficulty",
        "difficulty-clear",
        {"day": DAY, "note": NOTE, "voice": VOICE},
        weight=4,
        about="difficulties",
    ),
    "action": Form(
        "add_action",
        "follow-up-action-add",
        {
            "owner": st.sampled_from(["committee", "ministry", *BODIES, None]),
            "due": DUE,
            "note": NOTE,
        },
        weight=3,
        names={"note": "wording"},
    ),
    "lead": Form(
        "assign_lead",
        "recommendation-assign-lead",
        {
            "lead": st.sampled_from([None, "committee", *BODIES]),
            "coordinating": st.sampled_from([None, None, *BODIES]),
        },
        weight=2,
    ),
    # Nothing is recorded of what was withdrawn: it comes at the end of a story.
    "withdrawal": Form(
        "withdraw",
        "recommendation-withdraw",
        {"note": NOTE},
        weight=0,
        names={"note": "reason"},
    ),
}


@dataclass(frozen=True)
class Act:
    """A form that somebody sends, about the newest row, the one before it or none."""

    kind: str
    who: str
    which: int
    typed: dict


@dataclass(frozen=True)
class Repeat:
    """One of the forms accepted last once more, by its author or by somebody else."""

    who: str | None
    which: int


people = st.sampled_from([*PEOPLE, "ha", "ha", "hai", "lan", "lan", "nam"])
places = st.sampled_from([0, 0, 0, 1, 1, 2])


def acts_of(kind):
    asked = {"is_stale": mostly(False, True), **FORMS[kind].asks}
    typed = st.fixed_dictionaries(asked)
    return st.builds(Act, st.just(kind), people, places, typed)


repeats = st.builds(Repeat, st.none() | people, places)
often = [acts_of(kind) for kind, form in FORMS.items() for _ in range(form.weight)]
acts = st.sampled_from([*often, repeats, repeats, repeats]).flatmap(lambda one: one)
endings = st.lists(acts_of("withdrawal") | acts, max_size=6)
stories = st.builds(list.__add__, st.lists(acts, min_size=15, max_size=35), endings)
