"""The tree with its measures: `okrsync/show/1`, which `okrsync show --json` prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from okrsync.measures.picture import Picture, SourceView
from okrsync.measures.result import Measure, Sources
from okrsync.model.okrs import (
    Commitment,
    Cycle,
    CycleFrom,
    Direction,
    Freshness,
    KeyResult,
    Kind,
    LedgerEntry,
    Objective,
    Status,
)
from okrsync.model.tree import Tree
from okrsync.report.documents.document import (
    CellJson,
    CycleEntry,
    Document,
    Moment,
    NumberJson,
    Share,
    ShareOrNothing,
    WarningEntry,
)
from okrsync.state.history import ItemMove, Stand
from okrsync.state.history import Since as MovedSince

__all__ = ["ObservationEntry", "ShowDocument", "show_document"]

Histories = Mapping[str, Sequence[LedgerEntry]]
"""By item id, what was seen of it."""


class ItemCycleEntry(CycleEntry):
    """The cycle of an item."""

    closed: bool | None = None
    """True where it is over."""

    @classmethod
    def on(cls, day: date, cycle: Cycle) -> ItemCycleEntry:
        # Left out rather than false, as the contract says; a cycle is over on the day after its
        # end.
        over: dict[str, Any] = {"closed": True} if cycle.end < day else {}
        return cls(name=cycle.name, start=cycle.start, end=cycle.end, **over)


class ShownCycleEntry(CycleEntry):
    """The cycle that is shown."""

    state: Literal["running", "closed"]
    """Whether it is over: nothing is planned for the running one yet, or the config names one that
    has ended.
    """


class SourceEntry(Document):
    """One source, and whether it could be read."""

    name: str
    connector: str
    state: Literal["ok", "kept", "failed"]
    """`kept`: its last good numbers are shown, read at `read_at`."""
    read_at: Moment | None
    objectives: int
    key_results: int
    other_cycles: int
    """Objectives that lie outside the configured cycle."""
    error: str | None
    hint: str | None
    refused: bool
    """It could be read, and a guard does not believe what was read."""
    age_days: int | None
    """Whole days since what is shown was read; null where it never was."""

    @classmethod
    def of(cls, view: SourceView) -> SourceEntry:
        return cls(
            name=view.name,
            connector=view.connector,
            state=view.state,
            read_at=view.read_at,
            objectives=view.objectives,
            key_results=view.key_results,
            other_cycles=view.other_cycles,
            error=view.error,
            hint=view.hint,
            refused=view.refused,
            age_days=None if view.age is None else view.age.days,
        )


class MoveEntry(Document):
    """A change of an item's target, baseline or owner, and the day on which okrsync saw it."""

    day: date
    what: Literal["target", "baseline", "owner"]
    before: CellJson
    after: CellJson
    progress_before: ShareOrNothing
    """What the value of that day comes to by the old number."""
    progress_after: ShareOrNothing
    after_end: bool
    """It changed after the end of the item's time; the score stays with the old number."""


class OutlookEntry(Document):
    """Where an item ends up if it goes on as lately: shares, between `low` and `high` in 80 % of
    the cases.
    """

    value: Share
    low: Share
    high: Share
    needed_per_week: NumberJson
    """In the item's unit, with the sign of the movement; null for an objective."""
    lately_per_week: NumberJson
    observations: int
    """The days behind it."""
    arrives: date | None
    """The day on which the target is reached at this pace; null where it stands still."""


class Standing(Document):
    """How an item stands. Progress, expected, score, forecast and confidence are shares."""

    progress: ShareOrNothing
    """What is rolled up."""
    raw_progress: ShareOrNothing
    """What the numbers give, below 0 and above 1 too."""
    expected: ShareOrNothing
    score: ShareOrNothing
    forecast: ShareOrNothing
    status: Status
    freshness: Freshness | None
    checked_in: date | None
    confidence: ShareOrNothing
    reason: str
    """Why it has this status, in a sentence."""
    passes: bool | None
    """Whether the final grade is a pass, judged unrounded; null while its time runs."""
    band: str | None
    """The name of the final score, where `bands` under `[scoring]` names it."""
    delta: ShareOrNothing
    """The change of progress over seven days, on today's target; null in the first week."""
    moves: tuple[MoveEntry, ...]
    """The changes of its target, baseline and owner."""
    outlook: OutlookEntry | None
    """Null with fewer than three observations and for guard-rails: nothing is claimed."""


class _Typed(Document):
    """What people typed beside an item, and whether they set it aside."""

    typed_status: str | None
    """The status in the person's own words."""
    comment: str | None
    commitment: Commitment | None
    inactive: bool
    """A person set it aside: it does not count."""
    set_aside: str | None
    """The word by which a person set it, or its objective, aside, such as `cancelled`."""


