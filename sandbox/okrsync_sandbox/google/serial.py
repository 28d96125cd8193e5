"""Serial dates: days since 30 December 1899, the time of day as the fraction."""

from __future__ import annotations

from datetime import date, datetime, timedelta

__all__ = ["EPOCH", "moment_of", "serial_of"]

# Not 31 December: Lotus 1-2-3 counted a 29 February 1900, which never was.
# https://developers.google.com/workspace/sheets/api/guides/formats#about_date_time_values
EPOCH = datetime(1899, 12, 30)


def serial_of(moment: date | datetime) -> float:
    """The serial number of a day or moment."""
    whole = (
        moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)
    )
    passed = whole.replace(tzinfo=None) - EPOCH
    return passed.days + passed.seconds / 86400


def moment_of(serial: float) -> datetime:
    """The moment of a serial number, to the second. OverflowError beyond the calendar."""
    # A fraction of a day is not exact: a quarter of an hour could come out as 14:59.
    return EPOCH + timedelta(seconds=round(serial * 86400))
