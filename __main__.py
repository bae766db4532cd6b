"""The stack: settings in, components composed, outputs exported.

Outputs:

- `url`: where the hub is
- `clusterName`, `serviceNames`, `logGroupNames`: what ECS and CloudWatch call them; the last two
  by service
- `vpcId`, `loadBalancerDnsName`
- `distributionId`, `distributionDomainName`: CloudFront's, with the edge on
- `repositoryUrls`: where CI pushes images, by service
"""

from __future__ import annotations

from pathlib import Path

import pulumi

from buylink.settings.program import read_settings
from components.hub import Hub, HubArgs

hub = Hub(
    "hub",
    HubArgs(settings=read_settings(), project=Path(pulumi.runtime.get_root_directory())),
)

pulumi.export("url", hub.url)
pulumi.export("clusterName", hub.cluster.name)
pulumi.export("serviceNames", {name: it.service_name for name, it in hub.services.items()})
pulumi.export("logGroupNames", {name: it.log_group_name for name, it in hub.services.items()})
pulumi.export("vpcId", hub.network.vpc_id)
pulumi.export("loadBalancerDnsName", hub.load_balancer.dns_name)
pulumi.export("repositoryUrls", {name: it.repository_url for name, it in hub.images.items()})
if hub.edge is not None:
    pulumi.export("distributionId", hub.edge.distribution_id)
    pulumi.export("distributionDomainName", hub.edge.domain_name)
