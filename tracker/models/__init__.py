"""What the tracker keeps, one module per noun."""

from tracker.models.documents import DataFlag, Document, Passage
from tracker.models.history import DeadlineChange, Evidence, StatusUpdate
from tracker.models.recommendations import Recommendation
from tracker.models.resolutions import Indicator, Observation, Resolution, Target
from tracker.models.sessions import Finding, Participation, Review, WorkingSession
from tracker.models.submissions import Submission
from tracker.models.topics import Topic

__all__ = [
    "DataFlag",
    "DeadlineChange",
    "Document",
    "Evidence",
    "Finding",
    "Indicator",
    "Observation",
    "Participation",
    "Passage",
    "Recommendation",
    "Resolution",
    "Review",
    "StatusUpdate",
    "Submission",
    "Target",
    "Topic",
    "WorkingSession",
]
