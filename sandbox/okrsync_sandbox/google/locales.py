"""How locales write numbers and dates, as far as it changes the meaning of an entry."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["KNOWN", "Locale", "locale_of"]


@dataclass(frozen=True, slots=True)
class Locale:
    """One locale. `order` is that of day, month and year in an entry; `date` and `time` are the
    patterns of a date that is shown as it comes.
    """

    name: str
    decimal: str = "."
    group: str = ","
    order: str = "mdy"
    date: str = "M/d/yyyy"
    time: str = "h:mm:ss am/pm"
    currency: str = '"$"#,##0.00'
    symbols: tuple[str, ...] = ("$",)
    months: tuple[str, ...] = (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    )
    days: tuple[str, ...] = (
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    )
    true: str = "TRUE"
    false: str = "FALSE"

    @property
    def separator(self) -> str:
        """The separator of a formula's arguments, besides the semicolon."""
        return ";" if self.decimal == "," else ","


_GERMAN = Locale(
    "de_DE",
    ",",
    ".",
    "dmy",
    "dd.MM.yyyy",
    "HH:mm:ss",
    "#,##0.00 €",
    ("€",),
    (
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "WAHR",
    "FALSCH",
)
_BRAZILIAN = Locale(
    "pt_BR",
    ",",
    ".",
    "dmy",
    "dd/MM/yyyy",
    "HH:mm:ss",
    '"R$ "#,##0.00',
    ("R$",),
    (
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ),
    (
        "segunda-feira",
        "terça-feira",
        "quarta-feira",
        "quinta-feira",
        "sexta-feira",
        "sábado",
        "domingo",
    ),
    "VERDADEIRO",
    "FALSO",
)
_FRENCH = Locale(
    "fr_FR",
    ",",
    "\u202f",
    "dmy",
    "dd/MM/yyyy",
    "HH:mm:ss",
    "#,##0.00 €",
    ("€",),
    (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "VRAI",
    "FAUX",
)

KNOWN = {
    "en_US": Locale("en_US"),
    "en_GB": Locale(
        "en_GB",
        order="dmy",
        date="dd/MM/yyyy",
        time="HH:mm:ss",
        currency='"£"#,##0.00',
        symbols=("£",),
    ),
    # Canada writes dates in ISO order, unlike its neighbours.
    "en_CA": Locale("en_CA", order="ymd", date="yyyy-MM-dd"),
    "de_DE": _GERMAN,
    "pt_BR": _BRAZILIAN,
    "fr_FR": _FRENCH,
    "es_ES": Locale(
        "es_ES",
        ",",
        ".",
        "dmy",
        "dd/MM/yyyy",
        "H:mm:ss",
        "#,##0.00 €",
        ("€",),
        true="VERDADERO",
        false="FALSO",
    ),
    "it_IT": Locale(
        "it_IT",
        ",",
        ".",
        "dmy",
        "dd/MM/yyyy",
        "H:mm:ss",
        "#,##0.00 €",
        ("€",),
        true="VERO",
        false="FALSO",
    ),
    "nl_NL": Locale(
        "nl_NL",
        ",",
        ".",
        "dmy",
        "d-M-yyyy",
        "H:mm:ss",
        '"€ "#,##0.00',
        ("€",),
        true="WAAR",
        false="ONWAAR",
    ),
    "ja_JP": Locale(
        "ja_JP",
        order="ymd",
        date="yyyy/MM/dd",
        time="H:mm:ss",
        currency='"¥"#,##0',
        symbols=("¥", "￥"),
    ),
}
"""Locales by the name a spreadsheet's properties have."""


def locale_of(name: str) -> Locale:
    """The conventions of a locale; for an unknown country those of its language, for an unknown
    language American ones.
    """
    if name in KNOWN:
        return KNOWN[name]
    language = name.split("_")[0]
    return next(
        (known for key, known in KNOWN.items() if key.split("_")[0] == language), KNOWN["en_US"]
    )
