"""The odd sheets, kind by kind."""

from __future__ import annotations

from odd_sheets import OddSheet as S

__all__ = ["SHEETS"]

NOT_GREEN = "not achieved"

DIRECTIONS = (
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

FOOTERS = (
    S(
        "Names and jobs below the last row",
        """
        Objective|Key Result|Owner|Baseline|Current|Target
        Grow|Sign-ups|Ann|0|50|100
        Keep|Churn|Cy|9|5|3
        Ann Lee
        Chief Executive
        """,
        {"objectives": 2, "key_results": 2, "told": ["!A4"], "-Ann Lee": True},
    ),
    S(
        "Confidential below the last row",
        """
        Objective|Key Result|Owner|Baseline|Current|Target
        Grow|Sign-ups|Ann|0|50|100
        Keep|Churn|Cy|9|5|3
        Confidential
        """,
        {"objectives": 2, "key_results": 2, "-Confidential": True},
    ),
    S(
        "German lines below",
        """
        Ziel|Schlüsselergebnis|Verantwortlich|Start|Ist|Zielwert
        Wachsen|Anmeldungen|Ann|0|50|100
        Bleiben|Abwanderung|Cy|9|5|3
        Stand: 24.11.2026
        Erstellt von: Ann
        Legende: grün = im Plan, rot = Verzug
        """,
        {"objectives": 2, "key_results": 2, "Wachsen": 0.5},
    ),
    S(
        "French lines below",
        """
        Objectif|Résultat clé|Responsable|Départ|Actuel|Cible
        Croître|Inscriptions|Ann|0|50|100
        Garder|Départs|Cy|9|5|3

        Dernière mise à jour : 24/11/2026
        Légende : vert = en bonne voie
        Document interne
        """,
        {"objectives": 2, "key_results": 2, "Croître": 0.5},
    ),
    S(
        "Totals and averages",
        """
        Objective|Key Result|Owner|Baseline|Current|Target
        Grow|Sign-ups|Ann|0|50|100
        Keep|Churn|Cy|9|5|3
        Total||||55|103
        Average||||27.5|51.5
        """,
        {"objectives": 2, "key_results": 2, "-Total": True, "-Average": True},
    ),
    S(
        "Remarks right below",
        """
        Objective|Key Result|Owner|Baseline|Current|Target
        Grow|Sign-ups|Ann|0|50|100
        Keep|Churn|Cy|9|5|3
        * preliminary figures
        Note: churn is counted at the end of each month
        https://intranet.example/okrs
        """,
        {"objectives": 2, "key_results": 2, "Grow": 0.5},
    ),
    S(
        "Another small table below",
        """
        Objective|Key Result|Owner|Baseline|Current|Target
        Grow|Sign-ups|Ann|0|50|100
        Keep|Churn|Cy|9|5|3


        Name|Role|E-mail
        Ann|Lead|ann@acme.example
        Cy|Engineer|cy@acme.example
        """,
        {"objectives": 2, "key_results": 2, "-Ann": True, "-Cy": True, "-Name": True},
    ),
    S(
        "A signature of underscores",
        """
        Objective|Key Result|Owner|Baseline|Current|Target
        Grow|Sign-ups|Ann|0|50|100
        Keep|Churn|Cy|9|5|3

        ______________||||______________
        Head of Sales||||Head of Support
        """,
        {"objectives": 2, "key_results": 2},
    ),
    S(
        "A legend with a row for each colour",
        """
        Objective|Key Result|Owner|Baseline|Current|Target
        Grow|Sign-ups|Ann|0|50|100
        Keep|Churn|Cy|9|5|3

        Legend
        Green|on track
        Yellow|at risk
        Red|off track
        """,
        {"objectives": 2, "key_results": 2, "-Green": True, "-Legend": True},
    ),
    S(
        "An objective without key results at the end stays one",
        """
        Objective|Key Result|Owner|Baseline|Current|Target
        Grow|Sign-ups|Ann|0|50|100
        Keep|Churn|Cy|9|5|3
        Win the trust of every new customer||Bo|||
        """,
        {"objectives": 3, "key_results": 2},
    ),
)

SET_ASIDE = (
    S(
        "Set aside in German",
        """
        Ziel|Schlüsselergebnis|Start|Zielwert|Ist|Status
        Wachsen|Anmeldungen|0|100|50|im Plan
        Wachsen|Partner|0|100|0|zurückgestellt
        Wachsen|Messe|0|100|0|Abgebrochen
        Wachsen|Büro|0|100|0|pausiert
        """,
        {"Wachsen": 0.5, "Partner": ("not off-track", "not at-risk")},
    ),
    S(
        "Set aside in Romance languages",
        """
        Objectif|Résultat clé|Départ|Cible|Actuel|Statut
        Croître|Inscriptions|0|100|50|En bonne voie
        Croître|Partenaires|0|100|0|Annulé
        Croître|Salon|0|100|0|En pause
        Croître|Bureau|0|100|0|Reporté
        """,
        {"Croître": 0.5},
    ),
    S(
        "Set aside in Spanish",
        """
        Objetivo|Resultado clave|Inicial|Meta|Actual|Estado
        Crecer|Altas|0|100|50|En curso
        Crecer|Socios|0|100|0|Cancelado
        Crecer|Feria|0|100|0|En espera
        Crecer|Oficina|0|100|0|Aplazado
        """,
        {"Crecer": 0.5},
    ),
    S(
        "Set aside in words of work",
        """
        Objective|Key Result|Baseline|Target|Current|Status
        Grow|Sign-ups|0|100|50|On track
        Grow|Partners|0|100|0|Deprioritised
        Grow|Fair|0|100|0|Parked
        Grow|Office|0|100|0|Won't do
        Grow|Blog|0|100|0|Descoped
        Grow|Shop|0|100|0|Deferred to Q1
        Grow|Club|0|100|0|Abandoned
        Grow|Tour|0|100|0|Paused
        """,
        {"Grow": 0.5},
    ),
    S(
        "Set aside in Japanese and Chinese",
        """
        目标|关键结果|基线|目标值|当前值|状态
        增长|注册|0|100|50|正常
        增长|伙伴|0|100|0|已取消
        增长|展会|0|100|0|暂停
        增长|办公室|0|100|0|搁置
        """,
        {"增长": 0.5},
    ),
    S(
        "Set aside in a column of its own",
        """
        Objective|Key Result|Baseline|Target|Current|Active
        Grow|Sign-ups|0|100|50|Yes
        Grow|Partners|0|100|0|No
        """,
        ({"Grow": 0.5}, {"told": ["Active"]}),
    ),
    S(
        "A status nobody knows",
        """
        Objective|Key Result|Baseline|Target|Current|Status
        Grow|Sign-ups|0|100|50|On track
        Grow|Partners|0|100|0|Zonked
        """,
        {"told": ["Zonked"]},
    ),
)


def _per_check_in(name: str, *headers: str) -> S:
    """Six columns of check-ins, of which the last two are still empty."""
    return S(
        f"Check-ins: {name}",
        f"""
        Objective|Key Result|Start|Target|{"|".join(headers)}
        Grow|Sign-ups|0|100|5|10|20|50||
        Grow|Revenue|1|4|1|1.2|2|||
        """,
        {"Sign-ups": 0.5, "Revenue": 0.3333},
    )


CHECK_INS = (
    _per_check_in("W1", "W1", "W2", "W3", "W4", "W5", "W6"),
    _per_check_in("Wk 1", "Wk 1", "Wk 2", "Wk 3", "Wk 4", "Wk 5", "Wk 6"),
    _per_check_in("KW 41", "KW 41", "KW 42", "KW 43", "KW 44", "KW 51", "KW 52"),
    _per_check_in("KW41/26", "KW41/26", "KW42/26", "KW43/26", "KW44/26", "KW51/26", "KW52/26"),
    _per_check_in("CW41", "CW41", "CW42", "CW43", "CW44", "CW51", "CW52"),
    _per_check_in("Semaine 41", *(f"Semaine {week}" for week in (41, 42, 43, 44, 51, 52))),
    _per_check_in("S41", *(f"S{week}" for week in (41, 42, 43, 44, 51, 52))),
    _per_check_in("Semana 41", *(f"Semana {week}" for week in (41, 42, 43, 44, 51, 52))),
    _per_check_in("Settimana 41", *(f"Settimana {week}" for week in (41, 42, 43, 44, 51, 52))),
    _per_check_in("第41周", *(f"第{week}周" for week in (41, 42, 43, 44, 51, 52))),
    _per_check_in("第41週", *(f"第{week}週" for week in (41, 42, 43, 44, 51, 52))),
    _per_check_in(
        "Week of 5 Oct",
        *(f"Week of {day}" for day in ("5 Oct", "12 Oct", "19 Oct", "26 Oct", "2 Nov", "14 Dec")),
    ),
    _per_check_in("5 Oct", "5 Oct", "12 Oct", "19 Oct", "26 Oct", "2 Nov", "14 Dec"),
    _per_check_in("Oct 5", "Oct 5", "Oct 12", "Oct 19", "Oct 26", "Nov 2", "Dec 14"),
    _per_check_in("5. Okt.", "5. Okt.", "12. Okt.", "19. Okt.", "26. Okt.", "2. Nov.", "14. Dez."),
    _per_check_in("05.10.", "05.10.", "12.10.", "19.10.", "26.10.", "02.11.", "14.12."),
    _per_check_in(
        "05.10.2026",
        "05.10.2026",
        "12.10.2026",
        "19.10.2026",
        "26.10.2026",
        "02.11.2026",
        "14.12.2026",
    ),
    _per_check_in(
        "2026-10-05",
        "2026-10-05",
        "2026-10-12",
        "2026-10-19",
        "2026-10-26",
        "2026-11-02",
        "2026-12-14",
    ),
    _per_check_in("10/05", "10/05", "10/12", "10/19", "10/26", "11/02", "12/14"),
    _per_check_in(
        "19/10/2026",
        "05/10/2026",
        "12/10/2026",
        "19/10/2026",
        "26/10/2026",
        "02/11/2026",
        "14/12/2026",
    ),
    _per_check_in("2026-W41", *(f"2026-W{week}" for week in (41, 42, 43, 44, 51, 52))),
    _per_check_in("W41 2026", *(f"W{week} 2026" for week in (41, 42, 43, 44, 51, 52))),
    _per_check_in("Check-in 1", *(f"Check-in {number}" for number in range(1, 7))),
    _per_check_in(
        "1st check-in",
        "1st check-in",
        "2nd check-in",
        "3rd check-in",
        "4th check-in",
        "5th check-in",
        "6th check-in",
    ),
    _per_check_in("Update #1", *(f"Update #{number}" for number in range(1, 7))),
    _per_check_in("Week 41 actual", *(f"Week {week} actual" for week in (41, 42, 43, 44, 51, 52))),
    _per_check_in("Ist KW 41", *(f"Ist KW {week}" for week in (41, 42, 43, 44, 51, 52))),
    _per_check_in("Неделя 41", *(f"Неделя {week}" for week in (41, 42, 43, 44, 51, 52))),
    _per_check_in("Uke 41", *(f"Uke {week}" for week in (41, 42, 43, 44, 51, 52))),
    _per_check_in("Tydzień 41", *(f"Tydzień {week}" for week in (41, 42, 43, 44, 51, 52))),
    _per_check_in(
        "Mon 5 Oct",
        "Mon 5 Oct",
        "Mon 12 Oct",
        "Mon 19 Oct",
        "Mon 26 Oct",
        "Mon 2 Nov",
        "Mon 14 Dec",
    ),
    S(
        "Months in German, the last ones empty",
        """
        Ziel|Schlüsselergebnis|Start|Zielwert|Okt|Nov|Dez
        Wachsen|Anmeldungen|0|100|20|50|
        Wachsen|Umsatz|1|4|2||
        """,
        {"Anmeldungen": 0.5, "Umsatz": 0.3333},
    ),
    S(
        "Actual by month",
        """
        Objective|Key Result|Start|Target|Oct actual|Nov actual|Dec actual
        Grow|Sign-ups|0|100|20|50|
        Grow|Revenue|1|4|2||
        """,
        {"Sign-ups": 0.5, "Revenue": 0.3333},
    ),
    S(
        "Plan and actual by month",
        """
        Objective|Key Result|Start|Oct plan|Oct actual|Nov plan|Nov actual|Dec plan|Dec actual
        Grow|Sign-ups|0|30|20|60|50|100|
        Grow|Revenue|1|2|1.5|3|2|4|
        """,
        (
            {"Sign-ups": 0.5, "Revenue": 0.3333},
            {"told": ["Dec plan", "Oct plan"], "Sign-ups": None},
        ),
    ),
    S(
        "Targets by month",
        """
        Objective|Key Result|Start|Current|Oct target|Nov target|Dec target
        Grow|Sign-ups|0|50|20|50|100
        Grow|Revenue|1|2|1.5|2|4
        """,
        {"Sign-ups": (0.5, "on-track"), "Revenue": (0.3333, "on-track")},
    ),
    S(
        "Check-ins and remarks in turn",
        """
        Objective|Key Result|Start|Target|W41|W41 comment|W42|W42 comment|W43|W43 comment
        Grow|Sign-ups|0|100|5|slow|50|better||
        Grow|Revenue|1|4|2|ok||||
        """,
        {"Sign-ups": 0.5, "Revenue": 0.3333},
    ),
    S(
        "Percents by week and no target",
        """
        Objective|Key Result|W41|W42|W43
        Grow|Launch the app|20%|40%|
        Grow|Open the office|10%|50%|
        """,
        (
            {"Launch the app": 0.4, "Open the office": 0.5},
            {"told": ["W43", "W41", "W42"], "Launch the app": None},
        ),
    ),
    S(
        "Words in the last week",
        """
        Objective|Key Result|Start|Target|W41|W42|W43
        Grow|Sign-ups|0|100|5|50|holiday
        Grow|Revenue|1|4|1|2|n/a
        """,
        ({"Sign-ups": 0.5, "Revenue": 0.3333}, {"told": ["holiday"], "Sign-ups": None}),
    ),
)

MARKS = tuple(
    S(
        f"Checkboxes under {header}",
        f"""
        Objective|Key Result|Owner|{header}
        Grow|Launch the app|Ada|{yes}
        Grow|Open an office|Jon|{no}
        Keep|Hire a lead|Lea|{yes}
        """,
        {"Launch the app": 1.0, "Open an office": 0.0, "Grow": 0.5, "Keep": 1.0},
    )
    for header, yes, no in (
        ("Done?", "TRUE", "FALSE"),
        ("Completed", "✓", ""),
        ("Finished (Y/N)", "Y", "N"),
        ("Erledigt", "x", ""),
        ("Fait", "oui", "non"),
        ("Hecho", "sí", "no"),
        ("Concluído", "sim", "não"),
        ("Fatto", "sì", "no"),
        ("完成", "是", "否"),
        ("Achieved?", "Yes", "No"),
        ("Delivered", "☑", "☐"),
        ("Shipped", "1", "0"),
        ("Klaar", "ja", "nee"),
        ("Zrobione", "tak", "nie"),
        ("Готово", "да", "нет"),
        ("Met", "Yes", "No"),
        ("Reached", "TRUE", "FALSE"),
        ("✓", "x", ""),
    )
)

STATUSES = (
    S(
        "Lights in letters",
        """
        Objective|Key Result|Baseline|Target|Current|RAG
        Grow|Sign-ups|0|100|70|G
        Grow|Revenue|0|100|60|A
        Grow|Visits|0|100|65|R
        """,
        {"Sign-ups": 0.7, "Visits": 0.65, "told": ["typed_status", "disagree"]},
    ),
    S(
        "Lights in signs",
        """
        Objective|Key Result|Owner|Health
        Grow|Sign-ups|Ann|🟢
        Grow|Revenue|Bo|🟡
        Grow|Visits|Cy|🔴
        """,
        {"Sign-ups": "on-track", "Revenue": "at-risk", "Visits": "off-track"},
    ),
    S(
        "German lights",
        """
        Ziel|Schlüsselergebnis|Verantwortlich|Ampel
        Wachsen|Anmeldungen|Ann|grün
        Wachsen|Umsatz|Bo|gelb
        Wachsen|Besuche|Cy|rot
        """,
        {"Anmeldungen": "on-track", "Umsatz": "at-risk", "Besuche": "off-track"},
    ),
    S(
        "Money under Status",
        """
        KPI|Goal|Status
        Cash|$450,000|$151,300
        Visits|200|50
        Members|40|10
        """,
        {"Cash": 0.3362, "Visits": 0.25, "Members": 0.25},
    ),
    S(
        "A percent under Status",
        """
        Objective|Key Result|Owner|Status
        Grow|Launch the app|Ann|40%
        Grow|Open the office|Bo|75%
        """,
        {"Launch the app": 0.4, "Open the office": 0.75},
    ),
    S(
        "Progress in words",
        """
        Objective|Key Result|Owner|Progress
        Grow|Launch the app|Ann|half way
        Grow|Open the office|Bo|75%
        """,
        {"Launch the app": None, "Open the office": 0.75, "told": ["half way"]},
    ),
    S(
        "Progress as so many of so many",
        """
        Objective|Key Result|Owner|Progress
        Grow|Launch the app|Ann|3/10
        Grow|Open the office|Bo|2 of 4
        """,
        {"Launch the app": 0.3, "Open the office": 0.5},
    ),
    S(
        "A status with a remark",
        """
        Objective|Key Result|Owner|Status
        Grow|Launch the app|Ann|On track - waiting for review
        Grow|Open the office|Bo|At risk (no room)
        Grow|Hire|Cy|Red: nobody applies
        """,
        (
            {"Launch the app": "on-track", "Open the office": "at-risk", "Hire": "off-track"},
            {"told": ["waiting for review"]},
        ),
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

PERIODS = (
    S(
        "Periods that are none",
        """
        Objective|Key Result|Quarter|Baseline|Target|Current
        Grow|Sign-ups|Q4 2026|0|100|50
        Grow|Revenue|Q5|0|100|0
        Grow|Visits|soon|0|100|0
        """,
        {"told": ["Q5"], "Sign-ups": 0.5, "Grow": 0.5},
    ),
    S(
        "Periods in many spellings",
        """
        Objective|Key Result|Period|Baseline|Target|Current
        Grow|Sign-ups|2026Q4|0|100|50
        Grow|Revenue|Q4/26|0|100|50
        Grow|Visits|4. Quartal 2026|0|100|50
        Grow|Orders|T4 2026|0|100|50
        Grow|Calls|Oct-Dec 2026|0|100|50
        Grow|Mails|4Q26|0|100|50
        Grow|Chats|2026年第4四半期|0|100|50
        """,
        {"key_results": 7, "Grow": 0.5},
    ),
    S(
        "An older quarter stays out",
        """
        Objective|Key Result|Quarter|Baseline|Target|Current
        Grow|Sign-ups|Q4 2026|0|100|50
        Keep|Churn|Q3 2026|0|100|0
        """,
        {"Grow": 0.5, "-Churn": True},
    ),
)

SEVERAL = (
    S(
        "Two objectives by id",
        """
        ID|Type|Objective|Key Result|Parent|Baseline|Target|Current
        O1|Objective|Grow||||
        O2|Objective|Keep||||
        K1|Key Result||Shared|O1, O2|0|100|50
        K2|Key Result||Own|O1|0|100|100
        K3|Key Result||Other|O2|0|100|0
        """,
        {"Grow": 0.75, "Keep": 0.25},
    ),
    S(
        "Two objectives on two lines",
        """
        Objective|Key Result|Baseline|Target|Current
        Grow\\nKeep|Shared|0|100|50
        Grow|Own|0|100|100
        Keep|Other|0|100|0
        """,
        {"Grow": 0.75, "Keep": 0.25, "objectives": 2},
    ),
    S(
        "Two objectives with a slash",
        """
        Objective|Key Result|Baseline|Target|Current
        Grow / Keep|Shared|0|100|50
        Grow|Own|0|100|100
        Keep|Other|0|100|0
        """,
        ({"Grow": 0.75, "Keep": 0.25, "objectives": 2}, {"told": ["Grow / Keep"]}),
    ),
    S(
        "Two objectives with and",
        """
        Objective|Key Result|Baseline|Target|Current
        Grow and Keep|Shared|0|100|50
        Grow|Own|0|100|100
        Keep|Other|0|100|0
        """,
        ({"Grow": 0.75, "Keep": 0.25, "objectives": 2}, {"told": ["Grow and Keep"]}),
    ),
    S(
        "An objective whose name holds a comma is one",
        """
        Objective|Key Result|Baseline|Target|Current
        Grow, and keep growing|Sign-ups|0|100|50
        Grow, and keep growing|Own|0|100|100
        Keep|Other|0|100|0
        """,
        {"Grow, and keep growing": 0.75, "Keep": 0.0, "objectives": 2},
    ),
    S(
        "Shares of several objectives",
        """
        Objective|Key Result|Baseline|Target|Current
        Grow (75%); Keep (25%)|Shared|0|100|100
        Grow|Own|0|100|0
        Keep|Other|0|100|0
        """,
        {"objectives": 2},
    ),
    S(
        "A second objective in a column",
        """
        Objective|Also supports|Key Result|Baseline|Target|Current
        Grow|Keep|Shared|0|100|50
        Grow||Own|0|100|100
        Keep||Other|0|100|0
        """,
        ({"Grow": 0.75, "Keep": 0.25}, {"told": ["Also supports"], "Grow": 0.75}),
    ),
)

KINDS = (
    S(
        "Goal type",
        """
        Goal|Goal Type|Parent|Target|Current
        Read books|Number||12|6
        Run far|Number||100|20
        Finish the course|Boolean||1|0
        """,
        ({"Read books": 0.5, "Run far": 0.2}, {"refused": True, "told": ["Goal Type"]}),
    ),
    S(
        "Kinds nobody knows",
        """
        Kind|Title|Baseline|Target|Current
        Objective|Grow|||
        Key Result|Sign-ups|0|100|50
        Gizmo|Paint the wall|0|1|0
        Key Result|Revenue|0|100|50
        """,
        {"told": ["Gizmo"], "Grow": 0.5},
    ),
    S(
        "Tasks and milestones between",
        """
        Type|Title|Baseline|Target|Current
        Objective|Grow|||
        Key Result|Sign-ups|0|100|50
        Task|Write the page|0|1|0
        Initiative|Run the campaign|0|1|1
        Key Result|Revenue|0|100|50
        """,
        {"Grow": 0.5, "-Write the page": True, "-Run the campaign": True},
    ),
    S(
        "Kinds in German",
        """
        Typ|Titel|Start|Zielwert|Ist
        Ziel|Wachsen|||
        Ergebnis|Anmeldungen|0|100|50
        Maßnahme|Seite schreiben|0|1|0
        """,
        ({"Wachsen": 0.5, "-Seite schreiben": True}, {"told": ["Maßnahme", "Ergebnis"]}),
    ),
    S(
        "KPI, owner, target and status",
        """
        KPI|Owner|Target|Status
        Donors|Ann|200|On track
        Visits|Bo|50|Behind
        """,
        {"key_results": 2, "Donors": "on-track", "Visits": ["at-risk"][0]},
    ),
    S(
        "A goal with a deadline is a title",
        """
        Goal|Owner|Due|Progress
        Open the shop|Ann|2026-12-20|40%
        Hire a cook|Bo|2026-12-20|80%
        """,
        {"Open the shop": 0.4, "Hire a cook": 0.8},
    ),
)

LAYOUTS = (
    S(
        "Sprints side by side",
        """
        Sprint 1|Sprint 2
        1. Ship 3 features|1. Ship 5 features
        2. Fix 20 bugs|2. Fix 10 bugs
        """,
        ({"key_results": 4}, {"refused": True}),
    ),
    S(
        "A yes/no column in tables side by side",
        """
        Grow||||Keep
        Key Result|Owner|Done||Key Result|Owner|Done
        Launch the app|Ann|Yes||Answer in a day|Bo|No
        Open an office|Ann|No||Hire a lead|Bo|Yes
        """,
        {"Launch the app": 1.0, "Open an office": 0.0, "Hire a lead": 1.0},
    ),
    S(
        "A results framework",
        """
        Level|Statement|Indicator|Baseline|Target|Actual
        Impact|Families live better||||
        Outcome 1|Children learn|Pupils who read well|40|80|60
        Output 1.1|Teachers trained|Teachers trained|0|200|50
        """,
        ({"Pupils who read well": 0.5, "Teachers trained": 0.25}, {"refused": True}),
    ),
    S(
        "Records that stand upright",
        """
        Objective|Grow|Grow|Keep
        Key Result|Sign-ups|Revenue|Churn
        Owner|Ann|Bo|Cy
        Baseline|0|1|9
        Target|100|4|3
        Current|50|2|5
        """,
        ({"Sign-ups": 0.5, "Revenue": 0.3333, "Churn": 0.6667}, {"refused": True}),
    ),
    S(
        "A placeholder sign in a title",
        """
        Objective|Key Result|Owner|Baseline|Target|Current
        Grow|Raise sign-ups by X %|Ann|0|100|50
        Grow|Revenue of [X] million|Bo|1|4|2
        """,
        {"Raise sign-ups by X %": 0.5, "Revenue of [X] million": 0.3333},
    ),
    S(
        "The header twice",
        """
        Objective|Key Result|Target|Current|Target|Current
        Grow|Sign-ups|100|50|200|20
        Grow|Revenue|4|2|8|2
        """,
        ({"told": ["'Target'", "'Current'", "E1", "C1"]},),
    ),
    S(
        "Owners above the header",
        """
        Objective:|Grow
        Owner:|Ann
        Team:|Sales

        Key Result|Baseline|Target|Current
        Sign-ups|0|100|50
        Revenue|1|4|2
        """,
        {"Sign-ups": 0.5, "items": [{"title": "Grow", "kind": "objective", "progress": 0.4167}]},
    ),
    S(
        "Statements under bare headings",
        """
        Sales

        Win ten new customers by the end of the quarter
        Call every lost customer back within a week

        Support

        Answer every mail within a day
        """,
        {"refused": True, "told": ["which of them are objectives"]},
    ),
    S(
        "A title above and an empty first column",
        """
        |OKRs of the sales team, Q4 2026
        |
        |Objective|Key Result|Baseline|Target|Current
        |Grow|Sign-ups|0|100|50
        ||Revenue|1|4|2
        """,
        {"Grow": 0.4167, "Sign-ups < Grow": 0.5, "Revenue < Grow": 0.3333},
    ),
    S(
        "A tab for each team",
        {
            "Sales": """
            Objective|Key Result|Baseline|Target|Current
            Grow|Sign-ups|0|100|50
            """,
            "Support": """
            Objective|Key Result|Baseline|Target|Current
            Grow|Sign-ups|0|100|20
            """,
            "How to": """
            Please update each Friday
            """,
        },
        {"objectives": 2, "key_results": 2, "Sign-ups": [0.5, 0.2]},
    ),
    S(
        "Initiatives in a column of their own",
        """
        Objective|Key Result|Initiatives|Baseline|Target|Current
        Grow|Sign-ups|Campaign; fair|0|100|50
        Grow|Revenue|Price list|1|4|2
        """,
        {"Grow": 0.4167, "key_results": 2},
    ),
    S(
        "Several key results in one cell",
        """
        Objective|Key Results|Owner
        Grow|1. Reach 100 sign-ups\\n2. Earn 4 million|Ann
        Keep|1. Cut churn to 3 %\\n2. Answer in a day|Bo
        """,
        ({"key_results": 4, "objectives": 2}, {"told": ["several key results", "line"]}),
    ),
)

SHEETS = (
    *DIRECTIONS,
    *FOOTERS,
    *SET_ASIDE,
    *CHECK_INS,
    *MARKS,
    *STATUSES,
    *TARGETS,
    *WEIGHTS,
    *PERIODS,
    *SEVERAL,
    *KINDS,
    *LAYOUTS,
)
