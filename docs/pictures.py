"""Takes the pictures of the documentation: `make pictures`, after a change of what they show.

A made-up company keeps its OKRs in five files for six weeks; a headless Chromium then looks at the
report, at a digest as mail, and at the pages of the local services. Needs Chromium on this machine,
and a font with emoji, such as Noto Color Emoji.
"""

from __future__ import annotations

import csv
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from email import message_from_string, policy
from pathlib import Path
from urllib.request import urlopen

import okrsync
from okrsync.demo import make_company
from okrsync.plan.digests.email import email_text
from okrsync.plan.digests.message import digest_message
from okrsync.plan.review import Review, ReviewFilter
from okrsync.report.html import render
from okrsync.steps.review import overview, review
from okrsync_sandbox import Sandbox

DOCS = Path(__file__).parent
TODAY = date(2026, 11, 23)
WEEKS = 6
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--hide-scrollbars",
)
TEAMS = {
    "Company": ("Become the first choice of small teams",),
    "Growth": ("Win self-serve customers", "Make the first day a delight"),
    "Platform": ("Run a service people rely on", "Halve the time to ship"),
    "Care": ("Answer every customer within a day", "Keep the customers we have"),
    "People": ("Be a place where people stay",),
}
RESULTS = (
    ("Customers in new countries", "Partners who sell with us", "Prices that were tested"),
    ("Weekly sign-ups", "Trials that become customers", "Revenue from self-serve"),
    ("Minutes to the first report", "Workspaces with three members", "Tours that are finished"),
    ("Pages in half a year", "Services with a runbook", "Incidents understood in a week"),
    ("Changes released a day", "Teams on the new pipeline", "Flaky tests repaired"),
    ("Tickets answered in a day", "Customers who would recommend us", "Articles in the help"),
    ("Renewals talked about early", "Accounts with a named person", "Usage in the second month"),
    ("Interviews within two weeks", "Managers with training", "People with a plan to grow"),
)
HEADER = ("Objective", "Key result", "Owner", "Team", "Start", "Current", "Target", "Status")
HEADER = (*HEADER, "Last check-in", "Comment")
OWNERS = ("Mia Olsen", "Jon Bauer", "Lea Roth", "Sam Idowu", "Kim Aoki", "Noor Haddad", "Ada Ferro")


