r"""
The restricted master: the best mixture, block by block, of the plans priced so far.

.. math::
    \min \sum_{kb} \lambda_{kb} (c_{kb} + e_{kb}) + \sum_j c_j z_j + \omega y\,U
    \quad\text{s.t.}\quad \sum_k \lambda_{kb} = 1,\;
    \sum_{kb} \lambda_{kb} a_{rkb} + \sum_j a_{rj} z_j \le b_r,\;
    \sum_{k\,\text{needs}\,j} \lambda_{kb} \le z_j,\;
    \sum_{kb} \lambda_{kb} \ell_{kbs} - v \le u_s,\;
    v + \sum_s \hat\pi_s u_s - \sum_{kb} \lambda_{kb} e_{kb} \le U .

Its duals are the shadow prices of the limits and the tail weights of the scenarios; the tail
weights sum to :math:`\omega y\theta`, and none exceeds its cap :math:`\hat\pi_s` times that sum
(`envelope`; ALGORITHMS 3).

Why rows on demand: only scenarios in some mixture's tail bind, so the programme starts with those
that are likely to be there and adds the ones it missed; its size follows the tail, not S.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from scipy import sparse

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.blocks import BLOCKS
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.envelope import tail_of_duals
from optimizer.engine.highs import AT_LOWER, BASIC, Answer, Basis, LinearProgram, solve
from optimizer.errors import StoppedError

_SECONDS = 60.0
_ARITHMETIC = 1e-9
_KIND: Final = 1 << 40  # names of a kind of columns or rows begin at a multiple of it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """
    A priced plan as columns of the master, one per block; onboarding costs are not included.

    Attributes
    ----------
    option
        Chosen option of every SKU.  Shape ``(N,)``.
    cost, mean
        Certain cost, and expected loss.  Shape ``(B,)``. [money unit]
    use
        Shape ``(R, B)``.
    needs
        Whether the block needs the supplier onboarded.  Shape ``(B, K)``.
    loss
        Shape ``(B, S)``. [money unit]
    worst
        Scenarios by descending total loss.  Shape ``(S,)``.
    """

    option: IntArray
    cost: FloatArray
    mean: FloatArray
    use: FloatArray
    needs: BoolArray
    loss: FloatArray
    worst: IntArray

    @property
    def opened(self) -> BoolArray:
        """Whether any block needs the supplier.  Shape ``(K,)``."""
        return np.asarray(self.needs.any(axis=0))

    def used(self, model: PricingModel) -> FloatArray:
        """Return the use of every limit, onboarding included.  Shape ``(R,)``."""
        onboarding = model.onboarding_use[:, self.opened].sum(axis=1)
        return np.asarray(self.use.sum(axis=1) + onboarding)


class _Named(NamedTuple):
    """HiGHS's statuses of columns or rows, by ascending names."""

    name: IntArray
    status: IntArray

    def of(self, names: IntArray, otherwise: int) -> IntArray:
        """Return the status of each of these names, another where there is none."""
        place = np.minimum(np.searchsorted(self.name, names), len(self.name) - 1)
        return np.where(self.name[place] == names, self.status[place], otherwise)


