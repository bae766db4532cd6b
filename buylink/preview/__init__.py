"""The plan-only engine: it plans a Pulumi program and asks a policy pack, and never deploys.

`monitor` answers Pulumi's own protocol inside the program's process, `program` runs the program as
Pulumi's language host does, `pack` speaks to a policy pack as Pulumi's engine does, and `run` puts
them together. No credentials, no CLI, no network.
"""
