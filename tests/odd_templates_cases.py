"""More odd sheets: templates, exports of tools and habits of typing."""

from __future__ import annotations

from odd_sheets import OddSheet as S

__all__ = ["TEMPLATES"]

NOT_GREEN = "not achieved"

TABLES_BESIDE = (
    S(
        "Teams side by side with other columns",
        """
        Team Sales|||||Team Support|||
        Key Result|Target|Actual|%||Key Result|Goal|Now|Done %
        Deals|20|12|60%||NPS|50|40|80%
        Revenue|100|30|30%||Answered|100|90|90%
        """,
        {
            "Deals < Team Sales": 0.6,
            "Revenue < Team Sales": 0.3,
            "NPS < Team Support": 0.8,
            "Answered < Team Support": 0.9,
        },
    ),
    S(
        "Key results side by side, without a heading",
        """
        Key Result|Target|Actual||Key Result|Target|Actual
        Deals|20|12||NPS|50|40
        Revenue|100|30||Answered|100|90
        """,
        {"Deals": 0.6, "Revenue": 0.3, "NPS": 0.8, "Answered": 0.9},
    ),
    S(
        "Quarters side by side",
        """
        Q3 2026||||Q4 2026||
        Key Result|Target|Actual||Key Result|Target|Actual
        Deals|20|18||Sign-ups|30|12
        Revenue|100|90||Margin|120|30
        """,
        {"Sign-ups": 0.4, "Margin": 0.25, "-Deals": True, "-Revenue": True, "objectives": 0},
    ),
    S(
        "A list in other words beside the first",
        """
        Objective|Key Result|Target|Current||Goal|KR|Aim|Now
        Grow|Deals|20|12||Keep|NPS|50|40
        Grow|Revenue|100|30||Keep|Answered|100|90
        """,
        {"Deals < Grow": 0.6, "Revenue < Grow": 0.3, "NPS < Keep": 0.8, "Answered < Keep": 0.9},
    ),
    S(
        "Indicators beside a list of OKRs",
        """
        Objective|Key Result|Target|Current||KPI|Goal|Actual
        Grow|Deals|20|12||Margin|30%|15%
        Grow|Revenue|100|30||MRR|100k|90k
        """,
        {"Deals < Grow": 0.6, "Revenue < Grow": 0.3, "Margin": 0.5, "MRR": 0.9, "objectives": 1},
    ),
    S(
        "A list of people beside a list of OKRs",
        """
        Objective|Key Result|Target|Current||Team member|Objective|Score
        Grow|Deals|20|12||Ann|Grow|0.7
        Grow|Revenue|100|30||Ben|Grow|0.4
        """,
        {
            "Deals < Grow": 0.6,
            "Revenue < Grow": 0.3,
            "objectives": 1,
            "told": ["the table in columns F to H"],
        },
    ),
    S(
        "A space within a table",
        """
        Objective|Key Result||Target|Current||Status|Objective owner
        Grow|Deals||20|12||On track|Ann
        Grow|Revenue||100|30||Off track|Ann
        """,
        {"Deals < Grow": 0.6, "Revenue < Grow": 0.3, "objectives": 1},
    ),
)

NUMBERS = (
    S(
        "The way in the cell of the target",
        """
        Objective|Key Result|Target|Current
        Run|Conversion|from 20 to 40|30
        Run|Deals|20 → 40|25
        Run|Churn|5% -> 3%|4%
        Run|Umsatz|von 1 Mio auf 2 Mio|1,5 Mio
        Run|Klagomål|från 20 till 10|15
        Run|NPS|40-60|50
        """,
        {
            "Conversion": 0.5,
            "Deals": 0.25,
            "Churn": 0.5,
            "Umsatz": 0.5,
            "Klagomål": 0.5,
            "NPS": 1.0,
        },
    ),
    S(
        "The way in the cell of the target beside a baseline",
        """
        Objective|Key Result|Baseline|Target|Current
        Run|Conversion|10|from 20 to 40|25
        Run|Deals||from 10 to 40|25
        """,
        {"Conversion": 0.5, "Deals": 0.5},
    ),
)