class Stand(NamedTuple):
    """
    Where the simplex method ended: the next master, of more columns, starts there.

    Names of columns and rows do not change as columns are added.

    Attributes
    ----------
    tail
        Scenarios whose rows cannot be left out.
    """

    columns: _Named
    rows: _Named
    tail: IntArray

    def basic(self, n_columns: int) -> BoolArray:
        """Return which of the plans are basic in some block.  Shape ``(columns,)``."""
        share = np.arange(n_columns * BLOCKS)
        basic = self.columns.of(share, AT_LOWER) == BASIC
        return np.asarray(basic.reshape(-1, BLOCKS).any(axis=1))

    def keeping(self, kept: BoolArray) -> Stand:
        """Return it for some of the plans; the others are not basic."""
        name, status = self.columns
        plan, block = np.divmod(name, BLOCKS)
        is_share = name < len(kept) * BLOCKS
        plan = np.minimum(plan, len(kept) - 1)
        stays = ~is_share | kept[plan]
        name = np.where(is_share, (np.cumsum(kept) - 1)[plan] * BLOCKS + block, name)
        return self._replace(columns=_Named(name[stays], status[stays]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mixture:
    """
    Optimum of the restricted master, and its duals.

    Attributes
    ----------
    share
        Share :math:`\\lambda_{kb}` of each column in each block.  Shape ``(columns, B)``. [-]
    value
        Objective of the mixture. [money unit]
    expected
        Its expected cost: the objective without the risk charge. [money unit]
    resource
        Shadow prices :math:`\\mu_r`.  Shape ``(R,)``. [money unit per unit]
    tail
        Tail weights :math:`w_s`.  Shape ``(S,)``. [-]
    stand
        From which the master of more columns can start.
    """

    share: FloatArray
    value: float
    expected: float
    resource: FloatArray
    tail: FloatArray
    stand: Stand


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Mixed:
    """
    The rows that all master programmes have, over the shares and the onboardings z.

    Attributes
    ----------
    matrix
        Rows: convexity of each block, limits in their units, links of blocks to suppliers.
    suppliers
        Suppliers that at least one column needs.  Shape ``(J,)``.
    links
        Block and supplier of each link: their place among all pairs.
    """

    matrix: sparse.csr_array
    row_low: FloatArray
    row_high: FloatArray
    suppliers: IntArray
    links: IntArray


def mix(
    columns: Sequence[Column], model: PricingModel, stop: Stop, stand: Stand | None = None
) -> Mixture | None:
    """
    Return the best mixture of the columns, None if no mixture meets the limits.

    Parameters
    ----------
    stand
        Of the mixture of the first of these columns.

    Raises
    ------
    StoppedError
        If the search is to end.
    """
    money = max(float(np.median([abs(column.cost).sum() for column in columns])), 1.0)
    tail, mixed = _likely_tail(columns, model), _mixed(columns, model)
    if stand is not None:
        tail = np.union1d(tail, stand.tail)
    while True:
        program, names = _program(columns, model, mixed, tail, money), _names(mixed, model, tail)
        answer = _solved(program, stop, stand and _basis(stand, *names))
        if answer.values is None or answer.row_duals is None:
            return None
        share = answer.values[: len(columns) * BLOCKS].reshape(len(columns), BLOCKS)
        if not len(tail):
            break
        start = answer.values[-2 - len(tail)] * money
        missed = _missed(mixed_loss(columns, share), start, tail, model.tail_cap)
        if not len(missed):
            break
        stand = _stand(answer, *names, tail)
        tail = np.union1d(tail, missed)
    duals, n_limits = np.abs(answer.row_duals), len(model.limit)
    tail_dual = np.zeros(len(model.probability))
    tail_dual[tail] = duals[len(duals) - 1 - len(tail) : -1]
    value = float(program.cost @ answer.values)
    charge = model.tail_charge * float(answer.values[-1])
    return Mixture(
        share=share,
        value=value * money,
        expected=(value - charge) * money,
        resource=duals[BLOCKS : BLOCKS + n_limits] * money / limit_unit(model),
        tail=tail_of_duals(tail_dual, model.tail_charge, model.tail_cap),
        stand=_stand(answer, *names, tail),
    )


def least_excess(columns: Sequence[Column], model: PricingModel, stop: Stop) -> FloatArray:
    """
    Return the limits' duals in the mixture that exceeds them least, relative to the limits.

    These are the prices of phase one: at them the pricing problem looks for the most frugal plan.

    Returns
    -------
    FloatArray
        Shape ``(R,)``. [1 per unit]

    Raises
    ------
    StoppedError
        If the search is to end.
    """
    mixed, n_limits = _mixed(columns, model), len(model.limit)
    n_rows, n_mixed = mixed.matrix.shape
    exceeded = sparse.eye_array(n_rows, n_limits, k=-BLOCKS)
    answer = _solved(
        LinearProgram(
            cost=np.concatenate([np.zeros(n_mixed), np.ones(n_limits)]),
            matrix=sparse.csr_array(sparse.hstack([mixed.matrix, -exceeded])),
            row_low=mixed.row_low,
            row_high=mixed.row_high,
            low=np.zeros(n_mixed + n_limits),
            high=np.concatenate([np.ones(n_mixed), np.full(n_limits, _most_used(columns, model))]),
            integer=np.zeros(n_mixed + n_limits, dtype=np.bool_),
        ),
        stop,
    )
    if answer.row_duals is None:
        raise RuntimeError(f"the least excess over the limits was not found: {answer.status}.")
    return np.asarray(np.abs(answer.row_duals[BLOCKS : BLOCKS + n_limits]) / limit_unit(model))


def _solved(program: LinearProgram, stop: Stop, basis: Basis | None = None) -> Answer:
    """Solve a small programme to optimality; raise if the stop ended it."""
    answer = solve(program, gap=0.0, stop=stop, seconds=_SECONDS, basis=basis, tell_basis=True)
    if answer.status != "optimal" and stop.seconds_left == 0.0:
        raise StoppedError(stop.reason)
    return answer


def _names(mixed: _Mixed, model: PricingModel, tail: IntArray) -> tuple[IntArray, IntArray]:
    """Return names of the columns and of the rows of a programme, ascending."""
    n_shares, one = mixed.matrix.shape[1] - len(mixed.suppliers), np.zeros(1, dtype=np.int64)
    return (
        _numbered(np.arange(n_shares), mixed.suppliers, one, tail, one),
        _numbered(np.arange(BLOCKS), np.arange(len(model.limit)), mixed.links, tail, one),
    )


def _numbered(*kinds: IntArray) -> IntArray:
    return np.concatenate([kind * _KIND + part for kind, part in enumerate(kinds)])


def _stand(answer: Answer, columns: IntArray, rows: IntArray, tail: IntArray) -> Stand:
    if answer.basis is None:
        raise RuntimeError(f"the master has no basis: {answer.status}.")
    column, row = answer.basis
    last = slice(-1 - len(tail), -1)
    idle = (row[last] == BASIC) & (column[last] != BASIC)
    return Stand(_Named(columns, column), _Named(rows, row), tail[~idle])


def _basis(stand: Stand, columns: IntArray, rows: IntArray) -> Basis | None:
    """Return where a programme that has grown starts: new columns at 0, new rows slack."""
    basis = Basis(stand.columns.of(columns, AT_LOWER), stand.rows.of(rows, BASIC))
    n_basic = np.count_nonzero(basis.column == BASIC) + np.count_nonzero(basis.row == BASIC)
    return basis if n_basic == len(rows) else None


def _likely_tail(columns: Sequence[Column], model: PricingModel) -> IntArray:
    """Return scenarios among the worst of any column, up to twice the mass of the tail."""
    if model.tail_charge == 0.0:
        return np.zeros(0, dtype=np.int64)
    likely = np.zeros(len(model.probability), dtype=np.bool_)
    for column in columns:
        cap = model.tail_cap[column.worst]
        worse = np.cumsum(cap) - cap
        likely[column.worst[(worse <= 2.0) & (cap > 0.0)]] = True
    return np.flatnonzero(likely)


def mixed_loss(columns: Sequence[Column], share: FloatArray) -> FloatArray:
    """
    Return the loss of a mixture in every scenario.  Shape ``(S,)``. [money unit]

    Parameters
    ----------
    share
        Share of each column in each block.  Shape ``(columns, B)``. [-]
    """
    used = np.flatnonzero(share.any(axis=1)).tolist()
    return np.asarray(np.sum([share[k] @ columns[k].loss for k in used], axis=0))


def _missed(loss: FloatArray, start: float, tail: IntArray, cap: FloatArray) -> IntArray:
    """Return the scenarios in the tail that have no row."""
    beyond = (loss > start + _ARITHMETIC * abs(start)) & (cap > 0.0)
    beyond[tail] = False
    return np.flatnonzero(beyond)


def _program(
    columns: Sequence[Column],
    model: PricingModel,
    mixed: _Mixed,
    tail: IntArray,
    money: float,
) -> LinearProgram:
    """Variables: shares, onboardings, v, u, U.  Rows: the mixture's, one per tail scenario, U's."""
    n_tail = len(tail)
    n_mixed = mixed.matrix.shape[1]
    loss = np.concatenate([column.loss[:, tail] for column in columns]).T / money
    mean = np.concatenate([column.mean for column in columns]) / money
    shares = np.concatenate([column.cost for column in columns]) / money + mean
    onboardings = model.onboarding_cost[mixed.suppliers] / money
    no_supplier = np.zeros(len(onboardings))
    unexpected = np.concatenate([-mean, no_supplier, [1.0], model.tail_cap[tail], [-1.0]])
    most = float(loss.max(initial=0.0)) * BLOCKS
    high = np.append(np.full(1 + n_tail, most), most * (1.0 + model.tail_cap[tail].sum()))
    return LinearProgram(
        cost=np.concatenate([shares, onboardings, np.zeros(1 + n_tail), [model.tail_charge]]),
        matrix=_below(mixed.matrix, loss, unexpected),
        row_low=np.concatenate([mixed.row_low, np.full(n_tail + 1, -np.inf)]),
        row_high=np.concatenate([mixed.row_high, np.zeros(n_tail + 1)]),
        low=np.zeros(n_mixed + 2 + n_tail),
        high=np.concatenate([np.ones(n_mixed), high]),
        integer=np.zeros(n_mixed + 2 + n_tail, dtype=np.bool_),
    )


def _below(mixed: sparse.csr_array, loss: FloatArray, unexpected: FloatArray) -> sparse.csr_array:
    """Return the mixture's rows, and below them loss - v - u in each tail scenario, and U's row."""
    (n_rows, n_mixed), n_tail = mixed.shape, len(loss)
    rows, tail = mixed.tocoo(), np.arange(n_tail)
    scenario, share = np.nonzero(loss)
    of_last = np.flatnonzero(unexpected)
    value = (rows.data, loss[scenario, share], np.full(2 * n_tail, -1.0), unexpected[of_last])
    row = (
        rows.row,
        n_rows + scenario,
        n_rows + tail,
        n_rows + tail,
        [n_rows + n_tail] * len(of_last),
    )
    column = (rows.col, share, np.full(n_tail, n_mixed), n_mixed + 1 + tail, of_last)
    places = np.concatenate(row), np.concatenate(column)
    shape = (n_rows + n_tail + 1, n_mixed + 2 + n_tail)
    return sparse.csr_array((np.concatenate(value), places), shape=shape)


def _mixed(columns: Sequence[Column], model: PricingModel) -> _Mixed:
    needs = np.concatenate([column.needs for column in columns])
    suppliers = np.flatnonzero(needs.any(axis=0))
    unit = limit_unit(model)[:, None]
    use = np.concatenate([column.use for column in columns], axis=1) / unit
    links, pairs = _links(needs[:, suppliers])
    block_of, supplier_of = np.divmod(pairs, max(len(suppliers), 1))
    n_shares = len(columns) * BLOCKS
    block = np.tile(np.arange(BLOCKS), len(columns))
    convexity = sparse.csc_array((np.ones(n_shares), block, np.arange(n_shares + 1)))
    no_supplier = sparse.csr_array((BLOCKS, len(suppliers)))
    limits = sparse.csr_array(np.hstack([use, model.onboarding_use[:, suppliers] / unit]))
    matrix = sparse.vstack([sparse.hstack([convexity, no_supplier]), limits, links])
    exactly_one, at_most = np.ones(BLOCKS), model.limit / unit.ravel()
    n_links = links.shape[0]
    return _Mixed(
        matrix=sparse.csr_array(matrix),
        row_low=np.concatenate([exactly_one, np.full(len(at_most) + n_links, -np.inf)]),
        row_high=np.concatenate([exactly_one, at_most, np.zeros(n_links)]),
        suppliers=suppliers,
        links=block_of * needs.shape[1] + suppliers[supplier_of],
    )


def _links(needs: BoolArray) -> tuple[sparse.csr_array, IntArray]:
    """
    Return the rows: a block's shares that need a supplier, less its onboarding, at most 0.

    Also the block and the supplier of each, as one number.
    """
    n_shares, n_suppliers = needs.shape
    share, supplier = np.nonzero(needs)
    pairs, row = np.unique(share % BLOCKS * n_suppliers + supplier, return_inverse=True)
    column = np.concatenate([share, n_shares + pairs % max(n_suppliers, 1)])
    value = np.concatenate([np.ones(len(share)), -np.ones(len(pairs))])
    rows = np.concatenate([row.ravel(), np.arange(len(pairs))])
    shape = (len(pairs), n_shares + n_suppliers)
    return sparse.csr_array((value, (rows, column)), shape=shape), pairs


def limit_unit(model: PricingModel) -> FloatArray:
    """Return the unit in which each limit is scaled: the limit, or 1 if it is 0.  ``(R,)``"""
    return np.where(model.limit > 0.0, model.limit, 1.0)


def _most_used(columns: Sequence[Column], model: PricingModel) -> float:
    """Return an upper bound on any mixture's use of a limit, in the limits' units."""
    every = [column.use.max(axis=1, initial=0.0) for column in columns]
    most = BLOCKS * np.max(every, axis=0) + model.onboarding_use.sum(axis=1)
    return float((most / limit_unit(model)).max(initial=0.0))
