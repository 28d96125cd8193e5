"""Sheets with columns that people name in their own way: what is done of what there is, ranges of
months, roles in brackets, what was before.
"""

from __future__ import annotations

from odd_sheets import OddSheet as S

__all__ = ["COLUMNS"]

COLUMNS = (
    S(
        "Quarters as ranges of months",
        """
        Goal|Measure of success|Jan-Mar|Apr-Jun|Jul-Sep|Oct-Dec
        Grow|Members to 2000|500|800|900|1000
        Grow|Events to 20|2|4|6|10
        """,
        {"Members to 2000": 0.5, "Events to 20": 0.5},
    ),
    S(
        "Ranges of months that may be targets or values",
        """
        Goal|Measure of success|Jan-Mar|Apr-Jun|Jul-Sep|Oct-Dec
        Grow|Members|500|800|1200|1500
        Grow|Events|2|4|6|8
        """,
        {"told": ["'Oct-Dec' hold numbers"], "Members": None},
    ),
    S(
        "The meaning of a column in brackets",
        """
        Who|What (Objective)|How (Key Results)|By when|How far
        Anna|Get the site live|All pages migrated|15 Dec|70%
        Ben|Fill the pipeline|50 leads|31 Dec|40%
        """,
        {
            "objectives": 2,
            "All pages migrated < Get the site live": 0.7,
            "50 leads < Fill the pipeline": 0.4,
        },
    ),
    S(
        "What is done of what there is",
        """
        Objective|Key Result|Milestones|Done
        Open the Lyon office|Lease signed|5|5
        Open the Lyon office|Team hired|8|2
        """,
        {"Lease signed": 1.0, "Team hired": 0.25},
    ),
    S(
        "A checkbox for each step",
        """
        Objective|Key Result|Lease|Hiring|Furniture|Opening
        Open Lyon|Office in Lyon|TRUE|TRUE|FALSE|FALSE
        Open Lille|Office in Lille|TRUE|FALSE|FALSE|FALSE
        """,
        {"told": ["'Lease' (C), 'Hiring' (D)"], "Office in Lyon": None},
    ),
    S(
        "What was before",
        """
        Objective|Key Result|Prev. Quarter|Target|Current
        Grow|Leads|150|200|160
        Grow|Churn %|4|2|3.5
        """,
        {"Leads": 0.2, "Churn %": 0.25},
    ),
    S(
        "A measure that should be low, with its unit",
        """
        Objective|Key Result|Target|Current
        Grow|Churn %|2|3.5
        Grow|Leads|200|160
        """,
        {"Churn %": (None, "not achieved"), "told": ["Churn"], "Leads": 0.8},
    ),
    S(
        "Brackets of accountants",
        """
        Objective|Key Result|Start|Target|Current
        Save|Burn|(2.5M)|(1.5M)|(2M)
        Save|Debt (k€)|(120)|(40)|(80)
        """,
        {"Burn": 0.5, "Debt (k€)": 0.5},
    ),
    S(
        "An Italian start",
        """
        Objective|KR|Inizio|Obiettivo|Attuale
        Crescere|Fatturato (k€)|300|400|350
        Fidelizzare|Abbandono|5,0%|3,0%|4,0%
        """,
        {"Fatturato (k€)": 0.5, "Abbandono": 0.5},
    ),
)
