"""The `scms` importer, on the real delivery history and on spoilt copies of it."""

from __future__ import annotations

import csv
import errno
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from optimizer.errors import BadInputError, Problem
from optimizer.inputs.importers import ImportReport, find_importer, importer_names, run_importer
from optimizer.inputs.importers._folder import write_folder
from optimizer.inputs.importers._scms import estimates
from optimizer.inputs.importers._scms.assumptions import Assumptions
from optimizer.inputs.importers._scms.delivery_lines import read_lines
from optimizer.inputs.importers._scms.site_hazards import region_hazard
from optimizer.inputs.importers._scms.sites import UNKNOWN, locate
from optimizer.inputs.importers.scms import import_portfolio
from optimizer.inputs.read import read_portfolio
from tests.support.public_data import HAZARDS, needs_public_data
from tests.support.public_data import HISTORY as FILE

pytestmark = needs_public_data
NEVIRAPINE = "Nevirapine|200mg|Tablet|60"
Table = list[dict[str, str]]


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    return read_lines(FILE)


@pytest.fixture(scope="module")
def by_sku(tmp_path_factory: pytest.TempPathFactory) -> ImportReport:
    out = tmp_path_factory.mktemp("scms") / "by_sku"
    return import_portfolio(FILE, HAZARDS, out, Assumptions())


@pytest.fixture(scope="module")
def by_destination(tmp_path_factory: pytest.TempPathFactory) -> ImportReport:
    out = tmp_path_factory.mktemp("scms") / "by_destination"
    return import_portfolio(FILE, HAZARDS, out, Assumptions(by="destination"))


