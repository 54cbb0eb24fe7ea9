"""A simulation in sentences and two tables: printed by `ballast simulate`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from optimizer.reports.kit.format import alike, count, money, percent
from optimizer.reports.kit.measures import policy_noun, policy_words

Row = list[str]
POLICY_HEADINGS: Final = (
    "policy", "SKUs", "fill rate", "promised", "stock", "promised", "undisturbed cost",
    "promised", "disruption loss", "modelled",
)  # fmt: skip
_UNDISTURBED: Final = ("carrying", "ordering", "routine_stockout")


def summarise_simulation(document: Mapping[str, Any]) -> list[str]:
    """Return what was played, and of each promise whether it was kept."""
    measures, currency = document["measures"], document["currency"]
    parts = [
        _money_sentence(name.replace("_", " "), measures[name], currency) for name in _UNDISTURBED
    ]
    return [
        *_stopped_sentences(document),
        _played_sentence(document),
        _rate_sentence("Fill rate", measures["fill_rate"]),
        _money_sentence("stock", measures["stock"], currency),
        _days_sentence(document),
        *parts,
        *_loss_sentences(document),
        _outside_sentence(document),
    ]


def policy_rows(document: Mapping[str, Any]) -> list[Row]:
    """Return the rows under `POLICY_HEADINGS`."""
    return [_policy_row(policy, document["currency"]) for policy in document["policies"]]


def misled_sentences(document: Mapping[str, Any], most: int = 5) -> list[str]:
    """Return a sentence for each SKU about which the model misleads most."""
    return [_misled_sentence(sku, document["currency"]) for sku in document["most_misled"][:most]]


def _stopped_sentences(document: Mapping[str, Any]) -> list[str]:
    """Say what was not played, where that is so."""
    if not document["left_out"]:
        return []
    every = document["skus"] + document["left_out"]
    return [
        (
            f"Stopped: the first {document['skus']:,} of {every:,} SKUs were played. All figures "
            "are theirs, promises too; the tail is promised of all SKUs together and is left out."
        )
    ]


def _played_sentence(document: Mapping[str, Any]) -> str:
    return (
        f"{count(document['skus'], 'SKU')} played day by day, {document['replications']:,} times "
        f"{document['horizon_days']:,} days, half of them with orders that go out in the morning, "
        f"half in the evening; ± is the {percent(document['confidence'])} interval of the mean."
    )


def _rate_sentence(name: str, record: Mapping[str, Any]) -> str:
    return (
        f"{name} {_rate(record['simulated'])} ± {_rate(record['half_width'])} simulated, "
        f"{_rate(record['promised'])} promised{_verdict(record)}."
    )


def _days_sentence(document: Mapping[str, Any]) -> str:
    measures, n_skus = document["measures"], max(document["skus"], 1)
    record, struck = measures["waiting_days"], measures["struck_waiting_days"]
    plain, wide = record["simulated"] / n_skus, record["half_width"] / n_skus
    return (
        f"Somebody waits for a SKU on {plain:.2f} ± {wide:.2f} days without disruptions, "
        f"{record['promised'] / n_skus:.2f} promised, and on {struck['simulated'] / n_skus:.2f} "
        f"with them; the fill rate is {_rate(measures['struck_fill_rate']['simulated'])} then."
    )


def _money_sentence(name: str, record: Mapping[str, Any], currency: str) -> str:
    seen, wide, promised = alike(
        (record["simulated"], record["half_width"], record["promised"]), currency
    )
    return (
        f"{name[0].upper()}{name[1:]} {seen} ± {wide} simulated, {promised} promised"
        f"{_verdict(record)}."
    )


def _loss_sentences(document: Mapping[str, Any]) -> list[str]:
    measures, currency, tail = document["measures"], document["currency"], document["tail"]
    record = measures["loss"]
    seen, wide, promised, modelled = alike(
        (
            record["simulated"],
            record["half_width"],
            record["promised"],
            measures["modelled_loss"]["simulated"],
        ),
        currency,
    )
    beyond = [
        f"{name} by {_signed(measures[f'{part}_beyond_model'], currency)}"
        for part, name in (("stockout_loss", "shortages"), ("price_loss", "dear purchases"))
    ]
    cvars = (tail["simulated"]["cvar"], tail["simulated"]["cvar_half_width"])
    promised_tail = [tail["promised"]["cvar"]] if tail["promised"] else []
    cvar, cvar_wide, cvar_modelled, *promises = alike(
        (*cvars, tail["modelled"]["cvar"], *promised_tail), currency
    )
    cvar_promised = "".join(f"{promise} promised, " for promise in promises)
    return [
        (
            f"Disruptions cost {seen} ± {wide} simulated, {promised} promised, "
            f"{modelled} by the model on the futures played."
        ),
        f"On the same futures the play differs from the model: {', '.join(beyond)}.",
        (
            f"In the worst {percent(1.0 - tail['level'])} they cost {cvar} ± {cvar_wide} "
            f"simulated, {cvar_promised}{cvar_modelled} by the model on the futures played (CVaR)."
        ),
    ]


def _outside_sentence(document: Mapping[str, Any]) -> str:
    outside = document["promise_outside"]["fill_rate"]
    chance = percent(1.0 - document["confidence"])
    if not outside["told"]:
        return "No SKU was short often enough to test its fill rate."
    return (
        f"Of {count(outside['told'], 'SKU')} short often enough to tell, {outside['outside']:,} "
        "have a promised fill rate outside their interval and not between morning and evening "
        f"orders; chance alone gives {chance} at most."
    )


def _misled_sentence(sku: Mapping[str, Any], currency: str) -> str:
    way = "dearer" if sku["misled_by"] > 0.0 else "cheaper"
    amount, wide = alike((abs(sku["misled_by"]), sku["misled_by_half_width"]), currency)
    return (
        f"{sku['sku']} ({policy_noun(sku['policy'])}): {way} than modelled by {amount} ± {wide}, "
        f"fill rate {_rate(sku['fill_rate_simulated'])} for "
        f"{_rate(sku['fill_rate_promised'])} promised. {sku['reason']}"
    )


def _policy_row(policy: Mapping[str, Any], currency: str) -> Row:
    measures = policy["measures"]
    undisturbed = [
        sum(measures[name][side] for name in _UNDISTURBED) for side in ("simulated", "promised")
    ]
    return [
        policy_words(policy["policy"]),
        f"{policy['skus']:,}",
        *_rate_cells(measures["fill_rate"]),
        *(money(measures["stock"][side], currency) for side in ("simulated", "promised")),
        *(money(value, currency) for value in undisturbed),
        money(measures["loss"]["simulated"], currency),
        money(measures["modelled_loss"]["simulated"], currency),
    ]


def _rate_cells(record: Mapping[str, Any]) -> list[str]:
    seen = f"{_rate(record['simulated'])} ± {_rate(record['half_width'])}"
    return [seen, _rate(record["promised"])]


def _rate(share: float) -> str:
    """Return a share to a hundredth of a per cent."""
    return f"{100.0 * share:.2f} %"


def _signed(record: Mapping[str, Any], currency: str) -> str:
    seen, wide = alike((abs(record["simulated"]), record["half_width"]), currency)
    sign = "−" if record["simulated"] < 0.0 else "+"
    return f"{sign}{seen} ± {wide}"


def _verdict(record: Mapping[str, Any]) -> str:
    if record["promise_inside"]:
        return ""
    return ", which lies outside the interval"
