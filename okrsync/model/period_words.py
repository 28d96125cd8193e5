"""Normalises the words for periods and days in twenty languages: `IV квартал 2026 г.` becomes
`q4 2026`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache, partial

from okrsync.model.patterns import lazy_pattern

__all__ = ["MONTHS", "plain"]

_MONTH_NAMES = {
    1: (
        "january jan januar januari janvier janv enero ene janeiro gennaio gen janner январь"
        " января янв gener styczen stycznia sty ocak oca leden ledna ianuarie tammikuu tammi"
        " januarja січень січня"
    ),
    2: (
        "february feb februar februari fevrier fevr febrero fevereiro fev febbraio февраль"
        " февраля фев февр febrer luty lutego lut subat sub unor unora februarie helmikuu"
        " helmi лютии лютого"
    ),
    3: (
        "march mar marz maart mars mrz marzo marco mrt март марта мар marc marzec marca mart"
        " brezen brezna marcius martie maaliskuu maalis березень березня"
    ),
    4: (
        "april apr avril avr abril abr aprile апрель апреля апр kwiecien kwietnia kwi nisan"
        " nis duben dubna aprilis aprilie huhtikuu huhti квітень квітня"
    ),
    5: (
        "may mai mei mayo maio maggio mag маи мая maj maja maig mayis kveten kvetna majus"
        " toukokuu touko травень травня"
    ),
    6: (
        "june jun juni juin junio junho giugno giu июнь июня июн juny czerwiec czerwca cze"
        " haziran haz cerven cervna junius iunie kesakuu kesa червень червня"
    ),
    7: (
        "july jul juli juillet juil julio julho luglio lug июль июля июл juliol lipiec lipca"
        " lip temmuz tem cervenec cervence julius iulie heinakuu heina липень липня"
    ),
    8: (
        "august aug aout agosto ago augustus август августа авг agost augusti sierpien"
        " sierpnia sie agustos agu srpen srpna augusztus elokuu elo серпень серпня"
    ),
    9: (
        "september sep sept septembre septiembre setiembre setembro set settembre сентябрь"
        " сентября сен сент setembre wrzesien wrzesnia wrz eylul eyl zari szeptember szept"
        " septembrie syyskuu syys вересень вересня"
    ),
    10: (
        "october oct oktober okt octobre octubre outubro out ottobre ott октябрь октября окт"
        " pazdziernik pazdziernika paz ekim eki rijen rijna octombrie lokakuu loka жовтень"
        " жовтня"
    ),
    11: (
        "november nov novembre noviembre novembro ноябрь ноября ноя нояб listopad listopada"
        " lis kasim kas noiembrie marraskuu marras листопад листопада"
    ),
    12: (
        "december dec dezember dez decembre diciembre dic dezembro dicembre декабрь декабря"
        " дек desembre grudzien grudnia gru aralik ara prosinec prosince decembrie desember"
        " des joulukuu joulu грудень грудня"
    ),
}
MONTHS = {name: number for number, names in _MONTH_NAMES.items() for name in names.split()}
"""Month names and their short forms, without accents, in the languages okrsync knows."""

_ORDINAL_WORDS = {
    "1": (
        "first primer primero primera primeiro primeira premier premiere erstes erste ersten primo"
        " prima eerste первыи"
    ),
    "2": (
        "second segundo segunda deuxieme second zweites zweite zweiten secondo tweede второи второе"
    ),
    "3": "third tercer tercero terceiro troisieme drittes dritte dritten terzo derde третии",
    "4": "fourth cuarto quarto quatrieme viertes vierte vierten vierde четвертыи",
}
_ORDINALS = {word: number for number, words in _ORDINAL_WORDS.items() for word in words.split()}
_NUMBERS = {
    **_ORDINALS,
    "iv": "4",
    "iii": "3",
    "ii": "2",
    "i": "1",
    "一": "1",
    "二": "2",
    "三": "3",
    "四": "4",
}
# Longest first, since a regular expression takes the first alternative that fits: `iii` before `i`.
_NUMBER = "|".join(sorted((*map(re.escape, _NUMBERS), r"\d\d?"), key=len)[::-1])
_KINDS = {
    "q": "quarter quartal kwartaal kwartał kvartal ceyrek trimestre trimestrul trim tri kvartaali"
    " neljannes ctvrtleti stvrtrok negyedev квартал квартала кв",
    "quad": "cuatrimestre quadrimestre tertial",
    "h": "half halbjahr halfjaar semestre semester semestrul pololeti polrok połrocze felev"
    " halvår halvar полугодие полугодия",
    "w": "week woche semana semaine settimana vecka viikko tyden tydzien hafta неделя недели",
}
_SUFFIX = r"(?:\s*(?:\.|o|°|er|ere|re|eme|e|de|ste|st|nd|rd|th|a|-?(?:и|ыи|ое|е|я)))?"
_SPELT = tuple(
    (
        letter,
        words,
        lazy_pattern(
            rf"\b(?P<first>{_NUMBER}){_SUFFIX}\s*(?:{'|'.join(words)})\b\.?"
            rf"|\b(?:{'|'.join(words)})\b\.?\s*(?P<second>{_NUMBER}){_SUFFIX}(?![\w'])"
        ),
    )
    for letter, words in ((letter, words.split()) for letter, words in _KINDS.items())
)
_EAST_ASIAN = (
    (lazy_pattern(r"(?:第|제)?\s*([1-4一二三四])\s*(?:四半期|季度|季|분기)"), "q"),
    (lazy_pattern(r"(?:第|제)\s*(\d\d?)\s*(?:周|週|주차?)"), "w"),
)
_HALVES = (
    (lazy_pattern(r"上半年|上半期|上期|상반기"), " h1 "),
    (lazy_pattern(r"下半年|下半期|下期|하반기"), " h2 "),
)
_YEAR_SIGN = lazy_pattern(r"(?<=\d{4})\s*(?:年度?|년도?)(?!\s*\d{1,2}\s*[月월])")
_RUSSIAN_YEAR = lazy_pattern(r"(?<=\d)\s*(?:г\.?|год[ау]?)(?=\s|\Z)")


# A column repeats few periods over thousands of rows.
@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Lower case, without accents, with plain digits and dashes, single spaces, and with `q3`,
    `h1`, `quad2`, `w48` for what is spelt out.
    """
    # The Turkish dotless i does not decompose, and must be replaced by hand.
    lowered = text.strip().lower().replace("º", "o").replace("ª", "a").replace("ı", "i")
    folded = unicodedata.normalize("NFKD", lowered)
    # Recomposed at once: NFKD splits Hangul syllables, and the patterns here use whole ones.
    folded = unicodedata.normalize(
        "NFC", "".join(c for c in folded if not unicodedata.combining(c))
    )
    folded = re.sub(r"[\u2010-\u2015\u2212]", "-", folded).replace("\u2019", "'").replace("_", " ")
    folded = folded.replace("〜", "-").replace("~", "-")
    folded = re.sub(r"\by(?=(?:19|20)\d\d\b)", "", folded)  # Q3 Y2025
    if not folded.isascii():
        for pattern, letter in _EAST_ASIAN:
            folded = pattern.sub(partial(_numbered, f" {letter}", " "), folded)
        for pattern, sign in _HALVES:
            folded = pattern.sub(sign, folded)
        folded = _RUSSIAN_YEAR.sub("", _YEAR_SIGN.sub(" ", folded))
    for letter, words, pattern in _SPELT:
        # Most texts have none of the words, which is cheap to see.
        if any(word in folded for word in words):
            folded = pattern.sub(partial(_numbered, letter, ""), folded)
    return re.sub(r"\s+", " ", folded).strip()


def _numbered(before: str, after: str, match: re.Match[str]) -> str:
    """A part of a year with its letter and its number, which may be spelt out."""
    text = next(group for group in match.groups() if group is not None)
    return f"{before}{_NUMBERS.get(text, text)}{after}"
