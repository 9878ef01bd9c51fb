"""Evaluates Weft's expressions as far as histories use them: through Python's own parser, whose
grammar for comparisons, boolean operators and filters (`a | default(1)`) is the same."""

import ast
import operator
import re


class Unrenderable(Exception):
    """An expression that names or does what it may not: a failed attempt."""


class Names(dict):
    """A mapping whose missing keys are null: outputs of a task that has not succeeded."""


OPERATORS = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Add: operator.add, ast.Sub: operator.sub,
    ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Mod: operator.mod,
    ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}
FILTERS = {
    "default": lambda v, d: d if v is None else v, "upper": lambda v: v.upper(),
    "lower": lambda v: v.lower(), "length": len, "int": int, "float": float, "string": str,
    "first": lambda v: v[0], "last": lambda v: v[-1], "sort": sorted,
    "split": lambda v, by=None: v.split(by), "join": lambda v, by="": by.join(map(str, v)),
    "unique": lambda v: list(dict.fromkeys(v)),
}
CONSTANTS = {"true": True, "false": False, "null": None, "none": None}


def evaluate(text, values):
    """The value of the expression, or Unrenderable."""
    try:
        return _walk(ast.parse(text.strip(), mode="eval").body, values)
    except Unrenderable:
        raise
    except Exception as error:
        raise Unrenderable(f"{text}: {error}") from error


def render(value, values):
    """A field that may be one whole `{{ expression }}`, which keeps its type."""
    if isinstance(value, str):
        inner = value.strip()
        if inner.startswith("{{") and inner.endswith("}}") and inner.count("{{") == 1:
            return evaluate(inner[2:-2], values)
    return value


def render_text(text, values):
    """A text with expressions in it, as text."""
    return re.sub(r"{{(.*?)}}", lambda match: str(evaluate(match.group(1), values)), text)


def _walk(node, values):
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.List, ast.Tuple)):
        return [_walk(item, values) for item in node.elts]
    if isinstance(node, ast.Name):
        if node.id in values:
            return values[node.id]
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        raise Unrenderable(f"unknown name {node.id}")
    if isinstance(node, ast.Attribute):
        return _member(_walk(node.value, values), node.attr)
    if isinstance(node, ast.Subscript):
        return _member(_walk(node.value, values), _walk(node.slice, values))
    if isinstance(node, ast.BoolOp):
        value = None
        for part in node.values:
            value = _walk(part, values)
            if bool(value) == isinstance(node.op, ast.Or):
                return value
        return value
    if isinstance(node, ast.UnaryOp):
        value = _walk(node.operand, values)
        return (not value) if isinstance(node.op, ast.Not) else -value
    if isinstance(node, ast.IfExp):
        return _walk(node.body if _walk(node.test, values) else node.orelse, values)
    if isinstance(node, ast.Compare):
        left = _walk(node.left, values)
        for kind, right_node in zip(node.ops, node.comparators):
            right = _walk(right_node, values)
            if not OPERATORS[type(kind)](left, right):
                return False
            left = right
        return True
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        value, call = _walk(node.left, values), node.right
        name = call.func.id if isinstance(call, ast.Call) else call.id
        arguments = [_walk(a, values) for a in call.args] if isinstance(call, ast.Call) else []
        return FILTERS[name](value, *arguments)
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)](_walk(node.left, values), _walk(node.right, values))
    raise Unrenderable(f"unknown construct {type(node).__name__}")


def _member(value, key):
    if value is None or isinstance(value, Names):
        return (value or {}).get(key)
    if isinstance(value, dict):
        if key not in value:
            raise Unrenderable(f"no member {key}")
        return value[key]
    return value[key]
