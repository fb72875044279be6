"""Stand-ins, in the process of the tests, for what cannot leave the student's process.

A function is called over there; the attributes of a figure are asked for over there. What comes back
is plain data again. A stand-in equals nothing but itself, so no method of a student's decides a test.
"""

from __future__ import annotations

import builtins
import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Any

from kit.grade.plain_data import NotPlain, Packer, Unpacker

# Methods that compare: a student's own could say yes to everything.
_COMPARE = frozenset({
    "all", "allclose", "any", "array_equal", "compare", "eq", "equals", "ge", "gt", "identical", "is_", "isclose",
    "isdisjoint", "isin", "issubset", "issuperset", "le", "lt", "ne", "startswith", "endswith",
})  # fmt: skip
_ALIKE = ("numpy", "pandas", "decimal", "fractions", "json", "datetime", "statistics", "collections", "asyncio")


class StudentError(Exception):
    """Something went wrong in the student's code; its name and words are the student's."""


class ProgramEnded(BaseException):
    """The student's program is gone, or gave no answer in time. No test may catch it as an error."""


class Live:
    """An object that stays in the student's process."""

    __hash__ = object.__hash__

    def __init__(self, said: dict, ask: Callable) -> None:
        object.__setattr__(self, "_said", said)
        object.__setattr__(self, "_ask", ask)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if name in _COMPARE:
            raise StudentError(
                f"a {self._said.get('type', 'value')} cannot be compared by its own method {name!r}"
            )
        return self._ask("attribute", of=self._said["of"], name=name)

    def __setattr__(self, name: str, value: Any) -> None:
        raise StudentError(f"{name}: what is in the student's program cannot be changed by a test")

    def __getitem__(self, key: Any) -> Any:
        return self._ask("item", of=self._said["of"], key=key)

    def __iter__(self) -> Iterator:
        return iter(self._ask("items", of=self._said["of"]))

    def __len__(self) -> int:
        return self._ask("length", of=self._said["of"])

    def __bool__(self) -> bool:
        return self._ask("truth", of=self._said["of"]) is True

    def __str__(self) -> str:
        return str(self._ask("text", of=self._said["of"]))

    def __repr__(self) -> str:
        return str(self._ask("shown", of=self._said["of"]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Live) and other._said["of"] == self._said["of"]


class LiveRule(Live):
    """A function, method or class that stays in the student's process."""

    def __init__(self, said: dict, ask: Callable) -> None:
        super().__init__(said, ask)
        object.__setattr__(self, "__name__", str(said.get("name") or "function"))
        object.__setattr__(self, "__doc__", said.get("doc"))
        try:
            parameters = [
                inspect.Parameter(
                    name, inspect._ParameterKind(kind), default=None if given else inspect.Parameter.empty
                )
                for name, kind, given in said["parameters"]
            ]
            object.__setattr__(self, "__signature__", inspect.Signature(parameters))
        except (KeyError, TypeError, ValueError):
            pass

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Run it over there."""
        return self._ask("call", of=self._said["of"], args=args, options=options)


class Student:
    """The student's process, as far as a test can reach it.

    Parameters
    ----------
    exchange : callable
        Sends a question with its bytes and gives the answer with its bytes.
    errors : dict
        Where exceptions that the exercise itself defines are looked for.
    """

    def __init__(self, exchange: Callable[[dict, bytes], tuple[dict, bytes]], errors: dict[str, Any]) -> None:
        self._exchange = exchange
        self._errors = errors

    def get(self, name: str) -> Any:
        """Give the value of a variable.

        Raises
        ------
        NameError
            If the student has none of that name.
        """
        return self.ask("get", name=name)

    def ask(self, what: str, **about: Any) -> Any:
        """Ask one question; values in it travel as plain data."""
        packer = Packer(_described)
        said = {"ask": what}
        for key, value in about.items():
            said[key] = packer.pack(value) if key in ("args", "options", "key") else value
        answer, blob = self._exchange(said, packer.blob)
        if not isinstance(answer, dict):
            raise StudentError("the answer cannot be read")
        if "error" in answer:
            raise self._error(answer["error"])
        unpacker = Unpacker(blob, self._stand_in)
        try:
            changed = answer.get("changed") or {}
            for place, data in changed.items():
                _change(about["args"][int(place)], unpacker.unpack(data))
            return unpacker.unpack(answer.get("ok"))
        except (NotPlain, LookupError, TypeError, AttributeError, ValueError) as problem:
            raise StudentError(f"the answer cannot be read ({problem})") from None

    def _stand_in(self, said: dict) -> Live:
        if said.get("t") != "live" or not isinstance(said.get("of"), int):
            raise NotPlain("kind")
        return (LiveRule if said.get("call") else Live)(said, self.ask)

    def _error(self, said: Any) -> BaseException:
        """Make the exception again, by its name; one that is not known keeps its name and words."""
        said = said if isinstance(said, dict) else {}
        kind, words = str(said.get("kind", ""))[:200], str(said.get("said", ""))
        if kind == "kit.gone":
            return ProgramEnded(words)
        module, _, name = kind.rpartition(".")
        found = self._errors.get(name) if module == "__main__" else None
        if module == "builtins":
            found = getattr(builtins, name, None)
        elif module.split(".")[0] in _ALIKE and module in sys.modules:
            found = getattr(sys.modules[module], name, None)
        problem: BaseException | None = None
        if isinstance(found, type) and issubclass(found, Exception):
            try:
                problem = found(words)
            except Exception:
                problem = None
        if problem is None:
            shown = name if name.isidentifier() else "StudentError"
            problem = type(shown, (StudentError,), {})(words)
        for line in list(said.get("lines") or ())[:3]:
            problem.add_note(str(line)[:200])
        problem.kit_students = True  # type: ignore[attr-defined]
        return problem


def _described(thing: Any) -> dict:
    if isinstance(thing, Live):
        return {"t": "mine", "of": thing._said["of"]}
    raise StudentError(f"a test cannot hand a {type(thing).__name__} to the student's program")


def _change(mine: Any, now: Any) -> None:
    """Change an argument as the student's function changed its copy."""
    if type(mine) is not type(now):
        return
    if isinstance(mine, list):
        mine[:] = now
    elif isinstance(mine, (dict, set)):
        mine.clear()
        mine.update(now)
    elif hasattr(mine, "_update_inplace"):
        mine._update_inplace(now)
    elif hasattr(mine, "dtype") and hasattr(mine, "flags") and mine.shape == now.shape:
        mine[...] = now
