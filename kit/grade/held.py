"""Why a hand-in is held: in three lines, and whether it or the computer was at fault."""

from __future__ import annotations

from kit.errors import KitError
from kit.text import text


def words(problem: BaseException) -> str:
    """Say in three lines why a hand-in could not be graded."""
    if isinstance(problem, KitError):
        return str(problem)
    names = {kind.__name__ for kind in type(problem).__mro__}
    if "DeadKernelError" in names:
        return text("grade.held-kernel-died")
    if names & {"UnresponsiveKernelError", "CellTimeoutError", "TimeoutError"}:
        return text("grade.held-cannot-stop")
    if "OperationalError" in names:
        return text("grade.held-gradebook")
    said = " ".join(str(problem).split())
    said = said if len(said) <= 200 else said[:197] + "..."
    return text("grade.held-other", kind=type(problem).__name__, said=said)


def is_ours(problem: BaseException) -> bool:
    """Tell whether the computer was at fault, not the hand-in: then the next run tries again."""
    names = {kind.__name__ for kind in type(problem).__mro__}
    # A time that ran out is an OSError to Python, but it is the hand-in's own.
    return (
        bool(names & {"OperationalError", "OSError", "NoSuchKernel", "MemoryError", "SetupError"})
        and "TimeoutError" not in names
    )
