"""A tiny exercise that can be drawn again: which part of the town has the highest rate?"""

from kit.data.synthetic import complaints_table


def draw(dice):
    return complaints_table(dice, parts=5)


def answers(data):
    rate = 10_000 * data["complaints"] / data["residents"]
    return {
        "most_complaints": data.loc[data["complaints"].idxmax(), "district"],
        "highest_rate": data.loc[rate.idxmax(), "district"],
        "rate_of_town": round(10_000 * data["complaints"].sum() / data["residents"].sum(), 2),
        "share_that_told": round(data["told"].sum() / data["experienced"].sum(), 3),
    }
