"""
Branch and bound on lumps: what cores leave where a supplier or a great SKU is one (ALGORITHMS 4).

A node decides for some suppliers whether they are onboarded, and for some SKUs which half of their
options to choose from.  It prices anew, from its parent's prices and columns, so prices alone prove
its bound; ever larger cores search it once nothing is left to decide.  The least bound of all nodes
that are left holds for every plan.

Why: prices charge a supplier's cost to its SKUs piece by piece, and a mixture pays a part of it; it
takes a part of a great SKU's option, for which thousands of small SKUs cannot make up.  No core
closes that gap; deciding does, and the tree is as small as such lumps are few.  Limits on
onboardings and qualifications bind the same decisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.observer import SILENT
from optimizer.engine.decompose.bound import Proof, apart, column_of, price_round, prove
from optimizer.engine.decompose.core_search import (
    CORE_EXTRA_OPTIONS,
    Incumbent,
    Search,
    Start,
    search_core,
    start_search,
)
from optimizer.engine.decompose.master import Column, Mixture, Stand
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.exact.whole_model import InfeasibleError
from optimizer.errors import StoppedBy

PROOF_SHARE = 0.1  # of the asked gap, left to the mixture; the rest is for whole plans
_MOST_BRANCHES = 200
_LUMPS = 20  # SKUs looked at for one that can be halved
_WHOLE = 1e-6  # a share of an onboarding so near 0 or 1 is none or all of it


class _Decision(NamedTuple):
    """Suppliers to onboard ``(K,)``, suppliers that may not be, options that may not be chosen."""

    opened: BoolArray
    closed: BoolArray
    excluded: IntArray


@dataclass(slots=True, kw_only=True, eq=False)
class _Node:
    """
    Some lumps decided: the columns, mixture and bound of the plans that are left.

    Attributes
    ----------
    stand
        Where the master of the columns ended.
    part
        How much of each supplier the mixture onboards.  Shape ``(K,)``. [-]
    bound
        Least cost of any plan of the node, as far as proven. [money unit]
    apart
        How far above its bound the mixture is, as a share of it. [-]
    cores
        How many of the ever larger cores were solved.
    """

    search: Search
    columns: list[Column]
    stand: Stand | None
    start: Start
    part: FloatArray
    bound: float
    apart: float
    cores: int = 0

    def of_supplier(self) -> tuple[_Decision, _Decision] | None:
        """
        Onboard, or not, the supplier that the mixture onboards most nearly by half.

        Where prices and mixture do not meet, a supplier that just pays keeps them apart: then it is
        the dearest that either onboards.
        """
        lump = np.minimum(self.part, 1.0 - self.part)
        if lump.max(initial=0.0) <= _WHOLE and self.apart > self.search.effort.gap:
            best = self.search.best
            price = self.search.model.opening_price(best.prices.resource)
            lump = np.where((self.part > 0.0) | best.column.opened, price, 0.0)
        if lump.max(initial=0.0) <= _WHOLE:
            return None
        chosen, nobody = np.arange(len(lump)) == np.argmax(lump), np.zeros(len(lump), dtype=bool)
        nothing = np.zeros(0, dtype=np.int64)
        return _Decision(nobody, chosen, nothing), _Decision(chosen, nobody, nothing)

    def of_sku(self) -> tuple[_Decision, _Decision] | None:
        """Halve the options of the SKU in which the mixture's columns differ most."""
        nobody = np.zeros(len(self.part), dtype=np.bool_)
        for chosen in self.start.choices[:, :_LUMPS].T:
            halves = _halves(self.search.model, chosen)
            if halves:
                return _Decision(nobody, nobody, halves[0]), _Decision(nobody, nobody, halves[1])
        return None


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
    start, incumbent = start_search(search, columns, mixture, None)
    root = _Node(
        search=search,
        columns=columns,
        stand=mixture.stand,
        start=start,
        part=_onboarded(columns, mixture),
        bound=search.bound,
        apart=apart(mixture, search.best),
    )
    return _Tree(root, incumbent, cores).grow()


