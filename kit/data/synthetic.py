"""Made-up people for lessons on surveys and privacy, whose totals are published ones.

No row is a real person. What is calibrated, and to which figure, stands in `survey` and `register`;
everything else is an assumption for teaching and says nothing about any group.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kit.data.draws import Dice, apportion

if TYPE_CHECKING:
    import pandas as pd

SEED = "local-rights-kit 2026"
AS_OF = "2026-11-25"
# Assumptions, not published figures: shares in thousandths, and how often a group says yes, relative to others.
GENDERS = {"woman": 515, "man": 475, "another gender": 10}
AGE_GROUPS = {"16-29": 190, "30-44": 270, "45-64": 320, "65 and over": 220}
FOREIGN, SPANISH = "foreign citizenship", "Spanish citizenship"
EXPERIENCED_MORE = {"woman": 5, "man": 4, "another gender": 6, FOREIGN: 5, SPANISH: 3}
TOWN_PARTS = (
    *("Harbour", "Old Town", "Station", "River Bank", "Market", "Hillside", "Gardens", "North Gate"),
    *("South Gate", "Mill", "Bridge", "Lake View", "Orchard", "Quarry"),
)


def make(folder: Path | None = None, *, seed: str = SEED) -> list[str]:
    """Write the synthetic tables again and bring their cards up to date.

    Parameters
    ----------
    folder : Path, optional
        The folder with the tables; the course's ``datasets`` if left out.
    seed : str
        The words that all draws start from.

    Returns
    -------
    list of str
        The files that changed. Empty when everything was up to date.

    Examples
    --------
    >>> make()
    []
    """
    from kit import course
    from kit.data.package import build, canonical

    folder = folder or course.folder("datasets")
    changed = []
    (folder / "synthetic").mkdir(exist_ok=True)
    for name, table, key in (
        ("survey-synthetic", survey(seed), "respondent"),
        ("register-synthetic", register(seed), "file"),
    ):
        rows = table.astype("str").fillna("").to_numpy().tolist()
        content = canonical([*table.columns], rows, key=[key])
        path = folder / "synthetic" / f"{name}.csv"
        if not path.is_file() or path.read_bytes() != content:
            draft = path.with_suffix(".tmp")
            draft.write_bytes(content)
            draft.replace(path)
            changed.append(path.relative_to(folder).as_posix())
    return list(dict.fromkeys([*changed, *build(folder)]))


def survey(seed: str = SEED) -> pd.DataFrame:
    """Give a made-up survey on discrimination, one row a respondent.

    Calibrated, exactly: the number of interviews (1,325), those who experienced discrimination
    (31 percent) and those of them who told somebody official (5.6 percent), as published for Barcelona
    2022; respondents by district in proportion to residents, and foreign citizens in each district,
    as published for 2021. Gender, age and how often each group says yes are assumptions.

    Parameters
    ----------
    seed : str
        The words that all draws start from.

    Returns
    -------
    pandas.DataFrame
        respondent, district, age_group, gender, citizenship, experienced (yes or no), told (yes, no,
        or missing for those who experienced nothing). ``.attrs["synthetic"]`` is True.

    Examples
    --------
    >>> answers = survey()
    >>> len(answers), (answers["experienced"] == "yes").sum(), (answers["told"] == "yes").sum()
    (1325, np.int64(411), np.int64(23))
    """
    import pandas as pd

    dice = Dice("survey", seed)
    published = _survey_margins()
    people = _people(published["survey_sample"], dice)
    weights = [EXPERIENCED_MORE[each["gender"]] * EXPERIENCED_MORE[each["citizenship"]] for each in people]
    # Shares are published in tenths of a percent, so thousandths keep every number whole.
    affected = _nearest(len(people) * published["experienced_discrimination"], 1000)
    chosen = dice.weighted(weights, affected)
    told = {*dice.some(chosen, _nearest(affected * published["told_someone_official"], 1000))}
    for position, each in enumerate(people):
        yes = position in {*chosen}
        each["experienced"] = "yes" if yes else "no"
        each["told"] = ("yes" if position in told else "no") if yes else None
    table = pd.DataFrame([{"respondent": i, **each} for i, each in enumerate(people, start=1)])
    return labelled(table, title="Made-up survey on discrimination", name="survey-synthetic")


def register(seed: str = SEED) -> pd.DataFrame:
    """Give a made-up register of case files, for exercises on privacy.

    Calibrated, exactly: 244 files in a year, 84 of them on racism and xenophobia and 78 on
    LGTBI-phobia, as published by Barcelona's Office for Non-Discrimination for 2021; districts and
    citizenship as in `survey`. Gender, age and how they go together are assumptions.

    Parameters
    ----------
    seed : str
        The words that all draws start from.

    Returns
    -------
    pandas.DataFrame
        file, district, age_group, gender, citizenship, ground. ``.attrs["synthetic"]`` is True.

    Examples
    --------
    >>> register()["ground"].value_counts().to_dict()
    {'racism and xenophobia': 84, 'another ground': 82, 'LGTBI-phobia': 78}
    """
    import pandas as pd

    from kit.data.tables import load

    casework = load("ond-casework")
    casework = casework[(casework["period"] == "2021") & (casework["unit"] == "files")]
    files = _one(casework, indicator="files_opened", category="all")
    grounds = {
        name: _one(casework, indicator="files_by_ground", dimension="ground", category=name)
        for name in ("racism and xenophobia", "LGTBI-phobia")
    }
    grounds["another ground"] = files - sum(grounds.values())
    dice = Dice("register", seed)
    people = _people(files, dice)
    order = dice.shuffled([name for name, count in grounds.items() for _ in range(count)])
    rows = [
        {"file": i, **each, "ground": ground}
        for i, (each, ground) in enumerate(zip(people, order, strict=True), 1)
    ]
    return labelled(pd.DataFrame(rows), title="Made-up register of case files", name="register-synthetic")


def complaints_table(dice: Dice, *, parts: int = 6) -> pd.DataFrame:
    """Give a made-up town with complaints and a survey, for exercises that differ from learner to learner.

    Every town has the same difficulty: the part with most complaints has not the highest rate, more
    people experienced discrimination than complained, and no count is below five.

    Parameters
    ----------
    dice : Dice
        Where chance comes from; `kit.data.redraw` hands one to each exercise.
    parts : int
        Number of parts of the town, from 3 to 14.

    Returns
    -------
    pandas.DataFrame
        district, residents, complaints, asked, experienced, told: whole numbers, one row a district.

    Examples
    --------
    >>> town = complaints_table(Dice("example"))
    >>> town.columns.tolist(), len(town), town.attrs["synthetic"]
    (['district', 'residents', 'complaints', 'asked', 'experienced', 'told'], 6, True)
    """
    import pandas as pd

    if not 3 <= parts <= len(TOWN_PARTS):
        raise ValueError(f"parts must be from 3 to {len(TOWN_PARTS)}")
    names = dice.some(TOWN_PARTS, parts)
    # The first is large with many complaints, the second small with a high rate: counts and rates disagree.
    residents = [dice.between(60, 95) * 1000 + dice.below(1000), dice.between(6, 11) * 1000 + dice.below(1000)]
    residents += [dice.between(14, 55) * 1000 + dice.below(1000) for _ in names[2:]]
    per_ten_thousand = [dice.between(14, 18), dice.between(30, 45), *(dice.between(6, 12) for _ in names[2:])]
    rows = []
    for name, people, rate in zip(names, residents, per_ten_thousand, strict=True):
        asked = dice.between(150, 400)
        experienced = asked * dice.between(150, 400) // 1000
        told = max(5, experienced * dice.between(60, 250) // 1000)
        complaints = people * rate // 10_000 + dice.below(4)
        rows.append((name, people, complaints, asked, experienced, told))
    columns = ["district", "residents", "complaints", "asked", "experienced", "told"]
    table = pd.DataFrame(dice.shuffled(rows), columns=columns)
    return labelled(table, title="Made-up town", name="town-synthetic")


def labelled(table: pd.DataFrame, *, title: str, name: str) -> pd.DataFrame:
    """Mark a table as synthetic, so that `kit.data.cite` and charts say so.

    Parameters
    ----------
    table : pandas.DataFrame
        A table with made-up rows.
    title, name : str
        What the table is, for `kit.data.cite`.

    Examples
    --------
    >>> import pandas as pd
    >>> from kit.data import cite
    >>> cite(labelled(pd.DataFrame({"cases": [12]}), title="Made-up cases", name="cases-synthetic"))
    'SYNTHETIC, no real people: Made-up cases (cases-synthetic). Source: made up by the kit. As of 2026-11-25.'
    """
    table.attrs = {"table": name, "title": title, "as_of": AS_OF, "synthetic": True, "sources": made_up_source()}
    return table


def made_up_source() -> dict[str, dict[str, str]]:
    """Give the source that synthetic tables name in the place of a publisher."""
    from kit.text import text

    return {"synthetic": {"publisher": text("synthetic.publisher")}}


def _people(count: int, dice: Dice) -> list[dict[str, str]]:
    """Draw people whose districts and citizenship have the published shares."""
    residents, foreign = _district_margins()
    genders = dice.shuffled(_spread(count, GENDERS))
    ages = dice.shuffled(_spread(count, AGE_GROUPS))
    people = []
    for name, size in zip(residents, apportion(count, [*residents.values()]), strict=True):
        foreign_people, others = apportion(size, [foreign[name], residents[name] - foreign[name]])
        for citizenship in [FOREIGN] * foreign_people + [SPANISH] * others:
            gender, age = genders[len(people)], ages[len(people)]
            people.append({"district": name, "age_group": age, "gender": gender, "citizenship": citizenship})
    return dice.shuffled(people)


def _spread(count: int, shares: dict[str, int]) -> list[str]:
    sizes = apportion(count, [*shares.values()])
    return [name for name, size in zip(shares, sizes, strict=True) for _ in range(size)]


def _district_margins() -> tuple[dict[str, int], dict[str, int]]:
    """Read residents and foreign citizens by district of Barcelona, 1 January 2021."""
    from kit.data.tables import load

    table = load("barcelona-population-districts")
    table = table[
        (table["year"] == 2021) & (table["dimension"] == "district") & (table["category"] != "City total")
    ]
    margins = []
    for indicator in ("population", "foreign_citizens"):
        rows = table[table["indicator"] == indicator].sort_values("category")
        margins.append({name: int(value) for name, value in zip(rows["category"], rows["value"], strict=True)})
    return margins[0], margins[1]


def _survey_margins() -> dict[str, int]:
    """Read interviews, and shares in thousandths, of the 2022 wave in Barcelona."""
    from kit.data.tables import load

    table = load("survey-underreporting")
    table = table[(table["year"] == 2022) & (table["place"] == "Barcelona")]
    names = ("survey_sample", "experienced_discrimination", "told_someone_official")
    margins = {name: _one(table, times=10, indicator=name) for name in names}
    margins["survey_sample"] //= 10
    return margins


def _one(table: pd.DataFrame, *, times: int = 1, **wanted: str) -> int:
    for column, word in wanted.items():
        table = table[table[column] == word]
    return round(float(table["value"].item()) * times)


def _nearest(value: int, by: int) -> int:
    return (2 * value + by) // (2 * by)
