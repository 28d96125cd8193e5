"""Says what each column means: its header's words propose, what stands below decides, and what neither can tell becomes a question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from okrsync.mapping.content import Content, Contents
from okrsync.mapping.evidence import Answer
from okrsync.mapping.words import lookup, meaning_of, normal, roles_of, table

__all__ = ["Doubt", "Judged", "Judgement", "judge"]

_MEASURES = ("baseline", "current", "target")
_TITLES = ("objective", "key_result", "title", "metric")
_KEY_RESULTS = re.compile(r"\bk ?rs?\b|\bkey ?results?\b|\bkpis?\b|schlusselergebnis|resultats? cle|resultados? (?:clave|chave)|risultati? chiave|关键结果|成果指標|핵심 ?결과|ключев")  # fmt: skip
_OBJECTIVES = re.compile(
    r"\bobjectives?\b|\bgoals?\b|\bziele?\b|\bobjectifs?\b|\bobjetivos?\b|\bobiettiv[io]\b|\bdoelen\b|目标|目標|목표|цели"
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What one column was taken for, how sure that is from 0 to 1, and why; `others` are roles it could have as well."""

    role: str | None
    confidence: float
    because: str
    others: tuple[str, ...] = ()
    is_plain_title: bool = False
    """Whether its header says no more than `title` or `name`: other columns must say what kind of titles these are."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that words and content leave open: the role that is asked about, the column it stands in, and what can be answered under `key`.

    A doubt about titles is about the whole table.
    """

    role: str
    column: int
    text: str
    answers: tuple[Answer, ...]

    @property
    def is_about_titles(self) -> bool:
        """Whether nothing of the table can be read without an answer."""
        return self.role in ("objective", "key_result")

    @property
    def key(self) -> str:
        """Where the answer goes in the mapping."""
        return f"columns.{self.role}"


@dataclass(slots=True)
class Judgement:
    """The roles of a header: the column of each, what was judged of every column with a header, and what is in doubt."""

    roles: dict[str, int]
    judged: dict[int, Judged]
    doubts: list[Doubt]
    of_objectives: dict[str, int] = field(default_factory=dict)
    """Columns that tell of the objective where `roles` has another, or none, that tells of the key result."""


def judge(
    names: Mapping[int, str],
    contents: Contents,
    settled: Mapping[str, int],
    tab: str,
    kinds: frozenset[str] = frozenset(),
) -> Judgement:
    """What columns mean. `names` are the headers that are free to mean something, by column; `settled` roles that the mapping has named already,
    which no other column gets (-1: it names an empty list, no column has the role; -2: it names one that is not there); `tab` is the name of the table; `kinds` are the mapping's own words for kinds of rows.
    """
    found = Judgement({}, {}, [])
    candidates = {place: each for place, name in names.items() if (each := _one(name, contents.of(place)))}
    for place, name in names.items():
        if kinds and roles_of(name)[:1] == ("kind",):
            candidates[place] = Judged("kind", 0.95, f"{name!r} says so, and the mapping knows its words")
    found.judged.update(candidates)
    by_role: dict[str, list[int]] = {}
    for place, each in candidates.items():
        if each.role is not None and each.role not in ("title", "metric"):
            by_role.setdefault(each.role, []).append(place)
    for role, places in by_role.items():
        if role in settled:
            for place in places:
                _settled_otherwise(found, place, role, settled, by_role)
            continue
        _choose(found, role, places, names, contents)
    _settle_titles(found, names, contents, settled, tab, has_kinds="kind" in found.roles and bool(kinds))
    _settle_ids(found, contents)
    _settle_projects(found, names, contents)
    found.doubts.extend(_doubts(found, names, contents, settled))
    if "key_result" not in found.roles and settled.get("key_result", -1) < 0:
        found.roles.update(found.of_objectives)
        found.of_objectives.clear()
    return found


