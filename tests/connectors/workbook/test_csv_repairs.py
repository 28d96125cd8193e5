"""CSV files as they really are: read for what was meant, and written back in just the form they
had.
"""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrsync.connector import Looks
from okrsync.model.errors import UnreadableSource
from okrsync_workbook.csv_file import CsvFile
from okrsync_workbook.csv_text import CsvText
from okrsync_workbook.originals import Originals
from team import Team

GERMAN = "Ziel;Schlüsselergebnis;Aktuell\r\nUmsatz erhöhen;Größere Aufträge – viele;1.234,5 €\r\n"
TEXTS = {
    "cp1252": GERMAN,
    "mac_roman": GERMAN,
    "utf-16-le": GERMAN,
    "utf-16-be": GERMAN,
    "gb18030": "目标名称,关键结果,当前值\n提升客户满意度,将NPS从30提高到50,35\n",
    "big5": "目標,關鍵結果,現值\n提升客戶滿意度,將NPS從30提高到50,35\n",
    "cp932": "目標,成果指標,現在値\n顧客満足度を上げる,NPSを30から50に上げる,35\n",
    "euc_jp": "目標,成果指標,現在値\n顧客満足度を上げる,NPSを30から50に上げる,35\n",
    "cp949": "목표,핵심 결과,현재값\n고객 만족도 향상,NPS를 30에서 50으로,35\n",
    "cp1251": "Цель;Ключевой результат;Текущее\nПовысить лояльность;NPS с 30 до 50;35\n",
    "koi8_r": "Цель;Ключевой результат;Текущее\nПовысить лояльность;NPS с 30 до 50;35\n",
    "cp1250": "Cel;Kluczowy wynik;Bieżąca wartość\nZwiększyć sprzedaż;Więcej zamówień;5\n",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_an_encoding_without_a_mark_is_told_by_what_it_says(encoding: str) -> None:
    data = TEXTS[encoding].encode(encoding)
    text = CsvText(data, "a.csv")
    assert (text.encoding, text.text) == (encoding, TEXTS[encoding])
    assert (text.note is None) == encoding.startswith("utf")
    assert text.with_changes({(2, 2): "40"}) == TEXTS[encoding].replace(
        text.rows()[1][2], "40"
    ).encode(encoding)


@pytest.mark.parametrize(
    "word", ["Café", "Größe", "JOÃO", "Più qualità", "Señal", "Cœur", "naïve", "5 €", "“Best”"]
)
@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_one_word_with_an_accent_is_enough_to_tell_windows_from_mac(
    word: str, encoding: str
) -> None:
    source = f"Objective,Key Result\nGrow,{word}\n"
    assert CsvText(source.encode(encoding), "a.csv").text == source


CENTRAL = {
    "Czech": "Růst;Zvýšit příjmy;Jan\nRůst;Nové kurzy;Ivan\nTým;Odpovědi v den dotazu;Olga\n",
    "Czech in a line": "Růst;Nové kurzy;Ivan\n",
    "Slovak": "Tím;Zvýšiť tržby;Ľubica\nRast;Odpovede v deň otázky;Ján\n",
    "Polish": "Wzrost;Zwiększyć przychody;Łukasz\nZespół;Mniej błędów;Michał\n",
    "Polish in a line": "Zespół;Mniej rotacji;Ewa\n",
    "Hungarian": "Növekedés;Bevétel növelése;Gábor\nMinőség;Kevesebb hiba;Zsófia\n",
    "Hungarian in a line": "Erősödés;Bővülő piac;Ödön\n",
    "Croatian": "Čistoća;Povećati prihode;Željko\nKvaliteta;Manje grešaka;Ana\n",
    "Slovenian": "Večja prodaja;Odgovor še isti dan;Špela\n",
    "Romanian": "Creştere;Mărirea veniturilor;Ştefan\n",
}
WESTERN = {
    "German": "Größe;Umsatz erhöhen;Jörg\nKunden;Über 90 % zufrieden;Käthe\n",
    "French": "Équipe;Réduire les délais;François\nCœur;Où être présent ?;Zoé\n",
    "French in a line": "Grow;Chiffre d'affaires;Noël\n",
    "Spanish": "Niños;¿Qué más? 5 acciones;Íñigo\nAño;Satisfacción;José\n",
    "Portuguese": "Expansão;Três reuniões;João\nAção;Satisfação;Conceição\n",
    "Italian": "Qualità;Più clienti;Niccolò\nCittà;Perché è così;Zoè\n",
    "Swedish": "Växa;Öka försäljningen;Åsa\nMål;Nöjda kunder;Björn\n",
    "Danish": "Vækst;Øge omsætningen;Søren\nKunder;Få flere på båndet;Åge\n",
    "Finnish": "Kasvu;Lisää myyntiä;Päivi\nTyö;Tyytyväisyys;Jääskeläinen\n",
    "Dutch": "Groei;Reële omzet;Daniël\nKlanten;Eén team;André\n",
    "signs": "Grow;Sign-ups – 5 %;Ann\nKeep;Don’t lose “key” accounts…;Bob\n",
    "a degree": "Grow;Temperature 20°;Ann\n",
    "a soft hyphen": "Umsatz\N{SOFT HYPHEN}wachstum;Größe;Ann\n",
}


def cases() -> list[tuple[str, str, str]]:
    return [
        *((name, text, "cp1250") for name, text in CENTRAL.items()),
        *((name, text, "cp1252") for name, text in {**WESTERN, "Icelandic": ICELANDIC}.items()),
        *((name, text, "mac_roman") for name, text in WESTERN.items() if "hyphen" not in name),
    ]


ICELANDIC = "Vöxtur;Auka sölu á árinu;Þórður\nViðskipti;Ánægðir viðskiptavinir;Guðrún\n"


@pytest.mark.parametrize("times", [1, 60])
@pytest.mark.parametrize(("name", "text", "encoding"), cases())
def test_windows_1250_windows_1252_and_mac_are_told_apart(
    name: str, text: str, encoding: str, times: int
) -> None:
    source = "Objective;Key Result;Owner\n" + text * times
    assert CsvText(source.encode(encoding), "a.csv").text == source
    for unicode in ("utf-8", "utf-8-sig", "utf-16"):
        assert CsvText(source.encode(unicode), "a.csv").text == source


def test_a_czech_sheet_is_read_and_written_back_in_its_own_letters(team: Team) -> None:
    source = "Objective;Key Result;Current;Target\r\nRůst;Zvýšit příjmy;50;100\r\n"
    path = team.folder / "cz.csv"
    path.write_bytes(source.encode("cp1250"))
    team.config(
        'cycle = "2026-Q4"\n[sources.cz]\nconnector = "workbook"\npath = "cz.csv"\n'
        '[sources.cz.write]\ncolumns = {progress = "Průběh"}\n'
    )
    team.sync()
    assert path.read_bytes() == (
        "Objective;Key Result;Current;Target;Průběh\r\nRůst;Zvýšit příjmy;50;100;50%\r\n"
    ).encode("cp1250")
    assert team.sync()["counts"]["changes"] == 0


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"])
def test_a_byte_order_mark_stays(mark: bytes) -> None:
    encoding = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}[mark]
    text = CsvText(mark + "a\tb\r\n1\t2\r\n".encode(encoding), "a.csv")
    assert text.rows() == [["a", "b"], ["1", "2"]]
    assert text.with_changes({(2, 1): "3"}) == mark + "a\tb\r\n1\t3\r\n".encode(encoding)


