"""The agreement on the whole config: open questions, the cycle, the time zone, and what okrsync may
write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rich.text import Text

from okrsync.cli.asking import Asker
from okrsync.cli.init_dialogue.corrections import corrected, corrections
from okrsync.cli.init_dialogue.files import check_and_plan, shown, write
from okrsync.cli.init_dialogue.parents import known_parent
from okrsync.cli.init_dialogue.session import InitSession
from okrsync.config.problems import did_you_mean
from okrsync.init.cycle import Fit, cycle_fit, setting_for
from okrsync.init.draft import Draft, Ready, draft
from okrsync.model.cycles import resolve_cycle
from okrsync.model.errors import ConfigError
from okrsync.model.plain import clean
from okrsync.report.proposal import cycle_text, print_questions

__all__ = ["agree_and_write"]

_WRITE = "write"
Setting = str | Mapping[str, date]


@dataclass(frozen=True, slots=True)
class _Agreed:
    """What will be written: the sources, and the cycle and time zone (None where the config keeps
    its own). `known_parent` is an objective that new sources could support.
    """

    ready: tuple[Ready, ...]
    cycle: Setting | None
    timezone: str | None
    known_parent: str = ""


def agree_and_write(session: InitSession, ready: Sequence[Ready]) -> int:
    """Run the rest of the conversation after all places were read, and return the exit code."""
    fit = _say_cycle(session, ready)
    if session.ask is None and not session.options.yes and _is_open(session, ready, fit):
        return session.exit_code(2)
    if session.ask is None and session.options.explain and not session.options.yes:
        session.out.print("Nothing was written; --yes writes what is proposed.")
        return session.exit_code(0)
    _say_open(session, ready)
    agreed = _proposed(session, ready, fit)
    if not all(source.known for source in ready):
        agreed = replace(agreed, known_parent=known_parent(session))
    if session.ask is not None and session.config is None:
        agreed = replace(agreed, cycle=_ask_cycle(session.ask, session, fit, agreed.cycle))
    files = _drafted(session, agreed)
    _say_proposal(session, agreed, files)
    while session.ask is not None:
        choice = _ask_agreement(session.ask, session, agreed, files)
        if not choice:
            session.out.print("Nothing was written.")
            return session.exit_code(0)
        if choice == _WRITE:
            break
        agreed = _changed(session.ask, session, agreed, choice)
        files = _drafted(session, agreed)
        _say_proposal(session, agreed, files)
    write(session, files)
    return session.exit_code(check_and_plan(session, [source.look.name for source in ready]))


# agreeing


def _say_cycle(session: InitSession, ready: Sequence[Ready]) -> Fit:
    """Print how the OKRs relate to the configured cycle, if some belong to another one."""
    objectives = (objective for source in ready for objective in source.look.okrs.objectives)
    fit = cycle_fit(objectives, session.times)
    if cycle_line := cycle_text(fit):
        session.out.print(Text(cycle_line, style="yellow" if fit.is_mostly_outside else ""))
    return fit


def _say_open(session: InitSession, ready: Sequence[Ready]) -> None:
    if any(source.look.okrs.questions for source in ready):
        session.out.print(Text("Open questions; what they are about is not read", style="bold"))
        for source in ready:
            print_questions(session.out, source.look)
        session.out.print()


def _is_open(session: InitSession, ready: Sequence[Ready], fit: Fit) -> bool:
    """Whether questions are open that only a person can answer. If so, print them with the options
    that answer them.
    """
    asks_cycle = (
        session.config is None
        and session.options.cycle is None
        and not fit.inside
        and fit.others is not None
    )
    if not any(source.look.okrs.questions for source in ready) and not asks_cycle:
        return False
    session.out.print(
        Text(
            "Nothing was written. Answer these questions, or leave them open with --yes:",
            style="bold",
        )
    )
    for source in ready:
        print_questions(session.out, source.look)
    if asks_cycle and fit.others is not None:
        session.out.print(Text.assemble(("? ", "yellow"), "Which cycle do you mean?"))
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
    """The proposal without asking. A cycle is proposed only for a new config. It is that of the
    OKRs if none of them belongs to today's cycle.
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
        known_parent=agreed.known_parent,
    )


def _cycle_remark(cycle: Setting | None) -> str:
    if cycle == "auto":
        return 'the current quarter; or "2026-Q4", "2026-H2", "2026"'
    return 'the cycle of these OKRs; "auto" is the current quarter'


