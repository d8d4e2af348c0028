"""Two windows on one thing: whoever keeps second sees what the first one kept, and decides."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field in its two versions, in words: what is kept now, and what was typed here."""

    label: str
    kept: str
    typed: str


def differences(form: forms.Form, kept: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return the fields in which a bound form says something else than what is kept now, in the form's order."""
    found = []
    for field in form.visible_fields():
        now, typed = _words(field, kept.get(field.name)), _words(field, field.data)
        if now != typed:
            found.append(Difference(label=str(field.label), kept=now, typed=typed))
    return tuple(found)


def _words(field: BoundField, value: Any) -> str:
    """Return a value as its reader knows it: the words of a choice, yes or no, lines as they are."""
    if isinstance(field.field, forms.BooleanField):
        return gettext("yes") if value else gettext("no")
    values = value if isinstance(value, list | tuple | set | frozenset) else [value]
    called = dict(_flat(getattr(field.field, "choices", ())))
    return ", ".join(sorted(called.get(one, one) for one in map(_plain, values) if one))


def _flat(choices: Iterable[Any]) -> Iterable[tuple[str, str]]:
    """Return choices as pairs of value and words, groups unfolded."""
    for value, words in choices:
        if isinstance(words, list | tuple):
            yield from _flat(words)
        else:
            yield str(value), str(words)


def _plain(value: Any) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


class AsRead(forms.Form):
    """A form that remembers what it was opened on, and is not valid where that has changed since.

    `initial` is what is kept now. Where another window kept something else meanwhile, `differences` says both, and
    the form can be sent once more to replace it. For rows that have no version of their own.
    """

    as_read = forms.CharField(required=False, widget=forms.HiddenInput)
    differences: tuple[Difference, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["as_read"] = self._print()

    def clean(self) -> dict[str, Any]:
        """Refuse once to replace what was changed after this page was opened."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        read = said.pop("as_read", "")
        meanwhile = bool(read) and read != self._print()
        self.differences = differences(self, self.initial) if meanwhile else ()
        if self.differences:
            data = cast(QueryDict, self.data).copy()
            data[self.add_prefix("as_read")] = self._print()
            self.data = data
            raise forms.ValidationError(CHANGED)
        return said

    def _print(self) -> str:
        """Return a short fingerprint of what is kept now."""
        kept = [(name, _plain(self.initial.get(name))) for name in sorted(self.fields) if name != "as_read"]
        return hashlib.sha256(repr(kept).encode()).hexdigest()[:16]


CHANGED = _("This was changed in another window. Both versions stand below; send once more to keep yours.")
