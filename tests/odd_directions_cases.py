"""Odd directions, targets and weights."""

from __future__ import annotations

from odd_sheets import OddSheet as S

__all__ = ["DIRECTIONS", "TARGETS", "WEIGHTS"]

NOT_GREEN = "not achieved"

DIRECTIONS = (
    S(
        "Limits under a header of its own",
        """
        Objective|Key Result|Min / Max|Target|Current
        Run|Room for storage|Max|900|1100
        Run|Yield (%)|Min|95|96
        """,
        {"Room for storage": 0.0, "Yield (%)": 1.0},
    ),
    S(
        "How things went is no direction",
        """
        Objective|Key Result|WoW|Target|Current
        Run|Sales|up|900|450
        Run|Yield|down|95|19
        """,
        {"Sales": 0.5, "Yield": 0.2},
    ),
    S(
        "What most teams want less of, with a unit or a rate behind it",
        """
        Objective|Key Result|Target|Current
        Run|Energy kWh|900|1100
        Run|Complaints per 1,000 orders|5|7
        Run|Overtime hours|100|130
        Run|Revenue per employee|10|12
        Run|Training hours|10|12
        """,
        {
            "Energy kWh": NOT_GREEN,
            "Complaints per 1,000 orders": NOT_GREEN,
            "Overtime hours": NOT_GREEN,
            "Revenue per employee": "achieved",
            "Training hours": "achieved",
        },
    ),
    S(
        "German words of direction",
        """
        Ziel|Schlüsselergebnis|Richtung|Zielwert|Istwert
        Schnell|Antwortzeit in Stunden|höchstens|4|9
        Schnell|Anteil am selben Tag (%)|mindestens|90|45
        Schnell|Offene Fälle|sinkend|10|30
        """,
        {
            "Antwortzeit in Stunden": NOT_GREEN,
            "Anteil am selben Tag (%)": [0.5, 0.0],
            "Offene Fälle": NOT_GREEN,
        },
    ),
    S(
        "French words of direction",
        """
        Objectif|Résultat clé|Sens|Départ|Cible|Actuel
        Qualité|Réclamations|à la baisse|20|10|15
        Qualité|Avis|à la hausse|0|100|40
        """,
        {"Réclamations": 0.5, "Avis": 0.4},
    ),
    S(
        "Higher is better",
        """
        Objective|Key Result|Higher is better|Target|Current
        Run|Churned teams|No|5|12
        Run|Sign-ups|Yes|100|40
        """,
        {"Churned teams": NOT_GREEN, "Sign-ups": 0.4},
    ),
    S(
        "Lower is better",
        """
        Objective|Key Result|Lower is better?|Start|Target|Current
        Run|Churned teams|yes|15|5|10
        Run|Sign-ups|no|0|100|40
        """,
        {"Churned teams": 0.5, "Sign-ups": 0.4},
    ),
    S(
        "Signs before the target",
        """
        Objective|Key Result|Target|Current
        Run|Answer time (hours)|<= 7|12
        Run|Satisfied (%)|≥ 90|45
        Run|Open bugs|max. 5|12
        Run|Reviews|min. 50|25
        Run|Incidents|< 3|9
        """,
        {
            "Answer time (hours)": NOT_GREEN,
            "Satisfied (%)": [0.5, 0.0],
            "Open bugs": NOT_GREEN,
            "Reviews": [0.5, 0.0],
            "Incidents": NOT_GREEN,
        },
    ),
    S(
        "Arrows",
        """
        Objective|Key Result|Trend wanted|Baseline|Target|Current
        Run|Defects|▼|20|10|15
        Run|Visits|▲|0|100|40
        Run|Costs|↘|50|40|45
        Run|Orders|↗|0|10|4
        """,
        {"Defects": 0.5, "Visits": 0.4, "Costs": 0.5, "Orders": 0.4},
    ),
    S(
        "Desired direction",
        """
        Objective|Key Result|Desired direction|Target|Current
        Run|Days to hire|down|30|45
        Run|Visits|up|100|40
        Run|Tickets|minimise|12|30
        """,
        {"Days to hire": NOT_GREEN, "Visits": 0.4, "Tickets": NOT_GREEN},
    ),
    S(
        "Operators in a column",
        """
        Objective|Key Result|Operator|Target|Current
        Run|Days to hire|lte|30|45
        Run|Visits|gte|100|40
        Run|Tickets|<|12|30
        Run|Score|>=|8|4
        """,
        {
            "Days to hire": NOT_GREEN,
            "Visits": [0.4, 0.0],
            "Tickets": NOT_GREEN,
            "Score": [0.5, 0.0],
        },
    ),
    S(
        "Polarity",
        """
        Objective|KPI|Polarity|Target|Actual
        Run|Days to hire|Negative|30|45
        Run|Visits|Positive|100|40
        """,
        (
            {"Days to hire": NOT_GREEN, "Visits": [0.4, "none"]},
            {"told": ["Polarity"], "Days to hire": None},
        ),
    ),
    S(
        "Directions of Asia and Eastern Europe",
        """
        目标|关键结果|方向|目标值|当前值
        效率|响应时间|越低越好|4|9
        效率|访问量|越高越好|100|40
        """,
        {"响应时间": NOT_GREEN, "访问量": 0.4},
    ),
    S(
        "Polish words of direction",
        """
        Cel|Kluczowy rezultat|Kierunek|Cel liczbowy|Obecnie
        Szybko|Czas odpowiedzi|malejąco|4|9
        Szybko|Wizyty|rosnąco|100|40
        """,
        (
            {"Czas odpowiedzi": NOT_GREEN, "Wizyty": [0.4, "none"]},
            {"refused": True},
        ),
    ),
    S(
        "Italian words of direction",
        """
        Obiettivo|Risultato chiave|Direzione|Valore iniziale|Target|Attuale
        Qualità|Reclami|diminuire|20|10|15
        Qualità|Visite|aumentare|0|100|40
        """,
        {"Reclami": 0.5, "Visite": 0.4},
    ),
    S(
        "A direction nobody knows",
        """
        Objective|Key Result|Direction|Target|Current
        Run|Days to hire|sideways|30|45
        Run|Visits|increase|100|40
        """,
        {"Days to hire": None, "Visits": 0.4, "told": ["sideways"]},
    ),
    S(
        "Directions under Type",
        """
        Objective|Key Result|Type|Baseline|Target|Current
        Run|Days to hire|Decrease|50|30|40
        Run|Visits|Increase|0|100|40
        Run|Uptime|Maintain|99|99|98
        """,
        ({"Days to hire": 0.5, "Visits": 0.4, "Uptime": [0.0, "none"]},),
    ),
    S(
        "Limits in titles",
        """
        Objective|Key Result|Target|Current
        Run|Keep open bugs below 5|5|12
        Run|No more than 3 incidents|3|9
        Run|At least 50 reviews|50|25
        Run|Wartezeit unter 7 Tagen|7|12
        Run|Moins de 4 heures de réponse|4|9
        """,
        {
            "Keep open bugs below 5": NOT_GREEN,
            "No more than 3 incidents": NOT_GREEN,
            "At least 50 reviews": [0.5, 0.0],
            "Wartezeit unter 7 Tagen": NOT_GREEN,
            "Moins de 4 heures de réponse": NOT_GREEN,
        },
    ),
    S(
        "A title that contradicts its numbers",
        """
        Objective|Key Result|Baseline|Target|Current
        Run|Reduce open bugs|10|20|18
        """,
        {"told": ["Reduce open bugs", "!C2", "!B2", "!D2"], "Reduce open bugs": NOT_GREEN},
    ),
    S(
        "Far beyond the target",
        """
        Objective|Key Result|Target|Current
        Run|Answer time|5|60
        Run|Visits|100|40
        """,
        {"told": ["12 times", "1200", "far beyond", "beyond"], "Visits": 0.4},
    ),
)

