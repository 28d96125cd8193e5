"""The server for assistants, asked by the protocol's own client."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import anyio

from team import AS_OF, Team

if TYPE_CHECKING:
    from mcp import ClientSession
    from mcp.types import CallToolResult

TOOLS = {"attention", "explain", "history", "item", "lint", "tree"}


def asked(team: Team, talk: Callable[[ClientSession], Awaitable[None]]) -> None:
    """Start the server as an assistant does, and talk to it."""
    # Loaded where it is needed: it takes a second.
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    server = StdioServerParameters(
        command=sys.executable,
        args=[
            "-m",
            "okrsync",
            "--config",
            str(team.folder / "okrsync.toml"),
            "mcp",
            "--as-of",
            AS_OF,
        ],
    )

    async def session() -> None:
        # What pytest captures by is no file that a process could write to.
        assert sys.__stderr__ is not None
        async with stdio_client(server, errlog=sys.__stderr__) as (reading, writing):
            async with ClientSession(reading, writing) as client:
                await client.initialize()
                await talk(client)

    anyio.run(session)


def answer(result: CallToolResult) -> dict[str, Any]:
    assert not result.isError, result.content
    (content,) = result.content
    document: dict[str, Any] = json.loads(content.text)  # type: ignore[union-attr]
    return document


def test_every_tool_answers_with_the_cells_its_numbers_stand_in(team: Team) -> None:
    team.sync()
    before = (team.folder / "growth.xlsx").read_bytes()

    async def talk(client: ClientSession) -> None:
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == TOOLS
        assert all(tool.annotations and tool.annotations.readOnlyHint for tool in tools)
        assert all(tool.description for tool in tools)

        tree = answer(await client.call_tool("tree", {}))
        assert tree["as_of"] == AS_OF
        assert [objective["at"] for objective in tree["objectives"]] == ["Q4!A2", "Q4!A4"]

        item = answer(await client.call_tool("item", {"id": "growth/O1/KR2"}))
        (objective,) = item["objectives"]
        assert [entry["at"] for entry in objective["key_results"]] == ["Q4!B2", "Q4!B3"]

        history = answer(await client.call_tool("history", {"id": "growth/O1"}))
        seen = history["objectives"][0]["key_results"][0]["history"]
        assert [entry["current"] for entry in seen] == [62]

        steps = answer(await client.call_tool("explain", {"id": "growth/O1/KR1"}))["steps"]
        cells = {cell for step in steps for cell in step["cells"]}
        assert {"Q4!D2", "Q4!E2", "Q4!F2"} <= cells

        attention = answer(await client.call_tool("attention", {}))
        assert {entry["id"]: entry["at"] for entry in attention["attention"]}
        assert all(entry["at"] for entry in attention["attention"])
        assert [entry["at"] for entry in attention["wins"]] == ["Q4!A4", "Q4!B4"]

        remarks = answer(await client.call_tool("lint", {}))["remarks"]
        assert all(remark["at"] for remark in remarks)

    asked(team, talk)
    assert (team.folder / "growth.xlsx").read_bytes() == before


def test_an_unknown_id_is_told_in_words_and_an_unreadable_source_is_part_of_the_answer(
    team: Team,
) -> None:
    async def talk(client: ClientSession) -> None:
        refused = await client.call_tool("item", {"id": "growth/O1/KR9"})
        assert refused.isError
        said = refused.content[0].text  # type: ignore[union-attr]
        assert "there is no objective or key result 'growth/O1/KR9'" in said
        assert "KR9'. Did you mean growth/O1/KR1 (Sign-ups), " in said
        assert answer(await client.call_tool("tree", {}))["objectives"]
        (team.folder / "growth.xlsx").write_bytes(b"no workbook")
        (source,) = answer(await client.call_tool("tree", {}))["sources"]
        assert source["state"] == "failed"

    asked(team, talk)