def _say_proposal(session: InitSession, agreed: _Agreed, files: Draft) -> None:
    """Print what would be written, and where okrsync would then write."""
    out = session.out
    for source in agreed.ready:
        name = source.look.name
        if source.known:
            extra = "; your answers go into its mapping" if source.answers else "; your edits stay"
            out.print(Text(f"{name} is already a source of {session.path.name}{extra}."))
        elif source.columns:
            out.print(
                Text(
                    f"{name}: a sync would write {_listed(source.columns.values())} beside its"
                    " rows, in new columns."
                )
            )
        else:
            out.print(Text(f"{name}: okrsync would only read it."))
    if session.config is None:
        cycle = _option(agreed.cycle or "auto")
        follows = ", the current quarter" if cycle == "auto" else ""
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
    """Ask for the cycle, if most items belong to another one than today's."""
    if session.options.cycle is not None or not fit.is_mostly_outside or fit.others is None:
        return proposed
    other = setting_for(fit.others, session.times)
    return ask.choose(
        f"Today is in {fit.cycle.name}, but most of these OKRs belong to {fit.others.name}. Which"
        " cycle do you mean?",
        [
            (f"{fit.others.name}, until you change it", other),
            (f"auto: the current quarter, now {fit.cycle.name}", "auto"),
        ],
    )


def _ask_agreement(ask: Asker, session: InitSession, agreed: _Agreed, files: Draft) -> str:
    """Ask what to do: `_WRITE`, a change and its source, or empty to write nothing."""
    names = _listed([shown(path) for path in files.after]) if files.after else ""
    if len(files.after) > 2:
        names = f"{shown(session.path)!r} and {len(files.after) - 1} mapping files"
    choices = [(f"write {names}" if names else "yes, leave the config as it is", _WRITE)]
    choices += [
        (words, f"{correction} {source.look.name}")
        for source in agreed.ready
        for words, correction in corrections(source)
    ]
    new = [source for source in agreed.ready if not source.known and source.look.seen.is_writable]
    choices += [
        (f"change what a sync writes beside {source.look.name}", f"columns {source.look.name}")
        for source in new
    ]
    if session.config is None:
        choices += [("change the cycle", "cycle"), ("change the time zone", "timezone")]
    return ask.choose("Is this right?", [*choices, ("write nothing", "")])


def _changed(ask: Asker, session: InitSession, agreed: _Agreed, choice: str) -> _Agreed:
    """What will be written after a change."""
    if choice == "cycle":
        return replace(agreed, cycle=_typed_cycle(ask, session, agreed.cycle))
    if choice == "timezone":
        return replace(agreed, timezone=_typed_zone(ask, session, agreed.timezone))
    what, _, name = choice.partition(" ")
    source = next(source for source in agreed.ready if source.look.name == name)
    changed = (
        replace(source, columns=_typed_columns(ask, source))
        if what == "columns"
        else corrected(session, ask, source, what)
    )
    if changed is source:
        return agreed
    ready = tuple(changed if each is source else each for each in agreed.ready)
    if changed.look is source.look:
        return replace(agreed, ready=ready)
    return _reproposed(session, agreed, ready)


def _reproposed(session: InitSession, agreed: _Agreed, ready: tuple[Ready, ...]) -> _Agreed:
    """The same for sources whose reading changed. A cycle that nobody chose is proposed again."""
    objectives = (objective for source in agreed.ready for objective in source.look.okrs.objectives)
    before = _proposed(session, agreed.ready, cycle_fit(objectives, session.times))
    now = _proposed(session, ready, _say_cycle(session, ready))
    _say_open(session, ready)
    cycle = now.cycle if agreed.cycle == before.cycle else agreed.cycle
    return replace(agreed, ready=ready, cycle=cycle)


def _typed_cycle(ask: Asker, session: InitSession, before: Setting | None) -> Setting | None:
    text = ask.text('Which cycle? ("auto", 2026-Q4, 2026-H2, 2026)', _option(before or "auto"))
    try:
        resolve_cycle(text, session.times.today, session.times.fiscal_year_start)
    except ConfigError as error:
        session.show_error(error)
        return before
    return text


def _typed_zone(ask: Asker, session: InitSession, before: str | None) -> str | None:
    from zoneinfo import available_timezones

    text = ask.text("Which time zone?", before or "UTC")
    if text in available_timezones():
        return text
    session.show_error(
        ConfigError(
            f"there is no time zone {text!r}{did_you_mean(text, available_timezones())[:80]}"
        )
    )
    return before


def _typed_columns(ask: Asker, source: Ready) -> dict[str, str]:
    """Headers for okrsync's own columns as a person types them; a field without a header is not
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
            f"The sheet already has a column {header!r}. okrsync would replace its contents.",
            [("leave it alone", False), ("let okrsync write it from now on", True)],
        ):
            continue
        if header and header.casefold() not in {other.casefold() for other in chosen.values()}:
            chosen[name] = header
    return chosen
