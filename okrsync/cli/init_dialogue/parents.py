"""Finds an objective that a new source could support, in the sources of the existing config."""

from __future__ import annotations

from functools import partial

from okrsync.cli.init_dialogue.session import InitSession
from okrsync.config import Config
from okrsync.state.store import Store
from okrsync.steps.job import JobOptions, open_job
from okrsync.steps.read import read_source
from okrsync.steps.trouble import attempt
from okrsync.steps.understand import remembered, understand_source

__all__ = ["known_parent"]


def known_parent(session: InitSession) -> str:
    """The first objective of a source in the config, as `parent` would name it: `company/Grow`.
    Empty where no source has one or can be read.
    """
    if session.config is None:
        return ""
    answer = attempt(session.path.name, partial(_first_title, session, session.config))
    return answer if isinstance(answer, str) else ""


def _first_title(session: InitSession, config: Config) -> str:
    with (
        Store.open(config.state, readonly=True) as state,
        open_job(config, state, JobOptions(as_of=session.times.today, say=session.say)) as job,
    ):
        # A source with a parent of its own is rarely the parent of another source.
        for name in sorted(
            config.sources, key=lambda name: config.sources[name].parent is not None
        ):
            # The last good numbers need no request; only a source without any is read.
            objectives = remembered(job, name)
            if not objectives:
                source = understand_source(job, read_source(name, job.connectors[name]))
                objectives = () if source.okrs is None else source.okrs.objectives
            for objective in objectives:
                if not objective.implied:
                    return f"{name}/{objective.title}"
    return ""
