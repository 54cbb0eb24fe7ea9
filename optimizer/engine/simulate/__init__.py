"""The plan played day by day, replication by replication, in compiled loops; no solver here."""

from optimizer.engine.simulate.dates import disruptions
from optimizer.engine.simulate.measures import Measures
from optimizer.engine.simulate.modelled import ModelView
from optimizer.engine.simulate.past import Past
from optimizer.engine.simulate.plant import Plant
from optimizer.engine.simulate.replay import LINES, Replayed, replay
from optimizer.engine.simulate.run import Simulated, simulate

__all__ = [
    "LINES",
    "Measures",
    "ModelView",
    "Past",
    "Plant",
    "Replayed",
    "Simulated",
    "disruptions",
    "replay",
    "simulate",
]
