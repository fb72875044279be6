"""Work that means harm, graded as `kit grade` does it: fair marks, nothing taken, nothing left, nobody disturbed.

`hostile_attacks.py` holds all of it. Here runs a part: some of each kind, and every third of the rest.
``benchmarks/attacks.py`` runs all, the slow ones too, at each level, as root and as a plain user.
"""

import shutil
import sys

import hostile_run
import pytest
from hostile_work import all_hostile

from kit.grade.box import Level, abi

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="boxes need Linux"),
    pytest.mark.timeout(900),
]
REACH = {"course": "/c", "home": "/h", "marks": "/m", "port": 9}
WORK = {one.name: one for one in all_hostile(REACH)}
# Where there is only Landlock: one or a few of each kind.
FEW = """
    loop-in-rule memory output-messages exit-at-once segfault-in-rule forged-answers input-transformer displayhook
    always-equal lying-table own-equals pickle frames inputs-in-a-later-error mark shell solutions gradebook-read
    gradebook-write environment home-files tcp path-socket led-elsewhere others-limits others-priority
    shared-memory late-writer daemon unshare link-to-the-gradebook tag-skip untouched
    inputs-to-a-file inputs-to-a-pipe inputs-to-a-waiting-process copies-of-others
""".split()  # noqa: SIM905
QUICK = [name for name, one in WORK.items() if not one.slow]


def test_there_is_work_for_each_row_of_what_can_be_attacked():
    assert len(WORK) >= 200
    assert set(FEW) <= WORK.keys()


@pytest.mark.skipif(not shutil.which("bwrap"), reason="needs bubblewrap")
def test_hostile_work_in_boxes_gets_its_fair_mark_and_reaches_nothing():
    chosen = {*FEW, *QUICK[::3]}
    assert len(chosen) >= 100
    wrong, results, _ = hostile_run.grade(chosen)
    assert not wrong, "\n".join(wrong)
    assert len(results) == len(chosen) + 2


@pytest.mark.skipif(not abi(), reason="needs Landlock")
def test_hostile_work_behind_the_locks_of_the_kernel_gets_its_fair_mark_and_reaches_nothing():
    wrong, results, _ = hostile_run.grade(set(FEW), level=Level("locked", landlock=abi()))
    assert not wrong, "\n".join(wrong)
    assert len(results) == len(FEW) + 2
