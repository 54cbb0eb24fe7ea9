"""What every page is made in: one offline file with its own scripts and style, and no others."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from optimizer.reports.kit.colors import css
from optimizer.reports.kit.embed import content_security_policy, own_text
from optimizer.reports.kit.format import (
    count,
    days,
    moment,
    money,
    money_full,
    percent,
    percent_up,
    whole,
)
from optimizer.reports.kit.measures import policy_noun, policy_words


@cache
def environment(currency: str) -> Environment:
    """Return the templates, with what turns numbers into text; every text is escaped."""
    made = Environment(
        loader=PackageLoader("optimizer.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "money": lambda value: money(value, currency),
        "money_full": lambda value: money_full(value, currency),
        "whole": whole,
        "policy": policy_words,
        "policy_noun": policy_noun,
        "method": lambda name: name.replace("decompose", "decomposition"),
        "days": days,
        "percent": percent,
        "percent_up": percent_up,
        "moment": moment,
        "count": count,
    }
    return made


def shell() -> dict[str, Any]:
    """Return the script and the style of a page, and the policy that allows no other script."""
    script = own_text(_asset("report.js"))
    return {
        "security_policy": content_security_policy((script,)),
        "script": script,
        "style": own_text(css() + _asset("report.css")),
    }


def _asset(name: str) -> str:
    return (files("optimizer.reports") / "templates" / name).read_text(encoding="utf-8")
