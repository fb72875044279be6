"""Findings of a peer review and the team that made them: evidence of several kinds, and a team that may judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.deadlines import passed
from kit.assess.page_words import rows
from kit.assess.rule_files import rules, said
from kit.errors import MeasureError
from kit.text import text

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

EVIDENCE = ("paper", "figure", "interview", "observation")
TEXTS = ("finding", "touches", "standard", "recommendation", "host_reason", "owner", "by")


def findings(answers: dict, *, today: date | None = None) -> pd.DataFrame:
    """Give the findings with the kinds of evidence each rests on.

    Parameters
    ----------
    answers : dict
        The page ``peer-review``.
    today : datetime.date, optional
        The day against which a recommendation is late.

    Returns
    -------
    pandas.DataFrame
        Columns ``id``, ``finding``, ``touches``, ``standard``, ``recommendation``, ``host_reason``, ``owner``,
        ``by``, ``strength``, ``host_answer``, ``kinds`` (list of the kinds of evidence) and ``late``.

    Raises
    ------
    MeasureError
        If a short name stands twice, an answer is not in the rules, or a finding is called fair or strong on
        evidence of fewer kinds than the protocol asks for.

    Examples
    --------
    >>> one = {"id": "F1", "finding": "Notices come late", "paper": "12 notices", "interview": "front desk"}
    >>> findings({"findings": [one]}).loc[0, "kinds"]
    ['paper', 'interview']
    """
    import pandas as pd

    protocol, found, seen = rules("peer_review"), [], set()
    scales = protocol["scales"]
    for row in rows(answers, "findings"):
        name = str(row.get("id") or "").strip()
        if name and name.casefold() in seen:
            raise MeasureError("peer_review.finding-twice", name=name[:40])
        seen.add(name.casefold())
        for field, scale in (("strength", "strengths"), ("host_answer", "host_answers")):
            known = [one["value"] for one in (*scales[scale], *scales["codes"])]
            if row.get(field) and row[field] not in known:
                raise MeasureError(
                    "peer_review.no-choice", name=name[:30], given=str(row[field])[:20], known=", ".join(known[:3])
                )
        kinds = [kind for kind in EVIDENCE if str(row.get(kind) or "").strip()]
        least = protocol["kinds_of_evidence"]
        if row.get("strength") in ("fair", "strong") and len(kinds) < least:
            raise MeasureError("peer_review.too-strong", name=name[:30], n=len(kinds), least=least)
        found.append(
            {"id": name}
            | {part: str(row.get(part) or "") for part in TEXTS}
            | {"strength": row.get("strength") or "", "host_answer": row.get("host_answer") or ""}
            | {"kinds": kinds, "late": passed(row.get("by"), today)}
        )
    return pd.DataFrame(found, columns=["id", *TEXTS, "strength", "host_answer", "kinds", "late"])


def finding_gaps(answers: dict, *, today: date | None = None) -> list[str]:
    """Say in words what the findings leave open.

    Raises
    ------
    MeasureError
        As `findings`.

    Examples
    --------
    >>> finding_gaps({"findings": [{"id": "F1", "host_answer": "disagree"}]})[:2]
    ['F1 rests on 0 kinds of evidence; 2 are asked for.', 'F1: the host disagrees without a reason.']
    """
    least, found = rules("peer_review")["kinds_of_evidence"], []
    for row in findings(answers, today=today).to_dict("records"):
        name = row["id"] or "–"
        if len(row["kinds"]) < least:
            found.append(text("peer_review.few-kinds", name=name, n=len(row["kinds"]), least=least))
        if row["host_answer"] in ("partly", "disagree") and not row["host_reason"]:
            found.append(text(f"peer_review.no-reason-{row['host_answer']}", name=name))
        for part in ("touches", "standard", "strength", "recommendation", "host_answer"):
            if not row[part]:
                found.append(text(f"peer_review.no-{part}", name=name))
        if row["recommendation"] and row["host_answer"] != "disagree" and not (row["owner"] and row["by"]):
            found.append(text("peer_review.no-owner", name=name))
        if row["late"]:
            found.append(text("peer_review.late", name=name))
    return found


def team_gaps(answers: dict) -> list[str]:
    """Say in words where the team is not what the protocol asks for.

    Parameters
    ----------
    answers : dict
        The page ``peer-review``.

    Examples
    --------
    >>> team_gaps({})
    ['The team is not named yet.']
    >>> team_gaps({"team": [{"role": "Judge", "seat": "nhri", "reviewed_by_host": "yes"}]})[-1]
    'Judge comes from a place that the host reviews in the same year.'
    """
    team, asked = rows(answers, "team"), rules("peer_review")["team"]
    if not team:
        return [text("peer_review.no-team")]
    seats = {one["value"]: said(one["label"]) for one in rules("peer_review")["scales"]["seats"]}
    held, found = [row.get("seat") for row in team], []
    if not asked["at_least"] <= len(team) <= asked["at_most"]:
        found.append(text("peer_review.team-size", n=len(team), least=asked["at_least"], most=asked["at_most"]))
    if held.count("other_government") < asked["other_governments"]:
        found.append(
            text("peer_review.few-peers", n=held.count("other_government"), least=asked["other_governments"])
        )
    found += [text("peer_review.no-seat", seat=seats[seat]) for seat in asked["seats"] if seat not in held]
    if sum(row.get("works_with_data") == "yes" for row in team) < asked["data"]:
        found.append(text("peer_review.no-data-person"))
    if answers.get("mixed") != "yes":
        found.append(text("peer_review.not-mixed"))
    for row in team:
        role = str(row.get("role") or "–")
        if row.get("declared") != "yes":
            found.append(text("peer_review.undeclared", role=role))
        if row.get("reviewed_by_host") == "yes":
            found.append(text("peer_review.mutual", role=role))
    return found


def visit_gaps(answers: dict) -> list[str]:
    """Say in words where the plan of the visit is not what the protocol asks for.

    Examples
    --------
    >>> visit_gaps({"visit": [{"day": 3, "part": "communities", "officials": "yes"}]})[-1]
    'Day 3: officials of the host are present where communities speak.'
    """
    plan = rows(answers, "visit")
    there = [row.get("part") for row in plan]
    parts = rules("peer_review")["scales"]["parts"]
    found = [text("peer_review.no-part", part=said(one["label"])) for one in parts if one["value"] not in there]
    for row in plan:
        if row.get("part") == "communities" and row.get("officials") != "no":
            key = "peer_review.officials" if row.get("officials") == "yes" else "peer_review.officials-open"
            found.append(text(key, day=row.get("day") or "–"))
    return found
