"""A lunch as a calendar reads it (RFC 5545): for the member's own calendar, nobody is invited by us (R24)."""

from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

from entremise.people.queries.attentions import LunchPlan

_ALARM = timedelta(days=1)


def lunch_file(plan: LunchPlan, *, title: str, time_zone: str, host: str) -> bytes:
    """Return the calendar file of a planned lunch, at the hour of the member's zone, which is told with its rules.

    The same lunch keeps its id, and a later version a higher number, so that a calendar replaces it. It names no
    organiser and no attendee: a calendar that reads it writes to nobody.
    """
    zone = ZoneInfo(time_zone)
    event = Event()
    event.add("uid", f"lunch-{plan.uid}@{host}")
    event.add("sequence", plan.sequence)
    event.add("dtstamp", plan.updated_at.astimezone(UTC))
    event.add("dtstart", plan.starts_at.astimezone(zone))
    event.add("dtend", plan.ends_at.astimezone(zone))
    event.add("summary", title)
    if plan.place:
        event.add("location", plan.place)
    if plan.note:
        event.add("description", plan.note)
    event.add("class", "PRIVATE")
    event.add_component(_reminder(title))
    calendar = Calendar()
    calendar.add("prodid", "-//Entremise//Lunch//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    year = plan.starts_at.year
    calendar.add_missing_timezones(
        first_date=plan.starts_at.date().replace(year=year - 1, month=1, day=1),
        last_date=plan.starts_at.date().replace(year=year + 2, month=1, day=1),
    )
    return bytes(calendar.to_ical())


def _reminder(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -_ALARM)
    return alarm