def _choose(found: Judgement, role: str, places: list[int], names: Mapping[int, str], contents: Contents) -> None:
    """The column of a role, and that of objectives where it has one of its own: `Objective owner` beside `Owner` or `KR owner`."""
    scope = {place: meaning_of(names[place]).of if role in _OF_EITHER else None for place in places}
    ordered = sorted(places, key=lambda place: _rank(role, names[place], contents.of(place)))
    of_objectives = [place for place in ordered if scope[place] == "objective"]
    of_key_results = [place for place in ordered if scope[place] == "key_result"]
    of_both = [place for place in ordered if scope[place] is None]
    if of_key_results and of_both and not of_objectives:
        of_objectives, of_both = of_both, []
    chosen = [*of_key_results, *of_both]
    if chosen:
        found.roles[role] = chosen[0]
    if of_objectives:
        found.of_objectives[role] = of_objectives[0]
        each = found.judged[of_objectives[0]]
        found.judged[of_objectives[0]] = replace(each, because=f"{each.because}; it tells of the objective")
    for one, *others in filter(None, (chosen, of_objectives)):
        for place in others:
            _give_way(found, place, role, f"{names[one]!r} is taken for it")
    if role in _MEASURES:
        found.doubts.extend(_two_alike(role, chosen, names, contents))


_OF_EITHER = frozenset({
    "owner", "status", "progress", "score", "confidence", "weight", "comment", "due", "start_date", "checked_in", "baseline", "current", "target",
    "commitment",
})  # fmt: skip
"""Roles that an objective and its key results in the same row have each of their own."""


def _settled_otherwise(
    found: Judgement, place: int, role: str, settled: Mapping[str, int], by_role: Mapping[str, list[int]]
) -> None:
    """A column whose role the mapping gives to another, or to none: it may be what its name can mean besides."""
    other = _INSTEAD.get(role)
    if settled[role] == -1 and other is not None and other not in settled and other not in by_role:
        found.roles.setdefault(other, place)
        why = f"{found.judged[place].because}; the mapping says that it is not the {role}"
        found.judged[place] = Judged(other, 0.9, why)
    else:
        _give_way(found, place, role, "the mapping says otherwise")


def _settle_ids(found: Judgement, contents: Contents) -> None:
    """An id that each objective has one of, and all its key results repeat, is the objective's."""
    place, objective, key_result = (found.roles.get(role) for role in ("id", "objective", "key_result"))
    if place is None or objective is None or key_result in (None, objective) or "objective_id" in found.roles:
        return
    ids = contents.of(place)
    is_whole = ids.filled == contents.of(objective).filled and not any(each[:1] in "kK" for each in ids.samples)
    if is_whole and contents.tells_of(place, objective) and contents.tells_of(objective, place):
        found.roles["objective_id"] = found.roles.pop("id")
        why = f"{found.judged[place].because}; each objective has one, and its key results repeat it"
        found.judged[place] = Judged("objective_id", 0.85, why, ("id",))


def _settle_projects(found: Judgement, names: Mapping[int, str], contents: Contents) -> None:
    """A project that each objective has one of is the level above it."""
    objective, key_result = found.roles.get("objective"), found.roles.get("key_result")
    if objective is None or key_result in (None, objective) or "parent" in found.roles:
        return
    for place, name in names.items():
        if normal(name) in (
            "project",
            "projekt",
            "projet",
            "proyecto",
            "projeto",
            "progetto",
            "项目",
        ) and contents.tells_of(place, objective):
            found.roles["parent"] = place
            why = f"{name!r} groups objectives: each of them has one, and {contents.of(place).words()}"
            found.judged[place] = Judged("parent", 0.7, why)


_INSTEAD = {"target": "due", "due": "target", "baseline": "start_date", "start_date": "baseline"}
"""What a column is when it is not what its name says: `End` can be a value or a day."""


