"""The agreement on the config as a whole: what is open, the cycle, the time zone, and what okrsync
may write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rich.text import Text

from okrsync.cli.asking import Asker
from okrsync.cli.init_dialogue.files import check_and_plan, shown, write
from okrsync.cli.init_dialogue.session import InitSession
from okrsync.config.problems import did_you_mean
from okrsync.init.cycle import Fit, cycle_fit, setting_for
from okrsync.init.draft import Draft, Ready, draft
from okrsync.model.cycles import resolve_cycle
from okrsync.model.errors import ConfigError
from okrsync.model.plain import clean
from okrsync.report.proposal import cycle_text, print_questions

__all__ = ["agree_and_write"]

Setting = str | Mapping[str, date]


@dataclass(frozen=True, slots=True)
class _Agreed:
    """What will be written: the sources, and the cycle and time zone, None where the config keeps
    its own.
    """

    ready: tuple[Ready, ...]
    cycle: Setting | None
    timezone: str | None


def agree_and_write(session: InitSession, ready: Sequence[Ready]) -> int:
    """Everything after the places are understood; answers with the exit code."""
    objectives = (objective for source in ready for objective in source.look.okrs.objectives)
    fit = cycle_fit(objectives, session.times)
    if cycle_line := cycle_text(fit):
        session.out.print(Text(cycle_line, style="yellow" if fit.is_mostly_outside else ""))
    if session.ask is None and not session.options.yes and _is_open(session, ready, fit):
        return session.exit_code(2)
    if session.ask is None and session.options.explain and not session.options.yes:
        session.out.print("Nothing was written; with --yes what is proposed is.")
        return session.exit_code(0)
    if questions := [question for source in ready for question in source.look.okrs.questions]:
        session.out.print(Text("Left open, and not read until it is answered", style="bold"))
        print_questions(session.out, questions)
        session.out.print()
    agreed: _Agreed | None = _proposed(session, ready, fit)
    assert agreed is not None
    if session.ask is not None and session.config is None:
        agreed = replace(agreed, cycle=_ask_cycle(session.ask, session, fit, agreed.cycle))
    files = _drafted(session, agreed)
    _say_proposal(session, agreed, files)
    while session.ask is not None and files.after:
        agreed = _ask_agreement(session.ask, session, agreed, files)
        if agreed is None:
            session.out.print("Nothing was written.")
            return session.exit_code(0)
        if (redrafted := _drafted(session, agreed)) == files:
            break
        files = redrafted
        _say_proposal(session, agreed, files)
    write(session, files)
    return session.exit_code(check_and_plan(session, [source.look.name for source in ready]))


# agreeing


def _is_open(session: InitSession, ready: Sequence[Ready], fit: Fit) -> bool:
    """Whether something is left that only a person can say; it is told then, with the options that
    say it.
    """
    questions = [question for source in ready for question in source.look.okrs.questions]
    asks_cycle = (
        session.config is None
        and session.options.cycle is None
        and not fit.inside
        and fit.others is not None
    )
    if not questions and not asks_cycle:
        return False
    session.out.print(
        Text(
            "Nothing was written. Say what is open, or take --yes, which leaves it open:",
            style="bold",
        )
    )
    print_questions(session.out, questions)
    if asks_cycle and fit.others is not None:
        session.out.print(Text.assemble(("? ", "yellow"), "which cycle is meant?"))
        session.out.print(
            f"    --cycle {_option(setting_for(fit.others, session.times))}", markup=False
        )
        session.out.print("    --cycle auto  follows the calendar")
    return True


def _option(setting: Setting) -> str:
    return (
        setting
        if isinstance(setting, str)
        else "/".join(day.isoformat() for day in setting.values())
    )


def _proposed(session: InitSession, ready: Sequence[Ready], fit: Fit) -> _Agreed:
    """What is proposed without asking. A cycle is only proposed for a new config, and is that of
    the OKRs where none of them is of today's.
    """
    options, config = session.options, session.config
    cycle: Setting | None = options.cycle
    if config is None and cycle is None:
        is_past = not fit.inside and fit.others is not None
        cycle = (
            setting_for(fit.others, session.times) if is_past and fit.others is not None else "auto"
        )
    zone = options.timezone if config is not None else session.times.timezone.key
    return _Agreed(
        tuple(ready), None if config is not None and cycle == config.cycle else cycle, zone
    )


def _drafted(session: InitSession, agreed: _Agreed) -> Draft:
    return draft(
        agreed.ready,
        session.path,
        session.text,
        session.config,
        cycle=agreed.cycle,
        cycle_remark=_cycle_remark(agreed.cycle),
        timezone=agreed.timezone,
    )


def _cycle_remark(cycle: Setting | None) -> str:
    if cycle == "auto":
        return 'the quarter today falls in; or "2026-Q4", "2026-H2", "2026"'
    return 'the one the OKRs are of; "auto" is the quarter today falls in'


def _say_proposal(session: InitSession, agreed: _Agreed, files: Draft) -> None:
    """Say what would be written, and where okrsync would then write."""
    out = session.out
    for source in agreed.ready:
        name = source.look.name
        if source.known:
            extra = (
                "; your answers go into its mapping"
                if source.answers
                else "; what you edited stays"
            )
            out.print(Text(f"{name} is a source of {session.path.name} already{extra}."))
        elif source.columns:
            out.print(
                Text(
                    f"{name}: a sync would write {_listed(source.columns.values())} beside its"
                    " rows, in columns of okrsync's own."
                )
            )
        else:
            out.print(Text(f"{name}: it would only be read."))
    if session.config is None:
        cycle = _option(agreed.cycle or "auto")
        follows = ", the quarter today falls in" if cycle == "auto" else ""
        out.print(Text(f"Cycle: {cycle}{follows}. Time zone: {agreed.timezone}."))
    if not files.after:
        out.print("There is nothing to change in the config.")
    out.print()


def _listed(words: Iterable[str]) -> str:
    texts = [repr(clean(word)) for word in words]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def _ask_cycle(
    ask: Asker, session: InitSession, fit: Fit, proposed: Setting | None
) -> Setting | None:
    """Ask for the cycle, where most items are of another than today's."""
    if session.options.cycle is not None or not fit.is_mostly_outside or fit.others is None:
        return proposed
    other = setting_for(fit.others, session.times)
    return ask.choose(
        f"Today falls in {fit.cycle.name}, and most of these OKRs are of {fit.others.name}. Which"
        " cycle do you mean?",
        [
            (f"{fit.others.name}, for good", other),
            (f"auto: the quarter today falls in, {fit.cycle.name} now", "auto"),
        ],
    )


