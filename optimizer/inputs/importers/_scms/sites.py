"""
The country of a manufacturing site, derived from its name.

The first pattern that matches decides.  ``named``: the name contains the country or its code;
``place``: a town; ``company``: the maker has one plant for these goods.  A site without a match is
in `UNKNOWN`, keeps its deliveries and is reported.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

UNKNOWN: Final = "Unknown"

PATTERNS: Final = (
    (r"puerto rico", "United States of America", "named"),
    (r"\bindia\b|\bin$", "India", "named"),
    (r"\busa?\b", "United States of America", "named"),
    (r"\buk\b", "United Kingdom", "named"),
    (r"germany|\bde$", "Germany", "named"),
    (r"france", "France", "named"),
    (r"japan", "Japan", "named"),
    (r"south africa|\bsa$", "South Africa", "named"),
    (r"\bnl$", "Netherlands", "named"),
    (r"korea", "Korea Republic of", "named"),
    (r"china", "China", "named"),
    (r"canada", "Canada", "named"),
    (r"\bit$", "Italy", "named"),
    (r"thailand", "Thailand", "named"),
    (r"\bgr$", "Greece", "named"),
    (r"switzerland", "Switzerland", "named"),
    (r"poland", "Poland", "named"),
    (r"australia", "Australia", "named"),
    (r"cyprus|\bcy$", "Cyprus", "named"),
    (r"norway", "Norway", "named"),
    (r"nashik|wadhwan|\bpally\b", "India", "place"),
    (r"basel", "Switzerland", "place"),
    (r"madrid|aranda", "Spain", "place"),
    (r"crawley", "United Kingdom", "place"),
    (r"wiesbaden", "Germany", "place"),
    (r"^ranbaxy|^premier medical", "India", "company"),
    (r"^alere medical co", "Japan", "company"),  # Matsudo
    (r"^trinity biotech", "Ireland", "company"),  # Bray
    (r"^chembio|^orasure|^access bio", "United States of America", "company"),
    (r"^bio-rad", "France", "company"),  # Marnes-la-Coquette, its HIV tests
    (r"^biolytical|^medmira", "Canada", "company"),  # Richmond, Halifax
    (r"^human diagnostic", "Germany", "company"),  # Wiesbaden
    (r"^inverness orgenics", "Israel", "company"),  # Yavne
    (r"^bundi international", "Nigeria", "company"),  # Aba
)

SAME_SITE: Final = {
    "Orasure Technologies, Inc USA": "Orasure Technologies, Inc",
    "Ranbaxy per Shasun Pharma Ltd": "Ranbaxy per Shasun Pharma",
}
"""Two spellings of one plant, which would otherwise look like a second source."""


class Location(NamedTuple):
    """The country of a site and what it was derived from; both `UNKNOWN` and ``""`` if nothing."""

    country: str
    basis: str


def locate(site: str) -> Location:
    """Return the location of a site."""
    name = site.strip(" .").casefold()
    for pattern, country, basis in PATTERNS:
        if re.search(pattern, name):
            return Location(country, basis)
    return Location(UNKNOWN, "")