def _give_way(found: Judgement, place: int, role: str, why: str) -> None:
    each = found.judged[place]
    others = (role, *(other for other in each.others if other != role))
    found.judged[place] = Judged(None, 0.5, f"{each.because}; {why}", others)


def _one(name: str, content: Content) -> Judged | None:
    """What a column is by its own words and content."""
    roles = roles_of(name)
    if not roles:
        return None
    said, below = roles[0], content.words()
    if not content.filled:
        return Judged(said, 0.6, f"{name!r} says so; {below}", roles[1:])
    fitting = [role for role in roles if _by_content(role, name, content) == role]
    role = next((role for role in fitting if _agrees(role, content)), fitting[0] if fitting else None)
    others = tuple(one for one in roles if one != role)
    if role is not None:
        return Judged(role, 0.95 if _agrees(role, content) else 0.75, f"{name!r} says so, and {below}", others)
    role = _by_content(said, name, content)
    return Judged(role, 0.8 if role else 0.6, f"{name!r} could be {_called(said)}, but {below}", others)


def _by_content(role: str, name: str, content: Content) -> str | None:
    """The role that what stands in a column allows, where its header's words mean `role`; None where it allows none."""
    days, numbers = content.are_days, content.are_numbers
    if role in ("baseline", "target") and days:
        return "start_date" if role == "baseline" else "due"
    if role in ("due", "start_date") and numbers and not _are_serials(content):
        return "target" if role == "due" else "baseline"
    if role == "status" and numbers:
        return "progress"
    if role in ("status", "confidence") and content.are_texts and content.length > 50:
        return "comment"
    if role in ("progress", "score") and (content.texts + content.truths) * 2 > content.filled:
        return "status" if _are_words_of("statuses", content) else "comment" if content.length > 25 else None
    if role == "current" and (days or (content.are_texts and content.length > 40)):
        return None if days else "comment"
    if role == "owner" and (days or numbers):
        return "due" if days else None
    if role == "checked_in" and not days:
        return role if _are_serials(content) or (normal(name) not in _DATE_ALONE and not numbers) else None
    if role == "kind" and content.texts and not _are_words_of("kinds", content):
        return "commitment" if _are_words_of("commitments", content) else None
    if role == "metric" and content.are_texts and content.length <= 8 and content.distinct < content.filled:
        return "unit"
    if role == "unit" and content.are_texts and content.length > 25:
        return "metric"
    if role == "id" and content.are_texts and content.length > 30:
        return None
    if role == "year":
        return (
            role if content.samples and all(re.fullmatch(r"(?:19|20)\d\d", each) for each in content.samples) else None
        )
    if role in ("team", "unit", "comment") and (days or (numbers and role != "unit")):
        return None
    if role in ("weight", "stretch", "target_high") and (days or content.are_texts):
        return None
    return role


_DATE_ALONE = frozenset({"date", "datum", "fecha", "data", "日期", "日付", "날짜", "дата"})


def _are_serials(content: Content) -> bool:
    """Whether numbers can be days as spreadsheets count them."""
    return bool(content.samples) and all(
        sample.isdecimal() and 20_000 <= int(sample) < 80_000 for sample in content.samples
    )


def _are_words_of(section: str, content: Content) -> bool:
    return bool(content.samples) and any(lookup(section, sample) is not None for sample in content.samples)


def _agrees(role: str, content: Content) -> bool:
    """Whether what stands in a column speaks for its role, and not only not against it."""
    if role in (*_MEASURES, "target_high", "stretch", "progress", "score", "weight"):
        return content.are_numbers
    if role in ("due", "start_date", "checked_in"):
        return content.are_days
    if role in _TITLES or role == "comment":
        return content.are_texts
    return True


def _called(role: str) -> str:
    return {"title": "a title", "metric": "a measure"}.get(role, role.replace("_", " "))


