"""Proposes headers for okrsync's own columns, in the language of a sheet's headers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from okrsync.measures.fields import FIELDS

__all__ = ["headers_for", "language_of"]

_TELLING: Mapping[str, str] = {
    "de": (
        r"ziele?|zielwert|schl(ü|ue)sselergebniss?e?|ergebnis|verantwortliche?r?|startwert|ausgangswert|aktuell(er)?|istwert|soll|stand|"
        r"f(ä|ae)llig|quartal|fortschritt|einheit|bemerkung(en)?|zuletzt"
    ),
    "fr": (
        r"objectifs?|r(é|e)sultats?|cl(é|e)s?|valeur|cible|d(é|e)part|actuelle?|(é|e)ch(é|e)ance|avancement|(é|e)quipe|trimestre|unit(é|e)|commentaires?"
    ),
    "es": (
        r"objetivos?|resultados?|claves?|valor|actual|inicial|fecha|l(í|i)mite|equipo|avance|confianza|estado|unidad|comentarios|[uú]ltimo"
    ),
    "pt": (
        r"objetivos?|resultados?|chaves?|respons(á|a)vel|atual|meta|prazo|data|equipe|confian(ç|c)a|unidade|coment(á|a)rios|atualizado|progresso|inicial|base"
    ),
    "it": (
        r"obiettiv[oi]|risultat[oi]|chiave|responsabile|valore|attuale|scadenza|squadra|avanzamento|unit(à|a)|commenti|iniziale"
    ),
    "nl": (
        r"doel|doelstelling(en)?|sleutelresulta(at|ten)|kernresultaat|eigenaar|startwaarde|streefwaarde|huidige?|waarde|voortgang|kwartaal|eenheid"
    ),
}
"""Words that are common in headers of a language; a word of several languages counts for each."""

_SCRIPTS = (
    ("ko", r"[\uac00-\ud7af]"),
    ("ja", r"[\u3040-\u30ff]"),
    ("zh", r"[\u4e00-\u9fff]"),
    ("ru", r"[\u0400-\u04ff]"),
)


def language_of(headers: Iterable[str]) -> str:
    """The language of most header cells. English unless another language has at least two cells and
    more than any other, because sheets in every language have some English headers.
    """
    counts: dict[str, int] = {}
    for header in headers:
        for language, script in _SCRIPTS:
            if re.search(script, header):
                counts[language] = counts.get(language, 0) + 1
                break
        for language, words in _TELLING.items():
            if re.search(rf"\b(?:{words})\b", header, re.IGNORECASE):
                counts[language] = counts.get(language, 0) + 1
    ranked = sorted(counts, key=lambda language: -counts[language])
    if not ranked or counts[ranked[0]] < 2:
        return "en"
    # Japanese headers may consist of Chinese characters only; a single header in kana is decisive.
    if ranked[0] == "zh" and "ja" in counts:
        return "ja"
    is_tied = len(ranked) > 1 and counts[ranked[0]] == counts[ranked[1]]
    return "en" if is_tied else ranked[0]


def headers_for(language: str, taken: Collection[str]) -> dict[str, str]:
    """A header for each proposed field that the sheet does not have: `okrsync progress` where the
    sheet has its own progress.
    """
    used = {_plain(header) for header in taken}
    chosen: dict[str, str] = {}
    for field, owned in FIELDS.items():
        if not owned.headers:
            continue
        word = owned.headers.get(language, owned.headers["en"])
        own = (
            word
            if word.startswith("okrsync ")
            else f"okrsync {word if language == 'de' else word.lower()}"
        )
        header, number = own if _plain(word) in used else word, 1
        while _plain(header) in used:
            number += 1
            header = f"{own} {number}"
        used.add(_plain(header))
        chosen[field] = header
    return chosen


def _plain(header: str) -> str:
    return " ".join(header.split()).casefold()
