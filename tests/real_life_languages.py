"""Sheets in the languages teams write in, and in several at once."""

from __future__ import annotations

from real_life import File

__all__ = ["FILES"]

FILES = (
    File(
        "portuguese sheet with responsaveis",
        "flat",
        3,
        7,
        {
            "OKRs 4T": (
                """
            Objetivo ¦ Resultado-chave ¦ Responsável ¦ Time ¦ Trimestre ¦ Unidade ¦ Inicial ¦ Meta ¦ Atual ¦ Progresso ¦ Status ¦ Data Limite
            Aumentar a receita recorrente da plataforma ¦ Atingir R$ 1,2 mi de MRR ¦ Camila Souza ¦ Comercial ¦ 4T 2026 ¦ R$ ¦ 850000 ¦ 1200000 ¦ 990000 ¦ 0.4 ¦ em andamento ¦ 31/12/2026
            Aumentar a receita recorrente da plataforma ¦ Fechar 40 novos contratos anuais ¦ Rafael Lima ¦ Comercial ¦ 4T 2026 ¦ contratos ¦ 0 ¦ 40 ¦ 17 ¦ 0.425 ¦ em andamento ¦ 31/12/2026
            Aumentar a receita recorrente da plataforma ¦ Reduzir o churn mensal de 3,4% para 2% ¦ Rafael Lima ¦ Sucesso do Cliente ¦ 4T 2026 ¦ % ¦ 3.4 ¦ 2 ¦ 3.1 ¦ 0.21 ¦ em risco ¦ 31/12/2026
            Encantar os clientes no atendimento ¦ Elevar o NPS de 48 para 60 ¦ Juliana Prado ¦ Suporte ¦ 4T 2026 ¦ pontos ¦ 48 ¦ 60 ¦ 52 ¦ 0.33 ¦ em andamento ¦ 15/12/2026
            Encantar os clientes no atendimento ¦ Primeira resposta em até 2 horas ¦ Juliana Prado ¦ Suporte ¦ 4T 2026 ¦ horas ¦ 9 ¦ 2 ¦ 4 ¦ 0.71 ¦ em andamento ¦ 15/12/2026
            Formar um time que entrega ¦ Contratar 6 desenvolvedores ¦ André ¦ Tecnologia ¦ 4T 2026 ¦ pessoas ¦ 0 ¦ 6 ¦ 6 ¦ 1 ¦ concluído ¦ 30/11/2026
            Formar um time que entrega ¦ 80% do time com PDI ativo ¦ André ¦ RH ¦ 4T 2026 ¦ % ¦ 20 ¦ 80 ¦ 45 ¦ 0.42 ¦ não iniciado ¦ 31/12/2026
        """
            )
        },
        {
            "OKRs 4T": (
                "objective key_result owner team cycle unit baseline target current progress"
                " status due"
            )
        },
        {"OKRs 4T": 1},
    ),
    File(
        "portuguese app export semicolon",
        "flat",
        2,
        5,
        {
            "okrs_export": (
                """
            id_obj;Título do Objetivo;KR Nome;un_medida;Direção;Base;Meta_Valor;Valor Atual;Progresso_Manual;responsavel;Atualizado em
            12;Ser referência em sustentabilidade no setor;Reduzir emissões por tonelada transportada;kgCO2;Diminuir;84,5;70;79,2;;Beatriz Nunes;2026-11-03 09:12:44
            12;Ser referência em sustentabilidade no setor;Trocar 30 veículos por elétricos;veículos;Aumentar;4;30;11;;Beatriz Nunes;2026-11-10 17:40:02
            12;Ser referência em sustentabilidade no setor;Obter a certificação ISO 14001;sim/não;Aumentar;0;1;0;35;Otávio Reis;2026-10-28 08:00:13
            15;Crescer com margem;Margem EBITDA de 14% para 18%;%;Aumentar;14;18;15,5;;Otávio Reis;2026-11-12 11:21:35
            15;Crescer com margem;Custo logístico sobre receita;%;Diminuir;9,8;8,5;9,4;;Helena;2026-11-12 11:24:10
        """
            )
        },
        {
            "okrs_export": (
                "objective_id objective key_result unit direction baseline target current progress"
                " owner checked_in"
            )
        },
        {"okrs_export": 1},
        "csv",
    ),
    File(
        "spanish labels above, two header rows and quarters repeated",
        "period-blocks",
        2,
        5,
        {
            "Marketing": (
                """
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
        """
            )
        },
        {
            "Marketing": (
                "objective key_result owner - - - - baseline current target progress confidence"
            )
        },
        {"Marketing": 8},
    ),
    File(
        "german workbook with instructions and lists",
        "filled-down",
        3,
        7,
        {
            "Anleitung": (
                """
                So arbeiten wir mit OKRs
                Ziel: ¦ Was wollen wir erreichen? Inspirierend und qualitativ.
                Schlüsselergebnis: ¦ Woran messen wir es? Zahl mit Start und Ende.
                Fortschritt: ¦ wird jeden Freitag vom Verantwortlichen eingetragen
                Fragen bitte an ¦ okr@example.com
            """
            ),
            "OKR Q4-2026": (
                """
                OKRs Werk Süd ¦  ¦  ¦  ¦  ¦  ¦ Stand: 13.11.2026

                Nr. ¦ Ziel ¦ Schlüsselergebnis ¦ Verantwortlich ¦ Start ¦ Ende ¦ Aktuell ¦ Einheit ¦ Fortschritt ¦ Bemerkung
                1 ¦ Wir liefern Teile, denen unsere Kunden blind vertrauen ¦ Reklamationsquote von 1,8 % auf 0,9 % senken ¦ Herr Brandl ¦ 1.8 ¦ 0.9 ¦ 1.5 ¦ % ¦ 33% ¦ Prüfstand 3 läuft
                 ¦  ¦ Erstmusterfreigabe in 10 statt 18 Tagen ¦ Fr. Öztürk ¦ 18 ¦ 10 ¦ 14 ¦ Tage ¦ 50% ¦
                 ¦  ¦ 5 Kunden auditieren uns mit Note A ¦ Brandl/Öztürk ¦ 1 ¦ 5 ¦ 2 ¦ Stk. ¦ 25% ¦
                2 ¦ Die Linie 4 läuft stabil ¦ OEE von 61 % auf 75 % ¦ Schichtleitung ¦ 61 ¦ 75 ¦ 66 ¦ % ¦ 36% ¦
                 ¦  ¦ Ungeplante Stillstände unter 4 h/Woche ¦ Instandhaltung ¦ 11 ¦ 4 ¦ 9 ¦ h ¦ 29% ¦ Ersatzteile fehlen
                3 ¦ Neue Kolleginnen und Kollegen fühlen sich schnell zu Hause ¦ 100 % haben einen Paten ab Tag 1 ¦ Personal ¦ 40 ¦ 100 ¦ 85 ¦ % ¦ 75% ¦
                 ¦  ¦ Einarbeitungszeit von 12 auf 8 Wochen ¦ Personal ¦ 12 ¦ 8 ¦ 11 ¦ Wochen ¦ 25% ¦
            """
            ),
            "Mitarbeiter": (
                """
                Name ¦ Abteilung ¦ E-Mail ¦ Ziel-Verantwortung
                Brandl, Josef ¦ Qualität ¦ j.brandl@example.com ¦ ja
                Öztürk, Ayşe ¦ Entwicklung ¦ a.oeztuerk@example.com ¦ ja
                Klein, Tobias ¦ Personal ¦ t.klein@example.com ¦ nein
            """
            ),
            "Listen": (
                """
                Status ¦ Einheit
                im Plan ¦ %
                gefährdet ¦ Tage
                nicht im Plan ¦ Stk.
            """
            ),
        },
        {
            "OKR Q4-2026": (
                "id/objective_id objective key_result owner baseline target current unit progress"
                " comment"
            )
        },
        {"OKR Q4-2026": 3},
        hidden=("Listen",),
        refused=("Anleitung", "Mitarbeiter"),
    ),
    File(
        "chinese sheet with scores and weights",
        "filled-down",
        2,
        6,
        {
            "2026年Q4 OKR": (
                """
            2026年第四季度OKR跟踪表
            部门：产品研发部 ¦ ¦ ¦ 负责人：王伟
            目标名称 ¦ 关键结果 ¦ 负责人 ¦ 权重 ¦ 起始值 ¦ 目标值 ¦ 当前值 ¦ KR进度% ¦ 信心 ¦ 状态 ¦ 截止日期 ¦ 得分（0-1 分）
            O1：打造稳定可靠的交易平台 ¦ KR1：核心接口可用性达到99.95% ¦ 李娜 ¦ 40% ¦ 99.8 ¦ 99.95 ¦ 99.9 ¦ 67 ¦ 高 ¦ 正常 ¦ 2026-12-31 ¦ 0.7
             ¦ KR2：平均响应时间从450毫秒降到200毫秒 ¦ 张强 ¦ 30% ¦ 450 ¦ 200 ¦ 300 ¦ 60 ¦ 中 ¦ 正常 ¦ 2026-12-31 ¦ 0.6
             ¦ KR3：P0级故障不超过1次 ¦ 张强 ¦ 30% ¦ 4 ¦ 1 ¦ 2 ¦ 67 ¦ 中 ¦ 有风险 ¦ 2026-12-31 ¦ 0.5
            O2：让新用户在第一天就感受到价值 ¦ KR1：次日留存率提升到45% ¦ 陈静 ¦ 50% ¦ 36 ¦ 45 ¦ 39 ¦ 33 ¦ 低 ¦ 有风险 ¦ 2026-11-30 ¦ 0.3
             ¦ KR2：新手引导完成率达到80% ¦ 陈静 ¦ 30% ¦ 55 ¦ 80 ¦ 71 ¦ 64 ¦ 高 ¦ 正常 ¦ 2026-11-30 ¦ 0.6
             ¦ KR3：完成10场用户访谈 ¦ 刘洋 ¦ 20% ¦ 0 ¦ 10 ¦ 10 ¦ 100 ¦ 高 ¦ 已完成 ¦ 2026-10-31 ¦ 1
        """
            )
        },
        {
            "2026年Q4 OKR": (
                "objective key_result owner weight baseline target current progress confidence"
                " status due score"
            )
        },
        {"2026年Q4 OKR": 3},
    ),
    File(
        "chinese one column for both",
        "typed-rows/outline/interleaved/headings",
        2,
        4,
        {
            "Sheet1": (
                """
            目标与关键结果 ¦ 责任人 ¦ 进度% ¦ 评分 ¦ 风险状态
            O1 提升品牌在华东市场的影响力 ¦ 赵敏 ¦ 45 ¦ 0.5 ¦ 正常
            KR1 新增经销商 20 家 ¦ 赵敏 ¦ 50 ¦ 0.5 ¦ 正常
            KR2 线上曝光达到 500 万次 ¦ 孙磊 ¦ 40 ¦ 0.4 ¦ 有风险
            O2 优化供应链成本 ¦ 周杰 ¦ 30 ¦ 0.3 ¦ 有风险
            KR1 采购成本下降 8% ¦ 周杰 ¦ 25 ¦ 0.3 ¦ 有风险
            KR2 库存周转天数降至 35 天 ¦ 吴芳 ¦ 35 ¦ 0.4 ¦ 正常
        """
            )
        },
        {"Sheet1": "objective/key_result owner progress score status"},
        {"Sheet1": 1},
    ),
    File(
        "catalan objectives and results in two csv files",
        "joined",
        3,
        6,
        {
            "objectius": (
                """
                okr_id,objectiu,estat,trimestre
                OKR-01,Fer créixer la comunitat de voluntaris,actiu,2026-Q4
                OKR-02,Obrir les dades del municipi,actiu,2026-Q4
                OKR-03,Millorar la comunicació interna,esborrany,2026-Q4
            """
            ),
            "resultats_clau": (
                """
                kr_id,okr_id,descripcio,inicial,meta,actual,confidence,responsable
                KR-011,OKR-01,Passar de 120 a 200 voluntaris actius,120,200,155,7,Marta Puig
                KR-012,OKR-01,Organitzar 8 trobades de barri,0,8,5,8,Pau
                KR-021,OKR-02,Publicar 40 conjunts de dades,12,40,22,5,Núria Serra
                KR-022,OKR-02,"3 projectes externs fan servir l'API, com a mínim un de la universitat",0,3,1,4,Núria Serra
                KR-031,OKR-03,Enviar el butlletí cada dues setmanes,0,6,3,9,Pau
                KR-032,OKR-03,75% de participació a l'enquesta interna,52,75,0,6,Laia
            """
            ),
        },
        {
            "objectius": "id/objective_id objective status cycle",
            "resultats_clau": (
                "id objective_id/parent key_result baseline target current confidence owner"
            ),
        },
        {},
        "csv",
    ),
    File(
        "french quarter plan",
        "interleaved/filled-down",
        2,
        5,
        {
            "T4 2026": (
                """
            OKR – Direction Relation Client – T4 2026

            Objectif ¦ Résultats clés ¦ Porteur ¦ Valeur initiale ¦ Cible ¦ Valeur actuelle ¦ Avancement ¦ Météo ¦ Échéance ¦ Commentaires
            Devenir la référence du service client dans notre secteur ¦  ¦ Claire Dubois ¦  ¦  ¦  ¦ 48% ¦  ¦  ¦
             ¦ Taux de satisfaction porté à 92 % ¦ Claire Dubois ¦ 84% ¦ 92% ¦ 88% ¦ 50% ¦ En bonne voie ¦ 31/12/2026 ¦
             ¦ Délai moyen de réponse inférieur à 4 h ¦ Karim B. ¦ 11 h ¦ 4 h ¦ 7,5 h ¦ 50% ¦ En bonne voie ¦ 30/11/2026 ¦ recrutement de 2 CDD
             ¦ Réduire de 30 % les réclamations récurrentes ¦ Karim B. ¦ 640 ¦ 448 ¦ 555 ¦ 44% ¦ À risque ¦ 31/12/2026 ¦
            Équiper les conseillers d'outils modernes ¦  ¦ Hugo ¦  ¦  ¦  ¦ 30% ¦  ¦  ¦
             ¦ Déployer le nouveau CRM sur 6 sites ¦ Hugo ¦ 0 ¦ 6 ¦ 2 ¦ 33% ¦ En retard ¦ 15/12/2026 ¦
             ¦ 100 % des conseillers formés ¦ Inès ¦ 0% ¦ 100% ¦ 27% ¦ 27% ¦ À risque ¦ 31/12/2026 ¦ planning à revoir
        """
            )
        },
        {
            "T4 2026": (
                "objective key_result owner baseline target current progress status due comment"
            )
        },
        {"T4 2026": 3},
    ),
    File(
        "italian csv with weights",
        "flat",
        2,
        4,
        {
            "okr_vendite": (
                """
            Obiettivo;Peso Obiettivo;Risultato chiave;Responsabile;Valore iniziale;Valore obiettivo;Valore attuale;Avanzamento %;Stato;Scadenza;Note
            Aprire il mercato tedesco;60%;Firmare 8 distributori regionali;Giulia Conti;0;8;3;38%;In corso;31/12/2026;fiera di Colonia a novembre
            Aprire il mercato tedesco;60%;Fatturato estero a € 1.200.000;Marco Riva;€ 450.000;€ 1.200.000;€ 690.000;32%;A rischio;31/12/2026;
            Rendere la rete vendita autonoma;40%;90% degli ordini inseriti dal portale;Giulia Conti;35%;90%;58%;42%;In corso;30/11/2026;
            Rendere la rete vendita autonoma;40%;Tempo di preventivo da 5 a 1 giorno;Elena;5;1;2,5;63%;In corso;30/11/2026;manca il listino 2027
        """
            )
        },
        {
            "okr_vendite": (
                "objective weight key_result owner baseline target current progress status due"
                " comment"
            )
        },
        {"okr_vendite": 1},
        "csv",
    ),
    File(
        "dutch checkins",
        "flat",
        2,
        5,
        {
            "OKR's Q4": (
                """
            Doelstelling ¦ Kernresultaat ¦ Eigenaar ¦ Beginwaarde ¦ Streefwaarde ¦ Huidige waarde ¦ Voortgang ¦ Vertrouwen ¦ Laatst bijgewerkt ¦ Opmerkingen
            Onze klanten raden ons spontaan aan ¦ NPS van 22 naar 40 ¦ Sanne de Vries ¦ 22 ¦ 40 ¦ 29 ¦ 39% ¦ 6 ¦ 10-11-2026 ¦
            Onze klanten raden ons spontaan aan ¦ 15 klantverhalen gepubliceerd ¦ Bram ¦ 2 ¦ 15 ¦ 8 ¦ 46% ¦ 8 ¦ 10-11-2026 ¦ 3 in de maak
            Onze klanten raden ons spontaan aan ¦ Aantal escalaties per maand onder de 5 ¦ Sanne de Vries ¦ 14 ¦ 5 ¦ 9 ¦ 56% ¦ 7 ¦ 03-11-2026 ¦
            We leveren software zonder nachtwerk ¦ 90% van de releases overdag ¦ Joost ¦ 35 ¦ 90 ¦ 70 ¦ 64% ¦ 8 ¦ 12-11-2026 ¦
            We leveren software zonder nachtwerk ¦ Hersteltijd onder 1 uur ¦ Fatima ¦ 4 ¦ 1 ¦ 2 ¦ 67% ¦ 5 ¦ 12-11-2026 ¦ runbooks ontbreken nog
        """
            )
        },
        {
            "OKR's Q4": (
                "objective key_result owner baseline target current progress confidence checked_in"
                " comment"
            )
        },
        {"OKR's Q4": 1},
    ),
    File(
        "japanese sheet",
        "filled-down",
        2,
        5,
        {
            "2026Q4": (
                """
            2026年度 第4四半期 OKR（営業本部）

            目標 ¦ 主要な成果 ¦ 担当者 ¦ 開始値 ¦ 目標値 ¦ 現在値 ¦ 進捗率 ¦ 自信度 ¦ ステータス ¦ 期限 ¦ 備考
            お客様に選ばれ続けるパートナーになる ¦ 既存顧客の更新率を92%に引き上げる ¦ 佐藤 健 ¦ 85% ¦ 92% ¦ 89% ¦ 57% ¦ 7 ¦ 順調 ¦ 2026/12/31 ¦
             ¦ 顧客満足度アンケートで平均4.5点を獲得 ¦ 鈴木 花子 ¦ 4.1 ¦ 4.5 ¦ 4.2 ¦ 25% ¦ 5 ¦ 要注意 ¦ 2026/12/31 ¦ 回収率が低い
             ¦ 大口顧客を8社獲得 ¦ 佐藤 健 ¦ 0 ¦ 8 ¦ 3 ¦ 38% ¦ 6 ¦ 順調 ¦ 2026/12/15 ¦
            営業の働き方を変える ¦ 月間残業時間を40時間から20時間に削減 ¦ 田中 誠 ¦ 40 ¦ 20 ¦ 31 ¦ 45% ¦ 6 ¦ 要注意 ¦ 2026/12/31 ¦
             ¦ 提案書テンプレートを10種類整備 ¦ 高橋 ¦ 1 ¦ 10 ¦ 10 ¦ 100% ¦ 10 ¦ 完了 ¦ 2026/11/15 ¦
        """
            )
        },
        {
            "2026Q4": (
                "objective key_result owner baseline target current progress confidence status due"
                " comment"
            )
        },
        {"2026Q4": 3},
    ),
    File(
        "korean sheet",
        "flat",
        2,
        4,
        {
            "4분기": (
                """
            목표 ¦ 핵심 결과 ¦ 담당자 ¦ 팀 ¦ 시작값 ¦ 목표값 ¦ 현재값 ¦ 진행률 ¦ 상태 ¦ 마감일
            신규 사용자가 첫 주에 가치를 느끼게 한다 ¦ 7일 재방문율을 28%에서 40%로 높인다 ¦ 김민수 ¦ 그로스 ¦ 28 ¦ 40 ¦ 33 ¦ 42% ¦ 진행중 ¦ 2026-12-31
            신규 사용자가 첫 주에 가치를 느끼게 한다 ¦ 온보딩 완료율 75% 달성 ¦ 이지은 ¦ 그로스 ¦ 52 ¦ 75 ¦ 66 ¦ 61% ¦ 진행중 ¦ 2026-12-31
            안정적인 결제 경험을 제공한다 ¦ 결제 실패율을 2.1%에서 0.8%로 낮춘다 ¦ 박준호 ¦ 결제 ¦ 2.1 ¦ 0.8 ¦ 1.6 ¦ 38% ¦ 위험 ¦ 2026-11-30
            안정적인 결제 경험을 제공한다 ¦ 환불 처리 시간을 3일에서 1일로 단축 ¦ 최유리 ¦ 결제 ¦ 3 ¦ 1 ¦ 1 ¦ 100% ¦ 완료 ¦ 2026-11-30
        """
            )
        },
        {"4분기": "objective key_result owner team baseline target current progress status due"},
        {"4분기": 1},
    ),
    File(
        "russian sheet",
        "filled-down",
        2,
        5,
        {
            "OKR IV кв. 2026": (
                """
            OKR отдела разработки, IV квартал 2026

            № ¦ Цель ¦ Ключевой результат ¦ Ответственный ¦ Было ¦ Цель (значение) ¦ Факт ¦ Прогресс, % ¦ Статус ¦ Комментарий
            1 ¦ Сделать релизы предсказуемыми ¦ Доля релизов в срок — 90 % ¦ Иванов А. ¦ 55 ¦ 90 ¦ 72 ¦ 49 ¦ В работе ¦
             ¦  ¦ Время от коммита до продакшена до 1 дня ¦ Петрова М. ¦ 6 ¦ 1 ¦ 3 ¦ 60 ¦ В работе ¦ новый CI
             ¦  ¦ Не более 2 откатов в месяц ¦ Иванов А. ¦ 7 ¦ 2 ¦ 4 ¦ 60 ¦ Под угрозой ¦
            2 ¦ Вырастить сильную команду ¦ Нанять 5 инженеров ¦ Смирнова ¦ 0 ¦ 5 ¦ 2 ¦ 40 ¦ В работе ¦ 2 оффера
             ¦  ¦ eNPS команды не ниже 40 ¦ Смирнова ¦ 18 ¦ 40 ¦ 31 ¦ 59 ¦ В работе ¦
        """
            )
        },
        {
            "OKR IV кв. 2026": (
                "id/- objective key_result owner baseline target current progress status comment"
            )
        },
        {"OKR IV кв. 2026": 3},
    ),
    File(
        "mixed languages in one header row",
        "flat",
        2,
        4,
        {
            "Painel": (
                """
            PAINEL DE OKRs – 4º TRIMESTRE
            Empresa: ¦ Andes Salud S.A. ¦ ¦ Atualizado em: ¦ 09/11/2026

            Objective ¦ KR Título ¦ Responsable ¦ Baseline ¦ Meta ¦ Real ¦ % Avance ¦ Status ¦ Confianza ¦ Fecha Límite ¦ Next step
            Expandir la cobertura de telemedicina en zonas rurales ¦ Llegar a 40 municipios con servicio activo ¦ Paula Ríos ¦ 12 ¦ 40 ¦ 21 ¦ 32% ¦ On track ¦ Alta ¦ 31/12/2026 ¦ firmar convenio con Boyacá
            Expandir la cobertura de telemedicina en zonas rurales ¦ 70 consultas por médico al mes ¦ Paula Ríos ¦ 38 ¦ 70 ¦ 44 ¦ 19% ¦ At risk ¦ Media ¦ 31/12/2026 ¦
            Operar con cuidado y sin desperdicio ¦ Reducir inasistencias del 18% al 8% ¦ Tomás ¦ 18% ¦ 8% ¦ 15% ¦ 30% ¦ At risk ¦ Baja ¦ 30/11/2026 ¦ recordatorios por WhatsApp
            Operar con cuidado y sin desperdicio ¦ Costo por consulta bajo $22 ¦ Tomás ¦ $31 ¦ $22 ¦ $27 ¦ 44% ¦ On track ¦ Media ¦ 31/12/2026 ¦
        """
            )
        },
        {
            "Painel": (
                "objective key_result owner baseline target current progress status confidence due"
                " comment/-"
            )
        },
        {"Painel": 4},
    ),
    File(
        "the parent's title in a column",
        "flat",
        3,
        5,
        {
            "Time Dados": (
                """
            OKRs do time de Dados – 4º trimestre de 2026

            Objetivo Global Vinculado ¦ Objetivo do time ¦ Key Result ¦ Tipo ¦ Meta ¦ Realizado ¦ % ¦ Responsável ¦ Comentários
            Crescer 40% com rentabilidade ¦ Decisões comerciais com dados do dia ¦ 12 painéis migrados para o novo modelo ¦ Aumentar ¦ 12 ¦ 7 ¦ 58% ¦ Igor ¦
            Crescer 40% com rentabilidade ¦ Decisões comerciais com dados do dia ¦ Atraso dos dados menor que 2 h ¦ Reduzir ¦ 2 ¦ 5 ¦ 40% ¦ Igor ¦ depende da migração
            Crescer 40% com rentabilidade ¦ Previsão de vendas em que todos confiam ¦ Erro de previsão de 22% para 12% ¦ Reduzir ¦ 12% ¦ 17% ¦ 50% ¦ Bruna ¦
            Ser a empresa mais amada do setor ¦ Ouvir o cliente em escala ¦ 100% dos comentários classificados ¦ Aumentar ¦ 100% ¦ 65% ¦ 65% ¦ Bruna ¦
            Ser a empresa mais amada do setor ¦ Ouvir o cliente em escala ¦ 3 áreas usam o painel toda semana ¦ Aumentar ¦ 3 ¦ 1 ¦ 33% ¦ Léo ¦
        """
            )
        },
        {
            "Time Dados": (
                "parent objective key_result direction/kind target current progress owner comment"
            )
        },
        {"Time Dados": 3},
    ),
    File(
        "valor a alterar beside meta",
        "flat",
        2,
        4,
        {
            "kr": (
                """
            objetivo;texto;responsavel;inicial;valor_alterar;meta;atual;periodo
            Dobrar a base de assinantes;Assinantes ativos;Vitória;5000;5000;10000;7200;2026-4T
            Dobrar a base de assinantes;Cancelamentos por mês;Vitória;420;-220;200;350;2026-4T
            Produzir com qualidade;Episódios publicados;Caio;0;24;24;13;2026-4T
            Produzir com qualidade;Erros por episódio;Caio;6;-4;2;4;2026-4T
        """
            )
        },
        {"kr": "objective key_result owner baseline - target current cycle"},
        {},
        "csv",
    ),
    File(
        "year and quarter in two columns, percent everywhere",
        "flat",
        2,
        4,
        {
            "data": (
                """
            Ano,Trimestre,Empresa,setor,Título,Key Result,Base,Meta,Atual,%
            2026,4,Grupo Vale Verde,Agrícola,Aumentar a produtividade por hectare,Sacas por hectare,58,66,61,37.5
            2026,4,Grupo Vale Verde,Agrícola,Aumentar a produtividade por hectare,Área com irrigação (%),22,35,27,38.5
            2026,4,Grupo Vale Verde,Logística,Entregar a safra sem perdas,Perdas no transporte (%),4.1,2.5,3.3,50
            2026,4,Grupo Vale Verde,Logística,Entregar a safra sem perdas,Caminhões com rastreador,40,120,95,68.75
        """
            )
        },
        {"data": "cycle/- cycle team/- team objective key_result baseline target current progress"},
        {},
        "csv",
    ),
    File(
        "interleaved, kind told by a column of O and KR",
        "typed-rows",
        2,
        4,
        {
            "Übersicht": (
                """
            Uebergeordnetes Unternehmensziel ¦ Art ¦ Bezeichnung ¦ Team ¦ Quartal ¦ Fortschritt ¦ Status
            Marktführer im Mittelstand ¦ O ¦ Unser Vertrieb gewinnt mit Beratung ¦ Vertrieb ¦ Q4 2026 ¦ 45% ¦ im Plan
             ¦ KR ¦ 30 Beratungsgespräche pro Woche ¦ Vertrieb ¦ Q4 2026 ¦ 60% ¦ im Plan
             ¦ KR ¦ Abschlussquote von 18 % auf 25 % ¦ Vertrieb ¦ Q4 2026 ¦ 30% ¦ gefährdet
            Marktführer im Mittelstand ¦ O ¦ Service, der Kunden hält ¦ Service ¦ Q4 2026 ¦ 35% ¦ gefährdet
             ¦ KR ¦ Kündigungen unter 2 % ¦ Service ¦ Q4 2026 ¦ 40% ¦ im Plan
             ¦ KR ¦ 90 % der Tickets am selben Tag gelöst ¦ Service ¦ Q4 2026 ¦ 30% ¦ nicht im Plan
        """
            )
        },
        {"Übersicht": "parent kind objective/key_result team cycle progress status"},
        {"Übersicht": 1},
    ),
    File(
        "spanish workbook: header in row 8 over two rows, initiatives, portuguese title",
        "period-blocks/filled-down",
        2,
        4,
        {
            "Operaciones": (
                """
                ACOMPANHAMENTO DE OKRs 2026 ¦ ^ ¦ ^ ¦ ^ ¦ ^ ¦ ^

                Equipo: ¦ Operaciones ¦  ¦ Periodo: ¦ 01/10/2026 - 31/12/2026
                Objetivo del equipo: ¦ Ejecutar sin sorpresas
                Último check-in: ¦ 13/11/2026

                Objetivos ¦ Key Results ¦ Responsable del Key Result ¦ Medición ¦ ^ ¦ ^ ¦ ^ ¦ Confianza ¦ Fecha Límite ¦ Status
                 ¦  ¦  ¦ Baseline ¦ Target ¦ Real ¦ % Avance ¦  ¦  ¦
                Ser el operador más confiable del puerto ¦ Reducir el tiempo de espera de 9,5 a 6 horas ¦ Marcela Gil ¦ 9.5 ¦ 6 ¦ 8.1 ¦ 0.4 ¦ Media ¦ @2026-12-15 ¦ En riesgo
                 ¦ Cero accidentes con baja ¦ Marcela Gil ¦ 3 ¦ 0 ¦ 1 ¦ 0.67 ¦ Alta ¦ @2026-12-31 ¦ En curso
                Crecer con clientes que se quedan ¦ Renovar el 90% de los contratos ¦ Rubén ¦ 0.74 ¦ 0.9 ¦ 0.79 ¦ 0.31 ¦ Baja ¦ @2026-12-31 ¦ En riesgo
                 ¦ Sumar 4 navieras nuevas ¦ Rubén ¦ 0 ¦ 4 ¦ 2 ¦ 0.5 ¦ Alta ¦ @2026-11-30 ¦ En curso
            """
            ),
            "Iniciativas": (
                """
                Iniciativa ¦ KR relacionado ¦ Responsable ¦ Fecha Límite ¦ Status
                Nueva grúa en muelle 4 ¦ Reducir el tiempo de espera de 9,5 a 6 horas ¦ Marcela ¦ @2026-11-30 ¦ En curso
                Curso de seguridad ¦ Cero accidentes con baja ¦ Ana ¦ @2026-12-10 ¦ Pendiente
            """
            ),
            "Instrucciones": (
                """
                ¿Cómo usar esta planilla?
                1. Escriba los objetivos del trimestre
                2. Para cada Key Result, indique Baseline y Target
            """
            ),
        },
        {
            "Operaciones": (
                "objective key_result owner baseline target current progress confidence due status"
            )
        },
        {"Operaciones": 8},
        refused=("Iniciativas", "Instrucciones"),
    ),
    File(
        "persian text under english headers",
        "flat",
        2,
        3,
        {
            "okr_fa": (
                """
            okr_id,objective,key_result,owner,target_value,current_value,progress_pct,due_date
            1,افزایش رضایت مشتریان,کاهش زمان پاسخ به ۲ ساعت,مریم احمدی,2,5,40,2026-12-21
            1,افزایش رضایت مشتریان,امتیاز رضایت ۴٫۵ از ۵,مریم احمدی,4.5,4.1,60,2026-12-21
            2,توسعه بازار جنوب,ده نمایندگی جدید,علی رضایی,10,4,40,2026-12-21
        """
            )
        },
        {"okr_fa": "objective_id/id objective key_result owner target current progress due"},
        {},
        "csv",
    ),
    File(
        "german wide with numbered results",
        "column-groups",
        2,
        4,
        {
            "Ziele": (
                """
            Ziel;Bereich;Ergebnis 1;Zielwert 1;Istwert 1;Ergebnis 2;Zielwert 2;Istwert 2
            Kunden kommen wieder;Vertrieb;Wiederkaufrate in %;35;28,5;Kundenkarte;12.000;8.400
            Wir arbeiten papierlos;Verwaltung;Digitale Rechnungen in %;90;71;Ordner im Archiv;200;640
        """
            )
        },
        {"Ziele": "objective team key_result target current key_result target current"},
        {},
        "csv",
    ),
    File(
        "japanese csv in one column list",
        "flat",
        2,
        3,
        {
            "okr": (
                """
            部署,四半期,目標,成果指標,担当,基準値,目標値,実績,達成率,コメント
            開発部,2026年Q4,障害に強いサービスを作る,重大障害を月1件以下にする,山田,4,1,2,67%,監視を強化
            開発部,2026年Q4,障害に強いサービスを作る,復旧時間を60分から20分に短縮,伊藤,60,20,35,63%,
            人事部,2026年Q4,学び続ける組織になる,研修受講率80%,中村,45%,80%,62%,49%,
        """
            )
        },
        {"okr": "team cycle objective key_result owner baseline target current progress comment"},
        {},
        "csv",
    ),
    File(
        "portuguese wide plan with meta and peso",
        "column-groups",
        3,
        6,
        {
            "planejamento": (
                """
            Objetivo;Descrição;Peso;Responsável;Período;KR1 - Título;KR1 - Meta;KR1 - Realizado;KR2 - Título;KR2 - Meta;KR2 - Realizado
            Reduzir o desperdício na produção;Foco nas linhas 2 e 5;40;Sérgio;2026-T4;Refugo (%);2,5;3,4;Paradas não planejadas (h);12;21
            Vender pelo canal digital;;35;Aline;2026-T4;Pedidos on-line por mês;900;640;Ticket médio (R$);180;165,50
            Desenvolver lideranças;;25;Denise;2026-T4;Líderes formados;24;15;Rotatividade (%);8;11
        """
            )
        },
        {
            "planejamento": (
                "objective comment weight owner cycle key_result target current key_result target"
                " current"
            )
        },
        {},
        "csv",
    ),
    File(
        "confidence and status vocabulary in chinese, ids first",
        "flat",
        2,
        4,
        {
            "okr": (
                """
            编号,目标,关键结果,单位,起始值,目标值,当前值,完成度,信心,状态,截止日期,备注
            1,打造行业领先的客服体验,客户满意度达到95%,%,88,95,92,57%,高,进行中,2026-12-31,
            2,打造行业领先的客服体验,平均处理时长降至4分钟,分钟,7,4,5.5,50%,中,进行中,2026-12-31,高峰期波动
            3,拓展海外市场,签约15家海外代理,家,3,15,7,33%,低,有风险,2026-12-31,
            4,拓展海外市场,海外收入达到600万元,万元,210,600,380,44%,中,进行中,2026-12-31,
        """
            )
        },
        {
            "okr": (
                "id objective key_result unit baseline target current progress confidence status"
                " due comment"
            )
        },
        {},
        "csv",
    ),
    File(
        "italian sheet with merged objectives and semaforo",
        "filled-down",
        2,
        5,
        {
            "OKR Q4": (
                """
            OKR Area Prodotto ¦ ^ ¦ ^ ¦  ¦ Trimestre: ¦ Q4 2026
            Ultimo aggiornamento: ¦ 11/11/2026

            Obiettivo ¦ Risultati chiave ¦ Responsabile ¦ Base ¦ Target ¦ Attuale ¦ % completamento ¦ Semaforo ¦ Prossimi passi
            Un prodotto che si spiega da solo ¦ Attivazione al primo giorno dal 30% al 45% ¦ Chiara ¦ 30% ¦ 45% ¦ 37% ¦ 47% ¦ verde ¦ test A/B
            < ¦ Ticket "come si fa" sotto i 120 al mese ¦ Chiara ¦ 260 ¦ 120 ¦ 190 ¦ 50% ¦ giallo ¦
            < ¦ 12 video guida pubblicati ¦ Dario ¦ 2 ¦ 12 ¦ 9 ¦ 70% ¦ verde ¦
            Rilasci senza ansia ¦ Errori in produzione per rilascio ¦ Dario ¦ 4.5 ¦ 1 ¦ 3 ¦ 43% ¦ giallo ¦
            < ¦ Copertura test al 70% ¦ Dario ¦ 48% ¦ 70% ¦ 55% ¦ 32% ¦ rosso ¦ pairing
        """
            )
        },
        {"OKR Q4": "objective key_result owner baseline target current progress status comment/-"},
        {"OKR Q4": 4},
    ),
    File(
        "french outline in one column",
        "outline",
        2,
        5,
        {
            "Feuille1": (
                """
            Objectifs et résultats clés ¦ Responsable ¦ Échéance ¦ Avancement
            1. Donner envie de lire aux enfants ¦ Mairie ¦ 31/12/2026 ¦ 50%
            1.1 2 000 enfants inscrits ¦ Bibliothèque ¦ 15/12/2026 ¦ 60%
            1.2 40 classes partenaires ¦ Bibliothèque ¦ 30/11/2026 ¦ 40%
            2. Ouvrir plus tard sans dépenser plus ¦ Mairie ¦ 31/12/2026 ¦ 30%
            2.1 Ouverture jusqu'à 21 h deux soirs ¦ RH ¦ 01/12/2026 ¦ 50%
            2.2 Budget inchangé à 1,2 M€ ¦ Finances ¦ 31/12/2026 ¦ 20%
            2.3 15 bénévoles formés ¦ RH ¦ 15/12/2026 ¦ 20%
        """
            )
        },
        {"Feuille1": "objective/key_result owner due progress"},
        {"Feuille1": 1},
    ),
    File(
        "text of both kinds with the type in portuguese",
        "typed-rows",
        2,
        4,
        {
            "okr_tree": (
                """
            id,id_pai,tipo,texto,time,responsavel,inicial,meta,atual,status,data
            1,,Objetivo,Ser o app de saúde mais usado no Nordeste,Produto,Davi,,,,em andamento,2026-11-10
            2,1,Resultado-chave,Usuários ativos por semana,Produto,Davi,42000,80000,57000,em andamento,2026-11-10
            3,1,Resultado-chave,Nota na loja,Produto,Lia,4.1,4.6,4.3,em risco,2026-11-09
            4,,Objetivo,Atender em minutos,Operações,Lia,,,,novo,2026-11-08
            5,4,Resultado-chave,Espera média em minutos,Operações,Lia,38,10,24,em andamento,2026-11-08
            6,4,Resultado-chave,Médicos de plantão,Operações,Rui,12,30,21,em andamento,2026-11-07
        """
            )
        },
        {
            "okr_tree": (
                "id parent kind objective/key_result team owner baseline target current status"
                " checked_in"
            )
        },
        {},
        "csv",
    ),
)
