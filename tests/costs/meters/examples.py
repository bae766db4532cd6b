"""Graphs of a resource or two, and what each meter bills for them: by hand, from AWS's pricing pages.

Prices are those of us-east-1.
"""

from __future__ import annotations

from tests.costs.graphs import Example, resource
from tests.costs.meters.ecs_examples import ECS_EXAMPLES
from tests.costs.meters.network_examples import NETWORK_EXAMPLES
from tests.costs.meters.s3_examples import S3_EXAMPLES

TABLE = "aws:dynamodb/table:Table"


EXAMPLES: dict[str, Example] = {
    **ECS_EXAMPLES,
    **NETWORK_EXAMPLES,
    **S3_EXAMPLES,
    # 1M x 0.000000625 = 0.625; 2M x 0.000000125 = 0.25; 10 GB x 0.25 = 2.5; PITR 10 x 0.2 = 2
    "a table on demand with recovery": (
        (
            resource(
                TABLE, {"billingMode": "PAY_PER_REQUEST", "pointInTimeRecovery": {"enabled": True}}
            ),
        ),
        {
            "monthly_write_request_units": 1_000_000,
            "monthly_read_request_units": 2_000_000,
            "storage_gb": 10,
        },
        {
            "DynamoDB on-demand write request unit (Standard)": "0.625",
            "DynamoDB on-demand read request unit (Standard)": "0.25",
            "DynamoDB storage (Standard)": "2.5",
            "DynamoDB point-in-time recovery": "2",
        },
    ),
    # (5 + 5) WCU x 730 x 0.00065 = 4.745; (10 + 2) RCU x 730 x 0.00013 = 1.1388
    "a provisioned table with an index": (
        (
            resource(
                TABLE,
                {
                    "writeCapacity": 5,
                    "readCapacity": 10,
                    "globalSecondaryIndexes": [{"writeCapacity": 5, "readCapacity": 2}],
                },
            ),
        ),
        {"storage_gb": 0},
        {
            "DynamoDB provisioned WCU-hour": "4.745",
            "DynamoDB provisioned RCU-hour": "1.1388",
            "DynamoDB storage (Standard)": "0",
        },
    ),
    # 1M x 0.0000002 = 0.2; 1M x 100 ms x 0.25 GB = 25,000 GB-s x 0.0000133334 = 0.333335
    "a function on ARM": (
        (
            resource(
                "aws:lambda/function:Function", {"memorySize": 256, "architectures": ["arm64"]}
            ),
        ),
        {"monthly_requests": 1_000_000, "request_duration_ms": 100},
        {"Lambda request": "0.2", "Lambda duration ARM64": "0.333335"},
    ),
    # 32 runs a day x 730 / 24 = 973.33 x 0.000001 = 0.000973
    "a schedule of every 45 minutes": (
        (resource("aws:scheduler/schedule:Schedule", {"scheduleExpression": "rate(45 minutes)"}),),
        {},
        {"EventBridge Scheduler invocation": "0.000973"},
    ),
    # 10M x 0.0000004 = 4
    "a queue": (
        (resource("aws:sqs/queue:Queue"),),
        {"monthly_requests": 10_000_000},
        {"SQS standard request": "4"},
    ),
    # 2M x 0.0000005 = 1
    "a topic": (
        (resource("aws:sns/topic:Topic"),),
        {"monthly_requests": 2_000_000},
        {"SNS standard publish request": "1"},
    ),
    # 10 GB x 0.5 = 5; a week's of it, compressed: 10 x 7 / 30.4167 x 0.15 x 0.03 = 0.010356
    "a log group that keeps a week": (
        (resource("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 7}),),
        {"monthly_data_ingested_gb": 10},
        {
            "CloudWatch Logs ingestion, Standard class": "5",
            "CloudWatch Logs storage": "0.010356",
        },
    ),
    # 2 x 0.30
    "a log group whose lines report two metrics": (
        (resource("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 7}),),
        {"custom_metrics": 2},
        {
            "CloudWatch Logs ingestion, Standard class": None,
            "CloudWatch Logs storage": None,
            "CloudWatch custom metric": "0.6",
        },
    ),
    # Two metrics in an expression: 2 x 0.1
    "an alarm over two metrics": (
        (
            resource(
                "aws:cloudwatch/metricAlarm:MetricAlarm",
                {
                    "metricQueries": [
                        {"expression": "a + b"},
                        {"metric": {"period": 60}},
                        {"metric": {"period": 60}},
                    ]
                },
            ),
        ),
        {},
        {"CloudWatch alarm, standard resolution": "0.2"},
    ),
    "an alarm each ten seconds": (
        (resource("aws:cloudwatch/metricAlarm:MetricAlarm", {"period": 10}),),
        {},
        {"CloudWatch alarm, high resolution": "0.3"},
    ),
    "a dashboard": (
        (resource("aws:cloudwatch/dashboard:Dashboard"),),
        {},
        {"CloudWatch dashboard": "3"},
    ),
    # 0.4 and 10,000 x 0.000005 = 0.05
    "a secret": (
        (resource("aws:secretsmanager/secret:Secret"),),
        {"monthly_requests": 10_000},
        {"Secret": "0.4", "Secrets Manager API request": "0.05"},
    ),
    # 2 x 0.4
    "a secret with a replica": (
        (resource("aws:secretsmanager/secret:Secret", {"replicas": [{"region": "us-west-2"}]}),),
        {"monthly_requests": 0},
        {"Secret": "0.8", "Secrets Manager API request": "0"},
    ),
    "a key": (
        (resource("aws:kms/key:Key"),),
        {"monthly_requests": 1_000_000},
        {"KMS customer managed key": "1", "KMS symmetric request": "3"},
    ),
    "images": (
        (resource("aws:ecr/repository:Repository"),),
        {"storage_gb": 5},
        {"ECR private storage": "0.5"},
    ),
    # 100 GB at 0.25; 100 GB x 0.15 x 1 month at 0.03 = 0.45; 1,000 GB at 0.005
    "an infrequent log group that is asked a lot": (
        (
            resource(
                "aws:cloudwatch/logGroup:LogGroup",
                {"logGroupClass": "INFREQUENT_ACCESS", "retentionInDays": 0},
            ),
        ),
        {"monthly_data_ingested_gb": 100, "storage_gb": 15, "monthly_data_scanned_gb": 1000},
        {
            "CloudWatch Logs ingestion, Infrequent Access class": "25",
            "CloudWatch Logs storage": "0.45",
            "CloudWatch Logs Insights data scanned": "5",
        },
    ),
    "a composite alarm": (
        (resource("aws:cloudwatch/compositeAlarm:CompositeAlarm"),),
        {},
        {"CloudWatch composite alarm": "0.5"},
    ),
    # 1 million x 0.2 s x 128 / 1,024 GB = 25,000 GB-seconds x 0.0000166667 = 0.416668;
    # 1 million requests x 0.0000002 = 0.20; 70 calls of Cost Explorer at 0.01
    "an x86 function that asks Cost Explorer": (
        (resource("aws:lambda/function:Function", {"memorySize": 128}),),
        {
            "monthly_requests": 10**6,
            "request_duration_ms": 200,
            "monthly_cost_explorer_requests": 70,
        },
        {
            "Lambda duration x86": "0.416668",
            "Lambda request": "0.2",
            "Cost Explorer API request": "0.7",
        },
    ),
    # 1 million of each: 0.78 and 0.155; 10 GB at 0.10; backups 10 GB at 0.10, 10 GB back at 0.15;
    # 1 million reads of the stream at 0.0000002
    "a table of infrequent access with backups and a stream": (
        (
            resource(
                TABLE,
                {
                    "billingMode": "PAY_PER_REQUEST",
                    "tableClass": "STANDARD_INFREQUENT_ACCESS",
                    "streamEnabled": True,
                },
            ),
        ),
        {
            "monthly_write_request_units": 10**6,
            "monthly_read_request_units": 10**6,
            "storage_gb": 10,
            "on_demand_backup_storage_gb": 10,
            "monthly_data_restored_gb": 10,
            "monthly_streams_read_request_units": 10**6,
        },
        {
            "DynamoDB on-demand WRU (Standard-IA)": "0.78",
            "DynamoDB on-demand RRU (Standard-IA)": "0.155",
            "DynamoDB storage (Standard-IA)": "1",
            "DynamoDB on-demand backup storage": "1",
            "DynamoDB restore": "1.5",
            "DynamoDB Streams read request": "0.2",
        },
    ),
    "a FIFO queue": (
        (resource("aws:sqs/queue:Queue", {"fifoQueue": True}),),
        {"monthly_requests": 10**6},
        {"SQS FIFO request": "0.5"},
    ),
    "e-mail": (
        (resource("aws:sns/topicSubscription:TopicSubscription", {"protocol": "email"}),),
        {"monthly_requests": 1000},
        {"SNS email notification": "0.02"},
    ),
    "a webhook": (
        (resource("aws:sns/topicSubscription:TopicSubscription", {"protocol": "https"}),),
        {"monthly_requests": 10**6},
        {"SNS HTTP(S) notification": "0.6"},
    ),
    # 65 KB are two requests: 2M x 0.0000004
    "a queue of large messages": (
        (resource("aws:sqs/queue:Queue"),),
        {"monthly_requests": 10**6, "request_size_kb": 65},
        {"SQS standard request": "0.8"},
    ),
    # 2M x 0.0000005; to two webhooks 4M x 0.0000006, to one address 2M x 0.00002
    "a topic of large messages with subscribers": (
        (resource("aws:sns/topic:Topic"),),
        {
            "monthly_requests": 10**6,
            "request_size_kb": 128,
            "http_subscriptions": 2,
            "email_subscriptions": 1,
        },
        {
            "SNS standard publish request": "1",
            "SNS HTTP(S) notification": "2.4",
            "SNS email notification": "40",
        },
    ),
    "a bus": (
        (resource("aws:cloudwatch/eventBus:EventBus"),),
        {"monthly_custom_events": 10**6},
        {"EventBridge custom event published": "1"},
    ),
    # 1 GB over 512 MB for 1M x 100 ms = 100,000 GB-seconds x 0.0000000309; 25,000 of memory
    "a function with a disk": (
        (
            resource(
                "aws:lambda/function:Function",
                {"memorySize": 256, "ephemeralStorage": {"size": 1536}},
            ),
        ),
        {"monthly_requests": 10**6, "request_duration_ms": 100},
        {
            "Lambda request": "0.2",
            "Lambda duration x86": "0.416668",
            "Lambda ephemeral storage above 512 MB": "0.00309",
        },
    ),
    # The key and, after a year, the version before it
    "a key that rotates": (
        (resource("aws:kms/key:Key", {"enableKeyRotation": True}),),
        {"monthly_requests": 0},
        {"KMS customer managed key": "2", "KMS symmetric request": "0"},
    ),
    # A metric, and its band's two ends: 3 x 0.1
    "an alarm on what is unusual": (
        (
            resource(
                "aws:cloudwatch/metricAlarm:MetricAlarm",
                {
                    "metricQueries": [
                        {"expression": "ANOMALY_DETECTION_BAND(m, 2)"},
                        {"metric": {"period": 60}},
                    ]
                },
            ),
        ),
        {},
        {"CloudWatch alarm, standard resolution": "0.3"},
    ),
    "a metric of what a log says": (
        (
            resource(
                "aws:cloudwatch/logMetricFilter:LogMetricFilter",
                {"metricTransformation": {"name": "errors", "value": "1"}},
            ),
        ),
        {},
        {"CloudWatch custom metric": "0.3"},
    ),
}
