"""What changed in a profile from one version to another, part by part, as it is read (R28)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.text import capfirst

from entremise.people.queries.profiles import Difference
from entremise.web import profile_words


@dataclass(frozen=True, kw_only=True)
class ChangedPart:
    """A part of the profile, as it was and as it became; no lines where it said nothing."""

    title: str
    before: Sequence[str]
    after: Sequence[str]


def changed_parts(difference: Difference | None, *, language: str) -> Iterator[ChangedPart]:
    """Yield the parts that two versions say differently, with what each says; nothing for no difference."""
    if difference is None:
        return
    before = profile_words.parts(difference.before.text, language=language) if difference.before else []
    after = profile_words.parts(difference.after.text, language=language)
    was, now = ({part.key: part.lines for part in parts} for parts in (before, after))
    for key in difference.parts:
        title = capfirst(str(profile_words.MY_PARTS[key]))
        yield ChangedPart(title=title, before=was.get(key, ()), after=now.get(key, ()))
