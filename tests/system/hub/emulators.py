"""AWS's DynamoDB Local, and ElasticMQ for SQS, on loopback; both keep everything in memory."""

import json
from pathlib import Path
from typing import Any

from tests.app.aws_server import ACCOUNT, REGION
from tests.system.hub.java import JavaProcess


def dynamodb_local(libraries: Path, folder: Path) -> JavaProcess:
    """One set of tables for all credentials and regions. Its log is `folder`/dynamodb.log."""
    return JavaProcess.start(
        libraries,
        ["DynamoDbOnLoopback", "0"],
        log=folder / "dynamodb.log",
        port_is=r"listening on http://\S+:(\d+)/",
    )


def elastic_mq(libraries: Path, folder: Path) -> JavaProcess:
    """Without a queue; the limits of SQS are kept strictly. Its log is `folder`/elasticmq.log."""
    settings: dict[str, Any] = {
        "rest-sqs": {"bind-hostname": "127.0.0.1", "bind-port": 0, "sqs-limits": "strict"},
        "rest-stats": {"enabled": False},  # a second server, on a port of its own
        "generate-node-address": True,  # queue URLs with the port that was free
        "aws": {"region": REGION, "accountId": ACCOUNT},
    }
    conf = folder / "elasticmq.conf"
    lines = (f"{json.dumps(key)} = {json.dumps(value)}" for key, value in settings.items())
    conf.write_text("\n".join(['include classpath("application.conf")', *lines, ""]))
    return JavaProcess.start(
        libraries,
        [f"-Dconfig.file={conf}", "org.elasticmq.server.Main"],
        log=folder / "elasticmq.log",
        port_is=r"Started SQS rest server, bind address 127\.0\.0\.1:(\d+)",
    )
