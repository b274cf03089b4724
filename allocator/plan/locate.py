"""Line numbers of keys in a TOML text; loaded only when there is something to report."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Language, Node, Parser


def key_lines(text: str) -> dict[tuple[str, ...], int]:
    """Return the line of every key and table of a TOML text, by path; the first where a path appears twice."""
    import tree_sitter_toml

    tree = Parser(Language(tree_sitter_toml.language())).parse(text.encode())
    lines: dict[tuple[str, ...], int] = {}
    for path, line in _walk(tree.root_node):
        for depth in range(1, len(path) + 1):
            lines.setdefault(path[:depth], line)
    return lines


def line_of(key: str, lines: dict[tuple[str, ...], int]) -> int | None:
    """Return the line of a dotted key, or of the nearest table around it."""
    path = tuple(re.sub(r"\[\d+\]", "", part) for part in key.split("."))
    return next((lines[path[:depth]] for depth in range(len(path), 0, -1) if path[:depth] in lines), None)


def _walk(root: Node) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield (path, line) of every pair and table, without recursion: a hostile file may nest deeply."""
    waiting: list[tuple[Node, tuple[str, ...]]] = [(root, ())]
    while waiting:
        node, prefix = waiting.pop()
        below: list[tuple[Node, tuple[str, ...]]] = []
        for child in node.named_children:
            path = prefix
            if child.type in ("pair", "table", "table_array_element") and child.named_children:
                path = prefix + _names(child.named_children[0])
                yield path, child.start_point[0] + 1
            below.append((child, path))
        waiting += reversed(below)


def _names(node: Node) -> tuple[str, ...]:
    if node.type == "dotted_key":
        return tuple(name for child in node.named_children for name in _names(child))
    return ((node.text or b"").decode(errors="replace").strip("\"'"),)
