"""Medians and ratios as markdown, and whether what was promised is kept."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.measure import Run

Runs = dict[str, dict[int, Run]]  # of each contestant, by round


@dataclass(frozen=True, slots=True)
class Bound:
    """``ours`` shall take at most so many times as long as ``against``."""

    ours: str
    against: str
    at_most: float


@dataclass(frozen=True, slots=True)
class Figure:
    """Something else than a ratio, with its unit."""

    what: str
    value: float
    unit: str
    at_most: float | None = None


@dataclass(slots=True)
class Table:
    """What was measured of one kind of work."""

    title: str
    runs: Runs
    bounds: list[Bound] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def markdown(self) -> str:
        rounds = max(map(len, self.runs.values()))
        head = f"| {rounds} round{'s' if rounds > 1 else ''} | wall s | lowest to highest | CPU s | peak MB |"
        lines = [f"### {self.title}", "", head, "|---|---|---|---|---|"]
        lines += [_row(name, list(runs.values())) for name, runs in self.runs.items() if runs]
        lines += ["", *(f"{note}." for note in self.notes)]
        return "\n".join(lines).rstrip() + "\n"

    def verdicts(self) -> list[str]:
        """A row for each bound: what, against what, the ratio, at most, whether that is met."""
        return [*map(self._bound, self.bounds), *map(self._figure, self.figures)]

    def _bound(self, bound: Bound) -> str:
        ratios = self.ratios(bound.ours, bound.against)
        middle = statistics.median(ratios)
        spread = f"{middle:.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        return f"| {self.title} | {bound.ours} : {bound.against} | {spread} | {bound.at_most:.2f} | {_met(middle, bound.at_most)} |"

    def _figure(self, figure: Figure) -> str:
        most = "" if figure.at_most is None else f"{figure.at_most:g} {figure.unit}"
        met = "" if figure.at_most is None else _met(figure.value, figure.at_most)
        return f"| {self.title} | {figure.what} | {figure.value:.3g} {figure.unit} | {most} | {met} |"

    def ratios(self, ours: str, against: str) -> list[float]:
        """Of runs of the same round, so that they hold when the machine's speed drifts."""
        own, other = self.runs[ours], self.runs[against]
        return [own[number].wall / other[number].wall for number in own.keys() & other.keys()]


def summary(tables: Iterable[Table]) -> str:
    """All that was promised, and what became of it."""
    rows = [row for table in tables for row in table.verdicts()]
    return "\n".join(["| | compared | measured | at most | met |", "|---|---|---|---|---|", *rows]) + "\n"


def median_of(runs: Iterable[Run], figure: str) -> float:
    return float(statistics.median(getattr(run, figure) for run in runs))


def _row(name: str, runs: list[Run]) -> str:
    walls = [run.wall for run in runs]
    peak = max(run.peak for run in runs)
    cpu, most = median_of(runs, "cpu"), f"{peak:.0f}" if peak else ""
    spread = f"{min(walls):.3f} to {max(walls):.3f}" if len(walls) > 1 else "once"
    return f"| {name} | {statistics.median(walls):.3f} | {spread} | {cpu:.3f} | {most} |"


def _met(value: float, at_most: float) -> str:
    return "yes" if value <= at_most else "**no**"