_ONE_ROW_EACH = {"refused": True, "told": ["one row for each key result"]}

ROWS_OF_MEASURES = (
    S(
        "A row for the target and one for the actual value",
        """
        Key Result|Measure|Oct|Nov|Dec
        Sign-ups|Target|100|200|300
        Sign-ups|Actual|80|150|
        Revenue|Target|10|20|30
        Revenue|Actual|12|22|
        """,
        _ONE_ROW_EACH,
    ),
    S(
        "The measure behind the name",
        """
        |Oct|Nov|Dec
        Objective: Grow|||
        KR1 target|10|20|30
        KR1 actual|8|15|
        KR2 target|100|110|120
        KR2 actual|95|99|
        """,
        _ONE_ROW_EACH,
    ),
    S(
        "Plan und Ist untereinander",
        """
        Ziel|Kennzahl||Q1|Q2|Q3|Q4
        Wachsen|Umsatz|Plan|100|200|300|400
        ||Ist|80|150|210|260
        |Kunden|Plan|10|20|30|40
        ||Ist|12|22|25|28
        """,
        _ONE_ROW_EACH,
    ),
)

BOARDS = (
    S(
        "A board with sub-items and groups",
        """
        Company OKRs||||||
        ||||||
        Q4 2026||||||
        Name|Subitems|Owner|Status|Due date|Progress
        Grow revenue|Close 20 deals, Upsell|Ann|Working on it|2026-12-31|40%
        Subitems|Name|Owner|Status|Target|Actual
        |Close 20 deals|Ben|Working on it|20|12
        |Upsell|Cid|Stuck|50000|10000
        Delight users|NPS|Dee|Done|2026-12-31|
        Subitems|Name|Owner|Status|Target|Actual
        |NPS|Eve|Working on it|50|40
        ||||||
        Q1 2027||||||
        Name|Subitems|Owner|Status|Due date|Progress
        Expand|Open Berlin|Ann|Not started|2027-03-31|
        Subitems|Name|Owner|Status|Target|Actual
        |Open Berlin|Ben||1|0
        """,
        {
            "objectives": 2,
            "Close 20 deals < Grow revenue": 0.6,
            "Upsell < Grow revenue": 0.2,
            "NPS < Delight users": 0.8,
            "-Subitems": True,
            "-Expand": True,
        },
    ),
)

EXPORTS = (
    S(
        "A column that lists the key results of each objective",
        """
        Name|Type|Linked Objective|Owner|Start|Target|Current|Progress|Key Results
        Grow|Objective||Ann||||0.45|Deals,Revenue
        Deals|Key Result|Grow|Ben|0|20|12|0.6|
        Revenue|Key Result|Grow|Cid|10|110|40|0.3|
        """,
        {"objectives": 1, "Deals < Grow": 0.6, "Revenue < Grow": 0.3, "-Deals,Revenue": True},
    ),
    S(
        "Targets that are key results",
        """
        Goal|Goal Owner|Due Date|Target (Key Result)|Type|Start|Current|End|% complete
        Grow|Ann|12/31/26|Deals|Number|0|12|20|60%
        Grow|Ann|12/31/26|Launch site|True/False||No||
        Grow|Ann|12/31/26|Revenue|Currency|$0|$30,000|$100,000|30%
        """,
        {"objectives": 1, "Deals < Grow": 0.6, "Launch site < Grow": 0.0, "Revenue < Grow": 0.3},
    ),
    S(
        "Statuses under Confidence",
        """
        Objective|Key result|Initial value|Current value|Desired value|Confidence
        Grow|Deals|0|12|20|On track
        Grow|Churn|5|4|3|At risk
        Grow|Ship v2|||1|Blocked
        """,
        {"Deals": 0.6, "Churn": (0.5, "at-risk"), "Ship v2": "off-track"},
    ),
    S(
        "Lights beside the weekly numbers",
        """
        Objective|Key Result|Target|W45|W46|W47|W48
        Grow|Deals|20|🟢 8|🟢 10|🟡 11|
        Grow|NPS|50|🟢 40|🟡 41|🔴 38|
        """,
        {
            "items": [
                {"title": "Deals", "current": 11, "progress": 0.55},
                {"title": "NPS", "current": 38, "progress": 0.76},
            ]
        },
    ),
    S(
        "An EOS scorecard",
        """
        Who|Measurable|Goal|1-Nov|8-Nov|15-Nov|22-Nov
        Ann|New leads|>= 25|22|28|20|
        Ben|Churned accounts|<= 2|1|3|3|
        Cid|Cash balance|$100,000|$90,000|$95,000|$50,000|
        """,
        {"New leads": NOT_GREEN, "Churned accounts": NOT_GREEN, "Cash balance": 0.5},
    ),
    S(
        "Scores over all objectives below the table",
        """
        Objective|Key Result|Target|Current|Score
        Grow|Deals|20|12|60%
        Total||||60%
        Keep|NPS|50|40|80%
        Overall OKR score||||70%
        """,
        {"objectives": 2, "key_results": 2, "Deals": 0.6, "NPS": 0.8},
    ),
)

