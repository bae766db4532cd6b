"""The function budget-guard: the standard library and the runtime's boto3 only.

It watches and tells, and stops nothing yet: it notes the mode that each budget notification calls
for, keeps the queue's metrics awake, and reports what the stack costs.
"""
