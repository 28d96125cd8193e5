"""The same OKRs come out when a sheet is kept a little differently: columns in another order,
headers in another language, blank rows and a title block, another locale, merged cells split,
columns of okrsync's own.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path

import pytest

from grids import in_part
from layout_samples import SAMPLES, Grid, Sample
from okrsync.mapping import Okrs, Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.mapping.words import meaning_of
from okrsync.model.cycles import resolve_cycle
from okrsync.model.table import CellValue, Merge, Snapshot, Table, rows_of, text_of
from okrsync.testing import context_for
from okrsync_workbook import WorkbookConnector, WorkbookSettings

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, tzinfo=UTC)
OWNED = {"progress": "okrsync progress", "status": "okrsync status"}
Tabs = Mapping[str, Grid]

LANGUAGES = {
    "en": (
        "Objective|Key"
        " Result|Baseline|Current|Target|Owner|Progress|Status|Title|Type|Parent|Comments"
    ),
    "de": (
        "Ziel|Schlüsselergebnis|Startwert|Aktuell|Zielwert|Verantw.|Fortschritt"
        " (%)|Status|Titel|Typ|Übergeordnetes Ziel|Bemerkungen"
    ),
    "fr": (
        "Objectif|Résultat clé|Valeur de départ|Valeur actuelle|Valeur"
        " cible|Responsable|Avancement|Statut|Titre|Type|Objectif parent|Commentaires"
    ),
    "es": (
        "Objetivo|Resultado clave|Línea base|Valor actual|Meta|Responsable|%"
        " Avance|Estado|Título|Tipo|Objetivo padre|Comentarios"
    ),
    "pt": (
        "Objetivo|Resultado-chave|Valor inicial|Valor"
        " atual|Meta|Responsável|Progresso|Situação|Título|Tipo|Objetivo pai|Observações"
    ),
    "it": (
        "Obiettivo|Risultato chiave|Valore iniziale|Valore attuale|Valore"
        " obiettivo|Responsabile|Avanzamento|Stato|Titolo|Tipo|Obiettivo padre|Commenti"
    ),
    "nl": (
        "Doelstelling|Kernresultaat|Startwaarde|Huidige"
        " waarde|Streefwaarde|Eigenaar|Voortgang|Status|Titel|Soort|Bovenliggend doel|Opmerkingen"
    ),
    "zh": "目标|关键结果|起始值|当前值|目标值|负责人|进度|状态|标题|类型|上级目标|备注",
    "ja": (
        "目標|成果指標|開始値|現在値|目標値|担当者|進捗率|ステータス|タイトル|種類|上位目標|コメント"
    ),
    "ko": "목표|핵심 결과|시작값|현재값|목표값|담당자|진행률|상태|제목|유형|상위 목표|비고",
    "ru": (
        "Цель|Ключевой результат|Начальное"
        " значение|Факт|План|Ответственный|Прогресс|Статус|Название|Тип|Родительская"
        " цель|Комментарий"
    ),
    "ca": (
        "Objectiu|Resultat clau|Baseline|Valor actual|Valor a assolir|Persona"
        " responsable|Progrés|Estat|Títol|Tipus|Objectiu pare|Comentaris"
    ),
    "pl": (
        "Cel|Kluczowy rezultat|Wartość początkowa|Aktualna wartość|Wartość"
        " docelowa|Odpowiedzialny|Postęp|Status|Nazwa|Rodzaj|Cel nadrzędny|Uwagi"
    ),
    "sv": (
        "Mål|Nyckelresultat|Startvärde|Nuvarande"
        " värde|Målvärde|Ansvarig|Framsteg|Status|Namn|Typ|Överordnat mål|Anteckningar"
    ),
    "tr": (
        "Hedef|Anahtar sonuç|Başlangıç değeri|Mevcut değer|Hedef"
        " değer|Sorumlu|İlerleme|Durum|Başlık|Tür|Üst hedef|Notlar"
    ),
}
"""The heads of columns as people write them, by language."""

IN_ORDER = {
    "matrix",
    "blocks",
    "side-by-side",
    "sub-items",
    "period-blocks",
    "level-columns",
    "series",
    "transposed",
}
"""Layouts in which the order of the columns means something."""

WITHOUT_HEADER = {"matrix", "blocks", "side-by-side", "sub-items"}


def read(tabs: Tabs, *, locale: str | None = None, merges: Sequence[Merge] = ()) -> Okrs:
    tables = tuple(
        Table(f"t{at}", name, rows_of(grid), locale=locale, merges=tuple(merges))
        for at, (name, grid) in enumerate(tabs.items())
    )
    reading = Reading("team", TODAY, resolve_cycle("2026-Q4", TODAY), 1, OWNED)
    return understand(Snapshot("team", tables, "1", NOW), Mapping_(), reading)


def outline(found: Okrs) -> list[str]:
    """What came out, in an order that does not hang on that of the rows."""
    return [
        f"{one.title}: "
        + "; ".join(
            f"{item.title} {text_of(item.baseline)} {text_of(item.current)} {text_of(item.target)}"
            f" {item.given_progress} {item.owner}"
            for item in one.key_results
        )
        for one in found.objectives
    ]


def corpus(shared: Path) -> dict[str, Tabs]:
    """The grids of the real files."""
    found: dict[str, Tabs] = {}
    for path in sorted((shared / "corpus").glob("*_*.csv")):
        snapshot = WorkbookConnector(
            WorkbookSettings(path=str(path)), context_for(path.parent)
        ).read()
        found[path.stem] = {
            table.name: [list(row.values) for row in table.rows] for table in snapshot.tables
        }
    return found


def header_at(grid: Grid) -> int:
    """The place of the header: the row with the most words for roles."""
    return max(
        range(min(len(grid), 15)),
        key=lambda at: sum(bool(meaning_of(text_of(value)).roles) for value in grid[at]),
    )


def shuffled(grid: Grid) -> Grid:
    width = max(len(row) for row in grid)
    order = random.Random(7).sample(range(width), width)
    return [[row[at] if at < len(row) else None for at in order] for row in grid]


def with_blanks(grid: Grid) -> Grid:
    """A title block above, and blank rows between."""
    at = header_at(grid)
    title: Grid = [["OKRs of our company"], ["Please fill in by Friday"], []]
    return [*title, *grid[: at + 1], *[row for each in grid[at + 1 :] for row in ([], each)]]


def with_owned(grid: Grid) -> Grid:
    at = header_at(grid)
    width = max(len(row) for row in grid)
    padded = [[*row, *[None] * (width - len(row))] for row in grid]
    return [
        [
            *row,
            *(
                OWNED.values()
                if place == at
                else (0.5, "On track")
                if place > at and any(row)
                else (None, None)
            ),
        ]
        for place, row in enumerate(padded)
    ]


def translated(grid: Grid, language: str) -> Grid:
    """The header in another language, cell by cell; ids and numbered heads stay."""
    at = header_at(grid)
    return [*grid[:at], [in_language(value, language) for value in grid[at]], *grid[at + 1 :]]


def in_language(value: CellValue, language: str) -> CellValue:
    roles = [
        "objective",
        "key_result",
        "baseline",
        "current",
        "target",
        "owner",
        "progress",
        "status",
        "title",
        "kind",
        "parent",
        "comment",
    ]
    words = dict(zip(roles, LANGUAGES[language].split("|"), strict=True))
    text = text_of(value)
    meaning = meaning_of(text)
    if not meaning.roles or meaning.of is not None or any(sign.isdigit() for sign in text):
        return value
    return words.get(meaning.roles[0], value)


def german(grid: Grid) -> Grid:
    """Numbers as people in Germany type them into a text cell."""
    at = header_at(grid)
    return [
        *grid[: at + 1],
        *[[number_in_german(value) for value in row] for row in grid[at + 1 :]],
    ]


def number_in_german(value: CellValue) -> CellValue:
    if isinstance(value, float) and not value.is_integer():
        return str(value).replace(".", ",")
    return (
        f"{value:,}".replace(",", ".")
        if isinstance(value, int) and not isinstance(value, bool)
        else value
    )


TWO_ROWS = {"A header over two rows"}
"""Samples whose header has two rows, which nothing may come between."""


def samples(*, without: set[str] = frozenset()) -> list[Sample]:  # type: ignore[assignment]
    return [
        sample for sample in SAMPLES if sample.layout not in without and sample.name not in without
    ]


def name_of(sample: Sample) -> str:
    return sample.name


def check(tabs: Tabs, change: Callable[[Grid], Grid], **more: str) -> None:
    before = outline(read(tabs))
    after = read({name: change(grid) for name, grid in tabs.items()}, **more)  # type: ignore[arg-type]
    assert outline(after) == before, [(tab.layout, tab.reason, tab.roles) for tab in after.tabs]
    assert before


@pytest.mark.parametrize("sample", samples(without=IN_ORDER), ids=name_of)
def test_columns_may_stand_in_any_order(sample: Sample) -> None:
    check(sample.tabs, shuffled)


@pytest.mark.parametrize(
    ("sample", "language"),
    in_part(product(samples(without=WITHOUT_HEADER), LANGUAGES), every=4),
    ids=lambda value: value if isinstance(value, str) else name_of(value),
)
def test_headers_may_be_in_any_language(sample: Sample, language: str) -> None:
    check(sample.tabs, lambda grid: translated(grid, language))


@pytest.mark.parametrize("sample", samples(without=TWO_ROWS), ids=name_of)
def test_blank_rows_and_a_title_block_change_nothing(sample: Sample) -> None:
    check(sample.tabs, with_blanks)


@pytest.mark.parametrize("sample", samples(without={"outline"}), ids=name_of)
def test_numbers_may_be_typed_in_another_locale(sample: Sample) -> None:
    check(sample.tabs, german, locale="de_DE")


@pytest.mark.parametrize("sample", samples(without=WITHOUT_HEADER | TWO_ROWS), ids=name_of)
def test_columns_of_our_own_change_nothing(sample: Sample) -> None:
    check(sample.tabs, with_owned)


def test_merged_cells_may_be_split_and_filled(shared: Path) -> None:
    rows: Grid = [
        ["Objective", "Key Result", "Target"],
        ["Grow", "Sign-ups", 5],
        [None, "Revenue", 6],
        ["Keep", "Churn", 7],
    ]
    whole = outline(read({"Q4": rows}, merges=[Merge(1, 0, 2, 0)]))
    filled = [row if row[0] else ["Grow", *row[1:]] for row in rows]
    assert outline(read({"Q4": rows})) == whole == outline(read({"Q4": filled}))


def test_the_corpus_stays_the_same_however_it_is_kept(shared: Path) -> None:
    for name, tabs in corpus(shared).items():
        before = outline(read(tabs))
        assert before, name
        for change in (shuffled, with_blanks, with_owned):
            after = read({tab: change(grid) for tab, grid in tabs.items()})
            assert outline(after) == before, (name, change.__name__)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_corpus_stays_the_same_in_any_language(shared: Path, language: str) -> None:
    for name, tabs in corpus(shared).items():
        after = read({tab: translated(grid, language) for tab, grid in tabs.items()})
        assert outline(after) == outline(read(tabs)), name
