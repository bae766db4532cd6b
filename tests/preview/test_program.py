"""How a program is run: as Pulumi's language host does, whatever the program does."""

import json
from pathlib import Path

from tests.preview.projects import preview, write_project

UNKNOWN = {"$unknown": True}


def test_a_program_is_planned_with_pulumis_own_urns_parents_and_unknowns(tmp_path: Path) -> None:
    planned = preview(
        write_project(
            tmp_path / "project",
            """
            import pulumi
            from pulumi_aws import sns

            class Group(pulumi.ComponentResource):
                def __init__(self, name):
                    super().__init__("trial:index:Group", name)
                    options = pulumi.ResourceOptions(parent=self, protect=True)
                    self.topic = sns.Topic("topic", opts=options)
                    self.register_outputs({"arn": self.topic.arn})

            group = Group("group")
            sns.TopicSubscription(
                "reader", topic=group.topic.arn, protocol="email", endpoint="a@example.com"
            )
            """,
        )
    )
    topic = "urn:pulumi:dev::trial::trial:index:Group$aws:sns/topic:Topic::topic"
    provider = "urn:pulumi:dev::trial::pulumi:providers:aws::default_7_51_1"
    assert planned.stack["verdict"] == "passed"
    assert planned.urns == [
        "urn:pulumi:dev::trial::pulumi:pulumi:Stack::trial-dev",
        "urn:pulumi:dev::trial::aws:sns/topicSubscription:TopicSubscription::reader",
        "urn:pulumi:dev::trial::trial:index:Group::group",
        topic,
        provider,
    ]
    assert planned.resource("topic")["parent"] == "urn:pulumi:dev::trial::trial:index:Group::group"
    assert planned.resource("topic")["options"]["protect"] is True
    assert planned.resource("topic")["provider"] == provider
    assert planned.resource("reader")["inputs"]["topic"] == UNKNOWN
    assert planned.resource("reader")["dependencies"] == {"topic": [topic]}
    assert planned.resource("default_7_51_1")["inputs"]["region"] == "eu-west-1"


def test_what_a_program_prints_never_gets_into_the_json(tmp_path: Path) -> None:
    project = write_project(
        tmp_path / "project",
        """
        import os, sys
        print("to stdout")
        print("to stderr", file=sys.stderr)
        os.system("echo from a child process")
        """,
    )
    planned = preview(project)
    assert planned.stack["verdict"] == "passed"
    for line in ("to stdout", "to stderr", "from a child process"):
        assert line in planned.printed


def test_a_program_that_raises_fails_with_its_own_traceback_alone(tmp_path: Path) -> None:
    project = write_project(
        tmp_path / "project",
        """
        def broken():
            raise KeyError("no such thing")

        broken()
        """,
    )
    error = preview(project).stack["error"]
    main = project / "__main__.py"
    assert error.splitlines()[0] == "Traceback (most recent call last):"
    assert f'File "{main}", line 5, in <module>' in error
    assert error.splitlines()[-1] == "KeyError: 'no such thing'"
    assert "buylink/preview" not in error
    assert "runpy" not in error


def test_sys_exit_with_a_code_is_a_failure_that_says_so(tmp_path: Path) -> None:
    stack = preview(write_project(tmp_path / "project", "import sys; sys.exit(3)")).stack
    assert stack["verdict"] == "failed"
    assert stack["error"] == "the program called sys.exit(3)"


def test_sys_exit_with_zero_ends_the_program_well(tmp_path: Path) -> None:
    stack = preview(write_project(tmp_path / "project", "import sys; sys.exit(0)")).stack
    assert stack["verdict"] == "passed"


def test_a_program_that_kills_its_process_is_a_failure(tmp_path: Path) -> None:
    stack = preview(write_project(tmp_path / "project", "import os; os._exit(7)")).stack
    assert stack["verdict"] == "failed"
    assert stack["error"] == "the program's process ended with exit code 7"


def test_an_output_that_never_resolves_meets_the_time_limit(tmp_path: Path) -> None:
    project = write_project(
        tmp_path / "project",
        """
        import asyncio, pulumi

        async def never():
            await asyncio.Event().wait()

        pulumi.export("never", pulumi.Output.from_input(never()))
        """,
    )
    stack = preview(project, "--program-limit", "1.5").stack
    assert stack["verdict"] == "failed"
    assert stack["error"].startswith("the program did not finish within 1.5 s")