def _ask_agreement(
    ask: Asker, session: InitSession, agreed: _Agreed, files: Draft
) -> _Agreed | None:
    """Whether it is right so; the same again where it is, None where nothing is to be written."""
    names = _listed([shown(path) for path in files.after])
    if len(files.after) > 2:
        names = f"{shown(session.path)!r} and {len(files.after) - 1} mapping files"
    choices = [(f"write {names}", "write")]
    new = [source for source in agreed.ready if not source.known and source.look.seen.is_writable]
    choices += [
        (f"change what a sync writes beside {source.look.name}", f"columns {source.look.name}")
        for source in new
    ]
    if session.config is None:
        choices += [("change the cycle", "cycle"), ("change the time zone", "timezone")]
    answer = ask.choose("Is this right?", [*choices, ("write nothing", "")])
    if not answer:
        return None
    if answer == "cycle":
        return replace(agreed, cycle=_typed_cycle(ask, session, agreed.cycle))
    if answer == "timezone":
        return replace(agreed, timezone=_typed_zone(ask, session, agreed.timezone))
    name = answer.removeprefix("columns ")
    if answer == "write":
        return agreed
    ready = tuple(
        replace(source, columns=_typed_columns(ask, source)) if source.look.name == name else source
        for source in agreed.ready
    )
    return replace(agreed, ready=ready)


def _typed_cycle(ask: Asker, session: InitSession, before: Setting | None) -> Setting | None:
    text = ask.text('Which cycle? ("auto", 2026-Q4, 2026-H2, 2026)', _option(before or "auto"))
    try:
        resolve_cycle(text, session.times.today, session.times.fiscal_year_start)
    except ConfigError as error:
        session.tell(error)
        return before
    return text


def _typed_zone(ask: Asker, session: InitSession, before: str | None) -> str | None:
    from zoneinfo import available_timezones

    text = ask.text("Which time zone?", before or "UTC")
    if text in available_timezones():
        return text
    session.tell(
        ConfigError(
            f"there is no time zone {text!r}{did_you_mean(text, available_timezones())[:80]}"
        )
    )
    return before


def _typed_columns(ask: Asker, source: Ready) -> dict[str, str]:
    """Headers for okrsync's own columns as a person wants them; a field without a header is not
    written.
    """
    taken = {
        column.header.strip().casefold() for tab in source.look.okrs.tabs for column in tab.columns
    }
    chosen: dict[str, str] = {}
    for name in ("progress", "status", "note"):
        header = ask.text(
            f"Column for the {name} (empty: not written)", source.columns.get(name, "")
        )
        if header.casefold() in taken and not ask.choose(
            f"The sheet has a column {header!r} already. okrsync would replace what stands in it.",
            [("leave it alone", False), ("it is okrsync's from now on", True)],
        ):
            continue
        if header and header.casefold() not in {other.casefold() for other in chosen.values()}:
            chosen[name] = header
    return chosen
