"""What people may send about one recommendation: every form of its pages, as drawn.

Most of what is typed is in order, so that histories grow; the rest is wrong in one way
or another. Bodies and people are known by the short names of the rules.
"""

from dataclasses import dataclass, field

from tests.chain_misreadings import MISREADINGS
from tests.chain_rules import (
    BODIES,
    CLOSED,
    CONFLICT,
    DONE,
    FORBIDDEN,
    OWN,
    PEOPLE,
    UNKNOWN,
    WITHDRAWN,
    days_after,
)
from tracker.choices import AnswerOutcome, Progress

REPEAT = "repeat"
# A number that no row has.
NOWHERE = 99


def mostly(usual, *others):
    return [usual] * 8 + list(others)


def some_day(*numbers):
    return [None if number is None else days_after(number) for number in numbers]


DAY = some_day(*range(8), *[7] * 6, -1, 8)
DUE = some_day(-1, 0, 3, 6, 7, 8, 14, 30, *[None] * 5)
NOTE = mostly("Theo báo cáo của tỉnh", "", "")
DOCUMENT = mostly("12/BC-UBND", "", "", "")
# Which of the newest rows is corrected, if any.
CORRECTS = mostly(None, 0, 0, 1, 2)
ROW = {"day": DAY, "note": NOTE, "voice": BODIES}
UPDATE = {
    **ROW,
    "document": DOCUMENT,
    "progress": ["completed", "discontinued", *Progress.values],
    "corrects": CORRECTS,
}
# How the forms call what the rules call otherwise.
NAMES = {
    "day": "effective_on",
    "document": "document_number",
    "voice": "spoken_for",
    "nevertheless": "confirm_open_actions",
    "due": "due_on",
}


@dataclass(frozen=True)
class Form:
    """A form: its rule, its address, and what may be typed into it."""

    rule: str
    address: str
    asks: dict
    # The rows of the rules that it is about one of, and that it may correct.
    about: str = ""
    corrects: str = ""
    # What it alone calls otherwise.
    names: dict = field(default_factory=dict)


FORMS = {
    "progress": Form(
        "report",
        "recommendation-record-progress",
        {**UPDATE, "nevertheless": [True, False]},
        corrects="updates",
    ),
    "action progress": Form(
        "report",
        "follow-up-action-record-progress",
        UPDATE,
        about="actions",
        corrects="updates",
    ),
    "confirmation": Form(
        "confirm",
        "recommendation-confirm-update",
        {"outcome": ["confirmed", "returned"], "note": NOTE},
        about="updates",
    ),
    "answer": Form(
        "reply",
        "recommendation-record-answer",
        {
            **ROW,
            "document": DOCUMENT,
            "outcome": ["outside_remit"] * 5 + AnswerOutcome.values,
            "is_final": [True, False],
            "referred_to": [None] * 4 + [*BODIES],
            "corrects": CORRECTS,
        },
        corrects="answers",
    ),
    "deadline": Form(
        "set_deadline",
        "recommendation-set-deadline",
        {"due": DUE, "day": DAY, "note": NOTE, "document": ["12/BC-UBND", ""]},
    ),
    "difficulty": Form(
        "open_difficulty",
        "difficulty-open",
        {**ROW, "category": mostly("land", "", "")},
    ),
    "clearance": Form(
        "clear_difficulty", "difficulty-clear", ROW, about="difficulties"
    ),
    "action": Form(
        "add_action",
        "follow-up-action-add",
        {"owner": ["committee", "ministry", *BODIES, None], "due": DUE, "note": NOTE},
        names={"note": "wording"},
    ),
    "lead": Form(
        "assign_lead",
        "recommendation-assign-lead",
        {"lead": [None, "committee", *BODIES], "coordinating": [None, None, *BODIES]},
    ),
    "withdrawal": Form(
        "withdraw",
        "recommendation-withdraw",
        {"note": NOTE},
        names={"note": "reason"},
    ),
}
WORK = [*(kind for kind in FORMS if kind != "withdrawal"), REPEAT]
# Nothing is recorded of what was withdrawn: that comes last.
LAST = [*WORK, *["withdrawal"] * 5]