TARGETS = (
    S(
        "A stretch goal alone",
        """
        Objective|Key Result|Baseline|Stretch|Current
        Grow|Sign-ups|0|100|50
        Grow|Churn|10|2|6
        """,
        ({"Sign-ups": 0.5, "Churn": 0.5}, {"told": ["Stretch"], "Sign-ups": None}),
    ),
    S(
        "A moonshot alone",
        """
        Objective|Key Result|Baseline|Moonshot|Current
        Grow|Sign-ups|0|100|50
        """,
        ({"Sign-ups": 0.5}, {"told": ["Moonshot"]}),
    ),
    S(
        "Commit, target and stretch",
        """
        Objective|Key Result|Baseline|Commit|Target|Stretch|Current
        Grow|Sign-ups|0|30|70|100|35
        """,
        {"Sign-ups": 0.5},
    ),
    S(
        "Minimum, target and maximum",
        """
        Objective|Key Result|Start|Minimum|Target|Maximum|Current
        Grow|Sign-ups|0|50|100|150|50
        """,
        {"Sign-ups": 0.5, "told": ["'Maximum' could be"]},
    ),
    S(
        "A range in one cell",
        """
        Objective|Key Result|Target|Current
        Run|Room temperature|20-22|21
        Run|Stock|100 to 200|250
        Run|Load|between 40 and 60|50
        """,
        (
            {"Room temperature": 1.0, "Stock": [0.0, "none"]},
            {"told": ["20-22", "100 to 200"], "Stock": NOT_GREEN},
        ),
    ),
    S(
        "Gone backwards",
        """
        Objective|Key Result|Baseline|Target|Current
        Run|Open bugs|104|80|110
        """,
        {"Open bugs": [0.0, -0.25], "told": ["backwards"]},
    ),
    S(
        "Numbers with units",
        """
        Objective|Key Result|Baseline|Target|Current
        Grow|Revenue|€0|€1.5M|€750k
        Grow|Visits|0|10k|2.5k
        Grow|Sum|0 EUR|1.234.567,00 EUR|617.283,50 EUR
        Grow|Rating|3.0/5|5/5|4/5
        """,
        {"Revenue": 0.5, "Visits": 0.25, "Sum": 0.5, "Rating": 0.5},
    ),
    S(
        "From and to in one cell",
        """
        Objective|Key Result|From → to|Now
        Grow|Sign-ups|0 → 100|50
        Run|Bugs|20 → 10|15
        """,
        ({"Sign-ups": 0.5, "Bugs": 0.5}, {"told": ["From → to"]}),
    ),
    S(
        "From and to in the title",
        """
        Objective|Key Result|Current
        Grow|Raise sign-ups from 0 to 100|50
        Run|Cut bugs from 20 to 10|15
        """,
        (
            {"Raise sign-ups from 0 to 100": 0.5, "Cut bugs from 20 to 10": 0.5},
            {"told": ["target"], "Raise sign-ups from 0 to 100": None},
        ),
    ),
    S(
        "A target that is a change",
        """
        Objective|Key Result|Baseline|Target|Current
        Grow|Revenue|100|+20%|110
        Grow|Visits|100|2x|150
        """,
        {"Revenue": [0.5, "none"], "Visits": [0.5, "none"], "told": ["+20%"]},
    ),
    S(
        "Lengths of time in two units",
        """
        Objective|Key Result|Baseline|Target|Current
        Run|Lead time|2 weeks|1 week|10 days
        Run|Build time|2 h|1 hour|90 min
        """,
        {"Lead time": 0.5714, "Build time": 0.5},
    ),
    S(
        "Two currencies",
        """
        Objective|Key Result|Baseline|Target|Current
        Grow|Revenue|$0|$100|€50
        Grow|Visits|0|100|50
        """,
        {"Revenue": None, "Visits": 0.5, "told": ["cannot be compared"]},
    ),
    S(
        "This week and last week",
        """
        Objective|Key Result|Last week|This week|Target
        Grow|Sign-ups|40|50|100
        Grow|Revenue|1|2|4
        """,
        {"Sign-ups": 0.5, "Revenue": 0.5},
    ),
    S(
        "Numbers beside labelled lines, without a header",
        """
        Objective 1: Grow
        KR1: Sign-ups|0|100|50
        KR2: Revenue|1|4|2
        Objective 2: Keep
        KR1: Churn|9|3|5
        """,
        {"Sign-ups": None, "check_names": ["B (without a header)", "D (without a header)"]},
    ),
    S(
        "Labelled headings in a table",
        """
        Key Result|Owner|Baseline|Target|Current
        Objective: Grow||||
        Sign-ups|Ann|0|100|50
        Objective: Keep||||
        Answers|Bo|0|100|20
        """,
        {"Sign-ups < Grow": 0.5, "Answers < Keep": 0.2},
    ),
)

WEIGHTS = (
    S(
        "Empty weights share the rest",
        """
        Objective|Key Result|Weight|Baseline|Target|Current
        Grow|Sign-ups|50%|0|100|100
        Grow|Revenue||0|100|0
        Grow|Visits||0|100|0
        """,
        {"Grow": 0.5, "told": ["rest", "shared", "share"]},
    ),
    S(
        "Weights in words",
        """
        Objective|Key Result|Weight|Baseline|Target|Current
        Grow|Sign-ups|High|0|100|100
        Grow|Revenue|Low|0|100|0
        """,
        {"told": ["High", "Weight"]},
    ),
    S(
        "Weights as points",
        """
        Objective|Key Result|Weight|Baseline|Target|Current
        Grow|Sign-ups|3|0|100|100
        Grow|Revenue|1|0|100|0
        """,
        {"Grow": 0.75},
    ),
    S(
        "Weight times on the objective",
        """
        Objective|Objective weight|Key Result|KR weight|Baseline|Target|Current
        Grow|60%|Sign-ups|75%|0|100|100
        Grow|60%|Revenue|25%|0|100|0
        Keep|40%|Churn|100%|0|100|0
        """,
        {"Grow": 0.75, "Keep": 0.0},
    ),
)