def _rank(role: str, name: str, content: Content) -> tuple[bool, bool, bool, bool, bool]:
    """Which of several columns goes first for a role: one with something in it, of the right kind, whose name says it without doubt; of
    ids the one of key results."""
    plain = normal(name)
    is_other_id = role == "id" and re.match(r"k(ey )?r(esult)?\b", plain) is None
    is_override = "override" in plain
    return not content.filled, not _agrees(role, content), plain in table("weak"), is_other_id, is_override


def _settle_titles(
    found: Judgement,
    names: Mapping[int, str],
    contents: Contents,
    settled: Mapping[str, int],
    tab: str,
    *,
    has_kinds: bool,
) -> None:
    """Say what columns called `title`, `metric` or `description` hold: key results beside objectives that have text, objectives else."""
    roles, judged = found.roles, found.judged
    _described(found, names, contents, settled)
    has = {**settled, **roles}
    measure = _fullest(found, "metric", contents)
    title = _fullest(found, "title", contents)
    told = roles.get("objective")
    if title is None and {"objective", "key_result"}.isdisjoint(has) and (has_kinds or _tells_kinds(roles, contents)):
        title = _longest(found, names, contents)
    if title is not None and told is not None and "key_result" not in has and contents.of(told).are_ids:
        # A column called `objective` beside titles holds ids of objectives: it says whose part a row is.
        roles["parent"] = roles.pop("objective")
        judged[told] = Judged(
            "parent", 0.85, f"{judged[told].because}: it names the objective a row belongs to", ("objective",)
        )
        told = None
    has_objectives = "objective" in settled or (told is not None and contents.of(told).filled > 0)
    if title is not None:
        role, why, sure = _title_role(found, title, names, contents, settled, tab, has_objectives)
        if role == "objective" and told is not None and told != title:
            roles["parent"] = told
            judged[told] = Judged(
                "parent", 0.5, f"{judged[told].because}; {names[title]!r} holds the titles", ("objective",)
            )
        for one in ("objective", "key_result") if role == "both" else (role,):
            if one not in settled:
                roles[one] = title
        judged[title] = Judged(
            role if role != "both" else "objective", sure, f"{judged[title].because}; {why}", _other(role), is_plain_title=True
        )  # fmt: skip
    is_open = "key_result" not in roles and "key_result" not in settled
    if measure is not None and is_open and (has.get("objective", measure) != measure or _is_measured(roles, contents)):
        roles["key_result"] = measure
        why = f"{judged[measure].because}; no other column has key results"
        judged[measure] = replace(judged[measure], role="key_result", because=why)
    _settle_headings(found, contents, settled)
    for place, each in judged.items():
        if each.role in ("title", "metric") and place not in roles.values():
            judged[place] = replace(each, role=None, confidence=0.5)


def _settle_headings(found: Judgement, contents: Contents, settled: Mapping[str, int]) -> None:
    """Where rows with a title and nothing else head rows with more, one column has objectives and key results, whatever its header says."""
    roles = found.roles
    titles = {role: roles[role] for role in ("objective", "key_result") if role in roles}
    if len(titles) != 1 or {"objective", "key_result"} & settled.keys() or not set(_MEASURES) & roles.keys():
        return
    ((role, title),) = titles.items()
    if contents.are_headed(title, [place for place in roles.values() if place != title]):
        roles["objective"] = roles["key_result"] = title
        why = f"{found.judged[title].because}; rows with nothing else head those that follow"
        found.judged[title] = replace(found.judged[title], confidence=0.8, because=why, others=(role,))


def _tells_kinds(roles: Mapping[str, int], contents: Contents) -> bool:
    """Whether a column of kinds tells objectives from key results."""
    return "kind" in roles and any(
        lookup("kinds", each) in ("objective", "key_result") for each in contents.of(roles["kind"]).samples
    )


