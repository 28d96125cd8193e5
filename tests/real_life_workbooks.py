"""Workbooks as teams keep them by hand: titles above, merged cells, several tabs, notes below."""

from __future__ import annotations

from real_life import File

__all__ = ["FILES"]

FILES = (
    File(
        "quarter with title block and merged objectives",
        "filled-down",
        3,
        8,
        {
            "OKRs Q4 2026": (
                """
            Brightwater Logistics
            Company OKRs – Q4 2026
            Last updated: 12 Nov 2026 by Marta

             ¦ # ¦ Objective ¦ Key Results ¦ Owner ¦ Baseline ¦ Target ¦ Current ¦ Progress ¦ Comments
             ¦ 1 ¦ Become the carrier that retailers in the Nordics recommend to each other ¦ Raise NPS among retail accounts from 31 to 45 ¦ Marta Lindqvist ¦ 31 ¦ 45 ¦ 38 ¦ 0.5 ¦ survey closes 1 Dec
             ¦ < ¦ < ¦ Win 12 new accounts with more than 500 parcels a day ¦ Jonas ¦ 0 ¦ 12 ¦ 5 ¦ 0.42 ¦
             ¦ < ¦ < ¦ Cut claims per 1,000 parcels from 4.2 to 2.5 ¦ Petra / Jonas ¦ 4.2 ¦ 2.5 ¦ 3.9 ¦ 0.18 ¦ new packing guideline rolled out wk 44
             ¦ 2 ¦ Deliver on time, even in December ¦ On-time delivery at 97% or better ¦ Petra Holm ¦ 0.93 ¦ 0.97 ¦ 0.951 ¦ 0.53 ¦
             ¦ < ¦ < ¦ Average pickup delay below 15 min ¦ Petra Holm ¦ 34 ¦ 15 ¦ 22 ¦ 0.63 ¦
             ¦ < ¦ < ¦ Two backup hubs under contract ¦ Sven ¦ 0 ¦ 2 ¦ 1 ¦ 0.5 ¦ Malmö signed
             ¦ 3 ¦ A place where drivers want to stay ¦ Driver turnover down to 18% ¦ HR (Lena) ¦ 0.27 ¦ 0.18 ¦ 0.24 ¦ 0.33 ¦
             ¦ < ¦ < ¦ 90% of drivers have a fixed rota ¦ Lena ¦ 0.4 ¦ 0.9 ¦ 0.62 ¦ 0.44 ¦

             ¦ Notes:
             ¦ Progress is updated every second Monday in the management meeting.
             ¦ Green = on track, yellow = needs attention, red = off track
        """
            )
        },
        {
            "OKRs Q4 2026": (
                "id/objective_id/- objective key_result owner baseline target current progress comment"
            )
        },
        {"OKRs Q4 2026": 5},
    ),
    File(
        "workbook with a check-in log",
        "joined/flat",
        2,
        4,
        {
            "OKR": (
                """
                KR ID ¦ Objective ¦ Key Result ¦ Owner ¦ Start Value ¦ Target Value
                KR-101 ¦ Farmers get paid within a week ¦ Payments within 7 days ¦ Achieng ¦ 44% ¦ 90%
                KR-102 ¦ Farmers get paid within a week ¦ Disputed deliveries per month ¦ Achieng ¦ 63 ¦ 20
                KR-201 ¦ Cooperatives plan with our forecasts ¦ Cooperatives on the forecast tool ¦ Peter ¦ 5 ¦ 30
                KR-202 ¦ Cooperatives plan with our forecasts ¦ Forecast error ¦ Peter ¦ 24% ¦ 12%
            """
            ),
            "Check-ins": (
                """
                Date ¦ KR ID ¦ Value ¦ Confidence ¦ Comment ¦ By
                @2026-10-12 ¦ KR-101 ¦ 0.5 ¦ 6 ¦ two banks connected ¦ Achieng
                @2026-10-12 ¦ KR-102 ¦ 58 ¦ 5 ¦ ¦ Achieng
                @2026-11-09 ¦ KR-101 ¦ 0.66 ¦ 7 ¦ ¦ Achieng
                @2026-11-09 ¦ KR-102 ¦ 41 ¦ 6 ¦ scales calibrated ¦ Achieng
                @2026-11-10 ¦ KR-201 ¦ 14 ¦ 6 ¦ ¦ Peter
                @2026-11-10 ¦ KR-202 ¦ 0.19 ¦ 4 ¦ late rains ¦ Peter
            """
            ),
        },
        {"OKR": "id objective key_result owner baseline target"},
        {"OKR": 1},
    ),
    File(
        "initiatives beside key results",
        "flat",
        2,
        4,
        {
            "OKRs": (
                """
                Objective ¦ Key Result ¦ Target ¦ Current ¦ Owner
                Visitors come back ¦ Repeat visits at 35% ¦ 35% ¦ 22% ¦ Nora
                Visitors come back ¦ Members: 6,000 ¦ 6000 ¦ 4750 ¦ Nora
                The zoo pays its way ¦ Restaurant revenue per visitor €6.50 ¦ 6.5 ¦ 5.4 ¦ Felix
                The zoo pays its way ¦ Energy cost down 12% ¦ 12% ¦ 4% ¦ Felix
            """
            ),
            "Initiatives": (
                """
                Initiative ¦ KR relacionado ¦ Owner ¦ Status ¦ Due week
                Evening openings in November ¦ Repeat visits at 35% ¦ Nora ¦ Done ¦ W47
                Member app ¦ Members: 6,000 ¦ Nora ¦ In Progress ¦ W50
                New menu with local farms ¦ Restaurant revenue per visitor €6.50 ¦ Felix ¦ In Progress ¦ W49
                LED in the tropical house ¦ Energy cost down 12% ¦ Felix ¦ Todo ¦ W52
            """
            ),
        },
        {"OKRs": "objective key_result target current owner"},
        refused=("Initiatives",),
    ),
    File(
        "cascade over company and team tabs",
        "flat/filled-down",
        5,
        11,
        {
            "Company": (
                """
                Company OKRs 2026

                Objective ¦ Key Result ¦ Owner ¦ Target ¦ Actual
                Be the calmest airline to fly with ¦ Punctuality at 88% ¦ COO ¦ 88% ¦ 84%
                 ¦ Complaints per 10,000 passengers below 6 ¦ CCO ¦ 6 ¦ 8.1
                Fly cleaner every year ¦ Fuel per seat-km down 4% ¦ COO ¦ 4% ¦ 2.2%
            """
            ),
            "Ops Q4": (
                """
                Operations – Q4 2026

                Company Objective ¦ Objective ¦ Key Result ¦ Owner ¦ Target ¦ Actual
                Be the calmest airline to fly with ¦ First wave leaves on the minute ¦ 95% of first departures on time ¦ Ground Ops ¦ 95% ¦ 89%
                Be the calmest airline to fly with ¦ First wave leaves on the minute ¦ Crew at gate 45 min before ¦ Crew ¦ 98% ¦ 91%
                Fly cleaner every year ¦ Taxi with one engine ¦ 80% of arrivals ¦ Flight Ops ¦ 80% ¦ 52%
                Fly cleaner every year ¦ Taxi with one engine ¦ All captains briefed ¦ Flight Ops ¦ 210 ¦ 160
            """
            ),
            "Care Q4": (
                """
                Customer Care – Q4 2026

                Company Objective ¦ Objective ¦ Key Result ¦ Owner ¦ Target ¦ Actual
                Be the calmest airline to fly with ¦ Nobody asks twice ¦ First contact resolution 80% ¦ Care ¦ 80% ¦ 71%
                Be the calmest airline to fly with ¦ Nobody asks twice ¦ Answer within 5 minutes in the app ¦ Care ¦ 5 ¦ 9
                Be the calmest airline to fly with ¦ Nobody asks twice ¦ Refunds paid in 3 days ¦ Finance ¦ 3 ¦ 8
                Be the calmest airline to fly with ¦ Nobody asks twice ¦ Lost bags traced in 24 h ¦ Ground Ops ¦ 90% ¦ 77%
            """
            ),
        },
        {
            "Company": "objective key_result owner target current",
            "Ops Q4": "parent objective key_result owner target current",
        },
        {"Company": 3, "Ops Q4": 3},
    ),
    File(
        "key results of one team, no objectives",
        "key-results-only",
        0,
        6,
        {
            "Support KRs": (
                """
            Key Results – Support Team
            Quarter: Q4 2026

            KR ¦ Owner ¦ Start ¦ Target ¦ Now ¦ Confidence (1-10) ¦ Risks
            First reply in chat under 60 seconds ¦ Wen ¦ 140 ¦ 60 ¦ 95 ¦ 6 ¦ two vacancies
            CSAT at 94% ¦ Wen ¦ 88% ¦ 94% ¦ 91% ¦ 7 ¦
            Backlog below 200 tickets ¦ Ola ¦ 870 ¦ 200 ¦ 410 ¦ 5 ¦ holiday season
            40 new help articles ¦ Ola ¦ 0 ¦ 40 ¦ 31 ¦ 9 ¦
            Self-service rate of 55% ¦ Bas ¦ 41% ¦ 55% ¦ 47% ¦ 6 ¦
            One bilingual agent on every shift ¦ Bas ¦ 0 ¦ 1 ¦ 0 ¦ 4 ¦ hiring
        """
            )
        },
        {"Support KRs": "key_result owner baseline target current confidence comment/-"},
        {"Support KRs": 4},
    ),
    File(
        "empty columns between and rows that are none",
        "filled-down/flat",
        2,
        5,
        {
            "Q4 plan": (
                """
             ¦ Example Corp – Product OKRs

             ¦ Objective ¦  ¦ Key Result ¦  ¦ Baseline ¦ Target ¦ Current ¦  ¦ Score ¦ Done?
             ¦ EXAMPLE: Delight our customers ¦  ¦ EXAMPLE: Increase NPS from X to Y ¦  ¦ X ¦ Y ¦ [X]% ¦  ¦ 0.0-1.0 ¦ FALSE
             ¦ People find what they need without help ¦  ¦ Task success in usability tests from 64% to 85% ¦  ¦ 0.64 ¦ 0.85 ¦ 0.74 ¦  ¦ 0.5 ¦ FALSE
             ¦  ¦  ¦ Help-centre visits per user below 0.4 ¦  ¦ 1.1 ¦ 0.4 ¦ 0.7 ¦  ¦ 0.6 ¦ FALSE
             ¦  ¦  ¦ Settings page redesigned and live ¦  ¦ 0 ¦ 1 ¦ 1 ¦  ¦ 1 ¦ TRUE
             ¦ Average ¦  ¦  ¦  ¦  ¦  ¦  ¦  ¦ 0.7 ¦
             ¦ Mobile is not second class ¦  ¦ Feature parity for 18 of 20 screens ¦  ¦ 9 ¦ 18 ¦ 13 ¦  ¦ 0.4 ¦ FALSE
             ¦  ¦  ¦ App rating 4.5 in both stores ¦  ¦ 3.9 ¦ 4.5 ¦ 4.2 ¦  ¦ 0.5 ¦ FALSE
             ¦ Average ¦  ¦  ¦  ¦  ¦  ¦  ¦  ¦ 0.45 ¦
             ¦ Total ¦  ¦  ¦  ¦  ¦  ¦  ¦  ¦ 0.6 ¦
        """
            )
        },
        {"Q4 plan": "objective key_result baseline target current score -"},
        {"Q4 plan": 3},
    ),
    File(
        "individual goals with weights",
        "flat/filled-down",
        3,
        7,
        {
            "Appraisal": (
                """
            Employee: ¦ Fernando Aguilar ¦  ¦ Manager: ¦ Sylvie Lam
            Period: ¦ Q4 FY26 ¦  ¦ Department: ¦ Treasury

            Objective ¦ Objective Weight (%) ¦ Key Results (KRs) ¦ KR Weight (%) ¦ Target ¦ Achievement ¦ KR Progress ¦ Self rating ¦ Manager comments
            Cash forecasts we can act on ¦ 40 ¦ 13-week forecast within ± 5.2% ¦ 50 ¦ 5.2% ¦ 7% ¦ 60% ¦ 3 ¦ good trend
            Cash forecasts we can act on ¦ 40 ¦ All 11 subsidiaries report weekly ¦ 30 ¦ 11 ¦ 8 ¦ 73% ¦ 4 ¦
            Cash forecasts we can act on ¦ 40 ¦ Forecast closes by Tuesday noon ¦ 20 ¦ 12 weeks ¦ 9 weeks ¦ 75% ¦ 4 ¦
            Cheaper and simpler banking ¦ 35 ¦ Bank accounts from 96 to 60 ¦ 60 ¦ 60 ¦ 77 ¦ 53% ¦ 3 ¦ two banks slow
            Cheaper and simpler banking ¦ 35 ¦ Bank fees saved £0.25m ¦ 40 ¦ £250,000.00 ¦ £112,400.50 ¦ 45% ¦ 3 ¦
            Grow as a team lead ¦ 25 ¦ Finish the leadership course ¦ 50 ¦ 1 ¦ 0 ¦ 0% ¦ 2 ¦
            Grow as a team lead ¦ 25 ¦ Delegate two monthly processes ¦ 50 ¦ 2 ¦ 1 ¦ 50% ¦ 3 ¦ well done
        """
            )
        },
        {"Appraisal": "objective weight key_result weight target current progress -/score comment"},
        {"Appraisal": 4},
    ),
    File(
        "tab per quarter in one workbook",
        "flat/filled-down",
        4,
        8,
        {
            "Q3 2026": (
                """
                Objective ¦ Key Result ¦ Owner ¦ Start ¦ Target ¦ End of quarter ¦ Score
                Open the second bakery ¦ Lease signed for a shop in the north ¦ Tom ¦ 0 ¦ 1 ¦ 1 ¦ 1
                 ¦ Team of 9 hired ¦ Tom ¦ 0 ¦ 9 ¦ 7 ¦ 0.8
                Waste less bread ¦ Unsold loaves below 4% ¦ Eva ¦ 9% ¦ 4% ¦ 5% ¦ 0.8
                 ¦ 3 partners take what is left ¦ Eva ¦ 1 ¦ 3 ¦ 3 ¦ 1
            """
            ),
            "Q4 2026": (
                """
                Objective ¦ Key Result ¦ Owner ¦ Start ¦ Target ¦ Current ¦ Score
                The second bakery breaks even ¦ 220 customers a day ¦ Tom ¦ 0 ¦ 220 ¦ 164 ¦
                 ¦ Cost of goods below 31% ¦ Tom ¦ 38% ¦ 31% ¦ 35% ¦
                A kitchen people want to work in ¦ No shift longer than 9 h ¦ Eva ¦ 14 ¦ 0 ¦ 5 ¦
                 ¦ Everyone has baked every product once ¦ Eva ¦ 3 ¦ 12 ¦ 8 ¦
            """
            ),
            "How to": (
                """
                Read me first
                1. Write one objective that makes people want to get up
                2. Add two to four key results with a start and a target
                3. Score from 0.0 to 1.0 at the end
            """
            ),
        },
        {"Q4 2026": "objective key_result owner baseline target current score"},
        refused=("How to",),
    ),
    File(
        "current and target in one cell",
        "flat",
        2,
        4,
        {
            "TV": (
                """
            Wall screen – updated on Mondays
            Objective ¦ KR ¦ Where we are ¦ Owner
            Sell out the winter season ¦ Tickets sold ¦ 8,400/12,000 tickets ¦ Box office
            Sell out the winter season ¦ Subscriptions renewed ¦ 610/800 ¦ Box office
            Young people in the hall ¦ Visitors under 30 ¦ 14%/25% ¦ Outreach
            Young people in the hall ¦ School concerts ¦ 3/8 concerts ¦ Outreach
        """
            )
        },
        {"TV": "objective key_result current owner"},
        {"TV": 2},
        asks=True,
    ),
    File(
        "target only in the text",
        "filled-down",
        2,
        5,
        {
            "OKR": (
                """
            OBJECTIVES ¦ KEY RESULTS ¦ WHO ¦ Q4 PROGRESS
            Every clinic has what it needs ¦ KR1: 98% of essential medicines in stock ¦ Supply ¦ 70%
             ¦ KR2: Emergency orders below 5 a month ¦ Supply ¦ 40%
             ¦ KR3: Two suppliers for each of the 50 core items ¦ Procurement ¦ 55%
            Nurses spend time with patients ¦ KR1: 15% less paperwork per shift ¦ Nursing ¦ 30%
             ¦ KR2: Maintain a 4.5/5 rating from patients ¦ Nursing ¦ 100%
        """
            )
        },
        {"OKR": "objective key_result owner progress"},
        {"OKR": 1},
    ),
    File(
        "who, what, by when: hand-made without the word",
        "flat/filled-down",
        2,
        5,
        {
            "Sheet1": (
                """
            Goals & Key Results (draft v3)
             ¦  ¦ Measure ¦  ¦  ¦
            Goal ¦ Key result ¦ From ¦ To ¦ Now ¦ By when ¦ Who
            Make our open source project easy to join ¦ First pull request merged within 3 days ¦ 9 ¦ 3 ¦ 5 ¦ 31 Dec 2026 ¦ Sasha
             ¦ 25 new contributors ¦ 0 ¦ 25 ¦ 14 ¦ 31 Dec 2026 ¦ Sasha
             ¦ Issues labelled “good first issue” ¦ 6 ¦ 40 ¦ 29 ¦ 15 Nov 2026 ¦ Devi
            Sponsors cover our servers ¦ Monthly sponsorship in $ ¦ 180 ¦ 900 ¦ 420 ¦ 31 Dec 2026 ¦ Devi
             ¦ Three companies on the gold tier ¦ 0 ¦ 3 ¦ 1 ¦ 31 Dec 2026 ¦ Sasha
        """
            )
        },
        {"Sheet1": "objective key_result baseline target current due owner"},
        {"Sheet1": 3},
    ),
    File(
        "two tables in one tab: objectives with scores above, people below",
        "flat/filled-down",
        2,
        4,
        {
            "Overview": (
                """
            Objective ¦ Key Result ¦ Target ¦ Actual ¦ Status
            Keep our museum trains running ¦ 40 running days ¦ 40 ¦ 31 ¦ On track
            Keep our museum trains running ¦ Boiler inspection passed ¦ 1 ¦ 0 ¦ At risk
            Find the next generation ¦ 10 members under 25 ¦ 10 ¦ 4 ¦ At risk
            Find the next generation ¦ 3 trained drivers ¦ 3 ¦ 2 ¦ On track

            Contact list
            Name ¦ Role ¦ Phone
            Wim ¦ Chair ¦ 555-0101
            Els ¦ Treasurer ¦ 555-0102
        """
            )
        },
        {"Overview": "objective key_result target current status"},
        {"Overview": 1},
    ),
    File(
        "theory of change beside okrs, hidden cache",
        "flat",
        2,
        3,
        {
            "Theory of Change": (
                """
                Theory of change
                Inputs ¦ Activities ¦ Outputs ¦ Outcomes ¦ Impact / Goal
                Staff, grants ¦ Train teachers ¦ 300 teachers trained ¦ Better lessons ¦ Children read at ten
                Books ¦ Libraries on wheels ¦ 40 stops a month ¦ More reading at home ¦ Children read at ten
            """
            ),
            "OKRs": (
                """
                Goal ¦ KR ¦ Lead ¦ Expected ¦ Achieved ¦ RAG ¦ Risks
                Children in six districts read at ten ¦ Teachers trained ¦ Amina ¦ 300 ¦ 190 ¦ Green ¦
                Children in six districts read at ten ¦ Schools with a reading corner ¦ Amina ¦ 80 ¦ 31 ¦ Amber ¦ timber prices
                Donors stay with us ¦ Renewal rate of large donors ¦ Jo ¦ 85% ¦ 78% ¦ Amber ¦
            """
            ),
            "_cache": (
                """
                key ¦ value
                Objective ¦ __xludf.DUMMYFUNCTION
                rows ¦ 3
            """
            ),
        },
        {"OKRs": "objective key_result owner target current status comment"},
        hidden=("_cache",),
        refused=("Theory of Change",),
    ),
    File(
        "smartsheet-like plan with primary column",
        "interleaved/typed-rows/headings",
        2,
        5,
        {
            "Sheet": (
                """
            Objectives / Key Results ¦ Level ¦ Assigned To ¦ Start Value ¦ Target Value ¦ Current Value ¦ % Complete ¦ At Risk? ¦ Latest Comment
            Deliver the new tram line's first section ¦ Objective ¦ Programme office ¦  ¦  ¦  ¦ 45% ¦ FALSE ¦
            Track laid (m) ¦ Key Result ¦ Civil works ¦ 0 ¦ 4200 ¦ 2300 ¦ 55% ¦ FALSE ¦ rail delivery late
            Stops finished ¦ Key Result ¦ Civil works ¦ 0 ¦ 9 ¦ 3 ¦ 33% ¦ TRUE ¦
            Noise complaints a week ¦ Key Result ¦ Residents' office ¦ 40 ¦ 10 ¦ 22 ¦ 60% ¦ FALSE ¦
            Keep the city moving meanwhile ¦ Objective ¦ Traffic ¦  ¦  ¦  ¦ 50% ¦ FALSE ¦
            Replacement buses on time ¦ Key Result ¦ Traffic ¦ 0.7 ¦ 0.95 ¦ 0.84 ¦ 56% ¦ FALSE ¦
            Parking complaints a week ¦ Key Result ¦ Traffic ¦ 55 ¦ 20 ¦ 39 ¦ 46% ¦ FALSE ¦
        """
            )
        },
        {
            "Sheet": (
                "objective/key_result kind/level owner baseline target current progress -/status"
                " comment"
            )
        },
        {"Sheet": 1},
    ),
    File(
        "weekly check-in columns",
        "flat/filled-down/period-blocks",
        2,
        4,
        {
            "Q4 tracker": (
                """
            Objective ¦ Key Result ¦ Owner ¦ Start ¦ Goal ¦ W44 ¦ W45 ¦ W46 ¦ W47 ¦ Trend
            Guests rebook before they leave ¦ Rebooking rate ¦ Front desk ¦ 11% ¦ 20% ¦ 12% ¦ 14% ¦ 15% ¦  ¦ ↑
            Guests rebook before they leave ¦ Review score ¦ Front desk ¦ 8.6 ¦ 9 ¦ 8.7 ¦ 8.7 ¦ 8.8 ¦  ¦ ↑
            Kitchen without waste ¦ Food cost ¦ Chef ¦ 34% ¦ 29% ¦ 33% ¦ 33% ¦ 31% ¦  ¦ ↓
            Kitchen without waste ¦ Waste per guest (g) ¦ Chef ¦ 140 ¦ 80 ¦ 131 ¦ 120 ¦ 112 ¦  ¦ ↓
        """
            )
        },
        {
            "Q4 tracker": (
                "objective key_result owner baseline target -/current -/current -/current"
                " -/current -"
            )
        },
        {"Q4 tracker": 1},
        asks=True,
    ),
    File(
        "objectives tab and key results tab joined by title",
        "joined/objectives-only/flat",
        2,
        4,
        {
            "Objectives": (
                """
                Objectives 2026-Q4
                # ¦ Objective ¦ Sponsor ¦ Weight ¦ Status ¦ Score
                1 ¦ Apprentices finish what they begin ¦ Mrs. Kowalski ¦ 60% ¦ On track ¦ 0.6
                2 ¦ Workshops that schools ask for ¦ Mr. Haas ¦ 40% ¦ At risk ¦ 0.4
            """
            ),
            "Key Results": (
                """
                Key Results 2026-Q4
                Objective ¦ # ¦ Key Result ¦ Baseline ¦ Target ¦ Actual ¦ Owner ¦ Confidence
                Apprentices finish what they begin ¦ 1 ¦ Drop-outs from 14 to 6 ¦ 14 ¦ 6 ¦ 9 ¦ Jan ¦ 7
                Apprentices finish what they begin ¦ 2 ¦ 95% pass the interim exam ¦ 86% ¦ 95% ¦ 90% ¦ Jan ¦ 6
                Workshops that schools ask for ¦ 1 ¦ 48 workshops held ¦ 20 ¦ 48 ¦ 30 ¦ Mia ¦ 5
                Workshops that schools ask for ¦ 2 ¦ Waiting list of 10 schools ¦ 2 ¦ 10 ¦ 4 ¦ Mia ¦ 4
            """
            ),
            "Weights": (
                """
                Objective ¦ Weight
                Apprentices finish what they begin ¦ 60%
                Workshops that schools ask for ¦ 40%
            """
            ),
        },
        {
            "Objectives": "id/- objective owner weight status score",
            "Key Results": (
                "parent/objective id/- key_result baseline target current owner confidence"
            ),
        },
        {"Objectives": 2, "Key Results": 2},
        refused=("Weights",),
    ),
    File(
        "objective list with scores of an agency",
        "objectives-only",
        4,
        0,
        {
            "Annual goals": (
                """
            Agency priority goals 2026

            Goal ID ¦ Goal Title ¦ Lead ¦ Status ¦ Score ¦ Last Update ¦ Comments
            APG-1 ¦ Cut the permit backlog by half ¦ Office of Permits ¦ On Track ¦ 0.6 ¦ 2026-11-10 ¦ backlog at 41,000
            APG-2 ¦ Restore 120 km of river banks ¦ Water ¦ At Risk ¦ 0.3 ¦ 2026-11-03 ¦ two contractors withdrew
            APG-3 ¦ One sign-in for all services ¦ Digital ¦ On Track ¦ 0.5 ¦ 2026-11-12 ¦
            APG-4 ¦ Answer every request within 10 days ¦ Citizen office ¦ Behind ¦ 0.2 ¦ 2026-10-30 ¦
        """
            )
        },
        {"Annual goals": "objective_id/id objective owner status score checked_in comment"},
        {"Annual goals": 3},
    ),
    File(
        "one block per team with the header repeated and a title above",
        "flat/filled-down/blocks",
        4,
        7,
        {
            "All teams": (
                """
            OKR overview – Q4 2026

            Team Support
            Objective ¦ Key Result ¦ Target ¦ Current ¦ Owner
            Answers the first time ¦ First contact resolution ¦ 80% ¦ 71% ¦ Ida
            Answers the first time ¦ Escalations per week ¦ 10 ¦ 17 ¦ Ida
            Happy agents ¦ eNPS ¦ 40 ¦ 33 ¦ Max

            Team Sales
            Objective ¦ Key Result ¦ Target ¦ Current ¦ Owner
            Deals that renew ¦ Renewal rate ¦ 92% ¦ 88% ¦ Uma
            Deals that renew ¦ Multi-year deals ¦ 25 ¦ 14 ¦ Uma

            Team People
            Objective ¦ Key Result ¦ Target ¦ Current ¦ Owner
            Hire well ¦ Offers accepted ¦ 85% ¦ 79% ¦ Kai
            Hire well ¦ Days to hire ¦ 35 ¦ 48 ¦ Kai
        """
            )
        },
        {"All teams": "objective key_result target current owner"},
        {"All teams": 4},
    ),
    File(
        "headers in capitals with units and line breaks",
        "filled-down",
        2,
        4,
        {
            "FY26": (
                """
            STRATEGY INTO ACTION
             ¦  ¦  ¦  ¦ Values in INR Cr unless stated
            S.NO ¦ OBJECTIVE\\n(what) ¦ KEY RESULT\\n(how measured) ¦ OWNER ¦ BASELINE ¦ TARGET\\n(INR Cr) ¦ ACTUAL ¦ % ACHIEVED ¦ REMARKS
            1 ¦ Grow retail lending ¦ Disbursements ¦ Mehta ¦ 210 ¦ 340 ¦ 270 ¦ 46% ¦
             ¦  ¦ Fee income ¦ Mehta ¦ 12 ¦ 20 ¦ 15.5 ¦ 44% ¦
            2 ¦ Lower cost of funds ¦ CASA deposits ¦ Iyer ¦ 480 ¦ 600 ¦ 515 ¦ 29% ¦ two branches delayed
             ¦  ¦ Bulk deposits (lower is better) ¦ Iyer ¦ 300 ¦ 180 ¦ 260 ¦ 33% ¦
        """
            )
        },
        {
            "FY26": (
                "id/objective_id/- objective key_result owner baseline target current progress"
                " comment"
            )
        },
        {"FY26": 3},
    ),
    File(
        "google form style questions as headers",
        "flat/column-groups",
        2,
        4,
        {
            "Form Responses 1": (
                """
            Timestamp ¦ What is your team? ¦ Objective (what do you want to achieve?) ¦ Key Result 1 ¦ Key Result 2 ¦ Who is the owner?
            @2026-10-01 ¦ Radio ¦ A morning show people plan around ¦ Daily reach 210,000 ¦ Podcast downloads 40,000 a week ¦ Rosa
            @2026-10-02 ¦ Online ¦ News first on the phone ¦ Push opt-in 35% ¦ App crashes below 0.3% ¦ Malik
        """
            )
        },
        {"Form Responses 1": "- -/team objective key_result key_result owner/-"},
        {"Form Responses 1": 1},
    ),
    File(
        "initiatives in a column of the okr table",
        "filled-down/flat",
        2,
        4,
        {
            "OKRs": (
                """
            Objective ¦ Key Result ¦ Initiative ¦ Owner ¦ Status ¦ Progress
            Our data centre runs on green power ¦ PUE below 1.25 ¦ Replace CRAC units ¦ Facilities ¦ In Progress ¦ 50%
             ¦  ¦ Raise cold aisle to 25 °C ¦ Facilities ¦ Closed ¦ 50%
             ¦ 80% renewable ¦ Sign second PPA ¦ Energy ¦ In Progress ¦ 60%
            No surprise on the bill ¦ Forecast error below 5% ¦ Meter every rack ¦ Facilities ¦ In Progress ¦ 40%
             ¦  ¦ Monthly review ¦ Finance ¦ Todo ¦ 40%
             ¦ Unused servers off: 120 ¦ Tag owners ¦ Platform ¦ Todo ¦ 10%
        """
            )
        },
        {"OKRs": "objective key_result - owner status progress"},
        {"OKRs": 1},
    ),
    File(
        "workbook per team with weights, people and a summary",
        "filled-down/flat",
        4,
        8,
        {
            "Summary": (
                """
                OKR summary Q4 2026
                Team ¦ Objectives ¦ Key results ¦ Average progress
                Grants ¦ 2 ¦ 4 ¦ 48%
                Programmes ¦ 2 ¦ 4 ¦ 36%
            """
            ),
            "Grants": (
                """
                Team: Grants
                Quarter: Q4 2026

                Objective ¦ Weight ¦ Key Result ¦ Weight ¦ Target ¦ Actual ¦ Score
                Applications that win ¦ 0.6 ¦ Success rate 40% ¦ 0.5 ¦ 0.4 ¦ 0.31 ¦ 0.5
                 ¦  ¦ Average grant €250k ¦ 0.5 ¦ 250000 ¦ 190000 ¦ 0.6
                Reports without reminders ¦ 0.4 ¦ Reports on time ¦ 0.7 ¦ 1 ¦ 0.8 ¦ 0.7
                 ¦  ¦ Questions by funders per report ¦ 0.3 ¦ 1 ¦ 2.5 ¦ 0.3
            """
            ),
            "Programmes": (
                """
                Team: Programmes
                Quarter: Q4 2026

                Objective ¦ Weight ¦ Key Result ¦ Weight ¦ Target ¦ Actual ¦ Score
                Every child has a mentor ¦ 0.5 ¦ Mentors trained ¦ 0.5 ¦ 220 ¦ 130 ¦ 0.5
                 ¦  ¦ Waiting list ¦ 0.5 ¦ 0 ¦ 45 ¦ 0.2
                Parents on board ¦ 0.5 ¦ Parent evenings ¦ 0.4 ¦ 18 ¦ 11 ¦ 0.6
                 ¦  ¦ Parents who answer the survey ¦ 0.6 ¦ 300 ¦ 90 ¦ 0.2
            """
            ),
            "Team members": (
                """
                Name ¦ Team ¦ E-mail ¦ Role
                Ada ¦ Grants ¦ ada@example.com ¦ Lead
                Jon ¦ Programmes ¦ jon@example.com ¦ Lead
            """
            ),
        },
        {"Grants": "objective weight key_result weight target current score"},
        {"Grants": 4},
        refused=("Summary", "Team members"),
    ),
)
