"""Updates of developer metadata."""

from __future__ import annotations

from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.mask import updated
from okrsync_sandbox.google.metadata import answered, matching, normal_location, refuse_too_much
from okrsync_sandbox.google.model import Json
from okrsync_sandbox.google.requests.context import Update, Work, required

__all__ = ["UPDATES"]


def _create(work: Work, args: Json) -> Json:
    given = args.get("developerMetadata", {})
    if not given.get("metadataKey"):
        raise invalid("A developer metadata key must be specified.")
    if given.get("visibility") not in ("DOCUMENT", "PROJECT"):
        raise invalid("A developer metadata visibility must be specified.")
    metadata_id = given.get("metadataId")
    if metadata_id is not None and any(
        one["metadataId"] == metadata_id for one in work.spreadsheet.metadata
    ):
        raise invalid(f"Developer metadata with id {metadata_id} already exists.")
    made = {
        "metadataId": work.new_id() if metadata_id is None else metadata_id,
        "metadataKey": given["metadataKey"],
        **({"metadataValue": given["metadataValue"]} if given.get("metadataValue") else {}),
        "location": normal_location(work.spreadsheet, given.get("location", {})),
        "visibility": given["visibility"],
    }
    work.spreadsheet.metadata.append(made)
    refuse_too_much(work.spreadsheet)
    return {"createDeveloperMetadata": {"developerMetadata": answered(made)}}


def _update(work: Work, args: Json) -> Json:
    mask = required(args, message="DeveloperMetadata")
    given = dict(args.get("developerMetadata", {}))
    if "location" in mask and "location" in given:
        given["location"] = normal_location(work.spreadsheet, given["location"])
        mask = {**mask, "location": {}}
    changed = []
    for one in _meant(work, args.get("dataFilters", [])):
        made = updated(one, given, mask)
        one.clear()
        one.update(made)
        changed.append(answered(one))
    refuse_too_much(work.spreadsheet)
    return {"updateDeveloperMetadata": {"developerMetadata": changed} if changed else {}}


def _delete(work: Work, args: Json) -> Json:
    gone = _meant(work, [args.get("dataFilter", {})])
    work.spreadsheet.metadata = [one for one in work.spreadsheet.metadata if one not in gone]
    return {
        "deleteDeveloperMetadata": {"deletedDeveloperMetadata": [answered(one) for one in gone]}
        if gone
        else {}
    }


def _meant(work: Work, filters: list[Json]) -> list[Json]:
    found: list[Json] = []
    for one in filters:
        if "developerMetadataLookup" not in one:
            raise invalid("Only developerMetadataLookup filters are supported.")
        found += [
            entry
            for entry in matching(work.spreadsheet, one["developerMetadataLookup"])
            if entry not in found
        ]
    return found


UPDATES: dict[str, Update] = {
    "createDeveloperMetadata": _create,
    "updateDeveloperMetadata": _update,
    "deleteDeveloperMetadata": _delete,
}
