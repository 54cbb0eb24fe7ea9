"""`report.xlsx`: the run as a workbook, with native charts; no formula, no link, no macro."""

from optimizer.report.excel.workbook import render_workbook

__all__ = ["render_workbook"]
