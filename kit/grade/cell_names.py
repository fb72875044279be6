"""Which names a cell uses, binds and changes: read from its text, without running it."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable

_FRAMES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def names_used(source: str) -> set[str]:
    """Name what a cell reads from the notebook's namespace.

    Examples
    --------
    >>> sorted(names_used("total = sum(x for x in shares)"))
    ['shares', 'sum']
    """
    try:
        top = symtable.symtable(source, "cell", "exec")
    except SyntaxError:
        return set()
    used, todo = set(), [top]
    while todo:
        table = todo.pop()
        todo += table.get_children()
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (symbol.is_global() or table.get_type() == "module"):
                used.add(symbol.get_name())
    return used


def names_bound(source: str, *, changed: bool = True) -> set[str]:
    """Name what a cell gives a value or, unless told otherwise, may change in place.

    Examples
    --------
    >>> sorted(names_bound("table['share'] = 1\\nnames.append('x')\\ndef rule(): pass"))
    ['names', 'rule', 'table']
    """
    tree = _parsed(source)
    found = set()
    todo = list(tree.body) if tree else []
    while todo:
        node = todo.pop()
        if isinstance(node, _FRAMES):
            found.add(node.name)
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {(name.asname or name.name).split(".")[0] for name in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            found.add(node.id)
        elif (
            changed
            and isinstance(node, (ast.Subscript, ast.Attribute))
            and isinstance(node.ctx, (ast.Store, ast.Del))
        ):
            found |= _base(node)
        elif changed and isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            # ``shares.append(1)`` and ``random.shuffle(shares)`` may change what they are given.
            call = node.value
            found |= _base(call.func) if isinstance(call.func, ast.Attribute) else set()
            found |= {name for word in call.args for name in _base(word)}
        todo += ast.iter_child_nodes(node)
    return found


def names_needed_later(bound: set[str], later: Iterable[str]) -> set[str]:
    """Of the names that a test binds, give those that later cells read before they bind them themselves.

    Examples
    --------
    >>> names_needed_later({"table"}, ["table = 1\\nprint(table)"])
    set()
    >>> names_needed_later({"table"}, ["print(table)"])
    {'table'}
    """
    open_names, needed = set(bound), set()
    for source in later:
        tree = _parsed(source)
        if tree is None:
            # Magics and mistakes: nobody knows what such a cell reads.
            needed |= {name for name in open_names if name in source}
            continue
        for statement in tree.body:
            text = ast.unparse(statement)
            if isinstance(statement, _FRAMES):
                needed |= names_used(text) & open_names - {statement.name}
            else:
                reads = {
                    node.id
                    for node in ast.walk(statement)
                    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)
                }
                needed |= reads & open_names
            if isinstance(statement, (ast.Assign, ast.AnnAssign, *_FRAMES, ast.Import, ast.ImportFrom)):
                open_names -= names_bound(text)
        if not open_names:
            break
    return needed


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _base(node: ast.AST) -> set[str]:
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()
