"""Workbooks whose OKRs stand in no plain table: boards, outlines, blocks, a column for each key
result or period.
"""

from __future__ import annotations

from real_life import File

__all__ = ["FILES"]

FILES = (
    File(
        "outline numbers in the text",
        "outline",
        3,
        7,
        {
            "Strategy 2026": (
                """
            Strategic plan 2026: objectives and key results
            Housing Association Westerpark

            Objectives and key results ¦ Responsible ¦ Due ¦ Completion of the obj in %
            1. Tenants live in homes that are safe and warm ¦ Director Property ¦ 31 Dec 2026 ¦ 45%
            1.1 KR: Insulate 240 homes in the Spaarndammer quarter ¦ Projects ¦ 30 Nov 2026 ¦ 60%
            1.2 KR: Replace all open gas boilers (118 left) ¦ Maintenance ¦ 31 Dec 2026 ¦ 40%
            1.3 KR: Average energy label from D to B ¦ Projects ¦ 31 Dec 2026 ¦ 35%
            2. Tenants have a say ¦ Director Living ¦ 31 Dec 2026 ¦ 50%
            2.1 KR: Tenant panels active in 9 of 12 quarters ¦ Participation ¦ 15 Dec 2026 ¦ 67%
            2.2 KR: Answer every letter within 5 working days ¦ Front office ¦ 31 Dec 2026 ¦ 33%
            4. A healthy organisation ¦ CFO ¦ 31 Dec 2026 ¦ 20%
            4.1 KR: Sick leave below 5% ¦ HR ¦ 31 Dec 2026 ¦ 10%
            4.2 KR: Operating costs per home at €890 ¦ Control ¦ 31 Dec 2026 ¦ 30%
        """
            )
        },
        {"Strategy 2026": "objective/key_result owner due progress"},
        {"Strategy 2026": 4},
    ),
    File(
        "outline numbers as decimals in a column",
        "outline",
        2,
        12,
        {
            "OKRs": (
                """
            No ¦ Description ¦ Lead ¦ Base ¦ Target Value ¦ Actual ¦ Achievement
            1.0 ¦ Be the museum that schools choose first ¦ Education ¦  ¦  ¦  ¦
            1.1 ¦ School visits from 310 to 420 a year ¦ Irene ¦ 310 ¦ 420 ¦ 371 ¦ 55%
            1.2 ¦ Teachers rate our programmes 4.6/5 ¦ Irene ¦ 4.2 ¦ 4.6 ¦ 4.4 ¦ 50%
            1.3 ¦ 20 schools in the patron programme ¦ Omar ¦ 7 ¦ 20 ¦ 12 ¦ 38%
            1.4 ¦ Two programmes in sign language ¦ Omar ¦ 0 ¦ 2 ¦ 1 ¦ 50%
            1.5 ¦ 8 teaching kits for loan ¦ Irene ¦ 3 ¦ 8 ¦ 5 ¦ 40%
            1.6 ¦ Bus vouchers for 60 classes ¦ Omar ¦ 0 ¦ 60 ¦ 22 ¦ 37%
            1.7 ¦ 10 evening openings ¦ Irene ¦ 0 ¦ 10 ¦ 7 ¦ 70%
            1.8 ¦ 500 pupils in the holiday workshop ¦ Omar ¦ 220 ¦ 500 ¦ 390 ¦ 61%
            1.9 ¦ 95% of visits without complaint ¦ Irene ¦ 88 ¦ 95 ¦ 93 ¦ 71%
            1.1 ¦ New website section for teachers live ¦ Irene ¦ 0 ¦ 1 ¦ 0 ¦ 0%
            2.0 ¦ Know our collection ¦ Collections ¦  ¦  ¦  ¦
            2.1 ¦ 9,000 objects photographed ¦ Tess ¦ 4100 ¦ 9000 ¦ 6300 ¦ 45%
            2.2 ¦ Loans register complete ¦ Tess ¦ 0 ¦ 1 ¦ 0 ¦ 0%
        """
            )
        },
        {"OKRs": "id objective/key_result owner baseline target current progress"},
        {"OKRs": 1},
    ),
    File(
        "outline with a parent column",
        "typed-rows/outline",
        2,
        5,
        {
            "Plan": (
                """
            Row ID ¦ Parent Row ID ¦ OKR ¦ Assigned To ¦ Start ¦ Finish ¦ % Complete ¦ Health ¦ Comments
            1 ¦  ¦ Run a festival that pays for itself ¦ Board ¦ 2026-10-01 ¦ 2026-12-31 ¦ 38% ¦ Green ¦
            1.1 ¦ 1 ¦ Sell 4,500 early tickets ¦ Mila ¦ 2026-10-01 ¦ 2026-12-15 ¦ 52% ¦ Green ¦ 2,340 by mid-November
            1.2 ¦ 1 ¦ Six sponsors at €10,000 or more ¦ Theo ¦ 2026-10-01 ¦ 2026-12-31 ¦ 33% ¦ Yellow ¦
            1.3 ¦ 1 ¦ Stage costs 15% under last year ¦ Theo ¦ 2026-11-01 ¦ 2026-12-31 ¦ 20% ¦ Yellow ¦
            2 ¦  ¦ Neighbours are glad that we are there ¦ Board ¦ 2026-10-01 ¦ 2026-12-31 ¦ 50% ¦ Red ¦
            2.1 ¦ 2 ¦ Fewer than 10 noise complaints ¦ Ana ¦ 2026-10-01 ¦ 2026-12-31 ¦ 40% ¦ Red ¦
            2.2 ¦ 2 ¦ 300 free tickets for the street ¦ Ana ¦ 2026-10-01 ¦ 2026-11-30 ¦ 60% ¦ Green ¦
        """
            )
        },
        {"Plan": "id parent objective/key_result owner start_date due progress status comment"},
        {"Plan": 1},
    ),
    File(
        "matrix without header",
        "matrix",
        3,
        8,
        {
            "Board": (
                """
            OKR BOARD Q4 2026 – PEOPLE TEAM

            Objective 1 ¦  ¦ Objective 2 ¦  ¦ Objective 3
            Hire people who raise the bar ¦  ¦ Managers people want to work for ¦  ¦ Pay that is fair and easy to explain
            KR1: Time to hire from 63 to 40 days ¦  ¦ KR1: 100% of managers finish the leadership basics ¦  ¦ KR1: All roles mapped to a salary band
            KR2: 80% of candidates rate the process 4/5 or better ¦  ¦ KR2: Upward feedback score 4.2 ¦  ¦ KR2: Gender pay gap below 2%
            KR3: 50% of offers to women ¦  ¦ KR3: Regretted leavers down to 4 ¦  ¦
        """
            )
        },
    ),
    File(
        "matrix with labels at the side",
        "matrix",
        3,
        7,
        {
            "OKR": (
                """
             ¦ O1 ¦ O2 ¦ O3
            Objective ¦ Double the number of active repair cafés ¦ Volunteers who stay ¦ Be known beyond the city
            Owner ¦ Greta ¦ Ben ¦ Yusuf
            Key Result 1 ¦ 24 cafés running monthly ¦ Volunteer retention at 80% ¦ 5 articles in national press
            Key Result 2 ¦ 3 new partner towns ¦ 40 volunteers trained in electronics ¦ 2,000 newsletter readers
            Key Result 3 ¦ 1,200 repairs logged ¦  ¦
        """
            )
        },
    ),
    File(
        "wide, KR1 - Title",
        "column-groups",
        3,
        7,
        {
            "Responses": (
                """
            Timestamp ¦ Email Address ¦ Team ¦ Quarter ¦ Objective Title ¦ Objective Description ¦ KR1 - Title ¦ KR1 - Baseline ¦ KR1 - Target ¦ KR1 - Current ¦ KR2 - Title ¦ KR2 - Baseline ¦ KR2 - Target ¦ KR2 - Current ¦ KR3 - Title ¦ KR3 - Baseline ¦ KR3 - Target ¦ KR3 - Current
            @2026-10-02 ¦ dana@example.com ¦ Billing ¦ Q4 2026 ¦ Invoices that never need a second look ¦ Finance spends two days a month on corrections ¦ Corrected invoices per month ¦ 140 ¦ 40 ¦ 95 ¦ Share of invoices sent by the 3rd ¦ 62% ¦ 95% ¦ 80% ¦ Tickets about invoices ¦ 210 ¦ 90 ¦ 160
            @2026-10-02 ¦ li.wei@example.com ¦ Platform ¦ Q4 2026 ¦ Developers deploy without asking us ¦  ¦ Services on the new pipeline ¦ 9 ¦ 30 ¦ 17 ¦ Deploys per week ¦ 22 ¦ 60 ¦ 41 ¦  ¦  ¦  ¦
            @2026-10-05 ¦ amara@example.com ¦ Data ¦ Q4 2026 ¦ One number for revenue ¦ Sales, finance and product report different figures ¦ Dashboards moved to the shared model ¦ 0 ¦ 25 ¦ 11 ¦ Open data quality incidents ¦ 19 ¦ 5 ¦ 12 ¦  ¦  ¦  ¦
        """
            )
        },
        {
            "Responses": (
                "- owner/- team cycle objective comment key_result baseline target current"
                " key_result baseline target current key_result baseline target current"
            )
        },
        {"Responses": 1},
    ),
    File(
        "objective columns for company and team",
        "level-columns/flat",
        5,
        5,
        {
            "Q4": (
                """
            Organizational Objective ¦ Functional Objective ¦ Key Result ¦ Responsible Dept ¦ Baseline (Q3) ¦ Target Q4 ¦ Status
            Grow sustainably in existing markets ¦ Raise the share of repeat customers ¦ Repeat purchase rate from 28% to 36% ¦ CRM ¦ 28% ¦ 36% ¦ In Progress
            Grow sustainably in existing markets ¦ Raise the share of repeat customers ¦ Loyalty members at 50,000 ¦ CRM ¦ 31000 ¦ 50000 ¦ In Progress
            Grow sustainably in existing markets ¦ Bring the basket up ¦ Average basket from £38 to £44 ¦ Merchandising ¦ £38 ¦ £44 ¦ Todo
            Run a lean organisation ¦ Lower stock without empty shelves ¦ Stock days from 74 to 55 ¦ Supply Chain ¦ 74 days ¦ 55 days ¦ In Progress
            Run a lean organisation ¦ Lower stock without empty shelves ¦ Availability stays at 97% ¦ Supply Chain ¦ 97% ¦ 97% ¦ Closed
        """
            )
        },
        {"Q4": "parent/objective objective key_result team/owner baseline target status"},
        {"Q4": 1},
        asks=True,
    ),
    File(
        "a value a month",
        "period-blocks",
        2,
        4,
        {
            "Scorecard": (
                """
            OKR Scorecard FY26

            Objective ¦ Key Result ¦ Owner ¦ Baseline ¦ Target ¦ Oct ¦ Nov ¦ Dec ¦ Status
            Deliver clean water to every village in the delta ¦ Pumps repaired ¦ Field team A ¦ 0 ¦ 140 ¦ 48 ¦ 97 ¦  ¦ On track
             ¦ Samples within the norm ¦ Lab ¦ 71% ¦ 95% ¦ 78% ¦ 84% ¦  ¦ At risk
            Communities run the pumps themselves ¦ Committees trained ¦ Field team B ¦ 12 ¦ 60 ¦ 25 ¦ 33 ¦  ¦ Behind
             ¦ Committees with a repair fund ¦ Field team B ¦ 4 ¦ 45 ¦ 9 ¦ 14 ¦  ¦ Behind
        """
            )
        },
        {"Scorecard": "objective key_result owner baseline target current/- current - status"},
        {"Scorecard": 3},
    ),
    File(
        "a tab for each key result",
        "series",
        2,
        2,
        {
            "KR1 Active members": (
                """
                KR1: 3,000 active members by the end of December
                Objective: ¦ A gym chain that people do not quit
                Target ¦ 3000
                Baseline ¦ 2150

                Date ¦ Active members ¦ Comment
                @2026-10-05 ¦ 2190 ¦
                @2026-10-19 ¦ 2304 ¦ student offer
                @2026-11-02 ¦ 2467 ¦
                @2026-11-16 ¦ 2511 ¦ app outage
            """
            ),
            "KR2 Cancellations": (
                """
                KR2: Fewer than 60 cancellations a month
                Objective: ¦ A gym chain that people do not quit
                Target ¦ 60
                Baseline ¦ 118

                Date ¦ Cancellations ¦ Comment
                @2026-10-31 ¦ 101 ¦
                @2026-11-15 ¦ 88 ¦ new freeze option
            """
            ),
        },
        asks=True,
    ),
    File(
        "objective and key results in one cell",
        "one-cell",
        3,
        6,
        {
            "OKRs": (
                """
            Team ¦ OKR ¦ Owner ¦ Status
            Claims ¦ O: Claims are settled before the customer asks\\nKR1: 70% of claims settled in 5 days\\nKR2: Calls about open claims down to 300 a week ¦ Ruth ¦ In Progress
            Sales ¦ O: Brokers send us their best clients\\nKR1: 40 brokers with more than 10 policies\\nKR2: Renewal rate 91% ¦ Emil ¦ In Progress
            IT ¦ O: No more paper\\nKR1: 100% of policies digital\\nKR2: Two archives closed ¦ Sam ¦ Todo
        """
            )
        },
        {"OKRs": "team objective/key_result owner status"},
        {"OKRs": 1},
    ),
    File(
        "a block for each objective with a form around it",
        "blocks",
        2,
        5,
        {
            "Team Alpha": (
                """
             ¦ Quarterly OKR sheet
             ¦ Team ¦ Alpha ¦  ¦ Quarter ¦ Q4 2026

             ¦ Objective 1: ¦ Make the search understand what people mean
             ¦ Key Result ¦ Start ¦ Target ¦ Current ¦ Score ¦ Owner
             ¦ Zero-result searches below 3% ¦ 9.5% ¦ 3% ¦ 6.2% ¦ 0.5 ¦ Kim
             ¦ Click-through on the first result 48% ¦ 35% ¦ 48% ¦ 41% ¦ 0.5 ¦ Kim
             ¦ Synonyms for the 300 most common terms ¦ 40 ¦ 300 ¦ 180 ¦ 0.5 ¦ Lars

             ¦ Objective 2: ¦ The index is always fresh
             ¦ Key Result ¦ Start ¦ Target ¦ Current ¦ Score ¦ Owner
             ¦ New articles searchable within 2 minutes ¦ 35 ¦ 2 ¦ 12 ¦ 0.7 ¦ Lars
             ¦ No full reindex during the day ¦ 6 ¦ 0 ¦ 1 ¦ 0.8 ¦ Mei
        """
            )
        },
    ),
    File(
        "objective line by line with a separator row",
        "blocks/interleaved/headings",
        2,
        5,
        {
            "Q4": (
                """
            OBJECTIVE 1 ¦ Parents trust us with their children’s data ¦  ¦
            KEY RESULTS ¦  ¦ Target ¦ Now
            KR 1.1 ¦ Privacy review finished for all 9 apps ¦ 9 ¦ 5
            KR 1.2 ¦ Consent rate of parents at 85% ¦ 85% ¦ 71%
            KR 1.3 ¦ Zero open high-risk findings ¦ 0 ¦ 3

            OBJECTIVE 2 ¦ Teachers save an hour a week ¦  ¦
            KEY RESULTS ¦  ¦ Target ¦ Now
            KR 2.1 ¦ Weekly active teachers 4,000 ¦ 4000 ¦ 2900
            KR 2.2 ¦ Time to plan a lesson from 50 to 30 minutes ¦ 30 ¦ 41
        """
            )
        },
    ),
    File(
        "objective title in one column, key results in three unnumbered ones",
        "column-groups/one-cell",
        3,
        8,
        {
            "OKRs": (
                """
            Team ¦ Objective ¦ Key Result ¦ Key Result ¦ Key Result
            Brand ¦ A brand people recognise ¦ Aided awareness at 40% ¦ 3 campaigns live ¦ 20k followers
            Shop ¦ A shop that sells by itself ¦ Conversion at 2.8% ¦ Basket €61 ¦ Returns under 12%
            Stock ¦ Never out of the bestsellers ¦ Top 50 available 98% ¦ Two suppliers each ¦
        """
            )
        },
        {"OKRs": "team objective key_result key_result key_result"},
    ),
    File(
        "wide with key results and progress after each",
        "column-groups",
        2,
        5,
        {
            "H2": (
                """
            Company OKRs H2 2026
            Objective ¦ Lead ¦ KR 1 ¦ Progress ¦ KR 2 ¦ Progress ¦ KR 3 ¦ Progress ¦ Overall
            Build a bank for freelancers ¦ Iris ¦ 10,000 accounts ¦ 42% ¦ Card activation 70% ¦ 55% ¦ Cost per account €18 ¦ 30% ¦ 42%
            Pass the audit with ease ¦ Lev ¦ All 64 controls tested ¦ 80% ¦ No major finding ¦ 100% ¦  ¦  ¦ 90%
        """
            )
        },
        {
            "H2": (
                "objective owner key_result progress key_result progress key_result progress"
                " progress/-"
            )
        },
        {"H2": 2},
    ),
    File(
        "numbers before objectives and letters before key results",
        "outline/headings/interleaved/blocks",
        2,
        5,
        {
            "Plan": (
                """
            Objectives & Key Results ¦ Owner ¦ Target ¦ Status
            Objective 1 - Make payroll boring ¦ Finance ¦  ¦ On Track
            KR 1 - Payslips without correction: 99% ¦ Payroll ¦ 99% ¦ On Track
            KR 2 - Close payroll in 2 days ¦ Payroll ¦ 2 days ¦ At Risk
            Objective 2 - Books closed by day 4 ¦ Finance ¦  ¦ Behind
            KR 1 - Manual entries below 40 ¦ Ledger ¦ 40 ¦ Behind
            KR 2 - All 9 entities on one chart ¦ Ledger ¦ 9 ¦ On Track
            KR 3 - Audit questions answered in 24 h ¦ Controller ¦ 24 h ¦ On Track
        """
            )
        },
        {"Plan": "objective/key_result owner target status"},
        {"Plan": 1},
    ),
    File(
        "checkbox list of key results under headings",
        "blocks/headings/interleaved/one-cell",
        2,
        5,
        {
            "OKRs": (
                """
            My OKRs – autumn 2026

            Objective: Publish the second edition of the handbook
            FALSE ¦ KR1: 14 chapters revised
            TRUE ¦ KR2: Three reviewers found
            FALSE ¦ KR3: Pre-orders: 500

            Objective: Teach what I know
            FALSE ¦ KR1: Six guest lectures
            TRUE ¦ KR2: Course page online
        """
            )
        },
    ),
    File(
        "three levels in an outline column",
        "outline",
        3,
        4,
        {
            "Cascade": (
                """
            WBS ¦ Objective / Key Result ¦ Type ¦ Owner ¦ Target ¦ Actual
            1 ¦ A hospital without waiting ¦ Objective ¦ Board ¦  ¦
            1.1 ¦ Operations start on time ¦ Objective ¦ Surgery ¦  ¦
            1.1.1 ¦ First cut at 8:00 in 90% of rooms ¦ Key Result ¦ Surgery ¦ 90% ¦ 78%
            1.1.2 ¦ Turnover time 25 min ¦ Key Result ¦ Surgery ¦ 25 ¦ 33
            1.2 ¦ Discharge before noon ¦ Objective ¦ Wards ¦  ¦
            1.2.1 ¦ 60% leave before noon ¦ Key Result ¦ Wards ¦ 60% ¦ 41%
            1.2.2 ¦ Letters ready a day ahead ¦ Key Result ¦ Wards ¦ 95% ¦ 70%
        """
            )
        },
        {"Cascade": "id objective/key_result kind owner target current"},
        {"Cascade": 1},
    ),
    File(
        "quarter and year columns of targets",
        "period-blocks",
        2,
        4,
        {
            "Roadmap": (
                """
            Objective ¦ Key Result ¦ Unit ¦ Actual 2025 ¦ Target 2026 ¦ Target 2027 ¦ Target 2028 ¦ Owner
            Feed the city from the region ¦ Share of regional produce ¦ % ¦ 18 ¦ 24 ¦ 30 ¦ 40 ¦ Market board
            Feed the city from the region ¦ Farms under contract ¦ # ¦ 61 ¦ 85 ¦ 110 ¦ 150 ¦ Market board
            No food in the bin ¦ Waste per stall ¦ kg/day ¦ 9.4 ¦ 7 ¦ 5 ¦ 3 ¦ Operations
            No food in the bin ¦ Stalls that donate ¦ # ¦ 12 ¦ 40 ¦ 70 ¦ 90 ¦ Operations
        """
            )
        },
        {"Roadmap": "objective key_result unit -/baseline/current target - - owner"},
        {"Roadmap": 1},
    ),
    File(
        "strategy on a page as a matrix with placeholders",
        "matrix",
        3,
        8,
        {
            "Strategy": (
                """
            NGO Riverbank – OKR canvas
            Vision: rivers that people swim in

             ¦ GOAL 1: Clean water at the source ¦ GOAL 2: People who care ¦ GOAL 3: A steady organisation
            KEY RESULTS ¦ [X]% fewer discharges ¦ 400 volunteers on the river day ¦ 6 months of reserves
             ¦ 25 farms with buffer strips ¦ [3] alliances with schools ¦ Two new funders
             ¦ 3 treatment plants upgraded ¦ 40 school classes ¦
             ¦ Lead: Oto ¦ Lead: Ema ¦ Lead: Ilse
        """
            )
        },
        asks=True,
    ),
    File(
        "outline to three depths in the text, restarting",
        "outline",
        5,
        8,
        {
            "Communication": (
                """
            Work plan of the department
            Communication department

             ¦ Objectives and Key Results ¦ Responsible ¦ Start ¦ Deadline ¦ Completion of the obj in % ¦ Comments
             ¦ 1. Strengthen the voice of the federation ¦ Head of communication ¦ 28 Mar 2026 ¦ 31 Dec 2026 ¦ 40 ¦
             ¦ 1.1. Publish a monthly bulletin ¦ Editor ¦ 28 Mar 2026 ¦ 31 Dec 2026 ¦ 70 ¦
             ¦ 1.1.1. 10 bulletins sent ¦ Editor ¦ 28 Mar 2026 ¦ 31 Dec 2026 ¦ 80 ¦ 8 so far
             ¦ 1.1.2. Opening rate of 35 percent ¦ Editor ¦ 28 Mar 2026 ¦ 31 Dec 2026 ¦ 60 ¦
             ¦ 1.2. Be present in the media ¦ Spokesperson ¦ 2 May 2026 ¦ 30 Nov 2026 ¦ 30 ¦
             ¦ 1.2.1. 20 interviews ¦ Spokesperson ¦ 2 May 2026 ¦ 30 Nov 2026 ¦ 45 ¦
             ¦ 1.2.2. 4 opinion pieces ¦ Spokesperson ¦ 2 May 2026 ¦ 30 Nov 2026 ¦ 25 ¦
             ¦ 1.2.10. Two press visits ¦ Spokesperson ¦ 2 May 2026 ¦ 30 Nov 2026 ¦ 0 ¦ postponed
             ¦ 2. Members know what we do ¦ Head of communication ¦ 28 Mar 2026 ¦ 31 Dec 2026 ¦ 50 ¦
             ¦ 2.2. Meet the members ¦ Secretary ¦ 28 Mar 2026 ¦ 31 Dec 2026 ¦ 50 ¦
             ¦ 2.2.1. 12 regional meetings ¦ Secretary ¦ 28 Mar 2026 ¦ 31 Dec 2026 ¦ 60 ¦
             ¦ 2.2.2. Survey answered by 400 members ¦ Secretary ¦ 28 Mar 2026 ¦ 31 Dec 2026 ¦ 40 ¦
             ¦ 2.2.3. One-page report in three languages ¦ Editor ¦ 28 Mar 2026 ¦ 31 Dec 2026 ¦ 50 ¦
        """
            )
        },
        {"Communication": "objective/key_result owner start_date/baseline due progress comment"},
        {"Communication": 4},
    ),
    File(
        "series tabs by week with target column",
        "series",
        0,
        2,
        {
            "Signups": (
                """
                Week ¦ Actual ¦ Target
                @2026-10-05 ¦ 210 ¦ 1200
                @2026-10-12 ¦ 388 ¦ 1200
                @2026-11-09 ¦ 870 ¦ 1200
            """
            ),
            "Support tickets": (
                """
                Week ¦ Actual ¦ Target
                @2026-10-05 ¦ 95 ¦ 40
                @2026-10-12 ¦ 91 ¦ 40
                @2026-11-09 ¦ 63 ¦ 40
            """
            ),
        },
        asks=True,
    ),
    File(
        "objective told above, list of key results below",
        "blocks/key-results-only/flat",
        1,
        4,
        {
            "OKR 1": (
                """
            Objective: ¦ Make our city library a second living room
            Owner: ¦ Head of library
            Quarter: ¦ Q4 2026

            Key Result ¦ Baseline ¦ Target ¦ Current ¦ Confidence ¦ Comments
            Visits per opening hour ¦ 34 ¦ 50 ¦ 41 ¦ High ¦
            Visitors who stay longer than an hour ¦ 22% ¦ 40% ¦ 29% ¦ Medium ¦ new chairs in December
            Evening events ¦ 3 ¦ 12 ¦ 7 ¦ High ¦
            Complaints about noise ¦ 19 ¦ 8 ¦ 15 ¦ Low ¦
        """
            )
        },
    ),
    File(
        "two objective rows of header words inside the data",
        "typed-rows/blocks/interleaved/filled-down/headings",
        2,
        4,
        {
            "OKR": (
                """
            Type ¦ Description ¦ Owner ¦ Progress % ¦ Status ¦ Notes
            OBJECTIVES ¦  ¦  ¦  ¦  ¦
            O1 ¦ Sell where our customers already shop ¦ Vera ¦ 40 ¦ Behind ¦
            KEY RESULTS ¦  ¦  ¦  ¦  ¦
            KR1 ¦ 3 marketplaces live ¦ Vera ¦ 67 ¦ On track ¦
            KR2 ¦ 15% of revenue from marketplaces ¦ Nick ¦ 20 ¦ Behind ¦
            OBJECTIVES ¦  ¦  ¦  ¦  ¦
            O2 ¦ Deliver next day ¦ Nick ¦ 55 ¦ On track ¦
            KEY RESULTS ¦  ¦  ¦  ¦  ¦
            KR1 ¦ 90% of orders next day ¦ Nick ¦ 60 ¦ On track ¦
            KR2 ¦ Cost per parcel €3.90 ¦ Nick ¦ 50 ¦ On track ¦
        """
            )
        },
        {},
        asks=True,
    ),
)
