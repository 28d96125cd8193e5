"""Says which columns hold titles, and whether these are objectives, key results, or both: by the
other columns, by ids, by numbers, by the tab's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from okrsync.mapping.evidence import Answer
from okrsync.mapping.header.content import Contents, tells_row_kinds
from okrsync.mapping.header.judgement import MEASURES, Doubt, Judged, Judgement
from okrsync.mapping.words import normal, roles_of

__all__ = ["settle_titles"]

_KEY_RESULTS = re.compile(
    r"\bk ?rs?\b|\bkey ?results?\b|\bkpis?\b|schlusselergebnis|resultats? cle|resultados?"
    r" (?:clave|chave)|risultati? chiave|关键结果|成果指標|핵심 ?결과|ключев"
)
_OBJECTIVES = re.compile(
    r"\bobjectives?\b|\bgoals?\b|\bziele?\b|\bobjectifs?\b|\bobjetivos?\b|\bobiettiv[io]\b|\bdoelen\b|目标|目標|목표|цели"
)


def settle_titles(
    found: Judgement,
    names: Mapping[int, str],
    contents: Contents,
    settled: Mapping[str, int],
    tab: str,
    *,
    has_kinds: bool,
) -> None:
    """Say what columns called `title`, `metric` or `description` hold: key results beside
    objectives that have text, objectives else.
    """
    roles, judged = found.roles, found.judged
    _described(found, names, contents, settled)
    has = {**settled, **roles}
    measure = _fullest(found, "metric", contents)
    title = _fullest(found, "title", contents)
    told = roles.get("objective")
    if (
        title is None
        and {"objective", "key_result"}.isdisjoint(has)
        and (has_kinds or _tells_kinds(roles, contents))
    ):
        title = _longest(found, names, contents)
    if (
        title is not None
        and told is not None
        and "key_result" not in has
        and contents.of(told).are_ids
    ):
        # A column called `objective` beside titles holds ids of objectives: it says whose part a
        # row is.
        roles["parent"] = roles.pop("objective")
        judged[told] = Judged(
            "parent",
            0.85,
            f"{judged[told].because}: it names the objective a row belongs to",
            ("objective",),
        )
        told = None
    has_objectives = "objective" in settled or (told is not None and contents.of(told).filled > 0)
    if title is not None:
        role, why, sure, says_okr = _title_role(
            found, title, names, contents, settled, tab, has_objectives, has_kinds=has_kinds
        )
        if role == "objective" and told is not None and told != title:
            roles["parent"] = told
            judged[told] = Judged(
                "parent",
                0.5,
                f"{judged[told].because}; {names[title]!r} holds the titles",
                ("objective",),
            )
        for one in ("objective", "key_result") if role == "both" else (role,):
            if one not in settled:
                roles[one] = title
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
        and (has.get("objective", measure) != measure or _is_measured(roles, contents))
    ):
        roles["key_result"] = measure
        why = f"{judged[measure].because}; no other column has key results"
        judged[measure] = replace(judged[measure], role="key_result", because=why)
    _settle_headings(found, contents, settled)
    for place, each in judged.items():
        if each.role in ("title", "metric") and place not in roles.values():
            judged[place] = replace(each, role=None, confidence=0.5)


_ALL_OBJECTIVES = re.compile(
    r"(?:\w+ )?(?:objectives|objectifs|objetivos|obiettivi|doelstellingen|objectius)(?:"
    r" (?:\w+|q[1-4] \d+|\d+))?|objectives? list|目标列表|目標一覧"
)
"""Names of tabs that hold objectives only, whoever is whose part."""


class _Told(NamedTuple):
    """What titles are, why, how sure that is, and whether it is said so plainly that the table is
    one of OKRs.
    """

    role: str
    why: str
    sure: float
    says_okr: bool = False


def _title_role(
    found: Judgement,
    title: int,
    names: Mapping[int, str],
    contents: Contents,
    settled: Mapping[str, int],
    tab: str,
    has_objectives: bool,
    *,
    has_kinds: bool,
) -> _Told:
    """Whether titles are those of objectives, of key results, or of both in turn, why, and how sure
    that is.
    """
    roles = found.roles
    if settled.get("key_result") == -1:
        return _Told("objective", "the mapping says that no column has key results", 1.0)
    if "key_result" in roles or "key_result" in settled:
        return _Told("objective", "key results stand in another column", 0.8)
    if has_objectives:
        return _Told("key_result", "objectives stand in another column", 0.9)
    ids = roles.get("id")
    if "kind" in roles and (has_kinds or _tells_kinds(roles, contents)):
        return _Told("both", "another column tells which row is what", 0.9)
    if _ALL_OBJECTIVES.fullmatch(normal(tab)):
        return _Told("objective", f"the tab is called {tab!r}", 0.8, says_okr=True)
    parent = roles.get("parent")
    named = normal(tab)
    if (
        parent is not None
        and not contents.share(parent, (title, *_place(ids)))
        and _KEY_RESULTS.search(named)
        and not _OBJECTIVES.search(named)
    ):
        return _Told(
            "key_result",
            f"the tab is called {tab!r}, and another column tells whose they are",
            0.9,
            says_okr=True,
        )
    if parent is not None and (
        "objective" in roles_of(names[parent]) or contents.share(parent, (title, *_place(ids)))
    ):
        return _Told("both", "another column tells who is whose part", 0.9)
    if ids is not None and contents.of(ids).are_ids_of_both:
        return _Told("both", "the ids beside it are of both", 0.9, says_okr=True)
    if ids is not None and contents.of(ids).are_key_result_ids:
        return _Told(
            "key_result",
            f"the ids beside it are those of key results, such as {contents.of(ids).samples[0]!r}",
            0.9,
            says_okr=True,
        )
    if any(contents.of(place).is_outline for place in {title, *([] if ids is None else [ids])}):
        return _Told("objective", "numbers tell which row is what", 0.9)
    measured = [
        role
        for role in MEASURES
        if role in roles
        and contents.of(roles[role]).are_numbers
        and contents.of(roles[role]).filled
    ]
    if contents.of(title).begins_as_both:
        return _Told(
            "both",
            "each begins with a mark that says what it is, such as O1 or KR1",
            0.95,
            says_okr=True,
        )
    if contents.are_headed(title, [roles[role] for role in measured]):
        return _Told("both", "rows without numbers head those that have some", 0.8)
    plain = normal(tab)
    if _KEY_RESULTS.search(plain) and not _OBJECTIVES.search(plain):
        return _Told("key_result", f"the tab is called {tab!r}", 0.8, says_okr=True)
    if _OBJECTIVES.search(plain) and not _KEY_RESULTS.search(plain):
        return _Told("objective", f"the tab is called {tab!r}", 0.8, says_okr=True)
    if ids is not None and contents.of(ids).are_objective_ids:
        return _Told(
            "objective",
            f"the ids beside it are those of objectives, such as {contents.of(ids).samples[0]!r}",
            0.9,
            says_okr=True,
        )
    if len(measured) > 1 and "objective" not in settled:
        name = names[title]
        found.doubts.append(
            Doubt(
                "key_result",
                title,
                f"the titles under {name!r} have numbers to measure"
                f" ({', '.join(names[roles[role]] for role in measured)}), and nothing says whether"
                " they are objectives or key results",
                (
                    Answer(f"{name!r} holds key results", name),
                    Answer(f"{name!r} holds objectives", []),
                ),
            )
        )
    return _Told("objective", "nothing says that they are key results", 0.6)


def _is_measured(roles: Mapping[str, int], contents: Contents) -> bool:
    """Whether there are targets, and values or shares that tell how far they are: then a list of
    measures is one of key results.
    """
    return (
        "objective" not in roles
        and any(contents.of(roles[role]).are_numbers for role in ("target",) if role in roles)
        and bool({"current", "progress", "status"} & roles.keys())
    )


def _place(place: int | None) -> tuple[int, ...]:
    return () if place is None else (place,)


def _fullest(found: Judgement, role: str, contents: Contents) -> int | None:
    places = [
        place
        for place, each in found.judged.items()
        if each.role == role and contents.of(place).are_titles
    ]
    return max(places, key=lambda place: contents.of(place).filled, default=None)


def _longest(found: Judgement, names: Mapping[int, str], contents: Contents) -> int | None:
    """The column with the longest texts among those that hold comments or nothing okrsync knows:
    where rows have kinds, their titles.
    """
    places = [
        place
        for place in names
        if contents.of(place).are_texts
        and (place not in found.judged or found.judged[place].role in ("comment", None))
    ]
    place = max(places, key=lambda at: contents.of(at).length, default=None)
    if place is not None:
        for role in [role for role, at in found.roles.items() if at == place]:
            del found.roles[role]
        found.judged.setdefault(
            place, Judged(None, 0.7, f"under {names[place]!r} {contents.of(place).words()}")
        )
    return place


def _tells_kinds(roles: Mapping[str, int], contents: Contents) -> bool:
    """Whether a column of kinds, one of ids, or one of outline numbers tells objectives from key
    results.
    """
    if "id" in roles and contents.of(roles["id"]).are_ids_of_both:
        return True
    if "id" in roles and contents.of(roles["id"]).is_outline and not {*MEASURES}.isdisjoint(roles):
        return True
    return "kind" in roles and tells_row_kinds(contents.of(roles["kind"]))


def _settle_headings(found: Judgement, contents: Contents, settled: Mapping[str, int]) -> None:
    """Where rows with a title and nothing else head rows with more, one column has objectives and
    key results, whatever its header says.
    """
    roles = found.roles
    titles = {role: roles[role] for role in ("objective", "key_result") if role in roles}
    if len(titles) != 1 or {"objective", "key_result"} & settled.keys():
        return
    ((role, title),) = titles.items()
    if contents.of(title).begins_as_both:
        roles["objective"] = roles["key_result"] = title
        why = (
            f"{found.judged[title].because}; each text begins with a mark that says what it is,"
            " such as O1 or KR1"
        )
        found.judged[title] = replace(
            found.judged[title], confidence=0.9, because=why, others=(role,)
        )
    elif not set(MEASURES) & roles.keys():
        return
    elif contents.are_headed(title, [place for place in roles.values() if place != title]):
        roles["objective"] = roles["key_result"] = title
        why = f"{found.judged[title].because}; rows with nothing else head those that follow"
        found.judged[title] = replace(
            found.judged[title], confidence=0.8, because=why, others=(role,)
        )


def _described(
    found: Judgement, names: Mapping[int, str], contents: Contents, settled: Mapping[str, int]
) -> None:
    """Where the column of objectives or key results holds only marks such as KR1, and another says
    what they are, that one has the titles.
    """
    roles = found.roles
    for role in ("key_result", "objective"):
        marks = roles.get(role, -1)
        if (
            marks < 0
            or not contents.of(marks).are_ids
            or (role == "objective" and "key_result" in roles)
        ):
            continue
        if role == "objective" and contents.repeat(marks) and "id" in {*roles, *settled}:
            # Ids that are repeated are not the rows' own: they name the objective each belongs to.
            continue
        spare = [
            place
            for place, each in found.judged.items()
            if each.role in ("title", "metric", "comment")
            and contents.of(place).are_texts
            and place not in settled.values()
        ]
        if not spare:
            continue
        place = min(
            spare, key=lambda at: ("title", "metric", "comment").index(found.judged[at].role or "")
        )
        roles.pop(found.judged[place].role or "", None)
        why = f"{names[marks]!r} holds only ids, and {names[place]!r} describes them"
        found.judged[place] = Judged(role, 0.85, why, ("comment",))
        roles[role] = place
        is_key = "id" not in roles and "id" not in settled
        if is_key:
            roles["id"] = marks
        found.judged[marks] = Judged(
            "id" if is_key else None, 0.85, f"{names[marks]!r} holds only ids", (role,)
        )


def _other(role: str) -> tuple[str, ...]:
    return {"objective": ("key_result",), "key_result": ("objective",)}.get(role, ("key_result",))
