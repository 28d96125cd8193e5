"""Decides what each column means: the words of its header propose a role, its content decides, and
what both leave open becomes a question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from msgspec.structs import replace

from okrsync.mapping.header.content import Content, Contents, distinguishes_row_kinds
from okrsync.mapping.header.doubts import doubts_of, named_twice, two_alike
from okrsync.mapping.header.families import (
    OF_EITHER,
    settle_merged,
    settle_of_objectives,
    settle_twins,
    settle_weights,
)
from okrsync.mapping.header.frameworks import settle_framework
from okrsync.mapping.header.judgement import MEASURES, Judged, Judgement
from okrsync.mapping.header.marks import doubtful_marks, settle_marks
from okrsync.mapping.header.progress import settle_progress
from okrsync.mapping.header.targets import settle_counts, settle_goals, settle_qualified
from okrsync.mapping.header.titles import settle_titles
from okrsync.mapping.header.wide import is_period
from okrsync.mapping.values.checkpoints import read_checkpoints
from okrsync.mapping.values.directions import stated_direction
from okrsync.mapping.values.kinds import are_ways_of_measuring, row_kinds
from okrsync.mapping.values.mark_columns import is_done_header
from okrsync.mapping.values.typed import read_date
from okrsync.mapping.words import lookup, meaning_of, normal, roles_of, status_of, table
from okrsync.model.table import CellValue

__all__ = ["judge"]

_TITLES = ("objective", "key_result", "title", "metric")


def judge(
    names: Mapping[int, str],
    contents: Contents,
    settled: Mapping[str, int],
    tab: str,
    kinds: frozenset[str] = frozenset(),
    *,
    has_confidence_words: bool = False,
) -> Judgement:
    """What columns mean. `names` are the headers that have no role yet, by column; `settled` are
    the roles that the mapping names, which no other column gets (-1: the mapping says that no
    column has the role; -2: it names a column that is missing); `tab` is the name of the table;
    `kinds` are the mapping's own words for kinds of rows; `has_confidence_words` says that it has
    such words for confidence.
    """
    judgement = Judgement({}, {}, [])
    candidates = {
        column: each
        for column, name in names.items()
        if (each := _judge_column(name, contents.of(column)))
    }
    for column, name in names.items():
        if kinds and roles_of(name)[:1] == ("kind",):
            candidates[column] = Judged(
                "kind", 0.95, f"its header is {name!r}, and the mapping explains its words"
            )
    settle_goals(candidates, names, contents)
    settle_qualified(candidates, names, contents, settled)
    _leave_results(candidates, names, contents)
    if not has_confidence_words and "status" not in settled:
        _settle_confidence(candidates, names, contents)
    marks = settle_marks(candidates, names, contents, settled)
    judgement.judged.update(candidates)
    by_role: dict[str, list[int]] = {}
    for column, each in candidates.items():
        if each.role is not None and each.role not in ("title", "metric"):
            by_role.setdefault(each.role, []).append(column)
    for role, columns in by_role.items():
        if role in settled:
            for column in columns:
                _settled_otherwise(judgement, column, role, settled, by_role)
            continue
        _choose(judgement, role, columns, names, contents)
    settle_twins(judgement, names)
    settle_of_objectives(judgement, names, contents)
    if not settle_framework(judgement, names, contents, settled):
        _settle_levels(judgement, contents, settled)
    settle_titles(
        judgement,
        names,
        contents,
        settled,
        tab,
        has_kinds="kind" in judgement.roles and bool(kinds),
    )
    if contents.has_order:
        settle_merged(judgement, contents)
    settle_weights(judgement, contents)
    _settle_ids(judgement, contents)
    _settle_projects(judgement, names, contents)
    settle_counts(judgement, names, contents, settled)
    judgement.doubts.extend(settle_progress(judgement, names, contents, settled))
    judgement.doubts.extend(doubts_of(judgement, names, contents, settled))
    judgement.doubts.extend(named_twice(judgement, names, contents))
    judgement.doubts.extend(doubtful_marks(marks, names, judgement))
    if "key_result" not in judgement.roles and settled.get("key_result", -1) < 0:
        judgement.roles.update(judgement.of_objectives)
        judgement.of_objectives.clear()
    return judgement


_RESULTS = frozenset({"resultaat", "resultat", "risultato"})


def _leave_results(
    candidates: dict[int, Judged], names: Mapping[int, str], contents: Contents
) -> None:
    """Beside a column of indicators, `Résultat` names what they indicate, and no key result."""
    if any(
        each.role == "metric" and contents.of(column).are_titles
        for column, each in candidates.items()
    ):
        for column in [each for each in candidates if normal(names[each]) in _RESULTS]:
            if not contents.of(column).are_numbers:
                del candidates[column]


def _settle_confidence(
    candidates: dict[int, Judged], names: Mapping[int, str], contents: Contents
) -> None:
    """A column called `Confidence` that holds statuses is one of statuses, where there is no other:
    `On track`, `At risk`.
    """
    if any(each.role == "status" for each in candidates.values()):
        return
    for column, each in candidates.items():
        content = contents.of(column)
        if each.role == "confidence" and content.texts and _are_statuses_alone(content):
            why = f"{names[column]!r} holds words for statuses, and no other column has any"
            candidates[column] = Judged("status", 0.8, why, ("confidence",))
            return


def _choose(
    judgement: Judgement,
    role: str,
    columns: list[int],
    names: Mapping[int, str],
    contents: Contents,
) -> None:
    """The column of a role, and that of objectives where it has one of its own: `Objective owner`
    beside `Owner` or `KR owner`.
    """
    scope = {
        column: meaning_of(names[column]).of
        if role in OF_EITHER and not is_done_header(names[column])
        else None
        for column in columns
    }
    ordered = sorted(columns, key=lambda column: _rank(role, names[column], contents.of(column)))
    if role == "checked_in" and len({normal(names[column]) for column in columns}) == 1:
        # `Date` beside each of several check-ins: the latest of them counts.
        ordered.sort(key=lambda column: _latest_day(contents.values(column)), reverse=True)
    of_objectives = [column for column in ordered if scope[column] == "objective"]
    of_key_results = [column for column in ordered if scope[column] == "key_result"]
    of_both = [column for column in ordered if scope[column] is None]
    if of_key_results and of_both and not of_objectives:
        of_objectives, of_both = of_both, []
    chosen = [*of_key_results, *of_both]
    if chosen:
        judgement.roles[role] = chosen[0]
    if of_objectives:
        judgement.of_objectives[role] = of_objectives[0]
        each = judgement.judged[of_objectives[0]]
        judgement.judged[of_objectives[0]] = replace(
            each, because=f"{each.because}; it belongs to the objective"
        )
    for first, *others in filter(None, (chosen, of_objectives)):
        for column in others:
            _give_way(judgement, column, role, f"column {names[first]!r} is used instead")
            _settle_second(judgement, column, role, contents)
    if role in MEASURES:
        judgement.doubts.extend(two_alike(role, chosen, names, contents))


def _latest_day(values: Sequence[CellValue]) -> date:
    days = (read_date(value, "dmy") for value in values)
    return max((day for day in days if day is not None), default=date.min)


def _settle_second(judgement: Judgement, column: int, role: str, contents: Contents) -> None:
    """A second column for a role gets another role that its name can mean: beside titles a
    description or a parent; beside values a progress.
    """
    besides = (
        ("comment", "parent")
        if role in ("objective", "key_result")
        else ("progress",)
        if role == "current"
        else ("current",)
        if role == "progress"
        else ()
    )
    other = next(
        (
            role_besides
            for role_besides in judgement.judged[column].others
            if role_besides in besides
        ),
        None,
    )
    if other == "progress" and not all("%" in sample for sample in contents.of(column).samples):
        return
    if other is not None and other not in judgement.roles:
        judgement.roles[other] = column
        judgement.judged[column] = replace(judgement.judged[column], role=other, confidence=0.8)


def _settled_otherwise(
    judgement: Judgement,
    column: int,
    role: str,
    settled: Mapping[str, int],
    by_role: Mapping[str, list[int]],
) -> None:
    """A column whose role the mapping gives to another column, or to none, may have another role
    that its name can mean.
    """
    other = _INSTEAD.get(role)
    if settled[role] == -1 and other is not None and other not in settled and other not in by_role:
        judgement.roles.setdefault(other, column)
        why = f"{judgement.judged[column].because}; the mapping says that it is not the {role}"
        judgement.judged[column] = Judged(other, 0.9, why)
    else:
        _give_way(judgement, column, role, "the mapping says otherwise")


def _settle_levels(judgement: Judgement, contents: Contents, settled: Mapping[str, int]) -> None:
    """A column of levels that tells objectives from key results (`Level: Objective, Key result`)
    is one of kinds.
    """
    level = judgement.roles.get("level", -1)
    if level < 0 or {"kind"} & (judgement.roles.keys() | settled.keys()):
        return
    if {"objective", "key_result"} <= {*row_kinds(contents.of(level).different).values()}:
        judgement.roles["kind"] = judgement.roles.pop("level")
        because = f"{judgement.judged[level].because}; its words are kinds of rows"
        judgement.judged[level] = Judged("kind", 0.9, because, ("level",))


def _settle_ids(judgement: Judgement, contents: Contents) -> None:
    """An id that each objective has one of, and all its key results repeat, is the objective's."""
    id_column, objective, key_result = (
        judgement.roles.get(role) for role in ("id", "objective", "key_result")
    )
    if (
        id_column is not None
        and "objective_id" not in judgement.roles
        and not contents.repeat(id_column)
    ):
        for other, each in judgement.judged.items():
            if each.role is None and each.others[:1] == ("id",) and contents.repeat(other):
                judgement.roles["objective_id"] = other
                why = f"{each.because}; its values are repeated, so they identify objectives"
                judgement.judged[other] = Judged("objective_id", 0.8, why, ("id",))
                return
    if (
        id_column is None
        or objective is None
        or key_result in (None, objective)
        or "objective_id" in judgement.roles
    ):
        return
    ids = contents.of(id_column)
    is_whole = ids.filled == contents.of(objective).filled and not any(
        each[:1] in "kK" for each in ids.samples
    )
    if (
        is_whole
        and contents.depends_on(id_column, objective)
        and contents.depends_on(objective, id_column)
    ):
        judgement.roles["objective_id"] = judgement.roles.pop("id")
        because = judgement.judged[id_column].because
        why = f"{because}; each objective has one, and its key results repeat it"
        judgement.judged[id_column] = Judged("objective_id", 0.85, why, ("id",))