def _longest(found: Judgement, names: Mapping[int, str], contents: Contents) -> int | None:
    """The column with the longest texts among those that hold comments or nothing okrsync knows: where rows have kinds, their titles."""
    places = [
        place
        for place in names
        if contents.of(place).are_texts and (place not in found.judged or found.judged[place].role in ("comment", None))
    ]
    place = max(places, key=lambda at: contents.of(at).length, default=None)
    if place is not None:
        for role in [role for role, at in found.roles.items() if at == place]:
            del found.roles[role]
        found.judged.setdefault(place, Judged(None, 0.7, f"under {names[place]!r} {contents.of(place).words()}"))
    return place


def _other(role: str) -> tuple[str, ...]:
    return {"objective": ("key_result",), "key_result": ("objective",)}.get(role, ("key_result",))


def _fullest(found: Judgement, role: str, contents: Contents) -> int | None:
    places = [place for place, each in found.judged.items() if each.role == role and contents.of(place).are_titles]
    return max(places, key=lambda place: contents.of(place).filled, default=None)


def _title_role(
    found: Judgement,
    title: int,
    names: Mapping[int, str],
    contents: Contents,
    settled: Mapping[str, int],
    tab: str,
    has_objectives: bool,
) -> tuple[str, str, float]:
    """Whether titles are those of objectives, of key results, or of both in turn, why, and how sure that is."""
    roles = found.roles
    if settled.get("key_result") == -1:
        return "objective", "the mapping says that no column has key results", 1.0
    if "key_result" in roles or "key_result" in settled:
        return "objective", "key results stand in another column", 0.8
    if has_objectives:
        return "key_result", "objectives stand in another column", 0.9
    ids = roles.get("id")
    if "kind" in roles and contents.of(roles["kind"]).filled:
        return "both", "another column tells which row is what", 0.9
    parent = roles.get("parent")
    if parent is not None and ("objective" in roles_of(names[parent]) or contents.share(parent, (title, *_place(ids)))):
        return "both", "another column tells who is whose part", 0.9
    if ids is not None and contents.of(ids).are_key_result_ids:
        return "key_result", f"the ids beside it are those of key results, such as {contents.of(ids).samples[0]!r}", 0.9
    if any(contents.of(place).is_outline for place in {title, *([] if ids is None else [ids])}):
        return "objective", "numbers tell which row is what", 0.9
    measured = [role for role in _MEASURES if role in roles and contents.of(roles[role]).are_numbers and contents.of(roles[role]).filled]  # fmt: skip
    if contents.are_headed(title, [roles[role] for role in measured]):
        return "both", "rows without numbers head those that have some", 0.8
    plain = normal(tab)
    if _KEY_RESULTS.search(plain) and not _OBJECTIVES.search(plain):
        return "key_result", f"the tab is called {tab!r}", 0.8
    if _OBJECTIVES.search(plain) and not _KEY_RESULTS.search(plain):
        return "objective", f"the tab is called {tab!r}", 0.8
    if ids is not None and contents.of(ids).are_objective_ids:
        return "objective", f"the ids beside it are those of objectives, such as {contents.of(ids).samples[0]!r}", 0.9
    if len(measured) > 1 and "objective" not in settled:
        name = names[title]
        found.doubts.append(
            Doubt(
                "key_result",
                title,
                f"the titles under {name!r} have numbers to measure ({', '.join(names[roles[role]] for role in measured)}), and nothing says whether they are objectives or key results",
                (
                    Answer(f"{name!r} holds key results", name),
                    Answer(f"{name!r} holds objectives", []),
                ),
            )
        )
    return "objective", "nothing says that they are key results", 0.6


def _is_measured(roles: Mapping[str, int], contents: Contents) -> bool:
    """Whether there are targets, and values or shares that tell how far they are: then a list of measures is one of key results."""
    return (
        "objective" not in roles
        and any(contents.of(roles[role]).are_numbers for role in ("target",) if role in roles)
        and bool({"current", "progress"} & roles.keys())
    )


def _place(place: int | None) -> tuple[int, ...]:
    return () if place is None else (place,)


