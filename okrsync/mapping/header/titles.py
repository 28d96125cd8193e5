"""Decides which columns hold titles, and whether these are titles of objectives, of key results, or
of both: by the other columns, by ids, by numbers, and by the name of the tab.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec.structs import replace

from okrsync.mapping.header.check_ins import names_check_in
from okrsync.mapping.header.content import Contents, distinguishes_row_kinds
from okrsync.mapping.header.judgement import MEASURES, Doubt, Judged, Judgement
from okrsync.mapping.header.wide import is_period
from okrsync.mapping.words import normal, roles_of, table
from okrsync.model.evidence import Answer
from okrsync.model.patterns import lazy_pattern

__all__ = ["settle_titles"]

_KEY_RESULTS = lazy_pattern(
    r"\bk ?rs?\b|\bkey ?results?\b|\bkpis?\b|schlusselergebnis|resultats? cle|resultados?"
    r" (?:clave|chave)|risultati? chiave|关键结果|成果指標|핵심 ?결과|ключев"
)
_OBJECTIVES = lazy_pattern(
    r"\bobjectives?\b|\bgoals?\b|\bziele?\b|\bobjectifs?\b|\bobjetivos?\b|\bobiettiv[io]\b|\bdoelen\b|目标|目標|목표|цели"
)


def settle_titles(
    judgement: Judgement,
    names: Mapping[int, str],
    contents: Contents,
    settled: Mapping[str, int],
    tab: str,
    *,
    has_kinds: bool,
) -> None:
    """Decide what columns called `title`, `metric` or `description` hold: key results where another
    column has objectives, otherwise objectives.
    """
    roles, judged = judgement.roles, judgement.judged
    _settle_codes(judgement, names, contents, settled)
    _described(judgement, names, contents, settled)
    measure = _fullest(judgement, "metric", contents)
    title = _fullest(judgement, "title", contents)
    if title is not None and "key_result" not in settled:
        _leave_list(judgement, title, contents)
    has = {**settled, **roles}
    objective = roles.get("objective")
    if (
        title is None
        and {"objective", "key_result"}.isdisjoint(has)
        and (has_kinds or _distinguishes_kinds(roles, contents))
    ):
        title = _longest(judgement, names, contents)
    if (
        title is not None
        and objective is not None
        and "key_result" not in has
        and contents.of(objective).are_ids
    ):
        # In exports with a column of titles, `objective` holds the id of the parent objective.
        roles["parent"] = roles.pop("objective")
        judged[objective] = Judged(
            "parent",
            0.85,
            f"{judged[objective].because}; it names the objective of each row",
            ("objective",),
        )
        objective = None
    are_people = title is not None and _are_people(title, names)
    if title is not None and objective is not None and ("key_result" in has or are_people):
        _leave_names(judgement, title, names)
        title = None
    has_objectives = "objective" in settled or (
        objective is not None and contents.of(objective).filled > 0
    )
    if title is not None:
        role, why, sure, says_okr = _title_role(
            judgement, title, names, contents, settled, tab, has_objectives, has_kinds=has_kinds
        )
        if role == "objective" and objective is not None and objective != title:
            roles["parent"] = objective
            judged[objective] = Judged(
                "parent",
                0.5,
                f"{judged[objective].because}; {names[title]!r} holds the titles",
                ("objective",),
            )
        for title_role in ("objective", "key_result") if role == "both" else (role,):
            if title_role not in settled:
                roles[title_role] = title
        judged[title] = Judged(
            role if role != "both" else "objective",
            sure,
            f"{judged[title].because}; {why}",
            _other(role),
            not says_okr,
        )
    is_open = "key_result" not in roles and "key_result" not in settled
    if (
        measure is not None
        and is_open
        and (has.get("objective", measure) != measure or _is_measured(roles, names, contents))
    ):
        roles["key_result"] = measure
        why = f"{judged[measure].because}; no other column has key results"
        judged[measure] = replace(judged[measure], role="key_result", because=why)
    _settle_headings(judgement, contents, settled)
    for column, each in judged.items():
        if each.role in ("title", "metric") and column not in roles.values():
            judged[column] = replace(each, role=None, confidence=0.5)


def _are_people(title: int, names: Mapping[int, str]) -> bool:
    """Whether a column called `Name` has names of people: beside it are their roles or phones."""
    return normal(names[title]) in ("name", "names") and any(
        "people" in table("others").get(normal(name), ()) for name in names.values()
    )


def _leave_names(judgement: Judgement, title: int, names: Mapping[int, str]) -> None:
    """Where other columns have objectives and key results, a column called `Name` has the names of
    their owners, unless another one does.
    """
    each = judgement.judged[title]
    if normal(names[title]) in ("name", "names") and "owner" not in judgement.roles:
        judgement.roles["owner"] = title
        why = f"{each.because}; objectives and key results are in other columns"
        judgement.judged[title] = Judged("owner", 0.7, why)


def _leave_list(judgement: Judgement, title: int, contents: Contents) -> None:
    """Where another column says which rows are objectives, a column that lists the titles of other
    rows (`Key Results: Deals, Revenue`) holds no key results of its own.
    """
    column = judgement.roles.get("key_result")
    if (
        column is not None
        and _distinguishes_kinds(judgement.roles, contents)
        and contents.lists(column, title)
    ):
        del judgement.roles["key_result"]
        why = f"{judgement.judged[column].because}; it lists the titles of other rows"
        judgement.judged[column] = Judged(None, 0.8, why, ("key_result",))


_ALL_OBJECTIVES = lazy_pattern(
    r"(?:\w+ )?(?:objectives|objectifs|objetivos|obiettivi|doelstellingen|objectius)(?:"
    r" (?:\w+|q[1-4] \d+|\d+))?|objectives? list|目标列表|目標一覧"
)
"""Names of tabs that hold only objectives, even where a column names parents."""


class _TitleRole(NamedTuple):
    """The role of titles, the reason, the confidence in it, and whether the reason is plain enough
    to make the table one of OKRs.
    """

    role: str
    why: str
    sure: float
    says_okr: bool = False


def _title_role(
    judgement: Judgement,
    title: int,
    names: Mapping[int, str],
    contents: Contents,
    settled: Mapping[str, int],
    tab: str,
    has_objectives: bool,
    *,
    has_kinds: bool,
) -> _TitleRole:
    """Whether titles are those of objectives, of key results, or of both in turn, why, and how sure
    that is.
    """
    roles = judgement.roles
    if settled.get("key_result") == -1:
        return _TitleRole("objective", "the mapping says that no column has key results", 1.0)
    if "key_result" in roles or "key_result" in settled:
        return _TitleRole("objective", "key results are in another column", 0.8)
    if has_objectives:
        return _TitleRole("key_result", "objectives are in another column", 0.9)
    ids = roles.get("id")
    if "kind" in roles and (has_kinds or _distinguishes_kinds(roles, contents)):
        return _TitleRole("both", "another column says which rows are objectives", 0.9)
    if _ALL_OBJECTIVES.fullmatch(normal(tab)):
        return _TitleRole("objective", f"the tab is called {tab!r}", 0.8, says_okr=True)
    parent = roles.get("parent")
    named = normal(tab)
    if (
        parent is not None
        and not contents.share(parent, (title, *_columns_of(ids)))
        and _KEY_RESULTS.search(named)
        and not _OBJECTIVES.search(named)
    ):
        return _TitleRole(
            "key_result",
            f"the tab is called {tab!r}, and another column names their objectives",
            0.9,
            says_okr=True,
        )
    if parent is not None and (
        "objective" in roles_of(names[parent]) or contents.share(parent, (title, *_columns_of(ids)))
    ):
        return _TitleRole("both", "another column names the parent of each row", 0.9)
    if ids is not None and contents.of(ids).are_ids_of_both:
        return _TitleRole(
            "both", "the ids beside it are of objectives and of key results", 0.9, says_okr=True
        )
    if ids is not None and contents.of(ids).are_key_result_ids:
        return _TitleRole(
            "key_result",
            f"the ids beside it are those of key results, such as {contents.of(ids).samples[0]!r}",
            0.9,
            says_okr=True,
        )
    if any(contents.of(column).is_outline for column in {title, *([] if ids is None else [ids])}):
        return _TitleRole("objective", "outline numbers show which rows are objectives", 0.9)
    measured = [
        role
        for role in MEASURES
        if role in roles
        and contents.of(roles[role]).are_numbers
        and contents.of(roles[role]).filled
    ]
    if contents.of(title).begins_as_both:
        return _TitleRole(
            "both",
            "each title begins with a mark such as O1 or KR1",
            0.95,
            says_okr=True,
        )
    if contents.are_headed(title, [roles[role] for role in measured]):
        return _TitleRole("both", "rows without numbers are headings of those below", 0.8)
    plain = normal(tab)
    if _KEY_RESULTS.search(plain) and not _OBJECTIVES.search(plain):
        return _TitleRole("key_result", f"the tab is called {tab!r}", 0.8, says_okr=True)
    if _OBJECTIVES.search(plain) and not _KEY_RESULTS.search(plain):
        return _TitleRole("objective", f"the tab is called {tab!r}", 0.8, says_okr=True)
    if ids is not None and contents.of(ids).are_objective_ids:
        return _TitleRole(
            "objective",
            f"the ids beside it are those of objectives, such as {contents.of(ids).samples[0]!r}",
            0.9,
            says_okr=True,
        )
    if len(measured) > 1 and "objective" not in settled:
        name = names[title]
        judgement.doubts.append(
            Doubt(
                "key_result",
                title,
                f"the titles under {name!r} have numbers"
                f" ({', '.join(names[roles[role]] for role in measured)}), but nothing says whether"
                " they are objectives or key results",
                (
                    Answer(f"{name!r} holds key results", name),
                    Answer(f"{name!r} holds objectives", []),
                ),
            )
        )
    return _TitleRole("objective", "nothing says that they are key results", 0.6)


def _is_measured(roles: Mapping[str, int], names: Mapping[int, str], contents: Contents) -> bool:
    """Whether there are targets, and values or progress to compare with them, be it in columns of
    months or of check-ins: then a list of measures is a list of key results.
    """
    target = roles.get("target")
    if "objective" in roles or target is None or not contents.of(target).are_numbers:
        return False
    return (
        bool({"current", "progress", "status"} & roles.keys())
        or sum(is_period(name) or names_check_in(name) for name in names.values()) > 1
    )


def _columns_of(column: int | None) -> tuple[int, ...]:
    return () if column is None else (column,)


def _fullest(judgement: Judgement, role: str, contents: Contents) -> int | None:
    columns = [
        column
        for column, each in judgement.judged.items()
        if each.role == role and contents.of(column).are_titles
    ]
    return max(
        columns,
        key=lambda column: (contents.of(column).filled, contents.of(column).distinct),
        default=None,
    )


def _longest(judgement: Judgement, names: Mapping[int, str], contents: Contents) -> int | None:
    """The column with the longest texts among those that hold comments or nothing okrsync knows:
    where rows have kinds, their titles.
    """
    columns = [
        column
        for column in names
        if contents.of(column).are_texts
        and (column not in judgement.judged or judgement.judged[column].role in ("comment", None))
    ]
    column = max(columns, key=lambda candidate: contents.of(candidate).length, default=None)
    if column is not None:
        for role in [
            role for role, role_column in judgement.roles.items() if role_column == column
        ]:
            del judgement.roles[role]
        judgement.judged.setdefault(
            column,
            Judged(
                None, 0.7, f"its header is {names[column]!r}, and {contents.of(column).words()}"
            ),
        )
    return column


def _distinguishes_kinds(roles: Mapping[str, int], contents: Contents) -> bool:
    """Whether kinds, ids or outline numbers in a column separate objectives from key results."""
    if "id" in roles and contents.of(roles["id"]).are_ids_of_both:
        return True
    if "id" in roles and contents.of(roles["id"]).is_outline and not {*MEASURES}.isdisjoint(roles):
        return True
    return "kind" in roles and distinguishes_row_kinds(contents.of(roles["kind"]))


def _settle_headings(judgement: Judgement, contents: Contents, settled: Mapping[str, int]) -> None:
    """Where rows with only a title are headings of the rows below, one column holds objectives and
    key results, whatever its header says.
    """
    roles = judgement.roles
    titles = {role: roles[role] for role in ("objective", "key_result") if role in roles}
    if len(titles) != 1 or {"objective", "key_result"} & settled.keys():
        return
    ((role, title),) = titles.items()
    if contents.of(title).begins_as_both:
        roles["objective"] = roles["key_result"] = title
        why = f"{judgement.judged[title].because}; each text begins with a mark such as O1 or KR1"
        judgement.judged[title] = replace(
            judgement.judged[title], confidence=0.9, because=why, others=(role,)
        )
    elif contents.are_headed(
        title,
        [column for column in roles.values() if column != title],
        # Where nothing has numbers, one row may be a key result that nobody has begun yet.
        least=1 if set(MEASURES) & roles.keys() else 2,
    ) and (set(MEASURES) & roles.keys() or role == "key_result"):
        roles["objective"] = roles["key_result"] = title
        why = (
            f"{judgement.judged[title].because}; rows with only a title are headings of those below"
        )
        judgement.judged[title] = replace(
            judgement.judged[title], confidence=0.8, because=why, others=(role,)
        )


def _settle_codes(
    judgement: Judgement, names: Mapping[int, str], contents: Contents, settled: Mapping[str, int]
) -> None:
    """A column of titles that holds only ids of both kinds (`OKR: O1, KR1.1`) has the ids, if
    another column has the titles.
    """
    judged = judgement.judged
    has_titles = any(
        each.role in ("title", "comment") and contents.of(column).are_texts
        for column, each in judged.items()
    )
    codes = [
        column
        for column, each in judged.items()
        if each.role == "title"
        and contents.of(column).are_ids
        and contents.of(column).are_ids_of_both
    ]
    if has_titles and len(codes) == 1 and "id" not in {*judgement.roles, *settled}:
        judgement.roles["id"] = codes[0]
        why = f"its header is {names[codes[0]]!r}, and it holds only ids"
        judged[codes[0]] = Judged("id", 0.85, why, ("title",))


def _described(
    judgement: Judgement, names: Mapping[int, str], contents: Contents, settled: Mapping[str, int]
) -> None:
    """Where the column of objectives or key results holds only ids such as KR1, and another column
    describes them, that one has the titles.
    """
    roles = judgement.roles
    for role in ("key_result", "objective"):
        marks = roles.get(role, -1)
        if (
            marks < 0
            or not contents.of(marks).are_ids
            or (role == "objective" and "key_result" in roles)
        ):
            continue
        if role == "objective" and contents.repeat(marks) and "id" in {*roles, *settled}:
            # Repeated ids are not those of the rows: they name the objective of each row.
            continue
        ids = contents.of(marks)
        spare = [
            column
            for column, each in judgement.judged.items()
            if each.role in ("title", "metric", "comment")
            and (described := contents.of(column)).are_texts
            and column not in settled.values()
            # Remarks in some rows, or in several of one id, are those of a log of check-ins.
            and (each.role != "comment" or described.filled >= ids.filled == ids.distinct)
        ]
        if not spare:
            continue
        column = min(
            spare,
            key=lambda candidate: ("title", "metric", "comment").index(
                judgement.judged[candidate].role or ""
            ),
        )
        roles.pop(judgement.judged[column].role or "", None)
        why = f"its header is {names[column]!r}, and {names[marks]!r} holds only ids"
        judgement.judged[column] = Judged(role, 0.85, why, ("comment",))
        roles[role] = column
        is_key = "id" not in roles and "id" not in settled
        if is_key:
            roles["id"] = marks
        judgement.judged[marks] = Judged(
            "id" if is_key else None,
            0.85,
            f"its header is {names[marks]!r}, and it holds only ids",
            (role,),
        )


def _other(role: str) -> tuple[str, ...]:
    return {"objective": ("key_result",), "key_result": ("objective",)}.get(role, ("key_result",))