def _settle_projects(judgement: Judgement, names: Mapping[int, str], contents: Contents) -> None:
    """A project that each objective has one of is the level above it."""
    objective, key_result = judgement.roles.get("objective"), judgement.roles.get("key_result")
    if objective is None or key_result in (None, objective) or "parent" in judgement.roles:
        return
    for column, name in names.items():
        if normal(name) in (
            "project",
            "projekt",
            "projet",
            "proyecto",
            "projeto",
            "progetto",
            "项目",
        ) and contents.depends_on(column, objective):
            judgement.roles["parent"] = column
            why = (
                f"its header {name!r} names groups of objectives: each objective has one, and"
                f" {contents.of(column).words()}"
            )
            judgement.judged[column] = Judged("parent", 0.7, why)


_INSTEAD = {"target": "due", "due": "target", "baseline": "start_date", "start_date": "baseline"}
"""The role of a column whose content contradicts its name: `End` can be a value or a day."""


def _give_way(judgement: Judgement, column: int, role: str, why: str) -> None:
    each = judgement.judged[column]
    others = (role, *(other for other in each.others if other != role))
    judgement.judged[column] = Judged(None, 0.5, f"{each.because}; {why}", others)


def _judge_column(name: str, content: Content) -> Judged | None:
    """The judgement of a column by its own words and content; None where its words are unknown, and
    its content does not say what it is.
    """
    roles = roles_of(name)
    if not roles:
        return _by_limits(name, content)
    named_role, below = roles[0], content.words()
    if not content.filled:
        return Judged(named_role, 0.6, f"its header is {name!r}; {below}", roles[1:])
    fitting = [role for role in roles if _by_content(role, name, content) == role]
    role = next(
        (role for role in fitting if _agrees(role, content)), fitting[0] if fitting else None
    )
    others = tuple(other for other in roles if other != role)
    if role is not None:
        return Judged(
            role,
            0.95 if _agrees(role, content) else 0.75,
            f"its header is {name!r}, and {below}",
            others,
        )
    role = _by_content(named_role, name, content)
    if role is None and (limits := _by_limits(name, content)) is not None:
        return limits
    return Judged(
        role,
        0.8 if role else 0.6,
        f"its header {name!r} could mean {_called(named_role)}, but {below}",
        others,
    )


