"""The plan played day by day, replication by replication, in compiled loops; no solver here."""

from optimizer.simulator.dates import disruptions
from optimizer.simulator.measures import Measures
from optimizer.simulator.modelled import ModelView
from optimizer.simulator.past import Past
from optimizer.simulator.plant import Plant
from optimizer.simulator.play_all import Simulated, simulate
from optimizer.simulator.replay import LINES, Replayed, replay

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