def write_week(folder: Path, week: int) -> None:
    """Write what each team typed by one week. Some fall silent, some lower a target."""
    chance = random.Random(7)  # noqa: S311 - the same company each time
    results = iter(RESULTS)
    for team, objectives in TEAMS.items():
        rows = [list(HEADER)]
        for objective in objectives:
            for title in next(results):
                pace = chance.choice((0.035, 0.06, 0.085, 0.11, 0.165))
                silent_from = 3 if chance.random() < 0.16 else WEEKS
                told = min(week, silent_from)
                share = min(1.0, pace * (told + 1) + chance.uniform(-0.02, 0.02))
                target = 80 if (title, week > 3) == ("Services with a runbook", True) else 100
                day = TODAY - timedelta(weeks=WEEKS - told, days=chance.randrange(3))
                typed = "On track" if chance.random() < 0.2 else ""
                asks = (
                    "Can we get a designer for two weeks?"
                    if title == "Tours that are finished"
                    else ""
                )
                values = ("0", f"{share * 100:.0f}", str(target), typed, day.isoformat(), asks)
                rows.append([objective, title, chance.choice(OWNERS), team, *values])
        with (folder / f"{team.lower()}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)


def config(folder: Path, board: str, endpoint: str) -> Path:
    """Write the configuration of the company."""
    sources = "\n".join(
        f'[sources.{team.lower()}]\nconnector = "workbook"\npath = "{team.lower()}.csv"'
        + ("" if team == "Company" else '\nparent = "Become the first choice of small teams"')
        for team in TEAMS
    )
    path = folder / "okrsync.toml"
    path.write_text(
        f'cycle = "2026-Q4"\n{sources}\n[publish.board]\nconnector = "notion"\n'
        f'database = "{board}"\ntoken = {{file = "token"}}\napi_endpoint = "{endpoint}"\n'
        "limits = {requests_per_second = 1000}\n",
        encoding="utf-8",
    )
    return path


def photograph(page: str, picture: Path, width: int, height: int, *flags: str) -> None:
    """Take a picture of a page in a browser of its own."""
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        sys.exit("there is no Chromium on this machine")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        subprocess.run(  # noqa: S603 - our own arguments
            [
                browser,
                *FLAGS,
                f"--user-data-dir={folder}",
                f"--window-size={width},{height}",
                f"--screenshot={picture}",
                *flags,
                page,
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )


def main() -> None:
    """Take all pictures; with folders named, into the first of them."""
    target = (Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS).resolve()
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, Sandbox() as sandbox:
        folder = Path(name)
        ada, bot = sandbox.notion.person("ada@acme.example"), sandbox.notion.connect("okrsync")
        home = ada.new_page("Acme")
        board, _ = ada.new_database("OKR board", {"Name": "title"}, home)
        ada.share(home, bot)
        (folder / "token").write_text(bot.token, encoding="utf-8")
        path = config(folder, sandbox.notion_url(board), sandbox.endpoint)
        os.chdir(folder)
        for week in range(WEEKS + 1):
            write_week(folder, week)
            with okrsync.open(path, as_of=TODAY - timedelta(weeks=WEEKS - week)) as company:
                company.sync()
        with okrsync.open(path, as_of=TODAY) as company:
            page = folder / "report.html"
            page.write_text(render(overview(company.config, as_of=TODAY)), encoding="utf-8")
            growth, _ = review(company.config, about=ReviewFilter(team="Growth"), as_of=TODAY)
        report = page.as_uri()
        mail = folder / "mail.html"
        mail.write_text(mail_page(growth), encoding="utf-8")
        photograph(mail.as_uri(), target / "digest-mail.png", 720, 1420)
        photograph(report, target / "report.png", 1280, 1500)
        dark = "--blink-settings=preferredColorScheme=0"
        photograph(report, target / "report-dark.png", 1280, 1500, dark)
        # A window narrower than 500 pixels is not narrow inside; a frame is.
        phone = folder / "phone.html"
        phone.write_text(
            f'<body style="margin:0"><iframe src="{report}" width="390" height="844"'
            ' style="border:0"></iframe>',
            encoding="utf-8",
        )
        scaled = ("--force-device-scale-factor=2", "--allow-file-access-from-files")
        photograph(phone.as_uri(), target / "report-phone.png", 390, 844, *scaled)
        # The page of the local Notion opens its first view; these answer a manager's questions.
        seen = read(sandbox.notion_url(board)).replace("<details open>", "<details>")
        for view in ("Wins", "Where it ends up"):
            seen = seen.replace(f"<details><summary>{view}", f"<details open><summary>{view}")
        page = folder / "board.html"
        page.write_text(seen, encoding="utf-8")
        photograph(page.as_uri(), target / "notion-board.png", 1280, 1400)
    with tempfile.TemporaryDirectory() as name, Sandbox() as sandbox:
        folder = Path(name)
        path = make_company(folder, TODAY, sandbox)
        with okrsync.open(path, as_of=TODAY) as company:
            company.sync()
            growth = company.config.sources["growth"].settings.model_dump()
            page_url = company.config.sources["company"].write.summary or ""
        sheet = sandbox.spreadsheet_url(growth["spreadsheet"])
        photograph(sheet, target / "google-sheets-after.png", 1640, 420)
        (tab,) = re.findall(r"\?gid=\d+", read(sheet))
        photograph(sheet + tab, target / "google-sheets-summary.png", 1480, 1560)
        photograph(page_url, target / "notion-summary.png", 1200, 1130)


def mail_page(of: Review) -> str:
    """The HTML part of the mail about a review."""
    moment = datetime(TODAY.year, TODAY.month, TODAY.day, 8, tzinfo=UTC)
    text = email_text(digest_message(of), "okrs@acme.example", ["ada@acme.example"], "1", moment)
    part = message_from_string(text, policy=policy.default).get_body(("html",))
    assert part is not None
    page: str = part.get_content()
    return page


def read(address: str) -> str:
    """A page of the local services."""
    with urlopen(address) as answer:  # noqa: S310 - on this machine
        text: str = answer.read().decode()
    return text


if __name__ == "__main__":
    main()
