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
        entry["metadataId"] == metadata_id for entry in work.spreadsheet.metadata
    ):
        raise invalid(f"Developer metadata with id {metadata_id} already exists.")
    created = {
        "metadataId": work.new_id() if metadata_id is None else metadata_id,
        "metadataKey": given["metadataKey"],
        **({"metadataValue": given["metadataValue"]} if given.get("metadataValue") else {}),
        "location": normal_location(work.spreadsheet, given.get("location", {})),
        "visibility": given["visibility"],
    }
    work.spreadsheet.metadata.append(created)
    refuse_too_much(work.spreadsheet)
    return {"createDeveloperMetadata": {"developerMetadata": answered(created)}}


def _update(work: Work, args: Json) -> Json:
    mask = required(args, message="DeveloperMetadata")
    given = dict(args.get("developerMetadata", {}))
    if "location" in mask and "location" in given:
        given["location"] = normal_location(work.spreadsheet, given["location"])
        mask = {**mask, "location": {}}
    changed = []
    for entry in _matching_entries(work, args.get("dataFilters", [])):
        new_entry = updated(entry, given, mask)
        # In place: the same entry may be matched by a later request of the batch.
        entry.clear()
        entry.update(new_entry)
        changed.append(answered(entry))
    refuse_too_much(work.spreadsheet)
    return {"updateDeveloperMetadata": {"developerMetadata": changed} if changed else {}}


def _delete(work: Work, args: Json) -> Json:
    deleted = _matching_entries(work, [args.get("dataFilter", {})])
    work.spreadsheet.metadata = [
        entry for entry in work.spreadsheet.metadata if entry not in deleted
    ]
    return {
        "deleteDeveloperMetadata": {
            "deletedDeveloperMetadata": [answered(entry) for entry in deleted]
        }
        if deleted
        else {}
    }


def _matching_entries(work: Work, filters: list[Json]) -> list[Json]:
    matches: list[Json] = []
    for data_filter in filters:
        # Other data filters select cells, not metadata.
        # https://developers.google.com/workspace/sheets/api/reference/rest/v4/DataFilter
        if "developerMetadataLookup" not in data_filter:
            raise invalid("Only developerMetadataLookup filters are supported.")
        matches += [
            entry
            for entry in matching(work.spreadsheet, data_filter["developerMetadataLookup"])
            if entry not in matches
        ]
    return matches


UPDATES: dict[str, Update] = {
    "createDeveloperMetadata": _create,
    "updateDeveloperMetadata": _update,
    "deleteDeveloperMetadata": _delete,
}
