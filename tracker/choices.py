"""The words a record may carry; labels are what officials say (glossary in README)."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Progress(TextChoices):
    """How far a recommendation is: recorded by people (product rules §2.1)."""

    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    COMPLETED = "completed", pgettext_lazy("progress", "Completed")
    SUSPENDED = "suspended", _("Suspended")
    DISCONTINUED = "discontinued", _("Discontinued")


class Timeliness(TextChoices):
    """How a recommendation stands against its deadline on a day: always computed."""

    COMPLETED_ON_TIME = "completed_on_time", _("Completed on time")
    COMPLETED_LATE = "completed_late", _("Completed late")
    COMPLETED = "completed", _("Completed (no deadline)")
    IN_TIME = "in_time", _("In time")
    DUE_SOON = "due_soon", _("Due soon")
    OVERDUE = "overdue", _("Overdue")
    NO_DEADLINE = "no_deadline", _("No deadline yet")
    NOT_COUNTED = "not_counted", _("Not counted")


class ConfirmationState(TextChoices):
    """What a second person said of an update (product rules §2.2)."""

    UNCONFIRMED = "unconfirmed", _("Not confirmed yet")
    CONFIRMED = "confirmed", pgettext_lazy("confirmation", "Confirmed")
    RETURNED = "returned", _("Returned for completion")

    @classmethod
    def given(cls) -> list[tuple[str, str | Promise]]:
        """What a coordinator can say; nothing said is unconfirmed."""
        return [(one.value, one.label) for one in (cls.CONFIRMED, cls.RETURNED)]


class Basis(TextChoices):
    """Which figures a report prints (product rules §3)."""

    REPORTED = "reported", _("As reported")
    CONFIRMED = "confirmed", _("Confirmed figures only")


class ReportKind(TextChoices):
    """What is kept whole."""

    PROGRESS = "progress", _("Progress report")
    LETTER = "letter", _("Letter of urging")


class ReportFormat(TextChoices):
    """What a kept report is printed in."""

    DOCX = "docx", "Word (DOCX)"
    PDF = "pdf", "PDF"
    XLSX = "xlsx", "Excel (XLSX)"
    CSV = "csv", _("CSV, for programs")


class JobState(TextChoices):
    """How far long work has come."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class AnswerOutcome(TextChoices):
    """What was answered; an answer never sets progress (product rules §2.3)."""

    ACCEPTED = "accepted", _("Accepted")
    ACCEPTED_IN_PART = "accepted_in_part", _("Accepted in part")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")
    NOTED = "noted", _("Noted")
    OUTSIDE_REMIT = "outside_remit", _("Outside its remit")


class DifficultyCategory(TextChoices):
    """Where a difficulty lies, as reports sort them."""

    INSTITUTIONS = "institutions", _("Institutions and policies")
    CAPITAL = "capital", _("Capital")
    LAND = "land", _("Land and site clearance")
    PEOPLE = "people", _("People and organisation")
    DATA = "data", _("Data and technology")
    COORDINATION = "coordination", _("Coordination between bodies")
    OTHER = "other", pgettext_lazy("difficulty", "Other")


class ReminderStage(TextChoices):
    """What a reminder says of one item; each stage is told once."""

    DUE_SOON = "due_soon", _("Due soon")
    OVERDUE = "overdue", _("Overdue")
    OVERDUE_MONTH = "overdue_month", _("Overdue for a month")
    RETURNED = "returned", _("Returned for completion")
    UNANSWERED = "unanswered", _("Not answered yet")


class Flag(TextChoices):
    """What deserves a look; derived. The first three of open recommendations only."""

    NEVER_REPORTED = "never_reported", _("Never reported")
    STALE = "stale", _("Not updated for long")
    NO_LEAD = "no_lead", _("No lead organisation")
    DIFFICULTY = "difficulty", _("Has difficulties")
    UNANSWERED = "unanswered", _("Not answered yet")
    ANSWERED_UNRESOLVED = "answered_unresolved", _("Answered, not resolved")


class RecommendationKind(TextChoices):
    RECOMMENDATION = "recommendation", pgettext_lazy("kind", "Recommendation")
    REQUEST = "request", pgettext_lazy("kind", "Request")
    INSTRUCTION = "instruction", pgettext_lazy("kind", "Instruction")
    COMMITMENT = "commitment", pgettext_lazy("kind", "Commitment")


# Instructions and commitments are carried out, not answered (product rules §2.3).
ANSWERABLE = (RecommendationKind.RECOMMENDATION, RecommendationKind.REQUEST)


class TargetOperator(TextChoices):
    """How a target's value is to be read; "khoảng" is never a hard threshold."""

    GREATER_THAN = "gt", _("more than")
    AT_LEAST = "ge", _("at least")
    ABOUT = "approx", _("about")
    EQUAL = "eq", _("equal to")
    RANK = "rank", _("among the leading")
    QUALITATIVE = "qualitative", _("qualitative")
    VISION = "vision", _("vision")


class Qualifier(TextChoices):
    OVER = "over", _("over")
    ABOUT = "about", _("about")
    AT_LEAST = "at_least", _("at least")


class DocumentKind(TextChoices):
    RESOLUTION = "resolution", _("Resolution")
    PROGRAMME = "programme", _("Action programme")
    PLAN = "plan", _("Plan")
    REPORT = "report", _("Report")
    SCHEME = "scheme", _("Scheme")
    PROJECT = "project", _("Project")
    MASTER_PLAN = "master_plan", _("Master plan")
    DECISION = "decision", _("Decision")
    DIRECTIVE = "directive", _("Directive")
    CONCLUSION = "conclusion", _("Conclusion")
    NOTICE = "notice", _("Notice")
    SUBMISSION = "submission", _("Submission paper")
    LETTER = "letter", _("Official letter")
    NEWS = "news", _("News report")
    PILOT = "pilot", _("Pilot")
    OTHER = "other", pgettext_lazy("document", "Other")


class DocumentState(TextChoices):
    ISSUED = "issued", _("Issued")
    APPROVED = "approved", _("Approved")
    RECEIVED = "received", _("Received")
    PRESENTED = "presented", _("Presented")
    IN_PREPARATION = "in_preparation", _("In preparation")
    PROPOSED = "proposed", _("Proposed")
    BEING_IMPLEMENTED = "being_implemented", _("Being implemented")
    ENDED = "ended", _("Ended")
    PUBLISHED = "published", _("Published")


class SessionKind(TextChoices):
    WORKING_SESSION = "working_session", _("Working session")
    FIELD_SURVEY = "field_survey", _("Field survey")


class TimeOfDay(TextChoices):
    MORNING = "morning", _("morning")
    AFTERNOON = "afternoon", _("afternoon")


class ParticipationRole(TextChoices):
    HEAD_OF_DELEGATION = "head_of_delegation", _("Head of delegation")
    HOST = "host", _("Host")
    SPEAKER = "speaker", _("Speaker")
    PRESENTER = "presenter", _("Presenter")
    CONTRIBUTOR = "contributor", _("Gave an opinion")
    PARTICIPANT = "participant", _("Participant")


class FindingKind(TextChoices):
    RESULT = "result", _("Result")
    DIFFICULTY = "difficulty", _("Difficulty")
    ACKNOWLEDGEMENT = "acknowledgement", _("Acknowledgement")
    SITE_FACT = "site_fact", _("Fact of the site")
