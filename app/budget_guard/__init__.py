"""The function budget-guard: the standard library and the runtime's boto3 only.

It keeps the mode that the stack should be in, makes the stack so, puts everything back, and reports
what the stack costs.
"""