# -- what may come of them --------------------------------------------------------

MISREAD = "told from"
CORRECTION, USED = "correcting", "used by somebody else"
# How accepted forms of one kind differ.
MANNERS = {
    "progress": {*CLOSED, CORRECTION},
    "action progress": {*CLOSED, CORRECTION},
    "deadline": {"set", "taken back"},
    "confirmation": {"confirmed", "returned"},
    "answer": {"final", "preliminary", "referral", CORRECTION},
}
# What each form may be refused for, beside who sends it and when.
REASONS = {
    "progress": {"day", "correction", "evidence", "reason", "open actions"},
    "action progress": {"day", "correction", "evidence", "reason"},
    "confirmation": {"corrected", "reason", "said already", OWN},
    "answer": {"day", "text", "document", "correction"}
    | {"outcome", "receiver", "same body", "not the addressee"},
    "deadline": {"day", "due", "same", "reason", "document"},
    "difficulty": {"day", "text", "category"},
    "clearance": {"day", "before it", "text", "cleared"},
    "action": {"owner", "text", "due"},
    "lead": {"lead", "itself"},
    "withdrawal": {"already", "reason"},
}
FORBIDDEN_TO = {
    f"{FORBIDDEN} to a {role}" for role in ("reporter", "leader", "administrator")
}
ALWAYS = {UNKNOWN, CONFLICT, *FORBIDDEN_TO}
EXPECTED = {
    *((kind, verdict) for kind in REASONS for verdict in ALWAYS | REASONS[kind]),
    *((kind, verdict) for kind in REASONS for verdict in MANNERS.get(kind, {DONE})),
    *((kind, WITHDRAWN) for kind in REASONS if kind != "withdrawal"),
    *((REPEAT, verdict) for verdict in (DONE, USED, *FORBIDDEN_TO)),
    *((MISREAD, name) for name in MISREADINGS),
}


# -- acts -------------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """One form that one person sends: about which row, and what it says."""

    kind: str
    who: str
    about: tuple
    typed: dict
    # Which of the accepted acts is sent again just as it was.
    repeats: int | None = None

    @property
    def name(self):
        return self.kind if self.repeats is None else REPEAT

    def tell(self, verdict):
        """Tell apart what was accepted, and to whom it was forbidden."""
        said = self.typed
        if verdict == FORBIDDEN:
            return f"{verdict} to a {PEOPLE[self.who][1]}"
        if verdict != DONE or self.repeats is not None:
            return verdict
        if said.get("corrects"):
            return CORRECTION
        if said.get("referred_to"):
            return "referral"
        if "is_final" in said:
            return "final" if said["is_final"] else "preliminary"
        if "due" in said and self.kind == "deadline":
            return "set" if said["due"] else "taken back"
        return said.get("outcome") or said.get("progress") or DONE


def draw_act(chance, kind, chain):
    """Draw who sends what; most of it is in order as the chain stands."""
    form = FORMS[kind]
    typed = {name: chance.choice(values) for name, values in form.asks.items()}
    typed["is_stale"] = chance.random() < 0.1
    if typed.get("corrects") is not None:
        typed["corrects"] = _find(chain, form.corrects, typed["corrects"])
    which = chance.choice([0, 0, 1, 2])
    about = (_find(chain, form.about, which),) if form.about else ()
    who = chance.choice([*PEOPLE, "ha", "ha", "hai", "lan", "lan", "nam", "nam"])
    return Act(kind, who, about, typed)


def _find(chain, table, which):
    """Give the number of the newest row, of one of those before it, or of none."""
    rows = getattr(chain, table)[::-1]
    if which >= len(rows):
        return NOWHERE
    return rows[which]["number" if table == "actions" else "sequence"]
