"""What the tracker keeps, one module per noun."""

from tracker.models.documents import DataFlag, Document, Passage
from tracker.models.history import DeadlineChange, Evidence, StatusUpdate
from tracker.models.recommendations import Recommendation, Submission, Topic
from tracker.models.resolutions import Indicator, Observation, Resolution, Target
from tracker.models.sessions import Finding, Participation, Review, WorkingSession

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
