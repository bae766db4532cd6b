"""What growth costs, what would be cheaper, and what a bill means for a business.

`replan` plans and checks a stack many times in a warm process; `growth` and `options` ask it.
`economics` and `cost_flow` start from a stack's graph. Results are plain data, for whoever prints
or draws them.
"""
