"""Names, ids and ARNs made up the way AWS and Pulumi's auto-naming form them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from buylink.graph import Value

ACCOUNT = "123456789012"

NAME_INPUTS: Mapping[str, str] = {
    "aws:appautoscaling/policy:Policy": "name",
    "aws:appautoscaling/scheduledAction:ScheduledAction": "name",
    "aws:cloudwatch/logGroup:LogGroup": "name",
    "aws:ec2/securityGroup:SecurityGroup": "name",
    "aws:ecr/repository:Repository": "name",
    "aws:ecs/cluster:Cluster": "name",
    "aws:ecs/service:Service": "name",
    "aws:iam/role:Role": "name",
    "aws:iam/rolePolicy:RolePolicy": "name",
    "aws:lb/loadBalancer:LoadBalancer": "name",
    "aws:lb/targetGroup:TargetGroup": "name",
    "aws:budgets/budget:Budget": "name",
    "aws:cloudfront/originAccessControl:OriginAccessControl": "name",
    "aws:cloudwatch/eventRule:EventRule": "name",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
    "aws:costexplorer/anomalyMonitor:AnomalyMonitor": "name",
    "aws:costexplorer/anomalySubscription:AnomalySubscription": "name",
    "aws:dynamodb/table:Table": "name",
    "aws:iam/policy:Policy": "name",
    "aws:lambda/function:Function": "name",
    "aws:s3/bucket:Bucket": "bucket",
    "aws:scheduler/schedule:Schedule": "name",
    "aws:scheduler/scheduleGroup:ScheduleGroup": "name",
    "aws:secretsmanager/secret:Secret": "name",
    "aws:sns/topic:Topic": "name",
    "aws:sqs/queue:Queue": "name",
    "aws:wafv2/webAcl:WebAcl": "name",
}
"""The input that Pulumi fills with `<logical name>-<seven hex digits>` when it is not given."""

LONGEST_NAMES: Mapping[str, int] = {
    "aws:iam/role:Role": 64,
    "aws:lambda/function:Function": 64,
    "aws:lb/loadBalancer:LoadBalancer": 32,
    "aws:lb/targetGroup:TargetGroup": 32,
    "aws:s3/bucket:Bucket": 63,
    "aws:scheduler/schedule:Schedule": 64,
    "aws:sqs/queue:Queue": 80,
}

ID_PREFIXES: Mapping[str, str] = {
    "aws:cloudfront/distribution:Distribution": "E",
    "aws:cloudfront/vpcOrigin:VpcOrigin": "vo_",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "sg-",
    "aws:ec2/eip:Eip": "eipalloc-",
    "aws:ec2/flowLog:FlowLog": "fl-",
    "aws:ec2/internetGateway:InternetGateway": "igw-",
    "aws:ec2/natGateway:NatGateway": "nat-",
    "aws:ec2/route:Route": "r-rtb-",
    "aws:ec2/routeTable:RouteTable": "rtb-",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "rtbassoc-",
    "aws:ec2/securityGroup:SecurityGroup": "sg-",
    "aws:ec2/subnet:Subnet": "subnet-",
    "aws:ec2/vpc:Vpc": "vpc-",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "vpce-",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "sgr-",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "sgr-",
}

ARN_FORMS: Mapping[str, str] = {
    "aws:ecs/cluster:Cluster": "arn:aws:ecs:{region}:{account}:cluster/{name}",
    "aws:ecs/service:Service": "arn:aws:ecs:{region}:{account}:service/{name}",
    "aws:ecs/taskDefinition:TaskDefinition": (
        "arn:aws:ecs:{region}:{account}:task-definition/{family}:1"
    ),
    "aws:lb/loadBalancer:LoadBalancer": (
        "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/{digest}"
    ),
    "aws:lb/targetGroup:TargetGroup": (
        "arn:aws:elasticloadbalancing:{region}:{account}:targetgroup/{name}/{digest}"
    ),
    "aws:lb/listener:Listener": (
        "arn:aws:elasticloadbalancing:{region}:{account}:listener/app/balancer/{digest}"
    ),
    "aws:lb/listenerRule:ListenerRule": (
        "arn:aws:elasticloadbalancing:{region}:{account}:listener-rule/app/balancer/{digest}"
    ),
    "aws:cloudwatch/logGroup:LogGroup": "arn:aws:logs:{region}:{account}:log-group:{name}",
    "aws:ecr/repository:Repository": "arn:aws:ecr:{region}:{account}:repository/{name}",
    "aws:iam/role:Role": "arn:aws:iam::{account}:role/{name}",
    "aws:cloudfront/distribution:Distribution": "arn:aws:cloudfront::{account}:distribution/{id}",
    "aws:cloudfront/vpcOrigin:VpcOrigin": "arn:aws:cloudfront::{account}:vpcorigin/{id}",
    "aws:budgets/budget:Budget": "arn:aws:budgets::{account}:budget/{name}",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "arn:aws:cloudwatch:{region}:{account}:alarm:{name}",
    "aws:costexplorer/anomalyMonitor:AnomalyMonitor": "arn:aws:ce::{account}:anomalymonitor/{digest}",
    "aws:costexplorer/anomalySubscription:AnomalySubscription": (
        "arn:aws:ce::{account}:anomalysubscription/{digest}"
    ),
    "aws:dynamodb/table:Table": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "aws:kms/key:Key": "arn:aws:kms:{region}:{account}:key/{id}",
    "aws:lambda/function:Function": "arn:aws:lambda:{region}:{account}:function:{name}",
    "aws:s3/bucket:Bucket": "arn:aws:s3:::{bucket}",
    "aws:scheduler/schedule:Schedule": "arn:aws:scheduler:{region}:{account}:schedule/default/{name}",
    "aws:secretsmanager/secret:Secret": (
        "arn:aws:secretsmanager:{region}:{account}:secret:{name}-{digest}"
    ),
    "aws:sns/topic:Topic": "arn:aws:sns:{region}:{account}:{name}",
    "aws:sqs/queue:Queue": "arn:aws:sqs:{region}:{account}:{name}",
    "aws:wafv2/webAcl:WebAcl": "arn:aws:wafv2:{region}:{account}:global/webacl/{name}/{digest}",
}

ARN_IS_ID = frozenset(
    {
        "aws:ecs/cluster:Cluster",
        "aws:ecs/service:Service",
        "aws:lb/loadBalancer:LoadBalancer",
        "aws:lb/targetGroup:TargetGroup",
        "aws:lb/listener:Listener",
        "aws:lb/listenerRule:ListenerRule",
        "aws:costexplorer/anomalyMonitor:AnomalyMonitor",
        "aws:costexplorer/anomalySubscription:AnomalySubscription",
        "aws:secretsmanager/secret:Secret",
        "aws:sns/topic:Topic",
    }
)


def digest(*parts: str, length: int = 17) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:length]


def arn(kind: str, urn: str, identifier: str, inputs: Mapping[str, Value], region: str) -> str:
    """The ARN AWS would give; a form of our own for types not listed."""
    service = kind.split(":")[1].split("/", maxsplit=1)[0]
    form = ARN_FORMS.get(kind, f"arn:aws:{service}:{{region}}:{{account}}:{{id}}")
    return form.format(
        region=region,
        account=ACCOUNT,
        id=identifier,
        name=inputs.get("name", identifier),
        family=inputs.get("family", ""),
        bucket=inputs.get("bucket", ""),
        digest=digest(urn, length=16),
    )


def new_id(kind: str, urn: str, name: str, inputs: Mapping[str, Value], region: str) -> str:
    """The id a resource gets: of AWS's form where it makes one up, else its name or ARN."""
    if kind in ARN_IS_ID:
        return arn(kind, urn, "", inputs, region)
    if kind in ID_PREFIXES:
        return ID_PREFIXES[kind] + digest(urn, name)
    if kind == "aws:sqs/queue:Queue":
        return f"https://sqs.{region}.amazonaws.com/{ACCOUNT}/{inputs['name']}"
    named = (inputs.get(key) for key in ("name", "family", "bucket", "dashboardName"))
    stated = next(filter(None, named), None) if kind in NAME_INPUTS or "family" in inputs else None
    return str(stated or f"{name}-{digest(urn, length=8)}")
