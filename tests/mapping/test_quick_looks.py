"""Short ways say what the long ones would: words in their compared form, cells that are no header,
sections of the data.
"""

from __future__ import annotations

import random
import tomllib
from itertools import chain, product
from typing import NoReturn

import pytest

from okrsync.mapping import shipped, words
from okrsync.mapping.rows import row_reader
from okrsync.mapping.values import amounts, directions, wording
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellValue
from reading import key_results, read

_LETTERS = [chr(code) for code in chain(range(0x250), range(0x2010, 0x2028), range(0x20A0, 0x20C0))]


def test_european_letters_are_replaced_one_by_one_as_the_whole_text_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = [f"a{letter}{other}B" for letter, other in product(_LETTERS, _LETTERS[::7])]
    short = [words.normal.__wrapped__(text) for text in texts]
    monkeypatch.setattr(words, "_EUROPEAN", lazy_pattern(r"\Z\A."))
    assert short == [words.normal.__wrapped__(text) for text in texts]


def test_a_cell_that_shares_no_word_with_a_header_means_no_role(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = [word for word in (*words.table("roles"), *words.table("scopes")) if word.isascii()]
    strange = ["Foo", "27", "resultX", "fooBar", "100 %", "2026", "Q3", "text", "column", "x1", "#"]
    choose = random.Random(7)
    headers = [
        choose.choice((" ", "/", "_", " - ", "", " of the ")).join(
            choose.choice(known if choose.random() < 0.5 else strange)
            for _ in range(choose.randint(1, 3))
        )
        for _ in range(3_000)
    ]
    short = _meanings(headers)
    assert sum(map(words._is_foreign, headers)) > 100
    monkeypatch.setattr(words, "_is_foreign", lambda header: False)
    assert short == _meanings(headers)


def test_a_title_with_one_number_names_no_way_and_is_not_searched_for_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parts = [
        "Reduce",
        "costs",
        "from",
        "von",
        "to",
        "auf",
        "→",
        "->",
        "から",
        "에서",
        "由",
        "到",
        "k€",
        "%",
    ]
    numbers = ["5", "12.5", "3 %", "1 000", "٣", "1,5 Mio.", "10/20", "Q3 2026", "½"]
    choose = random.Random(7)
    titles = [
        " ".join(choose.choice(parts if choose.random() < 0.6 else numbers) for _ in range(count))
        for count in range(2, 9)
        for _ in range(500)
    ]
    short = [wording.aims_in.__wrapped__(title) for title in titles]
    assert sum(each.baseline is not None for each in short) > 50
    monkeypatch.setattr(wording, "names_two_numbers", lambda title: True)
    assert short == [wording.aims_in.__wrapped__(title) for title in titles]
    monkeypatch.undo()

    def refuse() -> NoReturn:
        raise AssertionError("a way is looked for")

    monkeypatch.setattr(wording, "_from_to", refuse)
    for title in ("Reduce costs (k€) 5", "Keep errors below 12"):
        wording.aims_in.__wrapped__(title)


def test_words_of_a_title_are_found_by_their_heads_as_among_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known, choose = [*words.table("title_words")], random.Random(7)
    strange = [
        "errors",
        "below",
        "a",
        "-",
        "12",
        "%",
        "churn,",
        "re-cut",
        "lowered",
        "(k€)",
        "über",
    ]
    titles = [
        " ".join(choose.choice(known if choose.random() < 0.4 else strange) for _ in range(count))
        for count in range(1, 8)
        for _ in range(500)
    ]
    titles += [title.title() for title in titles]
    short = [directions._by_words(title) for title in titles]
    assert len({*short}) == 6
    monkeypatch.setattr(directions, "_runs", lambda plain: None)
    assert short == [directions._by_words(title) for title in titles]


def _meanings(headers: list[str]) -> list[words.Meaning]:
    words.meaning_of.cache_clear()
    return [words.meaning_of(header) for header in headers]


def test_words_of_the_data_are_compared_at_once_as_each_is_alone() -> None:
    for section in words._sections():
        every = {word for each in words._data(section).values() for word in each}
        alone = {word: words.normal.__wrapped__(word) for word in every}
        assert {word: word for word in every} | words._compared_forms(every) == alone
        assert set(words.table(section)) == {form or word for word, form in alone.items()}


def test_sections_are_parsed_one_by_one_as_the_whole_file_is() -> None:
    whole = tomllib.loads((shipped.folder() / "synonyms.toml").read_text(encoding="utf-8"))
    assert whole == {section: words._data(section) for section in words._sections()}


_TITLES = (
    "Win deals",
    "Deals (baseline: 10)",
    "Deals (baseline: 12)",
    "Offene Fälle [from 30]",
    "Offene Fälle [from 35]",
    "Revenue (k€)",
    "Conversion (%)",
    "Conversion （%）",
    "Keep errors below 20",
    "Raise sign-ups from 10 to 25",
    "Reduce costs by 10 %",
)


def test_rows_with_the_same_cells_say_what_each_says_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    cells: list[tuple[CellValue, ...]] = list(
        product(
            (None, 5, "5 %"), (15, "15 %", None), (20, "20 k€", None), (None, "On track", "30%")
        )
    )
    rows: list[list[CellValue]] = [
        ["Grow", title, *values] for number, (values, title) in enumerate(product(cells, _TITLES))
    ]
    header = ["Objective", "Key result", "Start", "Current", "Target", "Status"]
    short = read(header, *rows)
    for module in (amounts, row_reader):
        monkeypatch.setattr(module, "MOST_KEPT", 0)
    long = read(header, *rows)
    assert len(key_results(long)) == len(rows)
    assert key_results(short) == key_results(long)
    assert short.warnings == long.warnings
