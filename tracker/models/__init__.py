"""What was asked, promised, answered and done, split by noun."""

from tracker.models.answers import Answer
from tracker.models.calendars import CalendarFeed
from tracker.models.deadlines import DeadlineChange
from tracker.models.difficulties import Difficulty, DifficultyClearance
from tracker.models.documents import DataFlag, Document, Passage
from tracker.models.evidence import Evidence
from tracker.models.follow_ups import FollowUpAction
from tracker.models.history import HistoryRow
from tracker.models.jobs import Job
from tracker.models.recommendations import Recommendation
from tracker.models.reminders import Reminder
from tracker.models.reports import Report, ReportFile, ReportTemplate, Sending
from tracker.models.resolutions import Indicator, Observation, Resolution, Target
from tracker.models.sessions import Finding, Participation, Review, WorkingSession
from tracker.models.standing import STATE_MODELS
from tracker.models.submissions import Submission
from tracker.models.topics import Topic
from tracker.models.updates import Confirmation, StatusUpdate

HISTORY_MODELS: tuple[type[HistoryRow], ...] = (*STATE_MODELS, Evidence)

__all__ = [
    "HISTORY_MODELS",
    "Answer",
    "CalendarFeed",
    "Confirmation",
    "DataFlag",
    "DeadlineChange",
    "Difficulty",
    "DifficultyClearance",
    "Document",
    "Evidence",
    "Finding",
    "FollowUpAction",
    "Indicator",
    "Job",
    "Observation",
    "Participation",
    "Passage",
    "Recommendation",
    "Reminder",
    "Report",
    "ReportFile",
    "ReportTemplate",
    "Resolution",
    "Review",
    "Sending",
    "StatusUpdate",
    "Submission",
    "Target",
    "Topic",
    "WorkingSession",
]
