"""The rules of one chain in plain dictionaries: who may, what is demanded, what stands.

Written from the product rules (§1 rights, §2 the four fields, §3 history) to judge the
product: nothing here calls it. Bodies and people are known by short names, days are
`date`. Every act gives its verdict, done or every reason against it, and keeps what was
recorded when it is done.
"""

from copy import copy
from datetime import date, timedelta
from itertools import pairwise

RAISED_ON = date(2024, 6, 26)
TODAY = date(2024, 7, 3)

# Who speaks for whom (S) and sees through whom (R): "tỉnh Quảng Nam" as a body is
# spoken for by its committee. A group is spoken for by nobody.
SPEAKS_FOR = {
    "central": {"central"},
    "committee": {"committee", "territory"},
    "ministry": {"ministry"},
    "hanoi": {"hanoi"},
    "territory": {"territory"},
    "group": {"group"},
}
PROVINCE_OF = {"committee": "QNA", "hanoi": "HNO"}
BODIES = tuple(SPEAKS_FOR)
NOT_TO_LEAD = {"group", None}
PEOPLE = {
    "ha": ("central", "coordinator"),
    "hai": ("central", "coordinator"),
    "quan": ("central", "administrator"),
    "lan": ("committee", "reporter"),
    "minh": ("committee", "leader"),
    "nam": ("ministry", "reporter"),
    "hoa": ("hanoi", "reporter"),
}
ONES = {
    "first": {
        "kind": "request",
        "raised_by": "committee",
        "addressee": "ministry",
        "lead": None,
        "province": "QNA",
    },
    "second": {
        "kind": "instruction",
        "raised_by": "central",
        "addressee": "territory",
        "lead": "committee",
        "province": "QNA",
    },
    "third": {
        "kind": "recommendation",
        "raised_by": None,
        "addressee": "territory",
        "lead": None,
        "province": None,
    },
}
CLOSED = {"completed", "discontinued"}
HALTED = {"suspended", "discontinued"}
DONE, UNKNOWN, CONFLICT = "done", "unknown", "conflict"
FORBIDDEN, OWN, WITHDRAWN = "forbidden", "own update", "withdrawn"
STATUS = {DONE: 302, UNKNOWN: 404, CONFLICT: 409}
STATUS |= {FORBIDDEN: 403, OWN: 403, WITHDRAWN: 403}


def is_coordinator(who):
    return PEOPLE[who][1] == "coordinator"


def is_reporter(who):
    return PEOPLE[who][1] == "reporter"


def own(who):
    return PEOPLE[who][0]


def says_for(who, *bodies):
    """Coordinators write anywhere, reporters for what they speak for, others never."""
    if is_coordinator(who):
        return True
    return is_reporter(who) and not SPEAKS_FOR[own(who)].isdisjoint(bodies)


def is_day(day):
    return RAISED_ON <= day <= TODAY


def status_of(verdict):
    """Any other verdict names what is wrong with the form."""
    return STATUS.get(verdict, 422)


def name_wrong(reasons):
    return ", ".join(name for name, is_wrong in reasons.items() if is_wrong)


def place(row):
    return row["day"], row["sequence"]


def standing(rows, on=TODAY):
    """Rows that nothing corrects, true by a day; the last one wins."""
    corrected = {row["corrects"] for row in rows}
    left = [r for r in rows if r["sequence"] not in corrected and r["day"] <= on]
    return sorted(left, key=place)


