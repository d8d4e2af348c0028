"""How forms look: every field is drawn as label, hint, mistake, control, in that order.

Named by the setting ``FORM_RENDERER``; the markup is in ``templates/look``. The widgets below are for
what HTML has and Django does not offer by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import django.forms
from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.utils.functional import cached_property

_OURS = Path(__file__).parent / "templates"
_THEIRS = Path(django.forms.__file__).parent / "templates"


class LookField(BoundField):
    """A bound field that knows how it is drawn."""

    @property
    def kind(self) -> str:
        """``alone`` for one checkbox, ``choices`` for several lines to press, ``control`` otherwise."""
        widget = self.field.widget
        if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return "choices"
        return "alone" if isinstance(widget, forms.CheckboxInput) else "control"

    @property
    def hint_id(self) -> str:
        """The id of the hint; the one Django names in ``aria-describedby``."""
        return f"{self.auto_id}_helptext"

    @property
    def error_id(self) -> str:
        """The id of the mistakes; the one Django names in ``aria-describedby``."""
        return f"{self.auto_id}_error"

    @property
    def is_title(self) -> bool:
        """True where the page is this one question: ``Form.title_field`` names it."""
        return bool(getattr(self.form, "title_field", None) == self.name)

    @property
    def says_optional(self) -> bool:
        """True where the label adds "(if you like)": an optional field in a form that also has others."""
        return not self.field.required and not getattr(self.form, "all_optional", False)


class LookRenderer(DjangoTemplates):
    """Draws forms and fields with our templates, widgets with Django's."""

    form_template_name = "look/form.html"
    field_template_name = "look/field.html"
    bound_field_class = LookField

    @cached_property
    def engine(self) -> Any:
        """An engine that finds our templates first, whatever the settings of the pages' engine."""
        options = {"APP_DIRS": True, "DIRS": [_OURS, _THEIRS], "NAME": "look", "OPTIONS": {}}
        return self.backend(options)


class Choices(forms.RadioSelect):
    """Radio lines, each with a hint of its own where ``hints`` has one for its value."""

    def __init__(self, *, hints: Mapping[str, Any] | None = None, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.hints = dict(hints or {})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The option, with ``hint`` and a control that names it in ``aria-describedby``."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        hint = self.hints.get(str(value))
        if hint:
            option["hint"] = hint
            option["attrs"]["aria-describedby"] = f"{option['attrs'].get('id', name)}_hint"
        return option


class Day(forms.DateInput):
    """A day, picked with what the device offers; its value is always written YYYY-MM-DD."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class Digits(forms.TextInput):
    """The digits printed in a mail: large, the numeric keyboard, ``count`` of them."""

    def __init__(self, count: int = 4, attrs: dict[str, Any] | None = None) -> None:
        shown = {
            "class": "digits" if count <= 4 else "digits long",
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "maxlength": str(count),
            "spellcheck": "false",
        }
        super().__init__({**shown, **(attrs or {})})
