"""Which sizes Fargate takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buylink.aws.fargate_sizes import MEMORY_BY_CPU, parse_size, size_problem


@given(st.sampled_from(sorted(MEMORY_BY_CPU)), st.integers(1, 200_000))
def test_a_size_is_taken_exactly_when_awss_table_has_it(cpu: int, memory: int) -> None:
    assert (size_problem(cpu, memory) is None) == (memory in MEMORY_BY_CPU[cpu])


@given(st.integers(1, 20_000).filter(lambda cpu: cpu not in MEMORY_BY_CPU), st.integers(1, 9_999))
def test_a_cpu_that_fargate_lacks_is_refused_with_those_it_has(cpu: int, memory: int) -> None:
    problem = size_problem(cpu, memory)
    assert problem is not None
    assert "256, 512, 1,024, 2,048, 4,096, 8,192, 16,384" in problem


@pytest.mark.parametrize(
    ("cpu", "least", "most", "step"),
    [
        (512, 1024, 4096, 1024),
        (1024, 2048, 8192, 1024),
        (2048, 4096, 16384, 1024),
        (4096, 8192, 30720, 1024),
        (8192, 16384, 61440, 4096),
        (16384, 32768, 122880, 8192),
    ],
)
def test_the_table_is_awss(cpu: int, least: int, most: int, step: int) -> None:
    assert MEMORY_BY_CPU[cpu] == tuple(range(least, most + 1, step))


def test_a_wrong_memory_is_told_with_the_ones_that_go_with_its_cpu() -> None:
    assert size_problem(256, 4096) == (
        "expected a memory that goes with 256 CPU units (0.25 vCPU), got 4,096 MiB: Fargate takes "
        "512, 1,024, 2,048 MiB there"
    )


@pytest.mark.parametrize(
    ("written", "size"),
    [
        *((written, 256) for written in (256, "256", ".25 vCPU", " 0.25vcpu ", "0.25 GB")),
        *((written, None) for written in (None, "", "lots", "-1", "1 TB", "1 GB or more")),
    ],
)
def test_a_size_is_read_however_aws_lets_it_be_written(written: object, size: int | None) -> None:
    assert parse_size(written) == size
