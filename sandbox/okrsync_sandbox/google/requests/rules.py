"""Updates of conditional formats, which are identified by their index."""

from __future__ import annotations

from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.formats import tidy
from okrsync_sandbox.google.model import Json
from okrsync_sandbox.google.requests.context import Update, Work
from okrsync_sandbox.google.requests.kept import range_sheet
from okrsync_sandbox.google.resource import bare_ranges

__all__ = ["UPDATES"]


def _rules(work: Work, sheet_id: int) -> list[Json]:
    return work.sheet(sheet_id, "grid").list_of("conditionalFormats")


def _add_rule(work: Work, args: Json) -> Json:
    rule = tidy(args.get("rule", {}))
    if not rule.get("ranges"):
        raise invalid("ConditionalFormatRule must have at least one range.")
    if ("booleanRule" in rule) == ("gradientRule" in rule):
        raise invalid("Exactly one of booleanRule and gradientRule must be specified.")
    sheets = {range_sheet(work, cell_range).id for cell_range in rule["ranges"]}
    if len(sheets) != 1:
        raise invalid("All ranges of a rule must be on the same sheet.")
    rules = _rules(work, sheets.pop())
    index = args.get("index", 0)
    if not 0 <= index <= len(rules):
        raise invalid(f"index[{index}] is out of bounds.")
    rules.insert(index, rule)
    return {}


def _update_rule(work: Work, args: Json) -> Json:
    index = args.get("index", 0)
    # Two requests in one: move a rule, or replace it.
    # https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request#UpdateConditionalFormatRuleRequest
    if "newIndex" in args:
        rules = _rules(work, args.get("sheetId", 0))
        old = _rule_at(rules, index)
        rules.remove(old)
        rules.insert(args["newIndex"], old)
        return {
            "updateConditionalFormatRule": {
                "newRule": bare_ranges(old),
                "oldIndex": index,
                "newIndex": args["newIndex"],
            }
        }
    rule = tidy(args.get("rule", {}))
    rules = _rules(work, rule.get("ranges", [{}])[0].get("sheetId", 0))
    old = _rule_at(rules, index)
    rules[index] = rule
    return {
        "updateConditionalFormatRule": {
            "newRule": bare_ranges(rule),
            "newIndex": index,
            "oldRule": bare_ranges(old),
        }
    }


def _rule_at(rules: list[Json], index: int) -> Json:
    if not 0 <= index < len(rules):
        raise invalid(f"No conditional format on sheet at index: {index}")
    return rules[index]


def _delete_rule(work: Work, args: Json) -> Json:
    rules = _rules(work, args.get("sheetId", 0))
    rule = _rule_at(rules, args.get("index", 0))
    del rules[args.get("index", 0)]
    return {"deleteConditionalFormatRule": {"rule": bare_ranges(rule)}}


UPDATES: dict[str, Update] = {
    "addConditionalFormatRule": _add_rule,
    "updateConditionalFormatRule": _update_rule,
    "deleteConditionalFormatRule": _delete_rule,
}
