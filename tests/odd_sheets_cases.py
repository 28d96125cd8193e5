"""The odd sheets, kind by kind."""

from __future__ import annotations

from odd_directions_cases import DIRECTIONS, TARGETS, WEIGHTS
from odd_sheets import OddSheet as S
from odd_statuses_cases import CHECK_INS, MARKS, SET_ASIDE, STATUSES

__all__ = ["SHEETS"]

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
