"""Flat: one row per key result, with the objective repeated in each."""

from __future__ import annotations

from collections.abc import Sequence

from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Record, Sheet, folded

__all__ = ["LAYOUT"]


def _fits(sheet: Sheet) -> float:
    """0.5 where rows have both an objective and a key result, or each has one of them and nothing
    says in which order they stand; otherwise 0.
    """
    both, objective_only, key_result_only = sheet.filled
    are_apart = objective_only and key_result_only and not sheet.has_order
    return 0.5 if (both or are_apart) and not sheet.shares_a_column else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """Rows with the same objective id, or the same objective text in the same cycle, belong to one
    objective, in any order. Where each team has a part of the table to itself, named in a column
    ahead of the objectives, they do in the same part.

    The key result of a row without an objective belongs to none. A row without a key result is the
    row of its objective, which the rows of its key results may name by its id.
    """
    records: list[Record] = []
    objectives: dict[tuple[str, ...], int] = {}
    objective_column, key_result_column = sheet.roles["objective"], sheet.roles["key_result"]
    keys: dict[tuple[str, ...], tuple[str, ...]] = {}
    columns = [sheet.texts(role) for role in ("objective", "key_result", "objective_id", "cycle")]
    columns[0] = _named_by_title(sheet, columns[0], columns[1])
    columns.append(_teams_of_parts(sheet))
    for row, text, title, id_, cycle, team in zip(sheet.rows, *columns, strict=True):
        objective_index: int | None = None
        if text:
            raw = (id_, text, cycle, team)
            key = keys.get(raw)
            if key is None:
                key = keys[raw] = (id_ or folded(text), folded(cycle), "" if id_ else team)
            objective_index = objectives.get(key)
            if objective_index is None:
                objective_index = objectives[key] = len(records)
                records.append(Record("objective", row, objective_column, states_row=not title))
            elif not title and not records[objective_index].states_row:
                records[objective_index] = Record("objective", row, objective_column)
        if title:
            records.append(Record("key_result", row, key_result_column, objective_index))
    return records


def _named_by_title(
    sheet: Sheet, objectives: Sequence[str], key_results: Sequence[str]
) -> list[str]:
    """The objective of each row by its title, where rows of key results have the id of an objective
    instead: `O1` for `Grow`, whose own row has that id.
    """
    rows = zip(sheet.texts("id"), objectives, key_results, strict=True)
    titles = {id_: title for id_, title, key_result in rows if id_ and title and not key_result}
    if not titles:
        return [*objectives]
    return [
        titles.get(objective, objective) if key_result else objective
        for objective, key_result in zip(objectives, key_results, strict=True)
    ]


def _teams_of_parts(sheet: Sheet) -> list[str]:
    """The team of each row, if a column ahead of the objectives names it and each team has its rows
    together; otherwise empty texts: then the teams contribute to objectives that they share.
    """
    texts = sheet.texts("team")
    none = [""] * len(texts)
    if not sheet.has_order or not -1 < sheet.roles.get("team", -1) < sheet.roles["objective"]:
        return none
    teams: list[str] = []
    for text in texts:
        teams.append(folded(text) or (teams[-1] if teams else ""))
    parts = sum(team != above for team, above in zip(teams, ["", *teams], strict=False))
    return teams if parts == len({*teams} - {""}) else none


LAYOUT = Layout(
    because="most rows have both an objective and a key result",
    fits=_fits,
    records=_records,
    needs=("objective", "key_result"),
)
