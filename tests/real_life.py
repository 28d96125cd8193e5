"""Sheets as people keep them, none made for okrsync: what each looks like, and what a person who reads it says. `test_real_life.py` reads them.

A grid is written a row a line, cells between broken bars. A number is a number in a workbook and text in a CSV file,
`@2026-10-05` is a date, `\\n` a line break within a cell, `<` a cell merged with the one above and `^` with the one to its left.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["FILES", "File"]


@dataclass(frozen=True)
class File:
    """A workbook, or one or several CSV files, with what a person says of it.

    `roles` gives for a tab the role of each column that has a header, in order (`-`: it is not read; `a/b`: either will do).
    `asks`: a person would hesitate here, so a question is an answer too. `refused`: tabs of which a person says they hold no OKRs.
    """

    name: str
    layout: str
    objectives: int
    key_results: int
    tabs: dict[str, str]
    roles: dict[str, str] = field(default_factory=dict)
    header: dict[str, int] = field(default_factory=dict)
    format: str = "xlsx"
    hidden: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    asks: bool = False
    separator: str = ","


FILES = (
    File(
        "quarter with title block and merged objectives", "filled-down", 3, 8,
        {"OKRs Q4 2026": """
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
        """},
        {"OKRs Q4 2026": "id/- objective key_result owner baseline target current progress comment"}, {"OKRs Q4 2026": 5},
    ),
    File(
        "portuguese sheet with responsaveis", "flat", 3, 7,
        {"OKRs 4T": """
            Objetivo ¦ Resultado-chave ¦ Responsável ¦ Time ¦ Trimestre ¦ Unidade ¦ Inicial ¦ Meta ¦ Atual ¦ Progresso ¦ Status ¦ Data Limite
            Aumentar a receita recorrente da plataforma ¦ Atingir R$ 1,2 mi de MRR ¦ Camila Souza ¦ Comercial ¦ 4T 2026 ¦ R$ ¦ 850000 ¦ 1200000 ¦ 990000 ¦ 0.4 ¦ em andamento ¦ 31/12/2026
            Aumentar a receita recorrente da plataforma ¦ Fechar 40 novos contratos anuais ¦ Rafael Lima ¦ Comercial ¦ 4T 2026 ¦ contratos ¦ 0 ¦ 40 ¦ 17 ¦ 0.425 ¦ em andamento ¦ 31/12/2026
            Aumentar a receita recorrente da plataforma ¦ Reduzir o churn mensal de 3,4% para 2% ¦ Rafael Lima ¦ Sucesso do Cliente ¦ 4T 2026 ¦ % ¦ 3.4 ¦ 2 ¦ 3.1 ¦ 0.21 ¦ em risco ¦ 31/12/2026
            Encantar os clientes no atendimento ¦ Elevar o NPS de 48 para 60 ¦ Juliana Prado ¦ Suporte ¦ 4T 2026 ¦ pontos ¦ 48 ¦ 60 ¦ 52 ¦ 0.33 ¦ em andamento ¦ 15/12/2026
            Encantar os clientes no atendimento ¦ Primeira resposta em até 2 horas ¦ Juliana Prado ¦ Suporte ¦ 4T 2026 ¦ horas ¦ 9 ¦ 2 ¦ 4 ¦ 0.71 ¦ em andamento ¦ 15/12/2026
            Formar um time que entrega ¦ Contratar 6 desenvolvedores ¦ André ¦ Tecnologia ¦ 4T 2026 ¦ pessoas ¦ 0 ¦ 6 ¦ 6 ¦ 1 ¦ concluído ¦ 30/11/2026
            Formar um time que entrega ¦ 80% do time com PDI ativo ¦ André ¦ RH ¦ 4T 2026 ¦ % ¦ 20 ¦ 80 ¦ 45 ¦ 0.42 ¦ não iniciado ¦ 31/12/2026
        """},
        {"OKRs 4T": "objective key_result owner team cycle unit baseline target current progress status due"}, {"OKRs 4T": 1},
    ),
    File(
        "portuguese app export semicolon", "flat", 2, 5,
        {"okrs_export": """
            id_obj;Título do Objetivo;KR Nome;un_medida;Direção;Base;Meta_Valor;Valor Atual;Progresso_Manual;responsavel;Atualizado em
            12;Ser referência em sustentabilidade no setor;Reduzir emissões por tonelada transportada;kgCO2;Diminuir;84,5;70;79,2;;Beatriz Nunes;2026-11-03 09:12:44
            12;Ser referência em sustentabilidade no setor;Trocar 30 veículos por elétricos;veículos;Aumentar;4;30;11;;Beatriz Nunes;2026-11-10 17:40:02
            12;Ser referência em sustentabilidade no setor;Obter a certificação ISO 14001;sim/não;Aumentar;0;1;0;35;Otávio Reis;2026-10-28 08:00:13
            15;Crescer com margem;Margem EBITDA de 14% para 18%;%;Aumentar;14;18;15,5;;Otávio Reis;2026-11-12 11:21:35
            15;Crescer com margem;Custo logístico sobre receita;%;Diminuir;9,8;8,5;9,4;;Helena;2026-11-12 11:24:10
        """},
        {"okrs_export": "objective_id objective key_result unit direction baseline target current progress owner checked_in"}, {"okrs_export": 1}, "csv", separator=";",
    ),
    File(
        "spanish labels above, two header rows and quarters repeated", "period-blocks", 2, 5,
        {"Marketing": """
            Seguimiento de OKR 2026
            Equipo: ¦ Marketing y Marca
            Responsable: ¦ Lucía Ferrer
            Periodo: ¦ 2026
            Último check-in: ¦ 16/11/2026

             ¦  ¦  ¦ Q3 2026 ¦ ^ ¦ ^ ¦ ^ ¦ Q4 2026 ¦ ^ ¦ ^ ¦ ^ ¦
            Objetivo ¦ Resultado clave ¦ Responsable del Key Result ¦ Baseline ¦ Real ¦ Target ¦ % Avance ¦ Baseline ¦ Real ¦ Target ¦ % Avance ¦ Confianza
            Posicionar la marca en el mercado andino ¦ Conseguir 25 menciones en prensa especializada ¦ Lucía ¦ 3 ¦ 9 ¦ 12 ¦ 0.67 ¦ 9 ¦ 14 ¦ 25 ¦ 0.31 ¦ Media
             ¦ Aumentar el tráfico orgánico a 80.000 visitas al mes ¦ Diego Ramos ¦ 41000 ¦ 52000 ¦ 60000 ¦ 0.58 ¦ 52000 ¦ 61000 ¦ 80000 ¦ 0.32 ¦ Alta
             ¦ Lograr 3 alianzas con universidades ¦ Sofía ¦ 0 ¦ 1 ¦ 1 ¦ 1 ¦ 1 ¦ 1 ¦ 3 ¦ 0 ¦ Baja
            Generar demanda que ventas acepte ¦ 400 leads calificados por trimestre ¦ Diego Ramos ¦ 180 ¦ 260 ¦ 300 ¦ 0.67 ¦ 260 ¦ 310 ¦ 400 ¦ 0.36 ¦ Media
             ¦ Bajar el costo por lead de 48 a 30 USD ¦ Sofía ¦ 48 ¦ 44 ¦ 40 ¦ 0.5 ¦ 44 ¦ 39 ¦ 30 ¦ 0.36 ¦ Media
        """},
        {"Marketing": "objective key_result owner - - - - baseline current target progress confidence"}, {"Marketing": 8},
    ),
    File(
        "german workbook with instructions and lists", "filled-down", 3, 7,
        {
            "Anleitung": """
                So arbeiten wir mit OKRs
                Ziel: ¦ Was wollen wir erreichen? Inspirierend und qualitativ.
                Schlüsselergebnis: ¦ Woran messen wir es? Zahl mit Start und Ende.
                Fortschritt: ¦ wird jeden Freitag vom Verantwortlichen eingetragen
                Fragen bitte an ¦ okr@example.com
            """,
            "OKR Q4-2026": """
                OKRs Werk Süd ¦  ¦  ¦  ¦  ¦  ¦ Stand: 13.11.2026

                Nr. ¦ Ziel ¦ Schlüsselergebnis ¦ Verantwortlich ¦ Start ¦ Ende ¦ Aktuell ¦ Einheit ¦ Fortschritt ¦ Bemerkung
                1 ¦ Wir liefern Teile, denen unsere Kunden blind vertrauen ¦ Reklamationsquote von 1,8 % auf 0,9 % senken ¦ Herr Brandl ¦ 1.8 ¦ 0.9 ¦ 1.5 ¦ % ¦ 33% ¦ Prüfstand 3 läuft
                 ¦  ¦ Erstmusterfreigabe in 10 statt 18 Tagen ¦ Fr. Öztürk ¦ 18 ¦ 10 ¦ 14 ¦ Tage ¦ 50% ¦
                 ¦  ¦ 5 Kunden auditieren uns mit Note A ¦ Brandl/Öztürk ¦ 1 ¦ 5 ¦ 2 ¦ Stk. ¦ 25% ¦
                2 ¦ Die Linie 4 läuft stabil ¦ OEE von 61 % auf 75 % ¦ Schichtleitung ¦ 61 ¦ 75 ¦ 66 ¦ % ¦ 36% ¦
                 ¦  ¦ Ungeplante Stillstände unter 4 h/Woche ¦ Instandhaltung ¦ 11 ¦ 4 ¦ 9 ¦ h ¦ 29% ¦ Ersatzteile fehlen
                3 ¦ Neue Kolleginnen und Kollegen fühlen sich schnell zu Hause ¦ 100 % haben einen Paten ab Tag 1 ¦ Personal ¦ 40 ¦ 100 ¦ 85 ¦ % ¦ 75% ¦
                 ¦  ¦ Einarbeitungszeit von 12 auf 8 Wochen ¦ Personal ¦ 12 ¦ 8 ¦ 11 ¦ Wochen ¦ 25% ¦
            """,
            "Mitarbeiter": """
                Name ¦ Abteilung ¦ E-Mail ¦ Ziel-Verantwortung
                Brandl, Josef ¦ Qualität ¦ j.brandl@example.com ¦ ja
                Öztürk, Ayşe ¦ Entwicklung ¦ a.oeztuerk@example.com ¦ ja
                Klein, Tobias ¦ Personal ¦ t.klein@example.com ¦ nein
            """,
            "Listen": """
                Status ¦ Einheit
                im Plan ¦ %
                gefährdet ¦ Tage
                nicht im Plan ¦ Stk.
            """,
        },
        {"OKR Q4-2026": "id/objective_id objective key_result owner baseline target current unit progress comment"}, {"OKR Q4-2026": 3}, hidden=("Listen",), refused=("Anleitung", "Mitarbeiter"),
    ),
    File(
        "chinese sheet with scores and weights", "filled-down", 2, 6,
        {"2026年Q4 OKR": """
            2026年第四季度OKR跟踪表
            部门：产品研发部 ¦ ¦ ¦ 负责人：王伟
            目标名称 ¦ 关键结果 ¦ 负责人 ¦ 权重 ¦ 起始值 ¦ 目标值 ¦ 当前值 ¦ KR进度% ¦ 信心 ¦ 状态 ¦ 截止日期 ¦ 得分（0-1 分）
            O1：打造稳定可靠的交易平台 ¦ KR1：核心接口可用性达到99.95% ¦ 李娜 ¦ 40% ¦ 99.8 ¦ 99.95 ¦ 99.9 ¦ 67 ¦ 高 ¦ 正常 ¦ 2026-12-31 ¦ 0.7
             ¦ KR2：平均响应时间从450毫秒降到200毫秒 ¦ 张强 ¦ 30% ¦ 450 ¦ 200 ¦ 300 ¦ 60 ¦ 中 ¦ 正常 ¦ 2026-12-31 ¦ 0.6
             ¦ KR3：P0级故障不超过1次 ¦ 张强 ¦ 30% ¦ 4 ¦ 1 ¦ 2 ¦ 67 ¦ 中 ¦ 有风险 ¦ 2026-12-31 ¦ 0.5
            O2：让新用户在第一天就感受到价值 ¦ KR1：次日留存率提升到45% ¦ 陈静 ¦ 50% ¦ 36 ¦ 45 ¦ 39 ¦ 33 ¦ 低 ¦ 有风险 ¦ 2026-11-30 ¦ 0.3
             ¦ KR2：新手引导完成率达到80% ¦ 陈静 ¦ 30% ¦ 55 ¦ 80 ¦ 71 ¦ 64 ¦ 高 ¦ 正常 ¦ 2026-11-30 ¦ 0.6
             ¦ KR3：完成10场用户访谈 ¦ 刘洋 ¦ 20% ¦ 0 ¦ 10 ¦ 10 ¦ 100 ¦ 高 ¦ 已完成 ¦ 2026-10-31 ¦ 1
        """},
        {"2026年Q4 OKR": "objective key_result owner weight baseline target current progress confidence status due score"}, {"2026年Q4 OKR": 3},
    ),
    File(
        "chinese one column for both", "typed-rows/outline/interleaved/headings", 2, 4,
        {"Sheet1": """
            目标与关键结果 ¦ 责任人 ¦ 进度% ¦ 评分 ¦ 风险状态
            O1 提升品牌在华东市场的影响力 ¦ 赵敏 ¦ 45 ¦ 0.5 ¦ 正常
            KR1 新增经销商 20 家 ¦ 赵敏 ¦ 50 ¦ 0.5 ¦ 正常
            KR2 线上曝光达到 500 万次 ¦ 孙磊 ¦ 40 ¦ 0.4 ¦ 有风险
            O2 优化供应链成本 ¦ 周杰 ¦ 30 ¦ 0.3 ¦ 有风险
            KR1 采购成本下降 8% ¦ 周杰 ¦ 25 ¦ 0.3 ¦ 有风险
            KR2 库存周转天数降至 35 天 ¦ 吴芳 ¦ 35 ¦ 0.4 ¦ 正常
        """},
        {"Sheet1": "objective/key_result owner progress score status"}, {"Sheet1": 1},
    ),
    File(
        "catalan objectives and results in two csv files", "joined", 3, 6,
        {
            "objectius": """
                okr_id,objectiu,estat,trimestre
                OKR-01,Fer créixer la comunitat de voluntaris,actiu,2026-Q4
                OKR-02,Obrir les dades del municipi,actiu,2026-Q4
                OKR-03,Millorar la comunicació interna,esborrany,2026-Q4
            """,
            "resultats_clau": """
                kr_id,okr_id,descripcio,inicial,meta,actual,confidence,responsable
                KR-011,OKR-01,Passar de 120 a 200 voluntaris actius,120,200,155,7,Marta Puig
                KR-012,OKR-01,Organitzar 8 trobades de barri,0,8,5,8,Pau
                KR-021,OKR-02,Publicar 40 conjunts de dades,12,40,22,5,Núria Serra
                KR-022,OKR-02,"3 projectes externs fan servir l'API, com a mínim un de la universitat",0,3,1,4,Núria Serra
                KR-031,OKR-03,Enviar el butlletí cada dues setmanes,0,6,3,9,Pau
                KR-032,OKR-03,75% de participació a l'enquesta interna,52,75,0,6,Laia
            """,
        },
        {"objectius": "id/objective_id objective status cycle", "resultats_clau": "id objective_id/parent key_result baseline target current confidence owner"}, {}, "csv",
    ),
    File(
        "french quarter plan", "interleaved/filled-down", 2, 5,
        {"T4 2026": """
            OKR – Direction Relation Client – T4 2026

            Objectif ¦ Résultats clés ¦ Porteur ¦ Valeur initiale ¦ Cible ¦ Valeur actuelle ¦ Avancement ¦ Météo ¦ Échéance ¦ Commentaires
            Devenir la référence du service client dans notre secteur ¦  ¦ Claire Dubois ¦  ¦  ¦  ¦ 48% ¦  ¦  ¦
             ¦ Taux de satisfaction porté à 92 % ¦ Claire Dubois ¦ 84% ¦ 92% ¦ 88% ¦ 50% ¦ En bonne voie ¦ 31/12/2026 ¦
             ¦ Délai moyen de réponse inférieur à 4 h ¦ Karim B. ¦ 11 h ¦ 4 h ¦ 7,5 h ¦ 50% ¦ En bonne voie ¦ 30/11/2026 ¦ recrutement de 2 CDD
             ¦ Réduire de 30 % les réclamations récurrentes ¦ Karim B. ¦ 640 ¦ 448 ¦ 555 ¦ 44% ¦ À risque ¦ 31/12/2026 ¦
            Équiper les conseillers d'outils modernes ¦  ¦ Hugo ¦  ¦  ¦  ¦ 30% ¦  ¦  ¦
             ¦ Déployer le nouveau CRM sur 6 sites ¦ Hugo ¦ 0 ¦ 6 ¦ 2 ¦ 33% ¦ En retard ¦ 15/12/2026 ¦
             ¦ 100 % des conseillers formés ¦ Inès ¦ 0% ¦ 100% ¦ 27% ¦ 27% ¦ À risque ¦ 31/12/2026 ¦ planning à revoir
        """},
        {"T4 2026": "objective key_result owner baseline target current progress status due comment"}, {"T4 2026": 3},
    ),
    File(
        "italian csv with weights", "flat", 2, 4,
        {"okr_vendite": """
            Obiettivo;Peso Obiettivo;Risultato chiave;Responsabile;Valore iniziale;Valore obiettivo;Valore attuale;Avanzamento %;Stato;Scadenza;Note
            Aprire il mercato tedesco;60%;Firmare 8 distributori regionali;Giulia Conti;0;8;3;38%;In corso;31/12/2026;fiera di Colonia a novembre
            Aprire il mercato tedesco;60%;Fatturato estero a € 1.200.000;Marco Riva;€ 450.000;€ 1.200.000;€ 690.000;32%;A rischio;31/12/2026;
            Rendere la rete vendita autonoma;40%;90% degli ordini inseriti dal portale;Giulia Conti;35%;90%;58%;42%;In corso;30/11/2026;
            Rendere la rete vendita autonoma;40%;Tempo di preventivo da 5 a 1 giorno;Elena;5;1;2,5;63%;In corso;30/11/2026;manca il listino 2027
        """},
        {"okr_vendite": "objective weight key_result owner baseline target current progress status due comment"}, {"okr_vendite": 1}, "csv", separator=";",
    ),
    File(
        "dutch checkins", "flat", 2, 5,
        {"OKR's Q4": """
            Doelstelling ¦ Kernresultaat ¦ Eigenaar ¦ Beginwaarde ¦ Streefwaarde ¦ Huidige waarde ¦ Voortgang ¦ Vertrouwen ¦ Laatst bijgewerkt ¦ Opmerkingen
            Onze klanten raden ons spontaan aan ¦ NPS van 22 naar 40 ¦ Sanne de Vries ¦ 22 ¦ 40 ¦ 29 ¦ 39% ¦ 6 ¦ 10-11-2026 ¦
            Onze klanten raden ons spontaan aan ¦ 15 klantverhalen gepubliceerd ¦ Bram ¦ 2 ¦ 15 ¦ 8 ¦ 46% ¦ 8 ¦ 10-11-2026 ¦ 3 in de maak
            Onze klanten raden ons spontaan aan ¦ Aantal escalaties per maand onder de 5 ¦ Sanne de Vries ¦ 14 ¦ 5 ¦ 9 ¦ 56% ¦ 7 ¦ 03-11-2026 ¦
            We leveren software zonder nachtwerk ¦ 90% van de releases overdag ¦ Joost ¦ 35 ¦ 90 ¦ 70 ¦ 64% ¦ 8 ¦ 12-11-2026 ¦
            We leveren software zonder nachtwerk ¦ Hersteltijd onder 1 uur ¦ Fatima ¦ 4 ¦ 1 ¦ 2 ¦ 67% ¦ 5 ¦ 12-11-2026 ¦ runbooks ontbreken nog
        """},
        {"OKR's Q4": "objective key_result owner baseline target current progress confidence checked_in comment"}, {"OKR's Q4": 1},
    ),
    File(
        "japanese sheet", "filled-down", 2, 5,
        {"2026Q4": """
            2026年度 第4四半期 OKR（営業本部）

            目標 ¦ 主要な成果 ¦ 担当者 ¦ 開始値 ¦ 目標値 ¦ 現在値 ¦ 進捗率 ¦ 自信度 ¦ ステータス ¦ 期限 ¦ 備考
            お客様に選ばれ続けるパートナーになる ¦ 既存顧客の更新率を92%に引き上げる ¦ 佐藤 健 ¦ 85% ¦ 92% ¦ 89% ¦ 57% ¦ 7 ¦ 順調 ¦ 2026/12/31 ¦
             ¦ 顧客満足度アンケートで平均4.5点を獲得 ¦ 鈴木 花子 ¦ 4.1 ¦ 4.5 ¦ 4.2 ¦ 25% ¦ 5 ¦ 要注意 ¦ 2026/12/31 ¦ 回収率が低い
             ¦ 大口顧客を8社獲得 ¦ 佐藤 健 ¦ 0 ¦ 8 ¦ 3 ¦ 38% ¦ 6 ¦ 順調 ¦ 2026/12/15 ¦
            営業の働き方を変える ¦ 月間残業時間を40時間から20時間に削減 ¦ 田中 誠 ¦ 40 ¦ 20 ¦ 31 ¦ 45% ¦ 6 ¦ 要注意 ¦ 2026/12/31 ¦
             ¦ 提案書テンプレートを10種類整備 ¦ 高橋 ¦ 1 ¦ 10 ¦ 10 ¦ 100% ¦ 10 ¦ 完了 ¦ 2026/11/15 ¦
        """},
        {"2026Q4": "objective key_result owner baseline target current progress confidence status due comment"}, {"2026Q4": 3},
    ),
    File(
        "korean sheet", "flat", 2, 4,
        {"4분기": """
            목표 ¦ 핵심 결과 ¦ 담당자 ¦ 팀 ¦ 시작값 ¦ 목표값 ¦ 현재값 ¦ 진행률 ¦ 상태 ¦ 마감일
            신규 사용자가 첫 주에 가치를 느끼게 한다 ¦ 7일 재방문율을 28%에서 40%로 높인다 ¦ 김민수 ¦ 그로스 ¦ 28 ¦ 40 ¦ 33 ¦ 42% ¦ 진행중 ¦ 2026-12-31
            신규 사용자가 첫 주에 가치를 느끼게 한다 ¦ 온보딩 완료율 75% 달성 ¦ 이지은 ¦ 그로스 ¦ 52 ¦ 75 ¦ 66 ¦ 61% ¦ 진행중 ¦ 2026-12-31
            안정적인 결제 경험을 제공한다 ¦ 결제 실패율을 2.1%에서 0.8%로 낮춘다 ¦ 박준호 ¦ 결제 ¦ 2.1 ¦ 0.8 ¦ 1.6 ¦ 38% ¦ 위험 ¦ 2026-11-30
            안정적인 결제 경험을 제공한다 ¦ 환불 처리 시간을 3일에서 1일로 단축 ¦ 최유리 ¦ 결제 ¦ 3 ¦ 1 ¦ 1 ¦ 100% ¦ 완료 ¦ 2026-11-30
        """},
        {"4분기": "objective key_result owner team baseline target current progress status due"}, {"4분기": 1},
    ),
    File(
        "russian sheet", "filled-down", 2, 5,
        {"OKR IV кв. 2026": """
            OKR отдела разработки, IV квартал 2026

            № ¦ Цель ¦ Ключевой результат ¦ Ответственный ¦ Было ¦ Цель (значение) ¦ Факт ¦ Прогресс, % ¦ Статус ¦ Комментарий
            1 ¦ Сделать релизы предсказуемыми ¦ Доля релизов в срок — 90 % ¦ Иванов А. ¦ 55 ¦ 90 ¦ 72 ¦ 49 ¦ В работе ¦
             ¦  ¦ Время от коммита до продакшена до 1 дня ¦ Петрова М. ¦ 6 ¦ 1 ¦ 3 ¦ 60 ¦ В работе ¦ новый CI
             ¦  ¦ Не более 2 откатов в месяц ¦ Иванов А. ¦ 7 ¦ 2 ¦ 4 ¦ 60 ¦ Под угрозой ¦
            2 ¦ Вырастить сильную команду ¦ Нанять 5 инженеров ¦ Смирнова ¦ 0 ¦ 5 ¦ 2 ¦ 40 ¦ В работе ¦ 2 оффера
             ¦  ¦ eNPS команды не ниже 40 ¦ Смирнова ¦ 18 ¦ 40 ¦ 31 ¦ 59 ¦ В работе ¦
        """},
        {"OKR IV кв. 2026": "id/- objective key_result owner baseline target current progress status comment"}, {"OKR IV кв. 2026": 3},
    ),
    File(
        "mixed languages in one header row", "flat", 2, 4,
        {"Painel": """
            PAINEL DE OKRs – 4º TRIMESTRE
            Empresa: ¦ Andes Salud S.A. ¦ ¦ Atualizado em: ¦ 09/11/2026

            Objective ¦ KR Título ¦ Responsable ¦ Baseline ¦ Meta ¦ Real ¦ % Avance ¦ Status ¦ Confianza ¦ Fecha Límite ¦ Next step
            Expandir la cobertura de telemedicina en zonas rurales ¦ Llegar a 40 municipios con servicio activo ¦ Paula Ríos ¦ 12 ¦ 40 ¦ 21 ¦ 32% ¦ On track ¦ Alta ¦ 31/12/2026 ¦ firmar convenio con Boyacá
            Expandir la cobertura de telemedicina en zonas rurales ¦ 70 consultas por médico al mes ¦ Paula Ríos ¦ 38 ¦ 70 ¦ 44 ¦ 19% ¦ At risk ¦ Media ¦ 31/12/2026 ¦
            Operar con cuidado y sin desperdicio ¦ Reducir inasistencias del 18% al 8% ¦ Tomás ¦ 18% ¦ 8% ¦ 15% ¦ 30% ¦ At risk ¦ Baja ¦ 30/11/2026 ¦ recordatorios por WhatsApp
            Operar con cuidado y sin desperdicio ¦ Costo por consulta bajo $22 ¦ Tomás ¦ $31 ¦ $22 ¦ $27 ¦ 44% ¦ On track ¦ Media ¦ 31/12/2026 ¦
        """},
        {"Painel": "objective key_result owner baseline target current progress status confidence due comment/-"}, {"Painel": 4},
    ),
    File(
        "well-known app export with start and end values", "flat", 2, 5,
        {"Goals Export": """
            Goal ID,Level,Objective,Objective Progress,Key Result,KR Owner,KR Type,Start,End,Current,KR Progress,Health,Start Date,End Date,Last Update
            G-1041,Company,Make onboarding effortless for mid-size customers,52%,Reduce time to first value from 21 days to 7 days,Nadia Karim,Metric,21,7,13,57%,On Track,2026-10-01,2026-12-31,2026-11-16
            G-1041,Company,Make onboarding effortless for mid-size customers,52%,Increase self-serve activation from 34% to 60%,Nadia Karim,Percentage,34,60,46,46%,On Track,2026-10-01,2026-12-31,2026-11-16
            G-1041,Company,Make onboarding effortless for mid-size customers,52%,Publish 12 guided tours,Oluwaseun A.,Metric,0,12,6,50%,At Risk,2026-10-01,2026-12-31,2026-11-09
            G-1077,Team,Engineering ships with confidence,31%,Change failure rate below 10%,Victor Hsu,Percentage,24,10,20,29%,Behind,2026-10-01,2026-12-31,2026-11-02
            G-1077,Team,Engineering ships with confidence,31%,All 14 services have an owner and a runbook,Victor Hsu,Metric,3,14,7,36%,At Risk,2026-10-01,2026-12-31,2026-11-12
        """},
        {"Goals Export": "objective_id/id level objective progress key_result owner kind baseline target current progress status start_date due checked_in"}, {}, "csv",
    ),
    File(
        "typed rows with ids of an app", "typed-rows", 4, 6,
        {"goals": """
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
        """},
        {"goals": "id parent kind/level objective/key_result comment owner team cycle baseline target current unit progress status checked_in"}, {}, "csv",
    ),
    File(
        "outline numbers in the text", "outline", 3, 7,
        {"Strategy 2026": """
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
        """},
        {"Strategy 2026": "objective/key_result owner due progress"}, {"Strategy 2026": 4},
    ),
    File(
        "outline numbers as decimals in a column", "outline", 2, 12,
        {"OKRs": """
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
        """},
        {"OKRs": "id objective/key_result owner baseline target current progress"}, {"OKRs": 1},
    ),
    File(
        "outline with a parent column", "typed-rows/outline", 2, 5,
        {"Plan": """
            Row ID ¦ Parent Row ID ¦ OKR ¦ Assigned To ¦ Start ¦ Finish ¦ % Complete ¦ Health ¦ Comments
            1 ¦  ¦ Run a festival that pays for itself ¦ Board ¦ 2026-10-01 ¦ 2026-12-31 ¦ 38% ¦ Green ¦
            1.1 ¦ 1 ¦ Sell 4,500 early tickets ¦ Mila ¦ 2026-10-01 ¦ 2026-12-15 ¦ 52% ¦ Green ¦ 2,340 by mid-November
            1.2 ¦ 1 ¦ Six sponsors at €10,000 or more ¦ Theo ¦ 2026-10-01 ¦ 2026-12-31 ¦ 33% ¦ Yellow ¦
            1.3 ¦ 1 ¦ Stage costs 15% under last year ¦ Theo ¦ 2026-11-01 ¦ 2026-12-31 ¦ 20% ¦ Yellow ¦
            2 ¦  ¦ Neighbours are glad that we are there ¦ Board ¦ 2026-10-01 ¦ 2026-12-31 ¦ 50% ¦ Red ¦
            2.1 ¦ 2 ¦ Fewer than 10 noise complaints ¦ Ana ¦ 2026-10-01 ¦ 2026-12-31 ¦ 40% ¦ Red ¦
            2.2 ¦ 2 ¦ 300 free tickets for the street ¦ Ana ¦ 2026-10-01 ¦ 2026-11-30 ¦ 60% ¦ Green ¦
        """},
        {"Plan": "id parent objective/key_result owner start_date due progress status comment"}, {"Plan": 1},
    ),
    File(
        "matrix without header", "matrix", 3, 8,
        {"Board": """
            OKR BOARD Q4 2026 – PEOPLE TEAM

            Objective 1 ¦  ¦ Objective 2 ¦  ¦ Objective 3
            Hire people who raise the bar ¦  ¦ Managers people want to work for ¦  ¦ Pay that is fair and easy to explain
            KR1: Time to hire from 63 to 40 days ¦  ¦ KR1: 100% of managers finish the leadership basics ¦  ¦ KR1: All roles mapped to a salary band
            KR2: 80% of candidates rate the process 4/5 or better ¦  ¦ KR2: Upward feedback score 4.2 ¦  ¦ KR2: Gender pay gap below 2%
            KR3: 50% of offers to women ¦  ¦ KR3: Regretted leavers down to 4 ¦  ¦
        """},
    ),
    File(
        "matrix with labels at the side", "matrix", 3, 7,
        {"OKR": """
             ¦ O1 ¦ O2 ¦ O3
            Objective ¦ Double the number of active repair cafés ¦ Volunteers who stay ¦ Be known beyond the city
            Owner ¦ Greta ¦ Ben ¦ Yusuf
            Key Result 1 ¦ 24 cafés running monthly ¦ Volunteer retention at 80% ¦ 5 articles in national press
            Key Result 2 ¦ 3 new partner towns ¦ 40 volunteers trained in electronics ¦ 2,000 newsletter readers
            Key Result 3 ¦ 1,200 repairs logged ¦  ¦
        """},
    ),
    File(
        "wide, KR1 - Title", "column-groups", 3, 7,
        {"Responses": """
            Timestamp ¦ Email Address ¦ Team ¦ Quarter ¦ Objective Title ¦ Objective Description ¦ KR1 - Title ¦ KR1 - Baseline ¦ KR1 - Target ¦ KR1 - Current ¦ KR2 - Title ¦ KR2 - Baseline ¦ KR2 - Target ¦ KR2 - Current ¦ KR3 - Title ¦ KR3 - Baseline ¦ KR3 - Target ¦ KR3 - Current
            @2026-10-02 ¦ dana@example.com ¦ Billing ¦ Q4 2026 ¦ Invoices that never need a second look ¦ Finance spends two days a month on corrections ¦ Corrected invoices per month ¦ 140 ¦ 40 ¦ 95 ¦ Share of invoices sent by the 3rd ¦ 62% ¦ 95% ¦ 80% ¦ Tickets about invoices ¦ 210 ¦ 90 ¦ 160
            @2026-10-02 ¦ li.wei@example.com ¦ Platform ¦ Q4 2026 ¦ Developers deploy without asking us ¦  ¦ Services on the new pipeline ¦ 9 ¦ 30 ¦ 17 ¦ Deploys per week ¦ 22 ¦ 60 ¦ 41 ¦  ¦  ¦  ¦
            @2026-10-05 ¦ amara@example.com ¦ Data ¦ Q4 2026 ¦ One number for revenue ¦ Sales, finance and product report different figures ¦ Dashboards moved to the shared model ¦ 0 ¦ 25 ¦ 11 ¦ Open data quality incidents ¦ 19 ¦ 5 ¦ 12 ¦  ¦  ¦  ¦
        """},
        {"Responses": "- owner/- team cycle objective comment key_result baseline target current key_result baseline target current key_result baseline target current"}, {"Responses": 1},
    ),
    File(
        "wide, KPI 1 - Title", "column-groups", 2, 4,
        {"plan": """
            Goal Title,Goal Owner,KPI 1 - Title,KPI 1 - Unit,KPI 1 - Target,KPI 2 - Title,KPI 2 - Unit,KPI 2 - Target,Deadline
            Fill every seat of the evening school,Mrs. Adeyemi,Enrolled students,people,480,Drop-out rate,%,12,2026-12-18
            Courses that lead to a job,Mr. Novak,Graduates hired within 6 months,%,70,Partner companies,companies,35,2026-12-18
        """},
        {"plan": "objective owner key_result unit target key_result unit target due"}, {}, "csv",
    ),
    File(
        "wide, key_result_1_title", "column-groups", 3, 6,
        {"okr_submissions": """
            employee_id,employee_name,department,period,objective_title,objective_weight,key_result_1_title,key_result_1_target,key_result_1_actual,key_result_2_title,key_result_2_target,key_result_2_actual,performance_score,status
            E0113,Hannah Osei,Procurement,2026-Q4,Fewer suppliers and better terms,0.5,Active suppliers reduced to 180,180,214,Average payment term of 45 days,45,38,0.62,submitted
            E0118,Luca Ferri,Procurement,2026-Q4,No project waits for a part,0.5,Rush orders per month,6,11,Parts delivered on the promised day (%),96,91,0.55,submitted
            E0121,Priya Nair,Facilities,2026-Q4,An office people like to come to,1,Average weekly occupancy (%),55,47,Energy use per square metre (kWh),88,97,0.48,draft
        """},
        {"okr_submissions": "- owner team cycle objective weight key_result target current key_result target current score status/-"}, {}, "csv",
    ),
    File(
        "wide, camel case with progress", "column-groups", 2, 5,
        {"export": """
            objectiveId;objectiveName;ownerEmail;keyResult1;keyResult1Progress;keyResult2;keyResult2Progress;keyResult3;keyResult3Progress;overallProgress
            obj_91;Publish research that other labs build on;m.keller@example.com;6 papers submitted to A-ranked venues;50%;Data sets of all papers are public;75%;3 groups reproduce our results;33%;53%
            obj_92;Students finish on time;j.roth@example.com;Median thesis time 7 months;40%;Every student meets the adviser weekly;80%;;;60%
        """},
        {"export": "objective_id objective owner key_result progress key_result progress key_result progress progress"}, {}, "csv", separator=";",
    ),
    File(
        "path of levels", "level-columns", 6, 6,
        {"cascade": """
            level_1,level_2,level_3,level_4,owner,metric_start,metric_target,metric_current
            Healthy growth,Win in home care,Launch subscription in three cities,Subscribers reach 2500,Rosa,0,2500,900
            Healthy growth,Win in home care,Launch subscription in three cities,Churn under 4% a month,Rosa,9,4,6
            Healthy growth,Win in home care,Caregivers choose us,Caregiver applications per week at 120,Ivan,45,120,80
            Healthy growth,Spend with care,Every euro of ads earns three,Return on ad spend of 3,Mona,1.8,3,2.2
            Healthy growth,Spend with care,Every euro of ads earns three,Cost per lead at 14,Mona,29,14,21
            Healthy growth,Spend with care,Every euro of ads earns three,Share of free traffic at 60%,Kofi,42,60,51
        """},
        {}, {}, "csv",
    ),
    File(
        "objective columns for company and team", "level-columns/flat", 5, 5,
        {"Q4": """
            Organizational Objective ¦ Functional Objective ¦ Key Result ¦ Responsible Dept ¦ Baseline (Q3) ¦ Target Q4 ¦ Status
            Grow sustainably in existing markets ¦ Raise the share of repeat customers ¦ Repeat purchase rate from 28% to 36% ¦ CRM ¦ 28% ¦ 36% ¦ In Progress
            Grow sustainably in existing markets ¦ Raise the share of repeat customers ¦ Loyalty members at 50,000 ¦ CRM ¦ 31000 ¦ 50000 ¦ In Progress
            Grow sustainably in existing markets ¦ Bring the basket up ¦ Average basket from £38 to £44 ¦ Merchandising ¦ £38 ¦ £44 ¦ Todo
            Run a lean organisation ¦ Lower stock without empty shelves ¦ Stock days from 74 to 55 ¦ Supply Chain ¦ 74 days ¦ 55 days ¦ In Progress
            Run a lean organisation ¦ Lower stock without empty shelves ¦ Availability stays at 97% ¦ Supply Chain ¦ 97% ¦ 97% ¦ Closed
        """},
        {"Q4": "parent/objective objective key_result team/owner baseline target status"}, {"Q4": 1}, asks=True,
    ),
    File(
        "one target a fiscal year", "period-blocks", 2, 5,
        {"kpi_plan": """
            kpi_code,objective,kpi_name,unit,baseline_2025_26,y1_2026_27,y2_2027_28,y3_2028_29,responsible_dept
            K01,Expand affordable housing finance in tier-2 towns,Loan book,INR Cr,410,620,900,1300,Credit
            K02,Expand affordable housing finance in tier-2 towns,Branches in tier-2 towns,#,38,60,85,110,Branch Banking
            K03,Expand affordable housing finance in tier-2 towns,Average approval time,days,11,7,5,3,Credit Ops
            K04,Keep the book healthy,Gross NPA,%,2.9,2.4,2.0,1.8,Risk
            K05,Keep the book healthy,Collection efficiency,%,96.1,97.5,98.2,98.5,Collections
        """},
        {"kpi_plan": "id objective key_result unit baseline target - - team/owner"}, {}, "csv",
    ),
    File(
        "a value a month", "period-blocks", 2, 4,
        {"Scorecard": """
            OKR Scorecard FY26

            Objective ¦ Key Result ¦ Owner ¦ Baseline ¦ Target ¦ Oct ¦ Nov ¦ Dec ¦ Status
            Deliver clean water to every village in the delta ¦ Pumps repaired ¦ Field team A ¦ 0 ¦ 140 ¦ 48 ¦ 97 ¦  ¦ On track
             ¦ Samples within the norm ¦ Lab ¦ 71% ¦ 95% ¦ 78% ¦ 84% ¦  ¦ At risk
            Communities run the pumps themselves ¦ Committees trained ¦ Field team B ¦ 12 ¦ 60 ¦ 25 ¦ 33 ¦  ¦ Behind
             ¦ Committees with a repair fund ¦ Field team B ¦ 4 ¦ 45 ¦ 9 ¦ 14 ¦  ¦ Behind
        """},
        {"Scorecard": "objective key_result owner baseline target current/- current - status"}, {"Scorecard": 3},
    ),
    File(
        "a tab for each key result", "series", 2, 2,
        {
            "KR1 Active members": """
                KR1: 3,000 active members by the end of December
                Objective: ¦ A gym chain that people do not quit
                Target ¦ 3000
                Baseline ¦ 2150

                Date ¦ Active members ¦ Comment
                @2026-10-05 ¦ 2190 ¦
                @2026-10-19 ¦ 2304 ¦ student offer
                @2026-11-02 ¦ 2467 ¦
                @2026-11-16 ¦ 2511 ¦ app outage
            """,
            "KR2 Cancellations": """
                KR2: Fewer than 60 cancellations a month
                Objective: ¦ A gym chain that people do not quit
                Target ¦ 60
                Baseline ¦ 118

                Date ¦ Cancellations ¦ Comment
                @2026-10-31 ¦ 101 ¦
                @2026-11-15 ¦ 88 ¦ new freeze option
            """,
        },
        asks=True,
    ),
    File(
        "objective and key results in one cell", "one-cell", 3, 6,
        {"OKRs": """
            Team ¦ OKR ¦ Owner ¦ Status
            Claims ¦ O: Claims are settled before the customer asks\\nKR1: 70% of claims settled in 5 days\\nKR2: Calls about open claims down to 300 a week ¦ Ruth ¦ In Progress
            Sales ¦ O: Brokers send us their best clients\\nKR1: 40 brokers with more than 10 policies\\nKR2: Renewal rate 91% ¦ Emil ¦ In Progress
            IT ¦ O: No more paper\\nKR1: 100% of policies digital\\nKR2: Two archives closed ¦ Sam ¦ Todo
        """},
        {"OKRs": "team objective/key_result owner status"}, {"OKRs": 1},
    ),
    File(
        "several key results behind bars", "one-cell", 3, 8,
        {"goals": """
            Goal Title,Key Results,Owner,Group,Timeline,Confidence
            Launch the marketplace in two more countries,Legal entity in Portugal | 40 sellers live before launch | First 500 orders,Noor,International,Q4 2026,Medium
            Sellers earn more with us,Median seller revenue up 20% | 60% of sellers use promotions,Tadeo,Seller Success,Q4 2026,High
            Payments that just work,Checkout failures below 1% | Payout within 2 days | Chargebacks under 0.3%,Ines,Payments,Q4 2026,Low
        """},
        {"goals": "objective key_result owner team cycle confidence"}, {}, "csv",
    ),
    File(
        "workbook with a check-in log", "joined/flat", 2, 4,
        {
            "OKR": """
                KR ID ¦ Objective ¦ Key Result ¦ Owner ¦ Start Value ¦ Target Value
                KR-101 ¦ Farmers get paid within a week ¦ Payments within 7 days ¦ Achieng ¦ 44% ¦ 90%
                KR-102 ¦ Farmers get paid within a week ¦ Disputed deliveries per month ¦ Achieng ¦ 63 ¦ 20
                KR-201 ¦ Cooperatives plan with our forecasts ¦ Cooperatives on the forecast tool ¦ Peter ¦ 5 ¦ 30
                KR-202 ¦ Cooperatives plan with our forecasts ¦ Forecast error ¦ Peter ¦ 24% ¦ 12%
            """,
            "Check-ins": """
                Date ¦ KR ID ¦ Value ¦ Confidence ¦ Comment ¦ By
                @2026-10-12 ¦ KR-101 ¦ 0.5 ¦ 6 ¦ two banks connected ¦ Achieng
                @2026-10-12 ¦ KR-102 ¦ 58 ¦ 5 ¦ ¦ Achieng
                @2026-11-09 ¦ KR-101 ¦ 0.66 ¦ 7 ¦ ¦ Achieng
                @2026-11-09 ¦ KR-102 ¦ 41 ¦ 6 ¦ scales calibrated ¦ Achieng
                @2026-11-10 ¦ KR-201 ¦ 14 ¦ 6 ¦ ¦ Peter
                @2026-11-10 ¦ KR-202 ¦ 0.19 ¦ 4 ¦ late rains ¦ Peter
            """,
        },
        {"OKR": "id objective key_result owner baseline target"}, {"OKR": 1},
    ),
    File(
        "a block for each objective with a form around it", "blocks", 2, 5,
        {"Team Alpha": """
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
        """},
    ),
    File(
        "objective line by line with a separator row", "blocks/interleaved/headings", 2, 5,
        {"Q4": """
            OBJECTIVE 1 ¦ Parents trust us with their children’s data ¦  ¦
            KEY RESULTS ¦  ¦ Target ¦ Now
            KR 1.1 ¦ Privacy review finished for all 9 apps ¦ 9 ¦ 5
            KR 1.2 ¦ Consent rate of parents at 85% ¦ 85% ¦ 71%
            KR 1.3 ¦ Zero open high-risk findings ¦ 0 ¦ 3

            OBJECTIVE 2 ¦ Teachers save an hour a week ¦  ¦
            KEY RESULTS ¦  ¦ Target ¦ Now
            KR 2.1 ¦ Weekly active teachers 4,000 ¦ 4000 ¦ 2900
            KR 2.2 ¦ Time to plan a lesson from 50 to 30 minutes ¦ 30 ¦ 41
        """},
    ),
    File(
        "initiatives beside key results", "flat", 2, 4,
        {
            "OKRs": """
                Objective ¦ Key Result ¦ Target ¦ Current ¦ Owner
                Visitors come back ¦ Repeat visits at 35% ¦ 35% ¦ 22% ¦ Nora
                Visitors come back ¦ Members: 6,000 ¦ 6000 ¦ 4750 ¦ Nora
                The zoo pays its way ¦ Restaurant revenue per visitor €6.50 ¦ 6.5 ¦ 5.4 ¦ Felix
                The zoo pays its way ¦ Energy cost down 12% ¦ 12% ¦ 4% ¦ Felix
            """,
            "Initiatives": """
                Initiative ¦ KR relacionado ¦ Owner ¦ Status ¦ Due week
                Evening openings in November ¦ Repeat visits at 35% ¦ Nora ¦ Done ¦ W47
                Member app ¦ Members: 6,000 ¦ Nora ¦ In Progress ¦ W50
                New menu with local farms ¦ Restaurant revenue per visitor €6.50 ¦ Felix ¦ In Progress ¦ W49
                LED in the tropical house ¦ Energy cost down 12% ¦ Felix ¦ Todo ¦ W52
            """,
        },
        {"OKRs": "objective key_result target current owner"}, refused=("Initiatives",),
    ),
    File(
        "key result column before the objective", "flat", 3, 6,
        {"board": """
            id,title,status,quarter,team,pillar,objective,labels,progress
            #812,Cold start below 200 ms on the reference board,In Progress,Q4 2026,runtime,performance,Fast from the first second,"runtime,perf",60.
            #813,Memory ceiling of 64 MB holds in all samples,In Progress,Q4 2026,runtime,performance,Fast from the first second,,35.
            #820,Three hardware vendors ship our image,Todo,Q4 2026,partners,reach,Hardware people choose us,partner,0.
            #821,Certification kit used by 5 labs,In Progress,Q4 2026,partners,reach,Hardware people choose us,,40.
            #830,Docs answer the 50 most asked questions,Closed,Q4 2026,docs,reach,Newcomers succeed alone,docs,100.
            #831,Median first-build time under 10 minutes,In Progress,Q4 2026,docs,reach,Newcomers succeed alone,"docs,dx",50.
        """},
        {"board": "id key_result status cycle team - objective - progress"}, {}, "csv",
    ),
    File(
        "objective column that holds the id", "joined", 2, 5,
        {
            "objectives": """
                id,name,owner,cycle,obj_status
                1,Ship a phone people can repair at home,hw-lead,2026-Q4,on_track
                2,Buyers understand what repairable means,brand,2026-Q4,at_risk
            """,
            "key_results": """
                id,objective,name,baseline_value,target_value,current_value,kr_status_auto,kr_status_override
                11,1,Parts swapped without tools,2,6,4,on_track,
                12,1,Repair guides with video,3,15,9,on_track,
                13,1,iFix-style repair score,7.5,9,8,at_risk,on_track
                21,2,People who can explain the promise in a survey (%),14,40,22,at_risk,
                22,2,Visits to the repair pages a month,12000,60000,21000,behind,at_risk
            """,
        },
        {"objectives": "id/objective_id objective owner cycle status", "key_results": "id parent/objective_id key_result baseline target current status/- status/-"}, {}, "csv",
    ),
    File(
        "the parent's title in a column", "flat", 3, 5,
        {"Time Dados": """
            OKRs do time de Dados – 4º trimestre de 2026

            Objetivo Global Vinculado ¦ Objetivo do time ¦ Key Result ¦ Tipo ¦ Meta ¦ Realizado ¦ % ¦ Responsável ¦ Comentários
            Crescer 40% com rentabilidade ¦ Decisões comerciais com dados do dia ¦ 12 painéis migrados para o novo modelo ¦ Aumentar ¦ 12 ¦ 7 ¦ 58% ¦ Igor ¦
            Crescer 40% com rentabilidade ¦ Decisões comerciais com dados do dia ¦ Atraso dos dados menor que 2 h ¦ Reduzir ¦ 2 ¦ 5 ¦ 40% ¦ Igor ¦ depende da migração
            Crescer 40% com rentabilidade ¦ Previsão de vendas em que todos confiam ¦ Erro de previsão de 22% para 12% ¦ Reduzir ¦ 12% ¦ 17% ¦ 50% ¦ Bruna ¦
            Ser a empresa mais amada do setor ¦ Ouvir o cliente em escala ¦ 100% dos comentários classificados ¦ Aumentar ¦ 100% ¦ 65% ¦ 65% ¦ Bruna ¦
            Ser a empresa mais amada do setor ¦ Ouvir o cliente em escala ¦ 3 áreas usam o painel toda semana ¦ Aumentar ¦ 3 ¦ 1 ¦ 33% ¦ Léo ¦
        """},
        {"Time Dados": "parent objective key_result direction/kind target current progress owner comment"}, {"Time Dados": 3},
    ),
    File(
        "cascade over company and team tabs", "flat/filled-down", 5, 11,
        {
            "Company": """
                Company OKRs 2026

                Objective ¦ Key Result ¦ Owner ¦ Target ¦ Actual
                Be the calmest airline to fly with ¦ Punctuality at 88% ¦ COO ¦ 88% ¦ 84%
                 ¦ Complaints per 10,000 passengers below 6 ¦ CCO ¦ 6 ¦ 8.1
                Fly cleaner every year ¦ Fuel per seat-km down 4% ¦ COO ¦ 4% ¦ 2.2%
            """,
            "Ops Q4": """
                Operations – Q4 2026

                Company Objective ¦ Objective ¦ Key Result ¦ Owner ¦ Target ¦ Actual
                Be the calmest airline to fly with ¦ First wave leaves on the minute ¦ 95% of first departures on time ¦ Ground Ops ¦ 95% ¦ 89%
                Be the calmest airline to fly with ¦ First wave leaves on the minute ¦ Crew at gate 45 min before ¦ Crew ¦ 98% ¦ 91%
                Fly cleaner every year ¦ Taxi with one engine ¦ 80% of arrivals ¦ Flight Ops ¦ 80% ¦ 52%
                Fly cleaner every year ¦ Taxi with one engine ¦ All captains briefed ¦ Flight Ops ¦ 210 ¦ 160
            """,
            "Care Q4": """
                Customer Care – Q4 2026

                Company Objective ¦ Objective ¦ Key Result ¦ Owner ¦ Target ¦ Actual
                Be the calmest airline to fly with ¦ Nobody asks twice ¦ First contact resolution 80% ¦ Care ¦ 80% ¦ 71%
                Be the calmest airline to fly with ¦ Nobody asks twice ¦ Answer within 5 minutes in the app ¦ Care ¦ 5 ¦ 9
                Be the calmest airline to fly with ¦ Nobody asks twice ¦ Refunds paid in 3 days ¦ Finance ¦ 3 ¦ 8
                Be the calmest airline to fly with ¦ Nobody asks twice ¦ Lost bags traced in 24 h ¦ Ground Ops ¦ 90% ¦ 77%
            """,
        },
        {"Company": "objective key_result owner target current", "Ops Q4": "parent objective key_result owner target current"}, {"Company": 3, "Ops Q4": 3},
    ),
    File(
        "every line quoted again", "flat", 2, 3,
        {"okrs": '''
            "OKR_ID,Objective,Key_Result,Owner,Target,Current,Status,Last_Updated"
            "OKR-1,""Reduce waiting time, without overtime"",Median wait in the ER below 45 min,Dr. Sato,45,62,At Risk,2026-11-12"
            "OKR-1,""Reduce waiting time, without overtime"",Beds free by 11 am: 70%,Nurse Ilic,70,58,On Track,2026-11-13"
            "OKR-2,Patients understand their plan,Readable letters for 12 clinics,Dr. Roy,12,7,On Track,2026-11-10"
        '''},
        {"okrs": "id/objective_id objective key_result owner target current status checked_in"}, {}, "csv",
    ),
    File(
        "objectives of the company, no key results", "objectives-only", 5, 0,
        {"goals_2026": """
            Goal_Key,Goal Title,Description,Parent_Goal,Owner,Department,Target_Date,Progress %,Status
            G1,Become carbon neutral in all warehouses,Scope 1 and 2 only,,Ada Brown,Sustainability,2026-12-31,35,In Progress
            G2,Cut packaging by a third,,G1,Mo Farouk,Procurement,2026-12-31,50,In Progress
            G3,Solar on four roofs,Two roofs have permits,G1,Ada Brown,Facilities,2026-11-30,75,In Progress
            G4,Every warehouse has an apprentice programme,,,Jill Ong,HR,2026-12-31,10,Needs focus
            G5,Replace the booking system,Vendor chosen in September,,Ken Abe,IT,2026-12-15,60,In Progress
        """},
        {"goals_2026": "id/objective_id objective comment parent owner team due progress status"}, {}, "csv",
    ),
    File(
        "key results of one team, no objectives", "key-results-only", 0, 6,
        {"Support KRs": """
            Key Results – Support Team
            Quarter: Q4 2026

            KR ¦ Owner ¦ Start ¦ Target ¦ Now ¦ Confidence (1-10) ¦ Risks
            First reply in chat under 60 seconds ¦ Wen ¦ 140 ¦ 60 ¦ 95 ¦ 6 ¦ two vacancies
            CSAT at 94% ¦ Wen ¦ 88% ¦ 94% ¦ 91% ¦ 7 ¦
            Backlog below 200 tickets ¦ Ola ¦ 870 ¦ 200 ¦ 410 ¦ 5 ¦ holiday season
            40 new help articles ¦ Ola ¦ 0 ¦ 40 ¦ 31 ¦ 9 ¦
            Self-service rate of 55% ¦ Bas ¦ 41% ¦ 55% ¦ 47% ¦ 6 ¦
            One bilingual agent on every shift ¦ Bas ¦ 0 ¦ 1 ¦ 0 ¦ 4 ¦ hiring
        """},
        {"Support KRs": "key_result owner baseline target current confidence comment/-"}, {"Support KRs": 4},
    ),
    File(
        "empty columns between and rows that are none", "filled-down/flat", 2, 5,
        {"Q4 plan": """
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
        """},
        {"Q4 plan": "objective key_result baseline target current score -"}, {"Q4 plan": 3},
    ),
    File(
        "individual goals with weights", "flat/filled-down", 3, 7,
        {"Appraisal": """
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
        """},
        {"Appraisal": "objective weight key_result weight target current progress -/score comment"}, {"Appraisal": 4},
    ),
    File(
        "emoji states and links", "flat", 2, 5,
        {"OKR tracker": """
            🎯 Objective,🔑 Key Result,👤 Owner,📊 Progress,🚦 Status,Confidence,🔗 Link,Last check-in,Notes
            Podcast listeners become subscribers,Trial starts from episodes: 1200 a month,@mira,35%,🟡 At risk,🤔,https://example.com/d/1,"Nov 9, 2026",promo slots sold out
            Podcast listeners become subscribers,Conversion trial → paid at 40%,@mira,55%,🟢 On track,🙂,https://example.com/d/2,"Nov 16, 2026",
            Podcast listeners become subscribers,Three shows with members-only feed,@abdul,67%,🟢 On track,😀,,"Nov 16, 2026",
            A newsroom that plans ahead,80% of big stories planned 3 weeks out,@zoe,20%,🔴 Off track,😟,https://example.com/d/4,"Nov 2, 2026",election week
            A newsroom that plans ahead,No weekend shifts with less than 2 editors,@zoe,100%,✅ Done,😀,,"Oct 31, 2026",
        """},
        {"OKR tracker": "objective key_result owner progress status confidence - checked_in comment"}, {}, "csv",
    ),
    File(
        "tab per quarter in one workbook", "flat/filled-down", 4, 8,
        {
            "Q3 2026": """
                Objective ¦ Key Result ¦ Owner ¦ Start ¦ Target ¦ End of quarter ¦ Score
                Open the second bakery ¦ Lease signed for a shop in the north ¦ Tom ¦ 0 ¦ 1 ¦ 1 ¦ 1
                 ¦ Team of 9 hired ¦ Tom ¦ 0 ¦ 9 ¦ 7 ¦ 0.8
                Waste less bread ¦ Unsold loaves below 4% ¦ Eva ¦ 9% ¦ 4% ¦ 5% ¦ 0.8
                 ¦ 3 partners take what is left ¦ Eva ¦ 1 ¦ 3 ¦ 3 ¦ 1
            """,
            "Q4 2026": """
                Objective ¦ Key Result ¦ Owner ¦ Start ¦ Target ¦ Current ¦ Score
                The second bakery breaks even ¦ 220 customers a day ¦ Tom ¦ 0 ¦ 220 ¦ 164 ¦
                 ¦ Cost of goods below 31% ¦ Tom ¦ 38% ¦ 31% ¦ 35% ¦
                A kitchen people want to work in ¦ No shift longer than 9 h ¦ Eva ¦ 14 ¦ 0 ¦ 5 ¦
                 ¦ Everyone has baked every product once ¦ Eva ¦ 3 ¦ 12 ¦ 8 ¦
            """,
            "How to": """
                Read me first
                1. Write one objective that makes people want to get up
                2. Add two to four key results with a start and a target
                3. Score from 0.0 to 1.0 at the end
            """,
        },
        {"Q4 2026": "objective key_result owner baseline target current score"}, refused=("How to",),
    ),
    File(
        "sentences as baseline and target", "flat", 2, 4,
        {"release_okrs": """
            objective_id,objective,key_result_id,key_result,linked_metric,baseline,target,owner,status,decisions_needed
            OBJ-REL,Release without drama,KR-REL-1,Release checklist is used by every squad,checklist_usage,Used by two squads in Q3,All seven squads use it,Release mgmt,Needs focus,Agree on one template
            OBJ-REL,Release without drama,KR-REL-2,Failed releases go down,failed_releases,Q3 release and deployment baseline,2 or fewer in the quarter,Release mgmt,On track,
            OBJ-DOC,Requirements people can build from,KR-DOC-1,Stories returned by developers,returned_stories,18 percent,8 percent,BA chapter,At risk,
            OBJ-DOC,Requirements people can build from,KR-DOC-2,Definition of ready is agreed,dor,Draft exists,Signed by all leads,BA chapter,On track,Who signs for mobile?
        """},
        {"release_okrs": "objective_id objective id key_result - baseline target owner status comment/-"}, {}, "csv",
    ),
    File(
        "current and target in one cell", "flat", 2, 4,
        {"TV": """
            Wall screen – updated on Mondays
            Objective ¦ KR ¦ Where we are ¦ Owner
            Sell out the winter season ¦ Tickets sold ¦ 8,400/12,000 tickets ¦ Box office
            Sell out the winter season ¦ Subscriptions renewed ¦ 610/800 ¦ Box office
            Young people in the hall ¦ Visitors under 30 ¦ 14%/25% ¦ Outreach
            Young people in the hall ¦ School concerts ¦ 3/8 concerts ¦ Outreach
        """},
        {"TV": "objective key_result current owner"}, {"TV": 2}, asks=True,
    ),
    File(
        "target only in the text", "filled-down", 2, 5,
        {"OKR": """
            OBJECTIVES ¦ KEY RESULTS ¦ WHO ¦ Q4 PROGRESS
            Every clinic has what it needs ¦ KR1: 98% of essential medicines in stock ¦ Supply ¦ 70%
             ¦ KR2: Emergency orders below 5 a month ¦ Supply ¦ 40%
             ¦ KR3: Two suppliers for each of the 50 core items ¦ Procurement ¦ 55%
            Nurses spend time with patients ¦ KR1: 15% less paperwork per shift ¦ Nursing ¦ 30%
             ¦ KR2: Maintain a 4.5/5 rating from patients ¦ Nursing ¦ 100%
        """},
        {"OKR": "objective key_result owner progress"}, {"OKR": 1},
    ),
    File(
        "valor a alterar beside meta", "flat", 2, 4,
        {"kr": """
            objetivo;texto;responsavel;inicial;valor_alterar;meta;atual;periodo
            Dobrar a base de assinantes;Assinantes ativos;Vitória;5000;5000;10000;7200;2026-4T
            Dobrar a base de assinantes;Cancelamentos por mês;Vitória;420;-220;200;350;2026-4T
            Produzir com qualidade;Episódios publicados;Caio;0;24;24;13;2026-4T
            Produzir com qualidade;Erros por episódio;Caio;6;-4;2;4;2026-4T
        """},
        {"kr": "objective key_result owner baseline - target current cycle"}, {}, "csv", separator=";",
    ),
    File(
        "year and quarter in two columns, percent everywhere", "flat", 2, 4,
        {"data": """
            Ano,Trimestre,Empresa,setor,Título,Key Result,Base,Meta,Atual,%
            2026,4,Grupo Vale Verde,Agrícola,Aumentar a produtividade por hectare,Sacas por hectare,58,66,61,37.5
            2026,4,Grupo Vale Verde,Agrícola,Aumentar a produtividade por hectare,Área com irrigação (%),22,35,27,38.5
            2026,4,Grupo Vale Verde,Logística,Entregar a safra sem perdas,Perdas no transporte (%),4.1,2.5,3.3,50
            2026,4,Grupo Vale Verde,Logística,Entregar a safra sem perdas,Caminhões com rastreador,40,120,95,68.75
        """},
        {"data": "cycle/- cycle team/- team objective key_result baseline target current progress"}, {}, "csv",
    ),
    File(
        "who, what, by when: hand-made without the word", "flat/filled-down", 2, 5,
        {"Sheet1": """
            Goals & Key Results (draft v3)
             ¦  ¦ Measure ¦  ¦  ¦
            Goal ¦ Key result ¦ From ¦ To ¦ Now ¦ By when ¦ Who
            Make our open source project easy to join ¦ First pull request merged within 3 days ¦ 9 ¦ 3 ¦ 5 ¦ 31 Dec 2026 ¦ Sasha
             ¦ 25 new contributors ¦ 0 ¦ 25 ¦ 14 ¦ 31 Dec 2026 ¦ Sasha
             ¦ Issues labelled “good first issue” ¦ 6 ¦ 40 ¦ 29 ¦ 15 Nov 2026 ¦ Devi
            Sponsors cover our servers ¦ Monthly sponsorship in $ ¦ 180 ¦ 900 ¦ 420 ¦ 31 Dec 2026 ¦ Devi
             ¦ Three companies on the gold tier ¦ 0 ¦ 3 ¦ 1 ¦ 31 Dec 2026 ¦ Sasha
        """},
        {"Sheet1": "objective key_result baseline target current due owner"}, {"Sheet1": 3},
    ),
    File(
        "negative: product backlog", "", 0, 0,
        {"Backlog": """
            ID ¦ Epic ¦ User story ¦ Priority ¦ Story points ¦ Assignee ¦ Status ¦ Sprint
            101 ¦ Checkout ¦ As a buyer I want to save my address ¦ High ¦ 5 ¦ Tim ¦ Done ¦ 41
            102 ¦ Checkout ¦ As a buyer I want to pay by invoice ¦ High ¦ 8 ¦ Ana ¦ In Progress ¦ 42
            103 ¦ Search ¦ As a buyer I want to filter by colour ¦ Low ¦ 3 ¦ Tim ¦ Todo ¦ 43
        """},
        refused=("Backlog",),
    ),
    File(
        "negative: survey about OKRs", "", 0, 0,
        {"survey": """
            Timestamp,How well do you know the objectives of your team?,Do the key results help you decide?,What should we change about OKRs?
            2026-10-02 10:12,4,Often,Fewer key results please
            2026-10-02 10:40,2,Rarely,I do not know what our objective is
            2026-10-03 09:01,5,Always,Nothing
        """},
        refused=("survey",), format="csv",
    ),
    File(
        "negative: sales report with targets", "", 0, 0,
        {"sales": """
            Region,Rep,Month,Target,Actual,Attainment %
            North,Okafor,2026-10,50000,47000,94
            North,Lund,2026-10,42000,51000,121
            South,Perez,2026-10,60000,38000,63
            South,Perez,2026-11,60000,22000,37
        """},
        refused=("sales",), format="csv",
    ),
    File(
        "negative: training course on goals", "", 0, 0,
        {"Course": """
            Learning objectives of the onboarding course
            Module ¦ Learning objective ¦ Trainer ¦ Duration
            1 ¦ Participants can explain what an OKR is ¦ Sue ¦ 45 min
            2 ¦ Participants can write a key result ¦ Sue ¦ 60 min
            3 ¦ Participants know the check-in rhythm ¦ Raj ¦ 30 min
        """},
        refused=("Course",), asks=True,
    ),
    File(
        "negative: blank template", "", 0, 0,
        {"Template": """
            OKR template

            Objective ¦ Key Result ¦ Owner ¦ Start ¦ Target ¦ Current
            [Your objective here] ¦ [Increase X from A to B] ¦ [Name] ¦ [A] ¦ [B] ¦ [current]
            [Your objective here] ¦ [Reduce X by Y%] ¦ [Name] ¦ [A] ¦ [B] ¦ [current]
             ¦  ¦  ¦  ¦  ¦
        """},
        refused=("Template",),
    ),
    File(
        "two tables in one tab: objectives with scores above, people below", "flat/filled-down", 2, 4,
        {"Overview": """
            Objective ¦ Key Result ¦ Target ¦ Actual ¦ Status
            Keep our museum trains running ¦ 40 running days ¦ 40 ¦ 31 ¦ On track
            Keep our museum trains running ¦ Boiler inspection passed ¦ 1 ¦ 0 ¦ At risk
            Find the next generation ¦ 10 members under 25 ¦ 10 ¦ 4 ¦ At risk
            Find the next generation ¦ 3 trained drivers ¦ 3 ¦ 2 ¦ On track

            Contact list
            Name ¦ Role ¦ Phone
            Wim ¦ Chair ¦ 555-0101
            Els ¦ Treasurer ¦ 555-0102
        """},
        {"Overview": "objective key_result target current status"}, {"Overview": 1},
    ),
    File(
        "notion csv export", "joined/typed-rows/flat", 2, 4,
        {"Key Results": """
            Name,Objective,Owner,Current,Target,Progress,Status,Due Date,Created time
            Weekly writers reach 900,Writers make it a habit (https://www.notion.so/Writers-make-it-a-habit-1f2e3d4c5b6a79888796a5b4c3d2e1f0?pvs=21),Lea,640,900,0.71,On track,"December 31, 2026","September 28, 2026 9:14 AM"
            Drafts finished in the same week: 60%,Writers make it a habit (https://www.notion.so/Writers-make-it-a-habit-1f2e3d4c5b6a79888796a5b4c3d2e1f0?pvs=21),Lea,0.41,0.6,0.68,At risk,"December 31, 2026","September 28, 2026 9:15 AM"
            Reader replies per story above 2,Readers talk back (https://www.notion.so/Readers-talk-back-0a1b2c3d4e5f60718293a4b5c6d7e8f9?pvs=21),Theo,1.3,2,0.65,On track,"December 31, 2026","September 29, 2026 4:40 PM"
            Spam below 1% of replies,Readers talk back (https://www.notion.so/Readers-talk-back-0a1b2c3d4e5f60718293a4b5c6d7e8f9?pvs=21),Theo,0.03,0.01,0.4,Off track,"December 31, 2026","September 29, 2026 4:41 PM"
        """},
        {"Key Results": "key_result objective owner current target progress status due -"}, {}, "csv",
    ),
    File(
        "interleaved, kind told by a column of O and KR", "typed-rows", 2, 4,
        {"Übersicht": """
            Uebergeordnetes Unternehmensziel ¦ Art ¦ Bezeichnung ¦ Team ¦ Quartal ¦ Fortschritt ¦ Status
            Marktführer im Mittelstand ¦ O ¦ Unser Vertrieb gewinnt mit Beratung ¦ Vertrieb ¦ Q4 2026 ¦ 45% ¦ im Plan
             ¦ KR ¦ 30 Beratungsgespräche pro Woche ¦ Vertrieb ¦ Q4 2026 ¦ 60% ¦ im Plan
             ¦ KR ¦ Abschlussquote von 18 % auf 25 % ¦ Vertrieb ¦ Q4 2026 ¦ 30% ¦ gefährdet
            Marktführer im Mittelstand ¦ O ¦ Service, der Kunden hält ¦ Service ¦ Q4 2026 ¦ 35% ¦ gefährdet
             ¦ KR ¦ Kündigungen unter 2 % ¦ Service ¦ Q4 2026 ¦ 40% ¦ im Plan
             ¦ KR ¦ 90 % der Tickets am selben Tag gelöst ¦ Service ¦ Q4 2026 ¦ 30% ¦ nicht im Plan
        """},
        {"Übersicht": "parent kind objective/key_result team cycle progress status"}, {"Übersicht": 1},
    ),
    File(
        "goal and metric labels of a planning tool", "flat", 2, 4,
        {"metrics_export": """
            Goal Identifier,Goal,Goal Cycle,Goal Owner Login,Metric Label,Metric_Start_Value,Metric_Target_Value,Metric_Current_Value,Metric Unit,Last Check-in Date,Confidence Level
            4711,Our API is boringly reliable,Q4 2026,jsmith,Availability,99.5,99.95,99.8,%,2026-11-18,Green
            4711,Our API is boringly reliable,Q4 2026,jsmith,P95 latency,420,250,330,ms,2026-11-18,Yellow
            4719,Partners integrate in a day,Q4 2026,kchan,Partners live,14,40,22,#,2026-11-11,Yellow
            4719,Partners integrate in a day,Q4 2026,kchan,Median time to first call,96,8,30,hours,2026-11-11,Red
        """},
        {"metrics_export": "objective_id/id objective cycle owner key_result baseline target current unit checked_in confidence"}, {}, "csv",
    ),
)  # fmt: skip