def test_a_question_that_only_aws_can_answer_is_named(tmp_path: Path) -> None:
    project = write_project(
        tmp_path / "project",
        """
        from pulumi_aws import ec2
        ec2.get_ami(owners=["amazon"], most_recent=True)
        """,
    )
    stack = preview(project).stack
    assert stack["verdict"] == "failed"
    assert "aws:ec2/getAmi:getAmi, which only AWS can answer" in stack["error"]
    assert stack["invokes"] == [{"token": "aws:ec2/getAmi:getAmi", "answered": False}]


def test_two_resources_of_one_name_are_refused_as_the_engine_refuses_them(tmp_path: Path) -> None:
    project = write_project(
        tmp_path / "project",
        """
        from pulumi_aws import sns
        sns.Topic("topic")
        sns.Topic("topic")
        """,
    )
    stack = preview(project).stack
    assert "Duplicate resource URN" in stack["error"]


def test_a_secret_stays_out_of_the_json_and_is_marked_as_one(tmp_path: Path) -> None:
    project = write_project(
        tmp_path / "project",
        """
        import pulumi
        from pulumi_aws import sns
        sns.Topic("topic", display_name=pulumi.Output.secret("hunter2"))
        """,
    )
    planned = preview(project)
    assert planned.resource("topic")["inputs"]["displayName"] == {"$secret": UNKNOWN}
    assert "hunter2" not in json.dumps(planned.stack)


def test_a_program_that_logs_an_error_fails_with_it(tmp_path: Path) -> None:
    project = write_project(
        tmp_path / "project", 'import pulumi; pulumi.log.error("the name is taken")'
    )
    assert preview(project).stack["error"] == "the name is taken"


def test_a_warning_is_passed_on(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", 'import pulumi; pulumi.log.warn("old setting")')
    stack = preview(project).stack
    assert stack["warnings"] == ["old setting"]
    assert stack["verdict"] == "passed"


def test_sys_exit_inside_an_apply_breaks_the_plan_off_and_is_a_failure(tmp_path: Path) -> None:
    project = write_project(
        tmp_path / "project",
        """
        import sys, pulumi
        pulumi.Output.from_input(1).apply(lambda _: sys.exit(0))
        """,
    )
    stack = preview(project).stack
    assert stack["verdict"] == "failed"
    assert stack["error"] == "the program called sys.exit(0)"


def test_a_program_that_does_not_parse_shows_the_error_and_no_frame_of_ours(tmp_path: Path) -> None:
    stack = preview(write_project(tmp_path / "project", "import pulumi\nthis is no python\n")).stack
    assert stack["error"].splitlines()[-1] == "SyntaxError: invalid syntax"
    assert "__main__.py" in stack["error"]
    assert "runpy" not in stack["error"]
    assert "asyncio" not in stack["error"]


def test_a_flood_is_shown_by_its_beginning_and_its_end(tmp_path: Path) -> None:
    program = "print('first'); [print('x' * 99) for _ in range(100_000)]; print('last')"
    planned = preview(write_project(tmp_path / "project", program))
    assert planned.stack["verdict"] == "passed"
    assert len(planned.printed) < 20_000
    assert planned.printed.startswith("first\n")
    assert planned.printed.rstrip().endswith("last")
    assert "bytes left out" in planned.printed


def test_two_runs_have_the_same_order(tmp_path: Path) -> None:
    project = write_project(
        tmp_path / "project",
        """
        import asyncio, random, pulumi
        from pulumi_aws import sns

        async def later(name):
            await asyncio.sleep(random.random() / 50)
            return name

        for number in range(20):
            name = pulumi.Output.from_input(later(f"topic {number}"))
            sns.Topic(f"topic-{number}", display_name=name)
        """,
    )
    assert preview(project).urns == preview(project).urns


def test_what_only_a_plugin_expands_refuses_the_stack(tmp_path: Path) -> None:
    project = write_project(
        tmp_path / "project",
        """
        import pulumi_awsx as awsx
        awsx.ec2.Vpc("vpc")
        """,
    )
    stack = preview(project).stack
    assert stack["verdict"] == "refused"
    (unseen,) = stack["undecided"]
    assert "awsx:ec2:Vpc is expanded inside its own plugin" in unseen["message"]


def test_a_program_may_start_processes_of_its_own(tmp_path: Path) -> None:
    project = write_project(
        tmp_path / "project",
        """
        from concurrent.futures import ProcessPoolExecutor
        with ProcessPoolExecutor(1) as pool:
            print(pool.submit(pow, 2, 10).result())
        """,
    )
    planned = preview(project)
    assert planned.stack["error"] is None
    assert "1024" in planned.printed
