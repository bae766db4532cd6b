"""What growth costs, what would be cheaper, and what a bill means for a business.

`replan` plans and checks a stack many times in a warm process; `growth` and `options` ask it. Their
results are in `growth_result` and `options_result`, `economics` and `money_graph` hold those of a
stack's or a model's money, for whoever prints or draws them.
"""
