"""The team that the name of a tab stands for: where each team keeps a board in a tab of its own,
nothing else may name it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec.structs import replace

from okrsync.mapping.words import normal, roles_of, table
from okrsync.model.cycles import parse_cycle
from okrsync.model.okrs import KeyResult, Objective
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import Table

__all__ = ["names_team", "team_of_tab", "teams_by_table", "with_teams"]

# `R&D` is one name.
_PARTS = lazy_pattern(r"(?:[\s_.,:;|/()\[\]–—+-]|(?<=\s)&(?=\s))+")
_ITEM = lazy_pattern(r"(?:o|kr|obj|objective|key result)\s*[-_#]?\s*\d", re.IGNORECASE)
# No word boundary stands between `OKR` and Chinese signs.
_OKR = lazy_pattern(r"okrs?(?![a-z])", re.IGNORECASE)
_LONGEST = 40
_ROLES_OF_A_TEAM = frozenset({"team", "owner"})


def team_of_tab(name: str, today: date) -> str | None:
    """The team in the name of a tab: `Sales Q4` names Sales; None where it names a period
    (`Q4 2026`), the kind of tab (`OKRs`, `Sheet1`) or an item (`O1 Grow`).
    """
    if len(name) > _LONGEST or _is_period(name, today) or _is_general(name) or _ITEM.match(name):
        return None
    parts = [part for part in _PARTS.split(_OKR.sub(" ", name)) if part]
    has_team_word = any(map(_is_team_word, parts))
    kept = [
        part
        for part in parts
        if (has_team_word and part.isdigit() and len(part) < 4)
        or not (_is_general(part) or _is_period(part, today))
    ]
    named = [part for part in kept if not _is_team_word(part)]
    # A letter or a number is a name behind a word for teams only: `Team A`, `Squad 2`.
    if not any(has_team_word or (len(part) > 1 and part[0].isalpha()) for part in named):
        return None
    # Signs inside the name stay where nothing is taken from its middle: `Research & Design`.
    whole = name[name.find(kept[0]) : name.rfind(kept[-1]) + len(kept[-1])]
    return whole if [part for part in _PARTS.split(whole) if part] == kept else " ".join(kept)


def names_team(text: str) -> bool:
    """Whether a text names a team and says so: `Team North`, `Sales department`."""
    parts = [part for part in _PARTS.split(text) if part]
    words = [part for part in parts if _is_team_word(part)]
    return len(words) == 1 < len(parts)


def _is_team_word(part: str) -> bool:
    return roles_of(part)[:1] == ("team",)


def _is_general(text: str) -> bool:
    """Whether a text is a word for any tab of OKRs, and for no team: `OKRs`, `Sheet1`."""
    plain = normal(text)
    bare = plain.rstrip("0123456789 ")
    words = table("tabs")
    if not bare or plain in words or bare in words:
        return True
    role = roles_of(text)[:1]
    return bool(role) and role[0] not in _ROLES_OF_A_TEAM


def _is_period(part: str, today: date) -> bool:
    return parse_cycle(part, today=today) is not None


def teams_by_table(tables: Sequence[Table], today: date) -> Mapping[str, str]:
    """By table key, the team that each tab is named after. One tab alone is named after anything:
    it counts where it says that it is a team's (`Team North`). Databases have names of their own.
    """
    names = {
        table_.key: team
        for table_ in tables
        if table_.header is None and (team := team_of_tab(table_.name, today)) is not None
    }
    if len(names) > 1:
        return names
    return {key: name for key, name in names.items() if any(map(_is_team_word, _PARTS.split(name)))}


def with_teams(objectives: Iterable[Objective], teams: Mapping[str, str]) -> list[Objective]:
    """The objectives, each that names no team with that of its tab, and so its key results."""
    return [_with_team(objective, teams) for objective in objectives] if teams else [*objectives]


def _with_team(objective: Objective, teams: Mapping[str, str]) -> Objective:
    key_results = tuple(_named(item, teams, objective) for item in objective.key_results)
    team = teams.get(objective.origin.table_key)
    if objective.team is not None or team is None or _is_named_after(team, objective):
        return replace(objective, key_results=key_results)
    inferred = objective.inferred | {"team"}
    return replace(objective, key_results=key_results, team=team, inferred=inferred)


def _named(item: KeyResult, teams: Mapping[str, str], above: Objective) -> KeyResult:
    team = teams.get(item.origin.table_key)
    if item.team or above.team or team is None or _is_named_after(team, above):
        return item
    return replace(item, team=team, inferred=item.inferred | {"team"})


def _is_named_after(tab: str, objective: Objective) -> bool:
    """Whether a tab has its name from an objective that stands in it."""
    return not objective.implied and normal(tab) in normal(objective.title)