class ObservationEntry(Document):
    """What was seen of an item on a day: numbers in the item's unit, progress and confidence as
    shares.
    """

    day: date
    current: NumberJson
    baseline: NumberJson
    target: NumberJson
    progress: ShareOrNothing
    status: Status | None
    checked_in: date | None
    confidence: ShareOrNothing
    owner: str | None
    comment: str | None
    origin: Literal["run", "log", "column"]
    """Who saw it: a run of okrsync, or the team itself in a check-in log or a column."""
    at: str | None

    @classmethod
    def of(cls, entry: LedgerEntry) -> ObservationEntry:
        return cls(**{name: getattr(entry, name) for name in cls.model_fields})


class _KeyResultFacts(Document):
    id: str
    title: str
    at: str
    owner: str | None
    team: str | None
    cycle: ItemCycleEntry | None
    cycle_from: CycleFrom | None
    """How its cycle is known."""
    kind: Kind
    direction: Direction | None
    baseline: NumberJson
    target: NumberJson
    target_high: NumberJson
    current: NumberJson
    unit: str | None


# The bases stand in this order because their fields do: those of the last base come first.
class KeyResultEntry(_Typed, Standing, _KeyResultFacts):
    """A key result. Numbers under the unit `%` are points: 48, not 0.48."""

    weight: NumberJson
    inferred: tuple[str, ...]
    """What okrsync concluded itself, such as `direction`."""
    stretch: NumberJson
    shared_with: tuple[str, ...]
    """The ids of the other objectives it serves, under each of which it stands."""
    history: tuple[ObservationEntry, ...] = ()
    """What was seen of it, oldest day first; only with --history."""

    @classmethod
    def of(
        cls,
        item: KeyResult,
        measure: Measure,
        as_of: date,
        shared_with: tuple[str, ...] = (),
        histories: Histories | None = None,
    ) -> KeyResultEntry:
        return cls(
            id=item.id,
            title=item.title,
            at=str(item.origin.title_cell),
            owner=item.owner,
            team=item.team,
            cycle=None if item.cycle is None else ItemCycleEntry.on(as_of, item.cycle),
            cycle_from=item.cycle_from,
            kind=item.kind,
            direction=item.direction,
            baseline=item.baseline,
            target=item.target,
            target_high=item.target_high,
            current=item.current,
            unit=item.unit,
            **_standing(measure),
            weight=item.weight,
            inferred=tuple(sorted(item.inferred)),
            **_typed(item, measure),
            stretch=item.stretch,
            shared_with=shared_with,
            **_history(item.id, histories),
        )


class ReportedEntry(Document):
    """How many of the key results below have reported, of how many."""

    # `with` is a keyword of Python.
    with_: Annotated[int, Field(serialization_alias="with")]
    of: int


class CoverageEntry(Document):
    """The sources the numbers are made of. `unread` could not be read, or are not believed, and are
    not among `with`.
    """

    with_: Annotated[int, Field(serialization_alias="with")]
    of: int
    unread: tuple[str, ...]


class _ObjectiveFacts(Document):
    id: str
    title: str
    source: str
    at: str | None
    parent: str | None
    children: tuple[str, ...]
    owner: str | None
    team: str | None
    level: str | None
    cycle: ItemCycleEntry | None
    cycle_from: CycleFrom | None
    implied: bool
    """No row states it; its key results have no objective."""


class WorseEntry(Document):
    """What stands worst under an objective whose own parts are better."""

    id: str
    title: str
    status: Status


class ObjectiveEntry(_Typed, Standing, _ObjectiveFacts):
    """An objective with its key results, those that stand under another and serve it included."""

    weight: NumberJson
    reported: ReportedEntry
    sources: CoverageEntry
    worst_below: WorseEntry | None
    key_results: tuple[KeyResultEntry, ...]
    history: tuple[ObservationEntry, ...] = ()
    """What was seen of it, oldest day first; only with --history."""

    @classmethod
    def of(
        cls,
        tree: Tree,
        objective: Objective,
        measures: Mapping[str, Measure],
        as_of: date,
        histories: Histories | None = None,
    ) -> ObjectiveEntry:
        measure = measures[objective.id]
        # An objective without key results draws on no source; it still comes from its own.
        sources = measure.sources if len(measure.sources) else Sources((objective.source,))
        return cls(
            id=objective.id,
            title=objective.title,
            source=objective.source,
            # An implied objective stands in no cell: no row states it.
            at=None if objective.implied else str(objective.origin.title_cell),
            parent=tree.parents.get(objective.id),
            children=tuple(tree.children.get(objective.id, ())),
            owner=objective.owner,
            team=objective.team,
            level=objective.level,
            cycle=None if objective.cycle is None else ItemCycleEntry.on(as_of, objective.cycle),
            cycle_from=objective.cycle_from,
            implied=objective.implied,
            **_standing(measure),
            weight=objective.weight,
            reported=ReportedEntry(with_=measure.reported[0], of=measure.reported[1]),
            sources=CoverageEntry(
                with_=len(sources.read), of=len(sources), unread=tuple(sources.unread)
            ),
            **_typed(objective, measure),
            worst_below=(
                None if measure.worst_below is None else WorseEntry(**measure.worst_below._asdict())
            ),
            key_results=tuple(
                KeyResultEntry.of(
                    item,
                    measures[item.id],
                    as_of,
                    tuple(id_ for id_ in tree.serving.get(item.id, ()) if id_ != objective.id),
                    histories,
                )
                for item in (
                    *objective.key_results,
                    *(link.key_result for link in tree.shared.get(objective.id, ())),
                )
                # Key results of another cycle stand in the same table, and are not measured for
                # this one.
                if item.id in measures
            ),
            **_history(objective.id, histories),
        )


