"""
Branch and bound on onboardings: what cores leave where a supplier is a lump (ALGORITHMS 4).

A node decides for some suppliers whether they are onboarded.  It prices anew, from its parent's
prices and columns, so prices alone prove its bound; where the mixture onboards no supplier in part,
ever larger cores search the node.  The least bound of all nodes that are left holds for every plan.

Why: prices charge a supplier's cost to its SKUs piece by piece, and a mixture pays a part of it.
No core closes that gap; deciding on the supplier does, and the tree is as small as such suppliers
are few.  Limits on onboardings bind the same decisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.domain.observer import SILENT
from optimizer.engine.decompose.bound import Proof, column_of, price_round, prove
from optimizer.engine.decompose.core_search import (
    CORE_EXTRA_OPTIONS,
    Incumbent,
    Search,
    Start,
    search_core,
    start_search,
)
from optimizer.engine.decompose.master import Column, Mixture
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.exact.whole_model import InfeasibleError
from optimizer.errors import StoppedBy

PROOF_SHARE = 0.1  # of the asked gap, left to the mixture; the rest is for whole plans
_WHOLE = 1e-6  # a share of an onboarding so near 0 or 1 is none or all of it


@dataclass(slots=True, kw_only=True, eq=False)
class _Node:
    """
    Some suppliers decided: the columns, mixture and bound of the plans that are left.

    Attributes
    ----------
    opened, closed
        Suppliers that are onboarded, and those that may not be.  Shape ``(K,)``.
    bound
        Least cost of any plan of the node, as far as proven. [money unit]
    cores
        How many of the ever larger cores were solved.
    """

    search: Search
    columns: list[Column]
    start: Start
    part: FloatArray
    opened: BoolArray
    closed: BoolArray
    bound: float
    cores: int = 0

    @property
    def undecided(self) -> int | None:
        """The supplier onboarded most nearly by half in the mixture, None if none is in part."""
        lump = np.minimum(self.part, 1.0 - self.part)
        return int(np.argmax(lump)) if lump.max(initial=0.0) > _WHOLE else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Branched:
    """The best plan of a tree, a bound for every plan, and why the search ended."""

    incumbent: Incumbent | None
    bound: float
    stopped_by: StoppedBy


def branch(search: Search, columns: list[Column], mixture: Mixture, cores: int) -> Branched:
    """
    Search a model from its mixture, by cores and by branches on onboardings.

    Parameters
    ----------
    search
        No supplier decided.
    columns, mixture
        What the search's prices were proven with.
    cores
        How many of the ever larger cores to solve at most in a node.

    Raises
    ------
    InfeasibleError
        If no plan meets the limits.
    """
    nothing = np.zeros(len(search.model.onboarding_cost), dtype=np.bool_)
    start, incumbent = start_search(search, columns, mixture, None)
    root = _Node(
        search=search,
        columns=columns,
        start=start,
        part=_onboarded(columns, mixture),
        opened=nothing,
        closed=nothing,
        bound=search.bound,
    )
    return _Tree(root, incumbent, cores).grow()


class _Tree:
    """The nodes still open, the best plan, and the least bound of the nodes that are done with."""

    def __init__(self, root: _Node, incumbent: Incumbent | None, cores: int) -> None:
        self._root, self._open, self._cores = root, [root], cores
        self._incumbent, self._done = incumbent, np.inf
        self._last_core: StoppedBy = "gap"

    def grow(self) -> Branched:
        """Search the node of the least bound, again and again, until the gap or the time ends."""
        effort = self._root.search.effort
        while self._open and not self._closed() and effort.seconds_left:
            node = min(self._open, key=lambda one: one.bound)
            self._open.remove(node)
            if node.undecided is None or (node is self._root and not node.cores):
                self._search(node)
            else:
                self._branch(node, node.undecided)
            if self._incumbent is not None:
                effort.progress(self._incumbent.objective, self._bound())
        return Branched(
            incumbent=self._incumbent, bound=self._bound(), stopped_by=self._stopped_by()
        )

    def _search(self, node: _Node) -> None:
        """Solve the next core of a node; put the node back if a larger one could tell more."""
        extra = CORE_EXTRA_OPTIONS[node.cores]
        try:
            found = search_core(node.search, node.start, self._incumbent, extra, node.bound)
        except InfeasibleError:
            if node is self._root:
                raise
            return
        self._incumbent, node.bound = found.incumbent, found.bound
        self._last_core = found.stopped_by
        node.cores += 1
        if found.whole or node.cores == self._cores:
            self._leave(node.bound)
        else:
            self._keep(node)

    def _branch(self, node: _Node, supplier: int) -> None:
        """Decide on a supplier both ways, which leaves nothing of the node out."""
        chosen = np.arange(len(node.part)) == supplier
        for opened, closed in (
            (node.opened, node.closed | chosen),
            (node.opened | chosen, node.closed),
        ):
            child = self._child(node, opened, closed)
            if child is not None:
                self._keep(child)

    def _child(self, parent: _Node, opened: BoolArray, closed: BoolArray) -> _Node | None:
        """Price the plans of a parent that keep these decisions; None if there are none."""
        root, effort = self._root.search, replace(self._root.search.effort, observer=SILENT)
        model = root.model.deciding(opened, closed)
        proof = _warm(model, parent, opened)
        try:
            best, mixture = prove(model, effort, effort.gap * PROOF_SHARE, proof)
        except InfeasibleError:
            return None
        paid = float(root.model.onboarding_cost[opened].sum())
        search = replace(root, model=model, paid=paid, best=best, effort=effort)
        node = _Node(
            search=search,
            columns=proof.columns,
            start=parent.start,
            part=parent.part if mixture is None else _onboarded(proof.columns, mixture),
            opened=opened,
            closed=closed,
            bound=max(parent.bound, search.bound),
        )
        if mixture is not None and effort.seconds_left:
            node.start, self._incumbent = start_search(
                search, proof.columns, mixture, self._incumbent
            )
        return node

    def _keep(self, node: _Node) -> None:
        """Leave a node open, unless no plan of it is better by more than the gap."""
        if self._is_enough(node.bound):
            self._leave(node.bound)
        else:
            self._open.append(node)

    def _leave(self, bound: float) -> None:
        self._done = min(self._done, bound)

    def _bound(self) -> float:
        """Return the least cost of any plan, as far as proven."""
        return min([self._done, *(node.bound for node in self._open)])

    def _closed(self) -> bool:
        return self._is_enough(self._bound())

    def _is_enough(self, bound: float) -> bool:
        """Whether a bound proves the incumbent within the gap."""
        gap = self._root.search.effort.gap
        return self._incumbent is not None and bound >= self._incumbent.enough(gap)

    def _stopped_by(self) -> StoppedBy:
        """Return why the search ended: the gap, the time, the last core, or the size."""
        stop = self._root.search.effort.stop
        if self._closed():
            return "gap"
        if stop.seconds_left == 0.0:
            return stop.reason
        return self._last_core if self._last_core != "gap" else "size"


def _warm(model: PricingModel, parent: _Node, opened: BoolArray) -> Proof:
    """Return the parent's prices and columns; a SKU whose set is shut takes what is priced now."""
    first = price_round(model, parent.search.best.prices)
    shut = model.links.shut
    columns = [first.column]
    for column in parent.columns:
        lost = shut[model.options.set_of(column.option)]
        if lost.any():
            columns.append(column_of(model, np.where(lost, first.column.option, column.option)))
        else:
            columns.append(replace(column, needs=column.needs & ~opened))
    return Proof(columns=columns, best=first)


def _onboarded(columns: Sequence[Column], mixture: Mixture) -> FloatArray:
    """Return how much of each supplier a mixture onboards.  Shape ``(K,)``. [-]"""
    needs = np.stack([column.needs for column in columns])
    return np.asarray(np.einsum("kb,kbj->bj", mixture.share, needs).max(axis=0, initial=0.0))
