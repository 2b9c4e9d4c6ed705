"""What was asked, promised, answered and done, split by noun."""

from tracker.models.answers import Answer
from tracker.models.calendars import CalendarFeed
from tracker.models.counts import CountedDay, CountEntry
from tracker.models.deadlines import DeadlineChange
from tracker.models.difficulties import Difficulty, DifficultyClearance
from tracker.models.document_texts import DocumentText
from tracker.models.documents import DataFlag, Document, Passage
from tracker.models.evidence import Evidence
from tracker.models.follow_ups import FollowUpAction
from tracker.models.histories import HISTORY_MODELS
from tracker.models.indicators import Indicator, Observation
from tracker.models.jobs import Job
from tracker.models.lookups import Among
from tracker.models.recommendations import Recommendation
from tracker.models.reminders import Reminder
from tracker.models.reports import Report, ReportFile, ReportTemplate, Sending
from tracker.models.resolutions import Resolution, Target
from tracker.models.saved_views import SavedView, StartPage
from tracker.models.sessions import Finding, Participation, Review, WorkingSession
from tracker.models.submissions import Submission
from tracker.models.topics import Topic
from tracker.models.updates import Confirmation, StatusUpdate

__all__ = [
    "HISTORY_MODELS",
    "Among",
    "Answer",
    "CalendarFeed",
    "Confirmation",
    "CountEntry",
    "CountedDay",
    "DataFlag",
    "DeadlineChange",
    "Difficulty",
    "DifficultyClearance",
    "Document",
    "DocumentText",
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
    "SavedView",
    "Sending",
    "StartPage",
    "StatusUpdate",
    "Submission",
    "Target",
    "Topic",
    "WorkingSession",
]
