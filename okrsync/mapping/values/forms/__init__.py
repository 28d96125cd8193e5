"""Forms of values: the ways in which a number is written with what stands behind its digits, or
without any digits.

Adding a form is one module with a `FORM` (see `okrsync.mapping.values.forms.form`) and one line in
`_MODULES`. Words for a form that is there already, such as another multiplier, are data: they go
into `mappings/synonyms.toml`.
"""

from __future__ import annotations

from importlib import import_module

from okrsync.mapping.values.forms.form import Form, Lead

__all__ = ["FORMS", "Form", "Lead"]

_MODULES = (
    "part_of",
    "unit",
)
"""The modules of the forms. The first one that reads a cell is taken; `unit` takes nearly any word
for a unit and stands last.
"""

FORMS: list[Form] = [import_module(f"{__name__}.{name}").FORM for name in _MODULES]
"""The forms in which numbers are read."""
