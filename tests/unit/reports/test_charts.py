"""The kit's charts: where bars, whiskers, lines and columns stand, by hand."""

from __future__ import annotations

import pytest

from optimizer.reports.kit.axis import Axis, covering
from optimizer.reports.kit.bar_chart import BarChart, Part
from optimizer.reports.kit.caption import Caption
from optimizer.reports.kit.line_chart import Line, LineChart

CAPTION = Caption(finding="Half.", what="Cost [EUR]", source="plan.csv")


def test_bars_stack_from_zero_and_end_within_the_chart() -> None:
    """
    Proves: costs stack to the right and savings to the left of zero, and no bar is cut.

    From −10 to 90 an axis of 100: zero at 10 %; 60 then 30 end at 100 %.
    Sensitivity: an axis that begins at zero would put the saving at −11 %.
    """
    parts = (
        Part(name="a", color="blue", values=(60.0,)),
        Part(name="b", color="orange", values=(30.0,)),
        Part(name="c", color="green", values=(-10.0,)),
    )
    (row,) = BarChart(caption=CAPTION, names=("x",), parts=parts).rows
    assert [(piece.at, piece.width) for piece in row.pieces] == [
        (10.0, 60.0),
        (70.0, 30.0),
        (0.0, 10.0),
    ]


def test_a_bar_beyond_the_end_is_cut_with_an_arrow() -> None:
    """Proves: of 10 and 1,000 with an end at 20 the second fills the chart and says so."""
    chart = BarChart(
        caption=CAPTION,
        names=("x", "y"),
        parts=(Part(name="", color="blue", values=(10.0, 1_000.0)),),
        labels=("10", "1,000"),
        end=20.0,
    )
    short, cut = chart.rows
    assert (short.pieces[0].width, cut.pieces[0].width) == (50.0, 100.0)
    assert (short.label, cut.label, cut.label_at) == ("10", "1,000 →", 100.0)


def test_the_whisker_goes_on_to_the_most() -> None:
    """Proves: a bar of 5 that can be 20 has a thin line from 25 % to the end, its label behind."""
    chart = BarChart(
        caption=CAPTION,
        names=("x",),
        parts=(Part(name="", color="blue", values=(5.0,)),),
        labels=("5",),
        most=(20.0,),
    )
    assert chart.rows[0].whisker == (25.0, 100.0)
    assert chart.rows[0].label_at == 100.0


def test_lines_break_where_there_is_no_value_and_steps_hold() -> None:
    """Proves: a gap begins anew; steps go across first and then up or down."""
    chart = LineChart(
        caption=CAPTION,
        x=(0.0, 1.0, 2.0),
        x_name="x",
        across=Axis(low=0.0, high=2.0),
        upwards=Axis(low=0.0, high=280.0),
    )
    assert chart.path(Line(name="", color="blue", y=(280.0, None, 0.0))) == "M0.0 0.0M1000.0 280.0"
    steps = chart.path(Line(name="", color="blue", y=(280.0, 140.0, 0.0), steps=True))
    assert steps == "M0.0 0.0H500.0V140.0H1000.0V280.0"


def test_places_cover_the_chart_and_are_thinned_out() -> None:
    """Proves: neighbouring strips meet; of 1,000 places no more than 250 say their values."""
    chart = LineChart(
        caption=CAPTION,
        x=[float(k) for k in range(1_000)],
        x_name="x",
        across=Axis(low=0.0, high=999.0),
        upwards=Axis(low=0.0, high=1.0),
        tips=[str(k) for k in range(1_000)],
    )
    places = chart.places
    assert len(places) == 250
    assert places[0].x == 0.0
    assert places[-1].x + places[-1].width == pytest.approx(100.0, abs=0.01)


@pytest.mark.parametrize("values", [[], [None], [0.0], [5.0], [-5.0], [1e-9, 1e-9], [3.0, 4e12]])
def test_every_axis_has_a_length(values: list[float | None]) -> None:
    """Proves: nothing, one value, equal values: each has an axis with both of its ends apart."""
    for zero in (True, False):
        axis = covering(values, zero=zero)
        assert axis.low < axis.high
        assert all(0.0 <= tick.at <= 100.0 for tick in axis.ticks)
        assert len(axis.ticks) <= 7


def test_a_logarithmic_axis_counts_in_tens() -> None:
    """Proves: 10 stands in the middle of 1 to 100, and 1, 2, 5 of each power are written."""
    axis = Axis(low=1.0, high=100.0, is_log=True)
    assert axis.at(10.0) == 50.0
    assert [tick.text for tick in axis.ticks] == ["1", "2", "5", "10", "20", "50", "100"]
