"""Odd check-ins, statuses and marks, and rows that are set aside."""

from __future__ import annotations

from odd_sheets import OddSheet as S

__all__ = ["CHECK_INS", "MARKS", "SET_ASIDE", "STATUSES"]

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