def test_utf8_with_one_broken_letter_is_named_with_its_line_and_not_read_as_something_else() -> (
    None
):
    data = "Ziel,Wert\nGröße,1\nÄnderung,2\nÜbung,3\nMär".encode() + b"\xe9z,4\n"
    with pytest.raises(UnreadableSource, match="line 5"):
        CsvText(data, "a.csv")


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
        ("a|b\n1|2\n", [["a", "b"], ["1", "2"]]),
        ("a\tb\n1\t2\n", [["a", "b"], ["1", "2"]]),
        ("sep=;\na;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
        ('"sep=|"\r\na|b\r\n1|2\r\n', [["a", "b"], ["1", "2"]]),
        ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
        ('a,b\n"1\n2",3\n', [["a", "b"], ["1\n2", "3"]]),
        ("a,b\n#1,#top\n", [["a", "b"], ["#1", "#top"]]),
        ("a,b,c\n1\n1,2,3,4\n", [["a", "b", "c"], ["1"], ["1", "2", "3", "4"]]),
        ("a,b,,\n1,2,,\n", [["a", "b", "", ""], ["1", "2", "", ""]]),
        ('a,b\n5" screen,6\n', [["a", "b"], ['5" screen', "6"]]),
        ('a,b\n"Best" in class,6\n', [["a", "b"], ["Best in class", "6"]]),
        ('a, b\n"x, y", "z, w"\n', [["a", "b"], ["x, y", "z, w"]]),
        ("a,b\n1\x00,2\x00\n", [["a", "b"], ["1", "2"]]),
        ('"a,b"\n"1,""x, y"""\n', [["a", "b"], ["1", "x, y"]]),
        ('"a,b",,\n"1,""x, y""",,\n', [["a", "b"], ["1", "x, y"]]),
        ('"a;b"\n"1;""x\ny"""\n', [["a", "b"], ["1", "x\ny"]]),
        ('"a,b"\n\n"1,2"\n', [["a", "b"], [], ["1", "2"]]),
    ],
)
def test_a_file_is_read_for_what_was_meant_and_one_field_changes(
    source: str, rows: list[list[str]]
) -> None:
    text = CsvText(source.encode(), "a.csv")
    assert text.rows() == rows
    assert text.with_changes({}) == source.encode()
    assert (
        text.with_changes({(2 if rows[1] else 3, 0): rows[1][0] if rows[1] else rows[2][0]})
        == source.encode()
    )
    last = len(rows)
    changed = CsvText(text.with_changes({(last, 0): "new; value"}), "a.csv")
    assert changed.rows() == [*rows[:-1], ["new; value", *rows[-1][1:]]]


