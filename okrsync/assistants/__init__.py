"""Answers questions of assistants about the OKRs, over the Model Context Protocol.

Every tool reads, and none writes. The answers are those of the commands with `--json`, so each
number comes with the cell or page it stands in. Private items count, and their words are left out.
An assistant starts the server itself and talks to it through standard input and output:

    okrsync --config okrsync.toml mcp

https://modelcontextprotocol.io describes the protocol.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any

from mcp.server.fastmcp import FastMCP
from mcp.server.fastmcp.exceptions import ToolError
from mcp.types import ToolAnnotations

from okrsync import Company, OkrsyncError
from okrsync.model.secret import masked
from okrsync.report.documents.document import Document
from okrsync.report.documents.explain import explain_document
from okrsync.report.documents.lint import lint_document
from okrsync.report.documents.show import show_document

__all__ = ["server"]

_INSTRUCTIONS = (
    "Objectives and key results of a company, as they stand in its own sheets and databases. Call"
    " `attention` for what needs somebody, `tree` for everything, and `item` for one id such as"
    " growth/O1/KR2. Say where a number stands: `at` is the cell or page. `progress` is how far an"
    " item is, `expected` how far it should be by today; they are shares, 0.48 is 48 %. A status"
    " `stale` means that nobody has checked in for too long, whatever the progress says."
)
_READ_ONLY = ToolAnnotations(readOnlyHint=True, destructiveHint=False, openWorldHint=False)


def server(company: Company) -> FastMCP:
    """A server over one configuration. Each tool reads the sources anew."""
    mcp = FastMCP("okrsync", instructions=_INSTRUCTIONS, log_level="WARNING")

    def tool(function: Any) -> Any:
        return mcp.tool(annotations=_READ_ONLY)(_with_plain_errors(function))

    @tool
    def tree() -> dict[str, Any]:
        """Every objective with its key results: progress, status, freshness, owner, and the cell
        each stands in.
        """
        return _answered(show_document(company.picture(for_others=True)))

    @tool
    def item(id: str) -> dict[str, Any]:  # noqa: A002 - the name that assistants see
        """One objective, or the objective of a key result, with everything below it."""
        return _answered(show_document(company.picture(id, for_others=True)))

    @tool
    def history(id: str) -> dict[str, Any]:  # noqa: A002
        """What was seen of an objective and its key results, day by day."""
        picture = company.picture(id, for_others=True)
        return _answered(show_document(picture, histories=company.history(id, for_others=True)))

    @tool
    def explain(id: str) -> dict[str, Any]:  # noqa: A002
        """How the numbers of one item came about: each step, its rule, and the cells it read."""
        return _answered(explain_document(id, company.explain(id, for_others=True)))

    @tool
    def attention() -> dict[str, Any]:
        """What needs somebody now: off track, at risk, overdue check-ins, no data; with the owner,
        the reason and the cell. Also what moved lately, and what was achieved.
        """
        picture = company.picture(for_others=True)
        summary, shown = company.summary(picture), show_document(picture)
        places = {objective.id: objective.at for objective in shown.objectives}
        for objective in shown.objectives:
            places.update((entry.id, entry.at) for entry in objective.key_results)

        def with_place(movement: Any) -> dict[str, Any]:
            return {**asdict(movement), "at": places[movement.id], "words": movement.words}

        return _out_of_sight(
            {
                "as_of": picture.as_of.isoformat(),
                "attention": [asdict(item) for item in summary.attention],
                "moved": [with_place(movement) for movement in summary.movements],
                "since": summary.since,
                "wins": [with_place(movement) for movement in summary.wins],
                "notices": list(summary.notices),
            }
        )

    @tool
    def lint() -> dict[str, Any]:
        """What is weak about the OKRs themselves, with the cell, the reason and the repair."""
        picture, remarks = company.picture(for_others=True), company.lint(for_others=True)
        return _answered(lint_document(picture, remarks))

    return mcp


def _answered(document: Document) -> dict[str, Any]:
    """A document as an assistant gets it, with stars for every secret."""
    return _out_of_sight(document.model_dump(mode="json", by_alias=True, exclude_unset=True))


def _out_of_sight(answer: dict[str, Any]) -> dict[str, Any]:
    # The answers go past the command line's own output, which hides secrets elsewhere.
    masked_answer: dict[str, Any] = json.loads(masked(json.dumps(answer, ensure_ascii=False)))
    return masked_answer


def _with_plain_errors(function: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The tool with errors in okrsync's words, and nothing of its insides."""

    @wraps(function)
    def tool(**arguments: Any) -> dict[str, Any]:
        try:
            return function(**arguments)
        except OkrsyncError as error:
            hint = f". {error.hint}" if error.hint else ""
            raise ToolError(f"{error.message}{hint}") from None
        except Exception as error:
            name = type(error).__name__
            raise ToolError(f"this should not have happened ({name})") from error

    return tool
