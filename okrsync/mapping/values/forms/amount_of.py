"""An amount of another one in the same unit: `€45k of €60k`, `75 % of 80 %`, `1.5M/2M`."""

from __future__ import annotations

import re

from okrsync.mapping.values.forms.form import Form, Lead
from okrsync.mapping.values.forms.unit import FORM as AMOUNT
from okrsync.mapping.values.number import CURRENCY, Number, digits_of
from okrsync.model.patterns import lazy_pattern

__all__ = ["FORM"]

_OF_AMOUNT = lazy_pattern(
    rf"""(?P<unit>\D{{0,16}}?)\s*(?P<joint>/|\b(?:out\s+of|of|von|sur|de|di|van|из)\b)\s*
    (?P<currency>{CURRENCY})?\s*(?P<digits>\d[\d.,'’\s\u00a0\u202f]*)(?P<rest>[^\d/]*)""",
    re.IGNORECASE | re.VERBOSE,
)


def _behind(lead: Lead, rest: str) -> Number | None:
    """Read the unit of the amount, and the whole behind it. Both have one unit; behind a word such
    as `of`, one of them may lack it.
    """
    match = _OF_AMOUNT.fullmatch(rest)
    assert AMOUNT.behind is not None
    part = None if match is None else AMOUNT.behind(lead, match["unit"].strip())
    if match is None or part is None or part.high is not None:
        return None
    total, is_doubtful = digits_of(match["digits"].rstrip(), lead.decimal, match["currency"])
    if total is None:
        return None
    whole = AMOUNT.behind(
        Lead(total, None, match["currency"], is_doubtful, lead.decimal), match["rest"].strip()
    )
    if whole is None or whole.high is not None:
        return None
    units = {unit for unit in (part.unit, whole.unit) if unit is not None}
    needs_both = match["joint"] == "/" or "%" in units  # `20 % of 200` are 40, not 20.
    if len(units) > 1 or (needs_both and part.unit != whole.unit):
        return None
    return part._replace(
        unit=part.unit or whole.unit,
        of=whole.value,
        is_doubtful=part.is_doubtful or whole.is_doubtful,
    )


FORM = Form(behind=_behind)
