"""The templates of pages and mails."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from okrsync.measures.fields import STATUS_WORDS
from okrsync.model.plain import clean, joined_percents

__all__ = ["templates_in"]


def templates_in(folder: Path) -> Environment:
    """The templates of a folder. What they show is escaped, and a percent sign stays at its number;
    a name that a template mistypes is an error.
    """
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=joined_percents,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clean"] = clean
    environment.globals["word"] = STATUS_WORDS.__getitem__
    return environment
