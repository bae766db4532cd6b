"""The HTTP service ingestion-api, in its own container: videos in, uploads, creators' sign-in.

- `service` puts it together; `settings` is what it reads from its environment
- `videos_api`, `media_api`, `sign_in_api`: the endpoints; `models`: their JSON; `door`: who may
- `tiktok_calls`: what it asks TikTok; `sign_ins`: sign-ins under way; `originals`: the uploads
"""
