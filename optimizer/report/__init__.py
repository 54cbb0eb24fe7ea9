"""What people read: summary, scorecard, page and workbook.  Reads runs, decides nothing."""

from optimizer.report.excel import render_workbook
from optimizer.report.html import render
from optimizer.report.scorecard import build_scorecard
from optimizer.report.summary import summarise

__all__ = ["build_scorecard", "render", "render_workbook", "summarise"]
