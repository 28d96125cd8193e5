"""Forms of values: the ways of writing a number, by what follows its digits, or without digits.

To add a form, write one module with a `FORM` (see `okrsync.mapping.values.forms.form`) and add one
line to `_MODULES`. Words for an existing form, such as another multiplier, are data: add them to
`mappings/synonyms.toml`.
"""

from __future__ import annotations

from importlib import import_module

from okrsync.mapping.values.forms.form import Form, Lead

__all__ = ["FORMS", "Form", "Lead"]

_MODULES = (
    "part_of",
    "amount_of",
    "unit",
)
"""The modules of the forms, in the order in which they are tried: the first that reads a cell
decides. `unit` takes nearly any word for a unit, so it stands last.
"""

FORMS: list[Form] = [import_module(f"{__name__}.{name}").FORM for name in _MODULES]
"""The forms in which numbers are read."""