class Chain:
    """One recommendation as the rules have it."""

    def __init__(self, name):
        for about, value in ONES[name].items():
            setattr(self, about, value)
        self.coordinating = set()
        self.is_withdrawn = False
        self.version = 1
        self.sequence = 0
        self.updates, self.words, self.answers = [], [], []
        self.ledger, self.difficulties, self.clearances = [], [], []
        self.actions = []

    def twin(self, kind=None):
        """Give one to try an act on, by these rules or others: kept rows stay."""
        twin = copy(self)
        twin.__class__ = kind or type(self)
        for name, value in vars(self).items():
            if isinstance(value, list):
                setattr(twin, name, [*value])
        return twin

    # -- rights ---------------------------------------------------------------

    def is_seen_by(self, who):
        body = own(who)
        if body == "central":
            return True
        concerned = {self.raised_by, self.addressee, self.lead, *self.coordinating}
        concerned |= {action["owner"] for action in self.actions}
        concerned |= self.voices()
        if not concerned.isdisjoint(SPEAKS_FOR[body]):
            return True
        if self.province and PROVINCE_OF.get(body) == self.province:
            return True
        entered = {action["by"] for action in self.actions}
        return who in entered | {row["by"] for row in self.rows()}

    def voices(self):
        return {row["voice"] for row in self.rows()}

    def may_report(self, who):
        return says_for(who, self.lead or self.addressee)

    def may_answer(self, who):
        if self.kind not in {"recommendation", "request"}:
            return False
        return says_for(who, self.addressee, self.lead)

    def may_clear(self, who, opened):
        return self.may_report(who) or says_for(who, opened["voice"])

    def may_open_difficulty(self, who):
        owners = {one["owner"] for one in self.open_actions()}
        return self.may_report(who) or says_for(who, *owners)

    def refusal(self, who, may, typed):
        """Judge in this order: seen, allowed, still the version that was shown."""
        if not self.is_seen_by(who):
            return UNKNOWN
        if not may:
            return FORBIDDEN
        if self.is_withdrawn:
            return WITHDRAWN
        return CONFLICT if typed["is_stale"] else ""

    # -- what was recorded ----------------------------------------------------

    def rows(self):
        tables = (self.updates, self.words, self.answers)
        tables += (self.ledger, self.difficulties, self.clearances)
        return [row for table in tables for row in table]

    def keep(self, table, who, day, *, voice=None, document="", **said):
        """Give a row its number; a document is a row of its own after it."""
        self.sequence += 1
        row = {"sequence": self.sequence, "day": day, "by": who, "corrects": None}
        table.append(row | {"voice": voice or own(who)} | said)
        self.sequence += bool(document)
        self.version += 1
        return DONE

    def updates_of(self, action):
        return [row for row in self.updates if row["action"] == action]

    def progress_of(self, action):
        rows = standing(self.updates_of(action))
        return rows[-1]["progress"] if rows else "not_started"

    def open_actions(self):
        return [
            one for one in self.actions if self.progress_of(one["number"]) not in CLOSED
        ]

    def word_on(self, update):
        words = [row for row in self.words if row["update"] == update]
        return max(words, key=place)["outcome"] if words else "unconfirmed"

    def cleared(self):
        return {row["difficulty"] for row in self.clearances}

    # -- acts -----------------------------------------------------------------

    def report(self, who, typed, action=None):
        """Record the progress of the recommendation, or of one action."""
        may = self.may_report(who)
        if action is not None:
            owner = {one["number"]: one["owner"] for one in self.actions}.get(action)
            if owner is None:
                return UNKNOWN
            may = says_for(who, owner)
        if refused := self.refusal(who, may, typed):
            return refused
        wrong = name_wrong(
            {
                "day": not is_day(typed["day"]),
                "correction": self.miscorrects(who, self.updates_of(action), typed),
                **self.lacks(typed, action),
            }
        )
        return wrong or self.keep(
            self.updates,
            who,
            typed["day"],
            voice=typed["voice"] if is_coordinator(who) else None,
            document=typed["document"],
            action=action,
            progress=typed["progress"],
            corrects=typed["corrects"],
        )

    def lacks(self, typed, action):
        """Judge a move against what stood on its day without the row it corrects."""
        earlier = [
            row["progress"]
            for row in standing(self.updates_of(action), typed["day"])
            if row["sequence"] != typed["corrects"]
        ]
        before = earlier[-1] if earlier else "not_started"
        progress = typed["progress"]
        if progress == before:
            return {}
        completes = progress == "completed" and action is None
        return {
            "evidence": self.needs_proof(progress) and not typed["document"],
            "reason": self.needs_reason(before, progress) and not typed["note"],
            "open actions": completes
            and self.open_actions()
            and not typed["nevertheless"],
        }

    def needs_proof(self, progress):
        return progress in {"completed", *HALTED}

    def needs_reason(self, before, progress):
        return progress in HALTED or before in CLOSED

    def miscorrects(self, who, rows, typed):
        """One corrects what stands uncorrected and was said for a body of one's own."""
        if typed["corrects"] is None:
            return False
        wrong = [row for row in rows if row["sequence"] == typed["corrects"]]
        if not wrong or typed["corrects"] in {row["corrects"] for row in rows}:
            return True
        return not says_for(who, wrong[0]["voice"])

    def confirm(self, who, typed, update):
        known = {row["sequence"]: row for row in self.updates}
        if update not in known:
            return UNKNOWN
        if is_coordinator(who) and known[update]["by"] == who:
            return OWN
        if refused := self.refusal(who, is_coordinator(who), typed):
            return refused
        outcome = typed["outcome"]
        wrong = name_wrong(
            {
                "corrected": update in {row["corrects"] for row in self.updates},
                "reason": outcome == "returned" and not typed["note"],
                "said already": self.is_said(update, outcome),
            }
        )
        return wrong or self.keep(
            self.words, who, TODAY, update=update, outcome=outcome
        )

    def is_said(self, update, outcome):
        return outcome == self.word_on(update)

    def reply(self, who, typed):
        if refused := self.refusal(who, self.may_answer(who), typed):
            return refused
        voice = typed["voice"] if is_coordinator(who) else own(who)
        body = typed["referred_to"]
        wrong = name_wrong(
            {
                "day": not is_day(typed["day"]),
                "text": not typed["note"],
                "document": typed["is_final"] and not typed["document"],
                "correction": self.miscorrects(who, self.answers, typed),
                **(self.refers_wrongly(voice, body, typed) if body else {}),
            }
        )
        if wrong:
            return wrong
        asked = self.asked(typed["corrects"])
        self.keep(
            self.answers,
            who,
            typed["day"],
            voice=self.voice_of(voice, body, asked),
            document=typed["document"],
            outcome=typed["outcome"],
            corrects=typed["corrects"],
            referred_to=body,
            asked=asked,
        )
        self.move_addressee(body, typed["corrects"], asked)
        return DONE

    def voice_of(self, voice, body, asked):
        """A referral speaks for the body that was asked, which reads on through it."""
        return (body and asked) or voice

    def refers_wrongly(self, voice, body, typed):
        """What is outside its remit the body asked alone refers, to another body."""
        asked = self.asked(typed["corrects"])
        return {
            "outcome": typed["outcome"] != "outside_remit",
            "receiver": body in NOT_TO_LEAD,
            "same body": body in {asked, voice},
            "not the addressee": asked and asked not in SPEAKS_FOR[voice],
        }

    def holding_referral(self, corrects):
        """Give the referral that is corrected, unless it was referred on since."""
        for row in self.answers:
            is_it = row["sequence"] == corrects and row["referred_to"]
            if is_it and row["referred_to"] == self.addressee:
                return row
        return None

    def asked(self, corrects):
        """Of a referral that is corrected, who was asked before it."""
        wrong = self.holding_referral(corrects)
        return wrong["asked"] if wrong else self.addressee

    def move_addressee(self, body, corrects, asked):
        """Correcting a referral takes it back; one of an earlier day moves nobody."""
        if self.holding_referral(corrects):
            self.addressee = body or asked
        elif body and standing(self.answers)[-1] == self.answers[-1]:
            self.addressee = body

    def set_deadline(self, who, typed):
        if refused := self.refusal(who, is_coordinator(who), typed):
            return refused
        due = typed["due"]
        before = [row["due"] for row in standing(self.ledger, typed["day"])]
        last = self.last_due(before)
        extends = due and last and due > last
        wrong = name_wrong(
            {
                "day": not is_day(typed["day"]),
                "due": due and due < RAISED_ON,
                "same": due == (before[-1] if before else None),
                "reason": self.ledger and not typed["note"],
                "document": extends and not typed["document"],
            }
        )
        document = typed["document"]
        return wrong or self.keep(
            self.ledger, who, typed["day"], due=due, document=document
        )

    def last_due(self, before):
        """Taking a deadline back is no way round the document of an extension."""
        return next((day for day in reversed(before) if day), None)

    def open_difficulty(self, who, typed):
        if refused := self.refusal(who, self.may_open_difficulty(who), typed):
            return refused
        wrong = name_wrong(
            {
                "day": not is_day(typed["day"]),
                "text": not typed["note"],
                "category": not typed["category"],
            }
        )
        voice = typed["voice"] if is_coordinator(who) else None
        return wrong or self.keep(self.difficulties, who, typed["day"], voice=voice)

    def clear_difficulty(self, who, typed, difficulty):
        known = {row["sequence"]: row for row in self.difficulties}
        if difficulty not in known:
            return UNKNOWN
        opened = known[difficulty]
        if refused := self.refusal(who, self.may_clear(who, opened), typed):
            return refused
        wrong = name_wrong(
            {
                "day": not is_day(typed["day"]),
                "before it": is_day(typed["day"]) and typed["day"] < opened["day"],
                "text": not typed["note"],
                "cleared": difficulty in self.cleared(),
            }
        )
        voice = typed["voice"] if is_coordinator(who) else None
        return wrong or self.keep(
            self.clearances, who, typed["day"], voice=voice, difficulty=difficulty
        )

    def add_action(self, who, typed):
        if refused := self.refusal(who, self.may_report(who), typed):
            return refused
        owner, due = typed["owner"], typed["due"]
        wrong = name_wrong(
            {
                "owner": owner in NOT_TO_LEAD,
                "text": not typed["note"],
                "due": due and due < RAISED_ON,
            }
        )
        if wrong:
            return wrong
        number = len(self.actions) + 1
        self.actions.append({"number": number, "owner": owner, "by": who})
        self.version += 1
        return DONE

    def assign_lead(self, who, typed):
        if refused := self.refusal(who, is_coordinator(who), typed):
            return refused
        lead, helping = typed["lead"], typed["coordinating"]
        wrong = name_wrong(
            {"lead": lead == "group", "itself": lead and lead == helping}
        )
        if wrong:
            return wrong
        self.lead, self.coordinating = lead, {helping} - {None}
        self.version += 1
        return DONE

    def withdraw(self, who, typed):
        if not self.is_seen_by(who):
            return UNKNOWN
        if not is_coordinator(who):
            return FORBIDDEN
        if typed["is_stale"]:
            return CONFLICT
        reasons = {"already": self.is_withdrawn, "reason": not typed["note"]}
        if wrong := name_wrong(reasons):
            return wrong
        self.is_withdrawn = True
        self.version += 1
        return DONE

    # -- what stands ----------------------------------------------------------

    def state(self):
        rows = standing(self.updates_of(None))
        confirmed = [r for r in rows if self.word_on(r["sequence"]) == "confirmed"]
        days = [row["due"] for row in standing(self.ledger)]
        set_days = [day for day in days if day]
        answers = standing(self.answers)
        return {
            **self.action_state(None),
            "confirmed_progress": confirmed[-1]["progress"] if confirmed else "",
            "due_on": days[-1] if days else None,
            "original_due_on": set_days[0] if set_days else None,
            "extension_count": self.count_extensions(days),
            "answer": answers[-1]["outcome"] if answers else "",
            "answered_on": answers[-1]["day"] if answers else None,
            "open_difficulties": len(self.difficulties) - len(self.cleared()),
            "last_sequence": self.sequence,
            "version": self.version,
        }

    def count_extensions(self, days):
        days = [day for day in days if day]
        return sum(later > sooner for sooner, later in pairwise(days))

    def action_state(self, action):
        rows = standing(self.updates_of(action))
        run = None
        for row in reversed(rows):
            if row["progress"] != "completed":
                break
            run = row["day"]
        return {
            "progress": rows[-1]["progress"] if rows else "not_started",
            "completed_on": run,
            "confirmation": self.word_on(rows[-1]["sequence"]) if rows else "",
        }

    def part(self):
        """Say which of the seven parts of the count it falls in."""
        now = self.state()
        progress, due = now["progress"], now["due_on"]
        if progress in HALTED:
            return "not_counted"
        if progress == "completed":
            if due is None:
                return "completed"
            late = now["completed_on"] > due
            return "completed_late" if late else "completed_on_time"
        if due is None:
            return "no_deadline"
        return "overdue" if due < TODAY else "in_time"


def days_after(number):
    return RAISED_ON + timedelta(days=number)
