"""The rules of a chain as one could misread them; a run tells each from the rules.

What tells them apart is an act that they answer otherwise, or after which something
else stands; where the product goes the way of the rules, it does not go this one.
"""

from itertools import pairwise

from tests.chain_rules import HALTED, Chain, says_for


class CorrectedRowStands(Chain):
    """A correction is judged against the very row that it corrects."""

    rule = "report"

    def lacks(self, typed, action):
        return super().lacks(typed | {"corrects": None}, action)


class SuspendingNeedsNoDocument(Chain):
    rule = "report"

    def needs_proof(self, progress):
        return progress in {"completed", "discontinued"}


class OnlyCompletedReopensWithReason(Chain):
    rule = "report"

    def needs_reason(self, before, progress):
        return progress in HALTED or before == "completed"


class OnlyHaltingNeedsReason(Chain):
    rule = "report"

    def needs_reason(self, before, progress):
        return progress in HALTED


class AddresseeReportsBesideLead(Chain):
    rule = "report"

    def may_report(self, who):
        return says_for(who, self.lead, self.addressee)


class AnyUpdateIsCorrected(Chain):
    """One corrects also what others recorded."""

    rule = "report"

    def miscorrects(self, who, rows, typed):
        return super().miscorrects("ha", rows, typed)


class AnyAnswerIsCorrected(AnyUpdateIsCorrected):
    rule = "reply"


class LeadDoesNotAnswer(Chain):
    rule = "reply"

    def may_answer(self, who):
        return super().may_answer(who) and says_for(who, self.addressee)


class ReferralSpeaksForItself(Chain):
    """A referral is kept for who said it, not for the body that was asked."""

    rule = "reply"

    def voice_of(self, voice, body, asked):
        return voice


class ReferralIsNeverTakenBack(Chain):
    rule = "reply"

    def move_addressee(self, body, corrects, asked):
        super().move_addressee(body, None, asked)


class OneRefersToItself(Chain):
    """The body that is spoken for may receive what is referred."""

    rule = "reply"

    def refers_wrongly(self, voice, body, typed):
        same = {"same body": body == self.asked(typed["corrects"])}
        return super().refers_wrongly(voice, body, typed) | same


class OneWordEach(Chain):
    """What was returned is never confirmed, nor the other way round."""

    rule = "confirm"

    def is_said(self, update, outcome):
        return self.word_on(update) != "unconfirmed"


class TakingBackForgets(Chain):
    """After a deadline was taken back any day is a first one."""

    rule = "set_deadline"

    def last_due(self, before):
        return before[-1] if before else None


class SameDayExtends(Chain):
    """The same day once more, after it was taken back, is an extension."""

    rule = "set_deadline"

    def count_extensions(self, days):
        days = [day for day in days if day]
        return sum(later >= sooner for sooner, later in pairwise(days))


class TakingBackStartsAgain(Chain):
    """An extension is counted only from one line of the ledger to the next."""

    rule = "set_deadline"

    def count_extensions(self, days):
        return sum(bool(one and two and two > one) for one, two in pairwise(days))


class OwnersOfClosedActionsMeetDifficulties(Chain):
    rule = "open_difficulty"

    def open_actions(self):
        return self.actions


class OnlyOpenersClear(Chain):
    """Who reports does not clear what was opened for others."""

    rule = "clear_difficulty"

    def may_report(self, who):
        return says_for(who)


class OnlyReportersClear(Chain):
    """Who opened a difficulty does not clear it unless they report."""

    rule = "clear_difficulty"

    def may_clear(self, who, opened):
        return self.may_report(who)


MISREADINGS = {
    one.__name__: one for one in vars().copy().values() if getattr(one, "rule", "")
}