LANGUAGES = (
    S(
        "Polish",
        """
        Cel|Kluczowy rezultat|Właściciel|Wartość początkowa|Wartość docelowa|Wartość bieżąca|Status
        Rosnąć|Sprzedaż|Anna|0|1 000|500|Zagrożone
        Rosnąć|Partnerzy|Jan||||Opóźnione
        """,
        {"Sprzedaż": 0.5, "Partnerzy": "off-track"},
    ),
    S(
        "Swedish",
        """
        Mål|Nyckelresultat|Ägare|Startvärde|Målvärde|Nuvärde|Status
        Växa|Försäljning|Anna|0|1 000|500|Enligt plan
        Växa|Partner|Jan||||Försenad
        """,
        {"Försäljning": 0.5, "Partner": "off-track"},
    ),
    S(
        "Norwegian",
        """
        Mål|Nøkkelresultat|Eier|Startverdi|Målverdi|Nåværende verdi|Status
        Vekst|Salg|Anna|0|1 000|500|På rett spor
        Vekst|Partnere|Jan||||Forsinket
        """,
        {"Salg": 0.5, "Partnere": "off-track"},
    ),
    S(
        "Czech",
        """
        Cíl|Klíčový výsledek|Vlastník|Výchozí hodnota|Cílová hodnota|Aktuální hodnota|Stav
        Růst|Prodej|Anna|0|1 000|500|Podle plánu
        Růst|Partneři|Jan||||Zpožděno
        """,
        {"Prodej": 0.5, "Partneři": "off-track"},
    ),
    S(
        "Ukrainian",
        """
        Ціль|Ключовий результат|Власник|Базове значення|Цільове значення|Поточне значення|Статус
        Grow|Sales|Ann|0|1000|500|За планом
        Grow|Partners|Bo||||Відстає
        """,
        {"Sales": 0.5, "Partners": "off-track"},
    ),
    S(
        "Vietnamese",
        """
        Mục tiêu|Kết quả chính|Người phụ trách|Giá trị ban đầu|Chỉ tiêu|Giá trị hiện tại|Trạng thái
        Grow|Sales|Ann|0|1000|500|Đúng tiến độ
        Grow|Partners|Bo||||Chậm tiến độ
        """,
        {"Sales": 0.5, "Partners": "off-track"},
    ),
    S(
        "Indonesian",
        """
        Tujuan|Hasil Utama|Penanggung Jawab|Nilai Awal|Target|Nilai Saat Ini|Status
        Grow|Sales|Ann|0|1000|500|Sesuai rencana
        Grow|Partners|Bo||||Terlambat
        """,
        {"Sales": 0.5, "Partners": "off-track"},
    ),
    S(
        "Romanian",
        """
        Obiectiv|Rezultat cheie|Responsabil|Valoare inițială|Țintă|Valoare curentă|Stare
        Grow|Sales|Ann|0|1000|500|În grafic
        Grow|Partners|Bo||||În întârziere
        """,
        {"Sales": 0.5, "Partners": "off-track"},
    ),
)

