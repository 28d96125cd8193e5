"""Files with the words of OKRs that hold none."""

from __future__ import annotations

from real_life import File

__all__ = ["FILES"]

FILES = (
    File(
        "negative: product backlog",
        "",
        0,
        0,
        {
            "Backlog": (
                """
            ID ¦ Epic ¦ User story ¦ Priority ¦ Story points ¦ Assignee ¦ Status ¦ Sprint
            101 ¦ Checkout ¦ As a buyer I want to save my address ¦ High ¦ 5 ¦ Tim ¦ Done ¦ 41
            102 ¦ Checkout ¦ As a buyer I want to pay by invoice ¦ High ¦ 8 ¦ Ana ¦ In Progress ¦ 42
            103 ¦ Search ¦ As a buyer I want to filter by colour ¦ Low ¦ 3 ¦ Tim ¦ Todo ¦ 43
        """
            )
        },
        refused=("Backlog",),
    ),
    File(
        "negative: survey about OKRs",
        "",
        0,
        0,
        {
            "survey": (
                """
            Timestamp,How well do you know the objectives of your team?,Do the key results help you decide?,What should we change about OKRs?
            2026-10-02 10:12,4,Often,Fewer key results please
            2026-10-02 10:40,2,Rarely,I do not know what our objective is
            2026-10-03 09:01,5,Always,Nothing
        """
            )
        },
        refused=("survey",),
        format="csv",
    ),
    File(
        "negative: sales report with targets",
        "",
        0,
        0,
        {
            "sales": (
                """
            Region,Rep,Month,Target,Actual,Attainment %
            North,Okafor,2026-10,50000,47000,94
            North,Lund,2026-10,42000,51000,121
            South,Perez,2026-10,60000,38000,63
            South,Perez,2026-11,60000,22000,37
        """
            )
        },
        refused=("sales",),
        format="csv",
    ),
    File(
        "negative: training course on goals",
        "",
        0,
        0,
        {
            "Course": (
                """
            Learning objectives of the onboarding course
            Module ¦ Learning objective ¦ Trainer ¦ Duration
            1 ¦ Participants can explain what an OKR is ¦ Sue ¦ 45 min
            2 ¦ Participants can write a key result ¦ Sue ¦ 60 min
            3 ¦ Participants know the check-in rhythm ¦ Raj ¦ 30 min
        """
            )
        },
        refused=("Course",),
        asks=True,
    ),
    File(
        "negative: blank template",
        "",
        0,
        0,
        {
            "Template": (
                """
            OKR template

            Objective ¦ Key Result ¦ Owner ¦ Start ¦ Target ¦ Current
            [Your objective here] ¦ [Increase X from A to B] ¦ [Name] ¦ [A] ¦ [B] ¦ [current]
            [Your objective here] ¦ [Reduce X by Y%] ¦ [Name] ¦ [A] ¦ [B] ¦ [current]
             ¦  ¦  ¦  ¦  ¦
        """
            )
        },
        refused=("Template",),
    ),
    File(
        "negative: risk register of the OKR programme",
        "",
        0,
        0,
        {
            "Risks": (
                """
            Risk ID ¦ Risk ¦ Objective affected ¦ Probability ¦ Impact ¦ Mitigation ¦ Owner
            R1 ¦ Teams write tasks and call them key results ¦ OKR roll-out ¦ High ¦ Medium ¦ Training ¦ Sue
            R2 ¦ No baseline data ¦ OKR roll-out ¦ Medium ¦ High ¦ Data team ¦ Raj
        """
            )
        },
        refused=("Risks",),
        asks=True,
    ),
    File(
        "negative: meeting agenda",
        "",
        0,
        0,
        {
            "Agenda": (
                """
            OKR quarterly review, 14 December
            Time ¦ Topic ¦ Who
            09:00 ¦ Welcome ¦ CEO
            09:15 ¦ Objectives of Q4: what did we reach? ¦ Team leads
            10:30 ¦ Key results for Q1 ¦ all
        """
            )
        },
        refused=("Agenda",),
    ),
    File(
        "negative: budget",
        "",
        0,
        0,
        {
            "Budget 2026": (
                """
            Cost centre ¦ Owner ¦ Budget ¦ Actual ¦ Forecast ¦ Variance %
            Marketing ¦ Lucy ¦ 120000 ¦ 84000 ¦ 118000 ¦ -2
            IT ¦ Omar ¦ 340000 ¦ 310000 ¦ 365000 ¦ 7
        """
            )
        },
        refused=("Budget 2026",),
    ),
    File(
        "negative: holiday list with goals tab name",
        "",
        0,
        0,
        {
            "Goals": (
                """
            Date ¦ Match ¦ Goals ¦ Goals against ¦ Scorer
            @2026-09-12 ¦ SV Nord ¦ 3 ¦ 1 ¦ Kim
            @2026-09-19 ¦ FC Tal ¦ 0 ¦ 2 ¦
            @2026-09-26 ¦ TuS Berg ¦ 2 ¦ 2 ¦ Lou
        """
            )
        },
        refused=("Goals",),
    ),
    File(
        "negative: kpi dashboard without objectives",
        "",
        0,
        0,
        {
            "Dashboard": (
                """
            Metric ¦ Jan ¦ Feb ¦ Mar ¦ Apr
            Revenue ¦ 120 ¦ 130 ¦ 128 ¦ 140
            Customers ¦ 40 ¦ 44 ¦ 47 ¦ 51
            Churn ¦ 3% ¦ 3% ¦ 2% ¦ 2%
        """
            )
        },
        refused=("Dashboard",),
        asks=True,
    ),
    File(
        "a check-in log by itself",
        "",
        0,
        0,
        {
            "checkins": (
                """
            checkin_id,kr_id,week,value,confidence,note,created_by,created_at
            1,KR-9001,W44,470,0.6,,e.park,2026-10-30
            2,KR-9001,W45,489,0.7,campaign mail,e.park,2026-11-06
            3,KR-9003,W44,5,0.5,,h.ali,2026-10-30
            4,KR-9003,W46,6,0.5,,h.ali,2026-11-13
        """
            )
        },
        refused=("checkins",),
        format="csv",
    ),
    File(
        "negative: glossary of indicators",
        "",
        0,
        0,
        {
            "Indicators": (
                """
            Indicator ¦ Definition ¦ Formula ¦ Source ¦ Frequency
            NPS ¦ Promoters minus detractors ¦ % 9-10 minus % 0-6 ¦ Survey ¦ Quarterly
            Churn ¦ Customers lost ¦ lost / start ¦ CRM ¦ Monthly
        """
            )
        },
        refused=("Indicators",),
    ),
)