class _Tree:
    """The nodes still open, the best plan, and the least bound of the nodes that are done with."""

    def __init__(self, root: _Node, incumbent: Incumbent | None, cores: int) -> None:
        self._root, self._open, self._cores = root, [root], cores
        self._incumbent, self._done = incumbent, np.inf
        self._last_core: StoppedBy = "gap"
        self._branches = 0

    def grow(self) -> Branched:
        """
        Search the node of the least bound, again and again, until the gap or the time ends.

        Where every branch ended without a plan there is none.
        """
        effort = self._root.search.effort
        while self._open and not self._closed() and effort.seconds_left:
            node = min(self._open, key=lambda one: one.bound)
            self._open.remove(node)
            decisions = self._decisions(node)
            if decisions is None:
                self._search(node)
            else:
                self._branch(node, decisions)
            if self._incumbent is not None:
                effort.progress(self._incumbent.objective, self._bound())
        if self._incumbent is None and np.isinf(self._bound()):
            raise InfeasibleError
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

    def _decisions(self, node: _Node) -> tuple[_Decision, _Decision] | None:
        """Return what to decide next; None if the node's next core is to be solved first."""
        if self._cores < len(CORE_EXTRA_OPTIONS) or self._branches == _MOST_BRANCHES:
            return None
        return node.of_supplier() or (node.of_sku() if node.cores else None)

    def _branch(self, node: _Node, decisions: tuple[_Decision, _Decision]) -> None:
        """Decide both ways, which leaves nothing of the node out."""
        self._branches += 1
        for decision in decisions:
            child = self._child(node, decision)
            if child is not None:
                self._keep(child)

    def _child(self, parent: _Node, decision: _Decision) -> _Node | None:
        """Price the plans of a parent that keep a decision; None if there are none."""
        effort = replace(parent.search.effort, observer=SILENT)
        model = parent.search.model.deciding(*decision)
        proof = _warm(model, parent, decision)
        try:
            best, mixture = prove(model, effort, effort.gap * PROOF_SHARE, proof)
        except InfeasibleError:
            return None
        paid = parent.search.paid + float(model.onboarding_cost[decision.opened].sum())
        search = replace(parent.search, model=model, paid=paid, best=best, effort=effort)
        node = _Node(
            search=search,
            columns=proof.columns,
            stand=proof.stand,
            start=parent.start,
            part=parent.part if mixture is None else _onboarded(proof.columns, mixture),
            bound=max(parent.bound, search.bound),
            apart=0.0 if mixture is None else apart(mixture, best),
        )
        searched = node.of_supplier() is None and not self._is_enough(node.bound)
        if mixture is not None and effort.seconds_left and searched:
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


def _warm(model: PricingModel, parent: _Node, decision: _Decision) -> Proof:
    """Return the parent's prices and columns; SKUs that break the decision take what it prices."""
    first, columns = price_round(model, parent.search.best.prices), []
    for column in parent.columns:
        breaks = model.links.shut[model.options.set_of(column.option)]
        breaks |= np.isin(column.option, decision.excluded)
        if breaks.any():
            columns.append(column_of(model, np.where(breaks, first.column.option, column.option)))
        else:
            columns.append(replace(column, needs=column.needs & ~decision.opened))
    columns.append(first.column)
    return Proof(columns=columns, best=first, stand=parent.stand)


def _halves(model: PricingModel, chosen: IntArray) -> tuple[IntArray, IntArray] | None:
    """
    Return the dearer and the cheaper options of a SKU, in loss or else in cost.

    Parameters
    ----------
    chosen
        Options of the SKU that the mixture takes a part of.  Shape ``(columns,)``.

    Returns
    -------
    tuple of IntArray, or None
        None unless each half has a part, and an option that needs no supplier onboarded.
    """
    mixed = model.options.take(np.unique(chosen))
    rows = model.options.rows_of(int(mixed.sku[0]))
    every = model.options.take(rows)
    free = np.asarray((model.links.supplier[every.alternate_set] < 0).all(axis=1))
    for parts, value in ((mixed.mean, every.mean), (mixed.cost, every.cost)):
        more = np.flatnonzero(value > 0.5 * (parts.min() + parts.max()))
        less = np.setdiff1d(np.arange(len(rows)), more)
        if parts.min() < parts.max() and free[more].any() and free[less].any():
            return rows[more], rows[less]
    return None


def _onboarded(columns: Sequence[Column], mixture: Mixture) -> FloatArray:
    """
    Return how much of each supplier a mixture onboards.  Shape ``(K,)``. [-]

    Parameters
    ----------
    columns
        The mixture's; those priced after it, when the time ended, may follow.
    """
    needs = np.stack([column.needs for column in columns[: len(mixture.share)]])
    return np.asarray(np.einsum("kb,kbj->bj", mixture.share, needs).max(axis=0, initial=0.0))
