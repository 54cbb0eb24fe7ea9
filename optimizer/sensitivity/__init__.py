"""Why a plan is as it is: every option of every SKU once more, at the plan's prices."""