def table(report: ImportReport, name: str) -> Table:
    with (report.out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def head(path: Path, n_rows: int, change: Callable[[list[str], list[list[str]]], None]) -> Path:
    """Write the first rows of the real file, changed, and return the path."""
    with FILE.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    rows = rows[:n_rows]
    change(header, rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def problems_of(file: Path, out: Path, hazards: Path = HAZARDS) -> tuple[Problem, ...]:
    with pytest.raises(BadInputError) as refused:
        import_portfolio(file, hazards, out, Assumptions())
    assert sorted(out.parent.glob(f"*{out.name}*")) == [], "nothing may be left behind"
    return refused.value.problems


def test_the_known_counts_are_reproduced(lines: pd.DataFrame) -> None:
    """
    Proves: lines and SKUs are read as the published analysis of the data reads them.

    10,324 lines, 149 SKUs; 78 active in 12 months or more, 99.4 % of spend; 54 of these made at
    two sites or more; 103 zero unit prices; 4,235 usable lead times, mean 115 and sd 76 days.
    Sensitivity: months of the schedule instead of the delivery give 53 for 54; lead times of zero
    days included give 4,587.
    """
    months = lines["delivered"].dt.to_period("M").groupby(lines["product"]).nunique()
    often = lines[lines["product"].isin(months.index[months >= 12])]
    sites = often.groupby("product")["site"].nunique()
    spend = often["value"].sum() / lines["value"].sum()
    assert (len(lines), len(months), len(sites), (sites >= 2).sum()) == (10_324, 149, 78, 54)
    assert round(spend, 3) == 0.994
    assert (~lines["priced"]).sum() == 103
    days = (lines["delivered"] - lines["ordered"]).dt.days
    usable = days[days > 0]
    assert (len(usable), round(usable.mean()), round(usable.std())) == (4_235, 115, 76)


def test_every_line_is_used_or_set_aside(
    by_sku: ImportReport, by_destination: ImportReport
) -> None:
    """Proves: read = used + set aside in every ledger, and the ledgers speak of all lines."""
    for report in (by_sku, by_destination):
        for ledger in report.ledgers:
            assert ledger.read == 10_324
            assert ledger.used + sum(ledger.set_aside.values()) == ledger.read
    assert by_sku.ledgers[0].used == 10_002
    assert by_destination.ledgers[0].used == 8_127


def test_the_cuts_have_the_announced_sizes(
    by_sku: ImportReport, by_destination: ImportReport
) -> None:
    """
    Proves: 78 SKUs, or 284 SKUs at a destination, each with exactly one primary source.

    224 sources: 225 pairs of SKU and site name, of which two names are one plant.
    """
    expected = {"skus": 78, "suppliers": 60, "sources": 224, "hazards": 80}
    assert {name: by_sku.tables[name] for name in expected} == expected
    assert by_destination.tables["skus"] == 284
    for report in (by_sku, by_destination):
        skus = [row["sku"] for row in table(report, "skus")]
        sources = table(report, "sources")
        primaries = [row["sku"] for row in sources if row["role"] == "primary"]
        assert len(skus) == len(set(skus))
        assert sorted(primaries) == sorted(skus)
        assert max(Counter((row["sku"], row["supplier"]) for row in sources).values()) == 1


def test_the_portfolio_reads_without_a_problem(
    by_sku: ImportReport, by_destination: ImportReport
) -> None:
    """Proves: what the importer writes meets the contract, every row of it."""
    for report in (by_sku, by_destination):
        portfolio = read_portfolio(report.out)
        assert portfolio.ledger == report.tables
        assert (portfolio.settings.currency, portfolio.settings.risk.measure) == ("USD", "cvar")


def test_the_months_are_the_lines(by_sku: ImportReport) -> None:
    """
    Proves: demand.csv holds what was delivered, by month, so that a backtest has something to play.

    The history's own mean, over the active months, is what skus.csv states.
    """
    portfolio = read_portfolio(by_sku.out)
    history = portfolio.history
    assert history is not None
    assert len(history) == by_sku.tables["demand"]
    skus = portfolio.skus
    assert (skus.demand_mean_error > 0.0).all()
    assert (skus.demand_interval_days > 1.0).all()
    first, last = (
        np.array([pick(history.day[history.sku == sku]) for sku in range(len(skus))])
        for pick in (np.min, np.max)
    )
    months = (last - first) / (365 / 12) + 1.0
    asked = np.bincount(history.sku, history.quantity)
    np.testing.assert_allclose(skus.demand_mean, asked / months / (365 / 12), rtol=0.03)


def test_a_destination_row_names_its_country(by_destination: ImportReport) -> None:
    """Proves: the key is SKU @ country and the site is that country."""
    rows = table(by_destination, "skus")
    assert f"{NEVIRAPINE} @ Nigeria" in {row["sku"] for row in rows}
    assert all(row["sku"].endswith(f" @ {row['site']}") for row in rows)


def test_alternates_stand_at_their_real_prices(by_sku: ImportReport) -> None:
    """
    Proves: nevirapine 200 mg costs 2.42 USD in Hyderabad and 18.09 USD in Greece.

    Premium 18.09 / 2.42 - 1 = 6.4752.  Sensitivity: the inverse ratio gives -0.866.
    """
    sources = {row["supplier"]: row for row in table(by_sku, "sources") if row["sku"] == NEVIRAPINE}
    assert sources["Hetero Unit III Hyderabad IN"]["role"] == "primary"
    premium = float(sources["Boehringer Ing., Koropi, GR"]["price_premium"])
    assert premium == pytest.approx(18.09 / 2.42 - 1.0, abs=1e-4)


def test_lead_time_demand_is_worth_what_it_should(by_sku: ImportReport) -> None:
    """
    Proves: prices, demand and lead times fit together: about 70 M USD of goods under way.

    Sensitivity: demand per month taken as per day gives 2,300 M; whole history instead of the
    active span below 60 M.
    """
    skus = {row["sku"]: row for row in table(by_sku, "skus")}
    value = sum(
        float(skus[row["sku"]]["unit_cost"])
        * float(skus[row["sku"]]["demand_mean"])
        * float(row["lead_time_mean"])
        for row in table(by_sku, "sources")
        if row["role"] == "primary"
    )
    assert 60e6 < value < 80e6
    budget = tomllib.loads((by_sku.out / "portfolio.toml").read_text())["budget"]["capital"]
    assert 0.9 * 2.5 * value < budget <= 2.5 * value
    assert f"The budget is {budget:,} USD" in (by_sku.out / "IMPORT.md").read_text()


def test_daily_demand_by_hand() -> None:
    """
    Proves: empty months count, and a month's variance is spread over 365/12 independent days.

    Packs 300, 0, 600 in three months: mean 300, sample variance 90,000; a day 300 / 30.41667 =
    9.863014 and sqrt(90,000 / 30.41667) = 54.395810.  The mean of three months is off by
    300 / 30.41667 / sqrt(3) = 5.694414.  P = 1.5/3: 30.41667 / ln 2 = 43.881974 days apart.
    Sensitivity: without the empty month the mean is 14.79; variance / 30.41667² gives 9.863.
    """
    delivered = pd.to_datetime(["2010-01-05", "2010-03-01", "2010-03-31"])
    lines = pd.DataFrame({"sku": "a", "delivered": delivered, "quantity": [300, 200, 400]})
    demand = estimates.daily_demand(estimates.monthly_demand(lines))
    assert demand.at["a", "demand_mean"] == pytest.approx(9.863014, abs=1e-6)
    assert demand.at["a", "demand_std"] == pytest.approx(54.395810, abs=1e-6)
    assert demand.at["a", "demand_mean_error"] == pytest.approx(5.694414, abs=1e-6)
    assert demand.at["a", "demand_interval_days"] == pytest.approx(43.881974, abs=1e-6)


def test_a_zero_unit_price_is_no_price() -> None:
    """
    Proves: a glitch moves neither the mean price by volume nor the median.

    (100·2 + 300·3) / 400 = 2.75, median 2.5.  Sensitivity: with the glitch 1,101/500 and 2.
    """
    lines = pd.DataFrame(
        {
            "product": "a",
            "site": "P",
            "quantity": [100, 300, 100],
            "value": [200.0, 900.0, 1.0],
            "pack_price": [2.0, 3.0, 0.01],
            "priced": [True, True, False],
        }
    )
    assert estimates.prices(lines).loc[("a", "P")].tolist() == [2.75, 2.5]
    assert estimates.price_ledger(lines).set_aside == {"unit price is zero (glitch)": 1}


def test_lead_times_fall_back_to_the_site_then_to_all() -> None:
    """
    Proves: three lines of the pair count, else the site's, else the overall median.

    Site P: product a 10, 20, 30 → own mean 20; product b only 60 → site mean 30 of four lines.
    Site Q: one line of 90 → overall median 30 of 10, 20, 30, 60, 90.
    """
    days = [10, 20, 30, 60, 90]
    ordered = pd.Timestamp("2010-01-01")
    lines = pd.DataFrame(
        {
            "product": ["a", "a", "a", "b", "c"],
            "site": ["P", "P", "P", "P", "Q"],
            "ordered": ordered,
            "delivered": [ordered + pd.Timedelta(days=n) for n in days],
        }
    )
    found = estimates.lead_times(lines, Assumptions())
    assert found["a", "P"] == (20.0, 10.0, "own")
    assert (found["b", "P"].mean, found["b", "P"].basis) == (30.0, "site")
    assert (found["c", "Q"].mean, found["c", "Q"].basis) == (30.0, "overall")


def test_every_site_has_a_country_or_is_reported(lines: pd.DataFrame, by_sku: ImportReport) -> None:
    """
    Proves: 85 of 88 sites are located in countries the hazard table knows, the others named.

    Sensitivity: a pattern for "IN" anywhere in the name would put Ingelheim into India.
    """
    with HAZARDS.open(encoding="utf-8", newline="") as file:
        countries = {row["country"] for row in csv.DictReader(file)}
    found = {site: locate(site).country for site in lines["site"].unique()}
    nowhere = {site for site, country in found.items() if country == UNKNOWN}
    assert len(found) == 88
    assert nowhere == {"ABBSP", "INVERNESS ANY", "Not Applicable"}
    assert set(found.values()) - {UNKNOWN} <= countries
    assert all(site in " ".join(by_sku.notes) for site in nowhere)
    assert found["BI, Ingelheim, Germany"] == "Germany"
    assert found["Aspen-OSD, Port Elizabeth, SA"] == "South Africa"


def test_a_plant_of_mean_hazard_is_hit_at_the_stated_rate() -> None:
    """
    Proves: region rate × hit probability = outage_scale × relative hazard.

    0.02 × 8 = 0.16 hits a year; the region's rate is 0.16 / 0.144 = 1.1111.
    """
    hazard = region_hazard("India", 8.0, Assumptions())
    assert hazard["annual_rate"] == pytest.approx(1.111111, abs=1e-6)


def test_the_account_states_every_setting(by_sku: ImportReport) -> None:
    """Proves: IMPORT.md tells each assumption with its unit and reason, and every fall-back."""
    text = (by_sku.out / "IMPORT.md").read_text(encoding="utf-8")
    assert all(f"| {name} | " in text for name in Assumptions.__dataclass_fields__)
    assert all(f"| {name} | {count} |" in text for name, count in by_sku.fallbacks.items())
    assert "c9ca9530539e7dbf37b377f3fcd383e1faa81c8e41c707e280b20a485508a537" in text


def test_a_taken_folder_is_left_as_it_was(tmp_path: Path) -> None:
    """Proves: a folder with anything in it is refused, before any work and without a change."""
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(BadInputError, match="not an empty folder"):
        import_portfolio(FILE, HAZARDS, tmp_path, Assumptions())
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: the folder is whole or not at all: a full disk at the second file leaves no trace."""
    synced: list[int] = []

    def full(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(BadInputError, match="No space left"):
        write_folder(tmp_path / "out", {"a.csv": "a\n", "b.csv": "b\n", "c.csv": "c\n"})
    assert list(tmp_path.iterdir()) == []


def test_files_that_are_no_delivery_history_are_refused(tmp_path: Path) -> None:
    """Proves: missing, empty, header-only, wrongly encoded and foreign files name the reason."""
    raw = FILE.read_bytes()
    header = raw.split(b"\n", 1)[0]
    cases = {
        "empty.csv": (b"", "must hold a header"),
        "header.csv": (header + b"\n", "must hold a header"),
        "cp1252.csv": (raw[:3000].decode().encode("cp1252"), "is not UTF-8"),
        "quote.csv": (header + b'\n1,"open\n', "not a well-formed CSV"),
        "foreign.csv": (HAZARDS.read_bytes(), "the column is missing"),
    }
    for name, (content, rule) in cases.items():
        (tmp_path / name).write_bytes(content)
        found = problems_of(tmp_path / name, tmp_path / "out")
        assert found[0].file == name
        assert rule in found[0].rule
    assert "cannot be read" in problems_of(tmp_path / "absent.csv", tmp_path / "out")[0].rule
    assert problems_of(FILE, tmp_path / "out", hazards=FILE)[0].file == FILE.name


def test_every_bad_cell_is_named_at_once(tmp_path: Path) -> None:
    """
    Proves: a bad quantity, a bad date and a doubled id are all listed, by row as a sheet counts.

    Line n of the data stands in row n + 1.
    """

    def spoil(header: list[str], rows: list[list[str]]) -> None:
        rows[0][header.index("line item quantity")] = "-5"
        rows[1][header.index("delivered to client date")] = "31/12/2006"
        rows[2][header.index("po sent to vendor date")] = "soon"
        rows[4][header.index("id")] = rows[3][header.index("id")]

    found = problems_of(head(tmp_path / "bad.csv", 9, spoil), tmp_path / "out")
    assert {(p.row, p.column, p.value) for p in found} == {
        (2, "line item quantity", "-5"),
        (3, "delivered to client date", "31/12/2006"),
        (4, "po sent to vendor date", "soon"),
        (5, "id", "15"),
        (6, "id", "15"),
    }


def test_a_field_too_many_is_refused(tmp_path: Path) -> None:
    """Proves: columns are never shifted: a row of 34 fields under 33 names is named."""
    file = head(tmp_path / "bad.csv", 5, lambda _, rows: rows[2].append("x"))
    (found,) = problems_of(file, tmp_path / "out")
    assert (found.row, found.rule) == (4, "has 34 fields, the header has 33")


def test_a_history_too_short_is_refused(tmp_path: Path) -> None:
    """Proves: no SKU in the cut is an error with a remedy, not an empty portfolio."""
    file = head(tmp_path / "short.csv", 5, lambda _header, _rows: None)
    (found,) = problems_of(file, tmp_path / "out")
    assert "12 months or more" in found.rule


def test_importers_are_found_by_name() -> None:
    """Proves: a module of the package is an importer, its helpers are not."""
    assert importer_names() == ("hazards", "scms")
    assert find_importer("scms").Assumptions is Assumptions
    with pytest.raises(BadInputError, match="Choose one of: hazards, scms"):
        find_importer("_scms")


def test_stated_settings_are_typed_and_checked(tmp_path: Path) -> None:
    """Proves: an unknown key, a wrong type and a wrong domain are refused in one line each."""
    for stated, rule in (
        ({"outage_scal": "1"}, "Did you mean: outage_scale"),
        ({"active_months": "many"}, "must be of type int"),
        ({"by": "region"}, "by must be one of"),
        ({"hit_probability": "0"}, "hit_probability"),
        ({"outage_days": "nan"}, "finite"),
    ):
        with pytest.raises(BadInputError, match=rule):
            run_importer("scms", FILE, HAZARDS, tmp_path / "out", stated)


def test_a_setting_moves_what_it_names(tmp_path: Path, by_sku: ImportReport) -> None:
    """Proves: outage_scale scales every region's rate and nothing else of the hazards."""
    doubled = replace(Assumptions(), outage_scale=0.04)
    report = import_portfolio(FILE, HAZARDS, tmp_path / "out", doubled)
    for old, new in zip(table(by_sku, "hazards"), table(report, "hazards"), strict=True):
        factor = 2.0 if old["scope"] == "region" else 1.0
        assert float(new["annual_rate"]) == pytest.approx(factor * float(old["annual_rate"]), 1e-5)
        assert {**new, "annual_rate": ""} == {**old, "annual_rate": ""}
