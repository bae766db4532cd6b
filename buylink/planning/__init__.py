"""What growth costs, and what would be cheaper: a stack planned again and again, and priced.

`replan` plans and checks a stack many times in a warm process; `growth` and `options` ask it. Their
results are in `growth_result` and `options_result`, for whoever prints or draws them.
"""