def _by_limits(name: str, content: Content) -> Judged | None:
    """A column of unknown name whose every text says which way is good, in words such as `Max` or
    `Lower is better`. Signs alone, and what goes up or down, may tell how things went.
    """
    texts = content.different
    if not texts or content.texts < content.filled or content.length > _WORDS_OF_A_LIMIT:
        return None
    limits = [lookup("directions", text) for text in texts]
    if None in limits or not any(limit in _LIMITS for limit in limits):
        return None
    return Judged("direction", 0.6, f"{name!r} holds nothing but words for which way is good")


_WORDS_OF_A_LIMIT = 20
_LIMITS = frozenset({"stay-above", "stay-below", "between"})


def _by_content(role: str, name: str, content: Content) -> str | None:
    """The role that the content of a column allows, where its header means `role`; None where it
    allows none.
    """
    days, numbers = content.are_days, content.are_numbers
    if (
        role == "objective"
        and normal(name) in table("aimed")
        and numbers
        and not content.may_be_titles(0.4)
    ):
        return role if content.are_ids or content.distinct * 3 < content.filled * 2 else "target"
    if role in ("baseline", "target") and days:
        return "start_date" if role == "baseline" else "due"
    if role == "status" and numbers:
        # Bare numbers under `Status` are current values (money, counts), not percentages.
        return "progress" if content.percents * 2 > content.numbers else "current"
    if role in ("status", "confidence") and content.are_texts and content.length > 50:
        return "comment"
    if role in ("progress", "score") and (content.texts + content.truths) * 2 > content.filled:
        return (
            "status"
            if _are_words_of("statuses", content)
            else "comment"
            if content.length > 25
            else None
        )
    if role == "current" and (days or (content.are_texts and content.length > 40)):
        return None if days else "comment"
    if role == "owner" and (days or numbers):
        return "due" if days else None
    if role == "checked_in" and not days:
        return (
            role
            if _are_serials(content)
            or (normal(name) not in _DATE_ALONE and not numbers)
            or content.days * 3 >= content.filled
            else None
        )
    if role == "target" and content.texts:
        # `Plan` may be the name of the quarter that a row is planned for.
        periods = sum(is_period(text) for text in content.different)
        return "cycle" if periods * 2 > len(content.different) else role
    if role == "private":
        return role if content.truths or _are_words_of("privacy", content) else None
    if role == "checkpoints":
        return role if any(map(read_checkpoints, content.different)) else None
    if role == "kind" and content.texts:
        if _are_directions_by_kind(name, content):
            return "direction"
        if not any(row_kinds(content.different).values()):
            return next(
                (
                    other
                    for other in ("commitment", "direction")
                    if _are_words_of(f"{other}s", content)
                ),
                None,
            )
    if role == "metric" and are_ways_of_measuring(content.different):
        return "kind"
    if (
        role == "metric"
        and content.are_texts
        and content.length <= 8
        and content.distinct < content.filled
    ):
        return "unit"
    if role == "unit" and content.are_texts and content.length > 25:
        return "metric"
    if role == "id" and content.are_texts and content.length > 30:
        return None
    if role == "direction" and not _holds_directions(name, content):
        return None
    if role == "comment" and numbers and content.worded * 2 > content.filled:
        return role
    if role in ("team", "unit", "comment") and (days or (numbers and role != "unit")):
        return None
    if role in ("weight", "stretch", "target_high") and (days or content.are_texts):
        return None
    return role