@pytest.mark.parametrize(
    ("before", "row", "column", "after"),
    [
        ("sep=;\na;b\n1;2\n", 2, 1, "sep=;\na;b\n1;x\n"),
        ('"a,b",,\r\n"1,""x, y""",,\r\n', 2, 0, '"a,b",,\r\n"x,""x, y""",,\r\n'),
        ('"a,b"\n"1,2"\n', 2, 2, '"a,b"\n"1,2,x"\n'),
        ('a, "b"\n1, "2"\n', 2, 1, 'a, "b"\n1, "x"\n'),
        ("a,b\n1\x00,2\x00\n", 2, 1, "a,b\n1\x00,x\n"),
        ("a,b,,\n1,2,,\n", 2, 2, "a,b,,\n1,2,x,\n"),
        ("a,b\r1,2\r", 2, 0, "a,b\rx,2\r"),
        ("a,b\n1,2", 2, 1, "a,b\n1,x"),
    ],
)
def test_every_other_byte_stays(before: str, row: int, column: int, after: str) -> None:
    assert CsvText(before.encode(), "a.csv").with_changes({(row, column): "x"}) == after.encode()


def test_a_quote_that_is_never_closed_is_named_with_its_line_and_swallows_no_rows() -> None:
    with pytest.raises(UnreadableSource, match="line 3") as error:
        CsvText(b'a,b\n1,2\n"open,3\n4,5\n', "a.csv").rows()
    assert error.value.hint is not None


def test_a_sign_the_encoding_lacks_is_written_in_its_plain_form_and_the_next_run_is_silent(
    team: Team,
) -> None:
    path = team.folder / "a.csv"
    path.write_bytes("Key result;Aktuell;Zielwert;Maßstab\r\nGröße;5;10;ja\r\n".encode("cp1252"))
    team.config(
        'cycle = "2026-Q4"\n[sources.a]\nconnector = "workbook"\npath = "a.csv"\nmapping ='
        ' "m.toml"\n[sources.a.write]\ncolumns = {status = "Stand"}\n'
    )
    (team.folder / "m.toml").write_text(
        '[values.status_words]\non-track = "läuft → gut"\nat-risk = "läuft → gut"\noff-track ='
        ' "läuft → gut"\n',
        encoding="utf-8",
    )
    team.sync()
    after = path.read_bytes()
    assert (
        after.decode("cp1252")
        == "Key result;Aktuell;Zielwert;Maßstab;Stand\r\nGröße;5;10;ja;läuft -> gut\r\n"
    )
    assert team.sync()["counts"]["changes"] == 0
    assert path.read_bytes() == after


def test_text_is_fitted_before_it_is_compared(team: Team) -> None:
    path = team.folder / "b.csv"
    path.write_bytes("Größe,b\n1,2\n".encode("mac_roman"))
    file = CsvFile(path, "b", None, None, Originals({}, path))
    file.read()
    assert file.fit(Looks.TEXT, "Ziel → gut") == "Ziel -> gut"


@given(
    st.lists(
        st.lists(
            st.text(
                st.characters(
                    codec="utf-8", exclude_categories=("Cc", "Cs"), include_characters="\n\t"
                ),
                max_size=8,
            ),
            min_size=2,
            max_size=4,
        ),
        min_size=2,
        max_size=5,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.booleans(),
)
def test_a_stated_delimiter_brings_every_field_back(
    rows: list[list[str]], delimiter: str, quotes_all: bool
) -> None:
    out = io.StringIO(newline="")
    csv.writer(
        out, delimiter=delimiter, quoting=csv.QUOTE_ALL if quotes_all else csv.QUOTE_MINIMAL
    ).writerows(rows)
    text = CsvText(out.getvalue().encode(), "a.csv", delimiter=delimiter)
    assert text.rows() == rows
    assert (
        CsvText(text.with_changes({(2, 1): "x"}), "a.csv", delimiter=delimiter).rows()[1][1] == "x"
    )


def test_a_new_column_is_told_where_it_was_made_behind_empty_separators(team: Team) -> None:
    (team.folder / "growth.csv").write_text(
        "Objective,Key result,Current,Target,,\nGrow,Sign-ups,5,10,,\n"
    )
    team.config(
        '[sources.growth]\nconnector = "workbook"\npath ='
        ' "growth.csv"\n[sources.growth.write]\ncolumns = {progress = "Progress"}\n'
    )
    changes = team.sync()["sources"][0]["changes"]
    assert [change["at"] for change in changes] == ["growth!G1", "growth!G2"]