REVERSED = (
    S(
        "What most teams want less of",
        """
        Objective|Key Result|Target|Current
        Run|Employee turnover|8%|14%
        Run|Days sales outstanding|40|55
        Run|Time to resolve (h)|4|6
        Run|Open tickets|20|35
        """,
        {
            "Employee turnover": NOT_GREEN,
            "Days sales outstanding": NOT_GREEN,
            "Time to resolve (h)": NOT_GREEN,
            "Open tickets": NOT_GREEN,
            "told": ["most teams want less of"],
        },
    ),
)

ANOTHER_PERIOD = (
    S(
        "Numbers of last quarter",
        """
        Objective|Key Result|Q3 2026 Target|Q3 2026 Actual
        Grow|Sign-ups|10|10
        """,
        {"-Sign-ups": True, "-Grow": True, "told": ["2026-Q3"]},
    ),
    S(
        "Numbers of next quarter",
        """
        Objective|Key Result|Q1 2027 Target|Q1 2027 Actual
        Grow|Sign-ups|10|10
        """,
        {"-Sign-ups": True, "-Grow": True, "told": ["2027-Q1"]},
    ),
    S(
        "Numbers of a month",
        """
        Objective|Key Result|Nov Target|Nov Actual
        Grow|Sign-ups|10|5
        """,
        {"Sign-ups": 0.5},
    ),
    S(
        "The year to date beside the year before",
        """
        Objective|Key Result|2025 Actual|2026 Target|YTD
        Grow|Sign-ups|10|20|15
        """,
        {"Sign-ups": 0.75},
    ),
)

TEMPLATES = (
    *EXPORTS,
    *ANOTHER_PERIOD,
    *LANGUAGES,
    *REVERSED,
    *BOARDS,
    *TABLES_BESIDE,
    *NUMBERS,
    *ROWS_OF_MEASURES,
    S(
        "Rows that a template left between and below those filled in",
        """
        Objective|Key Result|Owner|Start|Current|Target
        What do we want?|How do we know?|Name|Value at start|Value today|Value at the end
        Grow the base|Sign-ups|Ann|0|50|100
        |KR 2:||||
        |Revenue|Bo|1|2|4
        Objective 2:|KR 1:||||
        |KR 2:||||
        Your objective here|Your key result here|||0|100
        """,
        {
            "objectives": 1,
            "key_results": 2,
            "Sign-ups < Grow the base": 0.5,
            "Revenue < Grow the base": 0.3333,
            "told": ["template row"],
        },
    ),
    S(
        "A key result that is not filled in, in the first row of its objective",
        """
        Objective|Key Result|Owner|Start|Current|Target
        Grow the base|Sign-ups|Ann|0|50|100
        |Revenue|Bo|1|2|4
        Keep customers|TBD|||
        |Net promoter score|Cy|20|44|50
        """,
        {
            "objectives": 2,
            "key_results": 3,
            "Net promoter score < Keep customers": 0.8,
            "Grow the base": 0.4167,
        },
        behaviour=("init", "check and lint", "second sync", "undo"),
    ),
    S(
        "Lists of something else apart below the table",
        """
        Objective|Key Result|Owner|Start|Current|Target
        Grow the base|Sign-ups|Ann|0|50|100
        |Revenue|Bo|1|2|4
        |||||
        Blocker|Escalated to|Since|||
        No access to the data|Tom|12 Oct|||
        |||||
        Ann is away until Monday|||||
        """,
        {
            "objectives": 1,
            "key_results": 2,
            "-Blocker": True,
            "-Ann is away until Monday": True,
            "Revenue < Grow the base": 0.3333,
            "told": ["apart below the table"],
        },
    ),
    S(
        "The same objective of two teams that stand ahead of it",
        """
        Team|Objective|Key Result|Current|Target
        Sales|Grow the base|Calls|40|100
        ||Deals|4|5
        Marketing|Grow the base|Visits|90|100
        ||Reach|50|100
        """,
        {
            "objectives": 2,
            "key_results": 4,
            "items": [
                {"title": "Grow the base", "kind": "objective", "progress": 0.6},
                {"title": "Grow the base", "kind": "objective", "progress": 0.7},
            ],
        },
    ),
)