_DATE_ALONE = frozenset({"date", "datum", "fecha", "data", "日期", "日付", "날짜", "дата"})


def _are_serials(content: Content) -> bool:
    """Whether numbers can be days in the form of serial numbers."""
    return bool(content.samples) and all(
        sample.isdecimal() and 20_000 <= int(sample) < 80_000 for sample in content.samples
    )


def _holds_directions(name: str, content: Content) -> bool:
    """Whether a column says if more or less is better. Under a header that can mean something else,
    such as `Condition`, at least one of its texts has to be a direction.
    """
    if content.are_days or content.length > 40:
        return False
    return normal(name) not in table("weak") or any(
        stated_direction(text, name, {}, content.different) is not None
        for text in content.different
    )


def _are_directions_by_kind(name: str, content: Content) -> bool:
    """Whether a column of kinds says which way is good, and which row is measured in another way:
    `Decrease KPI`, `Stay below`, `Achieved or not`.
    """
    if _KINDS_OF_ROWS.intersection(row_kinds(content.different).values()):
        return False
    directions = [
        text
        for text in content.different
        if stated_direction(text, name, {}, content.different) is not None
    ]
    measured = sum(are_ways_of_measuring([text]) for text in content.different)
    return bool(directions) and (len(directions) + measured) * 2 > len(content.different)


