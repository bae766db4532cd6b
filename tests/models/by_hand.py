"""What was found wrong in the owner's two documents by working through them by hand."""

WRONG = {
    "linkhub": {
        # Unit prices are those of whole vCPUs: $0.024685 and $0.04937 at list price.
        (16, "costs.ecs-fargate.ingestion-api.unitPrice", "listPrice"),
        (17, "costs.ecs-fargate.product-service.unitPrice", "listPrice"),
        (18, "costs.ecs-fargate.ai-workers.unitPrice", "listPrice"),
        # 100 GB at $0.023 are $2.30, 1,000 requests at $0.0000002 less than a cent.
        (22, "costs.storage.s3-thumbnails.amount", "product"),
        (23, "costs.compute.lambda.amount", "product"),
        # 333 - 90 is 243.
        (27, "production.amount", "difference"),
        # 1,000 users are $211 in line 8.
        (151, "growth.users.1000.amount", "same"),
        # 50,000 GB at $0.023 are $1,150.
        (162, "growth.videos.100000.amount", "covers"),
        # At $0.10 a user $211 take 2,110.
        (237, "revenue.breakEven", "ratio"),
        # -2,010 %, -350 % and -40 %.
        (243, "roi.month-1.margin", "margin"),
        (244, "roi.month-3.margin", "margin"),
        (245, "roi.month-6.margin", "margin"),
    },
    "tiktok": {
        # 203M * 12 / 1.015B is $2.40 a year; the regions' means are months'.
        (10, "users.cost", "ratio"),
        (10, "users.cost", "between"),
        # 30 + 200 + 100 + 25 is 355.
        (15, "costs.compute.gpu.instances", "sum"),
        # 100 * 512 GiB and 50 * 768 GiB are 96 TB, the first alone 55 TB.
        (23, "costs.storage.cache.memory", "sum"),
        (183, "costs.storage.cache.redis.memory", "product"),
        # 2 + 3 + 1 + 1 + 0.5 is 7.5.
        (29, "costs.network.data-transfer.amount", "sum"),
        # Four to thirty times the list price on demand.
        (74, "costs.compute.general.api-gateway.amount", "listPrice"),
        (79, "costs.compute.general.core-services.amount", "listPrice"),
        (84, "costs.compute.general.recommendation-engine.amount", "listPrice"),
        (89, "costs.compute.general.background-processing.amount", "listPrice"),
        (94, "costs.compute.general.microservices.amount", "listPrice"),
        (108, "costs.compute.gpu.training.amount", "listPrice"),
        (113, "costs.compute.gpu.serving.amount", "listPrice"),
        (118, "costs.compute.gpu.features.amount", "listPrice"),
        (123, "costs.compute.gpu.experimental.amount", "listPrice"),
        (163, "costs.storage.database.mysql.amount", "listPrice"),
        (168, "costs.storage.database.cassandra.amount", "listPrice"),
        (181, "costs.storage.cache.redis.amount", "listPrice"),
        (186, "costs.storage.cache.elasticache.amount", "listPrice"),
        # 98M / 1.015B is $0.0966: $96.55 are of 1,000 users.
        (129, "users.compute", "ratio"),
        # 10 PB at $0.023 a GB are $230K.
        (139, "costs.storage.video.hot.s3-standard.amount", "product"),
        # 15B of revenue against 2.4B of cost are +84 %.
        (252, "revenue.grossMargin", "margin"),
        # 83, 35, 28 and 12.
        (274, "savings.infrastructure.amount", "sum"),
        (286, "savings.storage.amount", "sum"),
        (293, "savings.network.amount", "sum"),
        (300, "savings.operations.amount", "sum"),
        # 240M * 12 / 1.2B is $2.40.
        (311, "projections.2025.cost", "ratio"),
    },
}

RIGHT = {
    "linkhub": {
        *("costs.amount", "costs.ecs-fargate.amount", "costs.ecs-fargate.withSpot"),
        *("costs.ecs-fargate.ingestion-api.amount", "costs.ecs-fargate.product-service.amount"),
        *("costs.ecs-fargate.ai-workers.amount", "costs.networking.nat-gateways.amount"),
        *("costs.networking.alb.amount", "costs.storage.s3-thumbnails.unitPrice"),
        *("costs.compute.lambda.unitPrice", "costs.security.secrets-manager.amount"),
        *("costs.security.secrets-manager.unitPrice", "production.costPerUser"),
        *("impact.high.threshold", "impact.medium.threshold", "impact.low.threshold"),
        *("strategies.implemented.fargate-spot.saving", "strategies.short-term.reserved.saving"),
        *("strategies.medium-term.graviton.saving", "growth.users.100.amount"),
        *(f"growth.users.{it}.costPerUser" for it in (100, 1000, 10000, 100000)),
        *(f"growth.videos.{it}.storage" for it in (1000, 10000, 100000)),
        *(f"growth.videos.{it}.amount" for it in (100, 1000, 10000)),
        *(f"roi.month-{it}.revenue" for it in (1, 3, 6, 12)),
        *(f"roi.month-{it}.cost" for it in (1, 3, 6, 12)),
        "roi.month-12.margin",
    },
    "tiktok": {
        *("costs.amount", "costs.compute.amount", "costs.compute.share", "costs.storage.amount"),
        *("costs.storage.share", "costs.network.amount", "costs.network.share"),
        *("costs.tooling.amount", "costs.tooling.share", "costs.compute.general.amount"),
        *("costs.compute.gpu.amount", "costs.storage.video.amount", "costs.storage.video.volume"),
        *(f"costs.storage.video.{it}.amount" for it in ("hot", "warm", "cold")),
        *(f"costs.storage.video.{it}.hdfs.amount" for it in ("hot", "warm")),
        *("costs.storage.video.warm.s3-ia.amount", "costs.storage.video.cold.glacier.amount"),
        *("costs.storage.video.cold.tape.amount", "costs.storage.database.amount"),
        *("costs.storage.cache.amount", "costs.network.byteplus-cdn.amount"),
        *(
            "costs.storage.video.hot.s3-standard.unitPrice",
            "costs.storage.video.warm.s3-ia.unitPrice",
        ),
        *("costs.storage.video.cold.glacier.unitPrice", "costs.network.byteplus-cdn.traffic"),
        *("costs.network.cloudfront.traffic", "costs.network.byteplus-cdn.europe.share"),
        *(
            "costs.network.byteplus-cdn.asia-pacific.share",
            "costs.network.byteplus-cdn.north-america.share",
        ),
        *("costs.network.byteplus-cdn.rest-of-world.share", "costs.tooling.monitoring.amount"),
        *("costs.tooling.security.amount", "alternatives.cloudfront.more"),
        *("alternatives.cloudflare.more", "alternatives.saving.saving", "revenue.perUser"),
        *("summary.scale", "summary.users", "savings.amount", "projections.2025.growth"),
        *("break-even.requiredRevenue", "break-even.gap", "investment.roi", "investment.payback"),
        *(
            f"costs.compute.gpu.{it}.gpus"
            for it in ("training", "serving", "features", "experimental")
        ),
    },
}
"""Figures that are right by every rule that derives them."""
