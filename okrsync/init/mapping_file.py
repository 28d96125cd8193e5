"""A mapping file as text: what each column means and why, for the owner of the sheet to read and
correct.
"""

from __future__ import annotations

from collections.abc import Mapping

from okrsync.init.pinning import Pinned
from okrsync.init.toml_text import assign, one_line, schema_line, with_keys

__all__ = ["new_mapping", "with_answers"]

_LONGEST = 150


def new_mapping(pinned: Pinned, title: str, answers: Mapping[str, object]) -> str:
    """The text of a new mapping file."""
    data = {"layout": "auto", "header": "auto", **pinned.data}
    lines = [
        schema_line("mapping"),
        (
            f"# How okrsync reads {one_line(title)}. Written by `okrsync init`. You can edit"
            " everything; `okrsync check` then tests it."
        ),
        "# Columns that are not named here are recognised by their headers and contents.",
        "",
        *(f"# {one_line(reason, _LONGEST)}" for reason in pinned.because),
        assign("layout", data["layout"], _remark("layout", pinned, answers)),
        assign("header", data["header"], _remark("header", pinned, answers)),
    ]
    lines += [
        assign(key, data[key], _remark(key, pinned, answers))
        for key in ("ignore_tabs", "ignore_columns")
        if data.get(key)
    ]
    for section in ("columns", "values"):
        if data.get(section):
            assignments = [
                assign(key, value, one_line(_remark(f"{section}.{key}", pinned, answers), _LONGEST))
                for key, value in data[section].items()
            ]
            lines += ["", f"[{section}]", *assignments]
    return "\n".join(lines) + "\n"


def with_answers(text: str, answers: Mapping[str, object]) -> str:
    """A mapping file with answers added and everything else unchanged. Raises `ConfigError` where
    its form does not allow that.
    """
    return with_keys(text, {tuple(key.split(".", 2)): value for key, value in answers.items()})


def _remark(key: str, pinned: Pinned, answers: Mapping[str, object]) -> str:
    if any(answer == key or answer.startswith(f"{key}.") for answer in answers):
        return "as you answered"
    return pinned.remarks.get(key, "")
