"""The stack: settings in, components composed, outputs exported.

Outputs:

- `url`: where the hub is
- `clusterName`, `workerClusterName`, `serviceNames`, `logGroupNames`: what ECS and CloudWatch call
  them; the last two by service
- `vpcId`, `loadBalancerDnsName`
- `distributionId`, `distributionDomainName`: CloudFront's, with the edge on
- `repositoryUrls`: where CI pushes images, by service
- `tableName`, `thumbnailsBucket`, `originalsBucket`, `queueUrl`, `deadLetterQueueName`: the data
- `secretArns`: by purpose
- `budgetName`, `noticeTopicArn`: the budget, and the topic that people are told through
- `reportsBucket`: the guard's cost reports, and the estimate that they compare with
"""

from __future__ import annotations

from pathlib import Path

import pulumi

from buylink.settings.program import read_settings
from components.hub.hub import Hub, HubArgs

hub = Hub(
    "hub",
    HubArgs(settings=read_settings(), project=Path(pulumi.runtime.get_root_directory())),
)

pulumi.export("url", hub.url)
pulumi.export("clusterName", hub.cluster.name)
pulumi.export("workerClusterName", hub.worker_cluster.name)
pulumi.export("serviceNames", dict(hub.service_names))
pulumi.export("logGroupNames", dict(hub.log_group_names))
pulumi.export("vpcId", hub.network.vpc_id)
pulumi.export("loadBalancerDnsName", hub.load_balancer.dns_name)
pulumi.export("tableName", hub.storage.table.name)
pulumi.export("thumbnailsBucket", hub.storage.thumbnails.name)
pulumi.export("originalsBucket", hub.storage.originals.name)
pulumi.export("reportsBucket", hub.storage.reports.name)
pulumi.export("queueUrl", hub.worker.queue_url)
pulumi.export("deadLetterQueueName", hub.worker.dead_letter_queue_name)
pulumi.export("secretArns", dict(hub.storage.secrets.arns))
pulumi.export("budgetName", hub.guard.budget_name)
pulumi.export("noticeTopicArn", hub.guard.notice_topic_arn)
pulumi.export("repositoryUrls", {name: image.repository_url for name, image in hub.images.items()})
if hub.edge is not None:
    pulumi.export("distributionId", hub.edge.distribution_id)
    pulumi.export("distributionDomainName", hub.edge.domain_name)
