"""CSV files as tools write them."""

from __future__ import annotations

from real_life import File

__all__ = ["FILES"]

FILES = (
    File(
        "well-known app export with start and end values",
        "flat",
        2,
        5,
        {
            "Goals Export": (
                """
            Goal ID,Level,Objective,Objective Progress,Key Result,KR Owner,KR Type,Start,End,Current,KR Progress,Health,Start Date,End Date,Last Update
            G-1041,Company,Make onboarding effortless for mid-size customers,52%,Reduce time to first value from 21 days to 7 days,Nadia Karim,Metric,21,7,13,57%,On Track,2026-10-01,2026-12-31,2026-11-16
            G-1041,Company,Make onboarding effortless for mid-size customers,52%,Increase self-serve activation from 34% to 60%,Nadia Karim,Percentage,34,60,46,46%,On Track,2026-10-01,2026-12-31,2026-11-16
            G-1041,Company,Make onboarding effortless for mid-size customers,52%,Publish 12 guided tours,Oluwaseun A.,Metric,0,12,6,50%,At Risk,2026-10-01,2026-12-31,2026-11-09
            G-1077,Team,Engineering ships with confidence,31%,Change failure rate below 10%,Victor Hsu,Percentage,24,10,20,29%,Behind,2026-10-01,2026-12-31,2026-11-02
            G-1077,Team,Engineering ships with confidence,31%,All 14 services have an owner and a runbook,Victor Hsu,Metric,3,14,7,36%,At Risk,2026-10-01,2026-12-31,2026-11-12
        """
            )
        },
        {
            "Goals Export": (
                "objective_id/id level objective progress key_result owner kind baseline target"
                " current progress status start_date due checked_in"
            )
        },
        {},
        "csv",
    ),
    File(
        "typed rows with ids of an app",
        "typed-rows",
        4,
        6,
        {
            "goals": (
                """
            id,parent_id,type,title,description,owner,department,period,start_value,target_value,current_value,unit,progress_pct,status,updated_at
            301,,company_objective,Become the default choice for independent pharmacies,,ceo@example.com,Executive,2026-Q4,,,,,41,on_track,2026-11-15T08:20:11.482913+00:00
            302,301,team_objective,Grow the pharmacy network in the south,Focus on towns below 50k people,sales.lead@example.com,Sales,2026-Q4,,,,,47,on_track,2026-11-15T08:20:11.482913+00:00
            303,302,key_result,Sign 60 pharmacies in the southern region,,r.diaz@example.com,Sales,2026-Q4,12,60,34,#,46,on_track,2026-11-14T16:02:50.100020+00:00
            304,302,key_result,Median time from contact to contract under 20 days,,r.diaz@example.com,Sales,2026-Q4,45,20,31,days,56,on_track,2026-11-14T16:03:12.900001+00:00
            305,301,team_objective,Orders arrive complete,,ops@example.com,Operations,2026-Q4,,,,,33,at_risk,2026-11-12T10:00:00.000000+00:00
            306,305,key_result,Share of complete orders at 98%,,ops@example.com,Operations,2026-Q4,91,98,93,%,29,at_risk,2026-11-12T10:01:00.000000+00:00
            307,305,key_result,Stock-outs of the top 200 products below 5 a week,,d.moreau@example.com,Operations,2026-Q4,22,5,16,#,35,at_risk,2026-11-12T10:02:00.000000+00:00
            308,301,team_objective,A calm and skilled support team,,care@example.com,Care,2026-Q4,,,,,55,behind,2026-11-01T07:45:00.000000+00:00
            309,308,key_result,First contact resolution from 62% to 80%,,care@example.com,Care,2026-Q4,62,80,70,%,44,behind,2026-11-01T07:46:00.000000+00:00
            310,308,key_result,Everyone has finished the product certificate,,care@example.com,Care,2026-Q4,0,18,12,people,67,on_track,2026-11-01T07:47:00.000000+00:00
        """
            )
        },
        {
            "goals": (
                "id parent kind/level objective/key_result comment owner team cycle baseline target"
                " current unit progress status checked_in"
            )
        },
        {},
        "csv",
    ),
    File(
        "wide, KPI 1 - Title",
        "column-groups",
        2,
        4,
        {
            "plan": (
                """
            Goal Title,Goal Owner,KPI 1 - Title,KPI 1 - Unit,KPI 1 - Target,KPI 2 - Title,KPI 2 - Unit,KPI 2 - Target,Deadline
            Fill every seat of the evening school,Mrs. Adeyemi,Enrolled students,people,480,Drop-out rate,%,12,2026-12-18
            Courses that lead to a job,Mr. Novak,Graduates hired within 6 months,%,70,Partner companies,companies,35,2026-12-18
        """
            )
        },
        {"plan": "objective owner key_result unit target key_result unit target due"},
        {},
        "csv",
    ),
    File(
        "wide, key_result_1_title",
        "column-groups",
        3,
        6,
        {
            "okr_submissions": (
                """
            employee_id,employee_name,department,period,objective_title,objective_weight,key_result_1_title,key_result_1_target,key_result_1_actual,key_result_2_title,key_result_2_target,key_result_2_actual,performance_score,status
            E0113,Hannah Osei,Procurement,2026-Q4,Fewer suppliers and better terms,0.5,Active suppliers reduced to 180,180,214,Average payment term of 45 days,45,38,0.62,submitted
            E0118,Luca Ferri,Procurement,2026-Q4,No project waits for a part,0.5,Rush orders per month,6,11,Parts delivered on the promised day (%),96,91,0.55,submitted
            E0121,Priya Nair,Facilities,2026-Q4,An office people like to come to,1,Average weekly occupancy (%),55,47,Energy use per square metre (kWh),88,97,0.48,draft
        """
            )
        },
        {
            "okr_submissions": (
                "- owner team cycle objective weight key_result target current key_result target"
                " current score status/-"
            )
        },
        {},
        "csv",
        asks=True,  # whether `submitted` says how a row stands
    ),
    File(
        "wide, camel case with progress",
        "column-groups",
        2,
        5,
        {
            "export": (
                """
            objectiveId;objectiveName;ownerEmail;keyResult1;keyResult1Progress;keyResult2;keyResult2Progress;keyResult3;keyResult3Progress;overallProgress
            obj_91;Publish research that other labs build on;m.keller@example.com;6 papers submitted to A-ranked venues;50%;Data sets of all papers are public;75%;3 groups reproduce our results;33%;53%
            obj_92;Students finish on time;j.roth@example.com;Median thesis time 7 months;40%;Every student meets the adviser weekly;80%;;;60%
        """
            )
        },
        {
            "export": (
                "objective_id objective owner key_result progress key_result progress key_result"
                " progress progress"
            )
        },
        {},
        "csv",
    ),
    File(
        "path of levels",
        "level-columns",
        6,
        6,
        {
            "cascade": (
                """
            level_1,level_2,level_3,level_4,owner,metric_start,metric_target,metric_current
            Healthy growth,Win in home care,Launch subscription in three cities,Subscribers reach 2500,Rosa,0,2500,900
            Healthy growth,Win in home care,Launch subscription in three cities,Churn under 4% a month,Rosa,9,4,6
            Healthy growth,Win in home care,Caregivers choose us,Caregiver applications per week at 120,Ivan,45,120,80
            Healthy growth,Spend with care,Every euro of ads earns three,Return on ad spend of 3,Mona,1.8,3,2.2
            Healthy growth,Spend with care,Every euro of ads earns three,Cost per lead at 14,Mona,29,14,21
            Healthy growth,Spend with care,Every euro of ads earns three,Share of free traffic at 60%,Kofi,42,60,51
        """
            )
        },
        {},
        {},
        "csv",
    ),
    File(
        "one target a fiscal year",
        "period-blocks",
        2,
        5,
        {
            "kpi_plan": (
                """
            kpi_code,objective,kpi_name,unit,baseline_2025_26,y1_2026_27,y2_2027_28,y3_2028_29,responsible_dept
            K01,Expand affordable housing finance in tier-2 towns,Loan book,INR Cr,410,620,900,1300,Credit
            K02,Expand affordable housing finance in tier-2 towns,Branches in tier-2 towns,#,38,60,85,110,Branch Banking
            K03,Expand affordable housing finance in tier-2 towns,Average approval time,days,11,7,5,3,Credit Ops
            K04,Keep the book healthy,Gross NPA,%,2.9,2.4,2.0,1.8,Risk
            K05,Keep the book healthy,Collection efficiency,%,96.1,97.5,98.2,98.5,Collections
        """
            )
        },
        {"kpi_plan": "id objective key_result unit baseline target - - team/owner"},
        {},
        "csv",
    ),
    File(
        "several key results behind bars",
        "one-cell",
        3,
        8,
        {
            "goals": (
                """
            Goal Title,Key Results,Owner,Group,Timeline,Confidence
            Launch the marketplace in two more countries,Legal entity in Portugal | 40 sellers live before launch | First 500 orders,Noor,International,Q4 2026,Medium
            Sellers earn more with us,Median seller revenue up 20% | 60% of sellers use promotions,Tadeo,Seller Success,Q4 2026,High
            Payments that just work,Checkout failures below 1% | Payout within 2 days | Chargebacks under 0.3%,Ines,Payments,Q4 2026,Low
        """
            )
        },
        {"goals": "objective key_result owner team cycle confidence"},
        {},
        "csv",
    ),
    File(
        "key result column before the objective",
        "flat",
        3,
        6,
        {
            "board": (
                """
            id,title,status,quarter,team,pillar,objective,labels,progress
            #812,Cold start below 200 ms on the reference board,In Progress,Q4 2026,runtime,performance,Fast from the first second,"runtime,perf",60.
            #813,Memory ceiling of 64 MB holds in all samples,In Progress,Q4 2026,runtime,performance,Fast from the first second,,35.
            #820,Three hardware vendors ship our image,Todo,Q4 2026,partners,reach,Hardware people choose us,partner,0.
            #821,Certification kit used by 5 labs,In Progress,Q4 2026,partners,reach,Hardware people choose us,,40.
            #830,Docs answer the 50 most asked questions,Closed,Q4 2026,docs,reach,Newcomers succeed alone,docs,100.
            #831,Median first-build time under 10 minutes,In Progress,Q4 2026,docs,reach,Newcomers succeed alone,"docs,dx",50.
        """
            )
        },
        {"board": "id key_result status cycle team - objective - progress"},
        {},
        "csv",
    ),
    File(
        "objective column that holds the id",
        "joined",
        2,
        5,
        {
            "objectives": (
                """
                id,name,owner,cycle,obj_status
                1,Ship a phone people can repair at home,hw-lead,2026-Q4,on_track
                2,Buyers understand what repairable means,brand,2026-Q4,at_risk
            """
            ),
            "key_results": (
                """
                id,objective,name,baseline_value,target_value,current_value,kr_status_auto,kr_status_override
                11,1,Parts swapped without tools,2,6,4,on_track,
                12,1,Repair guides with video,3,15,9,on_track,
                13,1,iFix-style repair score,7.5,9,8,at_risk,on_track
                21,2,People who can explain the promise in a survey (%),14,40,22,at_risk,
                22,2,Visits to the repair pages a month,12000,60000,21000,behind,at_risk
            """
            ),
        },
        {
            "objectives": "id/objective_id objective owner cycle status",
            "key_results": (
                "id parent/objective_id key_result baseline target current status/- status/-"
            ),
        },
        {},
        "csv",
    ),
    File(
        "every line quoted again",
        "flat",
        2,
        3,
        {
            "okrs": (
                """
            "OKR_ID,Objective,Key_Result,Owner,Target,Current,Status,Last_Updated"
            "OKR-1,""Reduce waiting time, without overtime"",Median wait in the ER below 45 min,Dr. Sato,45,62,At Risk,2026-11-12"
            "OKR-1,""Reduce waiting time, without overtime"",Beds free by 11 am: 70%,Nurse Ilic,70,58,On Track,2026-11-13"
            "OKR-2,Patients understand their plan,Readable letters for 12 clinics,Dr. Roy,12,7,On Track,2026-11-10"
        """
            )
        },
        {"okrs": "id/objective_id objective key_result owner target current status checked_in"},
        {},
        "csv",
    ),
    File(
        "objectives of the company, no key results",
        "objectives-only",
        5,
        0,
        {
            "goals_2026": (
                """
            Goal_Key,Goal Title,Description,Parent_Goal,Owner,Department,Target_Date,Progress %,Status
            G1,Become carbon neutral in all warehouses,Scope 1 and 2 only,,Ada Brown,Sustainability,2026-12-31,35,In Progress
            G2,Cut packaging by a third,,G1,Mo Farouk,Procurement,2026-12-31,50,In Progress
            G3,Solar on four roofs,Two roofs have permits,G1,Ada Brown,Facilities,2026-11-30,75,In Progress
            G4,Every warehouse has an apprentice programme,,,Jill Ong,HR,2026-12-31,10,Needs focus
            G5,Replace the booking system,Vendor chosen in September,,Ken Abe,IT,2026-12-15,60,In Progress
        """
            )
        },
        {"goals_2026": "id/objective_id objective comment parent owner team due progress status"},
        {},
        "csv",
    ),
    File(
        "emoji states and links",
        "flat",
        2,
        5,
        {
            "OKR tracker": (
                """
            🎯 Objective,🔑 Key Result,👤 Owner,📊 Progress,🚦 Status,Confidence,🔗 Link,Last check-in,Notes
            Podcast listeners become subscribers,Trial starts from episodes: 1200 a month,@mira,35%,🟡 At risk,🤔,https://example.com/d/1,"Nov 9, 2026",promo slots sold out
            Podcast listeners become subscribers,Conversion trial → paid at 40%,@mira,55%,🟢 On track,🙂,https://example.com/d/2,"Nov 16, 2026",
            Podcast listeners become subscribers,Three shows with members-only feed,@abdul,67%,🟢 On track,😀,,"Nov 16, 2026",
            A newsroom that plans ahead,80% of big stories planned 3 weeks out,@zoe,20%,🔴 Off track,😟,https://example.com/d/4,"Nov 2, 2026",election week
            A newsroom that plans ahead,No weekend shifts with less than 2 editors,@zoe,100%,✅ Done,😀,,"Oct 31, 2026",
        """
            )
        },
        {
            "OKR tracker": (
                "objective key_result owner progress status confidence - checked_in comment"
            )
        },
        {},
        "csv",
    ),
    File(
        "sentences as baseline and target",
        "flat",
        2,
        4,
        {
            "release_okrs": (
                """
            objective_id,objective,key_result_id,key_result,linked_metric,baseline,target,owner,status,decisions_needed
            OBJ-REL,Release without drama,KR-REL-1,Release checklist is used by every squad,checklist_usage,Used by two squads in Q3,All seven squads use it,Release mgmt,Needs focus,Agree on one template
            OBJ-REL,Release without drama,KR-REL-2,Failed releases go down,failed_releases,Q3 release and deployment baseline,2 or fewer in the quarter,Release mgmt,On track,
            OBJ-DOC,Requirements people can build from,KR-DOC-1,Stories returned by developers,returned_stories,18 percent,8 percent,BA chapter,At risk,
            OBJ-DOC,Requirements people can build from,KR-DOC-2,Definition of ready is agreed,dor,Draft exists,Signed by all leads,BA chapter,On track,Who signs for mobile?
        """
            )
        },
        {
            "release_okrs": (
                "objective_id objective id key_result - baseline target owner status comment/-"
            )
        },
        {},
        "csv",
    ),
    File(
        "notion csv export",
        "joined/typed-rows/flat",
        2,
        4,
        {
            "Key Results": (
                """
            Name,Objective,Owner,Current,Target,Progress,Status,Due Date,Created time
            Weekly writers reach 900,Writers make it a habit (https://www.notion.so/Writers-make-it-a-habit-1f2e3d4c5b6a79888796a5b4c3d2e1f0?pvs=21),Lea,640,900,0.71,On track,"December 31, 2026","September 28, 2026 9:14 AM"
            Drafts finished in the same week: 60%,Writers make it a habit (https://www.notion.so/Writers-make-it-a-habit-1f2e3d4c5b6a79888796a5b4c3d2e1f0?pvs=21),Lea,0.41,0.6,0.68,At risk,"December 31, 2026","September 28, 2026 9:15 AM"
            Reader replies per story above 2,Readers talk back (https://www.notion.so/Readers-talk-back-0a1b2c3d4e5f60718293a4b5c6d7e8f9?pvs=21),Theo,1.3,2,0.65,On track,"December 31, 2026","September 29, 2026 4:40 PM"
            Spam below 1% of replies,Readers talk back (https://www.notion.so/Readers-talk-back-0a1b2c3d4e5f60718293a4b5c6d7e8f9?pvs=21),Theo,0.03,0.01,0.4,Off track,"December 31, 2026","September 29, 2026 4:41 PM"
        """
            )
        },
        {"Key Results": "key_result objective owner current target progress status due -"},
        {},
        "csv",
    ),
    File(
        "goal and metric labels of a planning tool",
        "flat",
        2,
        4,
        {
            "metrics_export": (
                """
            Goal Identifier,Goal,Goal Cycle,Goal Owner Login,Metric Label,Metric_Start_Value,Metric_Target_Value,Metric_Current_Value,Metric Unit,Last Check-in Date,Confidence Level
            4711,Our API is boringly reliable,Q4 2026,jsmith,Availability,99.5,99.95,99.8,%,2026-11-18,Green
            4711,Our API is boringly reliable,Q4 2026,jsmith,P95 latency,420,250,330,ms,2026-11-18,Yellow
            4719,Partners integrate in a day,Q4 2026,kchan,Partners live,14,40,22,#,2026-11-11,Yellow
            4719,Partners integrate in a day,Q4 2026,kchan,Median time to first call,96,8,30,hours,2026-11-11,Red
        """
            )
        },
        {
            "metrics_export": (
                "objective_id/id objective cycle owner key_result baseline target current unit"
                " checked_in confidence"
            )
        },
        {},
        "csv",
    ),
    File(
        "one cell",
        "blocks",
        1,
        1,
        {
            "goal": (
                """
            "Goal: Reach more small farmers; Target: 5,000 farmers on the platform by December"
        """
            )
        },
        format="csv",
    ),
    File(
        "standing categories among the key results",
        "flat",
        2,
        4,
        {
            "db": (
                """
            "id","title","status","quarter","team","objective","labels","progress"
            "#91","Package manager resolves in under 1 s","Active 🏗","Q4 2026","build","Builds nobody waits for","","50."
            "#92","Remote cache for all CI jobs","Active 🏗","Q4 2026","build","Builds nobody waits for","","25."
            "#95","Editor plugin reaches 10k weekly users","Draft","Q4 2026","tools","Tools people talk about","","0."
            "#96","Formatter adopted by 20 projects","Complete ✅","Q4 2026","tools","Tools people talk about","","100."
        """
            )
        },
        {"db": "id key_result status cycle team objective - progress"},
        {},
        "csv",
    ),
    File(
        "outline with KR codes and jumping numbers",
        "outline/typed-rows",
        3,
        6,
        {
            "OKR list": (
                """
            KR_code,Text,Dept,Target,Actual
            O1,Lower the waiting list for day care,Family,,
            KR1.1,Open 6 new groups,Family,6,4
            KR1.3,Hire 24 educators,HR,24,15
            O2,Simpler permits,Permits,,
            KR2.1,Median decision in 20 days,Permits,20,31
            KR2.2,80% of applications online,Permits,80,66
            O5,Streets for everyone,Works,,
            KR5.1,30 crossings made step-free,Works,30,12
            KR5.4,Cycle counts up 15%,Works,15,9
        """
            )
        },
        {"OKR list": "id objective/key_result team target current"},
        {},
        "csv",
    ),
    File(
        "personal goals of a team in one list",
        "flat",
        3,
        5,
        {
            "people_goals": (
                """
            Employee,Department,Quarter,Organizational Objective,Key Result,Weight (%),Target_Date,Completion,Performance_Score
            Aisha Khan,Data,Q4 2026,Trusted numbers for every decision,Document 40 core tables,40,2026-12-15,55%,0.6
            Aisha Khan,Data,Q4 2026,Trusted numbers for every decision,Alert within 10 min of a failed load,60,2026-12-15,80%,0.8
            Ben Stone,Data,Q4 2026,Analysts help themselves,12 training sessions,50,2026-11-30,75%,0.7
            Ben Stone,Data,Q4 2026,Analysts help themselves,Ad-hoc requests down 30%,50,2026-12-20,20%,0.3
            Chloé Martin,Legal,Q4 2026,Contracts signed in a week,Standard terms for 5 contract types,100,2026-12-20,40%,0.5
        """
            )
        },
        {"people_goals": "owner team cycle objective key_result weight due progress score"},
        {},
        "csv",
    ),
    File(
        "fiscal quarters with english ordinals and text dates",
        "flat",
        2,
        4,
        {
            "OKRs": (
                """
            Obj Title,KR,Corporate,Dept,Goal Cycle,Base,Target Value,Actual,Due Date,Last Updated,Confidence (1-10),kr_note
            Every shipment visible to the customer,Shipments with live tracking,Acme Freight,Digital,Q1 FY27,38%,90%,61%,31-Dec-26,12-Nov-26,6,
            Every shipment visible to the customer,Calls asking where is my order (per 100),Acme Freight,Digital,Q1 FY27,14,5,9,31-Dec-26,12-Nov-26,7,
            Carriers who grow with us,Carriers on yearly contracts,Acme Freight,Procurement,Q1 FY27,22,60,35,15-Dec-26,5-Nov-26,5,two big ones undecided
            Carriers who grow with us,Invoices paid within 14 days,Acme Freight,Finance,Q1 FY27,40%,95%,72%,15-Dec-26,5-Nov-26,8,
        """
            )
        },
        {
            "OKRs": (
                "objective key_result -/team/parent team cycle baseline target current due"
                " checked_in confidence comment"
            )
        },
        {},
        "csv",
    ),
    File(
        "key results with parent kr of the level above",
        "flat",
        2,
        3,
        {
            "squad": (
                """
            Parent KR,Objective,Key Result,Responsible,Starting Value,Target,Current,Weight (%)
            Company churn below 3%,Billing is never the reason to leave,Failed card payments under 1%,Zed,3.2,1,2.1,60
            Company churn below 3%,Billing is never the reason to leave,Billing tickets per 1000 customers,Zed,18,8,12,40
            Two new segments,Usage pricing works,20 customers on usage pricing,Yara,0,20,8,100
        """
            )
        },
        {"squad": "parent objective key_result owner baseline target current weight"},
        {},
        "csv",
    ),
    File(
        "key results of many objectives named by id only",
        "key-results-only",
        0,
        5,
        {
            "key_results": (
                """
            kr_id,objective_id,kr_title,kr_type,metric_unit,baseline,target,current,confidence,owner_email,updated_at
            KR-9001,OBJ-301,Returning donors,numeric,people,410,600,505,0.7,e.park@example.com,2026-11-12T08:12:00+00:00
            KR-9002,OBJ-301,Average gift,currency,EUR,34,45,39.5,0.6,e.park@example.com,2026-11-12T08:13:00+00:00
            KR-9003,OBJ-302,Shelters with a night team,numeric,shelters,4,9,6,0.5,h.ali@example.com,2026-11-10T19:40:00+00:00
            KR-9004,OBJ-302,Beds free at midnight,numeric,beds,3,20,11,0.4,h.ali@example.com,2026-11-10T19:41:00+00:00
            KR-9005,OBJ-305,Audit passed,boolean,,0,1,0,0.9,c.lund@example.com,2026-10-30T07:00:00+00:00
        """
            )
        },
        {
            "key_results": (
                "id objective_id key_result kind unit baseline target current confidence owner"
                " checked_in"
            )
        },
        {},
        "csv",
    ),
)
