"""Resource types that AWS charges nothing for, and why not, or where it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from buylink.costs.meters.by_usage import part, said
from buylink.graph import Resource

_SCALING: Final = "autoscaling is free: its tasks and its alarms are charged"
_NETWORK: Final = "free: what is in the network and what leaves it is charged"
_IAM: Final = "IAM is free"
_BUCKET: Final = "a setting of its bucket, which is charged"
_BALANCER: Final = "part of its load balancer, which is charged"
_QUEUE: Final = "a setting of its queue, which is charged"
_BUS: Final = "free: AWS's own events are, and other ones are charged at their bus"
_EDGE: Final = "part of its distribution, which is charged"
_FUNCTION: Final = "part of its function, which is charged"
_KEY: Final = "part of its key, which is charged"
_LOGS: Final = "free: log data is charged in its group"
_REPOSITORY: Final = "a setting of its repository, which is charged"
_STATE: Final = "no AWS resource: it lives in the state"

FREE_TYPES: Final[Mapping[str, str]] = {
    "aws:acm/certificate:Certificate": "a public certificate is free",
    "aws:acm/certificateValidation:CertificateValidation": "validation is free",
    "aws:alb/listener:Listener": _BALANCER,
    "aws:alb/listenerCertificate:ListenerCertificate": _BALANCER,
    "aws:alb/listenerRule:ListenerRule": _BALANCER,
    "aws:alb/targetGroup:TargetGroup": _BALANCER,
    "aws:alb/targetGroupAttachment:TargetGroupAttachment": _BALANCER,
    "aws:appautoscaling/policy:Policy": _SCALING,
    "aws:appautoscaling/scheduledAction:ScheduledAction": _SCALING,
    "aws:appautoscaling/target:Target": _SCALING,
    "aws:budgets/budget:Budget": "a budget without actions is free",
    "aws:cloudfront/cachePolicy:CachePolicy": _EDGE,
    "aws:cloudfront/keyGroup:KeyGroup": _EDGE,
    "aws:cloudfront/originAccessControl:OriginAccessControl": _EDGE,
    "aws:cloudfront/originAccessIdentity:OriginAccessIdentity": _EDGE,
    "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": _EDGE,
    "aws:cloudfront/publicKey:PublicKey": _EDGE,
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": _EDGE,
    "aws:cloudfront/vpcOrigin:VpcOrigin": _EDGE,
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy": _BUS,
    "aws:cloudwatch/eventPermission:EventPermission": _BUS,
    "aws:cloudwatch/eventRule:EventRule": _BUS,
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": _LOGS,
    "aws:cloudwatch/logStream:LogStream": _LOGS,
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": _LOGS,
    "aws:cloudwatch/queryDefinition:QueryDefinition": _LOGS,
    "aws:costexplorer/anomalyMonitor:AnomalyMonitor": "cost anomaly detection is free",
    "aws:costexplorer/anomalySubscription:AnomalySubscription": "cost anomaly detection is free",
    "aws:costexplorer/costAllocationTag:CostAllocationTag": "a cost allocation tag is free",
    "aws:dynamodb/tableItem:TableItem": "charged as data of its table",
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": _NETWORK,
    "aws:ec2/defaultRouteTable:DefaultRouteTable": _NETWORK,
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": _NETWORK,
    "aws:ec2/defaultSubnet:DefaultSubnet": _NETWORK,
    "aws:ec2/defaultVpc:DefaultVpc": _NETWORK,
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": _NETWORK,
    "aws:ec2/eipAssociation:EipAssociation": _NETWORK,
    "aws:ec2/flowLog:FlowLog": "charged as data that comes into its log group",
    "aws:ec2/internetGateway:InternetGateway": _NETWORK,
    "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation": _NETWORK,
    "aws:ec2/managedPrefixList:ManagedPrefixList": _NETWORK,
    "aws:ec2/networkAcl:NetworkAcl": _NETWORK,
    "aws:ec2/networkAclAssociation:NetworkAclAssociation": _NETWORK,
    "aws:ec2/networkAclRule:NetworkAclRule": _NETWORK,
    "aws:ec2/route:Route": _NETWORK,
    "aws:ec2/routeTable:RouteTable": _NETWORK,
    "aws:ec2/routeTableAssociation:RouteTableAssociation": _NETWORK,
    "aws:ec2/securityGroup:SecurityGroup": _NETWORK,
    "aws:ec2/securityGroupRule:SecurityGroupRule": _NETWORK,
    "aws:ec2/subnet:Subnet": _NETWORK,
    "aws:ec2/vpc:Vpc": _NETWORK,
    "aws:ec2/vpcDhcpOptions:VpcDhcpOptions": _NETWORK,
    "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation": _NETWORK,
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": _NETWORK,
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": _NETWORK,
    "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation": _NETWORK,
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": _NETWORK,
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": _REPOSITORY,
    "aws:ecr/repositoryPolicy:RepositoryPolicy": _REPOSITORY,
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": "tasks are charged",
    "aws:iam/accessKey:AccessKey": _IAM,
    "aws:iam/group:Group": _IAM,
    "aws:iam/groupMembership:GroupMembership": _IAM,
    "aws:iam/groupPolicy:GroupPolicy": _IAM,
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": _IAM,
    "aws:iam/instanceProfile:InstanceProfile": _IAM,
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": _IAM,
    "aws:iam/policy:Policy": _IAM,
    "aws:iam/policyAttachment:PolicyAttachment": _IAM,
    "aws:iam/role:Role": _IAM,
    "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive": _IAM,
    "aws:iam/rolePolicy:RolePolicy": _IAM,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _IAM,
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": _IAM,
    "aws:iam/serviceLinkedRole:ServiceLinkedRole": _IAM,
    "aws:iam/user:User": _IAM,
    "aws:iam/userPolicy:UserPolicy": _IAM,
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": _IAM,
    "aws:kms/alias:Alias": _KEY,
    "aws:kms/grant:Grant": _KEY,
    "aws:kms/keyPolicy:KeyPolicy": _KEY,
    "aws:lambda/alias:Alias": _FUNCTION,
    "aws:lambda/eventSourceMapping:EventSourceMapping": "charged as requests to its queue",
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": _FUNCTION,
    "aws:lambda/functionUrl:FunctionUrl": _FUNCTION,
    "aws:lambda/layerVersion:LayerVersion": _FUNCTION,
    "aws:lambda/permission:Permission": _FUNCTION,
    "aws:lb/listener:Listener": _BALANCER,
    "aws:lb/listenerCertificate:ListenerCertificate": _BALANCER,
    "aws:lb/listenerRule:ListenerRule": _BALANCER,
    "aws:lb/targetGroup:TargetGroup": _BALANCER,
    "aws:lb/targetGroupAttachment:TargetGroupAttachment": _BALANCER,
    "aws:s3/bucketAcl:BucketAcl": _BUCKET,
    "aws:s3/bucketAclV2:BucketAclV2": _BUCKET,
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": _BUCKET,
    "aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2": _BUCKET,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _BUCKET,
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2": _BUCKET,
    "aws:s3/bucketLogging:BucketLogging": _BUCKET,
    "aws:s3/bucketLoggingV2:BucketLoggingV2": _BUCKET,
    "aws:s3/bucketNotification:BucketNotification": _BUCKET,
    "aws:s3/bucketObject:BucketObject": _BUCKET,
    "aws:s3/bucketObjectv2:BucketObjectv2": _BUCKET,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _BUCKET,
    "aws:s3/bucketPolicy:BucketPolicy": _BUCKET,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _BUCKET,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        _BUCKET
    ),
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": (
        _BUCKET
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _BUCKET,
    "aws:s3/bucketVersioningV2:BucketVersioningV2": _BUCKET,
    "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration": _BUCKET,
    "aws:s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2": _BUCKET,
    "aws:scheduler/scheduleGroup:ScheduleGroup": "its schedules are charged",
    "aws:secretsmanager/secretPolicy:SecretPolicy": "a setting of its secret, which is charged",
    "aws:secretsmanager/secretRotation:SecretRotation": "a setting of its secret, which is charged",
    "aws:secretsmanager/secretVersion:SecretVersion": "charged with its secret",
    "aws:sns/topicPolicy:TopicPolicy": "a setting of its topic, which is charged",
    "aws:sqs/queuePolicy:QueuePolicy": _QUEUE,
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": _QUEUE,
    "aws:sqs/redrivePolicy:RedrivePolicy": _QUEUE,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _NETWORK,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _NETWORK,
    "aws:wafv2/ipSet:IpSet": "part of its web ACL, which is charged",
    "aws:wafv2/regexPatternSet:RegexPatternSet": "part of its web ACL, which is charged",
    "aws:wafv2/webAclAssociation:WebAclAssociation": "part of its web ACL, which is charged",
    "awsx:ecr:Image": "an image is charged with the repository that keeps it",
    "random:index/randomId:RandomId": _STATE,
    "random:index/randomInteger:RandomInteger": _STATE,
    "random:index/randomPassword:RandomPassword": _STATE,
    "random:index/randomPet:RandomPet": _STATE,
    "random:index/randomShuffle:RandomShuffle": _STATE,
    "random:index/randomString:RandomString": _STATE,
    "random:index/randomUuid:RandomUuid": _STATE,
}


def charged_after_all(resource: Resource) -> str:
    """What AWS does charge for a resource of one of these types; nothing mostly."""
    match resource.type:
        case "aws:acm/certificate:Certificate":
            if said(resource, "certificateAuthorityArn"):
                return "no price for a certificate of a private authority"
            if part(resource, "options", "export") not in (None, "DISABLED"):
                return "no price for a certificate that can be exported"
        case "aws:ec2/flowLog:FlowLog":
            kind = said(resource, "logDestinationType") or "cloud-watch-logs"
            if kind != "cloud-watch-logs":
                return f"no price for flow logs that go to {kind}"
        case "aws:lambda/eventSourceMapping:EventSourceMapping":
            if said(resource, "provisionedPollerConfig"):
                return "no price for its provisioned pollers"
        case _:
            pass
    return ""
