"""The lease of a state in PostgreSQL: in the one row of its schema's table `meta`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import cast

from okrsync.model.errors import StateError
from okrsync.model.state_address import PostgresAddress
from okrsync.state.lease import Holder, LeaseStanding, holder_from
from okrsync.state.postgresql import connect, has_schema, make_schema

__all__ = ["LeaseRow"]

_left_behind: set[str] = set()
"""The tokens of leases that this process gave up while the server did not answer. No sign of life
would end them: the process that they name is alive.
"""


class LeaseRow:
    """The lease of a state in PostgreSQL, over a connection of its own: it is kept fresh while the
    run is inside a transaction. Fulfils `LeaseRecord`.
    """

    advice = ""

    def __init__(self, address: PostgresAddress, *, readonly: bool = False) -> None:
        self.name = str(address)
        self.subject = f"the state of {address.name}"
        self._address, self._readonly = address, readonly
        self._database = connect(address, readonly=readonly)
        try:
            if not readonly:
                make_schema(self._database)
            self._is_there = has_schema(self._database)
        except BaseException:
            self.close()
            raise

    def put(self, holder: Holder) -> bool:
        for token in tuple(_left_behind):
            self._changed("UPDATE meta SET token = NULL, holder = NULL WHERE token = ?", token)
        return self._changed(
            "UPDATE meta SET token = ?1, holder = ?2, renewed = clock_timestamp()"
            # It is this holder's already where the answer to writing it was lost.
            " WHERE token IS NULL OR token = ?1 RETURNING 1",
            holder.token,
            json.dumps(asdict(holder)),
        )

    def look(self) -> LeaseStanding | None:
        if not self._is_there:
            return None
        rows = self._rows(
            "SELECT holder, CAST(extract(epoch FROM clock_timestamp() - renewed) AS FLOAT8),"
            " CAST(extract(epoch FROM renewed) * 1000000 AS BIGINT) FROM meta"
            " WHERE token IS NOT NULL"
        )
        if not rows:
            return None
        text, age, stamp = cast("tuple[str, float, int]", rows[0])
        return LeaseStanding(holder_from(text), age, stamp)

    def renew(self, holder: Holder) -> bool:
        return self._changed(
            "UPDATE meta SET renewed = clock_timestamp() WHERE token = ? RETURNING 1", holder.token
        ) or self.put(holder)

    def restamp(self) -> None:
        self._changed("UPDATE meta SET renewed = clock_timestamp() WHERE token IS NOT NULL")

    def remove(self, holder: Holder) -> None:
        _left_behind.add(holder.token)
        self._changed("UPDATE meta SET token = NULL, holder = NULL WHERE token = ?", holder.token)
        _left_behind.discard(holder.token)

    def set_aside(self, standing: LeaseStanding, holder: Holder) -> None:
        self._changed(
            "UPDATE meta SET token = NULL, holder = NULL"
            " WHERE CAST(extract(epoch FROM renewed) * 1000000 AS BIGINT) = ?",
            standing.stamp,
        )

    def clear(self) -> None:
        self._changed("UPDATE meta SET token = NULL, holder = NULL")

    def close(self) -> None:
        self._database.close()

    def _changed(self, sql: str, *values: object) -> bool:
        return bool(self._rows(sql, *values))

    def _rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        try:
            return self._database.rows(sql, values)
        except StateError:
            if not self._database.connection.closed:
                raise
            # The connection was cut; the lease outlives it, and every statement here may be
            # repeated.
            self._database = connect(self._address, readonly=self._readonly)
            return self._database.rows(sql, values)