def _described(found: Judgement, names: Mapping[int, str], contents: Contents, settled: Mapping[str, int]) -> None:
    """Where the column of objectives or key results holds only marks such as KR1, and another says what they are, that one has the titles."""
    roles = found.roles
    for role in ("key_result", "objective"):
        marks = roles.get(role, -1)
        if marks < 0 or not contents.of(marks).are_ids or (role == "objective" and "key_result" in roles):
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
        place = min(spare, key=lambda at: ("title", "metric", "comment").index(found.judged[at].role or ""))
        roles.pop(found.judged[place].role or "", None)
        why = f"{names[marks]!r} holds only ids, and {names[place]!r} describes them"
        found.judged[place] = Judged(role, 0.85, why, ("comment",))
        roles[role] = place
        is_key = "id" not in roles and "id" not in settled
        if is_key:
            roles["id"] = marks
        found.judged[marks] = Judged("id" if is_key else None, 0.85, f"{names[marks]!r} holds only ids", (role,))


def _two_alike(role: str, places: Sequence[int], names: Mapping[int, str], contents: Contents) -> list[Doubt]:
    """Two columns that could both be a number that counts, and tell different things."""
    first, *rest = [
        place for place in places if normal(names[place]) not in table("weak") and contents.of(place).are_numbers and contents.of(place).filled
    ] or [-1]  # fmt: skip
    other = next((place for place in rest if not contents.are_alike(first, place)), None)
    if other is None:
        return []
    one, two = names[first], names[other]
    if normal(one) == normal(two):
        return []
    text = f"{one!r} and {two!r} could both be the {role} value, and they hold different numbers"
    return [Doubt(role, first, text, tuple(Answer(f"{name!r} is the {role} value", name) for name in (one, two)))]


def _doubts(found: Judgement, names: Mapping[int, str], contents: Contents, settled: Mapping[str, int]) -> list[Doubt]:
    doubts: list[Doubt] = []
    answers: tuple[Answer, ...]
    for each, place in found.roles.items():
        content = contents.of(place)
        if each in ("target", "due") and content.days and content.numbers and min(content.days, content.numbers) * 4 >= content.filled and "target" not in settled:  # fmt: skip
            text = f"under {names[place]!r} stand {content.numbers} numbers and {content.days} days: it could be the target, or the day it is due"
            answers = (Answer("it is the target", names[place]), Answer("it is the day it is due", []))
            doubts.append(Doubt("target", place, text, answers))
    objective, key_result, target = (found.roles.get(role) for role in ("objective", "key_result", "target"))
    if (
        objective is not None
        and contents.of(objective).are_numbers
        and not contents.of(objective).are_titles
        and (key_result is None or not contents.of(objective).are_ids)
    ):
        others = [place for place in names if place not in found.roles.values() and contents.of(place).are_texts]
        name, below = names[objective], contents.of(objective).words()
        if key_result is not None and target is None and "target" not in settled:
            answers = (Answer(f"{name!r} is the target", name), Answer("it is neither, leave it", []))
            doubts.append(
                Doubt(
                    "target",
                    objective,
                    f"{name!r} is a word for objectives, but {below}: it could be the target",
                    answers,
                )
            )
        elif key_result is None:
            answers = tuple(
                Answer(f"the objectives stand under {names[place]!r}", names[place]) for place in others[:4]
            )
            doubts.append(Doubt("objective", objective, f"{name!r} is a word for objectives, but {below}", answers))
    if (
        target is not None
        and objective is not None
        and key_result is None
        and "key_result" not in settled
        and contents.of(target).are_texts
        and contents.of(target).length > 20
        and target != objective
    ):
        name = names[target]
        answers = (Answer(f"{name!r} holds key results", name), Answer(f"{name!r} is the target of the objective", []))
        doubts.append(
            Doubt(
                "key_result",
                target,
                f"{name!r} is a word for a number, but {contents.of(target).words()}: they could be key results",
                answers,
            )
        )
    return doubts
