"""Sessions, who took part in them, and what was found."""

from typing import Any

from tracker.forms.entering import EntryForm, entered
from tracker.forms.passages import PassageField
from tracker.models import Finding, Participation, WorkingSession


class SessionForm(EntryForm):
    kind = entered(WorkingSession, "kind")
    title = entered(WorkingSession, "title")
    held_on = entered(WorkingSession, "held_on")
    time_of_day = entered(WorkingSession, "time_of_day")
    province = entered(WorkingSession, "province")
    place = entered(WorkingSession, "place")
    host = entered(WorkingSession, "host")
    review = entered(WorkingSession, "review")
    resolutions = entered(WorkingSession, "resolutions")
    note = entered(WorkingSession, "note")


class ParticipationForm(EntryForm):
    name = entered(Participation, "name")
    honorific = entered(Participation, "honorific")
    post = entered(Participation, "post")
    organisation = entered(Participation, "organisation")
    role = entered(Participation, "role")
    is_group = entered(Participation, "is_group")
    is_inferred = entered(Participation, "is_inferred")
    note = entered(Participation, "note")


class FindingForm(EntryForm):
    kind = entered(Finding, "kind")
    wording = entered(Finding, "wording")
    reported_by = entered(Finding, "reported_by")
    resolutions = entered(Finding, "resolutions")
    passage = PassageField()
    is_content_missing = entered(Finding, "is_content_missing")
    note = entered(Finding, "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("passage", PassageField.passages_for(self.subject))