class StandEntry(Document):
    """How an item stood at one moment."""

    progress: float | None
    status: Status


class MovedEntry(Document):
    """An item that stands otherwise; a new one has no `before`, one that vanished no `after`."""

    id: str
    title: str
    before: StandEntry | None = None
    after: StandEntry | None = None

    @classmethod
    def of(cls, move: ItemMove, *parts: Literal["before", "after"]) -> MovedEntry:
        stands = {part: _stand(getattr(move, part)) for part in parts}
        return cls(id=move.item.id, title=move.item.title, **stands)


class SinceEntry(Document):
    """What moved since a run."""

    run: str
    moved: tuple[MovedEntry, ...]
    new: tuple[MovedEntry, ...]
    vanished: tuple[MovedEntry, ...]

    @classmethod
    def of(cls, since: MovedSince) -> SinceEntry:
        return cls(
            run=since.run,
            moved=tuple(MovedEntry.of(move, "before", "after") for move in since.moved),
            new=tuple(MovedEntry.of(move, "after") for move in since.new),
            vanished=tuple(MovedEntry.of(move, "before") for move in since.vanished),
        )


class ShowDocument(Document):
    """What `okrsync show --json` prints. Fields are added, never renamed. Shares run from 0 to 1;
    numbers under the unit % are points.
    """

    schema_: Annotated[Literal["okrsync/show/1"], Field(serialization_alias="schema")]
    as_of: date
    cycle: ShownCycleEntry
    sources: tuple[SourceEntry, ...]
    objectives: tuple[ObjectiveEntry, ...]
    closed: tuple[ObjectiveEntry, ...]
    """Those of the cycle before, for as long as `[cycles] keep` says."""
    warnings: tuple[WarningEntry, ...]
    since: SinceEntry | None = None
    """What moved since a run; only with --since."""


def show_document(
    picture: Picture,
    *,
    all_cycles: bool = False,
    since: MovedSince | None = None,
    histories: Histories | None = None,
) -> ShowDocument:
    """The tree with its measures; where that was asked, what moved since a run, and by item id what
    was seen of each.
    """
    as_of = picture.as_of
    objectives = list(_objectives(picture.tree, picture.measures, as_of, histories))
    if all_cycles:
        objectives += _objectives(picture.others, picture.other_measures, as_of, histories)
    asked: dict[str, Any] = {} if since is None else {"since": SinceEntry.of(since)}
    return ShowDocument(
        schema_="okrsync/show/1",
        as_of=picture.as_of,
        cycle=ShownCycleEntry(
            name=picture.cycle.name,
            start=picture.cycle.start,
            end=picture.cycle.end,
            state="closed" if picture.is_over else "running",
        ),
        sources=tuple(SourceEntry.of(view) for view in picture.sources),
        objectives=tuple(objectives),
        closed=tuple(_objectives(picture.closed, picture.closed_measures, as_of, histories)),
        warnings=tuple(WarningEntry.of(warning) for warning in picture.warnings),
        **asked,
    )


def _objectives(
    tree: Tree, measures: Mapping[str, Measure], as_of: date, histories: Histories | None
) -> Iterator[ObjectiveEntry]:
    for objective in tree.objectives.values():
        if objective.id in measures:
            yield ObjectiveEntry.of(tree, objective, measures, as_of, histories)


def _history(id_: str, histories: Histories | None) -> dict[str, Any]:
    if histories is None:
        return {}
    return {"history": tuple(ObservationEntry.of(entry) for entry in histories.get(id_, ()))}


def _standing(measure: Measure) -> dict[str, Any]:
    moves = tuple(MoveEntry(**move._asdict()) for move in measure.moves)
    outlook = None if measure.outlook is None else OutlookEntry(**measure.outlook._asdict())
    facts = {name: getattr(measure, name) for name in Standing.model_fields}
    return {**facts, "moves": moves, "outlook": outlook}


def _typed(item: KeyResult | Objective, measure: Measure) -> dict[str, Any]:
    return {
        "typed_status": item.typed_status,
        "comment": item.comment,
        "commitment": item.commitment,
        "inactive": measure.set_aside is not None,
        "set_aside": measure.set_aside,
    }


def _stand(stand: Stand | None) -> StandEntry | None:
    return None if stand is None else StandEntry(progress=stand.progress, status=stand.status)
