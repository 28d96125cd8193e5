"""Serial dates: days since 30 December 1899, the time of day as the fraction."""

from __future__ import annotations

from datetime import date, datetime, timedelta

__all__ = ["EPOCH", "moment_of", "serial_of"]

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
    return EPOCH + timedelta(seconds=round(serial * 86400))
