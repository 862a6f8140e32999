"""The accounting of a run as a flow: bands between columns of boxes, each as wide as it has links."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

GAP = 18.0  # between two boxes of a column
BOX = 12.0  # width of a box
LEAST = 2.0  # height of what has any links at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A group of links in a column; `kind` is how it is coloured."""

    name: str
    links: int
    kind: str
    column: int
    x: float = 0.0
    y: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Links that go from one box to another."""

    path: str
    kind: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Boxes and bands, placed on a drawing."""

    boxes: tuple[Box, ...]
    bands: tuple[Band, ...]
    width: float
    height: float


Ties = Sequence[tuple[str, str, int]]  # from, to, links


def flow(boxes: Sequence[Box], ties: Ties, width: float, height: float, margins: tuple[float, float]) -> Flow:
    """Place boxes in their columns and draw the ties between them; `margins` keep room for names left and right."""
    columns = sorted({each.column for each in boxes})
    fullest = max(sum(1 for each in boxes if each.column == column) for column in columns)
    most = max(sum(each.links for each in boxes if each.column == column) for column in columns)
    scale = max(height - GAP * (fullest - 1), 1.0) / max(most, 1)
    step = (width - sum(margins) - BOX) / max(len(columns) - 1, 1)
    placed = {
        each.name: each
        for number, column in enumerate(columns)
        for each in _stacked([box for box in boxes if box.column == column], margins[0] + step * number, scale)
    }
    placed = _lowered(placed, columns[-1])
    tall = max(each.y + each.height for each in placed.values())
    return Flow(boxes=tuple(placed.values()), bands=tuple(_bands(placed, ties, scale)), width=width, height=tall)


def _lowered(placed: Mapping[str, Box], last: int) -> dict[str, Box]:
    """The last column ends where the lowest box ends: reasons stand beside their fates, which are the lower ones."""
    ends = {each.column: each.y + each.height for each in placed.values()}
    down = max(ends.values()) - ends[last]
    return {name: replace(each, y=each.y + down) if each.column == last else each for name, each in placed.items()}


def _stacked(boxes: Iterable[Box], x: float, scale: float) -> Iterable[Box]:
    y = 0.0
    for each in boxes:
        height = max(each.links * scale, LEAST)
        yield replace(each, x=x, y=y, height=height)
        y += height + GAP


def _bands(placed: Mapping[str, Box], ties: Ties, scale: float) -> Iterable[Band]:
    """Bands leave and enter each box in the order of the ties, side by side."""
    left: dict[str, float] = {}
    entered: dict[str, float] = {}
    for source, target, links in ties:
        one, two, thick = placed[source], placed[target], max(links * scale, LEAST / 2)
        start, end = one.y + left.get(source, 0.0), two.y + entered.get(target, 0.0)
        left[source], entered[target] = left.get(source, 0.0) + thick, entered.get(target, 0.0) + thick
        path = _ribbon((one.x + BOX, start), (two.x, end), thick)
        yield Band(path=path, kind=two.kind if two.kind != "link" else one.kind, label=f"{source} to {target}: {links}")


def _ribbon(start: tuple[float, float], end: tuple[float, float], thick: float) -> str:
    (x1, y1), (x2, y2) = start, end
    middle = (x1 + x2) / 2
    there = f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    low, high = y1 + thick, y2 + thick
    return f"{there}L{x2:.1f} {high:.1f}C{middle:.1f} {high:.1f} {middle:.1f} {low:.1f} {x1:.1f} {low:.1f}Z"
