"""Hazards by rule for the regions and suppliers of any portfolio."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from optimizer.errors import BadInputError
from optimizer.inputs.importers import run_importer
from optimizer.inputs.read import read_portfolio
from optimizer.inputs.settings.what_if_file import read_what_ifs
from optimizer.inputs.template import write_template

COUNTRIES = """\
country,emdat_events_per_year,inform_natural
Germany,1.5,2
Viet Nam,4.5,6
"""


@pytest.fixture
def portfolio(tmp_path: Path) -> Path:
    """The template, two of its four regions with the names of countries."""
    write_template(tmp_path / "mine")
    path = tmp_path / "mine" / "suppliers.csv"
    text = path.read_text(encoding="utf-8").replace("Home", "germany").replace("Coast", "Vietnam")
    path.write_text(text.replace("0.97,10", "0.80,10").replace("0.90,50", ",50"), encoding="utf-8")
    hazards = tmp_path / "mine" / "hazards.csv"
    hazards.write_text(hazards.read_text(encoding="utf-8").replace("Coast", "Vietnam"), "utf-8")
    (tmp_path / "countries.csv").write_text(COUNTRIES, encoding="utf-8")
    return tmp_path / "mine"


def _imported(portfolio: Path, **stated: str) -> dict[str, dict[str, str]]:
    out = portfolio.parent / "rates"
    run_importer("hazards", portfolio, portfolio.parent / "countries.csv", out, stated)
    with (out / "hazards.csv").open(encoding="utf-8", newline="") as file:
        return {row["hazard"]: row for row in csv.DictReader(file)}


def test_rates_by_rule(portfolio: Path) -> None:
    """
    Proves: country, punctuality, recovery time and insolvency become rates as documented.

    Relative hazards are 1.5/3 and 4.5/3: .02 * 1.5 / .144 = .208333.  OTIF .8 is four times the
    usual 5 % late, at most three count: .09.  Sensitivity: without the cap .12.
    """
    rows = _imported(portfolio)
    assert float(rows["Vietnam disaster"]["annual_rate"]) == pytest.approx(0.208333)
    assert float(rows["germany disaster"]["annual_rate"]) == pytest.approx(0.0694444)
    assert float(rows["Inland disaster"]["annual_rate"]) == pytest.approx(0.138889)
    late = rows["Nearby Metal stop"]
    assert (late["annual_rate"], late["duration_mean_days"]) == ("0.09", "10")
    assert float(rows["Overseas Pumps stop"]["annual_rate"]) == pytest.approx(0.03)
    failing = rows["Overseas Pumps insolvency"]
    assert (failing["annual_rate"], failing["duration_mean_days"]) == ("0.06", "180")


def test_the_table_fits_the_portfolio(portfolio: Path) -> None:
    """Proves: the hazards written are read with the portfolio, and the what-ifs beside them."""
    rows = _imported(portfolio, region_rate="0.04")
    rates = portfolio.parent / "rates"
    (rates / "hazards.csv").replace(portfolio / "hazards.csv")
    assert set(read_portfolio(portfolio).hazards.hazard) == set(rows)
    what_ifs = read_what_ifs(portfolio, rates / "rates.csv")
    assert [one.name for one in what_ifs[1]] == ["half", "double"]
    account = (rates / "IMPORT.md").read_text(encoding="utf-8")
    assert "2 of 4 regions are no country of the table" in account
    assert "| region_rate | 0.04 | 1/yr |" in account


def test_unfinished_tables_do_not_matter_but_suppliers_do(portfolio: Path) -> None:
    """Proves: a portfolio without hazards gets them; one with a bad supplier is refused."""
    (portfolio / "hazards.csv").unlink()
    assert _imported(portfolio)
    path = portfolio / "suppliers.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("0.91", "91"), encoding="utf-8")
    with pytest.raises(BadInputError, match="otif"):
        run_importer("hazards", portfolio, portfolio.parent / "countries.csv", Path("no"), {})