_KINDS_OF_ROWS = frozenset({"objective", "key_result", "other"})


def _are_words_of(section: str, content: Content) -> bool:
    return any(lookup(section, text) is not None for text in content.different)


def _are_statuses_alone(content: Content) -> bool:
    """Whether the words of a column are statuses, and none of them is one of confidence."""
    known = [text for text in content.different if status_of(text) is not None]
    return len(known) * 2 > len(content.different) and all(
        lookup("confidences", text) is None for text in content.different
    )


def _agrees(role: str, content: Content) -> bool:
    """Whether the content of a column confirms its role, and not only does not contradict it."""
    if role in (*MEASURES, "target_high", "stretch", "progress", "score", "weight"):
        return content.are_numbers
    if role in ("due", "start_date", "checked_in"):
        return content.are_days
    if role in _TITLES or role == "comment":
        return content.are_texts
    return True


def _called(role: str) -> str:
    return {"title": "a title", "metric": "a measure"}.get(role, role.replace("_", " "))


def _rank(role: str, name: str, content: Content) -> tuple[bool, bool, bool, bool, bool]:
    """The sort key that puts the best of several columns for a role first: one that is filled, of
    the right kind, with an unambiguous name; among ids that of key results.
    """
    plain = normal(name)
    is_other_id = role == "id" and re.match(r"k(ey )?r(esult)?\b", plain) is None
    is_override = "override" in plain
    # Of several columns of kinds, the one that separates objectives from key results goes first.
    is_other_id = is_other_id or (role == "kind" and not distinguishes_row_kinds(content))
    is_weak = plain in table("weak") or (
        role in _TITLES and bool({"comment", "parent"} & {*roles_of(name)[1:]})
    )
    return not content.filled, not _agrees(role, content), is_weak, is_other_id, is_override
