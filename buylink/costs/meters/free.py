"""Resource types that AWS charges nothing for, and why not, or where it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_SCALING: Final = "autoscaling is free: its tasks and its alarms are charged"
_NETWORK: Final = "free: what is in the network and what leaves it is charged"
_IAM: Final = "IAM is free"
_BUCKET: Final = "a setting of its bucket, which is charged"
_BALANCER: Final = "part of its load balancer, which is charged"
_QUEUE: Final = "a setting of its queue, which is charged"
_EDGE: Final = "part of its distribution, which is charged"
_STATE: Final = "no AWS resource: it lives in the state"

FREE_TYPES: Final[Mapping[str, str]] = {
    "aws:acm/certificate:Certificate": "a public certificate is free",
    "aws:acm/certificateValidation:CertificateValidation": "validation is free",
    "aws:appautoscaling/policy:Policy": _SCALING,
    "aws:appautoscaling/scheduledAction:ScheduledAction": _SCALING,
    "aws:appautoscaling/target:Target": _SCALING,
    "aws:budgets/budget:Budget": "a budget without actions is free",
    "aws:cloudfront/cachePolicy:CachePolicy": _EDGE,
    "aws:cloudfront/originAccessControl:OriginAccessControl": _EDGE,
    "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": _EDGE,
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": _EDGE,
    "aws:cloudfront/vpcOrigin:VpcOrigin": _EDGE,
    "aws:cloudwatch/eventRule:EventRule": "rules on the default bus are free for AWS's own events",
    "aws:cloudwatch/eventTarget:EventTarget": "what it starts is charged",
    "aws:costexplorer/anomalyMonitor:AnomalyMonitor": "cost anomaly detection is free",
    "aws:costexplorer/anomalySubscription:AnomalySubscription": "cost anomaly detection is free",
    "aws:costexplorer/costAllocationTag:CostAllocationTag": "a cost allocation tag is free",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": _NETWORK,
    "aws:ec2/flowLog:FlowLog": "charged as data that comes into its log group",
    "aws:ec2/internetGateway:InternetGateway": _NETWORK,
    "aws:ec2/route:Route": _NETWORK,
    "aws:ec2/routeTable:RouteTable": _NETWORK,
    "aws:ec2/routeTableAssociation:RouteTableAssociation": _NETWORK,
    "aws:ec2/securityGroup:SecurityGroup": _NETWORK,
    "aws:ec2/subnet:Subnet": _NETWORK,
    "aws:ec2/vpc:Vpc": _NETWORK,
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": "a setting of its repository, which is charged",
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": "tasks are charged",
    "aws:ecs/taskDefinition:TaskDefinition": "charged as tasks of the services that run it",
    "aws:iam/policy:Policy": _IAM,
    "aws:iam/role:Role": _IAM,
    "aws:iam/rolePolicy:RolePolicy": _IAM,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _IAM,
    "aws:kms/alias:Alias": "part of its key, which is charged",
    "aws:lambda/eventSourceMapping:EventSourceMapping": "charged as requests to its queue",
    "aws:lambda/permission:Permission": "part of its function, which is charged",
    "aws:lb/listener:Listener": _BALANCER,
    "aws:lb/listenerRule:ListenerRule": _BALANCER,
    "aws:lb/targetGroup:TargetGroup": _BALANCER,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _BUCKET,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _BUCKET,
    "aws:s3/bucketPolicy:BucketPolicy": _BUCKET,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _BUCKET,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        _BUCKET
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _BUCKET,
    "aws:scheduler/scheduleGroup:ScheduleGroup": "its schedules are charged",
    "aws:secretsmanager/secretVersion:SecretVersion": "charged with its secret",
    "aws:sns/topicPolicy:TopicPolicy": "a setting of its topic, which is charged",
    "aws:sqs/queuePolicy:QueuePolicy": _QUEUE,
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": _QUEUE,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _NETWORK,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _NETWORK,
    "awsx:ecr:Image": "an image is charged with the repository that keeps it",
    "random:index/randomPassword:RandomPassword": _STATE,
}
